"""What one map shows: an estimate, a state and a volume for each place, the same for picture, table and live page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.map.scale import Scale, look_key, look_words
from remission.atlas.place_words import ABSENT, MeasureWords, amount_words, day_of, number_words, said_words
from remission.exhibits.month_axis import month_words
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import NBSP, count
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

NEAREST = "A cell is the area nearest to a hospital, not its catchment."
COAST = "Coast: Natural Earth. Borders of nations are not drawn."
CIRCLES = "Circles: patient-years of all MS therapies issued by a trust."
PER_CENT = f"{NBSP}%"
NUMBERS = ("value", "low", "high", "level", "numerator", "denominator", "volume")


@dataclass(frozen=True, eq=False)
class MapShown:
    """One measure in one window, for every place of one map.

    `estimates` has one row a place (group = code as now), all of one `what` and window; levels may be mixed, each
    picture takes the codes that it draws. `volumes` has the patient-years of all MS therapies issued in the window
    by trust (no entry: unknown, no circle); circles are scaled to `largest`, the same for all months. `points` has
    latitude and longitude, `names` the name by code. `pages` are codes that have a page (`trust/CODE.html`);
    `refused` are codes that refused an FOI request. `intervals` is the sentence "Intervals: ...", `notes` are further
    sentences under the title.
    """

    words: MeasureWords
    estimates: Estimates
    scale: Scale
    names: Mapping[str, str]
    points: Mapping[str, tuple[float, float]]
    volumes: Mapping[str, float]
    largest: float
    intervals: str
    pages: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    notes: Sequence[str] = ()

    def by_code(self) -> dict[str, dict[str, Any]]:
        """The estimate of each place."""
        return {str(row["group"]): row for row in self.estimates.rows()}

    def rows(self, codes: Iterable[str], unpublished: Iterable[str] = ()) -> list[dict[str, Any]]:
        """One row a place in order of name: its estimate, volume, look, words, and the address of its page.

        Places in `unpublished` without an estimate are of a nation that publishes nothing.
        """
        held, silent = self.by_code(), frozenset(unpublished)
        rows = [self._row(code, held.get(code), unpublished=code in silent) for code in codes]
        return sorted(rows, key=lambda row: (row["name"], row["code"]))

    def _row(self, code: str, estimate: Row | None, *, unpublished: bool) -> dict[str, Any]:
        if estimate is None and unpublished:
            estimate = {"value": None, "absent_reason": "not published"}
        look = look_key(estimate, self.scale, refused=code in self.refused)
        held = {field: (estimate or {}).get(field) for field in (*NUMBERS, "unit", "absent_reason")}
        row = {"code": code, "name": self.names.get(code, code), **held, "look": look}
        row |= {"volume": self.volumes.get(code), "state": look_words(look, self.scale)}
        return row | {"words": place_words(row), "href": f"trust/{code}.html" if code in self.pages else None}

    @property
    def window(self) -> str:
        """The months that the map is of, in words; empty when there is no estimate."""
        spans = self.estimates.frame.select("from_day", "to_day").drop_nulls().unique().sort("to_day").rows()
        return rolling_words(day_of(spans[-1][0]), day_of(spans[-1][1])) if spans else ""

    @property
    def last_day(self) -> str:
        """The last day of the window, YYYY-MM-DD; empty when there is no estimate."""
        last = self.estimates.frame["to_day"].max()
        return day_of(int(str(last))).isoformat() if last is not None else ""


def rolling_words(first: date, last: date) -> str:
    """A window by its length and its last month.

    >>> rolling_words(date(2024, 1, 1), date(2024, 12, 31)), rolling_words(date(2024, 12, 1), date(2024, 12, 31))
    ('12 months to December 2024', 'December 2024')
    """
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    return f"{months} months to {month_words(last)}" if months > 1 else month_words(last)


def place_words(row: Row) -> str:
    """What a place shows, for its tooltip and for those who listen.

    >>> row = {"name": "Leeds", "state": "not visible here", "unit": "proportion", "low": 0.1, "high": 0.9}
    >>> place_words({**row, "value": None, "volume": None})
    'Leeds: not visible here (bounds 10.0 to 90.0\\xa0%)'
    """
    interval = interval_text(row)
    if row["value"] is None:
        said = row["state"] if interval == "–" else f"{row['state']} ({interval}{suffix(row['unit'])})"
    else:
        said = f"{value_words(row)} ({'limits not estimable' if interval == '–' else interval})"
    issued = "" if row["volume"] is None else f"; {amount_words(row['volume'])} patient-years of all therapies"
    return f"{row['name']}: {said}{issued}"


def suffix(unit: str | None) -> str:
    """What stands after a number of this unit."""
    return PER_CENT if unit == "proportion" else ""


def in_short(title: str, window: str, rows: Sequence[Row], england: str) -> list[str]:
    """Two sentences on one view: England's value, its bounds, or why none; and how many trusts can be given a figure.

    Boards are counted where no row is a trust's: some measures exist for areas only. `england` is England's code.

    >>> row = {"group": "E1", "population": "nation", "value": None, "low": 0.1, "high": 0.9, "unit": "proportion"}
    >>> in_short("Share", "March 2025", [row, row | {"population": "trust", "value": 0.5}], "E1")[0]
    'Share, March 2025. England lies between 10.0\\xa0% and 90.0\\xa0%: too much may be hidden for one figure.'
    """
    trusts = [row for row in rows if row["population"] == "trust"]
    counted = trusts or [row for row in rows if row["population"] == "icb"]
    known = sum(row["value"] is not None for row in counted)
    places = count(len(counted), "trust" if trusts else "care board")
    whole = next((row for row in rows if row["group"] == england), None)
    return [f"{map_title(title, '', window)}. {england_words(whole)}", f"{known} of {places} can be given a figure."]


def england_words(row: Row | None) -> str:
    """England's figure with its interval, or its bounds where too much may be hidden for one, or why there is neither.

    >>> england_words(None)
    'England has no figure: not estimable.'
    """
    if row is not None and row["value"] is not None:
        return f"England: {said_words(row)}."
    if row is not None and row["low"] is not None and row["high"] is not None:
        low, high = (number_words(row[limit], row["unit"]) for limit in ("low", "high"))
        return f"England lies between {low} and {high}: too much may be hidden for one figure."
    reason = None if row is None else row["absent_reason"]
    return f"England has no figure: {ABSENT.get(str(reason), str(reason or 'not estimable'))}."


def map_title(title: str, by: str, window: str) -> str:
    """The title of a picture.

    >>> map_title("Share by injectables", "by hospital", "March 2025")
    'Share by injectables, by hospital, March 2025'
    """
    return ", ".join(filter(None, [title, by, window]))


def places_table(name: str, rows: Sequence[Row], shown: MapShown, provenance: Provenance) -> Table:
    """The text twin of a map: every place with value, interval, what it was made from, and its state in words."""
    schema = {"name": pl.String, "code": pl.String, **dict.fromkeys(NUMBERS, pl.Float64), "unit": pl.String}
    schema |= {"absent_reason": pl.String, "state": pl.String}
    frame = pl.DataFrame([{field: row[field] for field in schema} for row in rows], schema=schema)
    caption = map_title(shown.words.title, "", shown.window) + ", every place by name."
    return Table(name, caption, frame, COLUMNS, provenance, f"{shown.intervals} Amounts are patient-years.")


def value_words(row: Row) -> str:
    """The value alone; a dash where there is none."""
    return "–" if row["value"] is None else number_words(row["value"], row["unit"])


def interval_text(row: Row) -> str:
    """The interval alone, or the bounds that hold where there is no value; a dash where nothing is known.

    >>> interval_text({"value": 0.4, "low": 0.331, "high": None, "unit": "proportion"})
    '33.1 to open'
    >>> interval_text({"value": None, "low": 0.1, "high": 0.9, "unit": "proportion"})
    'bounds 10.0 to 90.0'
    """
    ends = [row.get(limit) for limit in ("low", "high")]
    if ends == [None, None]:
        return "–"
    said = ["open" if end is None else number_words(end, row["unit"]).removesuffix(PER_CENT) for end in ends]
    return f"{'bounds ' if row['value'] is None else ''}{said[0]} to {said[1]}"


COLUMNS = (
    shows("name", "Place"),
    shows("code", "Code", words=True),
    Shown("Value", value_words),
    Shown("Interval", interval_text),
    Shown("Numerator", lambda row: amount_words(row["numerator"])),
    Shown("Denominator", lambda row: amount_words(row["denominator"])),
    Shown("All therapies", lambda row: amount_words(row["volume"])),
    shows("state", "On the map", words=True),
)
