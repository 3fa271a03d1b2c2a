"""Hazard ratios of the groups within subgroups, with the interaction; and those of each component of a composite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.report.hazards.wording import adjusted_words
from remission.report.models.subgroups import RatioForest, estimate_components, estimate_subgroups
from remission.report.models.subgroups_words import (
    COMPONENTS_SAID,
    components_answer,
    subgroups_answer,
    subgroups_said,
    without_single_persons,
)
from remission.report.pictures.hazard_forest import ForestLine, ForestPlan, draw_hazard_forest

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 47
COMPARES = True


def make_section(asked: Asked) -> Section | None:
    """A forest of subgroups, and of a composite one of components; nothing where people are not divided."""
    blocks = []
    shown = without_single_persons if asked.aggregates_only else lambda found: found
    if (found := estimate_subgroups(asked)) is not None and (found := shown(found)).rows:
        plan = _plan(found, f"subgroups-{found.outcome.name}", "Hazard ratio within subgroups")
        blocks.append(_block(asked, found, plan, subgroups_answer(found), subgroups_said(found)))
    if (parts := estimate_components(asked)) is not None and (parts := shown(parts)).rows:
        plan = _plan(parts, f"components-{parts.outcome.name}", "Hazard ratio of the whole and of each component")
        blocks.append(_block(asked, parts, plan, components_answer(parts), [*COMPONENTS_SAID, *parts.said]))
    title = "Subgroups and components" if asked.outcome.parts else "Subgroups"
    return Section("subgroups", title, blocks) if blocks else None


def _block(asked: Asked, found: RatioForest, plan: ForestPlan, answer: list[str], said: list[str]) -> Block:
    figure = draw_hazard_forest(plan, found.outcome.provenance)
    return Block(plan.title, said, asked.picture(figure), (), (), before=answer)


def _plan(found: RatioForest, name: str, title: str) -> ForestPlan:
    lines = [
        ForestLine(
            row.part, row.name, row.group, row.against, row.counts, row.against_counts, row.value, row.low, row.high,
            row.why,
        )
        for row in found.rows
    ]  # fmt: skip
    tests = {line.part: test for line in lines if (test := found.test_of(line.part)) is not None}
    held = adjusted_words(found.adjusted_for)
    how = "Squares are as large as what the ratio rests on. The broken line is no difference."
    subtitle = f"{held[:1].upper()}{held[1:]}. {how}"
    return ForestPlan(name, title, subtitle, found.rows[0].level, lines, tests)
