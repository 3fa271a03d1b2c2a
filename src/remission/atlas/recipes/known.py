"""What an export knows: all that a page of the atlas may be made from, computed when it is first asked for and shared.

A page takes from it what it needs; nothing here knows of any page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from remission.atlas.recipes.answers import answers_of, by_todays_codes, refused_codes
from remission.atlas.recipes.boards import Boundaries, boundaries_until
from remission.atlas.recipes.facts import facts_of
from remission.atlas.recipes.live import MapSheets
from remission.atlas.recipes.measures import WINDOW, MeasureSheets
from remission.atlas.recipes.trusts import TrustSheets
from remission.exhibits.page import Fact
from remission.exhibits.site.shell import Site
from remission.foi.answers.answer import Imported
from remission.foi.answers.beside import people_counted
from remission.foi.answers.ledger import read_answers
from remission.inputs.problems import InputProblems, Problem
from remission.places.fetched_organisations import organisations_of
from remission.supply.build import first_of, load_atlas
from remission.supply.explain import CoverageAccounts
from remission.supply.views import AtlasViews, Codes, views_of

if TYPE_CHECKING:
    import polars as pl

    from remission.inputs.provenance import Provenance
    from remission.places.organisations import Organisations


@dataclass(frozen=True, eq=False)
class Known:
    """An atlas in its `home` with its views, the answers to requests, and what all pages of the export share.

    `facts` say where every figure comes from.
    """

    home: Path
    views: AtlasViews
    answers: Imported
    facts: Sequence[Fact]
    site: Site

    @property
    def day(self) -> date:
        """The day that the export is made on."""
        return self.site.day

    @property
    def provenance(self) -> Provenance:
        """What the rows are."""
        return self.views.atlas.provenance

    @cached_property
    def pages(self) -> frozenset[str]:
        """The codes that have a page of their own."""
        return frozenset(self.views.monthly.codes)

    @cached_property
    def measures(self) -> MeasureSheets:
        """Every measure, estimated once for all pages that show it."""
        return MeasureSheets(self.views, self.facts)

    @cached_property
    def accounts(self) -> CoverageAccounts:
        """Why each cell of coverage is what it is, from the plain twin."""
        return CoverageAccounts(self.views, _people(self.answers, self.views.organisations))

    @cached_property
    def maps(self) -> MapSheets:
        """The map with its choices."""
        return MapSheets(self.measures, self.pages, refused_codes(self.home))

    @cached_property
    def trusts(self) -> TrustSheets:
        """What the pages of trusts, and what puts them side by side, are made from."""
        measures, answers = self.measures, answers_of(self.home, self.views, self.answers)
        return TrustSheets(self.views, measures.latest, measures.words, self.facts, answers, self.accounts, self.day)

    @cached_property
    def boundaries(self) -> Boundaries | None:
        """The newest boundaries of care boards; None before any was fetched."""
        return boundaries_until(self.home, self.views.months[-1])


def know(home: Path, site: Site, codes_are: Codes = "as now") -> Known:
    """What an export of the atlas in `home` knows; the atlas is built first when it was not.

    InputProblems for fewer months than the shortest picture of a year needs.
    """
    answers = read_answers(home)
    organisations = organisations_of(home)
    views = views_of(load_atlas(home), _people(answers, organisations), codes_are, organisations)
    # Before anything is written: an export that stops in the middle leaves half a site.
    check_months(home, views)
    return Known(home, views, answers, facts_of(views, codes_are), site)


def _people(answers: Imported, organisations: Organisations) -> pl.DataFrame:
    """People counted in answers, by the codes of today, as the rule of coverage takes them."""
    return by_todays_codes(people_counted(answers.answers), organisations)


def check_months(home: Path, views: AtlasViews) -> None:
    """InputProblems for fewer months than the shortest picture of a year needs."""
    if len(views.months) < WINDOW:
        advice = f"Fetch earlier months too: remission atlas fetch --data {home}"
        found = f"{len(views.months)} months, {first_of(views.months)}"
        raise InputProblems(Problem.of_file(str(home), found=found, allowed=f"at least {WINDOW} months", do=advice))
