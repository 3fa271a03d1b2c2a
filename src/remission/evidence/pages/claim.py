"""One claim: the words, the verdict, what each condition came to, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.evidence.recipes.claims import (
    VERDICT_WORDS,
    answer_words,
    condition_rests_on,
    interval_said,
    last_true_words,
    meaning_words,
    outcome_words,
    rating_of,
    reasoning_words,
    value_words,
    verdict_words,
)
from remission.exhibits.page import Block, Link, Page, Section
from remission.exhibits.site.shell import Making, joined, linked
from remission.exhibits.tables import Table, shows
from remission.exhibits.wording import day_words
from remission.studies.claims.telling import decide_all

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.inputs.provenance import Provenance
    from remission.studies.claims.claim import Claim
    from remission.studies.claims.decide import Decision, Tested

PATH, TITLE, PLACE = "claim/{name}.html", "Claim", None

RULE = (
    "A line holds when the whole interval lies where the claim needs it, does not hold when the whole interval lies "
    "elsewhere, and is open when the interval holds both."
)
NOT_IN_LIBRARY = "no number of the library"


def pages(known: Known) -> Iterator[Making]:
    """A page for each claim and question."""
    for decision in decide_all(known.studies):
        yield partial(claim_page, decision, known.provenance, _titles(decision, known))


def _titles(decision: Decision, known: Known) -> dict[str, str]:
    """The titles of the studies that it rests on, by their names."""
    return {name: known.studies.of_name(name).title for name in decision.studies}


def claim_page(decision: Decision, provenance: Provenance, titles: dict[str, str]) -> Page:
    """The page of one claim; `titles` are those of the studies that it rests on."""
    claim = decision.claim
    return Page(
        path=f"claim/{claim.name}.html",
        title=f"“{claim.words}”",
        subtitle=claim.question,
        provenance=provenance,
        headlines=[f"{verdict_words(decision)}. {answer_words(decision)}"],
        in_short=list(filter(None, [_as_of(decision), last_true_words(decision), claim.no_number])),
        sections=[
            _said(claim),
            *_how(decision, provenance),
            Section("why", "Why it is read so", [Block(sentences=[
                reasoning_words(decision), f"Written by {claim.author}."])]),
            Section("change", "What would change this", [Block(sentences=[
                claim.would_change, f"What would decide: {claim.would_decide[:1].lower()}{claim.would_decide[1:]}."])]),
            *_sources(decision, provenance, titles),
        ],
        trail=[Link("Claims", "claims.html")],
        linked_data=claim_review(decision) if claim.kind == "claim" else {},
    )  # fmt: skip


def _as_of(decision: Decision) -> str:
    day = decision.as_of
    return f"By what was read until {day_words(day)}." if day else ""


def _said(claim: Claim) -> Section:
    asked = "Asked" if claim.kind == "question" else "Said"
    words = [f"{asked} by {claim.said_by}, in {claim.said_in}, {claim.said_year}."]
    return Section("said", "What was said", [Block(sentences=[f"“{claim.words}”", *words])])


def _how(decision: Decision, provenance: Provenance) -> list[Section]:
    rows = [_row(one) for one in decision.tested]
    if not rows:
        return []
    columns = (
        shows("says", "For it to be true"),
        shows("number", "The number", words=True),
        shows("outcome", "So it", words=True),
        shows("rests_on", "Rests on", words=True),
        shows("method", "Worked out by", words=True),
    )
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("says", "number", "outcome", "rests_on", "method"), pl.String))
    table = Table("conditions", "What must be so, and what was found.", frame, columns, provenance)
    return [
        Section(
            "how", "How it was decided", [Block(before=[meaning_words(decision)], tables=[table], sentences=[RULE])]
        )
    ]


def _row(tested: Tested) -> dict[str, str]:
    measured = tested.measured
    return {
        "says": tested.condition.says,
        "number": f"{value_words(measured)} ({interval_said(measured)})" if measured else NOT_IN_LIBRARY,
        "outcome": outcome_words(tested),
        "rests_on": condition_rests_on(tested),
        "method": str(measured.row["method"]) if measured else "–",
    }


def _sources(decision: Decision, provenance: Provenance, titles: dict[str, str]) -> list[Section]:
    """The studies behind it, each with its card, and the facts of the claim itself."""
    cards = [linked(title, f"../study/{name}.html") for name, title in titles.items()]
    studies = [Block("Studies", [joined(cards)])] if cards else []
    page = decision.claim.page
    further = [Block("More on this", [linked("All the numbers behind it", f"../{page}")])] if page else []
    return [
        Section("sources", "Where the numbers come from", [*further, *studies, *_facts(decision.claim, provenance)])
    ]


def _facts(claim: Claim, provenance: Provenance) -> list[Block]:
    facts = [one for one in claim.facts if one.status != "unverified"]
    if not facts:
        return []
    columns = (
        shows("says", "What was found"),
        shows("source", "Read in", words=True),
        shows("status", "How far it was checked", words=True),
    )
    rows = [{"says": one.says, "source": f"{one.source}, {one.locus}", "status": one.status} for one in facts]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("says", "source", "status"), pl.String))
    return [Block(tables=[Table("facts", "Found beside the studies of the library.", frame, columns, provenance)])]


def claim_review(decision: Decision) -> dict[str, Any]:
    """The claim and its verdict in the words of schema.org, for machines; who made the claim is a role there too."""
    claim, rating = decision.claim, rating_of(decision.verdict)
    said: dict[str, Any] = {"@type": "Rating", "alternateName": VERDICT_WORDS[decision.verdict]}
    if rating is not None:
        said |= {"ratingValue": rating, "bestRating": 5, "worstRating": 1}
    review: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": claim.words,
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": claim.said_by},
            "datePublished": str(claim.said_year),
        },
        "author": {"@type": "Organization", "name": "Remission"},
        "reviewBody": answer_words(decision),
        "reviewRating": said,
    }
    return review | ({"datePublished": decision.as_of.isoformat()} if decision.as_of else {})
