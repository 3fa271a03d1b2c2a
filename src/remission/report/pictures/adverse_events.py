"""Adverse events: how many people had them, how grave, early and late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import ANY_GRADE, INK, SIZES, VERMILION, Size
from remission.exhibits.wording import count, level_words, listed, percent
from remission.inputs.provenance import Provenance
from remission.stats.rounding import text_half_up

# More bars than that are no picture; the rarer ones are in the table.
MOST_CATEGORIES = 16
WORDS = {"early": "Early (to day 100)", "late": "Late (after day 100)"}


@dataclass(frozen=True)
class AdverseEvents:
    """Counts of adverse events on or after day zero, of everyone or of one group.

    categories: category, window (early, late), persons, events, severe_persons, severe_events (grade 3 or more);
    grades: grade ("1" to "5", "not graded"), window, persons (by their worst grade in the window), events;
    category_shares, grade_shares: the same with a row for both windows of each, at_risk, and the limits of the shares
    of persons at `level` (persons_low, persons_high, severe_persons_low, severe_persons_high);
    at_risk: of how many persons the counts are, by window; `before` counts events before day zero and `after` those
    after the person's last known day or the data cut: both are left out.
    `name` names the files, `group` is empty when people are not divided.
    """

    name: str
    group: str
    categories: pl.DataFrame
    grades: pl.DataFrame
    category_shares: pl.DataFrame
    grade_shares: pl.DataFrame
    at_risk: Mapping[str, int]
    before: int
    after: int
    level: float
    provenance: Provenance


def draw_adverse_events(found: AdverseEvents) -> Figure:
    """The share of people with an adverse event of each category."""
    categories, at_risk = found.categories, found.at_risk
    # In the order handed in, the most persons first, so that what is cut off is the rarest.
    names = list(dict.fromkeys(categories["category"]))
    shown, hidden = names[:MOST_CATEGORIES], len(names) - MOST_CATEGORIES
    is_or_are = "is" if hidden == 1 else "are"
    more = f"{count(hidden, 'rarer category', 'rarer categories')} {is_or_are} in the table only." if hidden > 0 else ""
    said = "Pale: any grade. Dark: CTCAE grade 3 or more. Numbers: persons, of them grade 3 or more."
    kinds = count(len(shown), "category", "categories")
    specs = {width: _spec(categories, shown, at_risk, SIZES[width]) for width in SIZES}
    return Figure(
        name=found.name,
        title=f"Persons with adverse events, by category{f': {found.group}' if found.group else ''}",
        subtitle=" ".join(filter(None, [said, more, left_out_words(found)])),
        description=f"Bars of the share of persons with an adverse event in {kinds}, early and late.",
        specs=specs,
        table=adverse_events_table(found),
        provenance=found.provenance,
    )


def left_out_words(found: AdverseEvents) -> str:
    """Which events are not counted, in a sentence; empty when all are."""
    before = f"{count(found.before, 'event')} before day zero" if found.before else ""
    after = f"{count(found.after, 'event')} after the last day known or the data cut" if found.after else ""
    said = listed([words for words in (before, after) if words])
    return f"Left out: {said}." if said else ""


def _spec(categories: pl.DataFrame, shown: list[str], at_risk: Mapping[str, int], size: Size) -> Spec:
    rows = [_bar(row, at_risk) for row in categories.to_dicts() if row["category"] in shown]
    # One axis for both windows, a tenth at least: a single event must not fill the picture.
    most = max([0.1, *(row["share"] for row in rows)])
    # Beyond the longest bar a third more, for the numbers at the ends of bars.
    views = [_panel(window, shown, most * 1.3, at_risk, size) for window in WORDS]
    return {"datasets": {"rows": rows}, "hconcat" if size.wide else "vconcat": views, "spacing": 20}


def _bar(row: Mapping[str, Any], at_risk: Mapping[str, int]) -> dict[str, Any]:
    # Nobody left at risk in a window: no share, and no division by nothing.
    persons = at_risk[row["window"]] or 1
    shares = {"share": row["persons"] / persons, "severe": row["severe_persons"] / persons}
    severe = f", {row['severe_persons']}" if row["severe_persons"] else ""
    return {"category": row["category"], "window": row["window"], **shares, "words": f"{row['persons']}{severe}"}


def _panel(window: str, shown: list[str], most: float, at_risk: Mapping[str, int], size: Size) -> Spec:
    only = [{"filter": f"datum.window === '{window}'"}]
    # Beside each other the panels share one list of categories, which the left one carries.
    here = size.wide and window == "late"
    labels = {
        "title": None,
        "labelLimit": 250 if size.wide else 175,
        "labels": not here,
        "labelFontSize": size.words - 1,
    }
    y = name("category", scale={"domain": shown}, axis=labels)
    x = number(
        "share", scale={"domain": [0, most], "nice": False}, axis={"labelExpr": PER_CENT, "title": None, "tickCount": 3}
    )
    bar = {"type": "bar", "height": {"band": 0.62}}
    words = {"type": "text", "align": "left", "dx": 5, "fontSize": size.words - 1, "color": INK}
    layers = [
        layer("rows", {**bar, "color": ANY_GRADE}, y=y, x=x),
        layer("rows", {**bar, "color": VERMILION}, y=y, x={**x, "field": "severe"}),
        layer("rows", words, y=y, x=x, text=name("words")),
    ]
    of = f"{WORDS[window]}, of {count(at_risk[window], 'person')}"
    title = {"text": of, "fontSize": size.words, "anchor": "start", "offset": 8}
    views = [{**one, "transform": only} for one in layers]
    width = 240 if size.wide else 160
    return {"width": width, "height": {"step": 26}, "title": title, "layer": views}


def adverse_events_table(found: AdverseEvents) -> Table:
    """By category and window: persons and events, any grade and grade 3 or more, with the interval of each share."""
    columns = (
        shows("category", "Category"),
        Shown("When", lambda row: str(row["window"]), words=True),
        *_counts("", "Any grade", found.level),
        *_counts("severe_", "Grade 3 or more", found.level),
    )
    whom, at_risk = f" of {found.group}" if found.group else "", found.at_risk
    caption = f"Adverse events{whom} by category, of {at_risk['early']:,} who entered (late: {at_risk['late']:,})."
    return Table(found.name, caption, found.category_shares, columns, found.provenance, left_out_words(found))


def grades_table(found: AdverseEvents) -> Table:
    """By CTCAE grade: persons by the worst grade they had, and events."""
    columns = (
        shows("grade", "CTCAE grade"),
        Shown("When", lambda row: str(row["window"]), words=True),
        *_counts("", "By worst grade", found.level),
    )
    whom = f" of {found.group}" if found.group else ""
    caption = f"Adverse events{whom} by grade."
    return Table(f"{found.name}-grades", caption, found.grade_shares, columns, found.provenance, left_out_words(found))


def _counts(prefix: str, group: str, level: float) -> tuple[Shown, Shown, Shown]:
    persons, events = f"{prefix}persons", f"{prefix}events"

    def share(row: Row) -> str:
        if not row["at_risk"]:
            return "–"
        limits = " to ".join(text_half_up(100 * row[f"{persons}_{limit}"]) for limit in ("low", "high"))
        return f"{percent(row[persons] / row['at_risk'], 0)} ({limits})"

    return (
        shows(persons, "Persons", group=group),
        Shown(f"Share ({level_words(level)} Wilson interval)", share, group=group),
        shows(events, "Events", group=group),
    )
