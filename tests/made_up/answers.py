"""Answers as authorities send them, made up: sheets of cells written to CSV or XLSX."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from remission.foi.answers.answer import About
from remission.foi.answers.periods import Period

Cells = Sequence[Sequence[object]]
DAY = date(2026, 9, 30)
ABOUT = About("RTK", "FOIA", "synthetic", date(2026, 11, 20), "FOI-1", counted="current", period=Period(DAY, DAY))
TABLE: Cells = [
    ["Freedom of information request FOI-1"],
    [],
    ["Brand", "Patients"],
    ["Tysabri", 25],
    ["Copaxone/Brabio", "<5"],
    ["Fampyra", 3],
    ["Others", 0],
]


def write_csv(path: Path, cells: Cells) -> Path:
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(cells)
    return path


def write_xlsx(path: Path, cells: Cells, merged: Sequence[str] = (), hidden: Cells | None = None) -> Path:
    book = Workbook()
    tab = book.active
    tab.title = "Answer"
    for line in cells:
        tab.append(list(line))
    for span in merged:
        tab.merge_cells(span)
    if hidden is not None:
        behind = book.create_sheet("Behind")
        behind.sheet_state = "hidden"
        for line in hidden:
            behind.append(list(line))
    book.save(path)
    return path
