"""The register of requests: a CSV that a person may edit, and the state of each request derived from its dates.

Nobody types a state. A request is *sent* until its receipt is known or while the clock stands still for a question or
a fee, *due* until its 20th working day has passed, then *overdue*, and in the end *answered*, *refused* or *not held*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

import polars as pl

from remission.foi.acts import ACTS, Act
from remission.foi.calendar import due_date
from remission.foi.reasons import REFUSALS, known_sections, not_held_row, reason_of, refusal_rows, sections_in
from remission.foi.register.lines import COLUMNS, DATES, REGISTER, Line, changed_lines, read_lines
from remission.inputs.problems import InputProblems, Problem, nearest, shown

State = Literal["sent", "due", "overdue", "answered", "refused", "not held"]
REQUESTS: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "act": pl.String,
    "case_number": pl.String,
    "sent": pl.Date,
    "due": pl.Date,
    "answered": pl.Date,
    "state": pl.String,
    "section": pl.String,
    "reason": pl.String,
}
OUTCOMES = ("given", "given in part", "refused", "not held")


@dataclass(frozen=True)
class Request:
    """One line of the register. `clarified` is the day on which the authority had our answer to its question."""

    row: int
    code: str
    act: Act
    case_number: str
    sent: date
    received: date | None = None
    clarification_asked: date | None = None
    clarified: date | None = None
    fee_asked: date | None = None
    fee_paid: date | None = None
    answered: date | None = None
    outcome: str = ""
    sections: tuple[str, ...] = ()
    url: str = ""
    note: str = ""

    @property
    def stands_still(self) -> str:
        """Why the clock does not run, in words; empty when it does."""
        if self.received is None:
            return "the day of receipt is not entered"
        if self.clarification_asked and not self.clarified:
            return f"they asked a question on {self.clarification_asked}"
        if self.fee_asked and not self.fee_paid:
            return f"they asked for a fee on {self.fee_asked}"
        return ""

    @property
    def due(self) -> date | None:
        """The 20th working day; None while the clock stands still. InputProblems for days outside the calendar.

        A question starts the clock again when it is answered (section 1(3) with 10(6) of the Act of 2000); days
        from a fees notice to the fee do not count (section 10(2)).

        >>> Request(2, "RJ1", "FOIA", "", date(2026, 3, 2), date(2026, 3, 2)).due
        datetime.date(2026, 3, 31)
        """
        if self.stands_still or self.received is None:
            return None
        fee = [(self.fee_asked, self.fee_paid)] if self.fee_asked and self.fee_paid else []
        return due_date(self.clarified or self.received, self.act, fee)

    def state(self, on: date) -> State:
        """The state on a day.

        >>> Request(2, "RJ1", "FOIA", "", date(2026, 3, 2), date(2026, 3, 2)).state(date(2026, 4, 1))
        'overdue'
        """
        # An answer of a later day is not known yet: states can be asked of the past.
        if self.answered and self.answered <= on:
            return cast(State, self.outcome) if self.outcome in ("refused", "not held") else "answered"
        due = self.due
        if due is None:
            return "sent"
        # On the last working day itself it is still in time.
        return "overdue" if on > due else "due"


@dataclass(frozen=True)
class Register:
    """The requests that can be read, and what is wrong with the others."""

    requests: tuple[Request, ...]
    problems: tuple[Problem, ...] = ()


def read_register(home: Path) -> Register:
    """Every request of a home folder; a line that is wrong is a problem, and the others are still read."""
    rows, problems = read_lines(home)
    too_long = {problem.row for problem in problems}
    requests = []
    for number, row in enumerate(rows, 2):
        wrong = _wrong(number, row) if number not in too_long else []
        problems += wrong
        if number not in too_long and not any(problem.severity == "error" for problem in wrong):
            requests.append(_request(number, row))
    return Register(tuple(requests), tuple(problems))


def enter_sent(home: Path, code: str, act: Act, on: date, received: date | None = None) -> Request:
    """Add a request that was sent, and give it as it was read back. InputProblems when there is one of that day.

    received: the day it arrived; for an e-mail the day it was sent, for a letter None until it is known. Several may
    add at once: each waits for the others, and reads what they wrote.
    """
    with changed_lines(home) as rows:
        there = [at for at, row in enumerate(rows) if _is_of(row, code, on)]
        if there:
            raise InputProblems(_sent_twice(code, on, there[0] + 2))
        row = {"code": code, "act": act, "sent": on.isoformat(), "received": received.isoformat() if received else ""}
        rows.append(row)
        return _checked(rows, len(rows) - 1)


def enter(home: Path, code: str, sent: date, values: Mapping[str, str | date]) -> Request:
    """Change the line of a request: dates, outcome, sections, case number, address or note.

    InputProblems, and no change, when the line would be wrong. LookupError when there is no such request, or more than
    one; KeyError for a column that the register does not have: a state is derived and never entered.
    """
    unknown = [name for name in values if name not in COLUMNS]
    if unknown:
        raise KeyError(f"the register has no column {unknown[0]}. {nearest(unknown[0], COLUMNS)}".strip())
    with changed_lines(home) as rows:
        places = [at for at, row in enumerate(rows) if _is_of(row, code, sent)]
        # Two lines can only be of a person's hand, and only that person knows which was answered.
        if len(places) != 1:
            many = "several requests" if places else "no request"
            raise LookupError(f"the register has {many} to {code} of {sent}")
        at = places[0]
        rows[at] = rows[at] | {name: str(value) for name, value in values.items()}
        return _checked(rows, at)


def _is_of(row: Line, code: str, sent: date) -> bool:
    return row["code"] == code and _day(row["sent"]) == sent


def _sent_twice(code: str, on: date, row: int) -> Problem:
    found, do = f"a request to {code} of {on}", "It is there once, and nothing was changed. Say another day with --on."
    return Problem.at_row(REGISTER.name, row, "sent", found=found, allowed="one request a day to each", do=do)


def refusals(register: Register) -> pl.DataFrame:
    """Refusals as data, in the columns of `REFUSALS`: one row a section of each request refused, whole or in part.

    A request whose answer is "not held" has a row of that kind.
    """
    rows: list[dict[str, object]] = []
    for one in register.requests:
        facts = {"code": one.code, "refused": one.answered, "case_number": one.case_number, "url": one.url}
        if one.outcome == "not held":
            rows.append(not_held_row(dict(facts), one.act))
        if one.outcome == "refused" or (one.outcome == "given in part" and one.sections):
            rows += refusal_rows(dict(facts), one.act, one.sections)
    return pl.DataFrame(rows, schema=REFUSALS)


def request_rows(register: Register, on: date) -> pl.DataFrame:
    """Every request with its state on a day, in the columns of `REQUESTS`; reasons of several sections are joined."""
    rows = []
    for one in register.requests:
        state = one.state(on)
        reasons = [reason_of(one.act, section) for section in one.sections] if one.outcome else []
        said = {"section": "; ".join(why.section for why in reasons), "reason": "; ".join(why.words for why in reasons)}
        dates: dict[str, object] = {"sent": one.sent, "due": one.due, "answered": one.answered}
        rows.append(dates | said | {"code": one.code, "act": one.act, "state": state, "case_number": one.case_number})
    return pl.DataFrame(rows, schema=REQUESTS)


def _checked(rows: list[Line], at: int) -> Request:
    wrong = [one for one in _wrong(at + 2, dict.fromkeys(COLUMNS, "") | rows[at]) if one.severity == "error"]
    if wrong:
        raise InputProblems(wrong)
    return _request(at + 2, dict.fromkeys(COLUMNS, "") | rows[at])


def _day(text: str) -> date | None:
    """A day as we write it, or as a British spreadsheet does when it saves the file (31/12/2026)."""
    # Day before month, as a British spreadsheet writes it: never guessed the American way.
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _request(number: int, row: Mapping[str, str]) -> Request:
    days: dict[str, Any] = {name: _day(row[name]) for name in DATES if name != "sent"}
    sent, act = _day(row["sent"]), cast(Act, row["act"])
    if sent is None:
        raise ValueError("a request has a day on which it was sent")
    sections = sections_in(row["sections"])
    texts: dict[str, Any] = {name: row[name] for name in ("outcome", "url", "note")}
    return Request(number, row["code"], act, row["case_number"], sent, **days, sections=sections, **texts)


def _wrong(number: int, row: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a line, all at once."""
    found = [*_wrong_words(row), *_wrong_days(row), *_wrong_outcome(row)]
    problems = [
        Problem.at_row(REGISTER.name, number, column, found=what, allowed=allowed, do=advice)
        for column, what, allowed, advice in found
    ]
    if problems:
        return problems
    try:
        _ = _request(number, row).due
    except InputProblems as outside:
        problems += [replace(one, file=REGISTER.name, row=number, column="received") for one in outside.problems]
    unknown = [one for one in sections_in(row["sections"]) if reason_of(cast(Act, row["act"]), one).kind == "unknown"]
    allowed = ", ".join(known_sections(cast(Act, row["act"])))
    advice = "It is kept by its number. Check the Act, or add the section to the library with its source."
    return problems + [
        Problem.at_row(REGISTER.name, number, "sections", found=one, allowed=allowed, do=advice, severity="warning")
        for one in unknown
    ]


