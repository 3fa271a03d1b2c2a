"""Freedom-of-information requests and what came of them: an answer, a range, a refusal with its section, or silence.

A refusal is data, shown beside the answers and never as a gap.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import polars as pl

from remission.atlas.page_shell import AtlasPage, trust_link
from remission.atlas.place_words import amount_words
from remission.exhibits.page import Block, Fact, Section
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import count
from remission.inputs.provenance import Provenance

STATES = {
    "sent": "sent, receipt not known or a question open",
    "due": "received, not yet due",
    "overdue": "overdue",
    "answered": "answered",
    "refused": "refused",
    "not held": "not held",
}

# The columns that a page of requests is made from.
REQUESTS: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "name": pl.String,
    "sent": pl.Date,
    "due": pl.Date,
    "state": pl.String,
    "act": pl.String,
    "section": pl.String,
    "reason": pl.String,
}

# The columns of answers: persons counted, from low to high (null: no upper end is known), on a day or in a period;
# patient-years a year that were issued around then (null: too few months reported); and refusals in rows of their own.
ANSWERS: dict[str, type[pl.DataType]] = {
    "therapy": pl.String,
    "counted": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "state": pl.String,
    "patients_low": pl.Int64,
    "patients_high": pl.Int64,
    "issued_per_year": pl.Float64,
    "act": pl.String,
    "section": pl.String,
    "reason": pl.String,
    "words": pl.String,
}


def foi_page(
    requests: pl.DataFrame, provenance: Provenance, pages: Collection[str] = (), facts: Sequence[Fact] = ()
) -> AtlasPage:
    """The page of all requests (columns `REQUESTS`), newest first; `pages` are codes that have a page."""
    said = [f"{number} {STATES[state]}" for state, number in _numbers(requests).items()]
    headline = f"{count(requests.height, 'request')}: {'; '.join(said)}." if requests.height else "No request recorded."
    why = (
        "Open data show what was issued, not how many persons are treated, who is referred for a transplant, or "
        "anything of nations that publish nothing. Whoever holds such numbers can be asked. What was refused, and "
        "under which section, is shown like any other answer."
    )
    clock = (
        "An answer is due within 20 working days. The Freedom of Information Act 2000 (England, Wales, Northern "
        "Ireland) leaves out bank holidays of any part of the United Kingdom, the Freedom of Information (Scotland) "
        "Act 2002 those of Scotland. Sections of the two Acts differ, so each is named with its Act."
    )
    tables = [requests_table(requests, provenance, pages)] if requests.height else []
    sections = [Section("requests", "Requests and answers", [Block("", [clock], None, tables)])]
    return AtlasPage("foi.html", "Freedom of information", "What was asked, answered and refused", [headline], [why],
                     sections, facts, data_folder="data")  # fmt: skip


def _numbers(requests: pl.DataFrame) -> dict[str, int]:
    states = requests["state"].to_list()
    return {state: states.count(state) for state in STATES if state in states}


def requests_table(requests: pl.DataFrame, provenance: Provenance, pages: Collection[str] = ()) -> Table:
    """Every request with its state; an unknown state is a KeyError, so that none is lost in silence."""
    ordered = requests.sort(["sent", "name"], descending=[True, False], nulls_last=True)
    columns = (
        Shown("Asked", lambda row: trust_link("", row["code"], row["name"], pages)),
        Shown("Sent", lambda row: _day(row["sent"]), words=True),
        Shown("Due", lambda row: _day(row["due"]), words=True),
        Shown("State", lambda row: STATES[row["state"]], words=True),
        Shown("Act and section", section_words, words=True),
        shows("reason", "What was said", words=True),
    )
    return Table("foi-requests", "Requests and what came of them.", ordered, columns, provenance)


def _day(day: date | None) -> str:
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
    days = [_day(row[day]) for day in ("period_start", "period_end") if row[day] is not None]
    return " ".join(filter(None, [row["counted"], " to ".join(dict.fromkeys(days))])) or "not stated"


def _amount(issued: float | None) -> str:
    return "not known" if issued is None else amount_words(issued)
