"""What the live map loads: drawings without values, and for every month the fills and the printed numbers.

Numbers are sent as they are printed, so that the page recomputes none: a value on the live map is the text that the
table of a static page would show. Files are split by calendar year, so that the first view is small.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.map.areas import BY_BOARD, COMBS, EQUAL, SUPPLY, areas_legend, draw_hexagons
from remission.atlas.map.drawing import BY_HOSPITAL, cells_legend, draw_map, sentences, without_cell
from remission.atlas.map.legend import legend_rows
from remission.atlas.map.scale import LOOKS, NO_ROW, NOT_PUBLISHED, Scale, fills, look_key, look_words, text_inks
from remission.atlas.map.shapes import LAYOUTS
from remission.atlas.map.shown import MapShown, in_short, interval_text, rolling_words, suffix, value_words
from remission.atlas.place_words import MeasureWords, amount_words, day_of
from remission.exhibits.rendering import compiled
from remission.exhibits.theme import INK, SIZES, Width
from remission.places.areas import ENGLAND
from remission.places.geography import load_geography
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.inputs.provenance import Provenance

Files = dict[str, dict[str, Any]]
ByMonth = Mapping[str, Sequence[Mapping[str, Any] | None]]
# No number and no word holds this sign, so that a column can travel as one text instead of a list of texts.
BETWEEN = "|"
TEXTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "value": value_words,
    "interval": interval_text,
    "numerator": lambda row: amount_words(row["numerator"]),
    "denominator": lambda row: amount_words(row["denominator"]),
}


@dataclass(frozen=True)
class Choice:
    """One measure that readers can choose.

    `name` is the `what` of its Estimates and begins the names of its files. `group` is what the measure list says when
    several choices differ in the `therapy` only, which then has a list of its own. `boards` are measures that exist by
    care board only: they have no map of hospitals.
    """

    name: str
    title: str
    group: str = ""
    therapy: str = ""
    boards: bool = False


@dataclass(frozen=True, eq=False)
class LiveShown:
    """All months of one choice in one window: Estimates of every month's window, all levels mixed, group = code."""

    choice: Choice
    words: MeasureWords
    estimates: Estimates
    scale: Scale
    window: int
    intervals: str
    refused: frozenset[str] = frozenset()


