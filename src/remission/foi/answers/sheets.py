"""Answers as they come, CSV or XLSX, as cells that know their place; a merged value belongs to every cell it covers.

Nothing is judged here. Hidden sheets are not opened: what an authority did not mean to disclose is not ours to read.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from remission.inputs.as_they_come import Kind, decoded, kind_of, separators_of
from remission.inputs.problems import Problem

MOST_BYTES = 50_000_000
MOST_CELLS = 2_000_000
FORMULA = "#formula without a value"
Place = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """A text and where it stands; `origin` is the first cell of the merged ones it belongs to, or its own place."""

    text: str
    row: int
    column: int
    origin: Place


@dataclass(frozen=True)
class Sheet:
    """The cells that are not empty, by row and column (from 1). `turned`: rows and columns have changed places."""

    file: str
    name: str
    cells: dict[Place, Cell]
    turned: bool = False

    @property
    def title(self) -> str:
        """The file, and the sheet where a file has several: what a problem calls it."""
        return f"{self.file}, sheet {self.name}" if self.name else self.file

    def text(self, row: int, column: int) -> str:
        """The text at a place; empty where there is none."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""

    def turn(self) -> Sheet:
        """The sheet on its side; each cell still knows where it stands in the file."""
        turned = {(column, row): cell for (row, column), cell in self.cells.items()}
        return replace(self, cells=turned, turned=not self.turned)

    @cached_property
    def _by_row(self) -> dict[int, list[tuple[int, Cell]]]:
        rows: dict[int, list[tuple[int, Cell]]] = {}
        for (row, column), cell in sorted(self.cells.items(), key=lambda item: item[0]):
            rows.setdefault(row, []).append((column, cell))
        return rows

    def placed(self, row: int) -> list[tuple[int, Cell]]:
        """The cells of a row with their columns, from left to right."""
        return self._by_row.get(row, [])

    @property
    def rows(self) -> tuple[int, ...]:
        """Numbers of the rows that hold anything."""
        return tuple(self._by_row)

    @property
    def columns(self) -> tuple[int, ...]:
        """Numbers of the columns that hold anything."""
        return tuple(sorted({column for _, column in self.cells}))


def read_sheets(path: Path) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    """Every sheet of a file that can be read, and what is wrong with the rest; nothing is raised for a bad file."""
    content = path.read_bytes() if path.is_file() else b""
    refused = _refused(path, content)
    if refused:
        found, allowed, advice = refused
        return (), (Problem.of_file(path.name, found=found, allowed=allowed, do=advice),)
    if content.startswith(b"PK"):
        return _workbook(path, content)
    try:
        return (_csv_sheet(path.name, decoded(content)),), ()
    except csv.Error as error:
        return (), (
            Problem.of_file(path.name, found=f"a CSV that cannot be read ({error})", allowed="a CSV file", do=_SAVE),
        )


_SAVE = "Open it, and save each table as XLSX or as CSV UTF-8."


def _refused(path: Path, content: bytes) -> tuple[str, str, str] | None:
    """What was found, what is allowed and what to do, for bytes that hold no sheet."""
    allowed = "a CSV or XLSX file"
    if len(content) > MOST_BYTES:
        return f"more than {MOST_BYTES // 10**6} MB", "a table of counts", "Save the table alone."
    kind = kind_of(content)
    if kind == "nothing":
        return ("an empty file" if path.is_file() else "no such file"), allowed, "Check the path."
    if kind == "archive":
        return _refused_zip(content, allowed)
    return (_NO_SHEET[kind][0], allowed, _NO_SHEET[kind][1]) if kind in _NO_SHEET else None


_NO_SHEET: dict[Kind, tuple[str, str]] = {
    "old workbook": ("an old .xls file, or one that is locked by a password", _SAVE),
    "page": ("a web page", "Download the attachment itself."),
    "pdf": ("a PDF", "Ask for a spreadsheet, or type the table into a CSV as it stands."),
    "packed": ("a packed file", "Unpack it."),
    "no text": ("bytes that are no text", _SAVE),
}


