"""The number behind a condition as a row of Estimates, and whom it rests on: of a pool, a study or a fact of the file.

Shares are proportions here, whatever the unit of print. An interval is the printed one where there is one; from a count
it is exact, from a printed standard error normal; a value without any of these has none, and its row says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from remission.stats.differences import estimate_difference
from remission.stats.estimates import COLUMNS
from remission.stats.intervals import normal_quantile
from remission.stats.proportions import estimate_proportion
from remission.studies.lines import estimates_of
from remission.studies.quantities import quantities
from remission.studies.study import weakest

if TYPE_CHECKING:
    from remission.studies.claims.claim import Fact, Where
    from remission.studies.lines import Line
    from remission.studies.load import Studies
    from remission.studies.pools import Pools
    from remission.studies.study import Number, Study

NO_INTERVAL = "no interval was read"
TWO_LEVELS = "the intervals of its two numbers are of two levels"
FROM_ERROR = "normal limits from the printed standard error"
LEVEL = 0.95
ENDS = {"low": "lower end of an interval", "high": "upper end of an interval"}
OF_NUMBER = ("arm", "against", "course", "among", "months")
Row = Mapping[str, Any]
# By the shape of what is pooled: pooled shares are proportions, whatever they are the share of.
_UNITS = {"count": "proportion", "survival": "proportion", "share": "proportion"}


@dataclass(frozen=True)
class Measured:
    """A number as a row of Estimates; who was asked, when that was published, and when it was read last.

    `cohorts` are those it was pooled of, some of which may be arms of one study, `second_hand` how many of them nobody
    read where they were printed; `left_out` are studies that tell of it too.
    `end` says that it is an end of an interval: low or high.
    """

    row: Row
    studies: tuple[str, ...]
    years: tuple[int, ...]
    read: date | None
    cohorts: int = 1
    second_hand: int = 0
    left_out: tuple[str, ...] = ()
    end: str = ""

    @property
    def limits(self) -> tuple[float, float] | None:
        """Its interval; None where there is none."""
        low, high = self.row["low"], self.row["high"]
        return None if low is None or high is None else (low, high)

    @property
    def value(self) -> float:
        """Its value."""
        return float(self.row["value"])


@dataclass(frozen=True)
class Evidence:
    """What claims are decided on: the studies, and every pooling question, each asked once."""

    studies: Studies
    ask: Callable[[str, Studies], Pools]
    _asked: dict[str, Pools] = field(default_factory=dict, repr=False, compare=False)

    def pool(self, name: str) -> Pools:
        """What a pooling question answers."""
        # Kept: two claims and the front page ask the same question, which takes a tenth of a second.
        if name not in self._asked:
            self._asked[name] = self.ask(name, self.studies)
        return self._asked[name]


def measure(where: Where, evidence: Evidence, facts: Sequence[Fact] = ()) -> Measured | None:
    """The number at a place, which may be one of these facts; None where there is none that may be shown.

    The end of an interval is a number without one; None where no interval was read.
    """
    found = _measure(where, evidence, facts)
    return _end_of(found, where.end) if found and where.end else found


def _end_of(measured: Measured, end: str) -> Measured | None:
    if measured.limits is None:
        return None
    # Its level stays: the lower end of a 90 % interval lies higher than that of a 95 % one.
    bare = {"value": measured.row[end], "low": None, "high": None, "absent_reason": f"it is the {ENDS[end]}"}
    return replace(measured, row={**measured.row, **bare}, end=end)


def _measure(where: Where, evidence: Evidence, facts: Sequence[Fact]) -> Measured | None:
    if where.pool:
        return _of_pool(where, evidence)
    if where.study:
        return _of_study(where, evidence)
    fact = next((one for one in facts if one.name == where.fact), None)
    return _of_fact(fact) if fact else None


def difference(first: Measured, second: Measured) -> Measured:
    """The first number less the second; without an interval where one of them has none, or theirs differ in level."""
    known = (*dict.fromkeys((*first.studies, *second.studies)),)
    read = max(filter(None, (first.read, second.read)), default=None)
    years = tuple(sorted({*first.years, *second.years}))
    pair = [(one.value, *one.limits) for one in (first, second) if one.limits]
    levels = {one.row["level"] or LEVEL for one in (first, second)}
    if len(pair) == 2 and len(levels) == 1:
        row = dict(estimate_difference(pair[0], pair[1], levels.pop()).rows()[0])
    else:
        why = NO_INTERVAL if len(pair) < 2 else TWO_LEVELS
        row = _row(what="difference", value=first.value - second.value, method="difference", absent_reason=why)
    left = tuple(sorted({*first.left_out, *second.left_out}))
    standing = weakest(str(one.row["standing"]) for one in (first, second))
    row |= {"unit": first.row["unit"], "studies": len(known), "studies_left_out": len(left), "standing": standing}
    cohorts, second_hand = first.cohorts + second.cohorts, first.second_hand + second.second_hand
    return Measured(row, known, years, read, cohorts=cohorts, second_hand=second_hand, left_out=left)


def _of_pool(where: Where, evidence: Evidence) -> Measured | None:
    """The pooled number of a group by an estimator; rows of prediction and of spread have another `what`."""
    pools = evidence.pool(where.pool)
    line = next((one for one in pools.lines if _is_asked(one, where)), None)
    if line is None:
        return None
    numbers = (row for row in estimates_of([line], pools.question).rows() if row["what"] in pools.question.what)
    unit = _UNITS.get(pools.question.shape, pools.question.shape)
    studies = tuple(dict.fromkeys(one.study for one in pools.kept if one.group == where.group))
    years = sorted(filter(None, (evidence.studies.of_name(name).year for name in studies)))
    return Measured({**next(numbers), "unit": unit}, studies, tuple(years), pools.read, cohorts=line.pooled.k,
                    second_hand=line.second_hand, left_out=line.missing)  # fmt: skip


def _is_asked(line: Line, where: Where) -> bool:
    asked = line.group == where.group and line.pooled.method.startswith(where.estimator)
    return asked and line.pooled.value is not None


def _of_study(where: Where, evidence: Evidence) -> Measured | None:
    study = evidence.studies.by_name.get(where.study)
    number = next((one for one in study.numbers if is_of(one, where) and one.is_showable), None) if study else None
    return of_number(study, number) if study and number else None


def is_of(number: Number, where: Where) -> bool:
    """Is a number of a study the one that is asked for, may it be shown or not?"""
    asked = {name: getattr(where, name) for name in OF_NUMBER}
    return number.what == where.what and all(
        value is None or getattr(number, name) == value for name, value in asked.items()
    )


def of_number(study: Study, number: Number) -> Measured | None:
    """A number of a study as a row; None where it is neither a value nor a count."""
    quantity = quantities()[number.what]
    scale = 0.01 if quantity.is_percentage else 1.0
    unit = "proportion" if quantity.is_percentage else quantity.unit
    row = _limits_of(number, scale, is_share=quantity.is_percentage)
    if row is None:
        return None
    about = {"what": number.what, "study": study.name, "group": number.arm or None, "against": number.against or None,
             "unit": unit, "standing": number.status, "studies": 1, "studies_left_out": 0}  # fmt: skip
    return Measured(row | about, (study.name,), _years(study.year), number.date_read,
                    second_hand=int(number.status == "secondary"))  # fmt: skip


def _limits_of(number: Number, scale: float, *, is_share: bool) -> dict[str, Any] | None:
    # The authors' own interval goes first: they had the times of events, where a count has only their number.
    if number.has_interval and number.value is not None:
        low, high = (scale * float(limit or 0) for limit in (number.low, number.high))
        level = number.level or LEVEL
        return _row(value=scale * number.value, low=low, high=high, level=level, method=f"as printed, {number.how}")
    if number.events is not None and number.denominator:
        return _exact(number.events, number.denominator)
    if number.value is None:
        return None
    value = scale * number.value
    if number.standard_error is not None:
        half = normal_quantile(LEVEL) * scale * number.standard_error
        low, high = value - half, value + half
        # Beyond 0 and 1 lies no share; scores and ratios do lie there.
        low, high = (max(low, 0.0), min(high, 1.0)) if is_share else (low, high)
        return _row(value=value, low=low, high=high, level=LEVEL, method=FROM_ERROR)
    return _row(value=value, method=f"as printed, {number.how}", n=number.denominator, absent_reason=NO_INTERVAL)


def _of_fact(fact: Fact) -> Measured | None:
    if fact.status == "unverified":
        return None
    if fact.events is not None and fact.denominator is not None:
        row = _exact(fact.events, fact.denominator)
    elif fact.value is not None:
        reason = None if fact.low is not None else NO_INTERVAL
        row = _row(value=fact.value, low=fact.low, high=fact.high, method="as printed", absent_reason=reason)
        row |= {"level": fact.level if fact.low is not None else None}
    else:
        return None
    row |= {"what": fact.name, "unit": fact.unit, "standing": fact.status, "studies": 1, "studies_left_out": 0}
    return Measured(row, (), _years(fact.year), fact.date_read,
                    second_hand=int(fact.status == "secondary"))  # fmt: skip


def _years(year: int | None) -> tuple[int, ...]:
    return () if year is None else (year,)


def _exact(events: int, denominator: int) -> dict[str, Any]:
    found = dict(estimate_proportion(events, denominator, LEVEL, "clopper-pearson").rows()[0])
    return found | {"events": float(events)}


def _row(**filled: Any) -> dict[str, Any]:
    return {name: filled.get(name) for name in COLUMNS}
