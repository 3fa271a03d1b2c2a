"""Where one trust lies among all trusts, measure by measure: deciles as a band, the trust with its interval, its peers.

Each strip has its own scale. There is no rank: a position is said with its interval, and no side is the good one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.place_words import (
    MeasureWords,
    estimate_words,
    interval_name,
    number_words,
    of_words,
    said_words,
    window_words,
)
from remission.exhibits.figure import Figure, Spec, layer, name, number
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, INK, INNER_BAND, MUTED, OCHRE, OUTER_BAND, PAPER, SIZES, VERMILION, Size
from remission.exhibits.wording import MINUS, NBSP, wrapped
from remission.stats.estimates import Estimates
from remission.stats.quantiles import named_deciles, percentiles_of_interval, without_tails
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

BAR = 16
TRIANGLE = "M0,0.9L-0.8,-0.7L0.8,-0.7Z"
Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Strip:
    """One measure: the row of the trust, the values of all trusts with a figure, of its peers and of England."""

    words: MeasureWords
    here: Row
    values: Sequence[float]
    peers: Sequence[float]
    england: float | None
    default_unit: str | None = None

    @property
    def unit(self) -> str | None:
        """The unit of the measure, which an absent figure may not name."""
        return self.here["unit"] or self.default_unit

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the scale: 0 and a round end for proportions, otherwise the least and the most."""
        limits = [self.here[part] for part in ("value", "low", "high") if self.here[part] is not None]
        every = [*self.values, *limits, *([self.england] if self.england is not None else [])]
        low, high = min([0.0, *every]), max([0.0, *every])
        # A round end of few kinds, so that strips of several trusts can be compared by eye.
        if self.unit == "proportion" and low == 0 and high <= 1:
            return 0.0, next(end for end in (0.05, 0.1, 0.25, 0.5, 1.0) if high <= end)
        # All values alike: a scale without a length would divide by nothing.
        return low, high if high > low else low + 1


def strips_of(
    estimates: Estimates, measures: Sequence[MeasureWords], code: str, peers: Sequence[str], england: str
) -> list[Strip]:
    """The strips of one trust, from the estimates of one window for all trusts and England (code `england`)."""
    return strips_from(rows_by_measure(estimates), measures, code, peers, england)


def rows_by_measure(estimates: Estimates) -> Mapping[str, Sequence[Row]]:
    """The rows that strips are drawn from, read once for the pages of all trusts."""
    found: dict[str, list[Row]] = {}
    for row in estimates.rows():
        found.setdefault(str(row["what"]), []).append(row)
    return found


def strips_from(
    by_measure: Mapping[str, Sequence[Row]],
    measures: Sequence[MeasureWords],
    code: str,
    peers: Sequence[str],
    england: str,
) -> list[Strip]:
    """As `strips_of`, from rows that were read before."""
    strips = []
    for words in measures:
        rows = by_measure.get(words.name, ())
        found = {row["group"]: row for row in rows}
        values = [row["value"] for row in rows if row["population"] == "trust" and row["value"] is not None]
        near = [found[one]["value"] for one in peers if one in found and found[one]["value"] is not None]
        # A trust without any row of a measure still has its strip, which says that there is no figure.
        here = found[code] if code in found else _absent(words, code)
        unit = next((row["unit"] for row in rows if row["unit"]), None)
        strips.append(Strip(words, here, values, near, found.get(england, {}).get("value"), unit))
    return strips


def _absent(words: MeasureWords, code: str) -> Row:
    row = {"what": words.name, "group": code, "absent_reason": "not estimable", "method": words.method}
    return Estimates.of([row]).rows()[0]


def draw_percentile_strip(place: str, strips: Sequence[Strip], provenance: Provenance) -> Figure:
    """One strip a measure; a measure without a figure says why and has no dot."""
    interval = interval_name([strip.here for strip in strips])
    return Figure(
        name="percentile-strip",
        title=f"{place} among all trusts",
        subtitle="Pale band: from the 10th to the 90th percentile of trusts; darker: the middle half; upright line: "
        f"the median. Dot with line: this trust with its {interval}; dashed: bounds without a figure. "
        "Diamonds: peers. Triangle: England. "
        "Each strip has its own scale. More or less is neither better nor worse.",
        description=f"Strips of {len(strips)} measures. {' '.join(reading(strip) for strip in strips)}",
        specs={width: _spec(strips, SIZES[width]) for width in SIZES},
        table=strip_table(place, strips, provenance),
        provenance=provenance,
    )


