"""Care boards in their own boundaries: a page that is there once boundaries have been fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from remission.atlas.map.areas import draw_choropleth
from remission.atlas.page_shell import AtlasPage, picture
from remission.atlas.pages.about import BOUNDARIES
from remission.atlas.place_words import HOMECARE, ISSUED
from remission.atlas.recipes.live import MapSheets
from remission.atlas.recipes.measures import WINDOW
from remission.exhibits.page import Block, Section
from remission.places.areas import LAST_OF_42, code_of_gss
from remission.places.sources import boundaries
from remission.stats.estimates import Estimates
from remission.supply.measures.estimates import estimate_measure

PATH = "boards.html"


def boards_page(home: Path, maps: MapSheets) -> AtlasPage | None:
    """The default measure by care board, in the newest boundaries that were fetched and not drawn later than its month;
    None without any."""
    vintages = boundaries.tidy(home)
    last = maps.views.months[-1]
    # Boundaries drawn later than the newest month have boards of which there are no figures.
    usable = [vintage for vintage in vintages if vintage <= last]
    if not usable:
        return None
    codes = code_of_gss(maps.views.organisations)
    shapes = {
        codes.get(gss, gss): {"type": "MultiPolygon", "coordinates": area.polygons}
        for gss, area in vintages[max(usable)].items()
    }
    shown = replace(maps.shown, estimates=_of_vintage(maps, max(usable)), notes=(BOUNDARIES,))
    drawn = picture(draw_choropleth(shown, shapes, maps.views.atlas.provenance))
    words = maps.shown.words
    return AtlasPage(
        path=PATH,
        title=f"{words.title}, by care board",
        subtitle=f"In the boundaries of {max(usable):%B %Y}, by place of supply and not of residence",
        headlines=[words.question, HOMECARE],
        in_short=[ISSUED],
        sections=[Section("boards", "Care boards", [Block("", [], drawn)])],
        data_folder="data",
    )


def _of_vintage(maps: MapSheets, vintage: date) -> Estimates:
    """The newest window by the boards of the boundaries' day, whatever boards there are now."""
    views = maps.views
    monthly = views.before if vintage <= LAST_OF_42 else views.monthly
    return estimate_measure(monthly, maps.sheets.measures[maps.default.name], "icb", WINDOW, views.months[-1])
