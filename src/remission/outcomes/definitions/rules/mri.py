"""MRI activity: which scans show enough lesions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.rule import Rule

Lesion = Literal["new_t2", "enlarging_t2", "gd_lesions"]
Region = Literal["brain", "cord", "both", "not recorded"]


@dataclass(frozen=True)
class Mri(Rule):
    """The first scan that shows enough lesions, or each."""

    lesions: tuple[Lesion, ...] = says("Which lesions are counted")
    minimum: int = says("Smallest number of lesions on one scan that counts", 1, low=1)
    combine: Literal["sum", "largest"] = says("How counts of several kinds on one scan are combined", "sum")
    not_counted: Literal["not assessable", "as none"] = says(
        "A scan on which one of these kinds was not counted, when the others do not reach the minimum", "not assessable"
    )
    regions: tuple[Region, ...] = says("Which scans are used", ("brain", "both", "not recorded"))
    counts_from_day: int = says("First day on which a scan counts (inclusive)", 1)
    reference_from_day: int | None = says(
        "New lesions count only after a reference scan on or after this day: the first scan from then on",
        None,
        none="not asked",
        off=True,
    )
    events: Literal["first", "all"] = says("Is the first the event, or is each an episode", "first", off=True)

    rule = "mri"
    kind = "mri"
    rests_on = ("scans",)
    listed = "MRI"
    asked_at = "assessments"
    sentences: ClassVar[Mapping[str, str]] = {
        "reference-scan": "The reference scan: lesions count from the next scan on.",
        "no-reference-scan": "No reference scan, so no lesion can be called new.",
        "scan-active": "A scan with {lesions} lesion(s): enough to count.",
        "scan-quiet": "A scan with {lesions} lesion(s): not an event.",
    }
