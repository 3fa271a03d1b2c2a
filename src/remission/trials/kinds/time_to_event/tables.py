"""The tables of a trial of time to an event: its bounds, its calendar, where it ends, and what is still to be hoped."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from remission.exhibits.tables import Shown, Table, shows
from remission.stats.group_sequential.conditional import conditional_power, predictive_power
from remission.trials.design.report.cells import finite, number_in, share_in, table_of
from remission.trials.kinds.time_to_event.promise import drifts_of

if TYPE_CHECKING:
    from remission.trials.design.outlook import Outlook
    from remission.trials.design.planned import Planned
    from remission.trials.kinds.time_to_event.plan import EventPlan

# Z of which conditional power is told, between what gives up and what ends.
SEEN = (0.0, 0.5, 1.0, 1.5, 2.0)
PREDICTED = (
    "Predictive power is the chance to end for effect if one knows no more than the trial has shown so far. It is "
    "conditional power averaged over the effects that this leaves possible, log hazard ratios around the one seen, and "
    "takes the ratio to stay as it is. The prior is flat: before the trial every log hazard ratio counts as equally "
    "likely. So it is as a rule nearer to 50 % than conditional power as seen, and no wiser: what was known before has "
    "no part in it."
)


def ratio_at(z: float, events: float, share: float) -> float | None:
    """The hazard ratio that a log-rank Z stands for after so many events, by Schoenfeld's formula; None at no bound.

    >>> round(ratio_at(1.96, 100, 0.5), 3)
    0.676
    """
    return math.exp(-z / math.sqrt(events * share * (1 - share))) if math.isfinite(z) else None


def bounds_table(planned: Planned, plan: EventPlan) -> Table:
    """A row for each look: bound, level, hazard ratio at the bound, alpha spent, events and month expected."""
    bounds, promise = plan.boundaries, planned.first.promise
    share, told = plan.people[1] / sum(plan.people), plan.comparison.stands_for_ratio
    # At the last look nobody gives up: who does not reach the bound for effect has not shown it.
    low = (*(bounds.futility or (None,) * (bounds.looks - 1)), None)
    rows = [
        {"look": at + 1, "information": bounds.fractions[at], "events": plan.events_by_look[at],
         "month": promise.duration.times[at] if promise else None, "z": finite(bounds.upper[at]),
         "p": bounds.levels[at], "ratio": ratio_at(bounds.upper[at], plan.events_by_look[at], share) if told else None,
         "spent": bounds.spent[at], "futility": None if low[at] is None else finite(low[at])}
        for at in range(bounds.looks)
    ]  # fmt: skip
    columns = (
        shows("look", "Look"),
        shows("events", "Events"),
        number_in("month", "Expected month", 1),
        number_in("z", "Z", 3),
        Shown("One-sided p", lambda row: f"{row['p']:.4f}"),
        number_in("ratio", "Hazard ratio at the bound", 3),
        Shown("Alpha spent", lambda row: f"{row['spent']:.4f}"),
        *((number_in("futility", "Give up at Z", 3),) if bounds.futility else ()),
    )
    note = plan.comparison.of_bounds
    if not all(map(math.isfinite, (*bounds.upper, *(bounds.futility or ())))):
        note += " A dash: too little is spent by then for any Z to stop the trial."
    return table_of(planned, "bounds", "When the trial is looked at, and what it takes to stop.", rows, columns, note)


def calendar_table(planned: Planned, plan: EventPlan) -> Table:
    """People and events expected through the trial as designed, with the average hazard ratio by then."""
    promise, calendar = planned.first.promise, plan.who.everybody(plan.truths[0])
    looks = promise.duration.times if promise else ()
    # By month, so that what falls on one month is one row; what has a name is put in last, for that must stay.
    when = {**{float(month): "" for month in plan.trial.watched_months}, calendar.accrual_ends: "everybody is in"}
    when |= {time: f"look {at}" for at, time in enumerate(looks, 1)}
    times = sorted(when)
    rows = [
        {"month": one.at, "what": when[one.at],
         # Accrual is a rate that need not end by itself: it would let in more people than the trial has.
         "people": min(float(calendar.accrual.entered([one.at])[0]), calendar.people),
         "events": one.events, "ratio": one.ratio}
        for one in plan.who.ratios(times, plan.truths[0])
    ]  # fmt: skip
    columns = (
        number_in("month", "Month", 1),
        shows("what", "What", words=True),
        number_in("people", "People in", 0),
        number_in("events", "Events", 1),
        number_in("ratio", "Average hazard ratio", 3),
    )
    note = "Expected, as designed. The average hazard ratio is what a log-rank test sees by then."
    return table_of(planned, "calendar", "What is expected by when.", rows, columns, note)


def characteristics_table(planned: Planned, plan: EventPlan) -> Table:
    """Under each truth: the chance to end at each look, and people, events and months expected; simulated."""
    looks = range(1, plan.boundaries.looks + 1)
    rows = [_characteristics(one) for one in planned.outlooks if one.results is not None]
    futile = plan.boundaries.futility is not None
    columns = (
        shows("truth", "What is true", words=True),
        *(share_in(f"effect_{look}", f"Look {look}", "Ends for effect at") for look in looks),
        *(share_in(f"futile_{look}", f"Look {look}", "Gives up at") for look in looks if futile and look < len(looks)),
        number_in("people", "people", 0, "Expected"),
        number_in("events", "events", 1, "Expected"),
        number_in("months", "months", 1, "Expected"),
    )
    note = f"{planned.said} Monte-Carlo errors are in the CSV. Expected numbers are means at the end of a trial."
    return table_of(planned, "characteristics", "Where the trial ends, by what is true.", rows, columns, note)


def _characteristics(one: Outlook) -> dict[str, Any]:
    assert one.results is not None
    summaries = one.results.by_look()
    # Of where each trial ended, whichever look that was; the others are of one look each.
    end = summaries[-1]
    row: dict[str, Any] = {"truth": one.truth.title}
    for look, told in enumerate(summaries[:-1], 1):
        for name, share in (("effect", told.rejected), ("futile", told.futile)):
            row |= {f"{name}_{look}": share.value, f"{name}_{look}_error": finite(share.error)}
    for name, mean in (("people", end.people), ("events", end.events), ("months", end.months)):
        row |= {name: finite(mean.value), f"{name}_error": finite(mean.error)}
    # No column of the page shows these: they stand in the CSV beside what was simulated.
    if one.promise is not None:
        duration = one.promise.duration
        row |= {"formula_power": one.promise.power, "formula_months": duration.expected_time,
                "formula_events": duration.expected_events, "formula_people": duration.expected_people}  # fmt: skip
        row |= {f"formula_effect_{look}": chance for look, chance in enumerate(one.promise.crossing.upper, 1)}
    return row


def conditional_table(planned: Planned, plan: EventPlan) -> Table | None:
    """For a few Z at each look but the last, the chance still to end for effect; None where there is none of them.

    Conditional on three effects, and averaged over what the trial leaves possible (predictive, by a flat prior).
    """
    bounds, promise = plan.boundaries, planned.first.promise
    if bounds.looks < 2 or promise is None:
        return None
    # A mean for each look: an effect that changes is worth another drift at a later one (decision 321).
    designed = drifts_of(promise.ratios)
    rows = []
    for look in range(1, bounds.looks):
        low = bounds.futility[look - 1] if bounds.futility else -math.inf
        # At a bound or beyond it the trial has ended, and nothing is left to hope for.
        for z in (one for one in SEEN if low < one < bounds.upper[look - 1]):
            # After a share t of the information Z has the mean drift x sqrt t, so this is the drift at all of it.
            estimate = z / math.sqrt(bounds.fractions[look - 1])
            told = {name: conditional_power(bounds, look, z, drift)
                    for name, drift in (("design", designed), ("estimate", estimate), ("null", 0.0))}  # fmt: skip
            # Only log-rank tests have several looks, so that each Z here stands for a ratio.
            ratio = ratio_at(z, plan.events_by_look[look - 1], plan.people[1] / sum(plan.people))
            rows.append({"look": look, "z": z, "ratio": ratio, **told, "predictive": predictive_power(bounds, look, z)})
    # A bound to give up that lies above every Z of these leaves none to tell.
    if not rows:
        return None
    columns = (
        shows("look", "Look"),
        number_in("z", "Z seen", 1),
        number_in("ratio", "Hazard ratio seen", 2),
        share_in("design", "as designed", "Chance to end for effect if the effect is"),
        share_in("estimate", "as seen", "Chance to end for effect if the effect is"),
        share_in("null", "none", "Chance to end for effect if the effect is"),
        share_in("predictive", "Predictive power (flat prior)"),
    )
    caption = "What is still to be hoped for, once a look has been seen."
    return table_of(planned, "conditional-power", caption, rows, columns, PREDICTED)
