"""How many people a plan would take for the powers that are usually asked for: in a sentence and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count, percent
from remission.trials.design.report.cells import table_of
from remission.trials.design.size import POWERS

if TYPE_CHECKING:
    from remission.trials.design.outlook import Outlook
    from remission.trials.design.planned import Planned
    from remission.trials.design.size import Size

# What may be counted of a size, with the head of its column.
COUNTED = {"people": "people", "enter": "must enter", "events": "events"}


def size_words(planned: Planned) -> str | None:
    """How many people each power takes as designed; None where there is no gain to show."""
    told = zip(POWERS, planned.first.sizes, strict=True)
    said = [f"{percent(power, 0)} takes {_people(size)}" for power, size in told if size]
    return f"{planned.kind.if_sized}, a power of {' and one of '.join(said)}, by formula." if said else None


def _people(size: Size) -> str:
    seen = f" who are seen ({size.enter:,} must enter)" if size.enter else ""
    return f"{count(size.people, 'person', 'people')}{seen}"


def sizes_table(planned: Planned) -> Table | None:
    """A row for each truth: how many people each power takes, by formula; None where no truth has an effect."""
    # Without an effect there is none to show, and no number of people has a power to show it.
    rows = [_row(one) for one in planned.outlooks if not one.truth.null]
    if not rows:
        return None
    # Only kinds of trials that lose people or wait for events have more than one column.
    told = [one for one in COUNTED if any(row[size_field(one, POWERS[0])] is not None for row in rows)]
    # Where no truth can be shown, a column of dashes says so.
    counted = told or ["people"]
    columns = (
        shows("truth", "What is true", words=True),
        *(_column(one, power) for power in POWERS for one in counted),
    )
    note = f"{planned.kind.if_sized}. By formula, without simulation. A dash: no number of people has this power."
    if planned.plan is not None:
        note += (
            " People enter in the same months as designed, only more or fewer of them. So fewer than designed may do, "
            "for the trial then lasts longer than its events as designed would take."
        )
    return table_of(planned, "people-needed", "How many people it takes, by what is true.", rows, columns, note)


def _row(one: Outlook) -> dict[str, Any]:
    row: dict[str, Any] = {"truth": one.truth.title, "value": one.truth.value}
    for power, size in zip(POWERS, one.sizes, strict=True):
        row |= {size_field(what, power): getattr(size, what) if size else None for what in COUNTED}
    return row


def size_field(counted: str, power: float) -> str:
    """The field of a table in which a size stands, or what is counted of it.

    >>> size_field("people", 0.8)
    'people_for_80'
    """
    return f"{counted}_for_{100 * power:.0f}"


def _column(counted: str, power: float) -> Shown:
    field = size_field(counted, power)
    return Shown(
        COUNTED[counted], lambda row: "–" if row[field] is None else f"{row[field]:,}",
        group=f"For a power of {percent(power, 0)}",
    )  # fmt: skip
