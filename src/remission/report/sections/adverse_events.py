"""Adverse events, early and late, of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.exhibits.wording import count
from remission.report.adverse_events import derive_adverse_events
from remission.report.pictures.adverse_events import (
    AdverseEvents,
    draw_adverse_events,
    grades_table,
    left_out_words,
    side_by_side_table,
    ungraded_words,
    unseen_words,
)

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 90


def make_section(asked: Asked) -> Section:
    """A block a group; where they were not collected it says so, because an empty list would read as none."""
    return Section("adverse-events", "Adverse events", _blocks(asked))


def _blocks(asked: Asked) -> list[Block]:
    groups = derive_adverse_events(asked.cohort, asked.group_by, asked.choices.level, asked.early_days)
    if groups is None:
        return [Block(sentences=["Not collected: this cohort lists no adverse events. That is not the same as none."])]
    # Groups are compared by eye in one table; one after the other they are looked up.
    beside = [Block("Side by side", tables=[side_by_side_table(groups)])] if len(groups) > 1 else []
    return [*beside, *(_block(asked, found) for found in groups)]


def _block(asked: Asked, found: AdverseEvents) -> Block:
    # Late shares are of those still followed: who left early could not have had a late event.
    entered, late = (count(found.at_risk[window], "person") for window in ("early", "late"))
    day = found.early_days
    early = f"Early: from day 0 to day {day}, of {entered} who entered."
    of = f"{early} Late: after day {day}, of {late} still followed then."
    said = " ".join(filter(None, [of, unseen_words(found), ungraded_words(found), left_out_words(found)]))
    figure = draw_adverse_events(found)
    return Block(found.group, [said], asked.picture(figure), [figure.table, grades_table(found)])
