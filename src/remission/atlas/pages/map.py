"""The map, first page of the atlas: the default view drawn, and every other view as numbers ready to print."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from remission.atlas.map.areas import draw_hexagons
from remission.atlas.map.drawing import draw_map
from remission.atlas.map.index import PATH as INDEX
from remission.atlas.map.index import Download, IndexShown, render_index, script_files
from remission.atlas.map.live import LiveShown, live_circles, live_data, live_drawings
from remission.atlas.map.shown import in_short
from remission.atlas.place_words import HOMECARE, ISSUED, NEUTRAL
from remission.atlas.recipes import boards
from remission.atlas.recipes.measures import WINDOW
from remission.exhibits.page import Picture
from remission.exhibits.site.shell import Later, marked_json
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.supply.views import ENGLAND

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.atlas.recipes.live import MapParts
    from remission.exhibits.figure import Figure
    from remission.exhibits.site.shell import Files, Making, Site
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = INDEX, "Map", 10

THE_REST = "The rest is drawn as what it is: not visible here, not reported, not used, or not published."

LATEST, ALL_ROWS = "data/estimates", "data/issued"
IN_BOUNDARIES = Download(boards.PATH, "The same in the boundaries of care boards", "all")


def pages(known: Known) -> Iterator[Making]:
    """The page with its still view and its script, and the numbers of each view that can be chosen."""
    yield partial(map_files, known.maps.parts(in_boundaries=known.boundaries is not None), known.site)
    for choice, window in known.maps.choosable():
        yield Later(partial(view_files, provenance=known.provenance), partial(known.maps.live, choice, window))


def view_files(view: LiveShown, provenance: Provenance) -> Files:
    """The numbers of one view in all months."""
    return as_json(live_data(view), provenance)


def map_files(parts: MapParts, site: Site) -> Files:
    """The page, its pictures, the figures behind it, and what its script loads whatever is chosen."""
    cells, hexagons = draw_map(parts.shown, parts.provenance), draw_hexagons(parts.shown, parts.provenance)
    mark = mark_of(parts.provenance)
    return [
        (PATH, render_index(_index(parts, cells, hexagons), site)),
        *((f"pictures/{one.name}{mark}.svg", one.svg()) for one in (cells, hexagons)),
        (f"pictures/map{mark}.png", cells.png()),
        (f"data/{cells.table.file_name}", cells.table.csv()),
        *_whole_tables(parts),
        *_drawings(parts),
        *script_files().items(),
    ]


def mark_of(provenance: Provenance) -> str:
    """What the names of files say when their rows are not observed ones.

    >>> from remission.inputs.provenance import Provenance
    >>> mark_of(Provenance("atlas", "partly synthetic", "")), mark_of(Provenance("atlas", "observed", ""))
    ('.partly-synthetic', '')
    """
    # The word goes into the names of files, so that a copy of one of them says it too (decision 12).
    return "" if provenance.kind == "observed" else f".{provenance.kind.replace(' ', '-')}"


def _whole_tables(parts: MapParts) -> Files:
    """All estimates of the newest months, and every row counted."""
    mark, latest = mark_of(parts.provenance), parts.latest.frame
    estimates, issued = io.BytesIO(), io.BytesIO()
    latest.write_parquet(estimates)
    parts.issued.write_parquet(issued)
    return [
        (f"{LATEST}{mark}.csv", spreadsheet_csv(latest)),
        (f"{LATEST}{mark}.parquet", estimates.getvalue()),
        (f"{ALL_ROWS}{mark}.parquet", issued.getvalue()),
    ]


def _drawings(parts: MapParts) -> Files:
    """Drawings, names and circles of the live map."""
    made = live_drawings(parts.shown, parts.provenance)
    for window, volumes in parts.volumes.items():
        made |= live_circles(volumes, window)
    return as_json(made, parts.provenance)


def as_json(files: Mapping[str, Mapping[str, object]], provenance: Provenance) -> Files:
    """Files of plain data as text, by their path."""
    return [(path, marked_json(one, provenance)) for path, one in files.items()]


def _index(parts: MapParts, cells: Figure, hexagons: Figure) -> IndexShown:
    shown = parts.shown
    return IndexShown(
        title="Who issues which MS therapy, where",
        subtitle="Medicines for multiple sclerosis out of the stock of English hospitals, by trust and month",
        in_short=in_short(shown.words.title, shown.window, shown.estimates.rows(), ENGLAND),
        map=Picture.of(cells),
        hexagons=Picture.of(hexagons),
        choices=parts.choices,
        default=parts.default,
        windows=tuple(parts.volumes),
        window=WINDOW,
        months=parts.months,
        pages=shown.pages,
        downloads=_downloads(parts, cells),
        notes=[ISSUED, HOMECARE, NEUTRAL],
        provenance=parts.provenance,
        beside=[THE_REST],
    )


def _downloads(parts: MapParts, cells: Figure) -> list[Download]:
    mark = mark_of(parts.provenance)
    every = "Every row counted, with codes as reported and as now, as Parquet"
    return [
        Download(f"data/{cells.table.file_name}", "This view as CSV", "csv"),
        Download(f"pictures/map{mark}.svg", "This picture as SVG", "svg"),
        Download(f"pictures/map{mark}.png", "This picture as PNG", "png"),
        Download(f"{LATEST}{mark}.csv", "All measures and places, newest months, as CSV", "all"),
        Download(f"{LATEST}{mark}.parquet", "The same as Parquet", "parquet"),
        Download(f"{ALL_ROWS}{mark}.parquet", every, "all"),
        *([IN_BOUNDARIES] if parts.in_boundaries else []),
    ]
