"""All claims with their verdicts, and when each was last true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.claims import (
    MEANING,
    SCHEMA,
    VERDICT_WORDS,
    last_true_words,
    row_of,
)
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import Making, linked
from remission.exhibits.synthesis.claims_timeline import (
    NOT_KNOWN,
    STILL,
    ClaimLine,
    ClaimsTimeline,
    draw_claims_timeline,
)
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import anchor, count, listed
from remission.studies.claims.telling import decide_all

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.inputs.provenance import Provenance
    from remission.studies.claims.claim import Verdict
    from remission.studies.claims.decide import Decision

PATH, TITLE, PLACE = "claims.html", "Claims", None

JUDGED = "The claim is judged here, and never the person who made it. People said what was known then."
COMPUTED = "Where a number decides, the verdict is worked out anew each time: when a study is added, it may change."


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(claims_page, known)


def address(name: str) -> str:
    """Where the page of a claim lies, from the root."""
    return f"claim/{name}.html"


def claims_page(known: Known) -> Page:
    """Every claim under its verdict, and the timeline."""
    decisions = decide_all(known.studies)
    claims = [one for one in decisions if one.claim.kind == "claim"]
    questions = [one for one in decisions if one.claim.kind == "question"]
    decided = sum(one.decided_by is not None for one in decisions)
    verdicts = [one.verdict for one in claims]
    numbers = [f"{verdicts.count(one)} {words.lower()}" for one, words in VERDICT_WORDS.items() if one in verdicts]
    by_verdict = [_section(verdict, claims, known.provenance) for verdict in VERDICT_WORDS]
    further = [_questions(questions, known.provenance), _timeline(claims, known.day.year, known.provenance)]
    return Page(
        path=PATH,
        title="What people say, and what the numbers say",
        subtitle="Claims from the page that this project began with, each with its verdict",
        provenance=known.provenance,
        headlines=[f"Of {count(len(claims), 'claim')}: {listed(numbers)}."],
        in_short=[f"An interval decides {decided} of all {len(decisions)}, questions among them.", JUDGED, COMPUTED],
        sections=[*filter(None, by_verdict), *further],
        data_folder="claims",
    )  # fmt: skip


def _section(verdict: Verdict, decisions: Sequence[Decision], provenance: Provenance) -> Section | None:
    words, of_it = VERDICT_WORDS[verdict], [one for one in decisions if one.verdict == verdict]
    name = anchor(words)
    table = claims_table(name, f"{words}: {count(len(of_it), 'claim')}.", of_it, provenance)
    return Section(name, words, [Block(before=[MEANING[verdict]], tables=[table])]) if of_it else None


def _questions(decisions: Sequence[Decision], provenance: Provenance) -> Section:
    table = claims_table("questions", f"{count(len(decisions), 'question')} from the same page.", decisions, provenance)
    said = "These were asked and not claimed, so they get an answer and no verdict."
    return Section("questions", "Questions", [Block(before=[said], tables=[table])])


def claims_table(name: str, caption: str, decisions: Sequence[Decision], provenance: Provenance) -> Table:
    """Claims as rows: the words, the answer, the interval that decided, and when it was last true."""
    frame = pl.DataFrame([row_of(one) for one in decisions], schema=SCHEMA)
    columns = [
        Shown("Claim", lambda row: linked(row["words"], address(row["claim"])), words=True),
        shows("answer", "What the numbers say", words=True),
        shows("said", "Decided by", words=True),
    ]
    # Until when it was true is a question only of what is true no longer.
    if frame["last_true"].drop_nulls().len():
        columns.append(shows("last_true", "Last true", words=True))
    return Table(name, caption, frame, tuple(columns), provenance)


def _timeline(decisions: Sequence[Decision], until: int, provenance: Provenance) -> Section:
    lines = [_line(one) for one in decisions]
    years = [year for line in lines for year in line.evidence]
    timeline = ClaimsTimeline("claims-timeline", "When each claim was true, as far as is known", lines,
                              min([*years, 2010]), max([*years, until]))  # fmt: skip
    picture = Picture.of(draw_claims_timeline(timeline, provenance))
    said = [last_true_words(one) for one in decisions if one.verdict == "outdated"]
    return Section("timeline", "When it was true", [Block(picture=picture, sentences=said)])


def _line(decision: Decision) -> ClaimLine:
    claim, when = decision.claim, decision.last_true.when
    last = STILL if decision.verdict == "supported" else int(when) if when.isdigit() else NOT_KNOWN
    years = sorted({year for one in decision.tested if one.measured for year in one.measured.years})
    return ClaimLine(claim.words, claim.said_year, VERDICT_WORDS[decision.verdict], last, years, address(claim.name))
