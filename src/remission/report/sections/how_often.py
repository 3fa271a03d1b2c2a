"""How often: rates of an endpoint that recurs, by each method, and how groups compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.report.event_rates import estimate_how_often
from remission.report.frame.headlines import rate_sentences, ratio_sentences
from remission.report.pictures.event_rates import draw_event_rates, times_table, why_headline
from remission.report.sentences import AS_RECORDED

if TYPE_CHECKING:
    from remission.report.asked import Asked

# Before the curve of first events: of an endpoint that recurs the rate is what was asked.
PLACE = 20
COMPARES = True


def make_section(asked: Asked) -> Section | None:
    """Rates with their picture and how many people had how many events; nothing for one that ends with its first."""
    found = estimate_how_often(asked)
    if found is None:
        return None
    endpoint, provenance = asked.outcome.endpoint, asked.cohort.provenance
    said = [*rate_sentences(found), why_headline(found.rates), *ratio_sentences(found)]
    said += [AS_RECORDED] if found.tests else []
    figure = draw_event_rates(endpoint.name, endpoint.title, found.estimates, provenance)
    times = times_table(endpoint.name, endpoint.title, dict(found.counts), provenance)
    block = Block("", [one for one in said if one], asked.picture(figure), [figure.table], [times])
    return Section("how-often", "How often", [block])
