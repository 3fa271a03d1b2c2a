"""The status in each window of an endpoint that is read in windows of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.report.pictures.window_status import draw_window_status, share_sentence, why_table
from remission.report.window_status import estimate_windows

if TYPE_CHECKING:
    from remission.report.asked import Asked

PLACE = 40


def make_section(asked: Asked) -> Section | None:
    """How many were free, not free and not assessable, and why; nothing for an endpoint without windows."""
    found = estimate_windows(asked)
    if found is None:
        return None
    figure = draw_window_status(found)
    said = [share_sentence(row, found.level) for row in found.counts.to_dicts()]
    block = Block("", said, asked.picture(figure), [figure.table], [why_table(found)])
    return Section("windows", "Status in each window", [block])