def live_name(name: str, window: int, year: int | None = None) -> str:
    """Where a file of the live map lies, from the root of the site.

    >>> live_name("share-dimethyl fumarate", 12), live_name("circles", 3, 2024)
    ('data/share-dimethyl-fumarate.12.json', 'data/circles.3.2024.json')
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"data/{slug}.{window}{'' if year is None else f'.{year}'}.json"


def live_data(shown: LiveShown) -> Files:
    """The files of one choice and window by name: what it is with the fills of all months, and numbers by year.

    A fill is one letter a place and month: the digit of its class, or why there is none. A place without a row in any
    month is not in the file; the page knows which nations publish nothing. Of a measure by care board only, trusts are
    not in it either: they have no figure, and none is hidden.
    """
    every = shown.estimates.frame.select(_READ).to_dicts()
    rows = [row for row in every if not (shown.choice.boards and row["population"] == "trust")]
    months = sorted({_month(row) for row in rows})
    held = _by_month(rows, months)
    looks = {code: "".join(_look(shown, code, row) for row in of_code) for code, of_code in held.items()}
    about = {
        "name": shown.choice.name,
        "title": shown.words.title,
        "window": shown.window,
        "intervals": shown.intervals,
        "in_short": _in_short(shown, rows, months),
        "months": [f"{month:%Y-%m}" for month in months],
        "looks": looks,
        "fills": fills(shown.scale),
        "inks": text_inks(shown.scale, INK),
        "suffix": suffix(shown.scale.unit),
        "states": {key: look_words(key, shown.scale) for key in fills(shown.scale)},
        # Made for what occurs in any month: a legend that grew and shrank from month to month would make the map
        # jump.
        "legends": _legends(shown, set("".join(looks.values())) | {NOT_PUBLISHED.key}),
    }
    texts = _texts(held)
    numbers = {
        live_name(shown.choice.name, shown.window, year): _numbers(texts, months, year)
        for year in sorted({month.year for month in months})
    }
    return {live_name(shown.choice.name, shown.window): about, **numbers}


# All that is asked of a row here: a row of all columns takes three times as long to read.
_READ = (
    "group", "population", "from_day", "to_day", "value", "low", "high", "unit", "numerator", "denominator",
    "absent_reason",
)  # fmt: skip


def _by_month(rows: Iterable[Mapping[str, Any]], months: Sequence[date]) -> ByMonth:
    """The row of each place in each month, places in order of code; None where a place has no row."""
    at = {month: place for place, month in enumerate(months)}
    held: dict[str, list[Mapping[str, Any] | None]] = {}
    for row in rows:
        held.setdefault(str(row["group"]), [None] * len(months))[at[_month(row)]] = row
    return {code: held[code] for code in sorted(held)}


def _in_short(shown: LiveShown, rows: Iterable[Mapping[str, Any]], months: Sequence[date]) -> list[list[str]]:
    """The sentences above the map of each month, as the still page prints those of the default view."""
    of_month: dict[date, list[Mapping[str, Any]]] = {month: [] for month in months}
    for row in rows:
        of_month[_month(row)].append(row)
    return [in_short(shown.words.title, _window(now[0]), now, ENGLAND) for now in of_month.values()]


def _window(row: Mapping[str, Any]) -> str:
    return rolling_words(day_of(row["from_day"]), day_of(row["to_day"]))


def _month(row: Mapping[str, Any]) -> date:
    return _month_of(row["to_day"])


@cache
def _month_of(day: int) -> date:
    return day_of(day).replace(day=1)


def _look(shown: LiveShown, code: str, row: Mapping[str, Any] | None) -> str:
    return look_key(row, shown.scale, refused=code in shown.refused)


def _texts(held: ByMonth) -> dict[str, dict[str, list[str]]]:
    """Every text of every place and month, by the name of the text and the code of the place."""
    # A dash is put in by the page: it stands in most places of most months.
    return {
        name: {code: ["" if row is None else text(row).replace("–", "") for row in rows]
               for code, rows in held.items()}
        for name, text in TEXTS.items()
    }  # fmt: skip


def _numbers(texts: Mapping[str, Mapping[str, Sequence[str]]], months: Sequence[date], year: int) -> dict[str, Any]:
    """The texts of one year, those of a place as one."""
    inside = [place for place, month in enumerate(months) if month.year == year]
    some = slice(inside[0], inside[-1] + 1)
    columns = {name: [BETWEEN.join(said[some]) for said in of_codes.values()] for name, of_codes in texts.items()}
    codes = list(next(iter(texts.values())))
    return {"months": [f"{month:%Y-%m}" for month in months[some]], "codes": codes, **columns}


def _legends(shown: LiveShown, keys: Iterable[str]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The rows of the legend for each drawing; what is explained is what occurs in any month."""
    occurs = sorted(keys)
    cells = {f"cells.{width}": cells_legend(layout, 1.0) for width, layout in LAYOUTS.items()}
    combs = {f"hexagons.{width}": areas_legend(comb) for width, comb in COMBS.items()}
    made = {name: legend_rows(one, shown.scale, occurs, shown.words.title) for name, one in {**cells, **combs}.items()}
    return {name: {"legend": rows["legend"], "headings": rows["headings"]} for name, rows in made.items()}


def live_circles(volumes: pl.DataFrame, window: int) -> Files:
    """Patient-years of all therapies by year, for the circles; columns month (the window's last), code, patient_years.

    Every file has the largest volume of all months, to which circles are scaled, and the legend of the circles.
    """
    # The same for all months and in every file: circles of two months can be compared.
    largest = largest_of(volumes)
    sizes = {
        f"cells.{width}": legend_rows(cells_legend(layout, largest), Scale((), None), (), "")["sizes"]
        for width, layout in LAYOUTS.items()
    }
    held = {(code, month): volume for month, code, volume in
            volumes.select("month", "code", "patient_years").drop_nulls().iter_rows()}  # fmt: skip
    codes, months = sorted({code for code, _ in held}), sorted({month for _, month in held})
    files: Files = {}
    for year in sorted({month.year for month in months}):
        of_year = [month for month in months if month.year == year]
        every = [[held.get((code, month)) for month in of_year] for code in codes]
        files[live_name("circles", window, year)] = {
            "largest": largest,
            "sizes": sizes,
            "months": [f"{month:%Y-%m}" for month in of_year],
            "codes": codes,
            # Tenths, for the area alone; the words are those that a table has.
            "tenths": [[None if volume is None else round(10 * volume) for volume in row] for row in every],
            "words": [BETWEEN.join("" if volume is None else amount_words(volume) for volume in row) for row in every],
        }
    return files


def largest_of(volumes: pl.DataFrame) -> float:
    """The largest volume of all trusts and months, to which circles are scaled; 0 where nothing is known."""
    most = volumes["patient_years"].max()
    return 0.0 if most is None else float(str(most))


