"""What the pages of an atlas truly rest on, for its About page: whatever gave it rows, and what else was read.

A source of stock is named when the build counted rows of it. Of the other sources those are named that pages read
(they stand here by the module that is read, so one that nobody reads cannot be named) and that are there to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from remission.foi.answers.ledger import read_answers
from remission.foi.sources import foi
from remission.inputs.snapshots import read_snapshots
from remission.places.sources import boundaries, ods, postcodes
from remission.supply.build import load_contributions

# Read by the boards' own page, by `organisations_of` and by `districts_of`.
READ = (boundaries, ods, postcodes)


@dataclass(frozen=True)
class DataSource:
    """A source of the atlas: what it is, its licence, how it must be named, and when it was fetched ("" if not)."""

    name: str
    holds: str
    licence: str
    attribution: str
    fetched: str = ""


def data_sources(home: Path) -> list[DataSource]:
    """The sources of the atlas that was built in `home`, sources of rows first."""
    return [*_of_rows(load_contributions(home)), *_of_pages(home)]


def _of_rows(contributions: pl.DataFrame) -> Iterator[DataSource]:
    told = contributions.select("source", "standing", "title", "licence", "citation", "fetched")
    for source, standing, title, licence, citation, fetched in told.iter_rows():
        name = source if standing == "published" else f"{source}, {standing}"
        yield DataSource(name, title, licence, citation, "" if fetched is None else fetched.isoformat())


def _of_pages(home: Path) -> Iterator[DataSource]:
    fetched: dict[str, str] = {}
    for one in read_snapshots(home):
        fetched[one.source] = max(fetched.get(one.source, ""), one.fetched.isoformat())
    for module in READ:
        if module.SOURCE in fetched:
            yield DataSource(module.SOURCE, module.TITLE, module.LICENCE, module.LICENCE, fetched[module.SOURCE])
    if read_answers(home).answers.height:
        yield DataSource("foi", foi.TITLE, foi.LICENCE, foi.LICENCE)
