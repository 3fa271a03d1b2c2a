"""Which rows could stand on one axis, way of counting by way of counting, and what their order would allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.biology.axis import Axis, OnAxis
from remission.exhibits.tables import Table, shows
from remission.exhibits.wording import count, listed
from remission.studies.b_cells.rows import DENOMINATORS
from remission.studies.b_cells.telling import number_words, range_words
from remission.studies.b_cells.ways import joins, ways

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.studies.b_cells.join import Effect, Joined
    from remission.studies.b_cells.load import BCells
    from remission.studies.b_cells.rows import Compartment

WAYS = ("way", "numbers", "directions", "blood", "tissue", "without")
NO_RANGE = "–"
_WHERE: tuple[Compartment, ...] = ("blood", "tissue")


def ways_table(b_cells: BCells, effects: Mapping[str, Effect], provenance: Provenance) -> Table:
    """Each way of counting with its drugs, and the range of the correlation that its rows allow."""
    rows = b_cells.counts
    made = {where: {one.asked.denominator: one for one in joins(rows, effects, where)} for where in _WHERE}
    found = [
        {"way": way.says, "numbers": _names(way.numbers, b_cells), "directions": _names(way.directions, b_cells),
         **{where: _range(made[where].get(way.denominator)) for where in _WHERE},
         "without": _without(made["blood"].get(way.denominator))}
        for way in ways(rows)
    ]  # fmt: skip
    columns = (
        shows("way", "Memory B cells were counted", words=True),
        shows("numbers", "Drugs with a number", words=True),
        shows("directions", "Drugs with a direction only", words=True),
        shows("blood", "What their orders allow"),
        shows("tissue", "Natalizumab in tissue"),
        shows("without", "One drug left out"),
    )
    caption = "Ways in which memory B cells were counted. A correlation is told as a range over all orders."
    return Table("ways", caption, pl.DataFrame(found, schema=dict.fromkeys(WAYS, pl.String)), columns, provenance)


def _names(drugs: Sequence[str], b_cells: BCells) -> str:
    return ", ".join(b_cells.drug(one).title for one in drugs) or "none"


def _range(joined: Joined | None) -> str:
    return NO_RANGE if joined is None or joined.range is None else range_words(joined.range)


def _without(joined: Joined | None) -> str:
    return NO_RANGE if joined is None or joined.range_without is None else range_words(joined.range_without)


def ways_words(b_cells: BCells) -> str:
    """In how many ways memory B cells were counted, in a sentence."""
    known = [way.says for way in ways(b_cells.counts) if way.denominator not in ("a share", "not told")]
    unknown = {drug for way in ways(b_cells.counts) if way.denominator in ("a share", "not told")
               for drug in (*way.numbers, *way.directions)}  # fmt: skip
    return (
        f"Papers counted memory B cells {listed(known)}, and of {count(len(unknown), 'drug')} some paper does not say "
        "how. These are not one scale."
    )


def left_out_table(b_cells: BCells, effects: Mapping[str, Effect], provenance: Provenance) -> Table:
    """Every row that no axis takes, by the way of counting that was asked for."""
    found = [
        {"axis": DENOMINATORS[joined.asked.denominator], "drug": b_cells.drug(one.row.drug).title,
         "number": number_words(one.row), "why": one.why, "status": one.row.status}
        for joined in joins(b_cells.counts, effects) for one in joined.left_out
    ]  # fmt: skip
    columns = (
        shows("axis", "Axis: counted", words=True),
        shows("drug", "Drug", words=True),
        shows("number", "What was read", words=True),
        shows("why", "Why it is left out", words=True),
        shows("status", "Checked", words=True),
    )
    frame = pl.DataFrame(found, schema=dict.fromkeys(("axis", "drug", "number", "why", "status"), pl.String))
    return Table("left-out", "Rows of memory B cells that are on no axis, and why.", frame, columns, provenance)


def axis_of(joined: Joined, b_cells: BCells, provenance: Provenance) -> Axis:
    """The axis of rows that carry one; ValueError for rows that carry none, with the reason."""
    if not joined.carries_axis:
        raise ValueError(f"no axis: {joined.why_none}")
    drugs = [OnAxis(b_cells.drug(one.drug).title, one.low, one.high, one.effect.value, one.effect.low, one.effect.high)
             for one in joined.points]  # fmt: skip
    name = f"axis-{joined.asked.denominator.lower().replace(' ', '-')}"
    schema = {"drug": pl.String, **dict.fromkeys(("low", "high", "effect"), pl.Float64)}
    frame = pl.DataFrame([(one.name, one.low, one.high, one.effect) for one in drugs], schema=schema, orient="row")
    columns = (shows("drug", "Drug", words=True), shows("low", "At least"), shows("high", "At most"),
               shows("effect", "Relapses against placebo"))  # fmt: skip
    said = DENOMINATORS[joined.asked.denominator]
    table = Table(name, f"Memory B cells, {said}, in per cent of before.", frame, columns, provenance)
    return Axis(
        name,
        f"Relapses against placebo, by how many memory B cells are left, {said}",
        f"Correlation of ranks over all orders: {range_words(joined.range)}; with one drug left out: "
        f"{range_words(joined.range_without)}.",
        said,
        drugs,
        "Per cent of before",
        "Relapses against placebo, ratio",
        table,
    )
