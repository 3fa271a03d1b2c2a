"""Plain sentences under the pictures: what was found, in how many people, how sure, and what cannot be said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import (
    EventWords,
    amount,
    at_years,
    count,
    level_words,
    limits_words,
    listed,
    percent,
    signed,
    time_words,
    within,
)
from remission.stats.rounding import round_half_up, text_half_up
from remission.stats.survival.restricted_mean import ONE_VARIANCE

if TYPE_CHECKING:
    from remission.exhibits.tables import Row
    from remission.outcomes.outcome import NotFollowed
    from remission.report.definitions.words import StatedValue
    from remission.stats.estimates import TestResult

AS_RECORDED = (
    "Groups are compared as recorded; nothing is adjusted for. A difference between groups that were not randomised is "
    "not a treatment effect."
)
ONLY_THE_RATIO = (
    "Groups are compared as recorded; only the hazard ratio is adjusted. A difference between groups that were not "
    "randomised is not a treatment effect."
)

NO_VARIANCE = "one of the groups shows no variance, as when nobody in it had the event"
OF_ONE_VARIANCE = (
    "by the variance of one group alone and so too narrow: the other shows none, as when nobody had the event"
)


def named(row: Row, sentence: str) -> str:
    """A sentence with the group that it is about before it; as it is where people are not divided.

    >>> named({"group": "HSCT"}, "Nobody died.")
    'HSCT: Nobody died.'
    """
    return f"{row['group']}: {sentence}" if row["group"] else sentence


def headline(title: str, row: Row, event: EventWords) -> str:
    """The one number of an endpoint, with how many were still under observation.

    >>> event = EventWords("had an event", "an event", "without an event")
    >>> row = {"value": 0.692, "low": 0.502, "high": 0.821, "level": 0.9, "at_days": 1826, "at_risk": 13.0}
    >>> headline("Event-free survival", row, event).replace("\\xa0", " ")
    'Event-free survival at 5 years: 69.2 % (90 % interval 50.2 to 82.1; 13 still at risk).'
    """
    time = at_years(row["at_days"])
    if row["value"] is None:
        return f"{title} at {time}: not estimable, nobody was followed for so long."
    left = f"{amount(row['at_risk'])} still at risk"
    # 1 without limits is a curve on which nothing happened: printed as 100 % it would read as a finding.
    if row["value"] == 1:
        return f"{title} at {time}: none of {row['n']} {event.perfect} by then ({left}); limits not estimable."
    known = row["low"] is not None and row["high"] is not None
    limits = f"{level_words(row['level'])} interval {limits_words(row)}" if known else "limits not estimable"
    return f"{title} at {time}: {percent(row['value'])} ({limits}; {left})."


def slip_sentence(groups: list[str], wanted_day: float) -> str:
    """Why estimates stand at an earlier time than the last one chosen; a cohort not divided is a group without a name.

    >>> slip_sentence(["a", "b"], 1826).replace("\\xa0", " ")
    'Nobody in a or b was followed to 5 years.'
    """
    named = " or ".join(group for group in groups if group)
    return f"Nobody{f' in {named}' if named else ''} was followed to {at_years(wanted_day)}."


def thin_sentence(groups: Iterable[tuple[str, float, int]], wanted_day: float) -> str:
    """Of whom too few were left at a time: group, at risk, followed; a cohort not divided is a group without a name.

    >>> thin_sentence([("b", 2.0, 60)], 1826).replace("\\xa0", " ")
    'At 5 years 2 of 60 in b were still at risk, too few for a headline.'
    """
    left = [(f"{amount(some)} of {n:,}{f' in {group}' if group else ''}", some) for group, some, n in groups]
    were = "was" if [some for _, some in left] == [1] else "were"
    said = listed([words for words, _ in left])
    return f"At {at_years(wanted_day)} {said} {were} still at risk, too few for a headline."


def nobody_followed(left: Sequence[NotFollowed]) -> str:
    """The one thing to say where nobody was followed, and why nobody was; `left` is everyone who entered.

    >>> nobody_followed([])
    'Nobody entered, so nothing can be estimated.'
    """
    if not left:
        return "Nobody entered, so nothing can be estimated."
    entered = sum(one.persons for one in left)
    why = "; ".join(one.said for one in left)
    return (
        f"Nobody of {count(entered, 'person')} who entered can be followed for this: {why}. Nothing can be estimated."
    )


def not_followed_sentence(left: Sequence[NotFollowed], entered: int) -> str:
    """Who is left out and why, and which values of the definition would change it; empty when nobody is."""
    if not left:
        return ""
    number = sum(one.persons for one in left)
    # One reason is that of all of them: its number would stand there twice.
    why = left[0].because if len(left) == 1 else "; ".join(one.said for one in left)
    return f"Not counted: {number:,} of {count(entered, 'person')} who entered, {why}."


def people_sentence(spells: pl.DataFrame, causes: Mapping[str, str], event: EventWords) -> str:
    """How many had an event, of which kind, and how many were left; `causes` gives each cause its words.

    Empty where nobody was followed: why is a sentence of its own.

    >>> from remission.exhibits.wording import event_words
    >>> about = {"origin_day": [0, 0], "entry_day": [0, 0], "exit_day": [9, 9]}
    >>> spells = pl.DataFrame({**about, "event": [True, False], "cause": ["r", None]})
    >>> people_sentence(spells, {"r": "a relapse"}, event_words("Relapse"))
    'Of 2 persons followed, 1 had a relapse; 1 had none when follow-up ended.'
    """
    followed = spells.filter(pl.col("exit_day") > pl.col("entry_day"))
    if not followed.height:
        return ""
    events = followed.filter("event")
    free = followed.height - events.height
    had = f"{events.height or 'none'} {event.past}{_kinds(events, causes)}"
    rest = f"{free} {event.left(free)} when follow-up ended"
    return f"Of {count(followed.height, 'person')} followed{_entered_later(followed)}, {had}; {rest}."


def _kinds(events: pl.DataFrame, causes: Mapping[str, str]) -> str:
    kinds = events.group_by("cause", maintain_order=True).len().sort("len", descending=True, maintain_order=True).rows()
    named = [f"{causes.get(cause, cause)} in {number}" for cause, number in kinds]
    return f" (the first was {listed(named)})" if len(causes) > 1 and named else ""


def _entered_later(followed: pl.DataFrame) -> str:
    late = followed.filter(pl.col("entry_day") > pl.col("origin_day")).height
    return f" ({late:,} of them entered later)" if late else ""


def median_sentence(row: Row, event: EventWords) -> str:
    """The median time and its limits.

    >>> from remission.exhibits.wording import event_words
    >>> row = {"value": None, "low": None, "high": None, "level": 0.9, "absent_reason": "not reached"}
    >>> median_sentence(row, event_words("Relapse"))
    'Median time to a relapse: not reached.'
    """
    how = "" if row["value"] is None else f", {level_words(row['level'])} limits of Brookmeyer and Crowley"
    return f"Median time to {event.noun}: {time_words(row)}{how}."


def restricted_mean_sentence(row: Row, event: EventWords) -> str:
    """The average time free of the event within a horizon; where nobody had it there is no average to be given."""
    if row["value"] is None:
        return f"Average time {event.without}: not estimable, because nobody was followed."
    said = f"Average time {event.without} {within(row['to_day'])}"
    if not row["events"]:
        return f"{said}: not estimable, because nobody {event.perfect} by then."
    return f"{said}: {time_words(row)}."


def difference_sentence(row: Row, test: str, event: EventWords) -> str:
    """How much longer one group stayed free of the event than another."""
    if row["value"] is None:
        why = "because nobody was followed in one of them"
        return f"Difference in average time between {row['group']} and {row['against']}: not estimable, {why}."
    gained = gained_words(row, event.without)
    said = f"On average {row['group']} had {gained} than {row['against']} {within(row['to_day'])}"
    if row["low"] is None or row["high"] is None:
        return f"{said} (limits and p not estimable: {NO_VARIANCE})."
    return f"{said} ({gained_limits(row, level_words(row['level']))}); {test}."


def gained_words(row: Row, without: str) -> str:
    """By how many days the average time differs.

    >>> gained_words({"value": -30.4}, "alive")
    '30 fewer days alive'
    """
    more = "more" if row["value"] >= 0 else "fewer"
    return f"{text_half_up(abs(row['value']))} {more} days {without}"


def gained_limits(row: Row, level: str = "") -> str:
    """The limits of such a difference, named by their `level` where it is given, and what is wrong with them."""
    if row["low"] is None or row["high"] is None:
        return f"limits not estimable: {NO_VARIANCE}"
    interval = f"{level} interval {_days(row)}" if level else _days(row)
    return f"{interval}, {OF_ONE_VARIANCE}" if str(row["method"]).endswith(ONE_VARIANCE) else interval


def _days(row: Row) -> str:
    return " to ".join(signed(row[limit], 0) for limit in ("low", "high"))


def compared_sentence(groups: Iterable[tuple[str, int]]) -> str:
    """Which groups were compared, and of how many persons.

    >>> compared_sentence([("a", 2), ("b", 1)])
    'Compared: a (2 persons) and b (1 person).'
    """
    named = [f"{group} ({count(persons, 'person')})" for group, persons in groups]
    return f"Compared: {listed(named)}."


def left_out_sentence(group: str, persons: int, why: str) -> str:
    """A group that was not compared, and why."""
    return f"Not compared: {group} ({count(persons, 'person')}), because {why}."


def comparison_sentence(test: TestResult, p: str) -> str:
    """A test with its statistic, p and method."""
    if math.isnan(test.p):
        return f"{test.method[:1].upper()}{test.method[1:]}."
    freedom = f" on {test.df} degree{'s' if test.df != 1 else ''} of freedom" if test.df is not None else ""
    statistic = f"statistic {round_half_up(test.statistic, 2):g}{freedom}"
    return f"{test.method[:1].upper()}{test.method[1:]}: {p}, {statistic}."


def rests_on(unverified: list[StatedValue]) -> list[str]:
    """The values under a headline that nobody has verified, each with its meaning; empty when there are none."""
    return [f"{one.endpoint}. {_decided(one)}" for one in unverified]


def _decided(one: StatedValue) -> str:
    if one.name == "progression.confirmation.days" and one.value == "none":
        return "Confirmation of a rise: no confirmation was asked for"
    return f"{one.meaning.partition(';')[0].rstrip('?')}: {one.value}"
