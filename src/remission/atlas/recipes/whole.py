"""The pages about the whole: coverage, where to find a therapy, requests for information, sources and limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import polars as pl

from remission.atlas.page_shell import AtlasPage
from remission.atlas.pages.about import AboutParts, about_page
from remission.atlas.pages.coverage import CoverageParts, coverage_page
from remission.atlas.pages.find import DATA, USE, find_data, find_page
from remission.atlas.recipes.rests_on import data_sources
from remission.atlas.recipes.trusts import withdrawn_before
from remission.exhibits.month_axis import Months, months_words
from remission.exhibits.page import Fact
from remission.inputs.snapshots import LISTED, Snapshot, read_snapshots
from remission.places.nearest import ELSEWHERE, districts_of
from remission.supply.build import first_of, load_revisions, load_truth
from remission.supply.coverage.reasons import STATES
from remission.supply.coverage.rule import CoverageRule
from remission.supply.coverage.states import Coverage
from remission.supply.coverage.truth import confusion_matrix
from remission.supply.views import AtlasViews

LAST = 12


@dataclass(frozen=True, eq=False)
class SiteSheets:
    """The pages of an atlas that are of no single trust or measure."""

    views: AtlasViews
    facts: Sequence[Fact]

    def coverage(self, home: Path) -> AtlasPage:
        """What the data can show, trust by trust; how the rule does on a sample whose truth is known; revisions."""
        views = self.views
        truth = load_truth(home, views.atlas)
        submitted = views.submissions.with_columns(name=_named(views.names)).select("month", "code", "name", "rows")
        parts = CoverageParts(
            states=self._states(),
            submitted=submitted,
            window=months_words(views.months[-LAST:][0], views.months[-1]),
            rule=list(rule_sentences(views.rule)),
            months=Months(views.months[0], views.months[-1]),
            confusion=None if truth is None else confusion_of(views.everyone, truth),
            revised=revised_by_month(load_revisions(home)),
            withdrawn=self._withdrawn,
            pages=frozenset(views.monthly.codes),
            facts=self.facts,
            provenance=views.atlas.provenance,
        )
        return coverage_page(parts)

    def _states(self) -> pl.DataFrame:
        recent = self._recent()
        cells = recent.group_by("code", "state").agg(cells=pl.len().cast(pl.Int64))
        return cells.with_columns(name=_named(self.views.names)).select("code", "name", "state", "cells")

    def _recent(self) -> pl.DataFrame:
        first = self.views.months[-LAST:][0]
        # A therapy that was withdrawn before the first month would be "not used" everywhere, and say nothing.
        kept = ~pl.col("therapy").is_in(list(self._withdrawn))
        return self.views.coverage.frame.filter(pl.col("month") >= first, kept)

    @property
    def _withdrawn(self) -> tuple[str, ...]:
        return withdrawn_before(self.views.months[0])

    @cached_property
    def use(self) -> pl.DataFrame:
        """One state for each therapy and trust over the last 12 months: used in any of them, else what most say."""
        reported = (pl.col("state") != "not reported").sum().cast(pl.Int64)
        grouped = self._recent().group_by("therapy", "code").agg(
            # Used in any of the months goes first, then what hides (decision 34); only what no month contradicts is
            # called not used.
            state=pl.when((pl.col("state") == "used").any())
            .then(pl.lit("used"))
            .when((pl.col("state") == "not visible").any())
            .then(pl.lit("not visible"))
            .when((pl.col("state") == "not used").any())
            .then(pl.lit("not used"))
            .otherwise(pl.lit("not reported")),
            months_reported=reported,
        )  # fmt: skip
        regions = dict(self.views.organisations.parents("region", self.views.months[-1]).iter_rows())
        named = grouped.with_columns(
            name=_named(self.views.names),
            region=pl.col("code")
            .replace_strict(regions, default=None, return_dtype=pl.String)
            .replace(dict(self.views.names)),
        )
        return named.select(pl.col(name).cast(kind) for name, kind in USE.items()).sort("therapy", "name", "code")

    def find(self) -> AtlasPage:
        """Where would I find a therapy."""
        window = months_words(self.views.months[-LAST:][0], self.views.months[-1])
        return find_page(self.use, window, self.views.atlas.provenance, self.facts, self._withdrawn)

    def find_files(self, home: Path) -> list[tuple[str, str]]:
        """What the form of that page reads, by its path."""
        points = self.views.organisations.nodes.select("code", "latitude", "longitude")
        provenance = self.views.atlas.provenance
        return [(DATA, find_data(self.use, points, districts_of(home), provenance, ELSEWHERE))]

    def about(self, home: Path) -> AtlasPage:
        """Sources with their licences, limits, how to cite."""
        atlas = self.views.atlas
        parts = AboutParts(
            sources=data_sources(home),
            version=version("remission"),
            made=f"of {first_of(atlas.months)}",
            boundaries=any(one.source == "boundaries" for one in _snapshots(home)),
            facts=self.facts,
            provenance=atlas.provenance,
        )
        return about_page(parts)


def confusion_of(coverage: Coverage, truth: pl.DataFrame) -> pl.DataFrame:
    """What was planted against what the rule decided, in cells: planted, decided, cells."""
    matrix = confusion_matrix(coverage, truth).select("state", used="in_use", **{"not used": "not_in_use"})
    cells = matrix.unpivot(["used", "not used"], index="state", variable_name="planted", value_name="cells")
    known = cells.filter(pl.col("state").is_in(STATES))
    return known.select("planted", decided="state", cells="cells")


def revised_by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """Revisions by month: trusts and products compared, how many changed, and how much of what was issued that was."""
    changed = pl.col("difference").fill_null(0.0) != 0
    return (
        rows.group_by("month")
        .agg(
            compared=pl.len(),
            changed=changed.sum(),
            trusts=pl.col("ods_code").filter(changed).n_unique(),
            unknown=pl.col("difference").is_null().sum(),
        )
        .sort("month")
    )


def rule_sentences(rule: CoverageRule) -> Iterator[str]:
    """The rule of coverage in sentences: what it is for, then every threshold with its reason."""
    yield " ".join(rule.note.split())
    for name, why in rule.why.items():
        value = getattr(rule, name, None)
        shown = "" if value is None else f" = {value:g}"
        yield f"{name.replace('_', ' ').capitalize()}{shown}: {' '.join(why.split())}"


def _snapshots(home: Path) -> tuple[Snapshot, ...]:
    return tuple(read_snapshots(home)) if (home / LISTED).is_file() else ()


def _named(names: Mapping[str, str]) -> pl.Expr:
    return pl.col("code").replace(dict(names))
