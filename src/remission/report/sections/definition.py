"""The definition used: every value of the endpoint and of its components, with its standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Section
from remission.report.definitions.words import definition_table

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint, Estimation
    from remission.report.asked import Asked

# Last: it is looked up, not read.
PLACE = 100
COMPARES = True
AS_THE_WHOLE = "A component: its confidence level, type of interval and times are those of the whole."


def make_section(asked: Asked) -> Section:
    """The endpoint as it was summarised in this report, then each component."""
    endpoint = asked.outcome.endpoint
    blocks = [_block(asked, endpoint, asked.choices), *(_block(asked, part, None) for part in endpoint.parts)]
    return Section("definition", "The definition used", blocks)


def _block(asked: Asked, endpoint: Endpoint, used: Estimation | None) -> Block:
    part = used is None
    table = definition_table(endpoint, asked.outcome.provenance, part=part, used=used)
    return Block(endpoint.title, [endpoint.summary, *([AS_THE_WHOLE] if part else [])], tables=[table])