Wrong = tuple[str, str, str, str]


def _wrong_words(row: Mapping[str, str]) -> Iterable[Wrong]:
    if not row["code"]:
        yield "code", "nothing", "the code of a trust or board", "Enter whom was asked."
    if row["act"] not in ACTS:
        advice = "FOISA for a Scottish board, FOIA for everybody else."
        yield "act", shown(row["act"]) or "nothing", " or ".join(ACTS), advice


def _wrong_days(row: Mapping[str, str]) -> Iterable[Wrong]:
    days = {name: _day(row[name]) for name in DATES}
    for name, day in days.items():
        if day is None and (row[name] or name == "sent"):
            yield name, shown(row[name]) or "nothing", "a day such as 2026-11-02 (or 02/11/2026)", "Write the day."
    pairs = [("sent", name) for name in DATES[1:]]
    pairs += [("received", "answered"), ("clarification_asked", "clarified"), ("fee_asked", "fee_paid")]
    for first, second in pairs:
        earlier, later = days[first], days[second]
        if earlier and later and later < earlier:
            yield second, str(later), f"a day not before {first} ({earlier})", "Correct one of the two."
    for first, second in pairs[-2:]:
        if row[second] and not row[first]:
            yield first, "nothing", f"a day, since {second} has one", f"Enter it, or take {second} out."


def _wrong_outcome(row: Mapping[str, str]) -> Iterable[Wrong]:
    if row["outcome"] and row["outcome"] not in OUTCOMES:
        advice = nearest(row["outcome"], OUTCOMES) or "Use one of those."
        yield "outcome", shown(row["outcome"]), ", ".join(OUTCOMES), advice
    if bool(row["outcome"]) != bool(row["answered"]):
        missing = "outcome" if row["answered"] else "answered"
        yield missing, "nothing", "a day in answered and a word in outcome, or neither", "Enter the other one too."
    if row["sections"] and not sections_in(row["sections"]):
        yield "sections", shown(row["sections"]), "sections such as s12 or s40(2)", "Write an s before the number."
