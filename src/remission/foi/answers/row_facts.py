"""What is known of one count beside its number: who answered, of which days, what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from remission.foi.answers.periods import Period, counted_in, past_period, read_day

if TYPE_CHECKING:
    from remission.foi.answers.layout import CountColumn, Layout

Facts = dict[str, object]
DAYS = ("period_start", "period_end", "answered")


class Wrong(NamedTuple):
    """A fact that cannot be read: the number of its column, what was found, what is allowed, and what to do."""

    column: int
    found: str
    allowed: str
    next_step: str


def row_facts(layout: Layout, row: int, column: CountColumn, known: Mapping[str, object]) -> tuple[Facts, list[Wrong]]:
    """The facts of a row, and those that are wrong; a column of the sheet says more than what is known of the file."""
    written = {
        name: (at, layout.sheet.text(row, at)) for name, at in layout.facts.items() if layout.sheet.text(row, at)
    }
    facts, wrong = dict(known), []
    facts |= {name: text for name, (_, text) in written.items() if name in ("case_number", "note", "homecare")}
    days = {}
    for name in DAYS:
        at, text = written.get(name, (0, ""))
        days[name] = read_day(text) if text else None
        if text and days[name] is None:
            wrong.append(Wrong(at, text, "a day such as 2026-03-31", "Write the day."))
    at, code = written.get("code", (0, ""))
    wrong += _wrong_code(at, code, str(known.get("code") or ""))
    facts |= {"code": facts.get("code") or code, "answered": days["answered"] or facts.get("answered")}
    own = Period(days["period_start"], days["period_end"])
    period = _period(layout, column, own, known)
    if column.past_months:
        period, unknown = _counted_back(column, period.end or facts["answered"])
        wrong += unknown
    counted = column.counted or facts.get("counted") or layout.title_counted or counted_in("", period)
    facts |= {"period_start": period.start, "period_end": period.end, "counted": counted or "current"}
    if period.start and period.end and period.end < period.start:
        place = layout.facts.get("period_end", column.number)
        allowed = f"a day not before the period's first, {period.start}"
        wrong.append(Wrong(place, str(period.end), allowed, "Correct one of the two."))
    return facts, wrong


def _period(layout: Layout, column: CountColumn, own: Period, known: Mapping[str, object]) -> Period:
    """The period by the row's own columns; else by the header, by what is known of the file, or by a title."""
    start, end = known.get("period_start"), known.get("period_end")
    of_file = Period(start if isinstance(start, date) else None, end if isinstance(end, date) else None)
    return next((one for one in (own, column.period, of_file, layout.title_period) if one != Period()), Period())


def _counted_back(column: CountColumn, end: object) -> tuple[Period, list[Wrong]]:
    """The period of a column that counts back from a day which it does not name: another one's, or the answer's."""
    if isinstance(end, date):
        return past_period(column.past_months or 0, end), []
    allowed, advice = "a day to count back from", "Say the day of the answer, or the last day of the counts."
    return Period(), [Wrong(column.number, column.header, allowed, advice)]


def _wrong_code(at: int, code: str, known: str) -> list[Wrong]:
    if known and code and code != known:
        return [Wrong(at, code, f"{known}, who answered", "Import the rows of each trust under its own code.")]
    if not known and not code:
        return [Wrong(at, "no code", "the code of who answered", "Say it, or add a column headed code.")]
    return []


def is_assumed(layout: Layout, column: CountColumn, facts: Mapping[str, object], known: Mapping[str, object]) -> bool:
    """Did nothing say what was counted?"""
    start, end = facts["period_start"], facts["period_end"]
    said = column.counted or known.get("counted") or layout.title_counted or (start is not None and end is not None)
    return not said
