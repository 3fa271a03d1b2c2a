"""Deserts and oases: where the whole interval lies below or above England, and how much is undecided. No ranks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from remission.atlas.page_shell import measure_link
from remission.atlas.pictures.interval_list import Compared, compared_words, draw_intervals, places_table
from remission.atlas.place_words import HOMECARE, ISSUED, NEUTRAL
from remission.atlas.recipes.live import FIRST
from remission.exhibits.page import Block, Fact, Page, Picture, Section
from remission.exhibits.tables import Table

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance
    from remission.supply.measures.deserts import Side

PATH, TITLE, PLACE = "deserts.html", "Deserts and oases", 20
OTHERS: tuple[Side, ...] = ("not used", "undecided", "no figure")

MEANING = (
    "A place is listed as a “desert” of a measure when its whole interval lies below England's value, and as an "
    "“oasis” when it lies above. The words are those of the question that this atlas was built for; they judge nobody."
)
UNDECIDED = (
    "Undecided means that England's value lies inside the interval, or that there is no interval (a share that is the "
    "same in every month has none): the data do not say on which side the place lies. It does not mean that the place "
    "is average. Without a figure nothing is said at all, and the reason is given."
)
BY_CHANCE = (
    "With 95 % intervals about one place in forty would stand in each list by chance alone, even if all were alike; "
    "with many places and measures some of those listed are such. Lists are in order of name, for an order of values "
    "would be a ranking that the intervals do not support."
)
READING = Section("reading", "How to read these lists", [Block(sentences=[UNDECIDED, BY_CHANCE, ISSUED, NEUTRAL])])
TO_READING = Markup('<a href="#reading">What undecided means, and how many stand here by chance</a>')


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    # The question that the atlas was built for goes first.
    compared = sorted(known.measures.compared(), key=lambda one: one.words.name != FIRST[0])
    yield partial(deserts_page, compared, known.provenance, known.facts)


def deserts_page(compared: Sequence[Compared], provenance: Provenance, facts: Sequence[Fact] = ()) -> Page:
    """The page of both lists for every measure."""
    answer = [f"{of.words.title}. {compared_words(of)}" for of in compared[:1]]
    return Page(
        path=PATH,
        title="Deserts and oases",
        subtitle="Where less or more is issued than in England as a whole, as far as it can be told",
        provenance=provenance,
        headlines=[*answer, HOMECARE],
        in_short=[MEANING, TO_READING],
        sections=[*(_section(one, provenance, whole=one is compared[0]) for one in compared), READING],
        facts=facts,
        data_folder="data",
    )


def _section(of: Compared, provenance: Provenance, *, whole: bool) -> Section:
    words = of.words
    drawn = Picture.of(draw_intervals(of, provenance)) if of.on("below") or of.on("above") else None
    lists = [_list(of, side, provenance) for side in ("below", "above") if of.on(side)]
    said, method = [compared_words(of), *words.cautions], [f"Method and interval: {words.method}."]
    # Lists of every undecided place of every measure would be two thirds of the page, and are the tables of others.
    undecided = [_list(of, side, provenance) for side in OTHERS if of.on(side)] if whole else []
    elsewhere = [] if whole else [measure_link("", words.name, "Every place, those without a figure with the reason")]
    blocks = [Block(before=said, picture=drawn), Block(tables=lists, folded=undecided)]
    return Section(words.name, words.title, [*blocks, Block(sentences=[*elsewhere, *method])])


def _list(of: Compared, side: Side, provenance: Provenance) -> Table:
    table = places_table(of, side, of.on(side), provenance)
    return Table(table.name.replace(" ", "-"), table.caption, table.frame, table.columns, provenance, table.note)
