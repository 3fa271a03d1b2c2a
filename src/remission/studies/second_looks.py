"""Second looks at a pool: without each cohort, as it grew year by year, and along something that studies differ in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import starmap
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from remission.stats.pooling.effects import Effects, logit_proportions
from remission.stats.pooling.regression import Regression, meta_regression
from remission.stats.pooling.sensitivity import cumulative, leave_one_out
from remission.studies.estimators import ESTIMATORS, survival_effects
from remission.studies.pools import EVERYBODY, Pools

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from remission.stats.pooling.pooled import Pooled
    from remission.studies.overlap import Entry


Kind = Literal["without-each", "by-year", "slopes"]


class Look(NamedTuple):
    """A pooled number with one cohort more or less, and which one that was."""

    entry: Entry
    pooled: Pooled


def without_each(pools: Pools, estimator: str) -> tuple[Look, ...]:
    """The pool without each of its cohorts, in their order; empty where there is no pooled number.

    >>> from remission.studies.load import load_studies
    >>> from remission.studies.pools import ask_pool
    >>> looks = without_each(ask_pool("hsct-mortality", load_studies()), "crude")
    >>> len(looks), {one.entry.study.name: one.pooled.k for one in looks}["uk-2025"]
    (19, 18)
    """
    entries = _entries(pools, estimator)
    found = leave_one_out(_fit_of(estimator), _column(entries)) if entries else []
    return tuple(starmap(Look, zip(entries, found, strict=True)))


def year_by_year(pools: Pools, estimator: str) -> tuple[Look, ...]:
    """The pool as it would have been after each study, by year of publication; from the first two cohorts on.

    It is the pool of today's studies cut off at a year, and not what was known in that year: an earlier report of the
    same people is not put back in.
    """
    # What has no year of publication yet comes last.
    entries = sorted(_entries(pools, estimator), key=lambda one: (one.study.year or 9999, one.study.name))
    found = cumulative(_fit_of(estimator), _column(entries), order=range(len(entries))) if entries else []
    return tuple(starmap(Look, zip(entries, found, strict=True)))[1:]


def slope(pools: Pools, covariate: str) -> Regression:
    """How a pooled number changes along something in which studies differ; refused under ten studies that tell it.

    `covariate` is a name of COVARIATES; KeyError for another. Counts are taken as log odds with a half added where
    nobody had the event, so the slope is of a model that stands beside the pool and not of it.

    >>> from remission.studies.load import load_studies
    >>> from remission.studies.pools import ask_pool
    >>> found = slope(ask_pool("hsct-mortality", load_studies()), "EDSS at the start")
    >>> found.k, found.absent_reason.startswith("not estimable")
    (4, True)
    """
    tell = COVARIATES[covariate]
    entries = _entries(pools)
    told = [tell(one) for one in entries]
    values = np.array([math.nan if one is None else one for one in told])
    return meta_regression(_effects(pools, entries), {covariate: values})


def _entries(pools: Pools, estimator: str = "") -> list[Entry]:
    line = pools.line(estimator) if estimator else None
    if estimator and (line is None or line.pooled.value is None):
        return []
    return [one.entry for one in pools.kept if one.group == EVERYBODY]


def _fit_of(estimator: str) -> Callable[[Iterable[Entry]], Pooled]:
    return lambda entries: ESTIMATORS[estimator].fit(list(entries))


def _column(entries: Sequence[Entry]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Cohorts as an array of one entry each."""
    column = np.empty(len(entries), dtype=object)
    column[:] = entries
    return column


def _effects(pools: Pools, entries: Sequence[Entry]) -> Effects:
    if pools.question.shape == "count":
        return logit_proportions([one.number.events or 0 for one in entries], [one.people or 0 for one in entries])
    return survival_effects(entries)


def _printed(what: str) -> Callable[[Entry], float | None]:
    def tell(entry: Entry) -> float | None:
        found = entry.study.number(what, entry.number.arm, course=entry.number.course)
        return found.value if found else None

    return tell


def _middle_year(entry: Entry) -> float | None:
    years = entry.study.years
    if years is None or not years.is_showable or years.first is None or years.last is None:
        return None
    return (years.first + years.last) / 2


COVARIATES: Mapping[str, Callable[[Entry], float | None]] = {
    "year of publication": lambda entry: entry.study.year,
    "middle year of treatment": _middle_year,
    "relapsing-remitting, %": _printed("relapsing-remitting"),
    "EDSS at the start": _printed("edss-at-start"),
    "follow-up, years": _printed("follow-up"),
}


def looks(pools: Pools, kind: Kind) -> list[dict[str, object]]:
    """A second look as rows, for a table or a program: of every estimator, or of every covariate.

    >>> from remission.studies.load import load_studies
    >>> from remission.studies.pools import ask_pool
    >>> looks(ask_pool("hsct-mortality", load_studies()), "slopes")[0]["covariate"]
    'year of publication'
    """
    if kind == "slopes":
        return [_slope_row(name, slope(pools, name)) for name in COVARIATES] if _entries(pools) else []
    make = without_each if kind == "without-each" else year_by_year
    names = list(dict.fromkeys(one.estimator for one in pools.lines))
    return [_look_row(name, one) for name in names for one in make(pools, name)]


def _look_row(estimator: str, look: Look) -> dict[str, object]:
    study, pooled = look.entry.study, look.pooled
    numbers = {"k": pooled.k, "value": pooled.value, "low": pooled.low, "high": pooled.high}
    about: dict[str, object] = {
        "estimator": estimator,
        "study": study.name,
        "title": look.entry.name,
        "year": study.year,
    }
    return about | numbers | {"estimates": pooled.estimates, "absent_reason": pooled.absent_reason}


def _slope_row(covariate: str, found: Regression) -> dict[str, object]:
    columns = {"slope": found.coefficients, "low": found.low, "high": found.high, "p": found.p}
    numbers = {name: None if column is None else float(column[1]) for name, column in columns.items()}
    about: dict[str, object] = {"covariate": covariate, "k": found.k, "studies_left_out": found.left_out}
    return about | numbers | {"method": found.method, "absent_reason": found.absent_reason, "warning": found.warning}
