"""Files that somebody has already: months told by the rows, whatever the packing, and every row kept or told."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from made_up import command_line
from made_up.scmd_worlds import MAY, NATALIZUMAB, OCRELIZUMAB, OTHER, csv_of, row
from remission.inputs.as_they_come import parts_of
from remission.inputs.snapshots import read_snapshots
from remission.supply.sources.scmd import tidy
from remission.supply.stock.added import AddedFile, add_files
from remission.supply.stock.headers import HEADERS
from remission.supply.stock.tidied import tidy_snapshots

TODAY = date(2026, 11, 2)
EXTRACT = len(HEADERS) - 1
ROWS = [row(month="2025-05-01"), row("RA3", OCRELIZUMAB, "40", month="2025-06-01"), row("RA3", OTHER, "20")]


def added(home: Path, name: str, content: bytes) -> tuple[AddedFile, ...]:
    path = home.with_name(name)
    path.write_bytes(content)
    return add_files(home, [path], "scmd", TODAY, "published")


def only(files: tuple[AddedFile, ...]) -> AddedFile:
    (one,) = files
    return one


def with_index(content: bytes, name: str = "") -> bytes:
    header, *lines = content.decode().splitlines()
    return "\n".join([f"{name},{header}", *(f"{at},{line}" for at, line in enumerate(lines))]).encode()


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return held.getvalue()


def test_months_are_those_of_the_rows_and_lines_stay_as_they_stand(tmp_path: Path) -> None:
    one = only(added(tmp_path / "home", "anything.csv", csv_of(ROWS)))
    assert (one.rows_in, one.kept, one.left_out) == (3, {MAY: 2, date(2025, 6, 1): 1}, 0)
    kept = read_snapshots(tmp_path / "home")
    assert [(each.month, each.series, each.standing) for each in kept] == [
        (MAY, "added", "published"), (date(2025, 6, 1), "added", "published"),
    ]  # fmt: skip
    assert (tmp_path / "home" / kept[1].file).read_bytes() == csv_of([ROWS[1]])


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "_id"])
def test_a_column_of_row_numbers_is_left_and_told(tmp_path: Path, name: str) -> None:
    one = only(added(tmp_path / "home", "extract.csv", with_index(csv_of(ROWS, EXTRACT), name)))
    assert sum(one.kept.values()) == 3
    assert any("numbers of rows say nothing" in str(problem) for problem in one.problems)
    assert tidy_snapshots(tmp_path / "home", "scmd", {}).issued["ods_code"].to_list() == ["RA2", "RA3"]


def test_another_column_is_no_column_of_row_numbers(tmp_path: Path) -> None:
    one = only(added(tmp_path / "home", "extract.csv", with_index(csv_of(ROWS), "REGION")))
    assert (one.kept, one.rows_in) == ({}, 0)
    assert any("column REGION: found a column that is not known" in str(problem) for problem in one.problems)


def test_amounts_without_a_unit_are_in_the_unit_of_their_product_and_that_is_told(tmp_path: Path) -> None:
    added(tmp_path / "home", "extract.csv", csv_of([row(quantity="195.6")], EXTRACT))
    found = tidy_snapshots(tmp_path / "home", "scmd", {})
    # 195.6 ml of vials of 15 ml, 13.04 of which are a year: 195.6 / 15 / 13.04 = 1.
    assert found.issued.select("unit", pl.col("patient_years").round(9)).row(0) == ("ml", 1.0)
    assert ["(ml)" in one.next_step for one in found.problems] == [True]


def test_a_unit_that_is_named_is_never_assumed(tmp_path: Path) -> None:
    added(tmp_path / "home", "month.csv", csv_of([row(unit="", unit_code="")]))
    assert tidy_snapshots(tmp_path / "home", "scmd", {}).issued["patient_years"].to_list() == [None]


@pytest.mark.parametrize("packing", ["zip", "gz", "gz in zip"])
def test_packed_files_are_opened(tmp_path: Path, packing: str) -> None:
    content = csv_of(ROWS)
    packed = {
        "zip": zipped(may_csv=content),
        "gz": gzip.compress(content),
        "gz in zip": zipped(may_csv=gzip.compress(content)),
    }
    one = only(added(tmp_path / "home", "month.csv.packed", packed[packing]))
    assert one.rows_in == sum(one.kept.values()) == 3


def test_each_file_of_an_archive_is_told_of(tmp_path: Path) -> None:
    content = zipped(a_csv=csv_of(ROWS[:1]), b_csv=b"%PDF-1.7", c_csv=csv_of(ROWS[1:2]))
    good, pdf, other = added(tmp_path / "home", "two.zip", content)
    assert (good.kept, other.kept) == ({MAY: 1}, {date(2025, 6, 1): 1})
    assert str(pdf.problems[0]).startswith("two.zip, b.csv: found a PDF")


def test_semicolons_decimal_commas_and_utf_16_are_read(tmp_path: Path) -> None:
    lines = csv_of([row(quantity="150#5", month="2025-05")]).decode().replace(",", ";").replace("#", ",")
    one = only(added(tmp_path / "home", "month.csv", lines.encode("utf-16")))
    assert one.kept == {MAY: 1}
    assert tidy(tmp_path / "home").issued["quantity"].to_list() == [150.5]
    assert any("decimal commas as points" in str(problem) for problem in one.problems)


def test_a_comma_that_may_separate_thousands_is_not_guessed_at(tmp_path: Path) -> None:
    lines = csv_of([row(quantity="1#500", month="2025-05")]).decode().replace(",", ";").replace("#", ",")
    added(tmp_path / "home", "month.csv", lines.encode())
    found = tidy(tmp_path / "home")
    assert found.issued.height == 0
    assert any("1,500 (no quantity)" in one.found for one in found.problems)


def test_a_row_without_a_month_is_left_out_and_told_with_its_number(tmp_path: Path) -> None:
    one = only(added(tmp_path / "home", "month.csv", csv_of([*ROWS, row(month="May-25")])))
    assert (one.rows_in, sum(one.kept.values()), one.left_out) == (4, 3, 1)
    assert "month.csv, row 5, column YEAR_MONTH: found May-25 (no month)" in str(one.problems[0])


def test_a_lost_row_is_no_account() -> None:
    with pytest.raises(AssertionError, match="3 rows in, 2 kept"):
        AddedFile("m.csv", 3, {MAY: 2}, 0, 0)


@pytest.mark.parametrize(
    ("content", "found"),
    [(b"", "an empty file"), (b"<!doctype html>", "a web page"), (b"PK\x03\x04cut", "damaged"),
     (b"\x1f\x8b\x08", "damaged"), (zipped(a_csv=zipped(b_csv=b"x")), "an archive in an archive"),
     (b"\0\1\2", "no text")],
)  # fmt: skip
def test_what_is_no_table_is_named_and_nothing_kept(tmp_path: Path, content: bytes, found: str) -> None:
    one = only(added(tmp_path / "home", "odd.csv", content))
    assert found in str(one.problems[0])
    assert not (tmp_path / "home").exists()
    assert next(iter(parts_of(tmp_path / "missing.csv"))).problem is not None


def test_what_was_published_goes_before_what_was_added_and_that_is_told(tmp_path: Path) -> None:
    first = only(added(tmp_path / "home", "scmd_final_202505.csv", csv_of([row()])))
    assert not any("speaks for the month" in str(problem) for problem in first.problems)
    again = only(added(tmp_path / "home", "scmd_final_202505.csv", csv_of([row()])))
    assert again.known == 1
    extract = only(added(tmp_path / "home", "mine.csv", csv_of([row(quantity="1")], EXTRACT)))
    assert "final is there" in " ".join(one.found for one in extract.problems)
    assert tidy(tmp_path / "home").issued["quantity"].to_list() == [150.0]


def test_a_name_leads_nowhere(tmp_path: Path) -> None:
    content = zipped(**{"../../away_csv": csv_of([row()], EXTRACT)})
    added(tmp_path / "home", "odd.zip", content)
    (kept,) = read_snapshots(tmp_path / "home")
    assert kept.file.startswith("raw/scmd/added/away_202505_")


def test_from_a_file_to_a_built_atlas(tmp_path: Path) -> None:
    rows = [row(code, medicine, "40", month=f"2025{number:02}") for number in range(1, 13)
            for code in ("RJ1", "RGT") for medicine in (OCRELIZUMAB, NATALIZUMAB)]  # fmt: skip
    (tmp_path / "year.csv").write_bytes(with_index(csv_of(rows, EXTRACT)))
    done = command_line.run("atlas", "add", "year.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "12 months, January 2025 to December 2025; 48 rows in = 48 kept + 0 left out." in done.stdout
    assert "an extract: at most 2 names of medicines in a month" in done.stderr
    built = command_line.run("atlas", "build", cwd=tmp_path)
    assert "48 rows in = 48 counted" in built.stdout
    assert "SYNTHETIC" not in built.stdout
    broken = command_line.run("atlas", "add", "no-such.csv", "year.csv", cwd=tmp_path)
    assert broken.returncode == 2
    assert "12 months known already" in broken.stdout
