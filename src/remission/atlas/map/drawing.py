"""The map: nearest-hospital cells of the whole United Kingdom, London enlarged, and trusts as circles.

The drawing looks up what each cell shows by its code, so that the page which moves through months changes only that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from remission.atlas.map.legend import Legend, at_pixel, legend_layers, legend_rows, volume_size
from remission.atlas.map.scale import PATTERNS, Scale, fills, look_words, text_inks
from remission.atlas.map.shapes import LAYOUTS, Layout, circles, shapes
from remission.atlas.map.shown import CIRCLES, COAST, NEAREST, MapShown, map_title, places_table
from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink
from remission.exhibits.rendering import Finishing
from remission.exhibits.theme import CELL_EDGE, COASTLINE, EDGE, INK, LAND, MUTED, ORANGE, ORANGE_EDGE, SIZES, WHITE
from remission.exhibits.wording import count
from remission.places.geography import Geography, load_geography

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

BY_HOSPITAL = "by hospital"
FINISHING = Finishing(patterns=PATTERNS, linked=True, trimmed=True)


def draw_map(shown: MapShown, provenance: Provenance) -> Figure:
    """Cells by class or pattern, trusts by volume, with links to their pages; its table names every place.

    A trust with volumes but without a cell is a circle only, one without coordinates is named under the title.
    """
    geography = load_geography()
    return Figure(
        name="map",
        title=map_title(shown.words.title, BY_HOSPITAL, shown.window),
        subtitle=subtitle(shown, geography),
        description=description(shown, geography),
        specs={width: _spec(shown, geography, LAYOUTS[width]) for width in SIZES},
        table=places_table("map", cell_rows(shown, geography, every=True), shown, provenance),
        provenance=provenance,
        finishing=FINISHING,
    )


def cell_rows(shown: MapShown, geography: Geography, *, every: bool = False) -> list[dict[str, Any]]:
    """What each cell shows; with `every`, also trusts that issued and have no cell."""
    silent = {cell.code for cell in geography.cells if not cell.publishes}
    more = without_cell(shown, geography) if every else []
    return shown.rows(sorted(geography.codes | set(more)), silent)


def without_cell(shown: MapShown, geography: Geography) -> list[str]:
    """Codes of trusts that issued something and have no cell, in order."""
    # Told in the subtitle: a trust whose place is unknown would be missing from the map without a word.
    return sorted(code for code, volume in shown.volumes.items() if volume and code not in geography.codes)


def subtitle(shown: MapShown, geography: Geography) -> str:
    """The sentences under the title: what cells and circles are, the intervals, and who could not be drawn."""
    before, after = sentences(shown, geography)
    return " ".join([before, shown.intervals, after])


def sentences(shown: MapShown, geography: Geography) -> tuple[str, str]:
    """The sentences under the title that stand before and after that of the intervals, the same for all measures."""
    lost = without_cell(shown, geography)
    points = [shown.names.get(code, code) for code in lost if code in shown.points]
    unknown = [shown.names.get(code, code) for code in lost if code not in shown.points]
    said = [f"Circle without a cell: {_named(points)}."] if points else []
    said += [f"Not drawn, place unknown: {_named(unknown)}."] if unknown else []
    return f"{NEAREST} {CIRCLES}", " ".join([*said, *shown.notes, COAST])


def _named(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join([*names[:most], *([f"and {more} more, in the table"] if more > 0 else [])])


def description(shown: MapShown, geography: Geography) -> str:
    """What is seen, in sentences: how many places show what."""
    rows = cell_rows(shown, geography)
    keys = [row["look"] for row in rows]
    parts = [f"{look_words(key, shown.scale)}: {keys.count(key)}" for key in sorted(set(keys))]
    drawn = count(sum(1 for row in rows if row["volume"]), "circle")
    return (
        f"Map of the United Kingdom in {count(len(rows), 'cell')}, each nearest to one hospital trust or board, with "
        f"London enlarged and {drawn}. Cells by what they show: {'; '.join(parts)}. The table has every place."
    )


def _spec(shown: MapShown, geography: Geography, layout: Layout) -> Spec:
    rows = cell_rows(shown, geography, every=True)
    legend = cells_legend(layout, shown.largest)
    data = {
        **shapes(geography, layout),
        "circles": circles(shown.points, geography, layout),
        "shown": [shown_row(row, shown.scale) for row in rows],
        **legend_rows(legend, shown.scale, {row["look"] for row in rows}, shown.words.title),
    }
    return {
        "datasets": data,
        "width": layout.width,
        "height": layout.height,
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "layer": [*_main_layers(legend), *_london_layers(legend), *legend_layers(legend)],
    }


def cells_legend(layout: Layout, largest: float) -> Legend:
    """The legend of a layout."""
    return Legend(
        *(layout.legend, layout.absent, layout.circles, layout.words, layout.largest_area, largest),
        letters=layout.letters,
        circle_letters=layout.circle_letters,
    )


def shown_row(row: Mapping[str, Any], scale: Scale) -> dict[str, Any]:
    """The part of a row that the drawing looks up by code, with its fill and the ink of words on it."""
    looked_up = {field: row[field] for field in ("code", "words", "href", "volume")}
    return looked_up | {"fill": fills(scale)[row["look"]], "ink": text_inks(scale, INK)[row["look"]]}


def _main_layers(legend: Legend) -> list[Spec]:
    return [
        # From the ground up: land that is not shown, cells, the coast over their edges, circles over all.
        layer("neighbours", _outline(fill=LAND, stroke=COASTLINE, strokeWidth=0.6)),
        _cells("cells"),
        layer("coast", _outline(filled=False, stroke=EDGE, strokeWidth=0.7)),
        _circles(legend, inset=False),
        _frame(["shetland", "london-here"]),
    ]


def _london_layers(legend: Legend) -> list[Spec]:
    text = {"type": "text", "align": "left", "baseline": "alphabetic"}
    leader = {"type": "rule", "strokeDash": [3, 3], "strokeWidth": 0.9, "color": MUTED}
    ends = {"x": at_pixel("x"), "y": at_pixel("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return [
        layer("leaders", leader, **ends),
        _frame(["london"], fill=WHITE),
        _cells("london"),
        _circles(legend, inset=True),
        _frame(["london"]),
        layer("names", text, x=at_pixel("x"), y=at_pixel("y"), text=name("words"), color=own_ink()),
    ]


def _outline(**look: Any) -> Spec:
    return {"type": "geoshape", "clip": True, "aria": False, **look}


def _frame(which: Sequence[str], **look: Any) -> Spec:
    ends = {"x": at_pixel("x"), "y": at_pixel("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    stroke = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    # Without a fill it takes no clicks meant for what lies under it.
    mark = {"type": "rect", "strokeWidth": 1, "filled": bool(look), **look}
    chosen = {"filter": {"field": "frame", "oneOf": list(which)}}
    return layer("frames", mark, **ends, stroke=stroke) | {"transform": [chosen]}


def lookup() -> Spec:
    """What a place shows, found by its code."""
    fields = ["fill", "ink", "words", "href", "volume"]
    return {"lookup": "code", "from": {"data": {"name": "shown"}, "key": "code", "fields": fields}}


def place_channels() -> dict[str, Spec]:
    """The channels of a place: its fill, its words and its link."""
    return {
        "color": own_ink("fill"),
        "description": name("words"),
        "tooltip": name("words"),
        "href": own_page(),
    }


def own_page() -> Spec:
    """The link of a place to its page, if it has one."""
    return {"condition": {"test": "isValid(datum.href)", "field": "href"}, "value": ""}


def _cells(rows: str) -> Spec:
    mark = {"type": "geoshape", "stroke": CELL_EDGE, "strokeWidth": 0.5, "clip": True, "aria": True}
    return layer(rows, mark, **place_channels()) | {"transform": [lookup()]}


def _circles(legend: Legend, *, inset: bool) -> Spec:
    mark = {"type": "point", "filled": True, "color": ORANGE, "opacity": 0.9, "stroke": ORANGE_EDGE, "strokeWidth": 0.8}
    chosen = f"{'' if inset else '!'}datum.inset && datum.volume > 0"
    # Small circles are drawn last, on top of large ones.
    drawn = layer("circles", mark, x=at_pixel("x"), y=at_pixel("y"), size=volume_size(legend), tooltip=name("words"),
                  href=own_page(), order=number("volume", sort="descending"))  # fmt: skip
    return drawn | {"transform": [lookup(), {"filter": chosen}]}
