"""Plain sentences under the pictures: what was found, in how many people, how sure, and what cannot be said."""

from __future__ import annotations

import math

import polars as pl

from remission.exhibits.definition_words import StatedValue
from remission.exhibits.tables import Row
from remission.exhibits.wording import (
    at_years,
    count,
    level_words,
    limits_words,
    listed,
    percent,
    signed,
    time_words,
    years,
)
from remission.stats.estimates import TestResult
from remission.stats.rounding import round_half_up, text_half_up


def headline(title: str, row: Row) -> str:
    """The one number of an endpoint.

    >>> row = {"value": 0.692, "low": 0.502, "high": 0.821, "level": 0.9, "at_days": 1826}
    >>> headline("Event-free survival", row).replace("\\xa0", " ")
    'Event-free survival at 5 years: 69.2 % (90 % interval 50.2 to 82.1).'
    """
    time = at_years(row["at_days"])
    if row["value"] is None:
        return f"{title} at {time}: not estimable, nobody was followed for so long."
    if row["low"] is None:
        return f"{title} at {time}: {_without_limits(row)}."
    return f"{title} at {time}: {percent(row['value'])} ({level_words(row['level'])} interval {limits_words(row)})."


def _without_limits(row: Row) -> str:
    if row["value"] == 1:
        return "not estimable, because no event had been seen by then"
    return f"{percent(row['value'])} (limits not estimable)"


def people_sentence(spells: pl.DataFrame, causes: dict[str, str]) -> str:
    """How many had an event, of which kind, and how many were left; `causes` gives each cause its words.

    >>> spells = pl.DataFrame({"entry_day": [0, 0], "exit_day": [9, 9], "event": [True, False], "cause": ["r", None]})
    >>> people_sentence(spells, {"r": "relapse"})
    'Of 2 persons followed, 1 had an event; 1 was free of it when follow-up ended.'
    """
    followed = spells.filter(pl.col("exit_day") > pl.col("entry_day"))
    if not followed.height:
        return f"Nobody of {count(spells.height, 'person')} who entered was followed, so nothing can be estimated."
    events = followed.filter("event")
    kinds = events.group_by("cause", maintain_order=True).len().sort("len", descending=True, maintain_order=True).rows()
    named = [f"{causes.get(cause, cause)} in {number}" for cause, number in kinds]
    by_kind = f" ({listed(named)})" if len(causes) > 1 and named else ""
    free = followed.height - events.height
    left = spells.height - followed.height
    had = "none had an event" if not events.height else f"{events.height} had an event{by_kind}"
    rest = f"{free} {'was' if free == 1 else 'were'} free of it when follow-up ended"
    without = f" Not in the curve: {count(left, 'person')} who entered and had no follow-up for this." if left else ""
    return f"Of {count(followed.height, 'person')} followed, {had}; {rest}.{without}"


def median_sentence(row: Row) -> str:
    """The median time and its limits.

    >>> median_sentence({"value": None, "low": None, "high": None, "level": 0.9, "absent_reason": "not reached"})
    'Median time to the event: not reached.'
    """
    if row["value"] is None:
        return f"Median time to the event: {time_words(row)}."
    return f"Median time to the event: {time_words(row)}, {level_words(row['level'])} limits of Brookmeyer and Crowley."


def restricted_mean_sentence(row: Row) -> str:
    """The average time free of the event within a horizon."""
    if row["value"] is None:
        return "Average time free of it: not estimable."
    return f"Average time free of it within the first {years(row['to_day'])} years: {time_words(row)}."


def difference_sentence(row: Row, test: str) -> str:
    """How much longer one group stayed free of the event than another."""
    if row["value"] is None or row["low"] is None:
        return f"Difference in average time between {row['group']} and {row['against']}: not estimable."
    days = text_half_up(abs(row["value"]))
    more = "more" if row["value"] >= 0 else "fewer"
    limits = f" ({level_words(row['level'])} interval {_days(row)})"
    within = f"within the first {years(row['to_day'])} years"
    return (
        f"On average {row['group']} had {days} {more} days free of it than {row['against']} {within}{limits}; {test}."
    )


def _days(row: Row) -> str:
    return " to ".join(signed(row[limit], 0) for limit in ("low", "high"))


def comparison_sentence(test: TestResult, p: str) -> str:
    """A test with its statistic, p and method."""
    if math.isnan(test.p):
        return f"{test.method[:1].upper()}{test.method[1:]}."
    freedom = f" on {test.df} degree{'s' if test.df != 1 else ''} of freedom" if test.df is not None else ""
    statistic = f"statistic {round_half_up(test.statistic, 2):g}{freedom}"
    return f"{test.method[:1].upper()}{test.method[1:]}: {p}, {statistic}."


def rests_on(unverified: list[StatedValue]) -> list[str]:
    """The values under a headline that nobody has verified, each with its meaning; empty when there are none."""
    return [f"{one.endpoint}. {one.meaning.partition(';')[0].rstrip('?')}: {one.value}" for one in unverified]
