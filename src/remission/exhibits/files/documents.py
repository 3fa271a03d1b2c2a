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
# A4, as most journals print; a letter of 8 points is some 1.6 mm wide, a bold one more, and a cell has air.
SHORT_MM, LONG_MM, MARGIN_MM = 210, 297, 20
LETTER_MM, BOLD_MM, AIR_MM = 1.6, 1.9, 5.0
# Words may break into lines of so many letters; a number with its limits is read in one.
WORDS_IN_LINE = 34


def table_document(tables: Sequence[Table]) -> bytes:
    """The document's bytes: caption, header rows that come again on each page, cells in words, note.

    Tables of single persons are in no paper: they are left out, and named at the end.
    """
    # An extra: only whoever asks for a document needs it.
    from docx import Document

    document: Any = Document()
    _in_black(document)
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
    from docx.shared import Mm

    section = document.sections[0] if first else document.add_section(WD_SECTION.NEW_PAGE)
    turned = sum(natural_widths(table)) > SHORT_MM - 2 * MARGIN_MM
    section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
    wide, high = (LONG_MM, SHORT_MM) if turned else (SHORT_MM, LONG_MM)
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.left_margin = section.right_margin = Mm(MARGIN_MM)


def _in_black(document: Any) -> None:
    """Captions as papers print them: a word processor's own are blue. Empty cells are as high as full ones."""
    from docx.shared import Pt, RGBColor

    document.styles["Normal"].font.size = Pt(LETTERS_PT)
    font = document.styles["Caption"].font
    font.color.rgb, font.size = RGBColor(0, 0, 0), Pt(LETTERS_PT + 1)


def natural_widths(table: Table) -> list[float]:
    """The width of each column in mm: of its longest cell, and of words of a line of them."""
    return [_width(table, at, WORDS_IN_LINE) for at in range(len(table.columns))]


def fitted_widths(table: Table) -> list[float]:
    """The same on a page: where they do not fit, columns of words give way first, as far as their longest word."""
    natural = natural_widths(table)
    upright = SHORT_MM - 2 * MARGIN_MM
    room = upright if sum(natural) <= upright else LONG_MM - 2 * MARGIN_MM
    least = [_width(table, at, 1) if table.columns[at].words or not at else natural[at] for at in range(len(natural))]
    over, can = sum(natural) - room, sum(natural) - sum(least)
    given = min(max(over, 0) / can, 1) if can else 0
    widths = [one - given * (one - low) for one, low in zip(natural, least, strict=True)]
    return [one * min(1, room / sum(widths)) for one in widths]


def _width(table: Table, at: int, letters: int) -> float:
    """Of a column in mm: its cells in one line each, where they are words in lines of so many letters."""
    header, cells = table.columns[at].header, [row[at] for row in table.rows()]
    above, longest = (
        max((len(word) for text in texts for word in text.split()), default=1) for texts in ([header], cells)
    )
    line = max(map(len, cells), default=0)
    # The first column names the row, whatever it is.
    breaks = table.columns[at].words or not at
    return max(above * BOLD_MM, max(longest, min(line, letters) if breaks else line) * LETTER_MM) + AIR_MM


def _add_table(document: Any, table: Table) -> None:
    from docx.shared import Pt

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
    _set_widths(made, fitted_widths(table), len(spans) and 1)
    if table.notes:
        note = document.add_paragraph(in_xml(table.notes))
        _small(note)
        note.paragraph_format.space_before = Pt(3)


def _set_widths(made: Any, widths: Sequence[float], merged: int) -> None:
    """Each column as wide as its words: programs take them from the cells, from the grid, or from both."""
    from docx.shared import Mm

    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for row in list(made.rows)[merged:]:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


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
