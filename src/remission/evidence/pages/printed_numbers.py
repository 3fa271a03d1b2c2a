"""Do the printed numbers fit together? What each publication prints, held against itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.printed.rows import (
    answer,
    check_rows,
    checked,
    interval_rows,
    open_rows,
    pattern_rows,
    publication_rows,
    unchecked_rows,
)
from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.bars import Bar, draw_bars
from remission.exhibits.figure import Figure
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count
from remission.studies.papers.software import defaults
from remission.studies.papers.telling import WHERE_TO_LOOK

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance
    from remission.studies.papers.from_studies import Checked

PATH, TITLE, PLACE = "evidence/printed-numbers.html", "Do the numbers fit?", 100
QUESTION = "Do the printed numbers fit together?"

CAUTION = (
    "That numbers fit together does not make them true, and that some do not come out does not make them untrue. It "
    "may be the way in which they were worked out, or how we copied them."
)
ROUNDED = (
    "A printed number was rounded. So it stands for a whole range, and we try every usual way of rounding. What "
    "rounding can explain comes out."
)
ORDER = "Where a number does not come out, look in this order."
KINDS = (
    "Papers seldom say which kind of interval they print. There are five in use. Where the share lies between its "
    "limits tells which of them it can be."
)
ONE = (
    "With few people the digits can tell still more. We try every order of events and losses there can be. For these "
    "numbers exactly one gives what was printed."
)
TOO_LITTLE = "A share without an interval, or a mean by itself, cannot be held against anything."
YOURS = "Check a paper of your own: remission check-published FILE.toml."


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(printed_page, known)


def lead(known: Known) -> str:
    """The answer in two sentences."""
    return answer(checked(known.studies))


def printed_page(known: Known) -> Page:
    """The page with all its sections."""
    found = checked(known.studies)
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="What each publication printed, held against itself",
        provenance=known.provenance,
        headlines=[answer(found)],
        in_short=[CAUTION, ROUNDED],
        sections=list(_sections(found, known.provenance)),
        picture_first=True,
        data_folder="printed-numbers",
    )


def _sections(found: Sequence[Checked], provenance: Provenance) -> Iterator[Section]:
    yield Section(
        "checks", "What was asked", [Block(picture=Picture.of(_figure(found, provenance)), sentences=[YOURS])]
    )
    rows = open_rows(found)
    many = f"{count(rows.height, 'answer')} did not come out." if rows.height else "Every answer came out."
    table = [] if rows.is_empty() else [_open_table(found, provenance)]
    yield Section("open", "What did not come out", [Block("", [many, ORDER, *WHERE_TO_LOOK], None, table)])
    kinds = [_kinds_table(found, provenance), _software_table(provenance)]
    yield Section("intervals", "Which kind of interval was printed", [Block("", [KINDS], None, kinds)])
    yield Section(
        "patterns", "Where only one course of events fits", [Block("", [ONE], None, [_patterns(found, provenance)])]
    )
    yield Section(
        "publications", "Every publication that can be checked", [Block("", [], None, [_every(found, provenance)])]
    )
    unchecked = unchecked_rows(found)
    said = f"{count(unchecked.height, 'publication')} cannot be checked from what is printed. {TOO_LITTLE}"
    columns = (_study(),)
    listed = Table("not-checked", "Publications that print too little.", unchecked, columns, provenance)
    yield Section("not-checked", "Which cannot be checked", [Block("", [said], None, [], [listed])])


def _figure(found: Sequence[Checked], provenance: Provenance) -> Figure:
    rows = check_rows(found)
    shown = [row for row in rows.to_dicts() if row["put"]]
    columns = (
        shows("check", "What was asked", words=True),
        shows("put", "Times it could be asked"),
        shows("comes_out", "Came out"),
        shows("does_not", "Did not"),
        shows("open", "Could not be answered"),
    )
    caption = "What was asked of the printed numbers, and how often they came out."
    return Figure(
        name="printed-checks",
        title="What was asked of printed numbers, and how often",
        subtitle="Bars: how often it could be asked. Words: how many came out.",
        description="Bars: " + "; ".join(f"{row['check']} {_came(row)}" for row in shown) + ".",
        specs=draw_bars([Bar(row["check"], row["put"], _came(row)) for row in shown]),
        table=Table("printed-checks", caption, rows, columns, provenance),
        provenance=provenance,
    )


def _came(row: dict[str, int]) -> str:
    return f"{row['comes_out']} of {row['put']}"


def _study() -> Shown:
    return Shown("Publication", lambda row: linked(row["title"], card_of(row["study"], "../")), words=True)


def _open_table(found: Sequence[Checked], provenance: Provenance) -> Table:
    columns = (
        _study(),
        shows("number", "Number", words=True),
        shows("printed", "As printed"),
        shows("computed", "As computed"),
        shows("says", "What was found", words=True),
        shows("searched", "What was searched", words=True),
        shows("read", "How it was read", words=True),
    )
    return Table("did-not-come-out", "Answers that did not come out.", open_rows(found), columns, provenance)


def _kinds_table(found: Sequence[Checked], provenance: Provenance) -> Table:
    columns = (
        _study(),
        shows("number", "Number", words=True),
        shows("printed", "As printed"),
        shows("computed", "Kinds that fit", words=True),
        shows("read", "How it was read", words=True),
    )
    return Table("interval-kinds", "Kinds of interval that fit the digits.", interval_rows(found), columns, provenance)


def _software_table(provenance: Provenance) -> Table:
    rows = pl.DataFrame([{"software": one.software, "interval": one.interval, "source": one.source,
                          "status": one.status} for one in defaults()])  # fmt: skip
    columns = (
        shows("software", "Program", words=True),
        shows("interval", "What it prints if nobody chooses"),
        shows("source", "Where this was read", words=True),
        shows("status", "Checked", words=True),
    )
    return Table("software-intervals", "What programs print if nobody chooses.", rows, columns, provenance)


def _patterns(found: Sequence[Checked], provenance: Provenance) -> Table:
    columns = (
        _study(),
        shows("number", "Number", words=True),
        shows("printed", "As printed"),
        shows("computed", "People still watched at each event", words=True),
        shows("searched", "What was searched", words=True),
    )
    return Table(
        "one-pattern", "Numbers that one course of events alone gives.", pattern_rows(found), columns, provenance
    )


def _every(found: Sequence[Checked], provenance: Provenance) -> Table:
    columns = (
        _study(),
        shows("answers", "Answers"),
        shows("come_out", "Came out"),
        shows("read", "How its numbers were read", words=True),
        shows("citation", "Citation", words=True),
    )
    return Table(
        "checked-publications", "Publications that print enough.", publication_rows(found), columns, provenance
    )
