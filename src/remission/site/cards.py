"""The cards of the front page: every question, answered as far as the pages of this site can."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from remission.evidence.page_files import page_files as evidence_files
from remission.site.doors import addresses
from remission.site.page_files import page_files
from remission.site.questions import Card, answer_question, load_questions
from remission.studies.claims.claim import VERDICTS

if TYPE_CHECKING:
    from remission.site.known import Known


def cards_of(known: Known) -> tuple[Card, ...]:
    """Every question of the library in order."""
    paths, tally, leads = addresses(known), tally_of(known), leads_of(known)
    return tuple(
        answer_question(one, known.numbers, paths, tally, with_atlas=known.with_atlas, leads=leads)
        for one in load_questions()
    )


def leads_of(known: Known) -> dict[str, str]:
    """By address the sentence with which a page begins, of those pages that a question takes it from."""
    asked = {one.door for one in load_questions() if one.lead}
    of_evidence = {kind.PATH: kind for kind in evidence_files().values() if kind.PATH in asked}
    own = {kind.PATH: kind for kind in page_files().values() if kind.PATH in asked - of_evidence.keys()}
    said = {path: kind.lead(known.evidence) for path, kind in of_evidence.items()}  # type: ignore[attr-defined]
    return said | {path: kind.lead(known) for path, kind in own.items()}  # type: ignore[attr-defined]


def tally_of(known: Known) -> dict[str, str]:
    """How many claims there are, and how many have each verdict."""
    verdicts = Counter(one.verdict for one in known.decisions if one.claim.kind == "claim")
    said = {"claims": str(verdicts.total()), "every": str(len(known.decisions))}
    return said | {verdict.replace(" ", "_"): str(verdicts[verdict]) for verdict in VERDICTS}
