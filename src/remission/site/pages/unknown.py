"""Everything that is not known, on one page: open questions, claims without a verdict, and what no data show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.pages.about import LIMITS
from remission.evidence.recipes.claims import verdict_words
from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import joined, linked
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import count
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.report.definitions.words import unverified_values
from remission.site.cards import cards_of

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance
    from remission.site.known import Known
    from remission.site.questions import Card
    from remission.studies.claims.decide import Decision

PATH, TITLE, PLACE = "unknown.html", "Not known", 90


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    unread = sum(not number.is_showable for _, number in known.evidence.studies.numbers(showable=False))
    yield partial(unknown_page, cards_of(known), known.decisions, unread, known.evidence.provenance)


def unknown_page(cards: Sequence[Card], decisions: Sequence[Decision], unread: int, provenance: Provenance) -> Page:
    """The page; `unread` is how many numbers of the library nobody has read, which no page shows."""
    open_ones = [one for one in cards if one.open]
    rows = list(_open_claims(decisions))
    table = Table("open-claims", f"{count(len(rows), 'thing')} that no number decides.",
                  pl.DataFrame(rows, schema=dict.fromkeys(("claim", "words", "verdict", "why"), pl.String)),
                  (Shown("Claim or question", _claim_link, words=True), shows("verdict", "Verdict", words=True),
                   shows("why", "What is missing", words=True)), provenance)  # fmt: skip
    unverified = [name for name in endpoint_names() if unverified_values(load_endpoint(name))]
    return Page(
        path=PATH,
        title="What is not known",
        subtitle="Open questions, claims that nothing decides, and what no data show",
        provenance=provenance,
        headlines=[
            f"{count(len(open_ones), 'question')} of the front page and {count(len(rows), 'part')} of claims are open."
        ],
        in_short=["What is not known is said here and never counted as nothing."],
        sections=[
            Section("questions", "Questions not answered here", [Block(one.asks, [one.answer]) for one in open_ones]),
            Section("claims", "Claims that no number decides", [Block(tables=[table])]),
            Section("studies", "Studies", [Block(sentences=_of_studies(unread))]),
            Section("endpoints", "Endpoints", [Block(sentences=_of_endpoints(unverified))]),
            Section("hospitals", "Which hospital uses what", [Block(sentences=LIMITS)]),
        ],
        data_folder="data",
    )


def _open_claims(decisions: Sequence[Decision]) -> Iterator[dict[str, str]]:
    for one in decisions:
        about = {"claim": one.claim.name, "words": one.claim.words, "verdict": verdict_words(one)}
        if one.claim.no_number:
            yield about | {"why": one.claim.no_number}
        for tested in one.tested:
            if tested.outcome == "open":
                yield about | {"why": f"{tested.condition.says}: {tested.why_open}."}


def _claim_link(row: Row) -> str:
    return linked(row["words"], f"claim/{row['claim']}.html")


def _of_studies(unread: int) -> list[str]:
    further = joined(["What no study says, and which papers could not be read: ",
                      linked("what is not known of the evidence", "evidence/unknown.html"), "."], "")  # fmt: skip
    read = "Every number of the library was read somewhere; what nobody could read is not in it."
    hidden = f"{count(unread, 'number')} of the library nobody has read in a source; no page shows them."
    return [hidden if unread else read, further]


def _of_endpoints(names: Sequence[str]) -> list[str]:
    if not names:
        return ["Every value of every endpoint was read in a source, or is said to be our choice."]
    links = joined([linked(name, f"endpoint/{name}.html") for name in names])
    said = f"{count(len(names), 'endpoint')} rest on a value that nobody has read in its source yet: "
    return [joined([said, links, "."], "")]
