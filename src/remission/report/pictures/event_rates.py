"""How often an event came: a dot and an interval for each group, the three methods as a table, and the sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink, pixels
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import SIZES, Size, line_of
from remission.exhibits.wording import count, level_words, listed, percent
from remission.stats.rates import ON_FEW_PERSONS
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.stats.estimates import Estimates, TestResult

# More events than this in one person share a row of the table.
MOST_EVENTS = 4
# Height of a group in pixels: a line of words above a line with its dot.
_STEP = 46


def rate_rows(rates: Estimates) -> list[dict[str, Any]]:
    """The rates without the dispersions, in the order of groups and methods."""
    return [row for row in rates.rows() if str(row["what"]).endswith("annualised rate")]


def headline_rates(rates: Estimates) -> list[dict[str, Any]]:
    """One row a group: its negative binomial rate, or the exact one where no event lets a model be fitted."""
    by_group: dict[Any, list[dict[str, Any]]] = {}
    for row in rate_rows(rates):
        by_group.setdefault(row["group"], []).append(row)
    # Methods come in the order of preference; without limits no model could be fitted.
    return [next((row for row in rows if row["low"] is not None), rows[0]) for rows in by_group.values()]


def decimals(rows: Sequence[Row]) -> int:
    """Decimals of all rates that stand together: two, or three when one of them is below 0.1."""
    values = [row["value"] for row in rows if row["value"]]
    # Two decimals of a rate below 0.1 would leave one digit.
    return 3 if values and min(values) < 0.1 else 2


def rate_words(row: Row, digits: int) -> str:
    """A rate with its limits.

    >>> rate_words({"value": 0.118, "low": 0.0861, "high": 0.1617}, 2)
    '0.12 (0.09 to 0.16)'
    """
    if row["value"] is None:
        return "not estimable"
    value = text_half_up(row["value"], digits)
    if row["low"] is None or row["high"] is None:
        return f"{value} (limits not estimable)"
    return f"{value} ({' to '.join(text_half_up(row[limit], digits) for limit in ('low', 'high'))})"


def rate_sentence(title: str, row: Row, digits: int) -> str:
    """How often, with its interval and what it was counted from.

    >>> row = {"value": 0.118, "low": 0.0861, "high": 0.1617, "level": 0.9, "events": 3.0, "n": 9, "denominator": 25.4}
    >>> rate_sentence("Relapse", row, 2).replace("\\xa0", " ")
    'Relapse: 0.12 events a person-year (90 % interval 0.09 to 0.16; 3 events in 25.4 person-years of 9 persons).'
    """
    if row["value"] is None:
        return f"{title}: how often is not estimable, because nobody was followed."
    of = f"{count(row['events'], 'event')} in {_person_years(row)} of {count(row['n'], 'person')}"
    # 0 events is no rate of 0: only its upper limit says anything.
    if not row["events"]:
        most = (
            f"{level_words(row['level'])} interval of the rate up to {text_half_up(row['high'], digits)} a person-year"
        )
        return f"{title}: no event ({most}; {of})."
    limits = " to ".join(text_half_up(row[limit], digits) for limit in ("low", "high"))
    value = text_half_up(row["value"], digits)
    return f"{title}: {value} events a person-year ({level_words(row['level'])} interval {limits}; {of})."


def _person_years(row: Row) -> str:
    return f"{row['denominator']:,.1f} person-years"


def why_headline(rates: Estimates) -> str:
    """Which method the headline is of, and why."""
    spread = [row for row in rates.rows() if str(row["what"]).endswith("dispersion")]
    said = []
    if spread:
        each = listed([_dispersion(row) + (f" in {row['group']}" if row["group"] else "") for row in spread])
        said.append(
            "Headline: the negative binomial rate, because it lets persons differ in how often they have an event "
            f"(dispersion: {each}; at 0 it is the Poisson rate). The exact interval takes all persons to be alike; the "
            "robust one lets the data tell how much they differ and is too narrow in few persons."
        )
    if any(row["events"] == 0 for row in headline_rates(rates)):
        said.append("Without an event no model can be fitted: there the headline is the exact upper limit.")
    return " ".join(said)


def _dispersion(row: Row) -> str:
    return text_half_up(row["value"], 2) if row["value"] else "0"


def ratio_sentence(row: Row, test: TestResult, p: str) -> str:
    """How the rates of two groups compare, and that it rests on few persons where it does."""
    between = f"Rate ratio, {row['group']} to {row['against']}"
    if row["value"] is None:
        return f"{between}: not estimable, because one of the groups had no event."
    limits = " to ".join(text_half_up(row[limit], 2) for limit in ("low", "high"))
    value = f"{text_half_up(row['value'], 2)} ({level_words(row['level'])} interval {limits})"
    how = "negative binomial with one dispersion for both groups, Wald test"
    assert not math.isnan(test.p)
    _, few, persons = str(row["method"]).partition(f"{ON_FEW_PERSONS}: ")
    caution = f" Few persons: {persons}, so interval and p cannot be relied on." if few else ""
    return f"{between}: {value}; {p} ({how}).{caution}"


def draw_event_rates(name: str, title: str, rates: Estimates, provenance: Provenance) -> Figure:
    """The headline rate of each group as a dot with its interval."""
    rows = [row for row in headline_rates(rates) if row["value"] is not None]
    digits = decimals(rows)
    level = level_words(rows[0]["level"]) if rows else ""
    said = [f"{row['group'] + ': ' if row['group'] else ''}{rate_words(row, digits)}" for row in rows]
    methods = dict.fromkeys(_short_method(row) for row in rows)
    return Figure(
        name=f"rates-{name}",
        title=f"Events a person-year: {title}",
        subtitle=f"Dot: rate. Line: {level} interval. Method: {listed(list(methods))}." if rows else "Nobody followed.",
        description=f"Dots with intervals of events a person-year. {'; '.join(said)}." if said else "Nobody followed.",
        specs={width: _spec(rows, digits, SIZES[width]) for width in SIZES},
        table=rates_table(name, title, rates, provenance),
        provenance=provenance,
    )


def _short_method(row: Row) -> str:
    return next(short for short, long in _SHORT.items() if long in row["method"])


_SHORT = {
    "negative binomial": "negative binomial",
    "robust Poisson": "robust interval",
    "exact Poisson": "exact interval",
}


def _spec(rows: Sequence[Row], digits: int, size: Size) -> Spec:
    """Names and numbers stand above each line, so that nothing has to fit beside the plot."""
    most = max([0.0, *(row["high"] or row["value"] for row in rows)]) or 1.0
    places = []
    for at, row in enumerate(rows):
        low, high = row["low"], row["high"]
        label = f"{row['group']}: " if row["group"] else ""
        places.append({
            "value": row["value"], "low": row["value"] if low is None else low,
            "high": row["value"] if high is None else high, "y": at * _STEP + 34, "above": at * _STEP + 13,
            "words": f"{label}{rate_words(row, digits)}", "ink": line_of(at).ink,
        })  # fmt: skip
    height = max(1, len(rows)) * _STEP + 6
    # The words stand above the lines and not beside them, so a wide picture can use half of its margin.
    width = size.plot + (size.margin // 2 if size.wide else 0)
    scale = {"domain": [0, height], "range": [0, height]}
    axis = {"title": "Events a person-year", "tickCount": 5, "format": "~g"}
    x = {"axis": axis, "scale": {"domain": [0, most * 1.06], "nice": False}}
    y = number("y", axis=None, scale=scale)
    text = {"type": "text", "align": "left", "baseline": "middle"}
    layers = [
        layer("rates", {"type": "rule", "strokeWidth": 2.6}, x=number("low", **x), x2={"field": "high"}, y=y,
              color=own_ink()),
        layer("rates", {"type": "point", "filled": True, "size": 120, "opacity": 1}, x=number("value", **x), y=y,
              color=own_ink()),
        layer("rates", text, x=pixels(4), y=number("above", axis=None, scale=scale), text=name("words")),
    ]  # fmt: skip
    return {"datasets": {"rates": places}, "layer": layers, "width": width, "height": height}


def rates_table(name: str, title: str, rates: Estimates, provenance: Provenance) -> Table:
    """All three methods side by side; the CSV has dispersions and rate ratios too, in full precision."""
    rows = rate_rows(rates)
    digits = decimals(rows)
    grouped = any(row["group"] for row in rows)
    headlines = [(row["group"], row["method"]) for row in headline_rates(rates)]
    level = f", {level_words(rows[0]['level'])} intervals" if rows else ""
    columns = (
        *((shows("group", "Group", words=True),) if grouped else ()),
        Shown("Method", lambda row: _method_words(row, headlines), words=grouped),
        Shown("Events a person-year", lambda row: rate_words(row, digits)),
        Shown("Events", lambda row: f"{row['events'] or 0:,.0f}"),
        Shown("Person-years", lambda row: f"{row['denominator'] or 0:,.1f}"),
        Shown("Persons", lambda row: f"{row['n'] or 0:,}"),
    )
    frame = pl.DataFrame(rows, schema=rates.frame.schema)
    methods = "; ".join(dict.fromkeys(str(row["method"]).partition("; dispersion")[0] for row in rows))
    caption, note = f"{title}: how often{level}.", f"Methods: {methods}."
    return Table(f"rates-{name}", caption, frame, columns, provenance, note, raw=rates.frame)


def _method_words(row: Row, headlines: Sequence[tuple[Any, str]]) -> str:
    method = _short_method(row)
    method = method[:1].upper() + method[1:]
    return f"{method} (headline)" if (row["group"], row["method"]) in headlines else method


def times_table(name: str, title: str, counts: Mapping[str, pl.DataFrame], provenance: Provenance) -> Table:
    """How many people had no event, one, two...; `counts` holds the counts of each group under its name."""
    followed = {group: frame.filter(pl.col("person_days") > 0)["events"] for group, frame in counts.items()}
    most = max((number_of for events in followed.values() for number_of in events), default=0)
    rows = []
    for number_of in range(min(most, MOST_EVENTS) + 1):
        last = number_of == MOST_EVENTS
        row: dict[str, Any] = {"events": f"{number_of} or more" if last and most > MOST_EVENTS else f"{number_of}"}
        for place, events in enumerate(followed.values()):
            row[f"{place}"] = int(((events >= number_of) if last else (events == number_of)).sum())
        rows.append(row)
    columns = [shows("events", "Events")]
    for place, (group, events) in enumerate(followed.items()):
        columns.append(_persons(f"{place}", group or "Persons", events.len()))
    raw = pl.DataFrame(rows).rename({f"{place}": group or "persons" for place, group in enumerate(followed)})
    caption = f"{title}: persons by how many events they had, of those followed."
    return Table(f"times-{name}", caption, pl.DataFrame(rows), tuple(columns), provenance, raw=raw)


def _persons(field: str, header: str, of: int) -> Shown:
    return Shown(f"{header}, of {of:,}", lambda row: f"{row[field]} ({percent(row[field] / of, 0)})" if of else "0")
