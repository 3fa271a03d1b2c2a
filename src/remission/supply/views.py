"""The data of any view: built rows with today's codes, what can be seen of them, and a cube that answers at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from remission.places.areas import ENGLAND, LAST_OF_42, areas_of
from remission.places.fetched_organisations import organisations_of
from remission.places.organisations import Organisations, load_organisations
from remission.stats.estimates import Estimates
from remission.supply.build import load_atlas
from remission.supply.coverage.extracts import shown_by_month
from remission.supply.coverage.rule import CoverageRule, load_coverage_rule
from remission.supply.coverage.states import Coverage, derive_coverage
from remission.supply.measures.estimates import Level, estimate_measure
from remission.supply.measures.monthly import Monthly, prepare_monthly
from remission.supply.medicines.medicines import Medicine, library_supplies, medicines_with
from remission.supply.recoding import derive_as_now, derive_submissions_as_now
from remission.supply.rows import Atlas
from remission.supply.silent import with_silent_trusts

if TYPE_CHECKING:
    from remission.supply.measures.definitions import Measure

Codes = Literal["as now", "as reported"]
# Care boards are asked apart, for their map changed in April 2026.
AREAS: tuple[Level, ...] = ("region", "nation")


@dataclass(frozen=True, eq=False)
class AtlasViews:
    """Everything that pages and commands ask of an atlas.

    `as_now` is what was issued, with `code` the trust as it is today; `recoding` tells of series that changed their
    code or were rebuilt. `monthly` is of trusts, by the codes that were asked for; areas are sums of trusts as they are
    `today`, with the boards of the newest month, and `before` with the 42 until March 2026. `everyone` is the coverage
    of every code that reported, those that never issued an MS medicine included.
    """

    atlas: Atlas
    organisations: Organisations
    as_now: pl.DataFrame
    recoding: pl.DataFrame
    submissions: pl.DataFrame
    rule: CoverageRule
    monthly: Monthly
    today: Monthly
    before: Monthly
    everyone: Coverage

    @property
    def coverage(self) -> Coverage:
        """What can be seen of every trust that ever issued an MS medicine."""
        return self.monthly.coverage

    @property
    def months(self) -> tuple[date, ...]:
        """Every month, in order."""
        return self.monthly.months

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of every organisation by its code, as it is now."""
        return self.organisations.names(self.months[-1])

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """Acute trusts of today that reported and never issued an MS medicine."""
        acute = self.organisations.nodes_of("trust", self.months[-1]).filter(pl.col("acute") == "yes")["code"]
        return tuple(sorted((set(self.everyone.codes) - set(self.monthly.codes)) & set(acute)))

    def latest(self, measures: Sequence[Measure], levels: Sequence[Level], window: int = 12) -> Estimates:
        """The newest window of several measures at several levels."""
        return Estimates.together(
            estimate_measure(self._cube(level), measure, level, window, self.months[-1])
            for measure in measures
            for level in levels
        )

    def _cube(self, level: Level) -> Monthly:
        # Areas are always sums of trusts as they are today, also where trusts are shown by the codes they reported
        # under.
        return self.monthly if level == "trust" else self.today

    def over_time(self, measure: Measure, window: int = 12) -> Estimates:
        """Every window of a measure, for trusts, care boards, regions and England; boards as they were at its end."""
        trusts = estimate_measure(self.monthly, measure, "trust", window)
        areas = [estimate_measure(self.today, measure, level, window) for level in AREAS]
        # Boards as they were at the end of each window: the 42 would have no newer window and the 36 no older one.
        before = estimate_measure(self.before, measure, "icb", window).frame.filter(_ends_by(LAST_OF_42))
        since = estimate_measure(self.today, measure, "icb", window).frame.filter(~_ends_by(LAST_OF_42))
        every = with_silent_trusts(trusts, measure, self.everyone, self.silent)
        return Estimates.together([every, *areas, Estimates(before), Estimates(since)])


def _ends_by(day: date) -> pl.Expr:
    return pl.col("to_day") <= (day - date(1970, 1, 1)).days


def atlas_views(home: Path) -> AtlasViews:
    """The views of the atlas in `home`; it is built first when it was not."""
    return views_of(load_atlas(home), organisations=organisations_of(home))


def views_of(
    atlas: Atlas,
    answers: pl.DataFrame | None = None,
    codes_are: Codes = "as now",
    organisations: Organisations | None = None,
) -> AtlasViews:
    """The views of an atlas; `answers` to freedom-of-information requests, as `derive_coverage` takes them.

    `organisations` are those of the library where none are given. With codes "as reported" nothing is followed to a
    successor: each code is a trust of its own, as in the files.
    """
    organisations = organisations or load_organisations()
    as_now, recoding = derive_as_now(atlas.issued, organisations)
    submissions = derive_submissions_as_now(atlas.submissions, organisations)
    about = shown_by_month(atlas.extracts), medicines_with(atlas.own)
    everyone, monthly = _cube(as_now, submissions, answers, organisations, about)
    # `kept` anew: what is kept of a cube is kept for its areas too.
    before = replace(monthly, areas=areas_of(organisations, everyone.codes, min(atlas.months[-1], LAST_OF_42)), kept={})
    trusts = monthly
    if codes_are == "as reported":
        as_now, recoding = atlas.issued.with_columns(code="ods_code"), recoding.clear()
        submissions = atlas.submissions.select("month", code="ods_code", rows="rows")
        everyone, trusts = _cube(as_now, submissions, answers, organisations, about)
    rule = load_coverage_rule()
    return AtlasViews(atlas, organisations, as_now, recoding, submissions, rule, trusts, monthly, before, everyone)


def _cube(
    issued: pl.DataFrame,
    submissions: pl.DataFrame,
    answers: pl.DataFrame | None,
    organisations: Organisations,
    about: tuple[Mapping[date, Collection[str]], tuple[Medicine, ...]],
) -> tuple[Coverage, Monthly]:
    """Coverage of every code that reported, and the cube of those that ever issued.

    `about`: what the extracts among the files can show, and the medicines that are counted.
    """
    (extracts, medicines), supplies = about, library_supplies()
    coverage = derive_coverage(issued, submissions, supplies, load_coverage_rule(), answers, extracts)
    areas = areas_of(organisations, coverage.codes, coverage.months[-1])
    return coverage, prepare_monthly(issued, coverage, medicines, supplies, areas)


__all__ = ["ENGLAND", "AtlasViews", "atlas_views", "views_of"]
