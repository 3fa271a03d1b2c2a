"""How long people stay free of the endpoint: the curve, and the planted truth beside it where there is one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from remission.exhibits.page import Section
from remission.report.curves.block import curve_block
from remission.report.curves.first_events import estimate_whole
from remission.report.curves.planted_truth import compare_with_truth
from remission.report.curves.visit_words import visit_line
from remission.report.hazards.ratio_words import short_sentences
from remission.report.models.competing import estimate_competing
from remission.report.models.competing_words import TITLE
from remission.report.models.hazard_ratios import estimate_hazard_ratios_by_group
from remission.report.models.visits import estimate_visits

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 30
COMPARES = True
DEATHS_CENSORED = f"Deaths are censored here: see \u201c{TITLE}\u201d."


def make_section(asked: Asked) -> Section:
    """The curve of the whole endpoint, and in one line how far the days of visits leave it open."""
    whole, visits = estimate_whole(asked), estimate_visits(asked)
    truth = compare_with_truth(asked.cohort, whole, asked.divided_by)
    found = estimate_hazard_ratios_by_group(asked)
    ratios = short_sentences(found) if found else []
    block = curve_block(asked, whole, asked.outcome, beside=[truth] if truth else [], ratios=ratios)
    line = visit_line(visits, whole) if visits else ""
    censored = [DEATHS_CENSORED] if estimate_competing(asked) else []
    block = replace(block, sentences=[*censored, *block.sentences, *filter(None, [line])])
    return Section("endpoint", whole.outcome.endpoint.event_free, [block])
