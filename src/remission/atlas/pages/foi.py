"""Freedom-of-information requests and what came of them: an answer, a range, a refusal with its section, or silence.

A refusal is data, shown beside the answers and never as a gap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.answers_table import STATES, section_words, short_day
from remission.atlas.page_shell import trust_link
from remission.atlas.recipes.answers import request_rows_of
from remission.exhibits.page import Block, Fact, Page, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count, day_words
from remission.inputs.provenance import Provenance

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "foi.html", "FOI", 70


@dataclass(frozen=True, eq=False)
class RequestsParts:
    """What the page is made of: requests in the columns of `REQUESTS`, and the day on which they stand like that.

    `pages` are the codes that have a page.
    """

    requests: pl.DataFrame
    on: date
    provenance: Provenance
    pages: Collection[str] = ()
    facts: Sequence[Fact] = ()


def pages(known: Known) -> Iterator[Making]:
    """The page, with every request as it stands on the day of the export."""
    rows = request_rows_of(known.home, known.day, known.views.names)
    yield partial(foi_page, RequestsParts(rows, known.day, known.provenance, known.pages, known.facts))


def foi_page(parts: RequestsParts) -> Page:
    """The page of all requests, newest first."""
    requests = parts.requests
    said = [f"{number} {STATES[state]}" for state, number in _numbers(requests).items()]
    headline = f"{count(requests.height, 'request')}: {'; '.join(said)}." if requests.height else "No request recorded."
    why = (
        "Open data show what was issued, not how many persons are treated, who is referred for a transplant, or "
        "anything of nations that publish nothing. Whoever holds such numbers can be asked. What was refused, and "
        "under which section, is shown like any other answer."
    )
    clock = (
        "An answer is due within 20 working days. The Freedom of Information Act 2000 (England, Wales, Northern "
        "Ireland) leaves out bank holidays of any part of the United Kingdom, the Freedom of Information (Scotland) "
        "Act 2002 those of Scotland. Sections of the two Acts differ, so each is named with its Act."
    )
    tables = [requests_table(requests, parts.provenance, parts.pages)] if requests.height else []
    sections = [Section("requests", "Requests and answers", [Block("", [clock], None, tables)])]
    return Page(
        path=PATH,
        title="Freedom of information",
        subtitle=f"What was asked, answered and refused, as it stood on {day_words(parts.on)}",
        provenance=parts.provenance,
        headlines=[headline],
        in_short=[why],
        sections=sections,
        facts=parts.facts,
        data_folder="data",
    )


def _numbers(requests: pl.DataFrame) -> dict[str, int]:
    states = requests["state"].to_list()
    return {state: states.count(state) for state in STATES if state in states}


def requests_table(requests: pl.DataFrame, provenance: Provenance, pages: Collection[str] = ()) -> Table:
    """Every request with its state; an unknown state is a KeyError, so that none is lost in silence."""
    ordered = requests.sort(["sent", "name"], descending=[True, False], nulls_last=True)
    columns = (
        Shown("Asked", lambda row: trust_link("", row["code"], row["name"], pages)),
        Shown("Sent", lambda row: short_day(row["sent"]), words=True),
        Shown("Due", lambda row: short_day(row["due"]), words=True),
        Shown("State", lambda row: STATES[row["state"]], words=True),
        Shown("Act and section", section_words, words=True),
        shows("reason", "What was said", words=True),
    )
    return Table("foi-requests", "Requests and what came of them.", ordered, columns, provenance)
