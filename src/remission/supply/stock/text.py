"""The bytes of one published file as rows of text, numbered as a spreadsheet numbers them, and none of them lost.

The quick way is Polars; it fills short rows up and cannot say so. So its count of rows is held against the line ends
in the bytes, and rows whose last value is missing are looked at again. Where anything disagrees, the standard
library's reader goes through the file line by line.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from remission.inputs.as_they_come import OTHERWISE, looks_like_a_page
from remission.inputs.problems import Problem
from remission.supply.stock.headers import COLUMNS, Header, recognise

# A file may begin with the mark by which editors on Windows know UTF-8; it would become part of the first column's
# name.
MARK = b"\xef\xbb\xbf"
QUOTED = re.compile(rb'"[^"]*"')


@dataclass(frozen=True, eq=False)
class Text:
    """The rows of a file as text in the columns of `COLUMNS`, with `row` and `whole` (as many values as the header).

    `records` is their number, counted in the bytes and not in the table. Without a header the file cannot be read.
    """

    header: Header | None
    rows: pl.DataFrame
    records: int
    problems: tuple[Problem, ...] = ()


def read_text(file: str, content: bytes) -> Text:
    """Rows of text of a file's bytes; problems, and no header, where they are not one of the published forms.

    >>> names = b"year_month,ods_code,vmp_snomed_code,vmp_product_name,total_quantity"
    >>> read_text("m.csv", names + b"\\n202505,RA2,703788008,Teriflunomide 14mg tablets,28").rows["quantity"].to_list()
    ['28']
    """
    content = with_line_feeds(content.removeprefix(MARK))
    # Before the header: a page of an error message has a first line too, and its "columns" would be told at length.
    refusal = _refusal(content)
    if refusal:
        return _unread(
            (Problem.of_file(file, found=refusal, allowed="a CSV as published", do="It is left out; fetch it again."),)
        )
    names = _record(content.partition(b"\n")[0].decode(errors="replace"))
    recognised = recognise(file, names)
    if recognised.header is None:
        return _unread(recognised.problems)
    places = {ours: recognised.places[ours] for ours in COLUMNS if ours in recognised.places}
    rows = _quick(content, len(names), places)
    if rows is not None:
        return Text(recognised.header, rows, _lines(content) - 1, recognised.problems)
    text, problems = _decoded(file, content)
    # Numbered before empty lines go, so that a row's number is the one that a spreadsheet shows.
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()][1:]
    careful = _careful(lines, len(names), places)
    return Text(recognised.header, careful, len(lines), (*recognised.problems, *problems))


def _refusal(content: bytes) -> str:
    if not content.strip():
        return "an empty file"
    return "a web page (HTML), although it is called a CSV" if looks_like_a_page(content[:200]) else ""


def with_line_feeds(content: bytes) -> bytes:
    r"""Lines that end as they do on any system; the usual ones are left as they are, for they are long.

    >>> with_line_feeds(b"a\r\nb\rc")
    b'a\nb\nc'
    """
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def _decoded(file: str, content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The content as text; what is not UTF-8 is taken for Windows-1252, the other encoding that spreadsheets write."""
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        advice = "It is read as Windows-1252; look at the names in that row."
        problem = Problem.at_row(
            file, row, found="bytes that are not UTF-8", allowed="text in UTF-8", do=advice, severity="warning"
        )
        return content.decode(OTHERWISE, errors="replace"), (problem,)


def _quick(content: bytes, width: int, places: dict[str, int]) -> pl.DataFrame | None:
    """The rows by Polars; None where a row may not have as many values as the header, or spans lines."""
    try:
        # All columns: with a choice of them Polars would not notice a row that is too long.
        frame = pl.read_csv(content, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    # A quotation mark that is never closed swallows lines without an error: only the count of lines shows it.
    if frame.height != _lines(content) - 1 or _short_rows(content, frame.to_series(width - 1), width):
        return None
    return _named(frame, {ours: frame.columns[place] for ours, place in places.items()})


def _short_rows(content: bytes, last: pl.Series, width: int) -> bool:
    """Is a row shorter than the header, among those whose last value is missing?"""
    # A short row has its last value missing, so only those are counted again by commas.
    missing = last.is_null().arg_true().to_list()
    if not missing:
        return False
    lines = content.split(b"\n")
    return any(_fields(lines[number + 1]) != width for number in missing)


def _fields(line: bytes) -> int:
    # Commas inside quotation marks separate nothing.
    return QUOTED.sub(b"", line).count(b",") + 1


def _lines(content: bytes) -> int:
    return content.count(b"\n") + (not content.endswith(b"\n"))


def _careful(lines: list[tuple[int, str]], width: int, places: dict[str, int]) -> pl.DataFrame:
    """The rows line by line, with their numbers; each says whether it is whole.

    No published value spans lines, so a quotation mark that is never closed spoils its own line and no other.
    """
    records = [_record(line) for _, line in lines]
    rows = [[_value(record, place) for place in places.values()] for record in records]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(places, pl.String), orient="row")
    return _named(frame, {ours: ours for ours in places}).with_columns(
        row=pl.Series([number for number, _ in lines], dtype=pl.UInt32),
        whole=pl.Series([len(record) == width for record in records], dtype=pl.Boolean),
    )


def _record(line: str) -> list[str]:
    """The values of a line; none of one that is no CSV at all, such as the bytes of a picture."""
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def _value(record: Sequence[str], place: int) -> str | None:
    return record[place] or None if place < len(record) else None


def _named(frame: pl.DataFrame, found: dict[str, str]) -> pl.DataFrame:
    """Our columns, absent ones null; a row's number is that of a spreadsheet, where the header is row 1."""
    columns = [
        # Under names of our own first: a file may have a column of one of our names that holds something else.
        (pl.col(found[name]) if name in found else pl.lit(None, pl.String)).alias(f"our {name}")
        for name in COLUMNS
    ]
    named = frame.select(columns).rename(lambda name: name.removeprefix("our "))
    return named.with_row_index("row", offset=2).with_columns(whole=pl.lit(True))


def _unread(problems: tuple[Problem, ...]) -> Text:
    schema = {"row": pl.UInt32, **dict.fromkeys(COLUMNS, pl.String), "whole": pl.Boolean}
    return Text(None, pl.DataFrame(schema=schema), 0, problems)
