"""What a report is asked, in one record: every section of the page is made from it and from nothing else.

What several sections rest on (a curve stands in the headlines and in its section) is a function of this record, kept
`once`. So the record knows of no recipe, and a new estimate is added beside its recipe, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

from remission.exhibits.figure import Figure
from remission.exhibits.page import Picture
from remission.inputs.problems import InputProblems, Problem
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint, Estimation
from remission.outcomes.evaluation import evaluate
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort
from remission.report.groups import GroupBy, Grouping, names_of

if TYPE_CHECKING:
    from remission.stats.intervals import Interval

Found = TypeVar("Found")
# Day 100 is the usual border between early and late toxicity of a transplant.
EARLY_UNTIL = 100


@dataclass(frozen=True)
class Asked:
    """One endpoint in one cohort: its outcome, how it is summarised, how people are divided.

    `outcome` has every episode of an endpoint that recurs. Models hold `adjust` (columns known on day zero) alike, and
    each of the `strata` (columns too) has a baseline hazard of its own. Each value of the columns `subgroups` is a
    subgroup; where none is named, those of the columns that the cohort has by itself. `picture` makes a figure ready
    for the page, and writes its files where there is a folder for them. `aggregates_only` leaves out what tells of
    single persons, `tests_on_figures` writes how groups compare into their curves, and adverse events are early up to
    `early_days`. `kept` holds what was estimated already (see `once`); a copy of the record with another `picture`
    shares it, because no estimate depends on how it is drawn.
    """

    cohort: Cohort
    outcome: Outcome
    choices: Estimation
    group_by: GroupBy = None
    adjust: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    subgroups: tuple[str, ...] = ()
    picture: Callable[[Figure], Picture] = Picture.of
    aggregates_only: bool = False
    tests_on_figures: bool = False
    early_days: int = EARLY_UNTIL
    kept: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    @property
    def divided_by(self) -> str | None:
        """The column that divides people; None where they are not divided."""
        grouping = Grouping.of(self.group_by)
        return grouping.column if grouping else None


def ask(
    cohort: Cohort,
    endpoint: Endpoint | str,
    *,
    group_by: GroupBy = None,
    level: float | None = None,
    interval: Interval | None = None,
    at_years: Sequence[float] | None = None,
    adjust: Sequence[str] = (),
    strata: Sequence[str] = (),
    subgroups: Sequence[str] = (),
) -> Asked:
    """Evaluate an endpoint for a report; level, interval and times are the endpoint's where not given.

    InputProblems as `load_endpoint` and `evaluate` raise them, and for times that are none.

    >>> from remission.outcomes.load import load_cohort
    >>> ask(load_cohort("halt-ms"), "halt-ms-efs", interval="plain").choices
    Estimation(level=0.9, interval='plain', at_years=(1.0, 2.0, 3.0, 5.0), death='censors', late_death_days=365)
    """
    endpoint = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    said = endpoint.estimation
    _check_times(at_years or ())
    times = tuple(sorted(set(at_years or said.at_years)))
    choices = replace(said, level=level or said.level, interval=interval or said.interval, at_years=times)
    columns = (names_of(adjust), names_of(strata), names_of(subgroups))
    return Asked(cohort, evaluate(cohort, endpoint), choices, group_by, *columns)


def _check_times(years: Sequence[float]) -> None:
    """Times within what an endpoint's file may say: at day 0 nothing has happened, and NaN is no time."""
    wrong = [f"{year:g}" for year in years if not 0.1 <= year <= 100]
    if wrong:
        allowed = "years from 0.1 to 100, such as 1,2,3"
        raise InputProblems(Problem.at_key("--at", "years", found=", ".join(wrong), allowed=allowed, do="Give others."))


def once(estimate: Callable[[Asked], Found]) -> Callable[[Asked], Found]:
    """Estimate when a section first wants it, and give the same to whoever wants it next.

    >>> @once
    ... def people(asked: Asked) -> list[str]:
    ...     return asked.cohort.subjects["subject_id"].to_list()
    >>> from remission.outcomes.load import load_cohort
    >>> asked = ask(load_cohort("halt-ms"), "death")
    >>> people(asked) is people(asked)
    True
    """

    @wraps(estimate)
    def kept(asked: Asked) -> Found:
        if estimate not in asked.kept:
            asked.kept[estimate] = estimate(asked)
        return cast(Found, asked.kept[estimate])

    return kept
