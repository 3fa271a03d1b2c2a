"""How the library was made: what was searched and read, how far each number was checked, and how pools are made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.listing import statuses
from remission.evidence.words import STATUS_WORDS
from remission.exhibits.bars import Bar, draw_bars
from remission.exhibits.figure import Figure
from remission.exhibits.page import Block, Fact, Page, Picture, Section
from remission.exhibits.tables import Table, shows
from remission.exhibits.theme import BLUE, SLATE
from remission.exhibits.wording import count, day_words
from remission.studies.searches import searches

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "evidence/library.html", "How it was made", 110
QUESTION = "How was this made?"

RULES = (
    "A number stands as it was printed, with its source, the place in it, and how far it was checked.",
    "What is only remembered is kept back until somebody reads it; what two sources print differently stands side by "
    "side.",
    "No pool counts a person twice. Of studies that may share people the set with most people is taken; of equal ones "
    "the latest. The others are named with the reason.",
    "A share at a time is pooled only with its printed interval: a percentage times a number of people is no count.",
    "Fewer than three studies that share nobody make no pooled line.",
    "Rare deaths are pooled by several estimators, which are shown together with what each estimates.",
)
UNCOUNTED = (
    "Nobody counted how many records the searches gave and how many were looked through, so a flow of records cannot "
    "be drawn: only what came of them is known."
)
STATUS_NOTE = "What is unverified is counted here and shown on no page."


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(library_page, known)


def lead(known: Known) -> str:
    """How many numbers may be shown, and how many were read where the authors printed them."""
    found = statuses(known.studies)
    shown = sum(number for status, number in found.items() if status != "unverified")
    return (
        f"Of {found.total():,} numbers in {count(len(known.studies.every), 'study', 'studies')} {shown:,} may be "
        f"shown; {found['verified']:,} of them were read where the authors printed them (the last on "
        f"{day_words(known.read_until)})."
    )


def library_page(known: Known) -> Page:
    """The page with all its sections."""
    return Page(
        path=PATH,
        title="How the library of studies was made",
        subtitle="What was searched, what was read, and how numbers are put together",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[STATUS_NOTE],
        sections=[
            Section("checked", "How far numbers were checked", [Block(picture=Picture.of(_statuses(known)))]),
            Section("searches", "What was looked for", [Block("", [UNCOUNTED], None, [_searches(known)])]),
            Section("rules", "How numbers are put together", [Block("", RULES)]),
        ],
        facts=[Fact("Digest of the library", f"SHA-256 {known.provenance.digest}")],
        picture_first=True,
        data_folder="library",
    )


def _statuses(known: Known) -> Figure:
    found = statuses(known.studies)
    rows = [{"status": status, "means": words, "numbers": found[status]} for status, words in STATUS_WORDS.items()]
    inks = {"unverified": SLATE}
    bars = [Bar(f"{row['status']}: {row['means']}", found[str(row["status"])], f"{found[str(row['status'])]:,}",
                inks.get(str(row["status"]), BLUE)) for row in rows]  # fmt: skip
    frame = pl.DataFrame(rows, schema={"status": pl.String, "means": pl.String, "numbers": pl.Int64})
    columns = (shows("status", "Status"), shows("means", "What it means", words=True), shows("numbers", "Numbers"))
    said = "; ".join(f"{row['status']} {row['numbers']}" for row in rows)
    return Figure(
        name="statuses",
        title="How far the numbers of the library were checked",
        subtitle=STATUS_NOTE,
        description=f"Bars: {said}.",
        specs=draw_bars(bars),
        table=Table("statuses", "Numbers by status.", frame, columns, known.provenance),
        provenance=known.provenance,
    )


def _searches(known: Known) -> Table:
    fields = ("subject", "looked_in", "kept_by", "counted", "not_counted", "limits")
    rows = [{**{field: getattr(one, field) for field in fields}, "last_read": one.last_read.isoformat(),
             "rows": one.rows_found, "studies": one.studies} for one in searches()]  # fmt: skip
    columns = (
        shows("subject", "Subject"),
        shows("last_read", "Last read"),
        shows("studies", "Studies"),
        shows("rows", "Rows"),
        shows("looked_in", "Where", words=True),
        shows("kept_by", "What was kept", words=True),
        shows("counted", "What is counted", words=True),
        shows("not_counted", "What nobody counted", words=True),
        shows("limits", "Out of reach", words=True),
    )
    return Table("searches", "What was looked for, and what came of it.", pl.DataFrame(rows), columns, known.provenance)
