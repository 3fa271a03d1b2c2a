"""Tables for a paper: as readers see them, in one document of a word processor."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from remission.exhibits.files.archives import same_every_time
from remission.exhibits.wording import in_xml

if TYPE_CHECKING:
    from remission.exhibits.tables import Table

LETTERS_PT = 8
# More columns than fit across a page in letters of 8 points stand on one that is turned.
MOST_UPRIGHT = 6


def table_document(tables: Sequence[Table]) -> bytes:
    """The document's bytes: caption, header rows that come again on each page, cells in words, note.

    Tables of single persons are in no paper: they are left out, and named at the end.
    """
    # An extra: only whoever asks for a document needs it.
    from docx import Document

    document: Any = Document()
    shown = [table for table in tables if not table.of_persons]
    for table in shown:
        _add_section(document, table, first=table is shown[0])
        _add_table(document, table)
    if left := [table.caption for table in tables if table.of_persons]:
        document.add_paragraph(f"Not here, because their rows are single persons: {' '.join(left)}")
    written = io.BytesIO()
    document.save(written)
    return same_every_time(written.getvalue())


def _add_section(document: Any, table: Table, *, first: bool) -> None:
    """A page for each table, turned where it is wide."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    section = document.sections[0] if first else document.add_section(WD_SECTION.NEW_PAGE)
    turned = len(table.columns) > MOST_UPRIGHT
    short, long = sorted((section.page_width, section.page_height))
    section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if turned else (short, long)


def _add_table(document: Any, table: Table) -> None:
    caption = document.add_paragraph(style="Caption")
    caption.add_run(in_xml(table.caption))
    # What the rows are goes with every table that is copied out of the document.
    if table.provenance.warning:
        caption.add_run(f" {table.provenance.warning}.").italic = True
    spans, rows = table.spans(), table.rows()
    made = document.add_table(rows=0, cols=len(table.columns), style="Light Shading")
    _plain(made)
    if spans:
        _add_spans(made, spans)
    _add_row(made, table, [column.header for column in table.columns])
    for row in made.rows:
        _head(row)
    for cells in rows:
        _add_row(made, table, cells)
    if table.notes:
        _small(document.add_paragraph(in_xml(table.notes)))


def _add_spans(made: Any, spans: Sequence[tuple[str, int]]) -> None:
    """The upper header: one cell over the columns of each group."""
    row, at = made.add_row(), 0
    for words, width in spans:
        cell = row.cells[at].merge(row.cells[at + width - 1])
        cell.text = in_xml(words)
        _small(cell.paragraphs[0], centred=True)
        at += width


def _add_row(made: Any, table: Table, cells: Sequence[str]) -> None:
    # The row's cells are asked for once: each asking walks the whole table.
    for at, (cell, words) in enumerate(zip(made.add_row().cells, cells, strict=True)):
        cell.text = in_xml(words)
        _small(cell.paragraphs[0], right=bool(at) and not table.columns[at].words)


def _small(paragraph: Any, *, right: bool = False, centred: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.paragraph_format.space_after = Pt(0)
    for run in paragraph.runs:
        run.font.size = Pt(LETTERS_PT)
    if right or centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER


def _plain(made: Any) -> None:
    """Rules above, below and under the header, as papers have them: no bands, no bold first column."""
    from docx.oxml.ns import qn

    look = made._tbl.tblPr.find(qn("w:tblLook"))
    for name, on in (("noHBand", "1"), ("firstColumn", "0"), ("val", "0620")):
        look.set(qn(f"w:{name}"), on)


def _head(row: Any) -> None:
    """A row of headers, bold, which a word processor writes again on each page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for run in (run for cell in row.cells for part in cell.paragraphs for run in part.runs):
        run.font.bold = True
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)
