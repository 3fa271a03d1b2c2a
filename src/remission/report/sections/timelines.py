"""Everyone's timeline, or an even choice of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.report.curves.first_events import estimate_whole
from remission.report.pictures.swimmer import draw_swimmer
from remission.report.timelines import derive_timelines

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 70


def make_section(asked: Asked) -> Section:
    """One picture, with the events that the curve counts."""
    whole = estimate_whole(asked)
    timelines = derive_timelines(asked.cohort, whole.outcome, asked.group_by)
    picture = asked.picture(draw_swimmer(timelines, whole.clock, asked.cohort.provenance))
    return Section("timelines", "Timelines", [Block(picture=picture)])
