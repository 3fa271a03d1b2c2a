"""The curves that a report shows: of the whole endpoint, and of each component of a composite."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from remission.exhibits.wording import event_words
from remission.report.asked import Asked, once
from remission.report.event_free import EventFree, estimate_event_free

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome


@once
def estimate_whole(asked: Asked) -> EventFree:
    """How long people stay free of the endpoint; of one that recurs, of its first event.

    InputProblems for a `group_by` that does not divide people as of day zero.
    """
    return _estimate(asked, _first(asked.outcome))


@once
def estimate_parts(asked: Asked) -> tuple[EventFree, ...]:
    """The same for each component of a composite; none for an endpoint that is no composite."""
    return tuple(_estimate(asked, part) for part in asked.outcome.parts)


def _first(outcome: Outcome) -> Outcome:
    """The first event of everyone; of an endpoint that recurs under a name that says that the others are left out."""
    endpoint = outcome.endpoint
    if not endpoint.recurs:
        return outcome
    words = f"Still {event_words(endpoint.title, endpoint.record.event_words).without}"
    return replace(outcome.first, endpoint=replace(endpoint, event_free=words))


def _estimate(asked: Asked, outcome: Outcome) -> EventFree:
    # A component is summarised as the composite is: two levels on one page would be read as one (decision 15).
    return estimate_event_free(
        outcome,
        cohort=asked.cohort,
        group_by=asked.group_by,
        level=asked.choices.level,
        interval=asked.choices.interval,
        at_years=asked.choices.at_years,
    )
