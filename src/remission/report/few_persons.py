"""What can be said of few people: exact limits where a curve has none, what its limits and a test of few are worth.

Kaplan-Meier limits lean on events: where nobody, or everybody, had one there are none, and in a few dozen people they
hold the truth less often than they promise, or more often.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from remission.exhibits.wording import amount, at_years, count, level_words, limits_words, listed, p_words, percent
from remission.library.catalogue import table
from remission.stats.estimates import Estimates
from remission.stats.proportions import estimate_proportion
from remission.stats.rounding import text_half_up
from remission.stats.survival.kaplan_meier import FEW_PERSONS
from remission.stats.survival.logrank import log_rank

if TYPE_CHECKING:
    from remission.report.event_free import EventFree
    from remission.stats.intervals import Interval
    from remission.stats.survival.kaplan_meier import Curve

EXACT = "event-free, exact binomial"
# So many ways to choose who is in the smaller group are looked at one by one.
MOST_WAYS = 1_000
# Two statistics that differ by less than this share are one: sums in another order.
SAME_STATISTIC = 1e-9


@dataclass(frozen=True)
class Coverage:
    """How often limits of one kind held the truth, as `validation/interval_coverage.py` measured it.

    truth: the share that is event-free; lost: the share lost before then; coverage: of the samples that have limits;
    without_limits: the share of samples that have none.
    """

    interval: str
    level: float
    n: int
    truth: float
    lost: float
    coverage: float
    without_limits: float
    samples: int
    source: str
    status: Literal["derived"]


@cache
def coverages() -> tuple[Coverage, ...]:
    """All that was measured.

    >>> {one.n for one in coverages()}
    {24}
    """
    return table("interval_coverage", Coverage)


def coverage_sentence(level: float, interval: Interval) -> str:
    """What an interval of this kind is worth in few people; of a level that was not measured, by the nearest one.

    >>> coverage_sentence(0.9, "plain").startswith("How far to trust an interval of so few")
    True
    """
    nearest = min({one.level for one in coverages()}, key=lambda measured: abs(measured - level))
    mine = _measured(nearest, interval)
    held = listed([text_half_up(100 * one.coverage, 1) for one in mine])
    truths = listed([f"{100 * one.truth:g}" for one in mine])
    first = mine[0]
    worst = min(_measured(nearest, "plain"), key=lambda one: one.coverage)
    plain = f", and {percent(worst.coverage)} of plain ones at {100 * worst.truth:g} %" if interval != "plain" else ""
    return (
        f"How far to trust an interval of so few: {held} % of {level_words(nearest)} {interval} intervals held the "
        f"true share ({truths} %) in simulated samples of {first.n} with {percent(first.lost, 0)} lost{plain}. "
        "Samples without limits are left out."
    )


def _measured(level: float, interval: str) -> list[Coverage]:
    return [one for one in coverages() if (one.level, one.interval) == (level, interval)]


def exact_estimates(result: EventFree) -> Estimates:
    """Clopper-Pearson limits at the chosen times at which a curve is at 1 or 0, where `exact_row` has any."""
    curves: dict[object, Curve] = {one.name or None: one.curve for one in result.curves}
    rows = ((row, curves[row["group"]]) for row in result.at_times.rows() if row["value"] in (0, 1))
    found = ((row, exact_row(curve, row)) for row, curve in rows)
    return Estimates.of({**row, **exact} for row, exact in found if exact["low"] is not None)


def exact_row(curve: Curve, row: Mapping[str, Any]) -> dict[str, Any]:
    """Exact limits in place of those that a row of `estimate_survival` at 1 or 0 does not have, or why there are none.

    Where nobody was lost before the day, a curve is a plain share. Where some were lost and nobody had the event, it is
    one of those followed to the day: that they were is known of everybody. Else a share would need to know how long
    those with the event would have been followed.
    """
    day, happened = row["at_days"], row["events"]
    what = f"{str(row['what']).rpartition(': ')[0]}: {EXACT}"
    lost = float(curve.censored[curve.days < day].sum())
    if why := _why_not(curve, lost, happened):
        return {"what": what, "low": None, "high": None, "method": "", "absent_reason": why}
    whom = int(row["at_risk"]) if lost else curve.n
    limits = estimate_proportion(whom if row["value"] else 0, whom, row["level"], "clopper-pearson").rows()[0]
    of = "those followed to then" if lost else "all, for nobody was lost before then"
    named = {name: limits[name] for name in ("low", "high", "n", "numerator", "denominator")}
    return {"what": what, **named, "method": f"exact binomial (Clopper-Pearson) of {of}", "absent_reason": None}


def _why_not(curve: Curve, lost: float, happened: float) -> str | None:
    if "weighted" in curve.method or "late entry" in curve.method or curve.clusters is not None:
        return "it needs persons who count alike, each by themselves, and are all watched from the start"
    if lost and happened:
        return f"it needs that nobody is lost before then, and {count(lost, 'person')} {_was(lost)}"
    return None


def _was(number: float) -> str:
    return "was" if number == 1 else "were"


def exact_sentence(curve: Curve, row: Mapping[str, Any]) -> str:
    """What stands behind a headline without limits: exact ones, labelled as such, or why there are none."""
    if row["value"] not in (0, 1):
        return ""
    found = exact_row(curve, row)
    if found["low"] is None:
        return f"No exact binomial interval either: {found['absent_reason']}."
    interval = f"exact binomial (Clopper-Pearson) {level_words(row['level'])} interval"
    if found["n"] == curve.n:
        return f"{interval[:1].upper()}{interval[1:]}: {limits_words(found)} %, for nobody was lost before then."
    lost = amount(curve.n - found["n"])
    return (
        f"Of the {found['n']:,} followed to {at_years(row['at_days'])}: {interval} {limits_words(found)} % "
        f"({lost} of the {curve.n:,} left before; of all of them no exact interval exists)."
    )


def worth_saying(result: EventFree, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The one line on what intervals of few people are worth, where a row of them has any limits."""
    sizes = {one.name or None: one.curve.n for one in result.curves}
    few = any(row["low"] is not None and sizes[row["group"]] < FEW_PERSONS for row in rows)
    return [coverage_sentence(result.level, result.interval)] if few else []


