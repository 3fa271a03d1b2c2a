"""What is only seen at visits: how far the days of visits leave a curve open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.report.curves.first_events import estimate_whole
from remission.report.curves.visit_words import visit_sentences
from remission.report.models.interval_hazards import estimate_interval_hazards
from remission.report.models.visits import estimate_visits
from remission.report.pictures.innermost import Panel, draw_innermost
from remission.report.pictures.visits_table import interval_hazards_table, visits_table

if TYPE_CHECKING:
    from remission.exhibits.page import Picture
    from remission.exhibits.tables import Table
    from remission.report.asked import Asked
    from remission.report.event_free import EventFree
    from remission.report.models.visits import ReadOffVisits

# Behind the curves and how their groups compare: it says how far all of that can be trusted.
PLACE = 42
COMPARES = True


def make_section(asked: Asked) -> Section | None:
    """The curve that visits leave open, beside Kaplan-Meier; nothing where the day of every event is known by itself.

    Where the days tell nothing, as in reconstructed records, it says why.
    """
    found, whole = estimate_visits(asked), estimate_whole(asked)
    if found is None or not any(one.curve.n for one in whole.curves):
        return None
    ratios = estimate_interval_hazards(asked)
    strata = ["Strata are not held alike in these ratios."] if ratios and asked.strata else []
    said = [*visit_sentences(found, whole, ratios), *strata]
    drawn = any(one.curve for one in found.curves)
    picture = _picture(asked, found, whole) if drawn else None
    tables = [visits_table(found, whole), *_ratios(asked, found)] if drawn else []
    block = Block("", said, picture, tables)
    return Section("visits", "What is only seen at visits", [block])


def _ratios(asked: Asked, found: ReadOffVisits) -> list[Table]:
    ratios, endpoint = estimate_interval_hazards(asked), found.outcome.endpoint
    if ratios is None:
        return []
    return [interval_hazards_table(endpoint.name, endpoint.title, ratios, asked.cohort.provenance)]


def _picture(asked: Asked, found: ReadOffVisits, whole: EventFree) -> Picture:
    seen = {one.name: one.curve for one in whole.curves}
    panels = [Panel(one.name, one.curve, seen[one.name]) for one in found.curves if one.curve]
    endpoint = found.outcome.endpoint
    return asked.picture(
        draw_innermost(endpoint.name, endpoint.event_free, whole.clock, panels, asked.cohort.provenance)
    )
