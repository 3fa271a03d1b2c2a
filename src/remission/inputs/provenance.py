"""Where rows come from, and what must be said of them wherever they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Standing = Literal["observed", "reconstructed", "simulated", "synthetic", "partly synthetic"]
RowStanding = Literal["published", "synthetic"]

STANDING_WORDS: dict[str, str] = {
    "observed": "",
    "reconstructed": "RECONSTRUCTED from published estimates: not trial data",
    "simulated": "SIMULATED: no real person's data",
    "synthetic": "SYNTHETIC: invented figures, no real hospital's medicines",
    "partly synthetic": "PARTLY SYNTHETIC: some of these figures are invented",
}


@dataclass(frozen=True)
class Source:
    """Where something came from, and how far that was checked (verified, secondary, derived, unverified)."""

    citation: str
    status: str
    locus: str = ""
    says: str = ""


@dataclass(frozen=True)
class Provenance:
    """What every exhibit must say of the rows behind it."""

    cohort: str
    kind: Standing
    digest: str
    sources: tuple[Source, ...] = ()

    @property
    def warning(self) -> str:
        """Words that stand on every picture, table and file; empty for observed data."""
        return STANDING_WORDS[self.kind]
