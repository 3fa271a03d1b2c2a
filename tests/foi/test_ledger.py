"""Answers kept as they came: read again the same, and no file is taken for another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from made_up.answers import ABOUT, TABLE, write_csv, write_xlsx
from remission.foi.answers.answer import import_answer
from remission.foi.answers.ledger import KEPT, LISTED, answers_kept, import_file, read_answers
from remission.foi.sources import foi
from remission.inputs.fetching import Asking


def test_what_was_imported_is_read_again_the_same(tmp_path: Path) -> None:
    kept = import_file(tmp_path / "home", write_csv(tmp_path / "answer.csv", TABLE), ABOUT)
    again = foi.tidy(tmp_path / "home")
    assert kept.imported.answers.drop("file").equals(again.answers.drop("file"))
    assert kept.path.read_bytes() == (tmp_path / "answer.csv").read_bytes()
    assert kept.path.name.startswith("RTK_2026-11-20_")
    assert set(again.answers["standing"]) == {"synthetic"}


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        import_file(tmp_path, write_csv(tmp_path / name, TABLE), ABOUT)
    assert len(list((tmp_path / KEPT).iterdir())) == 1
    assert read_answers(tmp_path).counts == 2


def test_several_files_add_up(tmp_path: Path) -> None:
    import_file(tmp_path, write_csv(tmp_path / "a.csv", TABLE), ABOUT)
    import_file(tmp_path, write_xlsx(tmp_path / "b.xlsx", TABLE), replace(ABOUT, code="RJ1"))
    found = read_answers(tmp_path)
    assert (found.cells, found.counts, len(found.explained)) == (8, 4, 4)


def test_a_standing_is_never_assumed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="published or synthetic"):
        import_file(tmp_path, write_csv(tmp_path / "a.csv", TABLE), replace(ABOUT, standing=""))  # type: ignore[arg-type]
    import_file(tmp_path, write_csv(tmp_path / "a.csv", TABLE), ABOUT)
    (tmp_path / LISTED).write_text((tmp_path / LISTED).read_text().replace(",synthetic,", ",,"))
    found = read_answers(tmp_path)
    assert (found.problems[0].column, found.answers.height) == ("standing", 0)


def test_a_file_that_changed_or_that_nobody_listed_is_not_read(tmp_path: Path) -> None:
    kept = import_file(tmp_path, write_csv(tmp_path / "a.csv", TABLE), ABOUT)
    kept.path.write_text(kept.path.read_text().replace("25", "26"))
    (tmp_path / KEPT / "other.csv").write_text("Tysabri,4")
    found = read_answers(tmp_path)
    assert found.answers.height == 0
    assert {problem.column for problem in found.problems} == {"file", "sha256"}


def test_nothing_is_kept_of_a_file_without_a_count(tmp_path: Path) -> None:
    kept = import_file(tmp_path, write_csv(tmp_path / "a.csv", [["Dear Sir"]]), ABOUT)
    assert kept.imported.problems
    assert not (tmp_path / "foi").exists()


def test_there_is_nothing_to_fetch_and_that_is_said(tmp_path: Path) -> None:
    fetched = foi.fetch(tmp_path, Asking(date(2026, 11, 28)), lambda _: None)
    assert fetched.new == ()
    assert "nothing to fetch" in str(fetched.problems[0])
    assert read_answers(tmp_path).answers.height == 0


def test_an_answer_of_a_day_that_nobody_can_read_is_told_and_not_dropped(tmp_path: Path) -> None:
    import_file(tmp_path, write_csv(tmp_path / "a.csv", [["Brand", "Patients"], ["Tysabri", 3]]), ABOUT)
    day = str(ABOUT.answered)
    (tmp_path / LISTED).write_text((tmp_path / LISTED).read_text().replace(f",{day},", ",2026-31-31,"))
    kept, (problem,) = answers_kept(tmp_path)
    assert kept == ()
    assert (problem.row, problem.column, problem.found) == (2, "answered", "2026-31-31")


def test_a_quotation_mark_that_is_never_closed_takes_no_lines_into_one_cell(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('Medicine,Patients\nTysabri,5\nAvonex,"4\nOcrevus,6\n')
    (problem,) = import_answer(tmp_path / "a.csv", ABOUT).problems
    assert problem.found == "a CSV that cannot be read (unexpected end of data)"
