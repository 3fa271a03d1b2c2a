"""The tables of B cells: what they hold, what is wrong in one told at once, and what is only remembered never shown."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems
from remission.studies.b_cells.load import BUNDLED, KINDS, load_b_cells, read_b_cells, wrong_b_cells
from remission.studies.check import check_library

Rows = list[dict[str, str]]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    shutil.copytree(BUNDLED, tmp_path / "b_cells")
    return tmp_path / "b_cells"


def change(tables: Path, name: str, changed: Callable[[Rows], object]) -> None:
    path = tables / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    changed(rows)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def row_of(rows: Rows, drug: str, subset: str, statistic: str) -> dict[str, str]:
    return next(one for one in rows if (one["drug"], one["subset"], one["statistic"]) == (drug, subset, statistic))


def test_every_number_and_direction_has_a_source_and_a_place_in_it() -> None:
    told = [one for one in load_b_cells().counts if one.status != "not found"]
    assert len(told) > 70
    assert [one for one in told if not (one.source and one.locus)] == []
    assert {one.status for one in told} == {"verified", "secondary", "derived"}


def test_a_direction_has_no_number_and_a_row_that_was_not_found_says_so() -> None:
    for row in load_b_cells().counts:
        assert row.is_number == (row.statistic != "change" and row.status != "not found"), row
        if row.status == "not found":
            assert row.says, row


def test_cladribine_is_the_only_drug_with_a_number_of_memory_cells_against_before() -> None:
    rows = [one for one in load_b_cells().counts if one.subset == "memory B" and one.statistic == "left of baseline"]
    assert {one.drug for one in rows if one.is_number} == {"cladribine"}
    assert {one.status for one in rows if one.is_number} == {"secondary"}


def test_what_is_only_remembered_is_shown_nowhere(tables: Path) -> None:
    def remember(rows: Rows) -> None:
        row_of(rows, "ofatumumab", "memory B", "change").update(
            status="unverified", statistic="level", denominator="B cells", value="13.579", source="x", locus="y"
        )

    change(tables, "counts", remember)
    change(tables, "thresholds", lambda rows: rows[0].update(status="unverified"))
    found = read_b_cells(tables)
    assert found.withheld == 2
    assert 13.579 not in [one.value for one in found.counts]
    assert len(found.thresholds) == len(load_b_cells().thresholds) - 1


def test_what_a_review_or_another_paper_told_is_second_hand() -> None:
    every = load_b_cells()
    for row in (*every.counts, *every.thresholds, *every.beside):
        if "(a review)" in row.source or ("legend of doi" in row.locus and not row.locus.startswith("abstract")):
            assert row.status == "secondary", row


def test_people_are_those_that_were_counted_and_not_those_that_entered_a_trial() -> None:
    """Of 216 treated people, and of 255 who entered, the papers do not print how many were counted."""
    assert {row.people for row in load_b_cells().counts} & {216, 255} == set()


def test_class_switched_cells_are_called_memory_only_where_the_paper_does() -> None:
    rows = [row for row in load_b_cells().counts if row.gate.startswith("38 kinds of cells")]
    assert {row.subset for row in rows} == {"switched B", "transitional B"}


@pytest.mark.parametrize(
    ("drug", "source", "subset", "months", "direction"),
    [
        ("dimethyl fumarate", "PMC5986897", "naive B", 6, "up"),
        ("dimethyl fumarate", "PMC5986897", "naive B", 12, "up"),
        ("fingolimod", "Clin Immunol 2014 (DOI not found)", "total B", None, "down"),
    ],
)
def test_each_direction_of_a_paper_is_carried_and_not_the_first_alone(
    drug: str, source: str, subset: str, months: float | None, direction: str
) -> None:
    found = [row for row in load_b_cells().of(drug, subset) if (row.source, row.months) == (source, months)]
    assert [row.direction for row in found] == [direction]


def test_dendritic_cells_after_a_transplant_are_carried() -> None:
    (row,) = load_b_cells().of("hsct", "dendritic cells")
    assert (row.bound, row.value) == ("at most", 6)


WRONG = [
    ("counts", lambda rows: rows[0].update(drug="interferom beta"), "Did you mean interferon beta?"),
    ("counts", lambda rows: rows[0].update(denominator="T cells"), "column denominator"),
    ("counts", lambda rows: rows[0].update(value="40"), "no number for a direction"),
    ("counts", lambda rows: rows[0].update(direction=""), "down, up or no change"),
    ("counts", lambda rows: rows[0].update(source=""), "where it was read"),
    ("counts", lambda rows: rows.append(rows[0]), "as row 2"),
    ("counts", lambda rows: row_of(rows, "rituximab", "memory B", "level").update(value="20"), "in this order"),
    ("counts", lambda rows: row_of(rows, "rituximab", "memory B", "level").update(low=""), "both ends, or none"),
    ("counts", lambda rows: row_of(rows, "rituximab", "memory B", "level").update(value="140", high="150"),
     "at most 100 per cent"),
    ("counts", lambda rows: row_of(rows, "cladribine", "memory B", "left of baseline").update(value=""),
     "a number for this statistic"),
    ("counts", lambda rows: row_of(rows, "cladribine", "memory B", "left of baseline").update(against="controls"),
     "a share of that"),
    ("counts", lambda rows: row_of(rows, "daclizumab", "memory B", "change").update(direction="down"), "not found"),
    ("thresholds", lambda rows: rows[0].update(status="not found"), "a threshold that was read"),
    ("drugs", lambda rows: rows.append(rows[0]), "each drug once"),
    ("beside", lambda rows: rows[0].update(drugs="atacicept; unknown"), "a name of drugs.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "changed", "told"), WRONG)
def test_a_row_that_cannot_be_is_named_with_what_to_do(
    tables: Path, table: str, changed: Callable[[Rows], object], told: str
) -> None:
    change(tables, table, changed)
    with pytest.raises(InputProblems) as wrong:
        read_b_cells(tables)
    assert told in wrong.value.report()
    assert f"{table}.csv, row" in wrong.value.report()


def test_all_that_is_wrong_in_all_tables_is_told_at_once(tables: Path) -> None:
    change(tables, "counts", lambda rows: rows[3].update(drug="nobody"))
    change(tables, "thresholds", lambda rows: rows[1].update(value="none"))
    change(tables, "unread", lambda rows: rows[0].update(drugs="nothing"))
    with pytest.raises(InputProblems) as wrong:
        read_b_cells(tables)
    assert {one.file for one in wrong.value.problems} == {"counts.csv", "thresholds.csv", "unread.csv"}


def test_the_tables_are_checked_with_the_library(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(tables, "counts", lambda rows: rows[3].update(drug="nobody"))
    assert [one.column for one in wrong_b_cells(tables)] == ["drug"]
    monkeypatch.setattr("remission.studies.check.wrong_b_cells", lambda: wrong_b_cells(tables))
    assert [one.file for one in check_library()] == ["counts.csv"]


SPOILT = ("", "-1", "1e999", "not found", "99", "unverified", "\x00", "verified", "memory B", "9" * 400)


@given(st.sampled_from(list(KINDS)), st.integers(0, 95), st.integers(0, 20), st.sampled_from(SPOILT))
def test_a_cell_that_is_spoilt_anywhere_is_read_or_named(name: str, place: int, column: int, cell: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        spoilt = Path(folder) / "b_cells"
        shutil.copytree(BUNDLED, spoilt)

        def spoil(rows: Rows) -> None:
            row = rows[place % len(rows)]
            row[list(row)[column % len(row)]] = cell

        change(spoilt, name, spoil)
        problems = wrong_b_cells(spoilt)
        assert {one.file for one in problems} <= {f"{one}.csv" for one in KINDS}
        if not problems:
            assert "unverified" not in {row.status for row in read_b_cells(spoilt).counts}


# What was typed from the tables of facts, which lie beside a working copy and not in it.
FACTS = Path(__file__).parents[3] / "../shared/facts/evidence"
beside = pytest.mark.skipif(not (FACTS / "bcell.csv").exists(), reason="no tables of facts beside this copy")


def facts(name: str) -> Rows:
    with (FACTS / f"{name}.csv").open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@beside
def test_every_number_of_the_facts_is_carried_over() -> None:
    numbers = [one for row in load_b_cells().counts for one in (row.value, row.low, row.high, row.months)]
    held = {one for one in numbers if one is not None}
    rows = [row for row in facts("bcell_timecourse") if row["status"] != "not found"]
    asked = [number for row in rows for number in re.findall(r"\d+(?:\.\d+)?", row["value"])]
    # Of some the number is the month itself.
    asked += [row["months"] for row in rows if row["unit"].startswith(("mean", "median"))]
    assert len(asked) > 25
    assert [one for one in asked if float(one) not in held] == []
    thresholds = [float(row["value"]) for row in facts("retreatment_thresholds") if row["status"] == "verified"]
    # A fall of at least 95 per cent is held as at most 5 per cent left.
    assert sorted(one.value for one in load_b_cells().thresholds) == sorted(
        5 if one == 95 else one for one in thresholds
    )


@beside
def test_nothing_that_is_only_remembered_was_carried_over() -> None:
    remembered = [row for row in facts("retreatment_thresholds") if row["status"] == "memory"]
    assert [row["value"] for row in remembered] == ["10"]
    assert 10 not in [one.value for one in load_b_cells().thresholds]


@beside
def test_every_paper_of_the_facts_has_a_row() -> None:
    every = load_b_cells()
    told = " ".join(f"{one.source} {getattr(one, 'locus', '')} {getattr(one, 'says', '')}"
                    for one in (*every.counts, *every.beside, *every.unread, *every.thresholds))  # fmt: skip
    asked = {row["source_id"].split(" (")[0] for row in facts("bcell") if row["source_id"].startswith("10.")}
    assert len(asked) > 20
    assert sorted(one for one in asked if one not in told) == []
