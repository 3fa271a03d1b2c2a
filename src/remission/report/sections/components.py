"""Each component of a composite, as if it were an endpoint of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Section
from remission.report.curves.block import curve_block
from remission.report.curves.first_events import estimate_parts

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 50


def make_section(asked: Asked) -> Section | None:
    """A curve for each component; nothing for an endpoint that is no composite."""
    parts = estimate_parts(asked)
    blocks = [curve_block(asked, part, part.outcome, part.outcome.endpoint.event_free) for part in parts]
    return Section("components", "Each component", blocks) if blocks else None