def _refused_zip(content: bytes, allowed: str) -> tuple[str, str, str] | None:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except Exception:  # noqa: BLE001 - damaged archives break the reader in many ways, and are one to the reader
        return "a spreadsheet that is cut off or damaged", allowed, "Download it again."
    if not any(one.filename == "xl/workbook.xml" for one in names):
        return "an archive or document that is no XLSX", allowed, _SAVE
    if sum(one.file_size for one in names) > MOST_BYTES:
        return f"more than {MOST_BYTES // 10**6} MB unpacked", "a table of counts", "Save the table alone."
    return None


def _workbook(path: Path, content: bytes) -> tuple[tuple[Sheet, ...], tuple[Problem, ...]]:
    from openpyxl import load_workbook  # only who reads a workbook waits for its reader

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of features (drop-down lists) that hold no values
            values = load_workbook(io.BytesIO(content), data_only=True)
            written = load_workbook(io.BytesIO(content))
    except Exception as error:  # noqa: BLE001 - a damaged file breaks the reader in many ways, and is named by all
        found = f"a spreadsheet that cannot be opened ({type(error).__name__})"
        return (), (
            Problem.of_file(path.name, found=found, allowed="an XLSX file", do="Save it again with a spreadsheet."),
        )
    sheets, problems = [], []
    for tab in values.worksheets:
        if tab.sheet_state != "visible":
            problems.append(_hidden(path.name, tab.title))
        elif tab.max_row * tab.max_column > MOST_CELLS:
            problems.append(_too_long(path.name, tab.title, tab.max_row * tab.max_column))
        else:
            sheets.append(_tab(path.name, tab, written[tab.title]))
    return tuple(sheets), tuple(problems)


def _hidden(file: str, name: str) -> Problem:
    advice = "It is not read: it may hold what was not meant to be sent. Tell the authority."
    return Problem.of_file(
        f"{file}, sheet {name}",
        found="a hidden sheet",
        allowed="sheets that can be seen",
        do=advice,
        severity="warning",
    )


def _too_long(file: str, name: str, cells: int) -> Problem:
    advice = "Save the table alone."
    return Problem.of_file(
        f"{file}, sheet {name}", found=f"{cells:,} cells", allowed=f"at most {MOST_CELLS:,} cells", do=advice
    )


def _tab(file: str, tab: Any, written: Any) -> Sheet:
    cells: dict[Place, Cell] = {}
    for line in tab.iter_rows():
        for one in line:
            text = _text(one, written.cell(one.row, one.column).value)
            if text:
                cells[one.row, one.column] = Cell(text, one.row, one.column, (one.row, one.column))
    for merged in tab.merged_cells.ranges:
        first = cells.get((merged.min_row, merged.min_col))
        places = [(row, column) for row, column in merged.cells]
        cells |= {(r, c): Cell(first.text, r, c, first.origin) for r, c in places} if first else {}
    return Sheet(file, tab.title, cells)


def _text(cell: Any, written: object) -> str:
    """A value as the sheet shows it: whole numbers without a point, shares with their sign."""
    value = cell.value
    if value is None:
        return FORMULA if isinstance(written, str) and written.startswith("=") else ""
    if isinstance(value, float) and "%" in (cell.number_format or ""):
        return f"{value * 100:g}%"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value).strip()


def _csv_sheet(file: str, text: str) -> Sheet:
    # A letter or a title may stand above the table, so no line is known to be its header.
    delimiter = next(iter(separators_of(text, headed=False)), ",")
    cells = {}
    for row, line in enumerate(_lines(text, delimiter), 1):
        for column, value in enumerate(line, 1):
            if value.strip():
                cells[row, column] = Cell(value.strip(), row, column, (row, column))
    return Sheet(file, "", cells)


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    # Strict: a quotation mark that is never closed would take all lines below into one cell.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def letter(column: int) -> str:
    """The letter of a column, as spreadsheets show it.

    >>> letter(28)
    'AB'
    """
    before, last = divmod(column - 1, 26)
    return (letter(before) if before else "") + chr(ord("A") + last)
