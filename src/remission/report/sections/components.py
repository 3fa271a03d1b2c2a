"""Each component of a composite, as if it were an endpoint of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Section
from remission.report.curves.block import curve_block
from remission.report.curves.first_events import estimate_parts
from remission.report.hazards.ratio_words import short_sentences
from remission.report.models.hazard_ratios import estimate_hazard_ratios_of_parts

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 50


def make_section(asked: Asked) -> Section | None:
    """A curve for each component; nothing for an endpoint that is no composite."""
    parts = estimate_parts(asked)
    found = estimate_hazard_ratios_of_parts(asked)
    ratios = {one.outcome.name: short_sentences(one) for one in found}
    blocks = [
        curve_block(
            asked, part, part.outcome, part.outcome.endpoint.event_free, ratios=ratios.get(part.outcome.name, ())
        )
        for part in parts
    ]
    return Section("components", "Each component", blocks) if blocks else None
