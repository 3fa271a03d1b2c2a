"""B cells beside effect in words and as plain data: what the command line prints and what programs read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from remission.stats.rounding import text_half_up
from remission.studies.b_cells.courses import panels, returns, rules_beside, singles
from remission.studies.b_cells.rows import Counted, unit_words
from remission.studies.b_cells.ways import answer, ways

if TYPE_CHECKING:
    from remission.stats.rank_correlation import RankRange
    from remission.studies.b_cells.join import Effect, Joined, Point
    from remission.studies.b_cells.load import BCells


def number_words(row: Counted) -> str:
    """The number of a row as it was printed, or its direction, or that nothing was found.

    >>> from remission.studies.b_cells.load import load_b_cells
    >>> [number_words(row) for row in load_b_cells().of("cladribine", "memory B")[:2]]
    ['at most 6', 'at most 6']
    """
    if row.status == "not found":
        return "not found"
    if not row.is_number:
        return row.direction
    ends = "" if row.low is None or row.high is None else f"{row.low:g} to {row.high:g}"
    if row.value is None:
        return ends
    value = f"{row.bound} {row.value:g}".strip()
    return f"{value} ({ends})" if ends else value


def when_words(row: Counted) -> str:
    """When it was counted, in words; empty where that is not told."""
    if row.at or row.months is None:
        return row.at
    return f"at {row.months:g} month{'' if row.months == 1 else 's'}"


def range_words(found: RankRange | None) -> str:
    """A range of a correlation, or that there is none."""
    if found is None or math.isnan(found.low):
        return "not estimable"
    low, high = (f"{one:+.2f}".replace("-", "−") for one in found)
    return low if low == high else f"{low} to {high}"


def b_cell_words(b_cells: BCells, joined: Joined, effects: Mapping[str, Effect]) -> Iterator[str]:
    """The answer, the axis that was asked for, what is left out and why, and what stands beside."""
    yield answer(b_cells.counts, effects)
    if not effects:
        yield "How well each drug works is not known here: no league was given."
    asked = unit_words(joined.asked.denominator, "left of baseline")
    yield f"Asked: {joined.asked.subset}, {asked}; {_window_words(joined)}."
    if joined.why_none:
        yield f"No axis: {joined.why_none}."
    yield from _point_lines(joined)
    if joined.left_out:
        yield "Left out:"
    for one in joined.left_out:
        yield f"  {one.row.drug}, {number_words(one.row)}: {one.why} [{one.row.status}]"
    yield "Beside it:"
    for told in b_cells.beside:
        yield f"  {told.title} ({told.speaks}): {told.says} [{told.status}: {told.source}]"
    yield "Rules of treating again:"
    for met in rules_beside(b_cells.thresholds, b_cells.counts):
        rule = met.rule
        unit = unit_words(rule.denominator, rule.statistic)
        yield f"  {rule.protocol} ({rule.whom}), {rule.subset}: {rule.operator} {rule.value:g} {unit} [{rule.status}]"


def _window_words(joined: Joined) -> str:
    if joined.asked.window is None:
        return "at any time"
    first, last = joined.asked.window
    return f"from month {first:g} on" if math.isinf(last) else f"from month {first:g} to month {last:g}"


def _point_lines(joined: Joined) -> Iterator[str]:
    for point in joined.points:
        yield f"  {point.drug}: {_ends_words(point)} per cent of before, effect {_effect_words(point.effect)}"
    if joined.range is not None:
        said = range_words(joined.range_without)
        yield f"  Correlation of ranks over all orders: {range_words(joined.range)}; with one drug left out: {said}"


def _ends_words(point: Point) -> str:
    if math.isinf(point.high):
        return f"at least {point.low:g}"
    return " to ".join(f"{one:g}" for one in dict.fromkeys((point.low, point.high)))


def _effect_words(effect: Effect) -> str:
    ends = [text_half_up(one, 2) for one in (effect.low, effect.high) if one is not None]
    interval = f" ({' to '.join(ends)})" if len(ends) == 2 else ""
    return f"{text_half_up(effect.value, 2)}{interval}{', its width assumed' if effect.assumed else ''}"


def b_cell_data(b_cells: BCells, joined: Joined, effects: Mapping[str, Effect]) -> dict[str, Any]:
    """The same for a program; what has no end is null, and so is what is not known."""
    rows = b_cells.counts
    return {
        "answer": answer(rows, effects),
        "carries_axis": joined.carries_axis,
        "why_none": joined.why_none,
        "asked": _plain(asdict(joined.asked)),
        "points": [
            {"drug": one.drug, "effect": _plain(asdict(one.effect)), "low": _end(one.low), "high": _end(one.high),
             "rows": _rows(one.rows)} for one in joined.points
        ],
        "left_out": [{**_row(one.row), "why": one.why} for one in joined.left_out],
        "rank_correlation": _range(joined.range),
        "with_one_drug_left_out": {one.drug: _range(one.range) for one in joined.without},
        "ways_of_counting": [_plain(asdict(one)) for one in ways(rows)],
        "effects": {name: _plain(asdict(one)) for name, one in effects.items()},
        "rows": _rows(rows),
        "courses": [{"unit": panel.title, "rows": _rows(panel.rows)} for panel in panels(rows)],
        "alone": _rows(singles(rows)),
        "months_until_back": _rows(returns(rows)),
        "rules_of_treating_again": [
            {**_plain(asdict(met.rule)), "counted_alike": _rows(met.alike)}
            for met in rules_beside(b_cells.thresholds, rows)
        ],
        "beside": [_plain(asdict(one)) for one in b_cells.beside],
        "could_not_be_read": [_plain(asdict(one)) for one in b_cells.unread],
        "withheld": b_cells.withheld,
    }  # fmt: skip


def _rows(rows: Sequence[Counted]) -> list[dict[str, Any]]:
    return [_row(one) for one in rows]


def _row(row: Counted) -> dict[str, Any]:
    return {**_plain(asdict(row)), "unit": unit_words(row.denominator, row.statistic)}


def _end(value: float) -> float | None:
    return None if math.isinf(value) else value


def _range(found: RankRange | None) -> dict[str, float] | None:
    return None if found is None or math.isnan(found.low) else found._asdict()


def _plain(value: Any) -> Any:
    """Plain data that JSON can hold."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return _end(value)
    return value.isoformat() if isinstance(value, date) else value
