"""A curve with what it says: the block that the endpoint's section and each component share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from remission.exhibits.page import Block
from remission.report.curves.endings import changes_seen, endings_table
from remission.report.curves.words import comparison_sentences, last_rows, paragraph
from remission.report.few_persons import exact_estimates, worth_saying
from remission.report.pictures.estimates_table import estimates_table
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.exhibits.tables import Table
    from remission.outcomes.outcome import Outcome
    from remission.report.asked import Asked
    from remission.report.event_free import EventFree


def curve_block(
    asked: Asked,
    result: EventFree,
    outcome: Outcome,
    title: str = "",
    beside: Sequence[Table] = (),
    ratios: Sequence[str] = (),
) -> Block:
    """A curve, its sentences, its estimates and how people's time ended; tables of `beside` follow the estimates.

    `ratios` are lines on hazard ratios, for a picture that has the tests in it.

    `outcome` has every episode: the curve is of first events, but a change seen after the first was seen as well.
    """
    name, words = result.outcome.name, result.outcome.endpoint.event_free
    rows = last_rows(result)
    said = [*(paragraph(result, place, row) for place, row in enumerate(rows)), *worth_saying(result, rows)]
    seen_said, seen = changes_seen(asked.cohort, outcome)
    found = Estimates.together([result.estimates, exact_estimates(result)])
    estimates = estimates_table(f"estimates-{name}", words, found, asked.cohort.provenance)
    return Block(
        title,
        [*said, *seen_said, *comparison_sentences(result)],
        asked.picture(result.draw(tests=asked.tests_on_figures, ratios=ratios)),
        [estimates, *result.comparison_table, *seen, *beside],
        [endings_table(result.outcome)],
    )
