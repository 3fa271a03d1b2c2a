"""The page of codes: those in no list of organisations, and merged trusts that may be counted twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.page_shell import trust_link
from remission.atlas.recipes.codes import doubtful_of, unknown_of
from remission.exhibits.month_axis import months_words
from remission.exhibits.page import Block, Fact, Page, Section
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import count

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.exhibits.site.shell import Making
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = "codes.html", "Codes", 65

SURE = "Every code that reported is in our lists, and no month looks as if it were counted twice."
UNKNOWN = (
    "A code in no list is counted under itself and for England. It is in no care board and no region, for nobody knows "
    "where it is, and if it is an old code of another trust its figures are not joined to it. Organisations that are "
    "newer than the lists can be fetched: remission atlas fetch ods."
)
TWICE = (
    "After a merger the new code's history is sometimes told again with the old code's amounts in it, while the old "
    "rows stay. Where amounts agree month after month, the old ones are left out. Where they do not, but the new "
    "code's amounts rise and fall with the old one's, or the total jumps as the old code begins or ends, both are kept "
    "and listed here: the truth is the total, or the total without the old code."
)


@dataclass(frozen=True, eq=False)
class CodesParts:
    """What the page is made of: `unknown` and `doubtful` as the recipe gives them, and the codes that have a page."""

    unknown: pl.DataFrame
    doubtful: pl.DataFrame
    pages: Collection[str]
    facts: Sequence[Fact]
    provenance: Provenance


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    unknown, doubtful = unknown_of(known.views), doubtful_of(known.views)
    yield partial(codes_page, CodesParts(unknown, doubtful, known.pages, known.facts, known.provenance))


def codes_page(parts: CodesParts) -> Page:
    """The page with both lists."""
    return Page(
        path=PATH,
        title="Codes",
        subtitle="Whose figures are whose, where it is not sure",
        provenance=parts.provenance,
        headlines=[_headline(parts)],
        sections=[
            Section("unknown", "Codes in no list", [_block(UNKNOWN, unknown_table(parts))]),
            Section("twice", "May be counted twice", [_block(TWICE, doubtful_table(parts))]),
        ],
        facts=parts.facts,
        data_folder="data",
    )


def _headline(parts: CodesParts) -> str:
    said = []
    if parts.unknown.height:
        years = parts.unknown["patient_years"].sum()
        codes = count(parts.unknown.height, "code")
        said.append(f"In no list of organisations: {codes}, with {years:,.0f} patient-years in all.")
    if parts.doubtful.height:
        trusts = count(parts.doubtful["code"].n_unique(), "trust")
        said.append(f"May be counted twice in some months: {trusts}.")
    return " ".join(said) or SURE


def _block(said: str, table: Table) -> Block:
    return Block("", [said], None, [table])


def unknown_table(parts: CodesParts) -> Table:
    """Codes that no list knows, with all that stands under them."""
    columns = (
        Shown("Code", lambda row: trust_link("", row["code"], row["code"], parts.pages)),
        Shown("Reported", _reported, words=True),
        shows("months", "Months"),
        Shown("Rows of any medicine", lambda row: f"{row['rows']:,}"),
        Shown("Rows of MS medicines", lambda row: f"{row['counted_rows']:,}"),
        Shown("Patient-years", lambda row: f"{row['patient_years']:,.1f}"),
    )
    caption = "Codes in no list of organisations."
    return Table("codes-unknown", caption, parts.unknown, columns, parts.provenance)


def _reported(row: Row) -> str:
    return months_words(row["first"], row["last"]) if row["first"] else "in no month"


def doubtful_table(parts: CodesParts) -> Table:
    """Merged trusts with the old codes and months that may be there twice."""
    columns = (
        Shown("Trust", lambda row: trust_link("", row["code"], row["name"], parts.pages)),
        shows("predecessor", "Old code", words=True),
        shows("when", "May be counted twice in", words=True),
        Shown("Patient-years at most", _at_most),
    )
    caption = "Old codes whose amounts may be counted twice, trusts in order of name."
    return Table("codes-twice", caption, parts.doubtful, columns, parts.provenance)


def _at_most(row: Row) -> str:
    return "not known" if row["patient_years"] is None else f"{row['patient_years']:,.1f}"
