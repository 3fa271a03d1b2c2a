"""Effects of many treatments against one reference, in the order in which they are given, and never by size.

Each treatment may have several numbers that are looked at beside one another, such as a main analysis and a wider one:
the first is filled and whole, the others are open and dashed, so that they are told apart without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure
from remission.exhibits.network.ratios import Ratio
from remission.exhibits.network.sheet import Sheet
from remission.exhibits.rendering import Finishing
from remission.exhibits.synthesis.canvas import name_link
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, PAPER, SIZES, VERMILION, Size
from remission.exhibits.wording import count, wrapped

if TYPE_CHECKING:
    from remission.exhibits.figure import Spec
    from remission.exhibits.synthesis.scales import Scale
    from remission.inputs.provenance import Provenance


@dataclass(frozen=True)
class Effect:
    """One number of a treatment: its ratio, and on how many trials and people it rests."""

    ratio: Ratio
    trials: int | None = None
    people: int | None = None
    says: str = ""


@dataclass(frozen=True)
class EffectLine:
    """A treatment with a number of each series; `group` is a heading, `href` the page behind it."""

    name: str
    effects: Sequence[Effect]
    group: str = ""
    href: str = ""


@dataclass(frozen=True)
class Effects:
    """The treatments in order, what each of their numbers is (`series`), and the scale.

    `less` and `more` say what lies on either side of 1; `absent` is said in place of a number that there is not.
    """

    name: str
    title: str
    subtitle: str
    series: Sequence[str]
    lines: Sequence[EffectLine]
    scale: Scale
    less: str = "fewer"
    more: str = "more"
    note: str = ""
    counted: str = "Trials"


@dataclass(frozen=True)
class _Columns:
    letters: int
    counts: float
    plot: tuple[float, float]
    values: float


_COLUMNS = {True: _Columns(40, 336, (360, 620), 634), False: _Columns(40, 336, (10, 154), 166)}
_LOOKS: tuple[dict[str, Any], ...] = (
    {"ink": BLUE, "fill": BLUE, "shape": "square", "dash": (1, 0)},
    {"ink": VERMILION, "fill": PAPER, "shape": "circle", "dash": (4, 3)},
    {"ink": MUTED, "fill": PAPER, "shape": "diamond", "dash": (1, 2)},
)
_ARROW = {"low": "triangle-left", "high": "triangle-right"}
# A row of the plot, and the air under a treatment.
STEP, AIR = 19, 8
TICK = 40


def draw_effects(effects: Effects, provenance: Provenance) -> Figure:
    """The effects in two widths; their table has every number with what it favours."""
    return Figure(
        name=effects.name,
        title=effects.title,
        subtitle=effects.subtitle,
        description=_description(effects),
        specs={width: _spec(effects, SIZES[width]) for width in SIZES},
        table=effects_table(effects, provenance),
        provenance=provenance,
        finishing=Finishing(linked=any(line.href for line in effects.lines)),
    )


def _description(effects: Effects) -> str:
    first = [line.effects[0].ratio for line in effects.lines]
    known = [one for one in first if one.value is not None]
    apart = sum(bool(one.favours) for one in known)
    return (
        f"{count(len(effects.lines), 'treatment')}, each with its ratio and interval, in a fixed order and not by "
        f"size. Of {len(known)} with a number ({effects.series[0]}) {apart or 'none'} "
        f"{'has' if apart == 1 else 'have'} an interval without 1. The table has every number."
    )


def effects_table(effects: Effects, provenance: Provenance) -> Table:
    """Every number in words: the treatment, which number it is, its interval, and which treatment it favours."""
    rows = [
        {"name": line.name, "href": line.href, "series": series, "value": effect.ratio.value, "low": effect.ratio.low,
         "high": effect.ratio.high, "against": effect.ratio.other, "trials": effect.trials, "people": effect.people,
         "words": effect.ratio.words(effects.scale.digits), "favours": effect.ratio.favours_words,
         "says": effect.says, "group": line.group}
        for line in effects.lines for series, effect in zip(effects.series, line.effects, strict=True)
    ]  # fmt: skip
    kinds = {**dict.fromkeys(("value", "low", "high"), pl.Float64), **dict.fromkeys(("trials", "people"), pl.Int64)}
    names = ("name", "href", "series", "value", "low", "high", "against", "trials", "people", "words", "favours",
             "says", "group")  # fmt: skip
    frame = pl.DataFrame(rows, schema={one: kinds.get(one, pl.String) for one in names})
    columns = [Shown("Treatment", lambda row: name_link(row, "name"), words=True)]
    columns += [shows("series", "Which number", words=True)] if len(effects.series) > 1 else []
    columns += [shows("against", "Against", words=True), shows("words", effects.scale.title),
                shows("favours", "Favours", words=True)]  # fmt: skip
    columns += [shows(one, head) for one, head in (("trials", effects.counted), ("people", "People"))
                if frame[one].is_not_null().any()]  # fmt: skip
    columns += [Shown("Of it", lambda row: row["says"] or "–", words=True)] if (frame["says"] != "").any() else []
    columns += [shows("group", "Group", words=True)] if (frame["group"] != "").any() else []
    raw = frame.drop("href", "words")
    return Table(effects.name, f"{effects.title}.", frame, tuple(columns), provenance, effects.note, raw)


def _spec(effects: Effects, size: Size) -> Spec:
    sheet, columns = Sheet(size), _COLUMNS[size.wide]
    top = axis = _add_heads(sheet, effects, columns)
    group = ""
    for line in effects.lines:
        if line.group != group:
            group = line.group
            for words in wrapped(group, 90 if size.wide else 40):
                sheet.say(words, 0, top + sheet.leading, bold=True)
                top += sheet.leading
            top += 0.8 * sheet.leading
        top = _add_line(sheet, effects, columns, line, top)
    _add_axis(sheet, effects, columns, axis, top)
    return sheet.spec(top + 2)


def _add_heads(sheet: Sheet, effects: Effects, columns: _Columns) -> float:
    """What the marks mean, and the heads of the columns; gives where the lines begin."""
    y = 0.0
    if len(effects.series) > 1:
        for at, series in enumerate(effects.series):
            look = _LOOKS[at]
            sheet.rule(0, y, 30, y, ink=look["ink"], thick=1.8, dash=look["dash"])
            sheet.point(15, y, ink=look["ink"], fill=look["fill"], shape=look["shape"], area=60)
            for words in wrapped(series, 100 if sheet.size.wide else 42):
                sheet.say(words, 38, y)
                y += sheet.leading
        y += 6
    left, right = columns.plot
    middle = _across(columns, effects.scale.place(1))
    if sheet.size.wide:
        sheet.say(effects.scale.title, columns.values, y, ink=MUTED)
        sheet.say(effects.counted, columns.counts, y, "right", ink=MUTED)
    else:
        for words in wrapped(_narrow_head(effects), 46):
            sheet.say(words, 0, y, ink=MUTED)
            y += sheet.leading
    sheet.say(effects.less, max(middle - 6, left), y, "right", ink=MUTED)
    sheet.say(effects.more, min(middle + 6, right), y, ink=MUTED)
    return y + 2 * sheet.leading


def _narrow_head(effects: Effects) -> str:
    counted = effects.counted.lower()
    return f"{effects.scale.title}. Right, above: {counted}" if counted else effects.scale.title


def _add_line(sheet: Sheet, effects: Effects, columns: _Columns, line: EffectLine, top: float) -> float:
    names = wrapped(line.name, columns.letters)
    begins = top
    counts = [_counts(effect) for effect in line.effects]
    for at, words in enumerate(names):
        sheet.say(words, 0, top + 10 + at * sheet.leading, bold=not sheet.size.wide)
    if not sheet.size.wide:
        sheet.say(counts[0], columns.counts, top + 10, "right", ink=MUTED)
        top += len(names) * sheet.leading + 3
    for at, effect in enumerate(line.effects):
        y = top + 10 + at * STEP
        if sheet.size.wide:
            sheet.say(counts[at], columns.counts, y, "right")
        _add_marks(sheet, effects, columns, effect, at, y)
        words = effect.ratio.words(effects.scale.digits)
        for place, part in enumerate(wrapped(words, 34 if sheet.size.wide else 26)):
            bold = at == 0 and bool(effect.ratio.favours)
            sheet.say(part, columns.values, y + place * (sheet.leading - 2), bold=bold, ink=INK if at == 0 else MUTED)
            top += (sheet.leading - 2) if place else 0
    rows = len(line.effects) * STEP
    top += max(rows, len(names) * sheet.leading) if sheet.size.wide else rows
    if line.href:
        words = f"{line.name}: {line.effects[0].ratio.words(effects.scale.digits)}"
        sheet.link(0, begins, sheet.width, top, href=line.href, words=words)
    return top + AIR


def _counts(effect: Effect) -> str:
    return "" if effect.trials is None else str(effect.trials)


def _across(columns: _Columns, place: float) -> float:
    left, right = columns.plot
    return round(left + min(max(place, 0), 1) * (right - left), 2)


def _add_marks(sheet: Sheet, effects: Effects, columns: _Columns, effect: Effect, at: int, y: float) -> None:
    ratio, scale, look = effect.ratio, effects.scale, _LOOKS[at]
    if (places := ratio.inside(scale)) is not None:
        low, value, high = (_across(columns, one) for one in places)
        sheet.rule(low, y, high, y, ink=look["ink"], thick=1.8, dash=look["dash"])
        for limit, x, shape in ((ratio.low, low, _ARROW["low"]), (ratio.high, high, _ARROW["high"])):
            if not 0 <= scale.place(limit or 1) <= 1:
                sheet.point(x, y, ink=look["ink"], fill=look["ink"], shape=shape, area=55)
        sheet.point(value, y, ink=look["ink"], fill=look["fill"], shape=look["shape"], area=62)
    elif ratio.value is not None:
        x = _across(columns, scale.place(ratio.value))
        sheet.point(x, y, ink=MUTED, fill=PAPER, shape=look["shape"], area=50)


def _add_axis(sheet: Sheet, effects: Effects, columns: _Columns, axis: float, bottom: float) -> None:
    left, right = columns.plot
    apart = TICK / (right - left)
    # The line of no difference is what a reader looks for first: its number stays, and those too near to it go.
    same = effects.scale.place(1)
    others = [tick for tick in effects.scale.ticks(apart) if abs(effects.scale.place(tick) - same) >= apart]
    written = sorted([*others, 1.0])
    for tick in written:
        x = _across(columns, effects.scale.place(tick))
        sheet.say(effects.scale.tick_words(tick), x, axis - sheet.leading, "center", ink=MUTED)
        # Behind the marks: rules are drawn in the order in which they were laid down.
        sheet.rows["rules"].insert(0, _down(x, axis - 6, bottom, HAIRLINE, (1, 0)))
    sheet.rows["rules"].insert(len(written), _down(_across(columns, same), axis - 6, bottom, MUTED, (4, 3)))


def _down(x: float, y: float, y2: float, ink: str, dash: tuple[int, ...]) -> dict[str, Any]:
    return {"x": x, "x2": x, "y": y, "y2": y2, "ink": ink, "thick": 1, "dash": list(dash)}
