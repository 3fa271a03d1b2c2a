"""Status in windows of time: stacked bars of free, not free and not assessable, with every number written out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import BLUE, INK, MUTED, NOT_FREE, PAPER, SIZES, Size
from remission.exhibits.wording import count, event_noun, interval_words, level_words, percent
from remission.inputs.provenance import Provenance
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.readings import NO, NOT_ASSESSABLE, READING_REASON_WORDS
from remission.stats.horizons import days_to_months

# White would be taken for nobody, so who is not assessable is hatched as well.
STATUSES = (("free", "Free", BLUE), ("not_free", "Not free", NOT_FREE),
            ("not_assessable", "Not assessable", PAPER))  # fmt: skip
BAR, LINE, HATCH = 22, 18, 7


@dataclass(frozen=True)
class WindowStatus:
    """Counts of statuses by window and group (null when people are not divided).

    counts: from_day, to_day, group, persons, free, not_free, not_assessable; value, low, high of the share free among
    the assessable; `lowest` and `highest`, the share of everyone if none, and if all, of the others were free.
    why: from_day, to_day, group, status ("no", "not assessable"), part (the first event's, or the one not assessed),
    reason, persons.
    """

    endpoint: Endpoint
    counts: pl.DataFrame
    why: pl.DataFrame
    level: float
    provenance: Provenance


def window_words(from_day: int, to_day: int) -> str:
    """A window in whole months where it is that, otherwise in days: from the day after `from_day` to `to_day`.

    >>> window_words(183, 548), window_words(0, 100)
    ('Months 6 to 18', 'Days 1 to 100')
    """
    ends = [days_to_months(day) for day in (from_day, to_day)]
    # A window of 548 days is 18.0 months to a reader; 0.05 is a day and a half.
    if all(abs(end - round(end)) < 0.05 for end in ends):
        return f"Months {round(ends[0])} to {round(ends[1])}"
    return f"Days {from_day + 1:,} to {to_day:,}"


def share_sentence(row: Row, level: float) -> str:
    """The share free of it among the assessable, and between what bounds that of everyone lies.

    >>> row = {"from_day": 0, "to_day": 365, "group": None, "free": 60, "not_free": 20, "not_assessable": 20,
    ...        "persons": 100, "value": 0.75, "low": 0.645, "high": 0.832, "lowest": 0.6, "highest": 0.8}
    >>> print(share_sentence(row, 0.95).replace("\\xa0", " "))
    Months 0 to 12: 60 of 80 assessable free: 75.0 % (95 % interval 64.5 to 83.2). 20 of 100 not assessable: if none \
of them were free 60.0 %, if all were 80.0 %.
    """
    named = f"{row['group']}, {_lower(_window(row))}" if row["group"] else _window(row)
    assessable = row["free"] + row["not_free"]
    if not assessable:
        return f"{named}: nobody of {row['persons']:,} was assessable, so no share can be given."
    words = interval_words(row).replace("(", f"({level_words(level)} interval ")
    said = f"{named}: {row['free']:,} of {assessable:,} assessable free: {words}."
    if not row["not_assessable"]:
        return f"{said} All {count(row['persons'], 'person')} assessable."
    bounds = f"if none of them were free {percent(row['lowest'])}, if all were {percent(row['highest'])}"
    return f"{said} {row['not_assessable']:,} of {row['persons']:,} not assessable: {bounds}."


def _window(row: Row) -> str:
    return window_words(row["from_day"], row["to_day"])


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def draw_window_status(found: WindowStatus) -> Figure:
    """Bars of everyone who entered, by status, for each window and group."""
    rows = found.counts.to_dicts()
    said = "; ".join(f"{_label(row)}: {_counts(row)}" for row in rows)
    return Figure(
        name=f"windows-{found.endpoint.name}",
        title=f"Status in each window: {found.endpoint.event_free}",
        subtitle="Everyone who entered. Not assessable: not observed to the window's end without an event.",
        description=f"Stacked bars of persons by status. {said}.",
        specs={width: _spec(rows, SIZES[width]) for width in SIZES},
        table=windows_table(found),
        provenance=found.provenance,
    )


def _label(row: Row) -> str:
    return f"{_window(row)}, {row['group']}" if row["group"] else _window(row)


def _counts(row: Row) -> str:
    return f"free {row['free']:,}, not free {row['not_free']:,}, not assessable {row['not_assessable']:,}"


def _spec(rows: Sequence[Row], size: Size) -> Spec:
    width = size.plot + (140 if size.wide else 0)
    bars, hatches, inside, bold, plain = _legend(size)
    top = LINE + 16.0
    for row in rows:
        bold.append({"x": 0, "y": top + 8, "words": _label(row)})
        plain.append({"x": 0, "y": top + 8 + LINE, "words": f"{_counts(row)}, of {row['persons']:,}".capitalize()})
        top += 2 * LINE + 2
        for bar in _stack(row, width):
            bars.append({**bar, "y": top, "y2": top + BAR})
            if bar["status"] == "not_assessable":
                hatches += _hatched(bar["x"], bar["x2"], top, top + BAR)
            # A number is written inside only where it fits: 9 pixels for a bold digit and 6 at the side.
            elif bar["x2"] - bar["x"] > 9 * len(bar["words"]) + 6:
                inside.append({"x": bar["x"] + 6, "y": top + BAR / 2, "words": bar["words"], "ink": bar["text"]})
        top += BAR + 16
    scale = {"domain": [0, top], "range": [0, top]}
    x = number("x", axis=None, scale={"domain": [0, width], "range": [0, width]})
    y = number("y", axis=None, scale=scale)
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    box = {"type": "rect", "stroke": INK, "strokeWidth": 0.8}
    line = {"type": "rule", "strokeWidth": 1, "color": MUTED}
    layers = [
        layer("bars", box, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}, fill=own_ink("ink")),
        layer("hatches", line, x=x, x2={"field": "x2"}, y=y, y2={"field": "y2"}),
        layer("inside", {**text, "fontWeight": "bold"}, x=x, y=y, text=name("words"), color=own_ink()),
        layer("bold", {**text, "fontWeight": "bold"}, x=x, y=y, text=name("words")),
        layer("plain", {**text, "fontSize": size.words - 1}, x=x, y=y, text=name("words")),
    ]
    data = {"bars": bars, "hatches": hatches, "inside": inside, "bold": bold, "plain": plain}
    return {"datasets": data, "layer": layers, "width": width, "height": top}


Marks = list[dict[str, Any]]


def _legend(size: Size) -> tuple[Marks, Marks, Marks, Marks, Marks]:
    bars: Marks = []
    hatches: Marks = []
    plain: Marks = []
    x = 0.0
    for field, words, ink in STATUSES:
        bars.append({"x": x, "x2": x + 16, "y": 2, "y2": 16, "ink": ink})
        if field == "not_assessable":
            hatches += _hatched(x, x + 16, 2, 16)
        plain.append({"x": x + 22, "y": 9, "words": words})
        # Beside each other by the width of their words: a letter is somewhat over half as wide as high.
        x += 22 + (size.words - 1) * 0.56 * len(words) + 16
    return bars, hatches, [], [], plain


def _stack(row: Row, width: float) -> Iterator[dict[str, Any]]:
    left = 0.0
    for field, _, ink in STATUSES:
        if row[field]:
            right = left + width * row[field] / row["persons"]
            text = PAPER if ink == BLUE else INK
            yield {"status": field, "x": left, "x2": right, "ink": ink, "words": f"{row[field]:,}", "text": text}
            left = right


def _hatched(left: float, right: float, top: float, bottom: float) -> Marks:
    """Rising lines inside a box."""
    high, lines = bottom - top, []
    # A line that begins left of the box or ends right of it is cut to the box: it rises as far as it goes along.
    foot = left - high + HATCH / 2
    while foot < right:
        start, end = max(foot, left), min(foot + high, right)
        lines.append({"x": start, "x2": end, "y": bottom - (start - foot), "y2": bottom - (end - foot)})
        foot += HATCH
    return lines


def windows_table(found: WindowStatus) -> Table:
    """Counts by status, the share among the assessable, and the bounds of that of everyone."""
    columns = (
        Shown("Window", _window),
        *_group_column(found.counts),
        *(shows(field, words) for field, words in (("persons", "Persons"), *((one[0], one[1]) for one in STATUSES))),
        Shown(f"Free among the assessable ({level_words(found.level)} Wilson interval)", _share),
        Shown("Of everyone, if none or all of the not assessable were free", _bounds),
    )
    days = [f"{_window(row)}: days {row['from_day'] + 1:,} to {row['to_day']:,}" for row in found.counts.to_dicts()]
    note = f"Days, both included: {'; '.join(dict.fromkeys(days))}." if days else ""
    caption = f"{found.endpoint.event_free}: status in each window, of everyone who entered."
    return Table(f"windows-{found.endpoint.name}", caption, found.counts, columns, found.provenance, note)


def _share(row: Row) -> str:
    return "not estimable" if row["value"] is None else interval_words(row)


def _bounds(row: Row) -> str:
    return " to ".join(percent(row[bound]) for bound in ("lowest", "highest"))


def _group_column(frame: pl.DataFrame) -> tuple[Shown, ...]:
    return () if frame["group"].null_count() == frame.height else (shows("group", "Group", words=True),)


def why_table(found: WindowStatus) -> Table:
    """Why people were not free of it, or not assessable: the first event, or what was not looked at and why."""
    parts = {part.name: event_noun(part.title) for part in found.endpoint.parts or (found.endpoint,)}
    words = {NO: "Not free", NOT_ASSESSABLE: "Not assessable"}

    def reason(row: Row) -> str:
        part = parts.get(row["part"], row["part"])
        return f"first {part}" if row["status"] == NO else f"{part}: {READING_REASON_WORDS[row['reason']]}"

    columns = (
        Shown("Window", _window),
        *_group_column(found.why),
        Shown("Status", lambda row: words[row["status"]], words=True),
        Shown("Why", reason, words=True),
        shows("persons", "Persons"),
    )
    caption = f"{found.endpoint.event_free}: why persons were not free, or not assessable."
    note = "Of several parts that were not assessable the first in the order of the definition is named."
    return Table(f"windows-{found.endpoint.name}-why", caption, found.why, columns, found.provenance, note)
