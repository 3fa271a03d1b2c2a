"""Care boards in their own boundaries: a page that is there once boundaries have been fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from remission.atlas.map.areas import draw_choropleth
from remission.atlas.map.shown import MapShown, in_short
from remission.atlas.page_shell import BOUNDARIES
from remission.atlas.place_words import HOMECARE, ISSUED
from remission.atlas.recipes import boards
from remission.exhibits.month_axis import month_words
from remission.exhibits.page import Block, Page, Picture, Section
from remission.inputs.provenance import Provenance
from remission.supply.views import ENGLAND

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = boards.PATH, "Care boards", None


@dataclass(frozen=True, eq=False)
class BoardsParts:
    """What the page is made of: the default view by the boards of a day, and their shapes as GeoJSON by code."""

    shown: MapShown
    shapes: dict[str, dict[str, Any]]
    vintage: date
    provenance: Provenance


def pages(known: Known) -> Iterator[Making]:
    """The page, where there are boundaries."""
    found, maps = known.boundaries, known.maps
    if found is not None:
        shown = replace(maps.shown, estimates=boards.estimates_of(maps, found.vintage), notes=(BOUNDARIES,))
        shapes = found.shapes(known.views.organisations)
        yield partial(boards_page, BoardsParts(shown, shapes, found.vintage, known.provenance))


def boards_page(parts: BoardsParts) -> Page:
    """The default measure by care board."""
    words = parts.shown.words
    _, how_many = in_short(words.title, parts.shown.window, parts.shown.estimates.rows(), ENGLAND)
    drawn = Picture.of(draw_choropleth(parts.shown, parts.shapes, parts.provenance))
    return Page(
        path=PATH,
        title=f"{words.title}, by care board",
        subtitle=f"In the boundaries of {month_words(parts.vintage)}, by place of supply and not of residence",
        provenance=parts.provenance,
        headlines=[how_many, HOMECARE],
        in_short=[ISSUED],
        sections=[Section("boards", "Care boards", [Block(picture=drawn)])],
        data_folder="data",
    )
