"""Answers read into intervals: every count that came in goes out, or is explained by its place.

A cell becomes one row of the answers, or it is explained: a total, a medicine that is no disease-modifying therapy, a
refusal, a thing not held, a sign that nobody explains. What cannot be read is a problem that names file, sheet, row and
column, and the rest is still read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from remission.foi.acts import Act
from remission.foi.answers.cells import Explained, SheetReader
from remission.foi.answers.layout import Layout, find_layout
from remission.foi.answers.periods import Counted, Period
from remission.foi.answers.sheets import Sheet, read_sheets
from remission.foi.reasons import REFUSALS
from remission.inputs.problems import Problem, shown
from remission.inputs.provenance import RowStanding

SHOWN_CELLS = 50

# One row a count: who, of what, from low to high people (high null: no upper end is known), of which days.
ANSWERS: dict[str, type[pl.DataType]] = {
    "code": pl.String,
    "therapy": pl.String,
    "brand_as_written": pl.String,
    "brands": pl.String,  # the brands of the library that were named, joined by "; "; empty: the therapy itself
    "part": pl.Boolean,  # only one strength, form or way of supply of it
    "low": pl.Int64,
    "high": pl.Int64,
    "exact": pl.Boolean,
    "counted": pl.String,  # current, ever in period, packs
    "period_start": pl.Date,
    "period_end": pl.Date,
    "case_number": pl.String,
    "answered": pl.Date,
    "url": pl.String,
    "note": pl.String,
    "standing": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "column": pl.String,
}


@dataclass(frozen=True)
class About:
    """What is known of an answer beside its sheet. An empty code or no day: columns of the sheet say it.

    `standing` says whether an authority gave it (published) or we made it up (synthetic); it is never assumed.
    """

    code: str
    act: Act
    standing: RowStanding
    answered: date | None = None
    case_number: str = ""
    url: str = ""
    counted: Counted | None = None
    period: Period = field(default_factory=Period)


@dataclass(frozen=True, eq=False)
class Imported:
    """What a file held: rows of `ANSWERS` and `REFUSALS`, the cells explained, and the problems.

    `cells` is how many cells of counts the file has, counted before any was read; `counted` how many of them became
    answers. AssertionError when a cell has got lost: cells in = counts out + cells explained.
    """

    answers: pl.DataFrame
    refusals: pl.DataFrame
    explained: tuple[Explained, ...]
    problems: tuple[Problem, ...]
    cells: int
    counted: int

    def __post_init__(self) -> None:
        # Checked when it is made, so that no answer can exist of which a cell is lost.
        if self.cells != self.counted + len(self.explained):
            raise AssertionError(f"{self.cells} cells in, {self.counted} counted and {len(self.explained)} explained")

    @property
    def counts(self) -> int:
        """How many cells became answers."""
        return self.counted


def import_answer(path: Path, about: About) -> Imported:
    """Read one file, .csv or .xlsx. A bad file is a problem of the result, and nothing is raised for it."""
    sheets, problems = read_sheets(path)
    layouts = [(sheet, find_layout(sheet)) for sheet in sheets]
    found = [_read(layout, about) for _, layout in layouts if layout]
    told = any(layout for _, layout in layouts)
    problems += tuple(_no_medicine(sheet, told=told) for sheet, layout in layouts if layout is None and sheet.cells)
    if sheets and not any(sheet.cells for sheet in sheets):
        problems += (
            Problem.of_file(
                path.name, found="no cell with a value", allowed="a table of counts", do="Ask for the table."
            ),
        )
    return _together([*found, _nothing(problems)])


def together(parts: Sequence[Imported]) -> Imported:
    """Several files as one.

    >>> together([]).answers.height
    0
    """
    return _together([*parts, _nothing(())])


def _nothing(problems: tuple[Problem, ...]) -> Imported:
    return Imported(pl.DataFrame(schema=ANSWERS), pl.DataFrame(schema=REFUSALS), (), problems, 0, 0)


def _together(parts: list[Imported]) -> Imported:
    return Imported(
        pl.concat([one.answers for one in parts]),
        pl.concat([one.refusals for one in parts]),
        tuple(explained for one in parts for explained in one.explained),
        tuple(problem for one in parts for problem in one.problems),
        sum(one.cells for one in parts),
        sum(one.counted for one in parts),
    )


def _read(layout: Layout, about: About) -> Imported:
    cells = sum(len(layout.count_cells(column)) for column in layout.counts)
    reader = SheetReader(layout, _facts(about), about.act)
    reader.read()
    rows = [dict.fromkeys(ANSWERS) | row for row in reader.answers]
    answers = pl.DataFrame(rows, schema=ANSWERS)
    refusals = pl.DataFrame(reader.refusals, schema=REFUSALS)
    return Imported(answers, refusals, tuple(reader.explained), _shortened(reader.problems), cells, reader.counted)


def _shortened(problems: list[Problem]) -> tuple[Problem, ...]:
    """At most 50 problems of one kind in one column; the last of them counts the others."""
    kinds: dict[object, list[Problem]] = {}
    for one in problems:
        kinds.setdefault((one.column, one.allowed, one.next_step, one.severity), []).append(one)
    kept = []
    for alike in kinds.values():
        kept += alike[: SHOWN_CELLS - 1]
        kept += [replace(one, more=max(len(alike) - SHOWN_CELLS, 0)) for one in alike[SHOWN_CELLS - 1 : SHOWN_CELLS]]
    return tuple(kept)


def _facts(about: About) -> dict[str, object]:
    facts = {name: getattr(about, name) for name in ("code", "standing", "answered", "case_number", "url", "counted")}
    return facts | {"period_start": about.period.start, "period_end": about.period.end}


def _no_medicine(sheet: Sheet, *, told: bool) -> Problem:
    first = min(sheet.cells)
    return Problem.of_file(
        sheet.title,
        found=f"no name of a medicine (it begins: {shown(sheet.text(*first))})",
        allowed="a column, or a row, of brands or substances",
        do="Nothing is read from it. If it holds counts, write the medicine beside each.",
        severity="warning" if told else "error",
    )
