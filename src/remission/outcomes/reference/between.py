"""Between which two days an event came, one subject at a time: what interval censoring knows of a decision."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.reference.trail import Decision


def event_between(decision: Decision, endpoint: Endpoint) -> tuple[int, float] | None:
    """Days since the origin after which, and by which, the event came: (after, by], where by may be infinite.

    None for somebody who was not followed.
    """
    if not decision.followed:
        return None
    by = decision.exit if decision.event else math.inf
    # Whatever was last seen before the entry, at the entry somebody at risk is taken to be free.
    after = max(decision.entry, min(_last_known_free(part, decision) for part in _asked(decision, endpoint)))
    # Known free on the very day of the event: it is one whose day is known by itself.
    if after >= by:
        after = decision.exit - 1
    return after - decision.origin, by - decision.origin


def _asked(decision: Decision, endpoint: Endpoint) -> tuple[Decision, ...]:
    """The decisions that could each have held the event: of a composite, its parts, where they have a say."""
    if endpoint.composite is None:
        return (decision,)
    if endpoint.composite.observation == "all parts":
        return decision.parts
    return tuple(part for part in decision.parts if part.followed) or decision.parts


def _last_known_free(part: Decision, whole: Decision) -> int:
    return whole.entry if part.last_free is None else part.last_free