def too_few_to_test(result: EventFree) -> list[str]:
    """That a comparison with a group of fewer than five cannot be relied on, with the exact p where there is one."""
    if result.comparison is None or math.isnan(result.comparison.log_rank.p):
        return []
    few = [f"{group} has {count(persons, 'person')}" for group, persons in result.comparison.few]
    if not few:
        return []
    return [f"{listed(few)}: a test leans on many persons, so no p here can be relied on.{_exact(result)}"]


def has_exact_test(result: EventFree) -> bool:
    """Is there an exact p beside that comparison already? One page has one such test."""
    return bool(result.too_few) and _ways(result) is not None


def _ways(result: EventFree) -> int | None:
    """In how many ways the compared persons can be told off to two groups; None for other groups and for too many."""
    assert result.comparison is not None
    sizes = [persons for _, persons in result.comparison.compared]
    ways = math.comb(sum(sizes), min(sizes)) if len(sizes) == 2 else MOST_WAYS + 1
    return ways if ways <= MOST_WAYS else None


def _exact(result: EventFree) -> str:
    assert result.comparison is not None
    sizes = [persons for _, persons in result.comparison.compared]
    ways = _ways(result)
    if ways is None:
        return ""
    extreme = _ways_as_extreme(result)
    p = p_words(extreme / ways)
    who = f"to choose {count(min(sizes), 'person')} of {sum(sizes):,}"
    are = "is" if extreme == 1 else "are"
    found = f"{extreme:,} of the {ways:,} ways {who} {are} as extreme, {p}"
    return f" Exact log-rank test, if people were lost alike in both groups: {found}."


def _ways_as_extreme(result: EventFree) -> int:
    """In how many of all ways to divide the compared persons the log-rank statistic is as large as in the real one."""
    assert result.comparison is not None
    names = [group for group, _ in result.comparison.compared]
    frames = [spells for one, spells in zip(result.curves, result.spells, strict=True) if one.name in names]
    arrays = [result.outcome.arrays(frame) for frame in frames]
    entry, last, event = (np.concatenate([getattr(one, name) for one in arrays]) for name in ("entry", "exit", "event"))
    followed = last > np.maximum(entry, 0)
    entry, last, event = entry[followed], last[followed], event[followed]
    few = min(persons for _, persons in result.comparison.compared)
    statistics = []
    for chosen in combinations(range(last.size), few):
        group = np.zeros(last.size, np.int64)
        group[list(chosen)] = 1
        statistics.append(log_rank(last, event, group, entry=entry).statistic)
    # Where all in one group leave before the first event there is nothing to compare: that way is not extreme.
    return int(np.sum(np.nan_to_num(statistics) >= result.comparison.log_rank.statistic * (1 - SAME_STATISTIC)))
