"""Files as they come, CSV of any separator and encoding or XLSX, as rows of texts that know their place.

What the bytes do not settle (which encoding, which separator) is left open here, and asked by whoever proposes a map.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from remission.inputs.as_they_come import encoding_of, kind_of, separators_of
from remission.inputs.problems import InputProblems, Problem
from remission.records.files.texts import trim

# Bytes that are no UTF-8 may be any of these, and each reads nearly all of them: nobody can tell but by looking.
OTHER_ENCODINGS = ("windows-1252", "iso-8859-2", "windows-1250", "iso-8859-15", "mac-roman")
SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
SAVE = "Save it as a CSV or XLSX file."
FILES = "a CSV or XLSX file"
# A title, a date and a source stand above some tables; of more lines nobody can tell what they are.
MOST_ABOVE, MOSTLY = 5, 0.8
NO_TABLE: dict[str, str] = {
    "nothing": "an empty file",
    "no text": "bytes that are no text",
    "page": "a web page (HTML)",
    "pdf": "a PDF",
    "packed": "a packed file (.gz)",
    "old workbook": "a workbook of the old kind (.xls)",
}


@dataclass(frozen=True)
class Looked:
    """One table of a file: `rows` are numbered as a spreadsheet shows them, the header is `header`.

    `label` names it in a map: the file, and the sheet where a file has several. `encoding` and `separator` are empty
    where the bytes do not settle them, and in a workbook, which has none. `trimmed` cells had blanks around them.
    `hidden`: who opens the workbook does not see the sheet. `above` lines of a title stand above the header.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    encoding: str = ""
    separator: str = ""
    text: bool = True
    trimmed: int = 0
    hidden: bool = False
    above: int = 0

    @property
    def label(self) -> str:
        """How a map names it."""
        return f"{self.file}:{self.sheet}" if self.sheet else self.file

    def values(self, name: str) -> list[str]:
        """The cells of a column that are not empty, from the rows that have as many cells as the header."""
        place = self.header.index(name)
        return [cells[place] for _, cells in self.rows if len(cells) == len(self.header) and cells[place]]


def look_at(path: Path, encoding: str = "", separator: str = "") -> tuple[Looked, ...]:
    """Every table of a file; InputProblems when it holds none. `encoding` and `separator` are those that a map says."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _refused(path.name, f"a file that cannot be read ({type(error).__name__})", "Correct the path.") from None
    kind = kind_of(content)
    if kind in NO_TABLE:
        raise _refused(path.name, NO_TABLE[kind], SAVE)
    if kind == "archive":
        return tuple(_workbook(path.name, content))
    return (_text(path.name, content, encoding, separator),)


def _refused(file: str, found: str, do: str) -> InputProblems:
    return InputProblems(Problem.of_file(file, found=found, allowed=FILES, do=do))


def _text(file: str, content: bytes, encoding: str, separator: str) -> Looked:
    known = encoding or encoding_of(content)
    try:
        text = content.decode(known or OTHER_ENCODINGS[0])
    except (UnicodeDecodeError, LookupError):
        # To be looked at all the same, so that the rest of the map can be proposed beside the question.
        if known:
            raise _refused(file, f"bytes that are not {known}", "Name another encoding in the map.") from None
        text = content.decode(OTHER_ENCODINGS[0], errors="replace")
    text = text.removeprefix("\ufeff")
    # A line that tells a spreadsheet the separator is no row; the others keep the numbers that it shows.
    told = SEPARATOR_LINE.match(text)
    first, text, separator = (2, text[told.end() :], separator or told[1]) if told else (1, text, separator)
    sure = separator or _separator(text)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=sure or ";", strict=True))
    except csv.Error:
        raise _refused(file, "text that cannot be read as a CSV", SAVE) from None
    return _table(file, "", list(enumerate(lines, first)), known, sure)


def _separator(text: str) -> str:
    """The sign between cells; empty when two could be, a comma when there is one column alone."""
    best = separators_of(text) or _below_titles(text)
    if not best:
        return "," if "\n" in text else ""
    return best[0] if len(best) == 1 else ""


def _below_titles(text: str) -> tuple[str, ...]:
    """The sign between cells where lines without any sign stand above; none where lines below are not all alike."""
    for above in range(1, MOST_ABOVE + 1):
        below = text.split("\n", above)[above:]
        found = separators_of(below[0]) if below else ()
        if found:
            lines = list(csv.reader(io.StringIO(below[0], newline=""), delimiter=found[0]))
            alike = len({len(line) for line in lines if line}) == 1 and len(lines) > 1
            return found if alike else ()
    return ()


def _titles(lines: Sequence[Sequence[str]]) -> int:
    """How many lines above the names of columns hold one cell alone, where nearly all that follow hold several."""
    several = [sum(map(bool, cells)) > 1 for cells in lines]
    above = several.index(True) if True in several else 0
    below = several[above:]
    # A table of one column, or one that is mostly empty, has no title that could be told from its header.
    return above if 0 < above <= MOST_ABOVE and sum(below) >= MOSTLY * len(below) and len(below) > 1 else 0


def _table(
    file: str, sheet: str, lines: Sequence[tuple[int, Sequence[str]]], encoding: str = "", separator: str = ""
) -> Looked:
    filled = [(number, tuple(map(trim, cells)), cells) for number, cells in lines if any(map(trim, cells))]
    if not filled:
        raise _refused(file, "no row of names of columns", "Write the names into the first line.")
    above = _titles([cells for _, cells, _ in filled])
    filled = filled[above:]
    cut = sum(bool(new) and new != old for _, cells, given in filled[1:] for new, old in zip(cells, given, strict=True))
    header = tuple(name or f"(column {place})" for place, name in enumerate(filled[0][1], 1))
    if twice := [name for name, count in Counter(header).items() if count > 1]:
        raise InputProblems(
            Problem.at_key(file, name, found="the column twice", allowed="each once", do="Rename one.")
            for name in twice
        )
    rows = tuple((number, cells) for number, cells, _ in filled[1:])
    return Looked(file, sheet, header, rows, encoding, separator, not sheet, cut, above=above)


def _workbook(file: str, content: bytes) -> Iterator[Looked]:
    from openpyxl import load_workbook  # only who reads a workbook waits for its reader

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of features (drop-down lists) that hold no values
            book, written = (load_workbook(io.BytesIO(content), data_only=values) for values in (True, False))
    except Exception as error:  # noqa: BLE001 - a damaged file breaks the reader in many ways, and is named by all
        raise _refused(file, f"a workbook that cannot be opened ({type(error).__name__})", SAVE) from None
    for tab in book.worksheets:
        pairs = zip(tab.values, written[tab.title].values, strict=True)
        lines = [(number, list(map(_cell, *pair))) for number, pair in enumerate(pairs, 1)]
        if any(cell for _, cells in lines for cell in cells):
            yield replace(_table(file, tab.title, lines), hidden=tab.sheet_state != "visible")


def _cell(value: Any, written: Any) -> str:
    """A cell as text: a whole number without a point, a date as YYYY-MM-DD."""
    if value is None:
        # A program that computes nothing writes a formula alone: an empty cell it is not.
        return "#formula without a value" if isinstance(written, str) and written.startswith("=") else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat().removesuffix("T00:00:00") if isinstance(value, datetime) else str(value)
