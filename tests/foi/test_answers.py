"""Answers as they come: intervals out, every cell accounted for, and a sheet's quirks read as they are meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made_up.answers import ABOUT, TABLE, Cells, write_csv, write_xlsx
from remission.foi.answers.answer import ANSWERS, About, Imported, import_answer
from remission.foi.letters.authorities import Authority
from remission.foi.letters.letter import asked_therapies, letter_text

REAL = Path(__file__).parents[2] / "../shared/atlas/foi/foi_ms_dmt_patients_by_trust.csv"


def read(tmp_path: Path, cells: Cells, about: About = ABOUT) -> Imported:
    return import_answer(write_csv(tmp_path / "answer.csv", cells), about)


def ends(found: Imported) -> dict[str, tuple[int, int | None]]:
    return {row["brand_as_written"]: (row["low"], row["high"]) for row in found.answers.to_dicts()}


def kinds(found: Imported) -> list[str]:
    return [one.kind for one in found.explained]


def test_a_table_below_titles_is_found_and_read(tmp_path: Path) -> None:
    found = read(tmp_path, TABLE)
    assert found.answers.schema == ANSWERS
    assert ends(found) == {"Tysabri": (25, 25), "Copaxone/Brabio": (0, 4)}
    assert found.answers["exact"].to_list() == [True, False]
    assert kinds(found) == ["not a therapy", "not a therapy"]
    assert (found.cells, found.counts) == (4, 2)
    row = found.answers.to_dicts()[0]
    assert (row["code"], row["case_number"], row["standing"], row["row"]) == ("RTK", "FOI-1", "synthetic", 4)


def test_csv_and_xlsx_say_the_same(tmp_path: Path) -> None:
    one, two = read(tmp_path, TABLE), import_answer(write_xlsx(tmp_path / "answer.xlsx", TABLE), ABOUT)
    sides = ("file", "sheet")
    assert one.answers.drop(sides).equals(two.answers.drop(sides))


def test_a_cell_that_got_lost_is_noticed(tmp_path: Path) -> None:
    found = read(tmp_path, TABLE)
    with pytest.raises(AssertionError, match="4 cells in, 2 counted and 1 explained"):
        replace(found, explained=found.explained[1:])


def test_the_saved_real_answer_is_read_whole() -> None:
    if not REAL.exists():
        pytest.skip("the saved answer is not here")
    found = import_answer(REAL, About("", "FOIA", "published"))
    assert (found.cells, found.counts, len(found.explained)) == (13, 11, 2)
    assert not found.problems
    assert found.answers["low"].sum() == found.answers["high"].sum() == 190
    assert set(found.answers["code"]) == {"RTK"}
    assert set(found.answers["counted"]) == {"ever in period"}
    assert str(found.answers["period_start"].min()) == "2015-01-01"


def test_a_merged_name_belongs_to_all_its_rows(tmp_path: Path) -> None:
    cells: Cells = [["Drug", "Site", "Patients"], ["Tysabri", "North", 5], [None, "South", 7]]
    found = import_answer(write_xlsx(tmp_path / "a.xlsx", cells, merged=["A2:A3"]), ABOUT)
    assert found.answers["low"].to_list() == [5, 7]
    assert set(found.answers["therapy"]) == {"natalizumab"}


def test_a_merged_count_is_one_count_of_all_its_rows(tmp_path: Path) -> None:
    cells: Cells = [["Drug", "Patients"], ["Copaxone", 12], ["Brabio", None], ["Avonex", 9], ["Tysabri", None]]
    found = import_answer(write_xlsx(tmp_path / "a.xlsx", cells, merged=["B2:B3", "B4:B5"]), ABOUT)
    assert ends(found) == {"Copaxone / Brabio": (12, 12)}
    assert found.cells == 2
    assert "natalizumab" in found.problems[0].found


def test_none_of_several_therapies_is_none_of_each(tmp_path: Path) -> None:
    found = read(tmp_path, [["Drug", "Patients"], ["Avonex/Rebif", 0], ["Tysabri", 1]])
    assert found.answers["therapy"].to_list() == ["interferon beta-1a im", "interferon beta-1a sc", "natalizumab"]
    assert found.cells == found.counts == 2


def test_a_sheet_on_its_side_is_read_and_places_stay_those_of_the_file(tmp_path: Path) -> None:
    cells: Cells = [["Medicine", "Tysabri", "Ocrevus", "Gilenya"], ["Patients", 5, "<5", "about six"]]
    found = read(tmp_path, cells)
    assert ends(found) == {"Tysabri": (5, 5), "Ocrevus": (0, 4), "Gilenya": (6, 6)}
    assert found.answers["row"].to_list() == [2, 2, 2]
    assert [column[0] for column in found.answers["column"]] == ["B", "C", "D"]


def test_a_star_is_an_interval_only_where_the_sheet_explains_it(tmp_path: Path) -> None:
    table = [["Brand", "Patients"], ["Tysabri", "*"], ["Ocrevus", 8]]
    assert ends(read(tmp_path, table)) == {"Ocrevus": (8, 8)}
    explained = read(tmp_path, [*table, [], ["* stands for fewer than six"]])
    assert ends(explained) == {"Tysabri": (0, 5), "Ocrevus": (8, 8)}


def test_a_note_merged_over_the_whole_table_is_no_count(tmp_path: Path) -> None:
    cells: Cells = [["Brand", "Patients"], ["Tysabri", "*"], ["* denotes less than 5", None]]
    found = import_answer(write_xlsx(tmp_path / "a.xlsx", cells, merged=["A3:B3"]), ABOUT)
    assert ends(found) == {"Tysabri": (0, 4)}
    assert not found.problems


def test_a_total_is_no_count_and_its_difference_is_named(tmp_path: Path) -> None:
    rows = [["Brand", "Patients"], ["Tysabri", 20], ["Ocrevus", "<5"]]
    good, bad = read(tmp_path, [*rows, ["Total", 23]]), read(tmp_path, [*rows, ["Grand total", 30]])
    assert kinds(good) == kinds(bad) == ["total"]
    assert not good.problems
    assert "20 to 24, which the rows add up to" in str(bad.problems[0])
    assert bad.answers["low"].sum() == 20


def test_periods_beside_each_other_are_kept_apart(tmp_path: Path) -> None:
    found = read(tmp_path, [["Drug", "Patients 2024/25", "Patients 2025/26"], ["Tysabri", 10, 12]])
    assert [str(day) for day in found.answers["period_end"]] == ["2025-03-31", "2026-03-31"]
    assert set(found.answers["counted"]) == {"ever in period"}


def test_a_second_column_of_the_same_people_is_left_and_said_so(tmp_path: Path) -> None:
    found = read(tmp_path, [["Drug", "Patients", "Male patients", "Total", "Cost"], ["Tysabri", 10, 4, 14, 9000]])
    assert ends(found) == {"Tysabri": (10, 10)}
    assert kinds(found) == ["another column"] * 3
    assert [problem.found.split(": ")[1] for problem in found.problems] == [
        "its header names no time that can be read beside that of column B",
        "it adds up other columns",
        "its header does not say that it holds counts",
    ]


def test_the_dates_of_letters_and_acts_are_no_period(tmp_path: Path) -> None:
    titles = [["Freedom of Information Act 2000"], ["Request received 12/03/2026"], ["Patients as at 31/03/2026"]]
    bare = About("RTK", "FOIA", "synthetic")
    table = [["Question", "Answer"], ["Tysabri", 10]]
    assert read(tmp_path, [*titles[:2], *table], bare).answers["period_end"].to_list() == [None]
    found = read(tmp_path, [*titles, *table], bare)
    assert found.answers["period_end"].to_list() == [date(2026, 3, 31)]
    assert (found.answers["counted"].to_list(), found.problems) == (["current"], ())


def test_our_own_letter_filled_in_is_read_whole(tmp_path: Path) -> None:
    lines = letter_text(Authority("RTK", "A trust", "England"), date(2026, 9, 30)).splitlines()
    table = [line.strip("|").split("|") for line in lines if line.startswith("| ")]
    for number, row in enumerate(table[1:]):
        row[1:] = ["" if "please name" in row[0] else str(number), "some"]
    found = read(tmp_path, [[cell.strip() for cell in row] for row in table], About("RTK", "FOIA", "published"))
    assert not found.problems
    assert found.counts == len(asked_therapies()) + 1
    assert set(found.answers["period_end"]) == {date(2026, 9, 30)}
    assert found.answers["therapy"].to_list() == [*(one.name for one in asked_therapies()), "hsct"]
    assert found.answers["counted"].to_list() == ["current"] * len(asked_therapies()) + ["ever in period"]
    assert all("by homecare: some" in note for note in found.answers["note"])
    assert not any(found.answers["brands"])


def test_packs_are_never_people(tmp_path: Path) -> None:
    found = read(tmp_path, [["Drug", "Packs issued"], ["Tysabri", 40]])
    assert found.answers["counted"].to_list() == ["packs"]


def test_not_held_and_refused_are_data(tmp_path: Path) -> None:
    cells = [
        ["Drug", "Patients"],
        ["Tysabri", "not held"],
        ["Ocrevus", "Exempt s40(2)"],
        ["Gilenya", 7],
        ["Avonex", "s99"],
    ]
    found = read(tmp_path, cells)
    assert kinds(found) == ["not held", "refused", "refused"]
    assert found.refusals.select("therapy", "kind", "reason").rows() == [
        ("natalizumab", "not held", "not held"),
        ("ocrelizumab", "refusal", "personal information (small numbers)"),
        ("interferon beta-1a im", "unknown", "s99 of FOIA, which the library does not explain"),
    ]
    assert [problem.found for problem in found.problems] == ["s99"]


def test_what_was_counted_and_when_are_never_assumed_in_silence(tmp_path: Path) -> None:
    found = read(tmp_path, [["Drug", "Patients"], ["Tysabri", 10]], About("RTK", "FOIA", "synthetic"))
    assert [problem.found for problem in found.problems] == [
        "no word of what is counted",
        "no day or period of the counts",
    ]


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    hidden = [["Name", "Drug", "Patients"], ["somebody", "Tysabri", 1]]
    found = import_answer(write_xlsx(tmp_path / "a.xlsx", TABLE, hidden=hidden), ABOUT)
    assert found.answers.height == 2
    assert found.problems[-1].found == "a hidden sheet"
    assert found.cells == 4


WORDS = ["12", "<5", "n/a", "", "-3", "*", "s40", "not held", "1-4", "what", "0", "≤5", "12.5", "1,204"]
MEDICINES = [
    "Tysabri",
    "Copaxone/Brabio",
    "Fampyra",
    "Others",
    "Total",
    "Nonsense",
    "",
    "interferon beta-1a",
    "Avonex/Rebif",
]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(MEDICINES), st.sampled_from(WORDS), st.sampled_from(WORDS)), max_size=8))
def test_cells_in_are_counts_out_and_cells_explained(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    cells = [["Drug", "Patients 2024", "Patients 2025"], ["Tysabri", "1", "2"], *rows]
    found = read(tmp_path, cells)
    shown = set(range(2, len(cells) + 1))
    numbers = sum(1 for line in cells[1:] for text in line[1:] if text)
    told = {(one.row, one.column[0]) for one in found.explained}
    read_places = {(row["row"], row["column"][0]) for row in found.answers.to_dicts()}
    assert not told & read_places
    assert len(told | read_places) == found.cells >= numbers
    assert {row for row, _ in told | read_places} <= shown
