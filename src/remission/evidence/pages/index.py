"""What all studies say: the questions, each with its answer in a sentence and the page behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.page_files import page_files
from remission.exhibits.bars import Bar, draw_bars
from remission.exhibits.figure import Figure
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count, day_words
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "evidence/index.html", "What all studies say", 0

# What a person would ask for; how many people or what course a study had is no outcome.
NO_OUTCOME = {"people", "follow-up", "relapsing-remitting", "edss-at-start"}
MOST = 12


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(index_page, known)


def questions(known: Known) -> pl.DataFrame:
    """Every page that has a question, in the order of the navigation, with its answer in a sentence."""
    kinds = sorted(
        (kind for kind in page_files().values() if hasattr(kind, "QUESTION")), key=lambda one: one.PLACE or 0
    )
    rows = [{"path": kind.PATH, "question": kind.QUESTION, "answer": kind.lead(known)} for kind in kinds]  # type: ignore[attr-defined]
    return pl.DataFrame(rows, schema=dict.fromkeys(("path", "question", "answer"), pl.String))


def index_page(known: Known) -> Page:
    """The questions with their answers, and of how many studies an outcome is known."""
    rows = outcome_rows(known)
    numbers = sum(1 for _ in known.studies.numbers())
    columns = (
        Shown("Question", lambda row: linked(row["question"], f"../{row['path']}"), words=True),
        shows("answer", "Answer", words=True),
    )
    table = Table("questions", "Questions and their answers.", questions(known), columns, known.provenance)
    return Page(
        path=PATH,
        title="What all studies say",
        subtitle="Published studies of transplantation and of drugs for MS, number by number",
        provenance=known.provenance,
        headlines=[f"{count(len(known.studies.every), 'study', 'studies')} with {numbers:,} numbers, each with where "
                   f"it was read (up to {day_words(known.read_until)})."],
        sections=[Section("questions", "Questions", [Block("", [], None, [table])]),
                  Section("outcomes", "What studies printed", [Block(picture=Picture.of(_figure(known, rows)))])],
        data_folder="index",
    )  # fmt: skip


def outcome_rows(known: Known) -> pl.DataFrame:
    """For each outcome, how many studies printed it, most first."""
    studies = {(number.what, study.name) for study, number in known.studies.numbers() if number.what not in NO_OUTCOME}
    found = Counter(what for what, _ in studies)
    rows = [{"what": what, "title": quantities()[what].title, "studies": number}
            for what, number in sorted(found.items(), key=lambda one: (-one[1], one[0]))]  # fmt: skip
    return pl.DataFrame(rows, schema={"what": pl.String, "title": pl.String, "studies": pl.Int64})


def _figure(known: Known, rows: pl.DataFrame) -> Figure:
    shown = rows.head(MOST).to_dicts()
    rest = f" The {MOST} most frequent are drawn; the table has all." if rows.height > MOST else ""
    columns = (shows("title", "Outcome"), shows("studies", "Studies"))
    return Figure(
        name="outcomes",
        title="How many studies printed an outcome",
        subtitle=f"Of {count(len(known.studies.every), 'study', 'studies')}.{rest}",
        description="Bars: " + "; ".join(f"{row['title']} {row['studies']}" for row in shown) + ".",
        specs=draw_bars([Bar(row["title"], row["studies"], str(row["studies"])) for row in shown]),
        table=Table(
            "outcomes", "Outcomes by the number of studies that printed them.", rows, columns, known.provenance
        ),
        provenance=known.provenance,
    )
