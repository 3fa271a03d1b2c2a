"""The kit as the command line uses it: from a request that was sent to an answer that is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from made_up.answers import TABLE, write_csv
from remission.foi.answers.ledger import KEPT, read_answers
from remission.foi.kit import (
    enter,
    import_answer,
    record_answered,
    record_sent,
    status_lines,
    write_letters,
)
from remission.foi.register.answered import Answer
from remission.foi.register.request import REGISTER, read_register
from remission.inputs.problems import InputProblems

SENT = date(2026, 3, 2)
GLASGOW = "S08000031"


def test_before_anything_was_sent_that_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    assert status_lines(tmp_path, SENT) == ["No request has been entered yet."]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("code", "due"), [("RJ1", "2026-03-31"), (GLASGOW, "2026-03-30")])
def test_what_is_sent_is_due_by_the_act_of_its_nation(tmp_path: Path, code: str, due: str) -> None:
    # Saint Patrick's Day of Northern Ireland is no working day under the Act of 2000, and one in Scotland.
    assert record_sent(tmp_path, code, SENT) == f"{code}: sent 2026-03-02, due {due}."
    assert status_lines(tmp_path, date.fromisoformat(due))[0].startswith(f"{code}  due: ")
    assert status_lines(tmp_path, date(2026, 4, 1))[0].startswith(f"{code}  overdue: ")


def test_those_that_need_something_stand_first(tmp_path: Path) -> None:
    for code, on in (("RTK", date(2026, 3, 2)), ("RAL", date(2026, 5, 1)), ("RJ1", SENT)):
        record_sent(tmp_path, code, on)
    enter(tmp_path, "RTK", SENT, {"answered": "2026-03-20", "outcome": "refused", "sections": "s12"})
    said = status_lines(tmp_path, date(2026, 5, 5))
    assert [line.split(":")[0] for line in said] == ["RJ1  overdue", "RAL  due", "RTK  refused"]
    assert "s12 (" in said[2]


@pytest.mark.parametrize("code", ["RJ9", "rj9", "", "QWO", "../RJ1", "RJ1\x1b[2J"])
def test_nobody_unknown_is_asked_or_has_answered(tmp_path: Path, code: str) -> None:
    answer = write_csv(tmp_path / "answer.csv", TABLE)
    home = tmp_path / "home"
    acts: tuple[Callable[[], object], ...] = (
        lambda: record_sent(home, code, SENT),
        lambda: write_letters(home, ["RJ1", code], SENT),
        lambda: import_answer(home, answer, code, SENT),
    )
    for act in acts:
        with pytest.raises(InputProblems) as refused:
            act()
        assert refused.value.problems[0].next_step
        assert "\x1b" not in refused.value.report()
    # Not even the letter to the one that is known: all or none.
    assert not home.exists()


def test_a_letter_is_written_once_and_a_persons_change_stays(tmp_path: Path) -> None:
    (letter,) = write_letters(tmp_path, ["RJ1", "RJ1"], SENT)
    letter.write_text("changed by hand", encoding="utf-8")
    write_letters(tmp_path, ["RJ1"], SENT)
    assert letter.read_text(encoding="utf-8") == "changed by hand"


def test_an_answer_is_counts_and_cells_explained_and_is_read_again(tmp_path: Path) -> None:
    found = import_answer(tmp_path, write_csv(tmp_path / "answer.csv", TABLE), "RTK", date(2026, 3, 20))
    # Four cells: two therapies, one medicine that is none, and "Others".
    assert (found.counts, found.explained) == (2, 2)
    assert found.kept.parent == tmp_path / KEPT
    again = read_answers(tmp_path)
    assert again.answers.select("code", "low", "high", "standing").rows() == [
        ("RTK", 25, 25, "published"),
        ("RTK", 0, 4, "published"),
    ]


def test_a_section_means_what_it_does_under_the_act_of_who_answered(tmp_path: Path) -> None:
    cells = [["Brand", "Patients as at 1 March 2026"], ["Tysabri", "s38(1)(b)"]]
    for code in (GLASGOW, "RTK"):
        import_answer(tmp_path, write_csv(tmp_path / f"{code}.csv", cells), code, date(2026, 3, 20))
    refused = dict(read_answers(tmp_path).refusals.select("code", "reason").iter_rows())
    assert refused == {GLASGOW: "personal information (small numbers)", "RTK": "health and safety"}


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html><table>", b"%PDF-1.7", b"PK\x03\x04cut", b"\x00\x01\x02"])
def test_a_download_that_went_wrong_is_named_and_nothing_of_it_is_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "answer.csv").write_bytes(content)
    found = import_answer(tmp_path, tmp_path / "answer.csv", "RTK", SENT)
    assert (found.counts, found.explained, found.kept) == (0, 0, tmp_path / "answer.csv")
    assert [one.severity for one in found.problems] == ["error"]
    assert not (tmp_path / "foi").exists()


def test_a_register_that_cannot_be_read_is_no_empty_register(tmp_path: Path) -> None:
    record_sent(tmp_path, "RJ1", SENT)
    broken = (tmp_path / REGISTER).read_text().replace("received,", "recieved,")
    (tmp_path / REGISTER).write_text(broken)
    said = status_lines(tmp_path, SENT)
    assert "No request" not in said[0]
    assert "column received: found no such column" in said[0]
    with pytest.raises(InputProblems):
        record_sent(tmp_path, "RTK", SENT)
    assert (tmp_path / REGISTER).read_text() == broken
    assert read_register(tmp_path).requests == ()


def test_codes_are_taken_in_any_case_and_all_bad_ones_told_at_once(tmp_path: Path) -> None:
    assert record_sent(tmp_path, "rj1", SENT).startswith("RJ1: sent")
    (letter,) = write_letters(tmp_path, ["rj1", "RJ1"], SENT)
    assert letter.name.startswith("RJ1_")
    with pytest.raises(InputProblems) as refused:
        write_letters(tmp_path, ["RJ9", "rtk", "nonsense"], SENT)
    assert [one.found for one in refused.value.problems] == ["RJ9", "nonsense"]


def test_an_answer_is_entered_by_its_words_and_sections(tmp_path: Path) -> None:
    record_sent(tmp_path, "RJ1", SENT)
    said = record_answered(tmp_path, "rj1", Answer("Refused", date(2026, 3, 20), ("12", "s.40 (2)")))
    assert said.startswith("RJ1  refused: on 2026-03-20: s12 (")
    assert "s40(2) (" in said
    assert status_lines(tmp_path, date(2026, 5, 5)) == [said]
    (request,) = read_register(tmp_path).requests
    assert (request.outcome, request.sections, request.answered) == ("refused", ("s12", "s40(2)"), date(2026, 3, 20))


def test_everything_wrong_with_an_answer_is_told_at_once_and_nothing_is_changed(tmp_path: Path) -> None:
    record_sent(tmp_path, "RJ1", SENT)
    before = (tmp_path / REGISTER).read_bytes()
    with pytest.raises(InputProblems) as refused:
        record_answered(tmp_path, "RJ9", Answer("refusd", SENT, ("cost",)))
    assert {one.file for one in refused.value.problems} == {"--outcome", "--section", "organisations.csv"}
    with pytest.raises(InputProblems, match="section"):
        record_answered(tmp_path, "RJ1", Answer("given", SENT, ("12",)))
    with pytest.raises(InputProblems, match="register"):  # before it was sent
        record_answered(tmp_path, "RJ1", Answer("given", date(2026, 3, 1)))
    assert (tmp_path / REGISTER).read_bytes() == before


def test_which_request_was_answered_is_asked_and_never_guessed(tmp_path: Path) -> None:
    answer = Answer("given", date(2026, 4, 20))
    with pytest.raises(InputProblems) as none:
        record_answered(tmp_path, "RJ1", answer)
    assert "no request to RJ1" in none.value.report()
    assert "remission atlas foi sent RJ1" in none.value.report()
    for day in (SENT, date(2026, 4, 1)):
        record_sent(tmp_path, "RJ1", day)
    with pytest.raises(InputProblems) as two:
        record_answered(tmp_path, "RJ1", answer)
    assert "2 requests to RJ1" in two.value.report()
    assert "of 2026-03-02, 2026-04-01: say which with --sent" in two.value.report()
    record_answered(tmp_path, "RJ1", answer, sent=SENT)
    # One is left, and is the one that is meant now.
    record_answered(tmp_path, "RJ1", Answer("not held", date(2026, 4, 21)))
    assert [one.outcome for one in read_register(tmp_path).requests] == ["given", "not held"]


def test_status_knows_of_answers_that_came_and_were_not_entered(tmp_path: Path) -> None:
    record_sent(tmp_path, "RTK", SENT)
    import_answer(tmp_path, write_csv(tmp_path / "answer.csv", TABLE), "rtk", date(2026, 3, 20))
    import_answer(tmp_path, write_csv(tmp_path / "other.csv", [*TABLE, ["Kesimpta", "7"]]), "RJ1", date(2026, 3, 21))
    before, after = status_lines(tmp_path, date(2026, 3, 19)), status_lines(tmp_path, date(2026, 5, 5))
    assert [line.split(":")[0] for line in before] == ["RTK  due"]
    assert [line.split(":")[0] for line in after] == ["RTK  answered, not entered", "RJ1  answered, not asked"]
    assert "remission atlas foi answered RTK --outcome given --on 2026-03-20" in after[0]
    record_answered(tmp_path, "RTK", Answer("given", date(2026, 3, 20)))
    assert status_lines(tmp_path, date(2026, 5, 5))[1] == "RTK  answered: on 2026-03-20"
