"""What a paper takes from a report as it is: pictures without titles at a journal's width, tables for a word processor.

They lie in a folder of their own beside the page, and only where they are asked for: they take longer than a report.
What is in it is passed on, so no picture and no table of single persons is: the page and its CSV have those.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.exhibits.files.documents import table_document
from remission.exhibits.files.workbooks import table_workbook
from remission.exhibits.page import Section, tables_of
from remission.exhibits.rendering import render_pdf, render_png, undrawable
from remission.inputs.problems import InputProblems, Problem

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure

FOLDER = "paper"
# A column and the full page of most journals, in millimetres.
WIDTHS = {"column": 84.0, "page": 174.0}
NARROWEST, WIDEST = 60.0, 300.0
PRINT_DPI = 600
MM_PER_INCH, POINTS_PER_INCH = 25.4, 72
# Up to here the drawing for phones fills the width with letters of 8 to 10 points; the wide one would have 4.
NARROW_UP_TO = 120.0
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
Write = Callable[[str, bytes], None]


@dataclass(frozen=True)
class Paper:
    """What is asked for: the width of figures in millimetres (None: no figures), tables as DOCX, all in one XLSX."""

    figure_mm: float | None = None
    docx: bool = False
    xlsx: bool = False

    def check(self) -> None:
        """InputProblems where DOCX is asked for and what writes it is not installed."""
        if self.docx and importlib.util.find_spec("docx") is None:
            found, allowed = "no python-docx, which writes them", "the extra 'paper' installed"
            do = "Run: pip install 'remission[paper]'. Or leave out --docx: --xlsx and the CSV need nothing more."
            raise InputProblems(Problem.of_file("tables.docx", found=found, allowed=allowed, do=do))

    def write_figure(self, figure: Figure, write: Write) -> None:
        """The picture as SVG, PDF and PNG, if pictures are asked for and can be drawn; `write` takes path and bytes."""
        if self.figure_mm is None or figure.table.of_persons or undrawable():
            return
        svg = figure.untitled_svg("narrow" if self.figure_mm <= NARROW_UP_TO else "wide")
        in_points = _sized(svg, self.figure_mm / MM_PER_INCH * POINTS_PER_INCH, "")
        write(f"{FOLDER}/{figure.name}.svg", _sized(svg, self.figure_mm, "mm").encode())
        write(f"{FOLDER}/{figure.name}.pdf", render_pdf(in_points))
        write(f"{FOLDER}/{figure.name}.png", render_png(in_points, scale=1, dpi=PRINT_DPI))

    def write_words(self, sections: Sequence[Section], write: Write) -> None:
        """What belongs under the pictures, and the tables in one document and one workbook, if asked for."""
        tables = tables_of(sections)
        if self.figure_mm is not None and not undrawable():
            write(f"{FOLDER}/legends.txt", _legends(sections).encode())
        if self.docx:
            write(f"{FOLDER}/tables.docx", table_document(tables))
        if self.xlsx:
            write(f"{FOLDER}/tables.xlsx", table_workbook(tables))


def _legends(sections: Sequence[Section]) -> str:
    """The title and subtitle of each picture, which its drawing for a paper does not have."""
    pictures = [block.picture for section in sections for block in section.blocks if block.picture]
    figures = [one.figure for one in pictures if not one.figure.table.of_persons]
    said = [
        (one.name, f"{one.title}.", one.subtitle, one.provenance.warning and f"{one.provenance.warning}.")
        for one in figures
    ]
    return "\n".join(f"{name}\n{' '.join(filter(None, words))}\n" for name, *words in said)


def width_in_mm(said: str) -> float:
    """A width as it is written: a name, or a number with mm, cm or in.

    InputProblems for anything else, and for a width of no journal (under 60 mm, over 300).

    >>> width_in_mm("column"), width_in_mm("174mm"), width_in_mm("8.4 cm")
    (84.0, 174.0, 84.0)
    """
    per_unit = {"mm": 1.0, "cm": 10.0, "in": MM_PER_INCH}
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mm|cm|in)", said.strip())
    width = WIDTHS.get(said) or (round(float(found[1]) * per_unit[found[2]], 3) if found else 0.0)
    if not NARROWEST <= width <= WIDEST:
        names = ", ".join(f"{name} ({mm:g} mm)" for name, mm in WIDTHS.items())
        allowed = f"{names}, or {NARROWEST:g} to {WIDEST:g} mm, such as 84mm, 8.4cm or 3.3in"
        raise InputProblems(Problem.of_file("--figure-width", found=said, allowed=allowed, do="Give another width."))
    return width


def _sized(svg: str, width: float, unit: str) -> str:
    """The picture at another width, its height in proportion."""
    size = _SIZE.search(svg)
    assert size is not None  # every drawing has them in its first element
    height = width * float(size[2]) / float(size[1])
    return svg.replace(size[0], f'width="{width:.3f}{unit}" height="{height:.3f}{unit}"', 1)
