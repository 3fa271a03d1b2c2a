"""Where rows come from, and what must be said of them wherever they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from remission.inputs.declared import key

Standing = Literal["observed", "reconstructed", "simulated", "synthetic", "partly synthetic", "published"]
RowStanding = Literal["published", "synthetic"]
Status = Literal["verified", "secondary", "derived", "unverified"]
STATUSES: tuple[Status, ...] = get_args(Status)

STANDING_WORDS: dict[str, str] = {
    "observed": "",
    "reconstructed": "RECONSTRUCTED from published estimates: not trial data",
    "simulated": "SIMULATED: no real person's data",
    "synthetic": "SYNTHETIC: invented figures, no real hospital's medicines",
    "partly synthetic": "PARTLY SYNTHETIC: some of these figures are invented",
    "published": "PUBLISHED: numbers from papers and what is computed from them, no records of persons",
}

# What stands on one picture or table where it is shorter than on a page.
MARKS: dict[str, str] = {"published": "Published numbers"}


@dataclass(frozen=True)
class Source:
    """Where something came from, and how far that was checked (verified, secondary, derived, unverified)."""

    citation: str = key("Authors, year, journal, DOI, or the file", example='"Name et al. 2020, doi:10.1000/example"')
    status: str = key("How far it was checked", choices=STATUSES, example='"verified"')
    locus: str = key("Page, table or section", "", example='"Table 2"')
    says: str = key("What it says that is used here", "", example='"24 persons were treated"')


@dataclass(frozen=True)
class Provenance:
    """What every exhibit must say of the rows behind it."""

    cohort: str
    kind: Standing
    digest: str
    sources: tuple[Source, ...] = ()

    @property
    def warning(self) -> str:
        """Words that stand on every page and file, and on pictures and tables; empty for observed data."""
        return STANDING_WORDS[self.kind]

    @property
    def mark(self) -> str:
        """Words that stand on one picture or table.

        >>> Provenance("evidence", "published", "").mark
        'Published numbers'
        """
        return MARKS.get(self.kind, self.warning)

    @property
    def warns(self) -> bool:
        """Must a reader beware of the rows? What was published only has to be known as that."""
        return self.kind not in ("observed", "published")
