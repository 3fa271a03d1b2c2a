"""The library of endpoints: a list by family, and a page for each with every value and its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.page import Block, Link, Page, Section
from remission.exhibits.site.shell import joined, linked
from remission.exhibits.tables import OF_THE_LIBRARY, Shown, Table, shows
from remission.exhibits.wording import anchor, count
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.outcomes.worlds import worlds_about
from remission.report.definitions.library import endpoints
from remission.report.definitions.words import definition_table

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.outcomes.definitions.records import Endpoint
    from remission.site.known import Known

PATH, TITLE, PLACE = "endpoints.html", "Endpoints", 50
MOST_WORLDS = 12


def pages(_known: Known) -> Iterator[Making]:
    """The list, and a page for each endpoint."""
    yield partial(endpoints_page)
    for name in endpoint_names():
        yield partial(endpoint_page, name)


def endpoints_page() -> Page:
    """Every endpoint with its name, by family."""
    frame = endpoints()
    families = frame["family"].unique(maintain_order=True).to_list()
    sections = [_family_section(family, frame.filter(pl.col("family") == family)) for family in families]
    return Page(
        path=PATH,
        title="The endpoint library",
        subtitle="What trials measure, each with every value that decides it",
        provenance=OF_THE_LIBRARY,
        headlines=[f"The library has {count(frame.height, 'endpoint')}, each with the source of every value."],
        in_short=[
            joined(["How each value is used: ", linked("the rules", "rules.html"), ", and ",
                    linked("the rules on a few visits each", "worlds.html"), "."], ""),
        ],
        sections=sections,
    )  # fmt: skip


def _family_section(family: str, frame: pl.DataFrame) -> Section:
    columns = (
        Shown("Endpoint", lambda row: linked(row["title"], address(row["name"])), words=True),
        shows("name", "Name in the library", words=True),
    )
    name = anchor(family)
    caption = f"{count(frame.height, 'endpoint')}."
    return Section(name, family, [Block(tables=[Table(name, caption, frame, columns, OF_THE_LIBRARY)])])


def address(name: str) -> str:
    """Where the page of an endpoint lies, from the root."""
    return f"endpoint/{name}.html"


def endpoint_page(name: str) -> Page:
    """One endpoint: every value of it and of its parts, and the worked examples that bear on it."""
    endpoint = load_endpoint(name)
    origin = [endpoint.origin] if endpoint.origin else []
    return Page(
        path=address(name),
        title=endpoint.title,
        subtitle=f"An endpoint of the library: {name}",
        provenance=OF_THE_LIBRARY,
        headlines=[endpoint.summary],
        sections=[
            Section("definition", "Every value", [Block(tables=[definition_table(endpoint, OF_THE_LIBRARY)])]),
            *_further("parts", "Its parts", endpoint.parts),
            *_further("origin", "Where time begins", origin),
            *_worlds_section(endpoint),
        ],
        trail=[Link("Endpoints", PATH)],
        data_folder="data",
    )


def _further(name: str, title: str, endpoints: Sequence[Endpoint]) -> list[Section]:
    tables = [definition_table(one, OF_THE_LIBRARY, part=True) for one in endpoints]
    return [Section(name, title, [Block(tables=tables)])] if tables else []


def _worlds_section(endpoint: Endpoint) -> list[Section]:
    worlds = worlds_about(endpoint)
    said = [linked(one.title, f"../worlds.html#{anchor(one.title)}") for one in worlds[:MOST_WORLDS]]
    if not said:
        return []
    more = len(worlds) - len(said)
    rest = (
        [joined([f"And {more} more among ", linked("all worked examples", "../worlds.html"), "."], "")] if more else []
    )
    return [Section("worlds", "Worked by hand", [Block(sentences=[*said, *rest])])]
