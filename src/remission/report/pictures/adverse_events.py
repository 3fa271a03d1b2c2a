"""Adverse events: how many people had them, how grave, early and late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import ANY_GRADE, INK, SIZES, VERMILION, Size
from remission.exhibits.wording import LABEL_LETTERS, count, level_words, limits_words, listed, percent, wrapped
from remission.inputs.provenance import Provenance
from remission.report.asked import EARLY_UNTIL

# More bars than that are no picture; the rarer ones are in the table.
MOST_CATEGORIES = 16
# Names of categories are long; they break where the axis has no more room, by whether the picture is wide.
LETTERS, LINE = {True: LABEL_LETTERS, False: 24}, "|"
NO_SEVERITY = "not recorded"
NOT_GRADED = "not graded"
ANY_EVENT = "Any adverse event"
WINDOWS = {"early": "Early (to day {})", "late": "Late (after day {})"}


@dataclass(frozen=True)
class AdverseEvents:
    """Counts of adverse events on or after day zero, of everyone or of one group.

    categories: category, window (early, late), persons, events, ungraded_events, and of grade 3 or more the bounds
    severe_persons_least, severe_persons_most, severe_events_least, severe_events_most;
    grades: grade ("1" to "5", "not graded"), window, persons (by their worst known grade in the window), events;
    category_shares, grade_shares: the same with a row for both windows of each, at_risk, and the limits of the shares
    of persons at `level` (persons_low, persons_high, severe_persons_low, severe_persons_high); severe_persons and
    severe_events are null where they are not known; any_event: the same of all categories together;
    at_risk: of how many persons the counts are, by window; `unseen` of those early were not known to `early_days` or
    death, so that their silence says nothing; `ungraded` counts events without a grade by recorded severity; `before`
    counts events before day zero and `after` those after the last known day or the data cut: both are left out.
    `name` names the files, `group` is empty when people are not divided.
    """

    name: str
    group: str
    categories: pl.DataFrame
    grades: pl.DataFrame
    category_shares: pl.DataFrame
    grade_shares: pl.DataFrame
    at_risk: Mapping[str, int]
    unseen: int
    ungraded: Mapping[str, int]
    before: int
    after: int
    level: float
    provenance: Provenance
    any_event: pl.DataFrame
    early_days: int = EARLY_UNTIL


def draw_adverse_events(found: AdverseEvents) -> Figure:
    """The share of people with an adverse event of each category."""
    categories = found.categories
    # In the order handed in, the most persons first, so that what is cut off is the rarest.
    names = list(dict.fromkeys(categories["category"]))
    shown, hidden = names[:MOST_CATEGORIES], len(names) - MOST_CATEGORIES
    is_or_are = "is" if hidden == 1 else "are"
    more = f"{count(hidden, 'rarer category', 'rarer categories')} {is_or_are} in the table only." if hidden > 0 else ""
    said = "Pale: any grade. Dark: CTCAE grade 3 or more. Numbers: persons, of them grade 3 or more."
    # A dark bar is what is known: without this its absence would read as harmless.
    said += " Where events have no grade the dark bar is the least." if found.ungraded else ""
    kinds = count(len(shown), "category", "categories")
    specs = {width: _spec(found, shown, SIZES[width]) for width in SIZES}
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


def ungraded_words(found: AdverseEvents) -> str:
    """How many events have no grade, and what is recorded of them instead; empty when all have one."""
    events, number = int(found.categories["events"].sum()), sum(found.ungraded.values())
    if not number:
        return ""
    said = f"{number:,} of {count(events, 'event')} {_have(number)} no CTCAE grade: these may be of grade 3 or more."
    if not found.ungraded.keys() - {NO_SEVERITY}:
        return said
    severities = [f"{many:,} {severity}" for severity, many in found.ungraded.items()]
    return f"{said} Their severity as recorded, which is no grade: {listed(severities)}."


def unseen_words(found: AdverseEvents) -> str:
    """How many people may have had early events that nobody saw; empty when none."""
    if not found.unseen:
        return ""
    were = "was" if found.unseen == 1 else "were"
    followed = f"Of those who entered {found.unseen:,} {were} not followed to day {found.early_days}"
    return f"{followed}: what happened then is not known."


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _spec(found: AdverseEvents, shown: list[str], size: Size) -> Spec:
    lines = {category: LINE.join(wrapped(category, LETTERS[size.wide])) for category in shown}
    bars = [_bar(row, found.at_risk) for row in found.categories.to_dicts() if row["category"] in shown]
    rows = [{**bar, "category": lines[bar["category"]]} for bar in bars]
    # One axis for both windows, a tenth at least: a single event must not fill the picture.
    most = max([0.1, *(row["share"] for row in rows)])
    # Beyond the longest bar a third more, for the numbers at the ends of bars.
    views = [_panel(window, list(lines.values()), most * 1.3, found, size) for window in WINDOWS]
    return {"datasets": {"rows": rows}, "hconcat" if size.wide else "vconcat": views, "spacing": 20}


def _bar(row: Mapping[str, Any], at_risk: Mapping[str, int]) -> dict[str, Any]:
    # Nobody left at risk in a window: no share, and no division by nothing.
    persons = at_risk[row["window"]] or 1
    shares = {"share": row["persons"] / persons, "severe": row["severe_persons_least"] / persons}
    severe = f", {_severe(row, 'persons')}" if row["severe_persons_most"] else ""
    return {"category": row["category"], "window": row["window"], **shares, "words": f"{row['persons']}{severe}"}


def _panel(window: str, shown: list[str], most: float, found: AdverseEvents, size: Size) -> Spec:
    only = [{"filter": f"datum.window === '{window}'"}]
    # Beside each other the panels share one list of categories, which the left one carries.
    here = size.wide and window == "late"
    labels = {
        "title": None,
        "labelLimit": 250 if size.wide else 175,
        "labels": not here,
        "labelExpr": f"split(datum.label, '{LINE}')",
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
    of = f"{WINDOWS[window].format(found.early_days)}, of {count(found.at_risk[window], 'person')}"
    title = {"text": of, "fontSize": size.words, "anchor": "start", "offset": 8}
    views = [{**one, "transform": only} for one in layers]
    width = 240 if size.wide else 160
    # Two lines of words need more than one.
    step = 34 if any(LINE in one for one in shown) else 26
    return {"width": width, "height": {"step": step}, "title": title, "layer": views}


def adverse_events_table(found: AdverseEvents) -> Table:
    """By category and window: persons and events, any grade and grade 3 or more, with the interval of each share."""
    columns = (
        shows("category", "Category"),
        Shown("When", lambda row: str(row["window"]), words=True),
        *_counts("Any grade", found.level, lambda row: _share(row, row["persons"], "persons")),
        *_severe_counts("Grade 3 or more", found.level, words=bool(found.ungraded)),
    )
    whom, at_risk = f" of {found.group}" if found.group else "", found.at_risk
    caption = f"Adverse events{whom} by category, of {at_risk['early']:,} who entered (late: {at_risk['late']:,})."
    return Table(found.name, caption, _with_any(found), columns, found.provenance, _note(found))


def _with_any(found: AdverseEvents) -> pl.DataFrame:
    """All categories together first: how many had anything is asked before what."""
    return pl.concat([found.any_event, found.category_shares])


def side_by_side_table(groups: Sequence[AdverseEvents]) -> Table:
    """Every group beside the others: persons with any event and by category, early and late, any grade and severe.

    A category that only one group had is none in the others; the CSV has a row a group, category and window.
    """
    frames = [_with_any(one) for one in groups]
    order = pl.concat(frames).group_by("category", maintain_order=True).agg(pl.col("persons").sum())
    rest = order.filter(pl.col("category") != ANY_EVENT).sort("persons", "category", descending=[True, False])
    names = [ANY_EVENT] * bool(order.height) + rest["category"].to_list()
    found = [{(row["category"], row["window"]): row for row in frame.to_dicts()} for frame in frames]
    rows = [
        {"category": name, "window": window} | _cells(groups, [cells.get((name, window)) for cells in found], window)
        for name in names
        for window in WINDOWS
    ]
    columns = [shows("category", "Category"), shows("window", "When", words=True)]
    columns += [
        shows(f"{what} {at}", header, group=one.group)
        for at, one in enumerate(groups)
        for what, header in (("any", "Any grade"), ("severe", "Grade 3+"))
    ]
    frame = pl.DataFrame(rows, dict.fromkeys(["category", "window", *_names(len(groups))], pl.String))
    labelled = [one.select(pl.lit(of.group).alias("group"), pl.all()) for one, of in zip(frames, groups, strict=True)]
    caption = "Adverse events of every group: persons with at least one."
    provenance, raw = groups[0].provenance, pl.concat(labelled)
    return Table("adverse-events-by-group", caption, frame, tuple(columns), provenance, _of_whom(groups), raw)


def _of_whom(groups: Sequence[AdverseEvents]) -> str:
    """Of how many persons the shares are, and of each group what its counts leave open."""
    at_risk = [f"{one.group} {one.at_risk['early']:,} early, {one.at_risk['late']:,} late" for one in groups]
    early = f"Early: to day {groups[0].early_days}. Shares are of those at risk: {'; '.join(at_risk)}."
    return " ".join([early, *(f"{one.group}: {note}" for one in groups if (note := _note(one)))])


def _names(groups: int) -> list[str]:
    return [f"{what} {at}" for at in range(groups) for what in ("any", "severe")]


def _cells(groups: Sequence[AdverseEvents], rows: Sequence[Row | None], window: str) -> dict[str, str]:
    pairs = zip(groups, rows, strict=True)
    said = [_beside(one, row, window, what) for one, row in pairs for what in ("any", "severe")]
    return dict(zip(_names(len(groups)), said, strict=True))


def _beside(one: AdverseEvents, row: Row | None, window: str, what: str) -> str:
    """Persons with their share: a category of other groups only is one that nobody here had."""
    at_risk = one.at_risk[window]
    if not at_risk:
        return "–"
    if row is None:
        return "0"
    if what == "any":
        return _persons(row["persons"], at_risk)
    least, most = row["severe_persons_least"], row["severe_persons_most"]
    return _persons(least, at_risk) if least == most else _severe(row, "persons")


def _persons(persons: int, at_risk: int) -> str:
    return f"{persons} ({percent(persons / at_risk, 0)})" if persons else "0"


def grades_table(found: AdverseEvents) -> Table:
    """By CTCAE grade: persons by the worst grade they had, and events."""
    columns = (
        shows("grade", "CTCAE grade"),
        Shown("When", lambda row: str(row["window"]), words=True),
        *_counts("By worst known grade" if found.ungraded else "By worst grade", found.level, _grade_share),
    )
    whom = f" of {found.group}" if found.group else ""
    caption = f"Adverse events{whom} by grade."
    return Table(f"{found.name}-grades", caption, found.grade_shares, columns, found.provenance, _note(found))


def _note(found: AdverseEvents) -> str:
    return " ".join(filter(None, [unseen_words(found), ungraded_words(found), left_out_words(found)]))


def _counts(group: str, level: float, share: Callable[[Row], str]) -> tuple[Shown, Shown, Shown]:
    return (
        shows("persons", "Persons", group=group),
        Shown(_share_header(level), share, group=group),
        shows("events", "Events", group=group),
    )


def _severe_counts(group: str, level: float, *, words: bool) -> tuple[Shown, Shown, Shown]:
    # Why there is no share takes a sentence, and a sentence may break.
    return (
        Shown("Persons", lambda row: _severe(row, "persons"), group=group),
        Shown(_share_header(level), _severe_share, words=words, group=group),
        Shown("Events", lambda row: _severe(row, "events"), group=group),
    )


def _share_header(level: float) -> str:
    return f"Share ({level_words(level)} Wilson interval)"


def _share(row: Row, persons: int, limits: str) -> str:
    if not row["at_risk"]:
        return "–"
    return f"{percent(persons / row['at_risk'], 0)} ({_limits(row, limits)})"


def _limits(row: Row, of: str) -> str:
    return limits_words({limit: row[f"{of}_{limit}"] for limit in ("low", "high")}, 0)


def _grade_share(row: Row) -> str:
    # A grade that nobody is known to have had may be that of an event without one.
    if row["at_risk"] and row["grade"] != NOT_GRADED and row["window_ungraded"]:
        return f"not estimable: {_ungraded(row['window_ungraded'], row['window_events'])}"
    return _share(row, row["persons"], "persons")


def _ungraded(number: int, events: int) -> str:
    return f"{number:,} of {count(events, 'event')} {_have(number)} no grade"


def _severe(row: Row, of: str) -> str:
    """How many of grade 3 or more: a number, its bounds, or that no event has a grade."""
    least, most = row[f"severe_{of}_least"], row[f"severe_{of}_most"]
    if least == most:
        return str(least)
    return NOT_GRADED if row["ungraded_events"] == row["events"] else f"{least} to {most}"


def _severe_share(row: Row) -> str:
    least, most = row["severe_persons_least"], row["severe_persons_most"]
    if not row["at_risk"] or least == most:
        return _share(row, least, "severe_persons")
    why = _ungraded(row["ungraded_events"], row["events"])
    if row["ungraded_events"] == row["events"]:
        return f"not estimable: {why}"
    bounds = " to ".join(percent(number / row["at_risk"], 0) for number in (least, most))
    return f"{bounds} ({_limits(row, 'severe_persons')}): {why}"
