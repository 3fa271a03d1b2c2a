"""Bytes become rows, each with the number a spreadsheet shows, and none of them is lost or filled up in silence."""

from __future__ import annotations

import pytest

from made_up.scmd_worlds import GOOD, NATALIZUMAB, csv_of, row
from remission.supply.stock import text as scmd_text
from remission.supply.stock.headers import HEADERS
from remission.supply.stock.text import Text, read_text

LINES = csv_of([*GOOD, row("RA5", cost="")]).splitlines(keepends=True)


def read(content: bytes) -> Text:
    text = read_text("m.csv", content)
    assert text.header is not None
    assert text.records == text.rows.height
    return text


@pytest.mark.parametrize("header", range(len(HEADERS)))
def test_columns_that_are_not_published_are_null(header: int) -> None:
    text = read(csv_of(GOOD, header))
    absent = set(HEADERS[0].columns) - set(HEADERS[header].columns)
    assert text.rows["row"].to_list() == [2, 3, 4, 5]
    assert text.rows["vmp_code"][0] == NATALIZUMAB[0]
    assert {name for name in HEADERS[0].columns if text.rows[name].null_count()} == absent


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", scmd_text.MARK])
def test_line_ends_and_a_byte_order_mark_do_not_matter(ends: bytes, mark: bytes) -> None:
    text = read(mark + b"".join(LINES).replace(b"\n", ends))
    assert text.rows.equals(read(b"".join(LINES)).rows)


def test_the_careful_reader_agrees_with_the_quick_one(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = read(csv_of([row(cost=""), row(vmp_name="Sodium chloride 0.9%, in bags")]))
    monkeypatch.setattr(scmd_text, "_quick", lambda *_: None)
    careful = read(csv_of([row(cost=""), row(vmp_name="Sodium chloride 0.9%, in bags")]))
    assert careful.rows.equals(quick.rows)


def test_empty_lines_are_no_rows_and_keep_the_numbers_of_the_others() -> None:
    text = read(b"".join([*LINES[:2], b"\n", *LINES[2:], b"\n\r\n"]))
    assert text.rows["row"].to_list() == [2, 4, 5, 6, 7]
    assert text.rows["whole"].all()


@pytest.mark.parametrize(
    "line",
    [b"202505,RA2,36030311000001108\n", b"202505,RA2,1,Nata, in vials,1,ml,3,4\n", b'202505,RA2,1,"Nata,1,ml,3,4\n'],
    ids=["short", "long", "quotation mark not closed"],
)
def test_a_line_that_is_no_row_is_marked_and_spoils_no_other(line: bytes) -> None:
    text = read(b"".join([*LINES[:2], line, *LINES[2:]]))
    assert text.rows.filter(~text.rows["whole"])["row"].to_list() == [3]
    assert text.rows.filter("whole").height == len(LINES) - 1


@pytest.mark.parametrize("cut", range(1, 24))
def test_a_file_cut_off_in_its_last_line_says_so(cut: int) -> None:
    whole = csv_of([*GOOD, row("RA5", cost="11300.55")])
    text = read(whole[:-1][:-cut])
    last = text.rows.row(-1, named=True)
    # Cut within the last number nothing can be seen here: that is what the length of a transfer is for.
    assert cut < 8 or not last["whole"] or (cut == 8 and last["cost"] is None)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b" \n", "an empty file"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (scmd_text.MARK + b"<html>", "a web page"),
    ],
)
def test_what_is_no_csv_is_named(content: bytes, found: str) -> None:
    text = read_text("m.csv", content)
    assert text.header is None
    assert [one.found.startswith(found) for one in text.problems] == [True]


def test_another_encoding_is_read_and_said() -> None:
    text = read(csv_of([row(), row(vmp_name="Süd")]).decode().encode("cp1252"))
    assert text.rows["vmp_name"].to_list() == [NATALIZUMAB[1], "Süd"]
    assert [(one.row, one.severity) for one in text.problems] == [(3, "warning")]


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x00" * 9, b"a" * 200_000, b'"' * 200_001, b"\n\n1,2", b"\xff\xfeY\x00"]
)
def test_what_is_nothing_like_it_is_named_and_not_a_crash(content: bytes) -> None:
    text = read_text("m.csv", content)
    assert text.header is None
    assert text.problems


def test_a_line_too_long_for_any_row_spoils_no_other() -> None:
    text = read(b"".join([*LINES[:2], b'"' + b"x" * 200_000 + b"\n", *LINES[2:]]))
    assert text.rows["whole"].to_list() == [True, False, *[True] * 4]
