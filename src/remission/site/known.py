"""What an export of the site knows: the studies, the claims decided on them, and what all pages share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from remission.evidence.recipes.known import Known as EvidenceKnown
from remission.exhibits.page import Link
from remission.exhibits.site.page_files import navigation_of
from remission.exhibits.site.shell import Site
from remission.site.page_files import page_files
from remission.studies.claims.telling import decide_all, evidence_of

if TYPE_CHECKING:
    from remission.studies.claims.decide import Decision
    from remission.studies.claims.numbers import Evidence
    from remission.studies.load import Studies

# Where the atlas begins, where it is a part of the site.
ATLAS = "atlas/index.html"
CARDS = "atlas.html"


@dataclass(frozen=True, eq=False)
class Known:
    """The evidence, what all pages of the export share, and whether the atlas is among them."""

    evidence: EvidenceKnown
    site: Site
    with_atlas: bool = False

    @cached_property
    def numbers(self) -> Evidence:
        """What claims and questions are answered with."""
        return evidence_of(self.evidence.studies)

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """Every claim, decided."""
        return decide_all(self.evidence.studies)


def know_site(studies: Studies, day: date, *, with_atlas: bool = False) -> Known:
    """What an export on a day knows of these studies."""
    links = navigation_of(page_files())
    # The card of the atlas and the atlas itself stand at one place: only where it leads differs.
    opened = tuple(Link(one.words, ATLAS) if with_atlas and one.path == CARDS else one for one in links)
    return Known(EvidenceKnown(studies, day), Site(opened, day), with_atlas)
