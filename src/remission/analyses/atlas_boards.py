"""Care boards in their own boundaries: a page that is there once boundaries have been fetched."""

from __future__ import annotations

from pathlib import Path

from remission.analyses.atlas_live_files import MapSheets
from remission.exhibits.atlas_areas import draw_choropleth
from remission.exhibits.atlas_pages import AtlasPage, picture
from remission.exhibits.page import Block, Section
from remission.exhibits.place_words import HOMECARE, ISSUED
from remission.places.areas import code_of_gss
from remission.places.sources import boundaries

PATH = "boards.html"


def boards_page(home: Path, maps: MapSheets) -> AtlasPage | None:
    """The default measure by care board, in the newest boundaries that were fetched and not drawn later than its month;
    None without any."""
    vintages = boundaries.tidy(home)
    last = maps.views.months[-1]
    usable = [vintage for vintage in vintages if vintage <= last]
    if not usable:
        return None
    codes = code_of_gss(maps.views.organisations)
    shapes = {
        codes.get(gss, gss): {"type": "MultiPolygon", "coordinates": area.polygons}
        for gss, area in vintages[max(usable)].items()
    }
    drawn = picture(draw_choropleth(maps.shown, shapes, maps.views.atlas.provenance))
    words = maps.shown.words
    return AtlasPage(
        path=PATH,
        title=f"{words.title}, by care board",
        subtitle="In the boundaries of integrated care boards, by place of supply and not of residence",
        headlines=[words.question, HOMECARE],
        in_short=[ISSUED],
        sections=[Section("boards", "Care boards", [Block("", [], drawn)])],
        data_folder="data",
    )
