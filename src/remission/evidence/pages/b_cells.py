"""What is known of B cells: effect beside memory B cells without a line through them, and how counts come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.b_cells.axes import axis_of, left_out_table, ways_table, ways_words
from remission.evidence.recipes.b_cells.courses import courses_of, return_bars, returns_table, rules_table
from remission.evidence.recipes.b_cells.rows import (
    b_cell_provenance,
    beside_effect_table,
    drug_rows,
    row_table,
)
from remission.exhibits.bars import draw_bars
from remission.exhibits.biology.axis import draw_axis
from remission.exhibits.biology.beside_effect import BesideEffect, draw_beside_effect
from remission.exhibits.biology.courses import draw_courses
from remission.exhibits.figure import Figure
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import Making, linked
from remission.exhibits.synthesis.scales import Scale, known_numbers
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import day_words
from remission.studies.b_cells.effects import effects_of_league
from remission.studies.b_cells.load import load_b_cells
from remission.studies.b_cells.ways import answer, joins
from remission.studies.claims.load import load_claims

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.inputs.provenance import Provenance
    from remission.studies.b_cells.join import Effect
    from remission.studies.b_cells.load import BCells

PATH, TITLE, PLACE = "evidence/b-cells.html", "B cells", 70
QUESTION = "What is known of B cells?"

NO_LINE = (
    "No line is drawn through the two columns. Down on two drugs is not the same amount down, and how the cells were "
    "counted differs from paper to paper."
)
NATALIZUMAB = (
    "Natalizumab raises memory B cells in blood, because they cannot leave it. No count in the brain was found. So "
    "with that drug blood alone misleads."
)
SIGNS = "Diamond: no change. Filled: read in print. Hollow: second-hand. Drugs stand by kind, never by effect."
ASSUMED = "† and broken lines: the width rests on an assumption."
NO_LEAGUE = "How well each drug works is not known to this page yet."
ORDERS = (
    "A direction without a number allows many orders. So what is told is the least and the most that the correlation "
    "of ranks can be over all of them, and the same with each drug left out once. +1 would mean: whenever fewer memory "
    "B cells are left, relapses are fewer. One drug can turn it, as natalizumab does in blood. It needs three drugs; "
    "five with a number are needed to draw it."
)
AGAINST = (
    "The idea: the more memory B cells a drug takes away, the fewer relapses. These findings stand beside any such "
    "axis. Some fit the idea, some speak against it in this simple form, and some do neither."
)
BESIDE = (
    "A rule in per cent of PBMC says nothing of a count in cells per microlitre. Rules stand beside the numbers here, "
    "and one is held against the other only where both are counted alike. None of this is advice to anybody."
)
WHEN_BACK = "Means, medians and bounds stand beside each other as they were printed; each bar says which it is."
SECOND_HAND = f"*{chr(0xA0)}second-hand."
FOUND_BY = ("memory B cells", "CD19", "CD20", "CD27", "depletion", "repopulation", "biomarker", "re-treatment")
UNREAD = "These papers are known to hold what is missing. With the first of them an axis could be drawn."
SPEAKS = {"against": "speaks against it", "fits": "fits", "neither": "neither"}
EVERY = "Everything that was read of B cells and their neighbours, and what was looked for and not found."


@dataclass(frozen=True, eq=False)
class Shows:
    """What the page shows: the rows, the effects, and what they are."""

    b_cells: BCells
    effects: Mapping[str, Effect]
    provenance: Provenance


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(b_cells_page, known)


def lead(known: Known) -> str:
    """The answer in a sentence."""
    b_cells = load_b_cells()
    days = [row.date_read for row in b_cells.counts if row.date_read is not None]
    return f"{answer(b_cells.counts, effects_of_league(known.studies))} (Papers read up to {day_words(max(days))}.)"


def b_cells_page(known: Known, b_cells: BCells | None = None, effects: Mapping[str, Effect] | None = None) -> Page:
    """The page with all its sections; other rows and effects may be given."""
    held = load_b_cells() if b_cells is None else b_cells
    shown = Shows(held, effects_of_league(known.studies) if effects is None else effects, b_cell_provenance(held))
    withheld = f"{held.withheld} rows that nobody could read again are not shown." if held.withheld else ""
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="Memory B cells under each drug, beside how well it works",
        provenance=shown.provenance,
        headlines=[answer(held.counts, shown.effects) if b_cells else lead(known)],
        in_short=[*filter(None, [ways_words(held), NATALIZUMAB, withheld])],
        sections=list(_sections(shown)),
        picture_first=True,
        data_folder="b-cells",
        stacked=True,
        found_by=[*FOUND_BY, *sorted({one.drug for one in held.counts})],
    )


def _sections(shown: Shows) -> Iterator[Section]:
    picture = Picture.of(_beside(shown))
    yield Section("beside", "Effect and memory B cells, side by side", [Block(picture=picture, sentences=[NO_LINE])])
    yield Section("axis", "What could stand on one axis", list(_axes(shown)))
    yield Section("against", "What stands beside it", [Block("", [AGAINST], None, [_beside_table(shown)])])
    courses = Block(picture=Picture.of(draw_courses(courses_of(shown.b_cells, shown.provenance), shown.provenance)))
    yield Section("courses", "How B cells come back", [courses, Block(picture=Picture.of(_back(shown)))])
    rules = Block("", [BESIDE], None, [rules_table(shown.b_cells, shown.provenance)])
    yield Section("rules", "Rules of treating again", [rules])
    yield Section("claims", "What people say about it", [Block("", list(_claims()))])
    yield Section("unread", "What would have to be read", [Block("", [UNREAD], None, [_unread_table(shown)])])
    table = row_table("every-row", EVERY, shown.b_cells.counts, shown.b_cells, shown.provenance)
    yield Section("every", "Every row", [Block("", [EVERY], folded=[table])])


def _beside(shown: Shows) -> Figure:
    drugs = drug_rows(shown.b_cells, shown.effects)
    ends = known_numbers([(one.value, one.low, one.high) for one in drugs])
    said = [SIGNS, NO_LEAGUE if not ends else ASSUMED if any(one.assumed for one in drugs) else ""]
    picture = BesideEffect(
        "effect-beside-cells",
        "Relapses on each drug, and its memory B cells",
        " ".join(filter(None, said)),
        drugs,
        Scale.of("Relapses against placebo", "ratio", ends),
        "Memory B cells in blood",
        beside_effect_table(shown.b_cells, shown.effects, shown.provenance),
    )
    return draw_beside_effect(picture, shown.provenance)


def _axes(shown: Shows) -> Iterator[Block]:
    made = [one for one in joins(shown.b_cells.counts, shown.effects) if one.carries_axis]
    for joined in made:
        drawn = draw_axis(axis_of(joined, shown.b_cells, shown.provenance), shown.provenance)
        yield Block(picture=Picture.of(drawn))
    tables = [ways_table(shown.b_cells, shown.effects, shown.provenance)]
    yield Block("", [ORDERS], None, tables, [left_out_table(shown.b_cells, shown.effects, shown.provenance)])


def _beside_table(shown: Shows) -> Table:
    rows = [{"title": one.title, "says": one.says, "speaks": SPEAKS[one.speaks], "whom": one.whom,
             "people": one.people, "source": one.source, "locus": one.locus, "status": one.status}
            for one in shown.b_cells.beside]  # fmt: skip
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(rows[0], pl.String) | {"people": pl.Int64}
    columns = (
        Shown("What was seen", lambda row: f"{row['title']}. {row['says']}", words=True),
        shows("speaks", "The idea", words=True),
        Shown(
            "People", lambda row: f"{row['people']:,} ({row['whom']})" if row["people"] else f"not told ({row['whom']})"
        ),
        Shown("Where it was read", lambda row: f"{row['source']} [{row['status']}]", words=True),
    )
    caption = "Evidence beside any axis of memory B cells and effect; whether the idea fits it."
    return Table("beside", caption, pl.DataFrame(rows, schema=schema), columns, shown.provenance)


def _back(shown: Shows) -> Figure:
    bars = return_bars(shown.b_cells)
    return Figure(
        name="months-until-back",
        title="Months until cells were back",
        subtitle=f"{WHEN_BACK} {SECOND_HAND}",
        description="Bars: " + "; ".join(f"{bar.label}, {bar.words}" for bar in bars) + ".",
        specs=draw_bars(bars),
        table=returns_table(shown.b_cells, shown.provenance),
        provenance=shown.provenance,
    )


def _claims() -> Iterator[str]:
    """The claims that rest on this page, each with its answer."""
    for claim in load_claims():
        if claim.page == PATH:
            yield linked(f"“{claim.words}”", f"../claim/{claim.name}.html") + f" {claim.answer}"


def _unread_table(shown: Shows) -> Table:
    rows = [{"source": one.source, "drugs": ", ".join(shown.b_cells.drug(name).title for name in one.drugs),
             "why": one.why, "where": one.where} for one in shown.b_cells.unread]  # fmt: skip
    columns = (
        shows("source", "Paper", words=True),
        shows("drugs", "Drugs", words=True),
        shows("why", "Why it is missed", words=True),
        Shown("What to read in it", lambda row: row["where"], words=True),
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("source", "drugs", "why", "where"), pl.String))
    return Table("unread", "Papers that could not be read.", frame, columns, shown.provenance)