def reading(strip: Strip) -> str:
    """One sentence that reads the strip: the figure, and where its interval lies among the trusts.

    >>> words = MeasureWords("m", "Infusions", "?", "!", "a", "b", "c")
    >>> here = {"value": 0.32, "low": 0.25, "high": 0.41, "unit": "proportion", "absent_reason": None, "level": 0.95}
    >>> reading(Strip(words, here, [at / 20 for at in range(20)], [], None)).partition("which ")[2]
    'with its interval lies between the 28th and the 45th percentile of 20 trusts.'
    """
    here, said = strip.here, f"{strip.words.title}: {said_words(strip.here)}"
    if here["value"] is None:
        return f"{said}."
    among = percentiles_of_interval(strip.values, here["value"], here["low"], here["high"])
    if among is None:
        return f"{said}; too few trusts have a figure to compare."
    return f"{said}, which with its interval {_among(*among)} {len(strip.values)} trusts."


def _among(first: int, last: int) -> str:
    """Where an interval lies, by the percentiles of its ends.

    >>> _among(28, 45), _among(0, 100)
    ('lies between the 28th and the 45th percentile of', 'reaches over the whole range of')
    """
    if first <= 0 and last >= 100:
        return "reaches over the whole range of"
    if first == last:
        return f"lies at about the {_ordinal(first)} percentile of" if 0 < first < 100 else "lies beyond the range of"
    ends = (
        ("the lowest value" if first <= 0 else f"the {_ordinal(first)}"),
        ("the highest value" if last >= 100 else f"the {_ordinal(last)} percentile"),
    )
    return f"lies between {ends[0]} and {ends[1]} of"


def _ordinal(number: int) -> str:
    # 11th, 12th and 13th, also of a hundred and more.
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _spec(strips: Sequence[Strip], size: Size) -> Spec:
    # Wider than the plot of other pictures on a phone: a strip has no axis beside it.
    across = size.plot if size.wide else 340
    rows: dict[str, list[dict[str, Any]]] = {part: [] for part in ("bands", "lines", "marks", "words")}
    top = 0.0
    for strip in strips:
        top = _strip(strip, rows, top, (across, size))
    at = {"axis": None, "scale": {"domain": [0, top], "range": [0, top]}}
    x = {"axis": None, "scale": {"domain": [0, across], "range": [0, across]}}
    return {"datasets": rows, "width": across, "height": top, "layer": _layers(x, at, size)}


def _strip(strip: Strip, rows: dict[str, list[dict[str, Any]]], top: float, room: tuple[float, Size]) -> float:
    """Put one strip's marks into the rows; where the next one begins."""
    across, size = room
    label = wrapped(_title(strip), 70 if size.wide else 44)
    leading = size.words + 3
    said = _numbers(strip)
    if size.wide:
        # Two lines of words beside the strip, 9 pixels above and below its middle; on a phone they go above it.
        beside, heads = [*zip(said, (-9.0, 9.0), strict=True)], label
    else:
        beside, heads = [], [*label, " · ".join(said)]
    for line, words in enumerate(heads):
        strong = line < len(label)
        rows["words"].append(_word(0, top + leading * (line + 0.5), words, weight="bold" if strong else "normal"))
    middle = top + leading * len(heads) + BAR / 2 + 5
    for words, down in beside:
        rows["words"].append(_word(across + 14, middle + down - 8, words, "bold" if down < 0 else "normal"))
    _marks(strip, rows, middle, across)
    low, high = strip.ends
    foot = middle + BAR / 2 + 10
    rows["words"].append(_word(0, foot, _end(low, strip.unit), ink=MUTED))
    rows["words"].append(_word(across, foot, _end(high, strip.unit), ink=MUTED, align="right"))
    return foot + 22


def _title(strip: Strip) -> str:
    unit = strip.unit
    return f"{strip.words.title} ({unit})" if unit and unit != "proportion" else strip.words.title


