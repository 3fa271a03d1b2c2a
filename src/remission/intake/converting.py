"""One file by its map to rows of a table: every cell that changed is counted, every row that could not be read listed.

A row with a cell that the map cannot read is not in the table as if that cell were empty: it is listed with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.intake.mapping import FileMap, ImportMap
from remission.intake.patterns import fits_days, has_short_year, read_date, read_number
from remission.intake.proposing import MADE, column_of
from remission.records.schema import TABLES, Column

if TYPE_CHECKING:
    from remission.intake.looking import Looked

EMPTY = "nothing known"
Row = dict[str, str]
Read = Mapping[str, tuple[str | None, str]]
Wrong = tuple[str, str, str]


@dataclass(frozen=True)
class Listed:
    """A row that is in no table: where it stands, and the first cell that could not be read. Personal: it shows one."""

    file: str
    row: int
    column: str
    found: str
    why: str


@dataclass(frozen=True)
class Converted:
    """The rows of a file in the columns of its table, each with its row in the file; what changed, how often."""

    file: str
    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Row], ...]
    aside: tuple[Row, ...]
    listed: tuple[Listed, ...]
    changes: Mapping[tuple[str, str], int]
    """For a column and a change in words, the cells that were changed so."""
    rows_in: int
    kept_aside: tuple[str, ...] = ()
    """Columns of the file that are in no table."""


@dataclass(frozen=True)
class _Cell:
    """How the cells of a column are read: `value` of a text, and the change that this is in words (none if empty)."""

    column: Column
    map: FileMap
    time: str

    def read(self, text: str) -> tuple[str | None, str]:
        """The value of a text and what was changed, or None and why it cannot be read."""
        if not text:
            return "", ""
        if self.column.kind in ("id", "text"):
            return text, ""
        words = self.map.values.get(self.column.name, {})
        if text in words:
            return words[text], f"{text} -> {words[text] or EMPTY}" if words[text] != text else ""
        if text in self.map.missing:
            return "", f"{text} -> {EMPTY}"
        return self._typed(text)

    def _typed(self, text: str) -> tuple[str | None, str]:
        if self.column.kind == "choice":
            known = text in self.column.choices or bool(self.column.vocabulary)
            return (text, "") if known else (None, "a value that the map does not name")
        if self.column.kind in ("number", "integer"):
            number = read_number(text, self.map.decimal)
            changed = "decimal comma -> point" if number != text else ""
            return (number, changed) if number is not None else (None, f"no number with the decimal {self.map.decimal}")
        if self.time == "days":
            return (text, "") if fits_days(text) else (None, "no whole number of days")
        order = self.map.dates.get(self.column.name, "YYYY-MM-DD")
        day = read_date(text, order, int(self.map.years_from or 0) or None)
        if day is None:
            return None, f"no date by {order}"
        # A month or a year stays one: the rule of cohort.toml completes it, and remembers that it was partial.
        way = order if len(day) == len("YYYY-MM-DD") else "a month or a year"
        way += f" from {self.map.years_from}" if has_short_year(text) else ""
        return day, f"{way} -> {'YYYY-MM-DD'[: len(day)]}" if day != text else ""


def convert_file(one: Looked, map_: FileMap, whole: ImportMap, gone: frozenset[str] = frozenset()) -> Converted:
    """The rows of a file by a map that leaves nothing open.

    `gone` are people whose own row is listed: alone, their other rows would be rows of nobody, and are listed too.
    """
    cells = {name: _Cell(column_of(map_.table, name, whole), map_, whole.time) for name in map_.columns}
    # Exports repeat their values: each text of a column is read once.
    known: dict[tuple[str, str], tuple[str | None, str]] = {}
    changes: Counter[tuple[str, str]] = Counter()
    rows, aside, listed = [], [], []
    for number, given in one.rows:
        texts = dict(zip(one.header, given, strict=False))
        read = {name: _read(known, cell, texts.get(map_.columns[name], "")) for name, cell in cells.items()}
        wrong = _ragged(one, given) or _unread(map_, read, texts) or _of_nobody(map_, read, gone)
        if wrong:
            listed.append(Listed(one.label, number, *wrong))
            continue
        changes.update((map_.columns[name], change) for name, (_, change) in read.items() if change)
        row = {name: value or "" for name, (value, _) in read.items()}
        rows.append((number, row | _added(one, map_, number, row)))
        aside.append({"subject_id": row.get("subject_id", ""), "row": str(number), **{n: texts[n] for n in map_.aside}})
    counted = changes | Counter(dict(_made(one, map_, len(rows))))
    columns = (*map_.columns, *_added(one, map_, 0, dict.fromkeys(map_.columns, "")))
    parts = (tuple(rows), tuple(aside), tuple(listed))
    return Converted(one.label, map_.table, columns, *parts, counted, len(one.rows), map_.aside)


def _unread(map_: FileMap, read: Read, texts: Row) -> Wrong | None:
    """The first cell that the map cannot read, or that is empty where every row must have a value."""
    needed = {"subject_id", *TABLES[map_.table].required}
    for name, (value, why) in read.items():
        if value is None or (not value and name in needed):
            found = texts[map_.columns[name]]
            return map_.columns[name], found, why if value is None else "nothing, where every row must have a value"
    return None


def _of_nobody(map_: FileMap, read: Read, gone: frozenset[str]) -> Wrong | None:
    name = read["subject_id"][0] or ""
    why = "the row of this person in the subjects is listed"
    return (map_.columns["subject_id"], name, why) if name in gone else None


def _read(known: dict[tuple[str, str], tuple[str | None, str]], cell: _Cell, text: str) -> tuple[str | None, str]:
    at = (cell.column.name, text)
    if at not in known:
        known[at] = cell.read(text)
    return known[at]


def _ragged(one: Looked, given: tuple[str, ...]) -> Wrong | None:
    if len(given) == len(one.header):
        return None
    return "", f"{len(given)} cells", f"{len(one.header)} cells, as the header has"


def _added(one: Looked, map_: FileMap, number: int, row: Row) -> Row:
    """What no column holds: values that the map fixes, and the name of a row, by its number in the file."""
    made = {name: f"{one.label}:{number}" for name in MADE if map_.table != "subjects" and name not in row}
    return dict(map_.fixed) | made


def _made(one: Looked, map_: FileMap, rows: int) -> Iterator[tuple[tuple[str, str], int]]:
    if map_.table != "subjects" and "row_id" not in map_.columns:
        yield ("row_id", "made from the number of the row"), rows
    for name, value in map_.fixed.items():
        yield (name, f"{value} in every row, by the map"), rows
    if one.trimmed:
        yield ("", "blanks around values taken off"), one.trimmed
