"""About the atlas: sources and licences, what cannot be seen, how to cite it, and that it advises nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import polars as pl

from remission.atlas.page_shell import BOUNDARIES, OGL
from remission.atlas.place_words import FP10, HOMECARE, ISSUED, NEUTRAL, NO_ADVICE
from remission.atlas.recipes.rests_on import DataSource, data_sources
from remission.exhibits.page import Block, Fact, Page, Section
from remission.exhibits.tables import OF_THE_LIBRARY, Table, shows
from remission.inputs.provenance import Provenance
from remission.inputs.snapshots import read_snapshots
from remission.supply.build import first_of

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "about.html", "About", 80

NATURAL_EARTH = "Outline of the United Kingdom: made with Natural Earth, public domain."
HOSPITALS = (
    "Hospitals by name: list of sites of the Royal College of Paediatrics and Child Health, 2024 (MIT licence), from "
    "the NHS Organisation Data Service. It lacks many sites."
)
LIMITS = (
    ISSUED,
    HOMECARE,
    FP10,
    "Scotland, Wales and Northern Ireland publish no such data; their boards are drawn as not published.",
    "A month may be provisional; final files replace it, and the difference is kept.",
    "Brands and biosimilars are not told apart, and a medicine given for another disease is kept apart where its "
    "strength or form shows it. Where they do not show it, it cannot be.",
    "Transplants (HSCT) are not in these data.",
    "Patient-years come from quantity and the units that a year of treatment takes; real doses differ, so each factor "
    "has a range, which is part of every interval.",
    "Areas on the map are those nearest to a hospital, not its catchment.",
    NEUTRAL,
)


@dataclass(frozen=True)
class AboutParts:
    """What the about page is made of; `boundaries` says whether boundaries of the ONS are drawn anywhere."""

    sources: Sequence[DataSource]
    version: str
    made: str
    boundaries: bool
    facts: Sequence[Fact]
    provenance: Provenance


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    parts = AboutParts(
        sources=data_sources(known.home),
        version=version("remission"),
        made=f"of {first_of(known.views.months)}",
        boundaries=any(one.source == "boundaries" for one in read_snapshots(known.home)),
        facts=known.facts,
        provenance=known.provenance,
    )
    yield partial(about_page, parts)


def about_page(parts: AboutParts) -> Page:
    """The page with all its sections."""
    # Points of local authorities are always there, boundaries of care boards only where they were fetched.
    of_ons = "Places by name and boundaries of care boards" if parts.boundaries else "Places by name"
    attribution = [OGL, NATURAL_EARTH, f"{of_ons}: {BOUNDARIES}", HOSPITALS]
    sections = [
        Section("limits", "What cannot be seen", [Block("", list(LIMITS))]),
        Section("data", "Sources and licences", [Block("", attribution, None, [sources_table(parts.sources)])]),
        Section("cite", "How to cite", [Block("", [cite_words(parts), CITE])]),
        Section("advice", "No medical advice", [Block("", [ADVICE])]),
    ]
    headline = "Which MS therapies English hospital trusts issue, where and since when, as far as open data show it."
    return Page(
        path=PATH,
        title="About the atlas",
        subtitle="Sources, limits, licence",
        provenance=parts.provenance,
        headlines=[headline, NO_ADVICE],
        sections=sections,
        facts=parts.facts,
        data_folder="data",
    )


ADVICE = (
    "Nothing here says which therapy is right for anybody, or where anybody should be treated. That is for a person "
    "and the MS team. A trust may be unlike others because of whom it treats. If a figure is wrong, tell us: every "
    "table can be downloaded, and every figure can be made again from the files that it names."
)
CITE = "Name the measure, the window of months and the interval with every figure that you pass on."


def cite_words(parts: AboutParts) -> str:
    """How to name the atlas; what its rows are belongs to the name."""
    warning = f" {parts.provenance.warning}." if parts.provenance.warning else ""
    digest = parts.provenance.digest[:12]
    return f"Remission atlas, version {parts.version}, made {parts.made}, data {digest}.{warning} {OGL}"


def sources_table(sources: Sequence[DataSource]) -> Table:
    """Every source with its licence and the line that names it."""
    schema = {"name": pl.String, "holds": pl.String, "licence": pl.String, "attribution": pl.String,
              "fetched": pl.String}  # fmt: skip
    rows = [{field: getattr(one, field) or None for field in schema} for one in sources]
    columns = (
        shows("name", "Source"),
        shows("holds", "What it holds", words=True),
        shows("licence", "Licence", words=True),
        shows("attribution", "Attribution", words=True),
        shows("fetched", "Fetched", words=True),
    )
    return Table("sources", "Sources of the atlas.", pl.DataFrame(rows, schema=schema), columns, OF_THE_LIBRARY)
