"""The therapies as the atlas counts them: what a patient-year takes, tiers, guidance, starts, and who else gives what.

Every figure stands beside its source and how far that was checked; what nobody verified says so in its cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.page_shell import trust_link
from remission.atlas.place_words import HOMECARE, NO_ADVICE
from remission.atlas.recipes.therapies import centre_rows, first_issues, product_rows, therapy_rows
from remission.exhibits.page import Block, Fact, Page, Section
from remission.exhibits.tables import OF_THE_LIBRARY, Shown, Table, shows
from remission.exhibits.wording import count, spread_words
from remission.inputs.provenance import Provenance

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "therapies.html", "Therapies", 50

NO_HSCT = (
    "Transplantation of stem cells is no medicine and not in stock data. These lines are what sources say of who gives "
    "it, or has an MS service of another kind; what no line says is not known."
)
TIER = (
    "A tier is what a source says of a therapy, and sources differ. It is no advice: which therapy suits whom is for a "
    "person and the MS team."
)
FIRST_ISSUE = (
    "Months from the NICE date to the first month in which a trust is seen to issue it; less than 0 is before the "
    "guidance. Only trusts that reported before the guidance and were not hidden since have a figure, and no middle is "
    "given where most have none."
)


@dataclass(frozen=True, eq=False)
class TherapiesParts:
    """What the page is made of.

    `products` has product, therapy, units (of what), year, low, high, arithmetic, source, status, note and counted
    (yes, or why not); `therapies` has name, brands, group, tier, tier_words, nice, nice_words, homecare, starts;
    `first` has therapy, trusts, median, low, high (quartiles) and unknown; `centres` has code, name, what, says,
    source. `pages` are the codes that have a page.
    """

    products: pl.DataFrame
    therapies: pl.DataFrame
    first: pl.DataFrame
    centres: pl.DataFrame
    pages: Collection[str]
    facts: Sequence[Fact]
    provenance: Provenance


def pages(known: Known) -> Iterator[Making]:
    """The page: the library's facts, and what the data add of first issues."""
    parts = TherapiesParts(
        products=product_rows(known.views.atlas.own),
        therapies=therapy_rows(),
        first=first_issues(known.views),
        centres=centre_rows(),
        pages=known.pages,
        facts=known.facts,
        provenance=known.provenance,
    )
    yield partial(therapies_page, parts)


def therapies_page(parts: TherapiesParts) -> Page:
    """The page with all its sections."""
    counted = parts.products.filter(pl.col("counted") == "yes").height
    return Page(
        path=PATH,
        title="Therapies",
        subtitle="What is counted, what a patient-year takes, and where each figure comes from",
        provenance=parts.provenance,
        headlines=[f"{count(counted, 'product')} are counted; {parts.products.height - counted} are kept apart."],
        in_short=[HOMECARE, NO_ADVICE],
        sections=[
            Section("therapies", "Therapies", [Block("", [TIER], None, [therapies_table(parts)])]),
            Section("products", "Products and patient-years", [Block("", [], None, [products_table(parts)])]),
            Section("first", "From guidance to first issue", [Block("", [FIRST_ISSUE], None, [first_table(parts)])]),
            Section(
                "centres", "Transplants, trials and services", [Block("", [NO_HSCT], None, [centres_table(parts)])]
            ),
        ],
        facts=parts.facts,
        data_folder="data",
    )


def therapies_table(parts: TherapiesParts) -> Table:
    """Every therapy with its tier, guidance, homecare and what makes starts visible."""
    columns = (
        shows("name", "Therapy"),
        shows("brands", "Brands", words=True),
        shows("tier_words", "Tier and source", words=True),
        shows("nice_words", "NICE guidance", words=True),
        shows("homecare", "Homecare", words=True),
        shows("starts", "Starts", words=True),
    )
    caption = "Therapies for MS: tier, guidance, homecare, starts."
    return Table("therapies", caption, parts.therapies, columns, OF_THE_LIBRARY)


def products_table(parts: TherapiesParts) -> Table:
    """Every product with the units that make a patient-year, or why it is not counted."""
    columns = (
        shows("product", "Product"),
        shows("therapy", "Therapy", words=True),
        Shown("Units a patient-year", _factor),
        shows("arithmetic", "Arithmetic", words=True),
        Shown("Source", lambda row: "–" if not row["source"] else f"{row['source']} [{row['status']}]", words=True),
        shows("counted", "Counted", words=True),
    )
    caption = "Products: units that treat a person for a year on the licensed dose, with the range used in intervals."
    return Table("products", caption, parts.products, columns, OF_THE_LIBRARY)


def _factor(row: Any) -> str:
    if row["year"] is None:
        return "–"
    spread = f" ({row['low']:g} to {row['high']:g})" if row["low"] != row["high"] else ""
    return f"{row['year']:g}{spread} {row['units']}"


def first_table(parts: TherapiesParts) -> Table:
    """Months from guidance to first issue, over trusts."""
    columns = (
        shows("therapy", "Therapy"),
        Shown("Median (quartiles), months", _months),
        shows("trusts", "Trusts with a figure"),
        shows("unknown", "Not known"),
    )
    caption = "From NICE guidance to the first visible issue."
    return Table("first-issue", caption, parts.first, columns, parts.provenance)


def _months(row: Any) -> str:
    return "–" if row["median"] is None else spread_words({"value": row["median"], **row}, 0)


def centres_table(parts: TherapiesParts) -> Table:
    """What sources say of transplants, trials and services; not of the rows of the atlas."""
    columns = (
        Shown("Who", lambda row: trust_link("", row["code"] or "", row["name"], parts.pages)),
        shows("what", "What", words=True),
        shows("says", "Detail (date; status)", words=True),
        shows("source", "Source", words=True),
    )
    caption = "Transplants, trials and MS services, as sources have them."
    return Table("centres", caption, parts.centres, columns, OF_THE_LIBRARY)
