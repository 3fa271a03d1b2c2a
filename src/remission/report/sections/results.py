"""All results side by side: the endpoint and its components, by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.report.curves.first_events import estimate_parts, estimate_whole
from remission.report.models.hazard_ratios import estimate_hazard_ratios_by_group, estimate_hazard_ratios_of_parts
from remission.report.pictures.results_table import results_table

if TYPE_CHECKING:
    from remission.report.asked import Asked

# Behind the endpoint and its windows, before its components one by one.
PLACE = 45


def make_section(asked: Asked) -> Section | None:
    """One wide table; nothing for a single endpoint of people who are not divided, which has its table already."""
    results = (estimate_whole(asked), *estimate_parts(asked))
    if len(results) == 1 and asked.group_by is None:
        return None
    whole = estimate_hazard_ratios_by_group(asked)
    ratios = [whole, *estimate_hazard_ratios_of_parts(asked)] if whole else []
    return Section("results", "All results side by side", [Block(tables=[results_table(results, ratios)])])
