"""What is not known of the evidence: facts that were not printed or not read, study by study, and what has no study."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.recipes.progression import COURSES, absent_rows
from remission.evidence.recipes.unknown import fact_rows, groups_of, unread_words
from remission.exhibits.bars import Bar, draw_bars
from remission.exhibits.figure import Figure
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import day_words

if TYPE_CHECKING:
    import polars as pl

    from remission.evidence.recipes.known import Known
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = "evidence/unknown.html", "What is not known", 120
QUESTION = "What is not known?"

NOT_ZERO = (
    "What is not known is nowhere counted as 0 or as no difference. Not known here may be printed in a paper that we "
    "could not read."
)


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(unknown_page, known)


def lead(known: Known) -> str:
    """The fact that is known of fewest groups, and the one known of most."""
    return f"{answer(fact_rows(groups_of(known.studies)))} (Studies read up to {day_words(known.read_until)}.)"


def unknown_page(known: Known) -> Page:
    """The page with all its sections."""
    rows = fact_rows(groups_of(known.studies))
    absent = [COURSES[row["course"]] for row in absent_rows(known.studies).to_dicts() if not row["transplant_compared"]]
    none = [f"Transplantation compared with anything else in {course}." for course in absent]
    return Page(
        path=PATH,
        title="What is not known of the evidence",
        subtitle="Facts that were not printed or not read, and questions without a study",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[NOT_ZERO],
        sections=[
            Section("facts", "Facts that are known of how many groups", [
                Block(picture=Picture.of(facts_figure(rows, known.provenance)), sentences=[NOT_ZERO])]),
            Section("unread", "Not read, not judged, without an interval", [
                Block("", list(unread_words(known.studies)))]),
            Section("absent", "Questions without a study in the library", [Block("", none or ["None."])]),
        ],
        picture_first=True,
        data_folder="unknown",
    )  # fmt: skip


def answer(rows: pl.DataFrame) -> str:
    """The fact that is known of fewest groups, and the one known of most."""
    if not rows.height or not rows["groups"].max():
        return "No group of transplanted people has been read."
    least, most = rows.sort("known").row(0, named=True), rows.sort("known").row(-1, named=True)
    return (
        f"Best known is “{_inside(most['fact'])}”, of {most['known']} of {most['groups']} groups of transplanted "
        f"people; least known is “{_inside(least['fact'])}”, of {least['known']}."
    )


def _inside(fact: str) -> str:
    return fact[:1].lower() + fact[1:]


def facts_figure(rows: pl.DataFrame, provenance: Provenance) -> Figure:
    """A bar for each fact: of how many groups it is known."""
    made = rows.to_dicts()
    bars = [Bar(row["fact"], row["known"], f"{row['known']} of {row['groups']}") for row in made]
    said = "; ".join(f"{row['fact']}: {row['known']} of {row['groups']}" for row in made)
    return Figure(
        name="facts-known",
        title="Of how many groups of transplanted people a fact is known",
        subtitle="A group is an arm of a study of this library whose number of people was read.",
        description=f"Bars. {said}.",
        specs=draw_bars(bars),
        table=_table(rows, provenance),
        provenance=provenance,
    )


def _table(rows: pl.DataFrame, provenance: Provenance) -> Table:
    columns = (
        shows("fact", "Fact"),
        Shown("Known of", lambda row: f"{row['known']} of {row['groups']}"),
        Shown("Not known of", lambda row: row["unknown"] or "none", words=True),
    )
    return Table("facts-known", "Which facts are known of which groups.", rows, columns, provenance)
