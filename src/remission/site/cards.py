"""The cards of the front page: every question, answered as far as the pages of this site can."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from remission.site.doors import addresses
from remission.site.questions import Card, answer_question, load_questions
from remission.studies.claims.claim import VERDICTS

if TYPE_CHECKING:
    from remission.site.known import Known


def cards_of(known: Known) -> tuple[Card, ...]:
    """Every question of the library in order."""
    paths, tally = addresses(known), tally_of(known)
    return tuple(
        answer_question(one, known.numbers, paths, tally, with_atlas=known.with_atlas) for one in load_questions()
    )


def tally_of(known: Known) -> dict[str, str]:
    """How many claims there are, and how many have each verdict."""
    verdicts = Counter(one.verdict for one in known.decisions if one.claim.kind == "claim")
    said = {"claims": str(verdicts.total()), "every": str(len(known.decisions))}
    return said | {verdict.replace(" ", "_"): str(verdicts[verdict]) for verdict in VERDICTS}
