"""The list of all studies: when, how many people, of what kind, and the main number of each, in order of year."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.recipes.listing import kinds_of, study_dots, study_rows
from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.page import Block, Fact, Page, Picture, Section
from remission.exhibits.site.shell import Making, linked
from remission.exhibits.synthesis.studies_by_year import draw_studies_by_year
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import count, day_words, listed

if TYPE_CHECKING:
    import polars as pl

    from remission.evidence.recipes.known import Known
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = "evidence/studies.html", "All studies", 80
QUESTION = "Which studies are there?"

PEOPLE = (
    "People are as many as were printed; of groups that share people only the largest is counted. Studies may share "
    "people, so the numbers of different studies cannot be added up."
)
ORDER = "In order of year, never by result: the list is no ranking."


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(studies_page, known)


def lead(known: Known) -> str:
    """How many studies and numbers there are, and the last day of reading."""
    numbers = sum(1 for _ in known.studies.numbers())
    return (
        f"{count(len(known.studies.every), 'study', 'studies')} with {numbers:,} numbers that were read, the last on "
        f"{day_words(known.read_until)}."
    )


def studies_page(known: Known) -> Page:
    """The list with its picture and its table."""
    studies = known.studies.every
    kinds = listed([f"{number} {kind}" for kind, number in sorted(kinds_of(studies).items())])
    table = studies_table(study_rows(known.studies), known.provenance)
    picture = draw_studies_by_year("studies-by-year", "All studies by year and people",
                                   study_dots(known.studies, "../"), table, known.provenance)  # fmt: skip
    return Page(
        path=PATH,
        title="All studies",
        subtitle="Each with a card of its own: every number as it was printed, where, and how far that was checked",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[f"By kind: {kinds}.", PEOPLE],
        sections=[Section("list", "Every study", [Block("", [ORDER], Picture.of(picture), [table])])],
        facts=[Fact("Digest of the library", f"SHA-256 {known.provenance.digest}")],
        picture_first=True,
        data_folder="studies",
    )  # fmt: skip


def studies_table(rows: pl.DataFrame, provenance: Provenance) -> Table:
    """Every study in a row that opens its card."""
    columns = (
        Shown("Study", lambda row: linked(row["title"], card_of(row["name"], "../")), words=True),
        Shown("Year", _year),
        Shown("People", lambda row: "not read" if row["people"] is None else f"{row['people']:,}"),
        shows("kind", "Kind", words=True),
        Shown("Course", lambda row: row["courses"] or "–", words=True),
        Shown("Treatments", lambda row: row["therapies"] or "–", words=True),
        Shown("Main number", lambda row: row["main"] or "none read", words=True),
    )
    return Table("studies", "Every study of the library.", rows, columns, provenance)


def _year(row: Row) -> str:
    return "not read" if row["year"] is None else str(row["year"])
