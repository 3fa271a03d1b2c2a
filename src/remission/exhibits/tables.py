"""Tables: the same rows as an accessible HTML table, in words, and as CSV, in full precision.

Like a figure, a table says by itself what its rows are: in the caption of the HTML and in a column of the CSV.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.inputs.provenance import Provenance
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.inputs.tabular import Tabular

if TYPE_CHECKING:
    from jinja2 import Environment

Row = Mapping[str, Any]
# Longer tables make a page slow and are read by nobody there; the CSV has them all.
MOST_ROWS = 300
# Facts with sources of their own, which are true whatever the rows of an atlas are.
OF_THE_LIBRARY = Provenance("library", "observed", "")
# A table with one of these columns has a row for each person, or for each thing that was recorded of one.
OF_ONE_PERSON = frozenset({"person", "subject_id", "row_id"})
# Letters that fit beside each other on a phone, and across a report with the air between columns.
WIDE, ACROSS = 36, 125
# A cell of more letters may break; one of fewer is a number with its limits, which is read in one line.
LONG_CELL = 30


@dataclass(frozen=True)
class Shown:
    """One column as readers see it: its header and how a row's words are made.

    `group` is written over neighbouring columns that share it. Words are aligned left, numbers right.
    """

    header: str
    text: Callable[[Row], str]
    words: bool = False
    group: str = ""

    @property
    def full_header(self) -> str:
        """The header with the group that is written over it."""
        return ": ".join(filter(None, [self.group, self.header]))


@dataclass(frozen=True, repr=False)
class Table(Tabular):
    """Rows with a caption; the first column names the row.

    `frame` holds the values, `columns` says how they are shown. Where readers are served by another shape than a
    program is, `raw` holds the rows of the CSV.
    """

    name: str
    caption: str
    frame: pl.DataFrame
    columns: tuple[Shown, ...]
    provenance: Provenance
    note: str = ""
    raw: pl.DataFrame | None = None

    def rows(self) -> list[list[str]]:
        """The cells as readers see them, of at most 300 rows: the CSV has them all."""
        return [[column.text(row) for column in self.columns] for row in self.frame.head(MOST_ROWS).to_dicts()]

    @property
    def notes(self) -> str:
        """The note, and how many rows are not shown."""
        hidden = self.frame.height - MOST_ROWS
        return " ".join(filter(None, [self.note, f"{hidden:,} more rows are in the CSV." if hidden > 0 else ""]))

    def spans(self) -> list[tuple[str, int]]:
        """The upper row of headers: each group with the number of columns under it; empty when there are no groups."""
        spans: list[tuple[str, int]] = []
        for column in self.columns:
            if spans and spans[-1][0] == column.group:
                spans[-1] = (column.group, spans[-1][1] + 1)
            else:
                spans.append((column.group, 1))
        return spans if any(group for group, _ in spans) else []

    @property
    def wide(self) -> bool:
        """May it have to be moved sideways on a small screen? Only then must the keyboard reach it."""
        return sum(self._widths(60)) > WIDE

    @property
    def unbroken(self) -> bool:
        """Does it fit across a report with every short cell in one line?"""
        # The air between two columns is as wide as three letters.
        return sum(width + 3 for width in self._widths(LONG_CELL)) <= ACROSS

    def _widths(self, most: int) -> list[int]:
        lines = [[column.header for column in self.columns], *self.rows()]
        # Words may break, so a column of words is no wider than a long word.
        limits = [12 if column.words else most for column in self.columns]
        return [min(max(len(line[at]) for line in lines), limit) for at, limit in enumerate(limits)]

    def html(self, *, stacked: bool = False, moved: bool = False) -> str:
        """The table as semantic HTML: caption, scoped headers, numbers aligned.

        One that is `stacked` and wide stands on a phone row by row, each cell under its header, and is never cut. On a
        wider screen it may have to be `moved` sideways all the same, where its cells do not break.
        """
        # Three columns of words have no room on a phone, however short their longest word is.
        wide = self.wide or (moved and sum(column.words for column in self.columns) >= 3)
        shown = {"table": self, "stacked": stacked and wide, "moved": wide and (moved or not stacked)}
        return str(environment().get_template("table.html.jinja").render(**shown))

    @property
    def of_persons(self) -> bool:
        """Are its rows single persons, by their ids?"""
        raw = () if self.raw is None else self.raw.columns
        return not OF_ONE_PERSON.isdisjoint((*self.frame.columns, *raw))

    def csv(self) -> str:
        """Raw values with what they are (`standing`) and where they come from (`cohort`) in every row.

        For people with spreadsheets: a text that one of those would run has an apostrophe before it.
        """
        return spreadsheet_csv(self.marked())

    def marked(self) -> pl.DataFrame:
        """The rows that programs read, with `standing` and `cohort` in every one."""
        frame = self.frame if self.raw is None else self.raw
        # Decision 12: in every row, so that it survives when tables are put together.
        return frame.with_columns(
            standing=pl.lit(self.provenance.kind, pl.String), cohort=pl.lit(self.provenance.cohort, pl.String)
        )

    @property
    def file_name(self) -> str:
        """Name of the CSV; it says so when the rows are not observed ones."""
        # In the name too, so that a copy of one file says it (decision 12).
        kind = self.provenance.kind
        return f"{self.name}.csv" if kind == "observed" else f"{self.name}.{kind.replace(' ', '-')}.csv"

    @property
    def said(self) -> str:
        """Name, number of rows and what they are."""
        return ". ".join(filter(None, [f"{self.name}, {self.frame.height:,} rows", self.provenance.warning]))

    def _rows(self) -> pl.DataFrame:
        return self.frame if self.raw is None else self.raw

    def _repr_html_(self) -> str:
        return self.html()


def shows(field: str, header: str = "", *, words: bool = False, group: str = "") -> Shown:
    """A column that shows one field as it is, nulls as a dash.

    >>> shows("n", "Persons").text({"n": None})
    '–'
    """
    return Shown(header or field, lambda row: "–" if row[field] is None else str(row[field]), words, group)


@cache
def environment(room: str = "") -> Environment:
    """The templates of a room, such as remission.atlas, and those of this one; what is put into them is escaped."""
    # Imported here: whoever asks for numbers and no page does not wait for what makes pages.
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    rooms = [room] if room else []
    made = Environment(
        loader=ChoiceLoader([PackageLoader(one) for one in (*rooms, "remission.exhibits")]),
        autoescape=True,
        # A name that is misspelt in a template is an error, and no empty cell.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["raw"] = Markup
    made.filters["json_in_page"] = json_in_page
    return made


def json_in_page(data: Mapping[str, object]) -> str:
    r"""Plain data as JSON that cannot end the element that holds it.

    >>> json_in_page({"title": "</script>"})
    '{"title":"\\u003c/script>"}'
    """
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
