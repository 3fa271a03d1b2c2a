"""All tables of a page in one workbook: a sheet each, in full precision, and a first sheet that says what they are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from remission.exhibits.files.archives import same_every_time
from remission.exhibits.wording import in_xml

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from remission.exhibits.tables import Table

CONTENTS = "Contents"
# The longest name that a sheet may have, and signs that it may not.
LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def table_workbook(tables: Sequence[Table]) -> bytes:
    """The workbook's bytes: the rows that the CSV have, numbers as numbers, and no text that is run as a formula.

    Tables of single persons are left out, for a workbook is passed on: the first sheet names them.

    >>> table_workbook([])[:2]
    b'PK'
    """
    # Imported where it is used: a report without a workbook does not wait for what writes one.
    from openpyxl import Workbook

    shown = [table for table in tables if not table.of_persons]
    book, names = Workbook(write_only=True), sheet_names([table.name for table in shown])
    first = book.create_sheet(CONTENTS)
    _write(first, [("Sheet", "What it is", "What its rows are", "Note", "Rows")])
    for name, table in zip(names, shown, strict=True):
        frame = table.marked()
        _write(first, [(name, table.caption, table.provenance.warning or "observed", table.notes, frame.height)])
        _write(book.create_sheet(name), [frame.columns, *frame.iter_rows()])
    for table in (one for one in tables if one.of_persons):
        _write(first, [("not here", table.caption, "single persons", "", table.frame.height)])
    written = io.BytesIO()
    book.save(written)
    return same_every_time(written.getvalue())


def sheet_names(names: Iterable[str]) -> list[str]:
    """Names that a workbook allows, each once: cut at 31 letters, those that would then be the same numbered.

    >>> sheet_names(["a" * 40, "a" * 41, "contents"])[1:]
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaa~2', 'contents~2']
    """
    taken, given = {CONTENTS.casefold()}, []
    for name in names:
        plain = cut = _NOT_IN_NAMES.sub("-", name)[:LONGEST_NAME]
        # Capitals make no other sheet.
        number = 2
        while cut.casefold() in taken:
            cut, number = f"{plain[: LONGEST_NAME - 1 - len(str(number))]}~{number}", number + 1
        taken.add(cut.casefold())
        given.append(cut)
    return given


def _write(sheet: WriteOnlyWorksheet, rows: Iterable[Sequence[Any]]) -> None:
    from openpyxl.cell import WriteOnlyCell

    for row in rows:
        cells = []
        for value in row:
            # One sign that XML cannot hold, and openpyxl would refuse the whole file.
            text = in_xml(value) if isinstance(value, str) else value
            cell = WriteOnlyCell(sheet, value=text)
            if isinstance(text, str):
                # A text that begins with = is a text, and no formula.
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
