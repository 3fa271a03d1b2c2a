"""Events of a log-rank test by Schoenfeld and Freedman; by calendar; average ratio by look; duration; people."""

from __future__ import annotations

import math
from typing import Any

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.group_sequential.boundaries import find_boundaries
from remission.stats.group_sequential.crossing import crossing_probabilities
from remission.stats.sample_size.average_ratio import average_ratios
from remission.stats.sample_size.calendar import (
    Accrual,
    Arm,
    Calendar,
    PiecewiseHazard,
    events_by_piece,
    events_in_the_end,
    expected_events,
    people_needed,
    time_of_events,
)
from remission.stats.sample_size.duration import expected_duration
from remission.stats.sample_size.events import drift_of_events, events_needed, power_of_events, stratified_events
from remission.trials.design.records import Effect, Entry, EventTrial, Piece, TrialDesign
from remission.trials.kinds.time_to_event.plan import EventPlan

TOLERANCE = Tolerance(1e-7, "rpact looks for times by steps, and R integrates integrals; formulas of ours are exact")


def numbers(text: object) -> tuple[float, ...]:
    """What a cell of the table lists."""
    return tuple(float(one) for one in str(text).split(";") if one)


def calendar_of(table: Table, case: str) -> Calendar:
    """One calendar of the table."""
    row = {name: column[int(case) - 1] for name, column in table.items()}
    starts, followed = numbers(row["starts"]), float(row["followed_for"])
    arms = tuple(
        Arm(PiecewiseHazard(starts, numbers(row[arm])), share, PiecewiseHazard.constant(float(row[f"dropout_{arm}"])))
        for arm, share in (("treated", float(row["share"])), ("control", 1 - float(row["share"])))
    )
    accrual = Accrual(numbers(row["accrual_starts"]), numbers(row["accrual_rates"]))
    return Calendar(float(row["people"]), accrual, arms, None if followed != followed else followed)


def ours(inputs: Inputs, what: str, *parts: str) -> Answer:
    """Our answer, as to `time|3|42` or `events|freedman|0.6|2|1`."""
    if what in {"expected", "time", "people", "ever", "pieces", "average"}:
        return _of_calendar(inputs, what, *parts)
    match what:
        case "events":
            formula, ratio, allocation, sides = parts
            asked: dict[str, Any] = {"allocation": float(allocation), "sides": int(sides), "formula": formula}
            return [events_needed(float(ratio), **asked)]
        case "power":
            return [power_of_events(90, float(parts[0]), allocation=float(parts[1]))]
        case "strata":
            return [stratified_events(0.5, [1, 3], [0.6, 0.4], drift=3.2)]
        case "rpact events":
            hazards = (0.02, 2 / 3, 0.05), (0.03, 1 / 3, 0.1)
            arms = tuple(Arm(PiecewiseHazard.constant(h), share, _dropout(out)) for h, share, out in hazards)
            return list(expected_events([6, 12, 24, 40], Calendar(240, Accrual.constant(20), arms)).sum(axis=1))
        case "duration":
            looks = find_boundaries(0.025, (0.4, 0.7, 1), "obrien-fleming")
            arms = tuple(Arm(PiecewiseHazard.constant(h), 0.5) for h in (0.018, 0.03))
            crossing = crossing_probabilities(looks, drift_of_events(100, 0.6))
            told = expected_duration(looks, crossing, 100, Calendar(300, Accrual.constant(25), arms))
            return [*told.times, told.expected_time, told.expected_events, told.expected_people, crossing.power]
        case "size":
            return _size(*parts)
    raise LookupError(what)


def _size(spending: str, ratio: str, allocation: str, power: str) -> Answer:
    trial = EventTrial(
        event="it", people=600, last_month=60, control=(Piece(0, 0.12, "assumed"),),
        effect=(Effect(0, float(ratio), "assumed"),), accrual=(Entry(0, 25, "assumed"),),
        dropout=(Piece(0, -math.log(1 - 0.05), "assumed"),), allocation=float(allocation), fractions=(0.4, 0.7, 1.0),
        spending={"asOF": "obrien-fleming", "asP": "pocock"}[spending], events=1,
    )  # fmt: skip
    plan = EventPlan(TrialDesign("it", "it", "it", 0.025, time_to_event=trial), trial)
    people = plan.comparison.people_for(float(power), plan.truths[0])
    return [people, plan.who.by_end(plan.truths[0]) * people / trial.people]


def _dropout(share: float) -> PiecewiseHazard:
    """The hazard of which this share is gone in 12 months."""

    return PiecewiseHazard.constant(-math.log(1 - share) / 12)


def _of_calendar(inputs: Inputs, what: str, case: str, wanted: str = "") -> Answer:
    at = float(inputs["calendars"]["at"][int(case) - 1])
    calendar = calendar_of(inputs["calendars"], case)
    match what:
        case "expected":
            return list(expected_events([at], calendar)[0])
        case "time":
            return [time_of_events(float(wanted), calendar)]
        case "people":
            asked = calendar.accrual, calendar.arms
            return [people_needed(float(wanted), *asked, follow_up=10.0, followed_for=calendar.followed_for)]
        case "ever":
            return [events_in_the_end(calendar)]
        case "pieces":
            starts = calendar.arms[0].hazard.starts
            return list(events_by_piece(at, calendar, starts).sum(axis=1))
    told = average_ratios([at], calendar)[0]
    return [float("nan") if told.ratio is None or told.drift is None else one for one in (told.ratio, told.drift)]  # type: ignore[misc]
