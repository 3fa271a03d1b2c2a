"""Groups compared by every model that applies: rows of contrasts, rows of tests, and what each model says of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.comparison.models import find_models
from remission.inputs.problems import InputProblems, Problem, check_together
from remission.inputs.tabular import Tabular
from remission.outcomes.definitions.reading import load_endpoint
from remission.report.asked import ask
from remission.report.curves.first_events import estimate_whole
from remission.report.groups import Grouping, label_groups, names_of
from remission.report.models.covariates import Asking
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.records.cohort import Cohort
    from remission.report.asked import Asked
    from remission.report.models.compared import Compared, NamedTest

TESTS: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("what", "endpoint", "group", "against", "adjusted_for"), pl.String),
    "to_day": pl.Int32,
    "statistic": pl.Float64,
    "df": pl.Int32,
    "p": pl.Float64,
    "method": pl.String,
}


@dataclass(frozen=True, repr=False, eq=False)
class GroupsCompared(Tabular):
    """How the groups of `asked` compare: what each model says, by the name of its file and in order."""

    asked: Asked
    models: dict[str, Compared]

    @property
    def estimates(self) -> Estimates:
        """Every contrast: hazard ratios, differences in restricted mean and in shares, and what else there is."""
        return Estimates.together(one.estimates for one in self.models.values())

    @property
    def tests(self) -> pl.DataFrame:
        """Every test, a row each: what, endpoint, group, against, adjusted_for, to_day, statistic, df, p, method.

        A test of all groups has no group; one that is not estimable has no p, and its method says why.
        """
        rows = [_tested(test) for one in self.models.values() for test in one.tests]
        return pl.DataFrame(rows, TESTS)

    @property
    def answers(self) -> list[str]:
        """The first sentence of each model, in order."""
        return list(dict.fromkeys(one.said[0] for one in self.models.values() if one.said))

    @property
    def said(self) -> str:
        """Of which outcome, and how many rows."""
        return f"{self.asked.outcome.said}; {self.estimates.frame.height:,} contrasts, {self.tests.height:,} tests"

    def _rows(self) -> pl.DataFrame:
        return self.estimates.frame


def _tested(test: NamedTest) -> dict[str, Any]:
    found = test.result
    numbers = {"statistic": found.statistic, "p": found.p}
    known = {name: None if math.isnan(one) else one for name, one in numbers.items()}
    said = {name: getattr(test, name) for name in TESTS if hasattr(test, name)}
    return {**said, **known, "df": found.df, "method": found.method}


def compare_groups(
    cohort: Cohort,
    endpoint: Endpoint | str,
    by: Grouping | str,
    *,
    adjust: Sequence[str] = (),
    strata: Sequence[str] = (),
    subgroups: Sequence[str] = (),
    level: float | None = None,
    at_years: Sequence[float] | None = None,
) -> GroupsCompared:
    """Compare the groups of a column by an endpoint, with every model of the report that applies.

    `by` is a column known on day zero, or a Grouping with the reference; models hold the columns `adjust` alike,
    `strata` have baseline hazards of their own, and the values of `subgroups` are compared within.
    InputProblems with everything that is wrong with the columns, the reference, the times or the records.

    >>> from remission.outcomes.load import load_cohort
    >>> found = compare_groups(load_cohort("two-arm"), "cdp-24w", "arm")
    >>> found.tests["what"][0], found.estimates.frame["group"].unique().to_list()
    ('hazard ratio', ['HSCT'])
    """
    return estimate_compared(
        ask_compared(
            cohort, endpoint, by, adjust=adjust, strata=strata, subgroups=subgroups, level=level, at_years=at_years
        )
    )


def ask_compared(
    cohort: Cohort,
    endpoint: Endpoint | str,
    by: Grouping | str,
    *,
    adjust: Sequence[str] = (),
    strata: Sequence[str] = (),
    subgroups: Sequence[str] = (),
    level: float | None = None,
    at_years: Sequence[float] | None = None,
) -> Asked:
    """What a comparison is asked, evaluated; InputProblems with all that is wrong at once, as in `compare_groups`."""
    grouping = Grouping.of(by)
    assert grouping is not None
    definition = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    asking = Asking(cohort, names_of(adjust), names_of(strata), grouping.column, names_of(subgroups))
    evaluated: list[Asked] = []

    def evaluate() -> None:
        evaluated.append(
            ask(
                cohort, definition, group_by=grouping, level=level, at_years=at_years, adjust=adjust, strata=strata,
                subgroups=subgroups,
            )
        )  # fmt: skip

    check_together(lambda: _check_groups(cohort, grouping), asking.check, evaluate)
    return evaluated[0]


def _check_groups(cohort: Cohort, grouping: Grouping) -> None:
    groups = label_groups(cohort, grouping)["group"].n_unique()
    if groups < 2:
        allowed, do = "two groups or more", "Choose another column for --by."
        raise InputProblems(Problem.at_key("subjects", grouping.column, found="one group", allowed=allowed, do=do))


def estimate_compared(asked: Asked) -> GroupsCompared:
    """What each model says of how the groups compare."""
    # First, for it refuses what no model could use.
    estimate_whole(asked)
    found = ((name, one.compared(asked)) for name, one in find_models().items())
    return GroupsCompared(asked, {name: one for name, one in found if one is not None})
