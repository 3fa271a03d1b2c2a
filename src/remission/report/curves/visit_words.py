"""What is said of an endpoint that is only seen at visits: how far that moves the headline, and what is open."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from remission.exhibits.wording import NBSP, at_years, count, event_words, level_words, listed, p_words, percent
from remission.report.curves.words import last_rows
from remission.report.models.between import seen_only_at_visits
from remission.report.models.interval_hazards import ratio_sentences, sentence_of_test
from remission.report.pictures.innermost import range_words
from remission.report.sentences import AS_RECORDED, named
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.report.event_free import EventFree
    from remission.report.models.interval_hazards import IntervalHazards
    from remission.report.models.visits import ReadOffVisits

Row = dict[str, Any]

WHY = "NPMLE, which takes of an event only that it came between two visits"
AS_PLANNED = (
    "Caution: this holds where visits and scans came as planned. One that was asked for because somebody felt worse "
    "finds an event earlier than the plan would, and the interval says less than it seems to."
)
RATIOS = (
    "Hazard ratios between visits lean on the shape of a baseline hazard (Weibull, or a spline with one inner knot), "
    "which Cox's does not; all three are of the same people. Where they agree, the days of visits do not decide how "
    "groups compare."
)
POINTWISE = (
    "Limits hold for one time alone. There is no band around the whole curve: the bootstrap by which bands are usually "
    "made does not work for this curve."
)


def visit_line(found: ReadOffVisits, whole: EventFree) -> str:
    """The Kaplan-Meier headline beside what visits allow, in one line; empty where there is no headline to move."""
    if found.refused:
        return f"Read off visits: not estimated, because {found.refused}."
    beside = list(_beside(found, whole))
    if not beside:
        return ""
    said = "; ".join(f"{row['group'] or ''} {_moved(row)}".strip() for row in beside)
    return f"Read off visits, at {at_years(beside[0]['at_days'])} {said} ({WHY})."


def moves_headline(found: ReadOffVisits, whole: EventFree) -> bool:
    """Does what visits allow differ, in print, from what stands at the top?"""
    return any(range_words(row) != percent(row["seen"]) for row in _beside(found, whole))


def day_of_visit(endpoint: Endpoint) -> str:
    """Which day a ratio of hazards takes for that of an event that is only seen at visits; empty where days are known.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> day_of_visit(load_endpoint("cdp-24w")).partition(": ")[0]
    'The event is only seen at visits'
    >>> day_of_visit(load_endpoint("relapse-free"))
    ''
    """
    seen = seen_only_at_visits(endpoint)
    if not seen:
        return ""
    # What the title adds in brackets is the definition's, and told in its own section.
    names = [one.title.partition(" (")[0] for one in seen] if endpoint.parts else ["The event"]
    are = "is" if len(names) == 1 else "are"
    return (
        f"{listed(names)} {are} only seen at visits: hazards here are by the day of the visit that counts, and the "
        "event came at some time before it."
    )


def _largest(found: ReadOffVisits, whole: EventFree) -> str:
    """The chosen time at which the two are furthest apart, where that is not the time of the headlines."""
    seen = {(row["group"], row["at_days"]): row["value"] for row in whole.at_times.rows()}
    rows: list[Row] = [
        {**row, "seen": seen[row["group"], row["at_days"]]} for row in found.ranges.rows() if row["low"] is not None
    ]
    rows = [row for row in rows if row["seen"] is not None and range_words(row) != percent(row["seen"])]
    if not rows:
        return ""
    most = max(rows, key=_apart)
    if most["at_days"] == whole.headline_day:
        return ""
    whose = f" in {most['group']}" if most["group"] else ""
    return f"It moves most at {at_years(most['at_days'])}{whose}: {_moved(most)}."


def _apart(row: Row) -> float:
    return float(max(abs(row["low"] - row["seen"]), abs(row["high"] - row["seen"])))


def _beside(found: ReadOffVisits, whole: EventFree) -> Iterator[Row]:
    """The ranges at the time of the headlines, each with the Kaplan-Meier share of those groups that have one."""
    curves = {one.name or None: one.curve for one in whole.curves}
    ranges = {(row["group"], row["at_days"]): row for row in found.ranges.rows() if row["low"] is not None}
    for row in last_rows(whole):
        between = ranges.get((row["group"], row["at_days"]))
        enough = row["value"] is not None and curves[row["group"]].enough_at_risk(row["at_days"])
        if enough and between is not None:
            yield {**between, "seen": row["value"]}


def _moved(row: Row) -> str:
    seen, between = percent(row["seen"]), range_words(row)
    if between == seen:
        return f"{seen} stays {seen}"
    return f"{seen} {'becomes' if row['value'] is not None else 'may be'} {between}"


def visit_sentences(found: ReadOffVisits, whole: EventFree, ratios: IntervalHazards | None = None) -> list[str]:
    """The answer, what the intervals are, who is not in them, what to be careful of, and how it was reckoned."""
    line = visit_line(found, whole)
    if found.refused:
        return [line]
    compared = ratio_sentences(ratios) if ratios else []
    answer = [line, _largest(found, whole), *_test(found, whole), *compared, _seen_when(found)]
    caveat = [_composite(found), _fading(found), _deaths(found), _late(found), AS_PLANNED]
    method = [_method(found), *([RATIOS, *ratios.said] if ratios else [])]
    return [one for one in (*answer, *caveat, *method) if one]


def _test(found: ReadOffVisits, whole: EventFree) -> list[str]:
    """Whether groups differ, between visits and by the days of visits; nothing where they are not compared."""
    if found.test is None:
        return []
    seen = whole.comparison.log_rank if whole.comparison else None
    beside = f" By the days on which events were seen: {p_words(seen.p)} (log-rank test)." if seen else ""
    return [f"{sentence_of_test(found.test)}{beside}", AS_RECORDED]


def _events(found: ReadOffVisits) -> pl.DataFrame:
    return pl.concat([one.between for one in found.curves]).filter("event")


def _seen_when(found: ReadOffVisits) -> str:
    """How many events have a day of their own, and how long the others may have been there unseen."""
    events = _events(found)
    if not events.height:
        return "No event was seen."
    width = (events["seen"] - events["last_free"]).filter(events["seen"] - events["last_free"] > 1)
    if not width.len():
        return f"Of each of {count(events.height, 'event')} the day is known."
    apart = f"between two days, on average {text_half_up(float(np.mean(width.to_numpy())))} days apart"
    if width.len() == events.height:
        return f"Each of {count(events.height, 'event')} is known only to have come {apart}."
    known = events.height - width.len()
    return (
        f"Of {count(events.height, 'event')} {width.len():,} {_are(width.len())} known only to have come {apart}; of "
        f"the other {known:,} the day is known."
    )


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _composite(found: ReadOffVisits) -> str:
    """Why a relapse has no day of its own in a composite."""
    parts = found.outcome.endpoint.parts
    dated = [one for one in parts if one.record.asked_at != "assessments"]
    if not dated or len(dated) == len(parts):
        return ""
    nouns = listed([event_words(one.title, one.record.event_words).noun for one in dated])
    return (
        f"The day of {nouns} is known, but it need not have been the first event: unless what is only seen at visits "
        "was seen to be absent on that day or later, the first event lies anywhere since it last was."
    )


def _fading(found: ReadOffVisits) -> str:
    """That of what comes and goes nothing is left to be seen at the next scan."""
    endpoint = found.outcome.endpoint
    if ("gd_lesions",) not in [getattr(one.record, "lesions", ()) for one in endpoint.parts or (endpoint,)]:
        return ""
    return "Enhancement fades within weeks: a lesion that came and faded between two scans is in no count here."


def _deaths(found: ReadOffVisits) -> str:
    """How far those who died unseen could move it, at the last time that has bounds."""
    if not found.deaths:
        return ""
    died = count(found.deaths, "person")
    rows = found.bounds.rows()
    last = max((int(str(row["at_days"])) for row in rows), default=0)
    told = "; ".join(named(row, range_words({**row, "value": None})) for row in rows if row["at_days"] == last)
    who = f"{died} died after being last seen free of it, and nobody knows whether it had come by then"
    return (
        f"{who}. Had it come before every such death, or before none, the share at {at_years(last)} would lie between "
        f"these ends: {told}. In the curve they leave on the day on which they were last seen free of it."
    )


def _late(found: ReadOffVisits) -> str:
    if not found.late:
        return ""
    return (
        f"{count(found.late, 'person')} who came under observation after time began {_are(found.late)} in the "
        "Kaplan-Meier curve and not in this one, which cannot use late entry."
    )


def _method(found: ReadOffVisits) -> str:
    level = level_words(found.level)
    return (
        "Nonparametric maximum likelihood; no other curve has a log likelihood higher by more than "
        f"{_power(found.gap)}. {level[:1].upper()}{level[1:]} limits by likelihood ratio. {POINTWISE}"
    )


def _power(number: float) -> str:
    """A small number as a power of ten, in one piece.

    >>> _power(6.2e-09)
    '7\xa0×\xa010⁻⁹'
    """
    if number <= 0:
        return "0"
    power = math.floor(math.log10(number))
    # Upwards: what is told is a bound.
    first = math.ceil(number / 10**power)
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{first}{NBSP}×{NBSP}10{raised}"