def live_drawings(shown: MapShown, provenance: Provenance) -> Files:
    """Names and sentences in "data/places.json", and each drawing without values, compiled for the page."""
    geography = load_geography()
    before, after = sentences(shown, geography)
    boards = sorted(cell.code for cell in geography.cells if not cell.publishes)
    layouts = {start: [one.code for one in layout] for start, layout in geography.hexagons.items()}
    known = {*geography.codes, *shown.points, *without_cell(shown, geography)}
    known |= {code for codes in layouts.values() for code in codes}
    places = {
        "names": {code: shown.names.get(code, code) for code in sorted(known)},
        "pages": sorted(shown.pages & known),
        "silent": boards,
        "cells": sorted({*geography.codes, *without_cell(shown, geography)}),
        "hexagons": layouts,
        "absent": {"row": NO_ROW.key, "nation": NOT_PUBLISHED.key},
        "unknown": [look.key for look in LOOKS],
        "by": {"cells": BY_HOSPITAL, "hexagons": BY_BOARD},
        "sentences": {"cells": [before, after], "hexagons": [f"{EQUAL} {SUPPLY}", " ".join(shown.notes)]},
        "warning": provenance.warning,
        "letters": {width: size.letters for width, size in SIZES.items()},
    }
    files: Files = {"data/places.json": places}
    files |= _drawings("cells", draw_map(shown, provenance))
    for start, layout in geography.hexagons.items():
        # Outlines only: which boards there are depends on the day, and what they show on the view.
        boards_only = MapShown(shown.words, _no_estimates(layout[0].code, start), shown.scale, shown.names, {}, {},
                               0, shown.intervals, shown.pages)  # fmt: skip
        files |= _drawings(f"hexagons.{start}", draw_hexagons(boards_only, provenance))
    return files


def _no_estimates(code: str, start: str) -> Estimates:
    """One row without a value, for the day of its window alone."""
    day = (date.fromisoformat(start) - date(1970, 1, 1)).days
    return Estimates.of([{"group": code, "from_day": day, "to_day": day, "absent_reason": "not reported"}])


def _drawings(name: str, figure: Figure) -> Files:
    return {f"data/{name}.{width}.json": live_drawing(figure, width) for width in SIZES}


def live_drawing(figure: Figure, width: Width) -> dict[str, Any]:
    """A picture as a Vega drawing whose title, subtitle, values and largest circle the page sets.

    `shapes` holds, by dataset, code and rings of each outline, every ring as steps of a tenth of a pixel.
    """
    spec = figure.spec(width)
    params = [{"name": name, "value": [""]} for name in ("title_lines", "subtitle_lines")]
    signals = {"text": {"expr": "title_lines"}, "subtitle": {"expr": "subtitle_lines"}}
    outlines = {name: rows for name, rows in spec["datasets"].items() if rows and "geometry" in rows[0]}
    # What the page sets is left empty, and outlines travel as steps beside the drawing: they are most of its size.
    emptied: dict[str, list[Any]] = {name: [] for name in (*_SET_BY_PAGE, *outlines) if name in spec["datasets"]}
    spec |= {"datasets": {**spec["datasets"], **emptied}, "title": signals, "params": params}
    shapes = {name: [[row["code"], _rings(row)] for row in rows] for name, rows in outlines.items()}
    return {"vega": _answering(_with_largest(compiled(spec))), "shapes": shapes}


_SET_BY_PAGE = ("shown", "legend", "headings", "sizes")


def _rings(feature: Mapping[str, Any]) -> list[list[int]]:
    return [_steps(polygon[0]) for polygon in feature["geometry"]["coordinates"]]


def _steps(ring: Sequence[Sequence[float]]) -> list[int]:
    """Corners in tenths of a pixel, each from the one before; the last, which is the first again, is left out.

    >>> _steps([[1.0, 2.0], [3.5, 2.0], [1.0, 2.0]])
    [10, 20, 25, 0]
    """
    corners = [(round(10 * x), round(10 * y)) for x, y in ring[:-1]]
    before = [(0, 0), *corners]
    return [part for (x, y), (x0, y0) in zip(corners, before, strict=False) for part in (x - x0, y - y0)]


def _answering(vega: dict[str, Any]) -> dict[str, Any]:
    """Only what has words answers the mouse: outlines and frames that lie above the places let it through."""
    for mark in vega["marks"]:
        mark["interactive"] = "tooltip" in mark.get("encode", {}).get("update", {})
    return vega


def _with_largest(vega: dict[str, Any]) -> dict[str, Any]:
    """The scale of the circles reads the largest volume from a signal."""
    for scale in vega.get("scales", []):
        if scale["name"] == "size":
            scale["domain"] = {"signal": "[0, largest]"}
            vega["signals"] = [*vega.get("signals", []), {"name": "largest", "value": 1}]
    return vega