def _end(value: float, unit: str | None) -> str:
    said = (
        f"{text_half_up(100 * abs(value))}{NBSP}%"
        if unit == "proportion"
        else f"{abs(value):,.0f}"
        if abs(value) >= 100
        else f"{abs(value):.3g}"
    )
    return f"{MINUS}{said}" if value < 0 else said


def _numbers(strip: Strip) -> list[str]:
    here = strip.here
    made_from = of_words(here, strip.words.made_from) if here["value"] is not None else "no figure"
    return [estimate_words(here), made_from]


def _word(
    x: float, y: float, words: str, weight: str = "normal", *, ink: str = INK, align: str = "left"
) -> dict[str, Any]:
    return {"x": x, "y": y, "words": words, "weight": weight, "ink": ink, "align": align}


def _marks(strip: Strip, rows: dict[str, list[dict[str, Any]]], y: float, across: float) -> None:
    low, high = strip.ends

    def at(value: float) -> float:
        # Cut to the scale: a peer beyond its end stands at the end, for strips have no room outside.
        return min(max((value - low) / (high - low), 0), 1) * across

    rows["lines"].append({"kind": "scale", "x": 0, "x2": across, "y": y, "y2": y})
    for kind, tail in (("pale", 0.1), ("dark", 0.25)):
        if ends := without_tails(strip.values, tail):
            rows["bands"].append({"kind": kind, **_box(at(ends[0]), at(ends[1]), y)})
    known = {tenth: value for tenth, value in named_deciles(strip.values).items() if value is not None}
    for tenth, value in known.items():
        kind = "median" if tenth == "d5" else "decile"
        rows["lines"].append({"kind": kind, "x": at(value), "x2": at(value), "y": y - BAR / 2, "y2": y + BAR / 2})
    rows["marks"] += [{"kind": "peer", "x": at(value), "y": y} for value in strip.peers]
    if strip.england is not None:
        rows["marks"].append({"kind": "England", "x": at(strip.england), "y": y - BAR / 2 - 3})
    _here(strip.here, rows, y, at)


def _here(here: Row, rows: dict[str, list[dict[str, Any]]], y: float, at: Any) -> None:
    if here["value"] is None:
        _bounds(here, rows, y, at)
        return
    rows["marks"].append({"kind": "here", "x": at(here["value"]), "y": y})
    if here["low"] is not None and here["high"] is not None:
        rows["lines"].append({"kind": "interval", "x": at(here["low"]), "x2": at(here["high"]), "y": y, "y2": y})


def _bounds(here: Row, rows: dict[str, list[dict[str, Any]]], y: float, at: Any) -> None:
    """Without a figure, the bounds within which it lies, if they are known; without a dot."""
    if here["low"] is not None and here["high"] is not None:
        rows["lines"].append({"kind": "bounds", "x": at(here["low"]), "x2": at(here["high"]), "y": y, "y2": y})


def _box(left: float, right: float, y: float) -> dict[str, float]:
    return {"x": left, "x2": right, "y": y - BAR / 2, "y2": y + BAR / 2}


def _layers(x: Spec, at: Spec, size: Size) -> list[Spec]:
    box = {"x": number("x", **x), "x2": {"field": "x2"}, "y": number("y", **at), "y2": {"field": "y2"}}
    spot = {"x": number("x", **x), "y": number("y", **at)}
    point = {"type": "point", "opacity": 1}
    drawn: list[tuple[str, str, Spec, Spec]] = [
        ("bands", "pale", {"type": "rect", "color": OUTER_BAND, "stroke": None}, box),
        ("bands", "dark", {"type": "rect", "color": INNER_BAND, "stroke": None}, box),
        ("lines", "scale", {"type": "rule", "color": MUTED, "strokeWidth": 0.8}, box),
        ("lines", "decile", {"type": "rule", "color": PAPER, "strokeWidth": 1}, box),
        ("lines", "median", {"type": "rule", "color": INK, "strokeWidth": 2}, box),
        ("marks", "peer", point | {"shape": "diamond", "size": 70, "stroke": OCHRE, "strokeWidth": 1.6,
          "fill": PAPER}, spot),
        ("marks", "England", point | {"shape": TRIANGLE, "size": 60, "fill": BLUE, "stroke": BLUE}, spot),
        ("lines", "interval", {"type": "rule", "color": VERMILION, "strokeWidth": 2.6}, box),
        ("lines", "bounds", {"type": "rule", "color": VERMILION, "strokeWidth": 1.8, "strokeDash": [5, 3]}, box),
        ("marks", "here", point | {"shape": "circle", "size": 120, "fill": VERMILION, "stroke": PAPER}, spot),
    ]  # fmt: skip
    layers = [
        {**layer(rows, mark, **encoding), "transform": [{"filter": f"datum.kind == '{kind}'"}]}
        for rows, kind, mark, encoding in drawn
    ]
    # One layer for each pair: alignment and weight belong to a mark and cannot come from its rows.
    for align in ("left", "right"):
        for weight in ("bold", "normal"):
            mark = {"type": "text", "align": align, "baseline": "middle", "fontSize": size.words, "fontWeight": weight}
            ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
            same = f"datum.align == '{align}' && datum.weight == '{weight}'"
            layers.append(
                {**layer("words", mark, **spot, text=name("words"), color=ink), "transform": [{"filter": same}]}
            )
    return layers


