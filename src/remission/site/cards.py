"""The cards of the front page: every question, answered as far as the pages of this site can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.site.doors import addresses
from remission.site.questions import Card, answer_question, load_questions

if TYPE_CHECKING:
    from remission.site.known import Known


def cards_of(known: Known) -> tuple[Card, ...]:
    """Every question of the library in order."""
    paths = addresses(known)
    return tuple(answer_question(one, known.numbers, paths, with_atlas=known.with_atlas) for one in load_questions())
