"""The page of a report without its sections: what stands above and below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import TABLES, Page
from remission.report.curves.first_events import estimate_whole
from remission.report.definitions.words import unverified_values
from remission.report.event_rates import estimate_how_often
from remission.report.frame.facts import provenance_facts
from remission.report.frame.headlines import headlines, in_short
from remission.report.models.competing import estimate_competing
from remission.report.models.hazard_ratios import estimate_hazard_ratios_by_group
from remission.report.models.visits import estimate_visits
from remission.report.sentences import rests_on
from remission.report.window_status import estimate_windows

if TYPE_CHECKING:
    from remission.report.asked import Asked


def frame_page(asked: Asked, command: str = "") -> Page:
    """Headlines, what they rest on, and provenance; `command` is said to have made the report.

    InputProblems as the estimates that the headlines need raise them.
    """
    endpoint, manifest = asked.outcome.endpoint, asked.cohort.manifest
    whole, rates, windows = estimate_whole(asked), estimate_how_often(asked), estimate_windows(asked)
    ratios, competing = estimate_hazard_ratios_by_group(asked), estimate_competing(asked)
    return Page(
        title=manifest.title,
        subtitle=endpoint.title,
        provenance=asked.cohort.provenance,
        sources=asked.cohort.provenance.sources,
        note=manifest.note,
        headlines=headlines(whole, rates, competing),
        in_short=in_short(whole, rates, windows, ratios, estimate_visits(asked), competing),
        rests_on=rests_on(unverified_values(endpoint, asked.choices)),
        facts=provenance_facts(asked.cohort, whole, command),
        data_folder=TABLES,
    )