def methods_words(methods: Sequence[str]) -> str:
    """Several methods without repeating what all of them end in.

    >>> methods_words(["ratio; t interval; widened", "total; t interval; widened", "total; t interval; widened"])
    'ratio; total. All: t interval; widened.'
    """
    parts = [method.split("; ") for method in dict.fromkeys(methods)]
    # Common endings only: what is widened over is said last, and the same for nearly every measure.
    same = 0
    while len(parts) > 1 and all(len(part) > same + 1 and part[-same - 1] == parts[0][-same - 1] for part in parts):
        same += 1
    own = "; ".join(dict.fromkeys("; ".join(part[: len(part) - same]) for part in parts))
    return f"{own}. All: {'; '.join(parts[0][len(parts[0]) - same :])}." if same else f"{own}."


def strip_table(place: str, strips: Sequence[Strip], provenance: Provenance) -> Table:
    """The same in numbers: value, interval, from what, the deciles' ends, and the window."""
    rows = [{**_table_row(strip), "title": _title(strip), "reading": reading(strip)} for strip in strips]
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    columns = (
        shows("title", "Measure"),
        Shown("Here", estimate_words, words=True),
        shows("made_from", "From", words=True),
        *(Shown(words, lambda row, part=part: _part(row, part)) for part, words in _PARTS.items()),  # type: ignore[misc]
        shows("trusts", "Trusts with a figure"),
    )
    methods = methods_words([str(strip.here["method"] or strip.words.method) for strip in strips])
    interval = interval_name([strip.here for strip in strips])
    windows = dict.fromkeys(window_words(strip.here) for strip in strips if strip.here["to_day"] is not None)
    window = "; ".join(windows) or "no window"
    return Table(
        "measures",
        f"{place} among all trusts, {window}, with {interval}s.",
        frame,
        columns,
        provenance,
        f"Methods: {methods}",
    )


_PARTS = {"d1": "10th percentile", "d5": "Median", "d9": "90th percentile", "england": "England"}
_NUMBERS = ("value", "low", "high", "level", "numerator", "denominator", *_PARTS)
_SCHEMA = {"title": pl.String, "measure": pl.String, **dict.fromkeys(_NUMBERS, pl.Float64), "unit": pl.String,
           "trusts": pl.Int64, "from_day": pl.Int32, "to_day": pl.Int32, "method": pl.String,
           "absent_reason": pl.String, "reading": pl.String, "made_from": pl.String}  # fmt: skip


def _table_row(strip: Strip) -> dict[str, Any]:
    kept = {field: strip.here[field] for field in _SCHEMA if field in strip.here}
    cut = named_deciles(strip.values)
    ends = {part: cut[part] for part in ("d1", "d5", "d9")}
    made_from = of_words(strip.here, strip.words.made_from)
    return {
        **kept,
        **ends,
        "made_from": made_from,
        "england": strip.england,
        "trusts": len(strip.values),
        "measure": strip.words.name,
    }


def _part(row: Row, part: str) -> str:
    return "–" if row[part] is None else number_words(row[part], row["unit"])
