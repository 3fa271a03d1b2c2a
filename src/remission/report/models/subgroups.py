"""Does the hazard ratio of the groups differ between subgroups? The ratio in each, and the p of the interaction.

And of a composite, the ratio of each component beside that of the whole. Limits that overlap, or do not, are no test of
a difference between subgroups: that is the interaction, by the likelihood ratio of the model with the products of
group and subgroup against the one without.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from remission.inputs.problems import InputProblems
from remission.report.asked import Asked, once
from remission.report.groups import GROUP, in_order
from remission.report.hazards.wording import adjusted_words
from remission.report.models.baseline_edss import BASELINE_EDSS
from remission.report.models.compared import NamedTest
from remission.report.models.covariates import Asking, covariate_values, meaning_of, plain_words
from remission.report.models.design import Design
from remission.stats.estimates import NOT_ESTIMABLE, Estimates, TestResult
from remission.stats.regression.chi_squared import ChiSquared
from remission.stats.regression.cox import cox
from remission.stats.regression.estimates import estimate_hazard_ratios
from remission.stats.regression.refusals import NotEstimable
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort
    from remission.report.hazards.model_columns import Floats

# Looked at unless others are named, where a cohort has them: what trials of MS report.
USUAL = ("sex", "age_years", "course", BASELINE_EDSS)
# With fewer events the ratio of a subgroup says nothing, and each further column of the model needs some of its own.
FEWEST_EVENTS, EVENTS_A_COLUMN = 10, 5
TOO_FEW_TO_PART = "too few events to part groups and subgroups"
# A number of few values is a category.
FEW_VALUES = 4
WORDS = {"age_years": "Age", "onset_day": "Years since the first symptom", BASELINE_EDSS: "EDSS at baseline"}


@dataclass(frozen=True)
class Subgroups:
    """One column cut into subgroups: its name, its words, and the subgroup of each person who has a value.

    `labels` has subject_id and level; `levels` are in order; `missing` counts people in the model without a value.
    """

    name: str
    title: str
    labels: pl.DataFrame
    levels: tuple[str, ...]
    missing: int

    @classmethod
    def of(cls, asked: Asked, name: str, people: pl.DataFrame) -> Subgroups:
        """A category as it is; a number in halves, up to its median among the people of the model and above it."""
        asking = Asking(asked.cohort, (), (), asked.divided_by)
        values, _ = covariate_values(asking, asked.outcome, name)
        values = values.join(people.select("subject_id"), on="subject_id", how="semi")
        title = WORDS.get(name) or meaning_of(asked.cohort, name) or plain_words(name)
        if asking.is_number(name) and values[name].n_unique() > FEW_VALUES:
            labels, levels = _halves(values, name)
        else:
            text = pl.col(name).cast(pl.String).str.replace(r"\.0$", "")
            labels = values.select("subject_id", level=text)
            levels = tuple(in_order(labels["level"]))
        return cls(name, title, labels, levels, people.height - labels.height)


def _halves(values: pl.DataFrame, name: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    # The lower of the two middle values: a score that somebody has, and never between two.
    cut = float(np.quantile(values[name].to_numpy(), 0.5, method="lower"))
    said = text_half_up(cut, 1).removesuffix(".0")
    low, high = f"up to {said} (median)", f"over {said}"
    level = pl.when(pl.col(name) <= cut).then(pl.lit(low)).otherwise(pl.lit(high))
    return values.select("subject_id", level=level), (low, high)


@dataclass(frozen=True)
class RatioRow:
    """A row of a forest: of which subgroup or component, which groups, events and persons of each, the ratio.

    `value`, `low` and `high` are null where `why` says why there is no ratio. `part` is the heading it stands under.
    """

    part: str
    name: str
    group: str
    against: str
    counts: tuple[int, int]
    against_counts: tuple[int, int]
    level: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    method: str = ""
    why: str = ""


@dataclass(frozen=True)
class RatioForest:
    """Rows in order, the interaction test of each heading, what is held alike, and what must be said."""

    rows: tuple[RatioRow, ...]
    tests: tuple[NamedTest, ...]
    adjusted_for: str | None
    said: tuple[str, ...]
    outcome: Outcome

    def test_of(self, part: str) -> TestResult | None:
        """The interaction test of a heading; None where there is none."""
        return next((one.result for one in self.tests if one.what == f"interaction with {part}"), None)

    @property
    def estimates(self) -> Estimates:
        """The ratios as Estimates; `population` is the subgroup or component."""
        return Estimates.of(map(self._row, self.rows))

    def _row(self, row: RatioRow) -> dict[str, Any]:
        what = f"{self.outcome.endpoint.title}: hazard ratio"
        population = ": ".join(filter(None, [row.part, row.name]))
        events, n = (a + b for a, b in zip(row.counts, row.against_counts, strict=True))
        return {
            "what": what, "study": self.outcome.provenance.cohort, "group": row.group, "against": row.against,
            "population": population, "adjusted_for": self.adjusted_for, "value": row.value, "low": row.low,
            "high": row.high, "level": row.level, "scale": "log", "unit": "ratio", "n": n, "events": float(events),
            "method": row.method or "Cox's model", "standing": self.outcome.provenance.kind,
            "absent_reason": None if row.value is not None else (row.why or NOT_ESTIMABLE),
        }  # fmt: skip


def check_subgroups(cohort: Cohort, names: Sequence[str], by: str | None) -> None:
    """InputProblems with everything that is wrong with columns within which groups are to be compared.

    >>> from remission.outcomes.load import load_cohort
    >>> check_subgroups(load_cohort("two-arm"), ["sex", "age_years"], "arm")
    """
    Asking(cohort, (), (), by, tuple(names)).check()


@once
def estimate_subgroups(asked: Asked) -> RatioForest | None:
    """The ratio in each subgroup of the columns asked for, or of the usual ones; nothing where there are no groups.

    InputProblems with everything that is wrong with the columns named.
    """
    if asked.group_by is None:
        return None
    check_subgroups(asked.cohort, asked.subgroups, asked.divided_by)
    try:
        whole = _design(asked, asked.outcome)
    except NotEstimable:
        return None
    cut = [*_cut(asked, whole)]
    if not cut:
        return None
    rows = [*_rows_of(whole, "", "All", asked.choices.level)]
    tests = []
    for one in cut:
        rows += _of_subgroups(asked, one, whole)
        tests.append(NamedTest(
            f"interaction with {one.title}", _interaction(asked, one), asked.outcome.endpoint.title,
            adjusted_for=whole.adjusted_for,
        ))  # fmt: skip
    return RatioForest(
        tuple(rows), tuple(tests), whole.adjusted_for, (*whole.said, *_missing(cut)), asked.outcome.first
    )


@once
def estimate_components(asked: Asked) -> RatioForest | None:
    """The ratio of the whole and of each component of a composite; nothing for another endpoint, or without groups."""
    if asked.group_by is None or not asked.outcome.parts:
        return None
    try:
        whole = _design(asked, asked.outcome)
    except NotEstimable:
        return None
    rows = [*_rows_of(whole, "", "The whole", asked.choices.level)]
    for part in asked.outcome.parts:
        title = part.endpoint.title.partition(" (")[0]
        try:
            design = _design(asked, part)
        except NotEstimable as why:
            rows += _without(whole, "", title, "; ".join(why.reasons), asked.choices.level)
            continue
        rows += _rows_of(design, "", title, asked.choices.level)
    return RatioForest(tuple(rows), (), whole.adjusted_for, whole.said, asked.outcome)


def _design(asked: Asked, outcome: Outcome, among: Sequence[str] | None = None) -> Design:
    return Design.of(
        outcome, asked.cohort, asked.group_by, asked.adjust, asked.strata, among=among, baseline_of=asked.outcome
    )


def _cut(asked: Asked, whole: Design) -> Iterator[Subgroups]:
    """The subgroups of each column; of the usual ones those that the cohort has and that part anybody."""
    names = asked.subgroups or (*USUAL, *(one for one in asked.adjust if one not in USUAL))
    for name in dict.fromkeys(names):
        if name == asked.divided_by:
            continue
        try:
            check_subgroups(asked.cohort, (name,), asked.divided_by)
            found = Subgroups.of(asked, name, whole.people)
        except InputProblems:
            if asked.subgroups:
                raise
            continue
        if len(found.levels) > 1:
            yield found


def _missing(cut: Sequence[Subgroups]) -> Iterator[str]:
    for one in cut:
        if one.missing:
            yield f"{one.title} is not known of {one.missing:,} persons, who are in none of its subgroups."


def _of_subgroups(asked: Asked, cut: Subgroups, whole: Design) -> Iterator[RatioRow]:
    for level in cut.levels:
        among = cut.labels.filter(pl.col("level") == level)["subject_id"].to_list()
        try:
            design = _design(asked, asked.outcome, among)
        except NotEstimable as why:
            people = whole.people.filter(pl.col("subject_id").is_in(among))
            yield from _without(whole, cut.title, level, "; ".join(why.reasons), asked.choices.level, people)
            continue
        yield from _rows_of(design, cut.title, level, asked.choices.level)


def _counts(people: pl.DataFrame, group: str) -> tuple[int, int]:
    mine = people.filter(pl.col(GROUP) == group)
    return int(mine["event"].sum()), mine.height


def _without(
    design: Design, part: str, name: str, why: str, level: float, people: pl.DataFrame | None = None
) -> Iterator[RatioRow]:
    """Rows without a ratio, of each pair of groups, with the counts of `people` (none: of nobody)."""
    for column in design.group_columns:
        pair = (str(column.level), str(column.against))
        mine, other = ((0, 0) if people is None else _counts(people, group) for group in pair)
        yield RatioRow(part, name, *pair, mine, other, level, why=why)


def _rows_of(design: Design, part: str, name: str, level: float) -> Iterator[RatioRow]:
    """The ratio of each group to the reference among these people, or why there is none."""
    why = ""
    ratios: dict[object, dict[str, Any]] = {}
    events = int(design.people["event"].sum())
    needed = max(FEWEST_EVENTS, EVENTS_A_COLUMN * len(design.columns))
    if events < needed:
        why = f"too few events for a ratio (under {needed})"
    else:
        try:
            ratios = {row["group"]: row for row in estimate_hazard_ratios(cox(**design.arrays), level).rows()}
        except NotEstimable as refused:
            why = "no event in one of the groups" if refused.separated else "; ".join(refused.reasons)
    for column in design.group_columns:
        group, against = str(column.level), str(column.against)
        bare = RatioRow(part, name, group, against, design.events_in(group), design.events_in(against), level, why=why)
        if (found := ratios.get(column.name)) is None:
            yield bare
        else:
            value, low, high = (found[one] for one in ("value", "low", "high"))
            yield replace(bare, value=value, low=low, high=high, method=found["method"])


def _interaction(asked: Asked, cut: Subgroups) -> TestResult:
    """Twice the gain in log likelihood by the products of group and subgroup, which stand in one of two models."""
    what = "likelihood-ratio test of the interaction"
    try:
        design = _design(asked, asked.outcome, cut.labels["subject_id"].to_list())
        arrays = design.arrays
        if arrays["weight"] is not None:
            raise NotEstimable(["with weights there is no likelihood to compare"])
        plain, products = _columns(design, cut)
        without = cox(**arrays | {"covariates": plain})
        with_them = cox(**arrays | {"covariates": plain | products})
    except NotEstimable as refused:
        # What to do about separation in one model, Firth's likelihood, is no answer to a test between two.
        why = TOO_FEW_TO_PART if refused.separated else "; ".join(refused.reasons)
        return TestResult(math.nan, None, math.nan, f"{what} with {cut.title}: not estimable, {why}")
    gain = 2 * (with_them.log_likelihood - without.log_likelihood)
    held = f", {adjusted_words(design.adjusted_for)}" if design.adjusted_for else ""
    return ChiSquared.of(max(gain, 0.0), len(products), f"{what}, {without.method}{held}")


def _columns(design: Design, cut: Subgroups) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of the groups, of what is held alike and of the subgroups; and the products of groups and subgroups."""
    mine = design.people.join(cut.labels, on="subject_id", how="left", maintain_order="left")["level"]
    levels = {level: (mine == level).cast(pl.Float64).to_numpy() for level in cut.levels}
    # What is held alike and cut into each of its values stands there already as subgroups.
    doubled = {
        column.name
        for column in design.columns
        if column.source == cut.name and _is_told_by(mine, design.values[column.name])
    }
    plain = {name: values for name, values in design.values.items() if name not in doubled}
    further = list(levels.items())[1:]
    plain |= {f"subgroup {level}": column for level, column in further}
    products = {
        f"{group.name} in {level}": design.values[group.name] * column
        for group in design.group_columns
        for level, column in further
    }
    return plain, products


def _is_told_by(level: pl.Series, values: Floats) -> bool:
    """Has everybody of a subgroup the same value?"""
    of_each = pl.DataFrame([level.alias("level"), pl.Series("value", values)]).group_by("level")
    return bool(of_each.agg(pl.col("value").n_unique() == 1)["value"].all())
