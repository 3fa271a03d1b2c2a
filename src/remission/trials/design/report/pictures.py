"""The picture of a planned trial: bounds and the expected Z, the average hazard ratio, or power by what is true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from remission.exhibits.trials.traces import Trace, Traces, draw_traces
from remission.trials.design.report.cells import provenance_of
from remission.trials.design.report.tables import power_table
from remission.trials.kinds.time_to_event.tables import bounds_table, calendar_table

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.trials.design.planned import Planned
    from remission.trials.kinds.time_to_event.plan import EventPlan

# Points of a smooth line over months.
POINTS = 60


def draw_first(planned: Planned) -> Figure:
    """What stands first on the page: bounds where one looks more than once, else power by what is true."""
    # The bound of one look is a single point, which is no picture.
    if planned.plan is not None and planned.plan.boundaries.looks > 1:
        return draw_bounds(planned, planned.plan)
    if planned.plan is not None and len(planned.plan.trial.effect) > 1:
        return draw_ratio(planned, planned.plan)
    return draw_power(planned)


def draw_bounds(planned: Planned, plan: EventPlan) -> Figure:
    """Bounds over the events, with the mean of Z as designed."""
    promise, bounds = planned.first.promise, plan.boundaries
    assert promise is not None
    events = [float(one) for one in plan.events_by_look]
    # What is infinite has no place on an axis; in the table it is a dash.
    upper = [(x, z) for x, z in zip(events, bounds.upper, strict=True) if math.isfinite(z)]
    # Without events Z is 0, from where the line has to start. The 0 for None is for the type alone: a log-rank test
    # with a look that has no mean of Z is refused.
    expected = [(0.0, 0.0), *((x, one.drift or 0.0) for x, one in zip(events, promise.ratios, strict=True))]
    traces = [Trace("Stop for effect at or above", upper, marked=True), Trace("Z expected, as designed", expected)]
    if bounds.futility:
        low = [(x, z) for x, z in zip(events, bounds.futility, strict=False) if math.isfinite(z)]
        traces += [Trace("Give up at or below", low, marked=True)] if low else []
    # Said in words too: the description is read where the picture is not seen.
    crossed = next((at for at, (one, z) in enumerate(zip(promise.ratios, bounds.upper, strict=True), 1)
                    if (one.drift or 0.0) >= z), None)  # fmt: skip
    where = f"at look {crossed}" if crossed else "at no look"
    shown = Traces(
        "bounds", "Z at each look", "The expected path is the mean; single trials scatter by about 1 around it.",
        f"Bounds of {bounds.looks} looks over events. The Z that is expected as designed passes its bound {where}.",
        "Events", traces,
    )  # fmt: skip
    return draw_traces(shown, bounds_table(planned, plan), provenance_of(planned))


def draw_ratio(planned: Planned, plan: EventPlan) -> Figure:
    """The average hazard ratio over the months of the trial, where it changes."""
    promise, truth = planned.first.promise, plan.truths[0]
    assert promise is not None
    last = promise.duration.times[-1]
    # Not from month 0, by which nobody has had an event: then there is no ratio.
    told = plan.who.ratios([float(one) for one in np.linspace(last / POINTS, last, POINTS)], truth)
    line = [(one.at, one.ratio) for one in told if one.ratio is not None]
    watched = plan.who.ratios([one for one in plan.trial.watched_months if one <= last] or [last], truth)
    marked = [(one.at, one.ratio) for one in watched if one.ratio is not None]
    shown = Traces(
        "average-ratio", "Average hazard ratio by month of the trial",
        "What a log-rank test would see if one looked then.",
        f"The average hazard ratio goes from {line[0][1]:.2f} in the first months to {line[-1][1]:.2f} "
        f"in month {last:.0f}.", "Month of the trial",
        [Trace("As designed", line), Trace("Months that are told below", marked, [0.0] * len(marked))],
        level=1.0, from_zero=False,
    )  # fmt: skip
    return draw_traces(shown, calendar_table(planned, plan), provenance_of(planned))


def draw_power(planned: Planned) -> Figure:
    """Power by what is true: lines by formula and exactly, points simulated with their error."""
    # Effects that change over time have no place on an axis of one number.
    told = [one for one in planned.outlooks if one.truth.value is not None]
    # A line goes from left to right; truths stand as somebody wrote them.
    told.sort(key=lambda one: one.truth.number)
    formula = [(one.truth.number, one.formula) for one in told if one.formula is not None]
    exact = [(one.truth.number, one.exact) for one in told if one.exact is not None]
    played = [(one.truth.number, one.played) for one in told if one.played is not None and one.played.trials]
    traces = [Trace("By formula", formula)] + ([Trace("Exactly", exact)] if exact else [])
    if played:
        # An error that is not known has no bar, rather than one that ends nowhere.
        errors = [0.0 if math.isnan(share.error) else share.error for _, share in played]
        traces.append(Trace("Simulated, with its error", [(x, share.value) for x, share in played], errors))
    shown = Traces(
        "power-curve", "Power, by what is true", "",
        f"Power by formula at {len(formula)} truths, with simulated points beside it where they were played.",
        f"{planned.kind.measure.capitalize()} that is true", traces, x_per_cent=planned.kind.of_shares, y_per_cent=True,
        level=planned.design.alpha,
    )  # fmt: skip
    return draw_traces(shown, power_table(planned), provenance_of(planned))
