"""Answers to freedom-of-information requests in words and as a table: for the pages of requests and of trusts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.place_words import amount_words
from remission.exhibits.tables import Row, Shown, Table

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

STATES = {
    "sent": "sent, receipt not known or a question open",
    "due": "received, not yet due",
    "overdue": "overdue",
    "answered": "answered",
    "refused": "refused",
    "not held": "not held",
}


def short_day(day: date | None) -> str:
    """A day in a table.

    >>> short_day(date(2026, 11, 2)), short_day(None)
    ('2 Nov 2026', 'not known')
    """
    return "not known" if day is None else f"{day.day} {day:%b %Y}"


def section_words(row: Row) -> str:
    """The section of a refusal with its Act, for section 38 of one Act is another thing in the other.

    >>> section_words({"act": "FOIA 2000", "section": "14"}), section_words({"act": "FOIA 2000", "section": None})
    ('FOIA 2000, section 14', '–')
    """
    if row["section"] is None:
        return "–"
    return f"{row['act'] or 'Act not named'}, section {row['section']}"


def persons_words(row: Row) -> str:
    """How many persons an answer names: a number, a range, or why there is none.

    >>> answered = {"state": "answered", "patients_low": 0, "patients_high": 4}
    >>> persons_words(answered), persons_words({**answered, "patients_low": 4}), persons_words({"state": "refused"})
    ('0 to 4', '4', 'refused')
    """
    if row["state"] != "answered":
        return STATES[row["state"]]
    low, high = row["patients_low"], row["patients_high"]
    if low is None:
        return "no number" if high is None else f"up to {high:,}"
    if high is None:
        return f"{low:,} or more"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def answers_table(answers: pl.DataFrame, provenance: Provenance) -> Table:
    """Persons as answered beside patient-years issued; refusals stand in their row like answers."""
    columns = (
        Shown("Therapy", lambda row: row["therapy"] or "all asked for"),
        Shown("Counted", _when, words=True),
        Shown("Persons", persons_words),
        Shown("Patient-years a year", lambda row: _amount(row["issued_per_year"])),
        Shown("Act and section", section_words, words=True),
        Shown("What it says", lambda row: row["words"] or row["reason"] or "–", words=True),
    )
    note = (
        "Persons and patient-years are different things: somebody treated for half a year counts as one person and "
        "half a patient-year. Far fewer patient-years than persons suggest that supply takes another way."
    )
    caption = "Answers to freedom-of-information requests beside what was issued around then."
    return Table("answers", caption, answers, columns, provenance, note)


def _when(row: Row) -> str:
    """What was counted and when: on a day, or in a period."""
    days = [short_day(row[day]) for day in ("period_start", "period_end") if row[day] is not None]
    return " ".join(filter(None, [row["counted"], " to ".join(dict.fromkeys(days))])) or "not stated"


def _amount(issued: float | None) -> str:
    return "not known" if issued is None else amount_words(issued)
