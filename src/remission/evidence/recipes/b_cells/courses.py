"""How B cells come back: panels of one unit each, months until they were back, and rules of treating again beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.b_cells.rows import row_table
from remission.exhibits.bars import Bar
from remission.exhibits.biology.courses import Courses, Dot, UnitPanel
from remission.exhibits.tables import Table, shows
from remission.exhibits.wording import NBSP
from remission.studies.b_cells.courses import is_reached, panels, returns, rules_beside, singles
from remission.studies.b_cells.rows import unit_words
from remission.studies.b_cells.telling import number_words

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.studies.b_cells.courses import Met, Panel
    from remission.studies.b_cells.load import BCells
    from remission.studies.b_cells.rows import Counted

POINTS = (
    "Each panel has one unit. Filled: read in print. Hollow: second-hand. Pointing down: at most. Between two points "
    "nothing is known, so no line joins them."
)
CELLS = {
    "total B": "all B cells", "memory B": "memory B", "switched memory B": "switched memory B",
    "NK, monocytes, neutrophils": "NK cells and others",
}  # fmt: skip
RULES = ("rule", "whom", "cells", "at", "when", "compared", "where", "status")


def courses_of(b_cells: BCells, provenance: Provenance) -> Courses:
    """The panels with their text twin, which has the numbers that stand alone too."""
    made = panels(b_cells.counts)
    rows = [row for panel in made for row in panel.rows] + list(singles(b_cells.counts))
    caption = "Numbers over time, each in its own unit; the last rows stand alone in theirs."
    table = row_table("courses", caption, rows, b_cells, provenance)
    shown = [UnitPanel("; ".join((*panel.unit, *panel.kind)), panel_title(panel, b_cells), _dots(panel, b_cells))
             for panel in made]  # fmt: skip
    return Courses("courses", "B cells over time, as printed", POINTS, shown, table)


def panel_title(panel: Panel, b_cells: BCells) -> str:
    """The unit of a panel, with the drug where it is of one only."""
    drugs = {row.drug for row in panel.rows}
    said = panel.title[:1].upper() + panel.title[1:]
    return f"{b_cells.drug(drugs.pop()).title}. {said}" if len(drugs) == 1 else said


def _dots(panel: Panel, b_cells: BCells) -> list[Dot]:
    """The numbers of a panel; two drugs that were told of together are one dot."""
    alike: dict[tuple[object, ...], list[Counted]] = {}
    for row in panel.rows:
        alike.setdefault((row.months, row.subset, row.value, row.low, row.high, row.source), []).append(row)
    many = len({row.drug for row in panel.rows}) > 1
    return [_dot(rows, b_cells, named=many) for rows in alike.values()]


def _dot(rows: list[Counted], b_cells: BCells, *, named: bool) -> Dot:
    row = rows[0]
    first, *others = [b_cells.drug(one.drug).title for one in rows]
    drugs = " or ".join([first, *(one.lower() for one in others)])
    series = drugs if named else CELLS.get(row.subset, row.subset)
    return Dot(row.months or 0, row.value, row.low, row.high, series, f"{series}: {number_words(row)}",
               bound=row.bound == "at most", second_hand=row.status == "secondary")  # fmt: skip


def return_bars(b_cells: BCells) -> list[Bar]:
    """Months until cells were back: each bar says whether it is a mean, a median or a bound; a range has none."""
    return [Bar(_return_label(row, b_cells), row.value, _months(row))
            for row in returns(b_cells.counts) if row.value is not None]  # fmt: skip


def _months(row: Counted) -> str:
    sign = f"{NBSP}*" if row.status == "secondary" else ""
    return f"{number_words(row)} month{'' if row.value == 1 else 's'}{sign}"


def _return_label(row: Counted, b_cells: BCells) -> str:
    kind = "the mean" if "mean" in row.says else "the median" if "median" in row.says else ""
    cells = CELLS.get(row.subset, row.subset)
    return f"{b_cells.drug(row.drug).title}: {cells}{f' ({kind})' if kind else ''}"


def returns_table(b_cells: BCells, provenance: Provenance) -> Table:
    """The text twin of the bars."""
    return row_table("back", "Months until cells were back.", returns(b_cells.counts), b_cells, provenance)


def rules_table(b_cells: BCells, provenance: Provenance) -> Table:
    """Published rules of treating again, each with what of the numbers here is counted as it is, if anything is."""
    found = [_rule(met, b_cells) for met in rules_beside(b_cells.thresholds, b_cells.counts)]
    columns = (
        shows("rule", "Rule", words=True),
        shows("whom", "In whom", words=True),
        shows("cells", "Cells", words=True),
        shows("at", "At", words=True),
        shows("when", "When", words=True),
        shows("compared", "Numbers here that are counted so", words=True),
        shows("where", "Where it was read", words=True),
        shows("status", "Checked", words=True),
    )
    caption = "Published rules: beside the numbers, and crossed only where both are counted in one unit."
    return Table("rules", caption, pl.DataFrame(found, schema=dict.fromkeys(RULES, pl.String)), columns, provenance)


def _rule(met: Met, b_cells: BCells) -> dict[str, str]:
    rule = met.rule
    unit = unit_words(rule.denominator, rule.statistic)
    does = "treat again" if rule.kind == "treat again" else "called a response"
    compared = [f"{b_cells.drug(row.drug).title}, {number_words(row)}, in {row.whom}: {_reached(met, row)}"
                for row in met.alike]  # fmt: skip
    return {"rule": f"{rule.protocol}: {does}", "whom": rule.whom, "cells": CELLS.get(rule.subset, rule.subset),
            "at": f"{rule.operator} {rule.value:g} {unit}", "when": rule.when or "not told",
            "compared": "; ".join(compared) or "none: no number is in this unit",
            "where": f"{rule.source}; {rule.locus}", "status": rule.status}  # fmt: skip


def _reached(met: Met, row: Counted) -> str:
    return "reached" if is_reached(met.rule, row) else "not reached"
