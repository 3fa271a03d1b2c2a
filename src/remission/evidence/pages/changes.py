"""What changed: numbers by the day of reading; and, between two libraries, every conclusion before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.recipes.changes import change_rows, difference_words, moved_numbers, reading_rows, title_of
from remission.exhibits.bars import Bar, draw_bars
from remission.exhibits.figure import Figure
from remission.exhibits.page import TABLES, Block, Page, Picture, Section
from remission.exhibits.synthesis.forest import Forest, draw_forest
from remission.exhibits.synthesis.lines import Line
from remission.exhibits.synthesis.scales import Kind, Scale
from remission.exhibits.tables import Table, shows
from remission.exhibits.wording import count, day_words

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance
    from remission.studies.difference import Change, Difference, Told

PATH, TITLE, PLACE = "evidence/changes.html", "What changed", 130
QUESTION = "What changed, and when?"

# Two lines each: more would be pages of diamonds.
MOST = 15
SMALL = 0.4
SCALES: dict[str, tuple[str, str, Kind]] = {
    "proportion": ("moved", "Share", "share"),
    "ratio": ("moved-ratios", "Ratio", "ratio"),
}
COMPARE = (
    "What every pooled number and verdict was and became, between any two versions of the library: "
    "remission evidence diff OLD NEW."
)


def pages(known: Known) -> Iterator[Making]:
    """The page of the readings of one library."""
    yield partial(changes_page, known)


def lead(known: Known) -> str:
    """The last day of reading, and how much was read on it."""
    rows = reading_rows(known.studies)
    if rows.is_empty():
        return "No number has been read."
    last = rows.row(0, named=True)
    if last["day"] is None:
        return "The days of reading were not kept."
    return (
        f"The last numbers were read on {day_words(last['day'])}: {count(last['numbers'], 'number')} of "
        f"{count(last['studies'], 'study', 'studies')}."
    )


def changes_page(known: Known) -> Page:
    """When the numbers of a library were read."""
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="The days on which numbers were read",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[COMPARE],
        sections=[Section("readings", "Days of reading", [Block(picture=Picture.of(_readings(known)))])],
        picture_first=True,
        data_folder="changes",
    )


def _readings(known: Known) -> Figure:
    rows = reading_rows(known.studies)
    named = [
        ("day not kept" if row["day"] is None else day_words(row["day"]), row["numbers"]) for row in rows.to_dicts()
    ]
    columns = (shows("day", "Day"), shows("numbers", "Numbers read"), shows("studies", "Studies"))
    return Figure(
        name="readings",
        title="Numbers by the day on which they were read",
        subtitle="The newest first.",
        description="Bars: " + "; ".join(f"{day} {number}" for day, number in named) + ".",
        specs=draw_bars([Bar(day, number, f"{number:,}") for day, number in named]),
        table=Table("readings", "Numbers by the day of reading.", rows, columns, known.provenance),
        provenance=known.provenance,
    )


def difference_page(
    found: Difference, provenance: Provenance, picture: Callable[[Figure], Picture] = Picture.of
) -> Page:
    """The page of a comparison of two libraries: what every conclusion was and became.

    `picture` makes a figure ready for the page, and may write its files.
    """
    moved = moved_numbers(found)
    drawn = [Block(picture=picture(one)) for one in _pictures(moved, provenance)]
    said = [f"{word}: {', '.join(names)}." for word, names in (("Added", found.added), ("Taken out", found.removed),
                                                               ("Changed", found.changed)) if names]  # fmt: skip
    return Page(
        title="What changed in the evidence",
        subtitle=f"Two versions of the library, compared on {day_words(found.on)}",
        provenance=provenance,
        headlines=[difference_words(found)],
        in_short=said,
        sections=[
            Section("changes", "Before and after", [*drawn, Block(tables=[_changes_table(found, provenance)])]),
        ],
        data_folder=TABLES,
    )


def _changes_table(found: Difference, provenance: Provenance) -> Table:
    columns = (
        shows("name", "Question"),
        shows("line", "Line", words=True),
        shows("kind", "Kind", words=True),
        shows("before", "Before", words=True),
        shows("after", "After", words=True),
    )
    return Table("changes", "Every conclusion that changed.", change_rows(found), columns, provenance)


def _pictures(moved: list[Change], provenance: Provenance) -> Iterator[Figure]:
    """A picture of the shares and one of the ratios, for they have no scale in common; the table has all others too."""
    for unit, (name, title, kind) in SCALES.items():
        if of_it := [change for change in moved if change.told.unit == unit]:
            yield _moved(of_it, name, title, kind, provenance)


def _moved(moved: list[Change], name: str, title: str, kind: Kind, provenance: Provenance) -> Figure:
    lines = [line for change in moved[:MOST] for line in _pair(change)]
    values = [one for line in lines for one in (line.value, line.low, line.high) if one is not None]
    # Deaths of 1 in 100 cannot be told from none on an axis that ends at 100 %.
    scale = Scale.of(title, "small share" if kind == "share" and max(values) <= SMALL else kind, values)
    rest = f" The first {MOST} are drawn; the table below has all." if len(moved) > MOST else ""
    said = f"Each changed number before (open) and after (black).{rest}"
    return draw_forest(Forest(name, f"{title}s that changed", said, lines, scale), provenance)


def _pair(change: Change) -> Iterator[Line]:
    told = change.told
    group = f"{title_of(told.name)}{f': {told.line}' if told.line else ''}"
    for when, one in (("before", change.old), ("after", change.new)):
        if one is not None:
            yield _line(when, one, group)


def _line(when: str, told: Told, group: str) -> Line:
    return Line(name=when, role="before" if when == "before" else "pooled", value=told.value, low=told.low,
                high=told.high, studies=told.k, group=group)  # fmt: skip
