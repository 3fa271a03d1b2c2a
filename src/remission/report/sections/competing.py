"""Where the definition says that death competes: who has had the event by when, and who has died without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.page import Block, Section
from remission.report.curves.planted_truth import Beside, defined_name, truth_beside
from remission.report.models.competing import CompetingRisks, estimate_competing
from remission.report.models.competing_words import TITLE, cautions_of, comparison_of, headlines_of
from remission.report.models.incidence import DEATH, EVENT, ending_words, original_noun
from remission.report.models.ratios_apart import SUBDISTRIBUTION
from remission.report.pictures.ratios_table import ratios_table
from remission.report.pictures.stacked_incidence import Stack, StackPlan, draw_stacked_incidence, incidence_table
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.tables import Table
    from remission.report.asked import Asked

PLACE = 38
COMPARES = True


def make_section(asked: Asked) -> Section | None:
    """Incidences with their picture, and how groups compare; nothing where a death ends observation."""
    found = estimate_competing(asked)
    if found is None:
        return None
    cautions = cautions_of(found, aggregates_only=asked.aggregates_only)
    figure = _figure(found)
    blocks = [Block("", cautions, asked.picture(figure), [figure.table], before=headlines_of(found))]
    if found.ratios is not None:
        caption = "Hazard ratios where death competes, each kind apart."
        tests = [one.result for one in found.ratios.tests]
        rows = found.ratios.estimates
        table = ratios_table(f"competing-ratios-{found.outcome.name}", caption, rows, tests, found.outcome.provenance)
        blocks.append(Block("How the groups compare", comparison_of(found), None, [table] if tests else []))
    if truths := _truths(asked, found):
        blocks.append(Block("Beside the planted truth", tables=truths))
    return Section("competing", TITLE, blocks)


def _truths(asked: Asked, found: CompetingRisks) -> list[Table]:
    """What was planted in a bundled simulated cohort, beside the incidences and the ratios of either ending."""
    name, words = defined_name(asked.outcome.endpoint), ending_words(asked.outcome.endpoint)
    endings = ((name, EVENT, found.event, "The event"), ("death", DEATH, found.death, "Death without it"))
    beside = []
    for event, kind, rows, of in endings:
        beside.append(Beside("cumulative incidence", rows, event, of))
        if found.ratios is not None:
            mine = found.ratios.estimates.frame.filter(pl.col("what") == f"{words[kind]}: {SUBDISTRIBUTION}")
            beside.append(Beside(SUBDISTRIBUTION, Estimates(mine), event, of))
    return truth_beside(asked, *beside)


def _figure(found: CompetingRisks) -> Figure:
    plan = StackPlan(found.outcome.name, original_noun(found.outcome.endpoint), found.clock, found.headline_day)
    provenance = found.outcome.provenance
    table = incidence_table(plan, found.event, found.death, found.too_high, found.estimates, provenance)

    def value(rows: list[dict[str, object]], group: str) -> float | None:
        (mine,) = (row for row in rows if row["at_days"] == plan.label_day and (row["group"] or "") == group)
        return mine["value"]  # type: ignore[return-value]  # values of Estimates are numbers or null

    event, death = found.event.rows(), found.death.rows()
    stacks = [
        Stack(one.name, one.incidence, one.drawn_until, value(event, one.name), value(death, one.name))
        for one in found.groups
    ]
    return draw_stacked_incidence(plan, stacks, table, provenance)
