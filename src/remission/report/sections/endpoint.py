"""How long people stay free of the endpoint: the curve, and the planted truth beside it where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Section
from remission.report.curves.block import curve_block
from remission.report.curves.first_events import estimate_whole
from remission.report.curves.planted_truth import compare_with_truth
from remission.report.models.hazard_ratios import estimate_hazard_ratios_by_group
from remission.report.models.ratio_words import short_sentences

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 30


def make_section(asked: Asked) -> Section:
    """The curve of the whole endpoint."""
    whole = estimate_whole(asked)
    truth = compare_with_truth(asked.cohort, whole, asked.divided_by)
    found = estimate_hazard_ratios_by_group(asked)
    ratios = short_sentences(found) if found else []
    block = curve_block(asked, whole, asked.outcome, beside=[truth] if truth else [], ratios=ratios)
    return Section("endpoint", whole.outcome.endpoint.event_free, [block])
