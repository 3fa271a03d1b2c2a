"""Relapses before and after entry of the same people: never without its warning, and with what selection explains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.comparison.design.records import lower_words
from remission.exhibits.wording import NBSP, count, percent
from remission.inputs.problems import InputProblems, Problem
from remission.outcomes.counts import CountOutcome, evaluate_counts
from remission.stats.horizons import YEAR_DAYS
from remission.stats.regression_to_the_mean import AfterSelection, expect_after_selection
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.comparison.design.emulated import Emulated
    from remission.comparison.design.known import Known
    from remission.comparison.design.records import Design, Selection
    from remission.records.cohort import Cohort

EVERYBODY = "Everybody in the trial"
WARNING = (
    "Rates before and after entry of the same people are no effect of what they began. Whoever must have had relapses "
    "to enter has fewer afterwards, whatever is done: regression to the mean."
)
TAKEN = (
    "The expected fall takes for granted that each person's own rate stays as it is, and that people differ as the "
    "source says. Rates also fall with age, so that still less of a fall may be due to treatment."
)


@dataclass(frozen=True)
class BeforeAfter:
    """One group: its people, and relapses a year in the window before entry and in follow-up after day zero."""

    name: str
    people: int
    before: float
    after: float

    def said(self, expected: AfterSelection) -> str:
        """Both rates, the fall, and how much of it is expected from selection alone."""
        rates = f"{text_half_up(self.before, 2)} relapses a year before entry and {text_half_up(self.after, 2)} after"
        part = expected.part_of(self.before, self.after)
        if not math.isfinite(part):
            return f"{self.name}: {rates}. No fall was seen."
        fall = percent(1 - self.after / self.before, 0)
        much = "all of it or more" if part >= 1 else f"{percent(part, 0)} of it"
        return f"{self.name}: {rates}, a fall of {fall}. Selection alone is expected to explain {much}."


@dataclass(frozen=True)
class SelectedRates:
    """Every group before and after, the rule, and what is expected of it."""

    rule: Selection
    expected: AfterSelection
    groups: tuple[BeforeAfter, ...]

    @property
    def expectation(self) -> str:
        """What is expected of the rule, with the numbers it rests on and their source."""
        rule, told = self.rule, self.expected
        years = f"{rule.within_years:g}{NBSP}year{'' if rule.within_years == 1 else 's'}"
        return (
            f"Entered with at least {count(rule.at_least, 'relapse')} in {years}. In a population of {rule.mean:g} "
            f"relapses a year with a dispersion of {rule.dispersion:g} ({rule.source}) such people had "
            f"{text_half_up(told.before, 2)} a year before and have {text_half_up(told.after, 2)} after, if nothing is "
            f"done: a fall of {percent(told.fall, 0)}. {TAKEN}"
        )


def count_relapses(cohort: Cohort, design: Design, known: Known) -> tuple[CountOutcome | None, list[Problem]]:
    """Relapses after day zero as the rule counts them, or what is wrong with it in this cohort."""
    rule = design.selection
    if rule is None:
        return None, []
    key, problems = "selection.relapses", list[Problem]()
    if problem := known.problem(key, rule.relapses):
        problems.append(problem)
    elif not known.is_number(rule.relapses):
        found, allowed = f"{rule.relapses}, a text", "a number of relapses"
        problems.append(Problem.at_key(known.file, key, found=found, allowed=allowed, do="Choose another column."))
    try:
        return evaluate_counts(cohort, rule.counted), problems
    except InputProblems as wrong:
        return None, [*problems, *wrong.problems]


def rates_of(emulated: Emulated, known: Known) -> SelectedRates | None:
    """Rates of each strategy (of clones and sequences, of everybody); None without a rule.

    InputProblems where somebody in the trial does not meet the rule: the expected fall would be of others.
    """
    rule = emulated.design.selection
    if rule is None or emulated.counted is None:
        return None
    values = known.values(rule.relapses, emulated.outcome)
    people = emulated.people.unique("subject_id", maintain_order=True).select("subject_id", "treated")
    people = people.join(values, on="subject_id", how="left", maintain_order="left")
    people = people.join(emulated.counted.counts, on="subject_id", how="left", maintain_order="left")
    met = people.filter(pl.col("value") >= rule.at_least).height
    if met < people.height:
        raise InputProblems(
            Problem.at_key(
                known.file, "selection.at_least",
                found=f"{count(people.height - met, 'person')} in the trial without {rule.at_least} or more "
                f"({lower_words(rule.relapses)})",
                allowed="a rule that everybody in the trial meets", do="Add the rule to eligibility, or correct it.",
            )
        )  # fmt: skip
    expected = expect_after_selection(
        rule.mean, rule.dispersion, at_least=rule.at_least, within_years=rule.within_years
    )  # fmt: skip
    design = emulated.design
    parts = [(EVERYBODY, people)] if design.cloned or design.in_sequence else [
        (name, people.filter(pl.col("treated") == treated))
        for name, treated in zip(emulated.names, (True, False), strict=True)
    ]  # fmt: skip
    return SelectedRates(rule, expected, tuple(_group(name, part, rule.within_years) for name, part in parts))


def _group(name: str, people: pl.DataFrame, years: float) -> BeforeAfter:
    # Somebody without follow-up has a window before entry and no time after it: they are in neither rate.
    followed = people.filter(pl.col("person_days") > 0)
    if not followed.height:
        return BeforeAfter(name, 0, math.nan, math.nan)
    before = float(followed["value"].cast(pl.Float64).sum()) / (followed.height * years)
    after = int(followed["events"].sum()) / (int(followed["person_days"].cast(pl.Int64).sum()) / YEAR_DAYS)
    return BeforeAfter(name, followed.height, before, after)
