"""What a paper takes as it is: pictures at a width, documents and workbooks."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from remission.exhibits.figure import Figure, layer, name, number
from remission.exhibits.files import paper
from remission.exhibits.files.archives import same_every_time
from remission.exhibits.files.documents import fitted_widths, natural_widths, table_document
from remission.exhibits.files.paper import Paper, width_in_mm
from remission.exhibits.files.workbooks import sheet_names, table_workbook
from remission.exhibits.page import Block, Picture, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.inputs.problems import InputProblems
from remission.inputs.provenance import Provenance

REAL = Provenance("registry", "observed", "0" * 64)
INVENTED = Provenance("made-up", "simulated", "0" * 64)


def a_table(provenance: Provenance = REAL, name: str = "rates", column: str = "arm") -> Table:
    frame = pl.DataFrame({column: ["=A+1", "B\u0007"], "n": [12, 3], "share": [0.5, None]})
    columns = (
        shows(column, "Arm"),
        Shown("Persons", lambda row: f"{row['n']:,}", group="Counted"),
        Shown("Share", lambda row: "–" if row["share"] is None else f"{row['share']:.1f}", group="Counted"),
    )
    return Table(name, "How many.", frame, columns, provenance, "A note.")


def a_figure(provenance: Provenance = REAL) -> Figure:
    spec = {
        "datasets": {"rows": [{"x": 1, "y": "A"}]},
        "width": 270,
        "layer": [layer("rows", {"type": "bar"}, x=number("x"), y=name("y"))],
    }
    return Figure(
        "bars", "A title", "A subtitle.", "Bars.", {"wide": spec, "narrow": spec}, a_table(provenance), provenance
    )


def written(asked: Paper, figure: Figure) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    asked.write_figure(figure, files.__setitem__)
    return files


def test_a_column_is_84_mm_wide_in_every_format() -> None:
    files = written(Paper(figure_mm=84.0), a_figure())
    assert sorted(files) == ["paper/bars.pdf", "paper/bars.png", "paper/bars.svg"]
    svg = files["paper/bars.svg"].decode()
    assert re.search(r'<svg[^>]* width="84\.000mm" height="[\d.]+mm"', svg)
    # 84 mm are 84 / 25.4 inches: times 72 points 238.11, times 600 dots 1984.
    box = re.search(rb"MediaBox\s*\[0 0 ([\d.]+)", files["paper/bars.pdf"])
    assert box is not None
    assert float(box[1]) == pytest.approx(238.11, abs=0.01)
    png = files["paper/bars.png"]
    assert struct.unpack(">I", png[16:20])[0] == 1984
    at = png.index(b"pHYs") + 4
    # Dots a metre: 600 / 0.0254.
    assert struct.unpack(">II", png[at : at + 8]) == (23622, 23622)


def test_there_is_no_title_and_invented_rows_still_say_what_they_are() -> None:
    plain, marked = (
        written(Paper(figure_mm=84.0), a_figure(one))["paper/bars.svg"].decode() for one in (REAL, INVENTED)
    )
    # What is drawn, not what is said to those who listen.
    letters = [" ".join(re.findall(r"<text[^>]*>([^<]*)", one)) for one in (plain, marked)]
    assert not any("A title" in one or "A subtitle." in one for one in letters)
    assert "SIMULATED" in letters[1]
    assert "SIMULATED" not in letters[0]
    assert ">A title<" in a_figure().svg()


def test_what_the_drawing_does_not_say_stands_in_the_legends() -> None:
    files: dict[str, bytes] = {}
    figure = a_figure(INVENTED)
    sections = [Section("s", "S", [Block(picture=Picture(figure, "", ""))])]
    Paper(figure_mm=84.0).write_words(sections, files.__setitem__)
    said = files["paper/legends.txt"].decode()
    assert said.startswith("bars\nA title. A subtitle. SIMULATED")


@pytest.mark.parametrize("said", ["10mm", "84", "wide", "301mm", "84 pt", ""])
def test_a_width_of_no_journal_is_refused(said: str) -> None:
    with pytest.raises(InputProblems) as raised:
        width_in_mm(said)
    assert "column (84 mm)" in raised.value.report()


def test_a_wide_figure_takes_the_wide_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(
        Figure, "untitled_svg", lambda self, width: drawn.append(width) or '<svg width="2" height="1"/>'
    )
    monkeypatch.setattr(paper, "render_png", lambda *_, **__: b"")
    monkeypatch.setattr(paper, "render_pdf", lambda *_: b"")
    for width in (84.0, 174.0):
        written(Paper(figure_mm=width), a_figure())
    assert drawn == ["narrow", "wide"]


def test_a_workbook_has_every_table_in_full_precision_and_runs_nothing() -> None:
    made = table_workbook([a_table(), a_table(INVENTED, name="x" * 40)])
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["Contents", "rates", "x" * 31]
    first, *rows = book["rates"].iter_rows()
    assert [cell.value for cell in first] == ["arm", "n", "share", "standing", "cohort"]
    assert [cell.value for cell in rows[0]] == ["=A+1", 12, 0.5, "observed", "registry"]
    # As a text: a formula would be of type f.
    assert (rows[0][0].data_type, rows[0][1].data_type) == ("s", "n")
    assert rows[1][0].value == "B\ufffd"
    assert [row[0].value for row in book["Contents"].iter_rows()] == ["Sheet", "rates", "x" * 31]
    assert "SIMULATED" in str(book["Contents"]["C3"].value)
    persons = replace(a_table(), frame=a_table().frame.with_columns(subject_id=pl.lit("S1")))
    without = openpyxl.load_workbook(io.BytesIO(table_workbook([a_table(), persons])))
    assert without.sheetnames == ["Contents", "rates"]
    assert [cell.value for cell in without["Contents"][3]][:3] == ["not here", persons.caption, "single persons"]


def test_names_of_sheets_are_never_the_same() -> None:
    given = sheet_names(["Contents", "a/b", "A-B", "y" * 31, "y" * 32])
    assert given == ["Contents~2", "a-b", "A-B~2", "y" * 31, "y" * 29 + "~2"]


def test_an_archive_is_the_same_on_every_run() -> None:
    def archive(day: tuple[int, int, int]) -> bytes:
        into = io.BytesIO()
        with zipfile.ZipFile(into, "w") as made:
            entry = zipfile.ZipInfo("docProps/core.xml", (*day, 0, 0, 0))
            said = f'<dcterms:modified xsi:type="dcterms:W3CDTF">{day[0]}-01-01T00:00:00Z</dcterms:modified>'
            made.writestr(entry, said)
        return into.getvalue()

    one, other = archive((2025, 1, 1)), archive((2026, 2, 2))
    assert one != other
    assert same_every_time(one) == same_every_time(other)


def test_without_what_writes_documents_it_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputProblems) as raised:
        Paper(docx=True).check()
    assert "pip install 'remission[paper]'" in raised.value.report()
    Paper(figure_mm=84.0, xlsx=True).check()


def test_columns_are_as_wide_as_what_they_hold_and_fit_on_a_page() -> None:
    docx = pytest.importorskip("docx", reason="the extra 'paper' is not installed")
    rows = pl.DataFrame(
        {"arm": ["Gastrointestinal disorders of every kind"], "share": ["81.4 % (72.2 to 87.9)"], "n": [1]}
    )
    names = ("arm", "share", "n", *("share",) * 8)
    narrow, wide = (
        Table("t", "T.", rows, tuple(shows(name, name, words=name == "arm") for name in names[:many]), REAL)
        for many in (3, 11)
    )
    assert fitted_widths(narrow) == natural_widths(narrow)
    arm, share, number = fitted_widths(narrow)
    # A share with its limits in one line, words in lines of at most 34 letters, a number in little.
    assert share == pytest.approx(21 * 1.6 + 5)
    assert arm == pytest.approx(34 * 1.6 + 5)
    assert number < 8
    document = docx.Document(io.BytesIO(table_document([narrow, wide])))
    for section, made in zip(document.sections, document.tables, strict=True):
        room = section.page_width - section.left_margin - section.right_margin
        assert sum(column.width for column in made.columns) <= room
    assert [one.page_width > one.page_height for one in document.sections] == [False, True]
    # Words give way first, as far as their longest one.
    assert fitted_widths(wide)[0] == pytest.approx(fitted_widths(wide)[1] * (16 * 1.6 + 5) / (21 * 1.6 + 5))


def test_what_an_upright_axis_shows_stands_on_it_where_no_title_says_it() -> None:
    def of(**about: object) -> Figure:
        rows = layer("rows", {"type": "bar"}, x=number("x"), y=name("y", **about))
        spec = {**a_figure().specs["wide"], "layer": [rows, rows]}
        return replace(a_figure(), specs={"wide": spec, "narrow": spec}, upright="Free of something")

    assert "Free of something" not in of(axis={"title": None}).svg()
    assert of(axis={"title": None}).untitled_svg().count(">Free of something<") == 1
    # Where the axis has a title of its own, or is none, nothing is added.
    for other in ({}, {"axis": {"title": "Rows"}}, {"axis": None}):
        assert "Free of something" not in of(**other).untitled_svg()


def test_a_document_has_the_tables_as_readers_see_them(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="the extra 'paper' is not installed")
    tables = [a_table(INVENTED), a_table(name="persons", column="subject_id")]
    document = docx.Document(io.BytesIO(table_document(tables)))
    (made,) = document.tables
    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        ["", "Counted", "Counted"],
        ["Arm", "Persons", "Share"],
        ["=A+1", "12", "0.5"],
        ["B\ufffd", "3", "–"],
    ]
    headers = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in made.rows]
    assert headers == [True, True, False, False]
    said = [part.text for part in document.paragraphs if part.text]
    assert said[0] == "How many. SIMULATED: no real person's data."
    assert said[1] == "A note."
    # Rows of single persons are in no paper, and that is said.
    assert said[2].startswith("Not here, because their rows are single persons: How many.")
