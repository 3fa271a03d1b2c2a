"""Problems: every one is counted, each can be told in one printable line, and no log learns a value."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems, Problem, closest, nearest, shown


def wrong(file: str, row: int | None = None, column: str | None = None, found: str = "Jane", more: int = 0) -> Problem:
    return Problem.at_row(file, row, column, found=found, allowed="none", do="Mend it.", more=more)


@settings(max_examples=100)
@given(st.text(max_size=60))
@example("a" * 40)
@example("a" * 41)
def test_a_value_is_shown_on_one_printable_line_of_forty_letters_at_most(value: str) -> None:
    line = shown(value)
    assert line.isprintable()
    kept = value if len(value) <= 40 else value[:39]
    # Cut or not, what is shown begins as the value does, and a cut is seen.
    if kept.isprintable() and kept == kept.strip():
        assert line == kept + ("…" if len(value) > 40 else "")
    else:
        assert line[0] == line[-1] == "'"
        assert len(line) > len(kept)


def test_what_nobody_sees_is_spelt_out() -> None:
    unseen = {"S1\u00a0": r"'S1\u00a0'", "S\u200b1": r"'S\u200b1'", "S1 ": "'S1 '", "a\nb": r"'a\nb'"}
    assert {value: shown(value) for value in unseen} == unseen
    assert shown("\u0405 1") == "\u0405 1"
    assert shown("\u0405 1", in_ascii=True) == r"'\u0405 1'"


@pytest.mark.parametrize("value", ["\x1b[2J", "a\nb", "a\rb", "\u202eabc", "\x00"])
def test_a_value_cannot_move_a_cursor_or_turn_the_line(value: str) -> None:
    assert not set("\x1b\n\r\u202e\x00") & set(shown(value))


def test_every_problem_is_counted_and_those_that_stand_for_more_too() -> None:
    found = InputProblems([wrong("b.csv", 2, more=1_000), wrong("a.csv"), wrong("b.csv", 1)])
    assert str(found) == "1,003 problem(s) in a.csv, b.csv"
    assert "Jane" not in str(found) + repr(found)
    assert found.report().count("Jane") == 3


@given(st.permutations([wrong("a.csv"), wrong("a.csv", 2, "day"), wrong("a.csv", 2, "edss"), wrong("b.csv", 1)]))
def test_problems_stand_in_the_order_of_files_rows_and_columns(problems: list[Problem]) -> None:
    places = [problem.place for problem in InputProblems(problems).problems]
    assert places == ["a.csv", "a.csv, row 2, column day", "a.csv, row 2, column edss", "b.csv, row 1"]


def test_one_problem_and_none_are_told_as_they_are() -> None:
    assert InputProblems(wrong("a.csv")).problems == (wrong("a.csv"),)
    assert str(InputProblems([])) == "0 problem(s) in "
    assert str(wrong("a.csv", 2, more=1)).endswith("Mend it. And 1 more rows like this one.")


def test_the_nearest_name_is_one_that_is_known_and_in_its_own_spelling() -> None:
    known = ("EDSS", "day", "new_t2")
    assert [closest(name, known) for name in (" edss ", "DAY", "new-t2", "zzz", "")] == [
        "EDSS",
        "day",
        "new_t2",
        "",
        "",
    ]
    assert nearest("zzz", known) == ""
    assert nearest("edss", ()) == ""


@given(st.lists(st.text("abcd_", min_size=3, max_size=8), min_size=1, max_size=5), st.data())
def test_a_known_name_is_nearest_to_itself_whatever_its_case(known: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(known))
    assert closest(name.upper(), known) == name
