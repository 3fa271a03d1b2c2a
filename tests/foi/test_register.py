"""The register: its states follow from dates, a person may edit it, and what is wrong in it is named by its line."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.foi.acts import ACTS, Act
from remission.foi.reference import plain_due_date
from remission.foi.register.request import (
    COLUMNS,
    REGISTER,
    Request,
    enter,
    enter_sent,
    read_register,
    refusals,
    request_rows,
)
from remission.foi.register.status import state_lines
from remission.inputs.problems import InputProblems

SENT = date(2026, 11, 2)


def write_register(home: Path, *lines: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    (home / "foi").mkdir(parents=True, exist_ok=True)
    with (home / REGISTER).open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, columns, restval="")
        writer.writeheader()
        writer.writerows(lines)
    return home


LINE = {"code": "RJ1", "act": "FOIA", "sent": "2026-11-02", "received": "2026-11-02"}


def state_on(day: str, **values: str) -> str:
    dates = {name: date.fromisoformat(value) if name[0] != "o" else value for name, value in values.items()}
    request = Request(2, "RJ1", "FOIA", "", SENT, **dates)  # type: ignore[arg-type]
    return request.state(date.fromisoformat(day))


def test_a_request_is_due_until_its_twentieth_working_day_has_passed() -> None:
    assert state_on("2026-11-03") == "sent"
    assert state_on("2026-12-01", received="2026-11-02") == "due"
    assert state_on("2026-12-02", received="2026-11-02") == "overdue"


def test_an_answer_ends_the_clock_by_what_it_was() -> None:
    for outcome, state in {"given": "answered", "given in part": "answered", "refused": "refused"}.items():
        assert state_on("2026-12-05", received="2026-11-02", answered="2026-12-04", outcome=outcome) == state
    assert state_on("2026-12-05", answered="2026-12-04", outcome="not held") == "not held"
    assert state_on("2026-12-03", received="2026-11-02", answered="2026-12-04", outcome="given") == "overdue"


def test_a_question_stops_the_clock_and_its_answer_starts_it_again() -> None:
    asked = {"received": "2026-11-02", "clarification_asked": "2026-11-10"}
    assert state_on("2027-01-30", **asked) == "sent"
    assert state_on("2026-12-16", **asked, clarified="2026-11-17") == "due"
    assert state_on("2026-12-17", **asked, clarified="2026-11-17") == "overdue"


def test_days_between_a_fees_notice_and_the_fee_do_not_count() -> None:
    asked = {"received": "2026-11-02", "fee_asked": "2026-11-09"}
    assert state_on("2027-01-30", **asked) == "sent"
    assert state_on("2026-12-08", **asked, fee_paid="2026-11-13") == "due"
    assert state_on("2026-12-09", **asked, fee_paid="2026-11-13") == "overdue"


@settings(max_examples=200)
@given(st.dates(date(2024, 1, 1), date(2028, 9, 1)), st.sampled_from(ACTS), st.integers(0, 60), st.booleans())
def test_the_state_is_that_of_the_twin_on_every_day(received: date, act: Act, later: int, answered: bool) -> None:
    on = received + timedelta(days=later)
    end = received + timedelta(days=30)
    answer = {"answered": end, "outcome": "given"} if answered else {}
    request = Request(2, "RJ1", act, "", received, received, **answer)  # type: ignore[arg-type]
    late = "overdue" if on > plain_due_date(received, act) else "due"
    assert request.state(on) == ("answered" if answered and on >= end else late)


def test_what_is_entered_is_read_again_and_a_persons_own_column_stays(tmp_path: Path) -> None:
    enter_sent(tmp_path, "RJ1", "FOIA", SENT, SENT)
    enter_sent(tmp_path, "S08000031", "FOISA", SENT)
    text = (tmp_path / REGISTER).read_text().replace("note\n", "note,mine\n").replace(",\n", ",,ring them\n")
    (tmp_path / REGISTER).write_text(text)
    enter(tmp_path, "RJ1", SENT, {"answered": date(2026, 11, 30), "outcome": "refused", "sections": "s14(1)"})
    found = read_register(tmp_path)
    assert not found.problems
    assert [one.state(date(2026, 12, 1)) for one in found.requests] == ["refused", "sent"]
    assert "ring them" in (tmp_path / REGISTER).read_text()
    assert "s14(1) (vexatious or a disproportionate burden)" in "\n".join(state_lines(found, date(2026, 12, 1)))


def test_a_refusal_is_data_with_the_words_of_its_own_act(tmp_path: Path) -> None:
    given_up = {"received": "2026-11-02", "answered": "2026-11-20", "outcome": "refused"}
    lines = [LINE | given_up | {"code": "S08000026", "act": "FOISA", "sections": "s38; s33"}]
    lines += [LINE | given_up | {"sections": "s38"}, LINE | given_up | {"code": "RA2"}]
    found = refusals(read_register(write_register(tmp_path, *lines)))
    assert found.select("code", "section", "reason").rows() == [
        ("S08000026", "s38", "personal information (small numbers)"),
        ("S08000026", "s33", "commercial interests"),
        ("RJ1", "s38", "health and safety"),
        ("RA2", "no section was stated", "no section was stated"),
    ]


def test_requests_are_a_frame_with_states_and_reasons(tmp_path: Path) -> None:
    ended = {"answered": "2026-11-20", "outcome": "refused", "sections": "s12; s40(2)"}
    lines = [LINE, LINE | ended, LINE | {"answered": "2026-11-20", "outcome": "not held"}]
    register = read_register(write_register(tmp_path, *lines))
    rows = request_rows(register, date(2026, 12, 9)).to_dicts()
    assert [row["state"] for row in rows] == ["overdue", "refused", "not held"]
    assert (rows[0]["due"], rows[1]["section"]) == (date(2026, 12, 1), "s12; s40(2)")
    assert refusals(register)["kind"].to_list() == ["refusal", "refusal", "not held"]


BROKEN = {
    "no code": ({"code": ""}, "code"),
    "unknown act": ({"act": "GDPR"}, "act"),
    "no day": ({"sent": "soon"}, "sent"),
    "another form of day": ({"received": "2026/11/02"}, "received"),
    "received before it was sent": ({"received": "2026-11-01"}, "received"),
    "answered before it was received": ({"answered": "2026-11-01", "outcome": "given"}, "answered"),
    "an outcome without a day": ({"outcome": "given"}, "answered"),
    "a day without an outcome": ({"answered": "2026-11-20"}, "outcome"),
    "an unknown outcome": ({"answered": "2026-11-20", "outcome": "refuse"}, "outcome"),
    "an answer to no question": ({"clarified": "2026-11-20"}, "clarification_asked"),
    "a section without a number": ({"sections": "exempt"}, "sections"),
    "a day outside the calendar": ({"sent": "2029-02-01", "received": "2029-02-01"}, "received"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_line_that_is_wrong_is_named_and_the_others_are_read(tmp_path: Path, name: str) -> None:
    changed, column = BROKEN[name]
    found = read_register(write_register(tmp_path, LINE | changed, LINE))
    assert [one.row for one in found.requests] == [3]
    assert (column, 2) in [(problem.column, problem.row) for problem in found.problems]
    assert all(problem.next_step for problem in found.problems)


def test_a_day_as_a_british_spreadsheet_saves_it_is_read(tmp_path: Path) -> None:
    found = read_register(write_register(tmp_path, LINE | {"sent": "02/11/2026"}))
    assert found.requests[0].sent == SENT


def test_a_typed_state_and_a_missing_column_are_refused(tmp_path: Path) -> None:
    columns = (*COLUMNS[1:], "state")
    found = read_register(write_register(tmp_path, columns=columns))
    assert [problem.column for problem in found.problems] == ["code", "state"]
    with pytest.raises(InputProblems):
        enter_sent(tmp_path, "RJ1", "FOIA", SENT)


def test_a_wrong_entry_changes_nothing(tmp_path: Path) -> None:
    enter_sent(tmp_path, "RJ1", "FOIA", SENT, SENT)
    before = (tmp_path / REGISTER).read_text()
    with pytest.raises(InputProblems):
        enter(tmp_path, "RJ1", SENT, {"outcome": "perhaps"})
    with pytest.raises(KeyError, match="no column state"):
        enter(tmp_path, "RJ1", SENT, {"state": "answered"})
    with pytest.raises(LookupError):
        enter(tmp_path, "RJ2", SENT, {"note": "x"})
    with pytest.raises(InputProblems):
        enter_sent(tmp_path, "RJ1", "FOIA", SENT)
    assert (tmp_path / REGISTER).read_text() == before
