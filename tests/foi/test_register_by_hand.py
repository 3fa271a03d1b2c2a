"""The register after a person edited it: nothing typed is lost, and nothing is taken for what it is not."""

from __future__ import annotations

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

HEADER = ",".join(COLUMNS)
SENT = date(2026, 3, 2)
GOOD = "RJ1,FOIA,,2026-03-02,2026-03-02,,,,,,,,,"


def written(home: Path, *lines: str, header: str = HEADER, mark: str = "") -> Path:
    (home / "foi").mkdir(exist_ok=True)
    (home / REGISTER).write_text(mark + "\n".join((header, *lines)) + "\n", encoding="utf-8")
    return home


def test_a_comma_that_splits_a_note_is_named_and_the_note_is_not_lost(tmp_path: Path) -> None:
    typed = GOOD + "they rang, twice"
    home = written(tmp_path, typed, GOOD.replace("RJ1", "RTK"))
    found = read_register(home)
    assert [one.code for one in found.requests] == ["RTK"]
    assert [(one.row, one.found) for one in found.problems] == [(2, "15 cells")]
    with pytest.raises(InputProblems):
        enter(home, "RTK", SENT, {"note": "kept"})
    with pytest.raises(InputProblems):
        enter_sent(home, "RAL", "FOIA", date(2026, 4, 1))
    assert "they rang, twice" in (home / REGISTER).read_text(encoding="utf-8")


def test_a_column_twice_is_refused_before_one_of_them_is_lost(tmp_path: Path) -> None:
    home = written(tmp_path, GOOD + "first,second", header=f"{HEADER},note")
    assert [(one.row, one.column) for one in read_register(home).problems] == [(1, "note")]
    with pytest.raises(InputProblems):
        enter(home, "RJ1", SENT, {"url": "https://example.org"})
    assert "first,second" in (home / REGISTER).read_text(encoding="utf-8")


def test_of_two_requests_of_one_day_none_is_changed_by_guess(tmp_path: Path) -> None:
    home = written(tmp_path, GOOD + "the first", GOOD + "the second")
    before = (home / REGISTER).read_bytes()
    with pytest.raises(LookupError, match="several requests to RJ1 of 2026-03-02"):
        enter(home, "RJ1", SENT, {"answered": "2026-03-20", "outcome": "given"})
    assert (home / REGISTER).read_bytes() == before
    # Both are read, and both are overdue: nothing is joined.
    assert request_rows(read_register(home), date(2026, 4, 1))["state"].to_list() == ["overdue", "overdue"]


def test_two_bodies_may_be_asked_on_one_day_and_one_body_once(tmp_path: Path) -> None:
    enter_sent(tmp_path, "RJ1", "FOIA", SENT, SENT)
    assert enter_sent(tmp_path, "RTK", "FOIA", SENT, SENT).row == 3
    with pytest.raises(InputProblems):
        enter_sent(tmp_path, "RJ1", "FOIA", SENT)
    enter(tmp_path, "RTK", SENT, {"answered": "2026-03-20", "outcome": "refused", "sections": "s12"})
    # Only the line of that body changed.
    assert [one.outcome for one in read_register(tmp_path).requests] == ["", "refused"]


@pytest.mark.parametrize("day", ["02/03/2026", "2/3/2026", "2026-03-02"])
def test_a_day_typed_the_british_way_is_the_same_request(tmp_path: Path, day: str) -> None:
    home = written(tmp_path, GOOD.replace("2026-03-02", day, 1), mark="\ufeff")
    with pytest.raises(InputProblems):
        enter_sent(home, "RJ1", "FOIA", SENT)
    assert enter(home, "RJ1", SENT, {"note": "kept"}).sent == SENT


def test_a_note_over_several_lines_is_one_request(tmp_path: Path) -> None:
    home = written(tmp_path, GOOD + '"they rang,\n""twice"""', GOOD.replace("RJ1", "RTK"))
    assert [one.note for one in read_register(home).requests] == ['they rang,\n"twice"', ""]
    enter(home, "RTK", SENT, {"url": "https://example.org"})
    assert read_register(home).requests[0].note == 'they rang,\n"twice"'


def test_a_request_that_is_not_there_and_a_column_that_is_none_are_said(tmp_path: Path) -> None:
    home = written(tmp_path, GOOD)
    with pytest.raises(LookupError, match="no request to RJ1 of 2026-03-03"):
        enter(home, "RJ1", date(2026, 3, 3), {"note": ""})
    with pytest.raises(KeyError, match="Did you mean answered"):
        enter(home, "RJ1", SENT, {"answerd": "2026-03-20"})
    with pytest.raises(KeyError, match="no column state"):
        enter(home, "RJ1", SENT, {"state": "answered"})


def test_an_empty_register_is_no_request_and_no_refusal(tmp_path: Path) -> None:
    for home in (tmp_path, written(tmp_path)):
        register = read_register(home)
        assert (register.requests, register.problems) == ((), ())
        assert state_lines(register, SENT) == []
        assert refusals(register).height == request_rows(register, SENT).height == 0


def test_every_outcome_gives_its_rows_of_refusal(tmp_path: Path) -> None:
    ends = ("given,", "given in part,", "given in part,s12 s40(2)", "refused,", "refused,s14", "not held,")
    home = written(
        tmp_path, *(f"T{at},FOIA,,2026-03-02,2026-03-02,,,,,2026-03-20,{end},," for at, end in enumerate(ends))
    )
    found = refusals(read_register(home)).select("code", "section", "kind").rows()
    # A refusal without a section is one row that says so; an answer given whole is none.
    assert [(code, section) for code, section, _ in found] == [
        ("T2", "s12"),
        ("T2", "s40(2)"),
        ("T3", "no section was stated"),
        ("T4", "s14"),
        ("T5", ""),
    ]
    assert [kind for *_, kind in found][-1] == "not held"


@settings(max_examples=80)
@given(
    st.dates(date(2025, 1, 1), date(2027, 6, 1)),
    st.sampled_from(ACTS),
    st.tuples(*[st.none() | st.integers(0, 60)] * 4),
    st.integers(0, 200),
)
def test_the_clock_is_that_of_a_plain_count_with_questions_and_fees(
    sent: date, act: Act, after: tuple[int | None, ...], later: int
) -> None:
    asked, cleared, fee, paid = (None if one is None else sent + timedelta(days=one) for one in after)
    request = Request(2, "RJ1", act, "", sent, sent, asked, cleared, fee, paid)
    waits = (asked is not None and cleared is None) or (fee is not None and paid is None)
    on = sent + timedelta(days=later)
    if waits:
        assert (request.due, request.state(on)) == (None, "sent")
        return
    spans = [(fee, paid)] if fee and paid else []
    due = plain_due_date(cleared or sent, act, spans)
    assert request.due == due
    assert request.state(on) == ("overdue" if on > due else "due")
