"""Is it a CSV at all: what Python's own reader makes of a file is what is let through, and the rest is named."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.inputs.csvtext import LONGEST_LINE, SHOWN_ROWS, CsvText, inspect_csv, open_csv
from remission.inputs.problems import InputProblems

FILE = "visits.csv"
MARK = b"\xef\xbb\xbf"
CELLS = st.text('ab1,;"\n\r\t é', max_size=5)


def plain(content: bytes) -> list[list[str]]:
    """Rows as the standard library reads them."""
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def only_problem(content: bytes) -> tuple[int | None, str]:
    found = inspect_csv(FILE, content)
    assert (found.header, len(found.rows), len(found.problems)) == ((), 0, 1)
    assert found.problems[0].file == FILE
    assert found.problems[0].next_step
    return found.problems[0].row, found.problems[0].found


def told(found: CsvText) -> list[tuple[int | None, str]]:
    return [(one.row, one.found) for one in found.problems]


@settings(max_examples=150)
@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width - 1, max_size=width + 1), min_size=0, max_size=6).map(
            lambda rows: (width, rows)
        )
    ),
    st.sampled_from(("\n", "\r\n")),
    st.booleans(),
    st.integers(0, 3),
)
def test_rows_in_are_rows_out_and_rows_named(
    table: tuple[int, list[list[str]]], end: str, mark: bool, empty: int
) -> None:
    width, rows = table
    header = ["subject_id", "day", "a\nname", "x"][:width]
    written = io.StringIO()
    # All is quoted: a row of one empty cell would be an empty line else.
    csv.writer(written, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    found = inspect_csv(FILE, MARK * mark + written.getvalue().encode() + end.encode() * empty)
    kept = {number: row for number, row in enumerate(rows, 2) if len(row) == width}
    assert found.header == tuple(header)
    assert found.rows.tolist() == list(kept)
    assert plain(found.content) == [header, *kept.values()]
    assert told(found) == [(at, f"{len(row)} value(s)") for at, row in enumerate(rows, 2) if at not in kept]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_header_alone_is_a_table_without_rows(end: bytes) -> None:
    for content in (b"a,b", b"a,b" + end, MARK + b"a,b" + end * 3):
        found = inspect_csv(FILE, content)
        assert (found.header, found.rows.tolist(), found.problems) == (("a", "b"), [], ())


def test_one_column_may_have_empty_cells_between_and_none_is_ragged() -> None:
    found = inspect_csv(FILE, b"day\n1\n\n3\n")
    assert (found.rows.tolist(), found.problems) == ([2, 3, 4], ())


def test_an_empty_line_between_rows_is_named_and_the_numbers_of_the_others_stay() -> None:
    found = inspect_csv(FILE, b"a,b\n1,2\n\n3,4\n")
    assert told(found) == [(3, "1 value(s)")]
    assert found.rows.tolist() == [2, 4]
    assert plain(found.content) == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_a_ragged_row_at_either_end_is_taken_out_whole() -> None:
    found = inspect_csv(FILE, b"a,b\n1\n2,3\n4,5,6")
    assert told(found) == [(2, "1 value(s)"), (4, "3 value(s)")]
    assert (found.rows.tolist(), plain(found.content)) == ([3], [["a", "b"], ["2", "3"]])


@pytest.mark.parametrize("wrong", [1, SHOWN_ROWS, SHOWN_ROWS + 1, 3 * SHOWN_ROWS])
def test_every_ragged_row_is_named_or_counted(wrong: int) -> None:
    found = inspect_csv(FILE, b"a,b\n1,2\n" + b"1\n" * wrong)
    assert sum(1 + one.more for one in found.problems) == wrong
    assert len(found.problems) == min(wrong, SHOWN_ROWS)
    assert found.rows.tolist() == [2]


@pytest.mark.parametrize(
    ("content", "row", "found"),
    [
        (b"", None, "an empty file"),
        (MARK, None, "an empty file"),
        (b"\r\n\n\r\n", None, "an empty file"),
        ("a,b\n1,2\n".encode("utf-16"), None, "bytes that are zero"),
        (b"a,b\n1,2\n\x00\x00", None, "bytes that are zero"),
        (b"a,b\r1,2\r3,4", None, "line ends of old Macintosh computers"),
        (b"a,b\n1,\xe9\n", 2, "a byte that is not UTF-8 (0xE9, byte 7 of the file)"),
        (b"a;b\n1;2\n", 1, "a semicolon-separated table"),
        (b"a\tb\n1\t2\n", 1, "a tab-separated table"),
        (b'a,b\n1,"2\n3,4\n', 2, "a quotation mark that is opened and not closed"),
        (b'a,b\n1,"2', 2, "a quotation mark that is opened and not closed"),
        (b"\na,b\n1,2\n", 1, "an empty line"),
        (b"\r\n\r\na,b\r\n1,2\r\n", 1, "an empty line"),
        (b'"a"x,b\n1,2\n', 1, "text that cannot be read as a CSV"),
        (b"a,b\r1,2\n3,4\n", 1, "text that cannot be read as a CSV"),
    ],
)
def test_what_is_no_csv_is_one_problem_with_its_place_and_no_row(content: bytes, row: int | None, found: str) -> None:
    assert only_problem(content) == (row, found)


def test_a_page_of_html_is_no_table_of_many_columns() -> None:
    found = inspect_csv(FILE, b"<!doctype html>\n<p>Not found, sorry</p>\n")
    # Its first line is one name, so the line with a comma is not let through as a row.
    assert (found.rows.tolist(), told(found)) == ([], [(2, "2 value(s)")])


def test_a_line_too_long_for_a_table_is_named_before_it_is_read() -> None:
    assert only_problem(b"a,b\n1,2\n3," + b"4" * LONGEST_LINE) == (3, "a line of 1,000,003 bytes")
    # Exactly as long as is allowed, with the end of the line before it.
    assert inspect_csv(FILE, b"a,b\n1," + b"4" * (LONGEST_LINE - 3)).problems == ()


def test_no_problem_repeats_a_value_of_the_file() -> None:
    secret = b"Jane"
    for content in (b"a,b\nJane\n", b'a,b\nJane,"x\n', b'"a"Jane,b\n', b"a;Jane\n1;2", b"a,Jane\n\xff"):
        assert secret.decode() not in "".join(map(str, inspect_csv(FILE, content).problems))


def fields_of(content: bytes) -> list[int]:
    """How many fields each record has, counted byte by byte."""
    records, inside = [1], False
    for byte in content:
        inside ^= byte == ord('"')
        if not inside and byte == ord("\n"):
            records.append(1)
        records[-1] += not inside and byte == ord(",")
    return records


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*b'a,"\n\r; ', 0xFF]), max_size=24).map(bytes))
def test_no_bytes_break_it_and_every_record_is_let_through_or_named(content: bytes) -> None:
    found = inspect_csv(FILE, content)
    if not found.header:
        assert len(found.problems) == 1
        return
    counted = fields_of(content.rstrip(b"\r\n"))
    even = [at for at, fields in enumerate(counted, 1) if fields == counted[0]]
    assert [1, *found.rows] == even
    assert [one.row for one in found.problems] == sorted(set(range(1, len(counted) + 1)) - set(even))
    # The last end of line may stay behind when the last record went.
    assert fields_of(found.content.removesuffix(b"\n")) == [counted[0]] * len(even)


@pytest.mark.parametrize(
    ("written", "plain", "blanks"),
    [
        (b'"a" ,"b"\n"1","2"\t\r\n', b'"a","b"\n"1","2"', 2),
        (b' "a", "b"\n"1",  "2"', b'"a","b"\n"1","2"', 3),
        # Inside a quotation, between two of them, and beside none, a blank is left.
        (b'a,b\n" , ","x ""y"" "\n 1 ,2 ', b'a,b\n" , ","x ""y"" "\n 1 ,2 ', 0),
        (b'"a","b"\n"1 " ," 2"', b'"a","b"\n"1 "," 2"', 1),
    ],
)
def test_blanks_beside_quotation_marks_go_and_are_counted(written: bytes, plain: bytes, blanks: int) -> None:
    read = inspect_csv("a.csv", written)
    assert (read.content, read.blanks, read.problems) == (plain, blanks, ())


BROKEN = {"bytes": b"a,b\n\xff,1\n", "an endless cell": b"a,b\n" + b"x" * 200_000 + b",1\n"}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_breaks_the_reader_of_a_small_csv_is_a_problem_of_the_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(InputProblems) as raised, open_csv(tmp_path / "list.csv", "list.csv") as opened:
        list(csv.reader(opened))
    assert [problem.found for problem in raised.value.problems] == ["text that cannot be read as a CSV"]


def test_what_goes_wrong_around_a_small_csv_is_not_laid_to_its_charge(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a")
    with pytest.raises(KeyError), open_csv(tmp_path / "list.csv", "list.csv"):
        raise KeyError
