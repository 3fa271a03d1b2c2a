"""Loss of brain volume since a reference scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.rule import Rule


@dataclass(frozen=True)
class BrainVolume(Rule):
    """The first scan on which more of the brain's volume was lost than allowed, since the reference scan."""

    loss_percent: float = says("A loss of more than this many per cent counts", low=0, high=50)
    per_year: bool = says("Is the loss divided by the years since the reference scan", True)
    minimum_days: int = says("Scans fewer than this many days after the reference scan are not used", 0, low=0)
    counts_from_day: int = says("First day on which a scan counts (inclusive)", 1)

    rule = "brain_volume"
    kind = "mri"
    rests_on = ("scans",)
    listed = "MRI"
    asked_at = "assessments"
    sentences: ClassVar[Mapping[str, str]] = {
        "volume-lost": "A change of brain volume of {change:.2f} % since day {since}: more lost than allowed.",
        "volume-kept": "A change of brain volume of {change:.2f} % since day {since}: not an event.",
    }
