"""The day from which the days of a person count: the transplant, else the start of the therapy, else registering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from remission.library.catalogue import therapies

if TYPE_CHECKING:
    from remission.records.schema import Precision
    from remission.registry.rows import Person, Row

HSCT = "hsct"
NO_DAY = "a transplant without a day"


@dataclass(frozen=True)
class DayZero:
    """Day zero of a person: the date, what happened on it, how exactly it was told, and the row that tells of it.

    `date` is None for a person who told of a transplant and of no day of it: to count from anything else would set the
    person among those who had none.
    """

    date: date | None = field(repr=False)
    what: str
    precision: Precision | None
    row_id: str | None = None


def day_zero(person: Person, treatments: Sequence[Row], *, undated: bool) -> DayZero:
    """Day zero of a person from their treatments, each with a day; `undated` says that a transplant has none.

    It is the first transplant; without one the therapy on at registering, which is the one begun last by then of those
    that change the course of MS; without one of those the day of registering.
    """
    transplants = [row for row in treatments if row.value("therapy") == HSCT]
    if transplants:
        return _from(min(transplants, key=_start), "transplant")
    if undated:
        return DayZero(None, "transplant", None)
    on = [row for row in treatments if _changes_course(row) and _is_on(row, person.registered_on)]
    if on:
        return _from(max(on, key=_start), "start of therapy")
    return DayZero(person.registered_on, "registration", "day")


def _from(row: Row, what: str) -> DayZero:
    found = row.days("start_day")
    return DayZero(_start(row), what, None if found is None else found.precision, row.row_id)


def _start(row: Row) -> date:
    day = row.day_of("start_day")
    if day is None:
        raise RuntimeError("a treatment without a day is no row: please report this")
    return day


def _is_on(row: Row, day: date) -> bool:
    """Had it begun by that day, and does it still work? What is taken all the time does until it is stopped."""
    if _start(row) > day:
        return False
    end = row.day_of("end_day")
    return end is None or end >= day or therapies()[row.value("therapy") or ""].kind != "continuous"


def _changes_course(row: Row) -> bool:
    # What the atlas gives no tier is no therapy of MS itself: steroids, a placebo.
    therapy = therapies().get(row.value("therapy") or "")
    return therapy is not None and therapy.tier != ""
