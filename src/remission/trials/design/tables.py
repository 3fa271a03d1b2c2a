"""The tables of a planned trial, in the order of its report."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import percent
from remission.inputs.provenance import Provenance
from remission.stats.group_sequential.conditional import conditional_power, predictive_power
from remission.stats.rounding import text_half_up
from remission.trials.design.events import EventPlan, drifts_of
from remission.trials.design.formulas import formulas_of
from remission.trials.design.taken import taken_for_true

if TYPE_CHECKING:
    from remission.simulation.trials.results import Share
    from remission.trials.design.outlook import Outlook, Planned

# Z of which conditional power is told, between what gives up and what ends.
SEEN = (0.0, 0.5, 1.0, 1.5, 2.0)
PREDICTED = (
    "Predictive power is the chance to end for effect if one knows no more than the trial has shown so far. It is "
    "conditional power averaged over the effects that this leaves possible, log hazard ratios around the one seen, and "
    "takes the ratio to stay as it is. The prior is flat: before the trial every log hazard ratio counts as equally "
    "likely. So it is as a rule nearer to 50 % than conditional power as seen, and no wiser: what was known before has "
    "no part in it."
)
NOT_REACHED = "events not expected in time"


def provenance_of(planned: Planned) -> Provenance:
    """Trials that nobody held."""
    return Provenance(planned.design.name, "simulated", "", planned.design.sources)


def _table(planned: Planned, name: str, caption: str, rows: list[dict[str, Any]], columns: tuple[Shown, ...],
           note: str = "") -> Table:  # fmt: skip
    frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    return Table(name, caption, frame, columns, provenance_of(planned), note)


def _number(field: str, header: str, digits: int, group: str = "") -> Shown:
    return Shown(header, lambda row: "–" if row[field] is None else text_half_up(row[field], digits), group=group)


def _share(field: str, header: str, group: str = "", digits: int = 1) -> Shown:
    return Shown(header, lambda row: "–" if row[field] is None else percent(row[field], digits), group=group)


def ratio_at(z: float, events: float, share: float) -> float | None:
    """The hazard ratio that a log-rank Z stands for after so many events, by Schoenfeld's formula; None at no bound.

    >>> round(ratio_at(1.96, 100, 0.5), 3)
    0.676
    """
    return math.exp(-z / math.sqrt(events * share * (1 - share))) if math.isfinite(z) else None


def bounds_table(planned: Planned, plan: EventPlan) -> Table:
    """A row for each look: bound, level, hazard ratio at the bound, alpha spent, events and month expected."""
    bounds, promise = plan.boundaries, planned.first.promise
    share = plan.people[1] / sum(plan.people)
    low = (*(bounds.futility or (None,) * (bounds.looks - 1)), None)
    rows = [
        {"look": at + 1, "information": bounds.fractions[at], "events": plan.events_by_look[at],
         "month": promise.duration.times[at] if promise else None, "z": _none(bounds.upper[at]), "p": bounds.levels[at],
         "ratio": ratio_at(bounds.upper[at], plan.events_by_look[at], share) if plan.is_log_rank else None,
         "spent": bounds.spent[at], "futility": None if low[at] is None else _none(low[at])}
        for at in range(bounds.looks)
    ]  # fmt: skip
    columns = (
        shows("look", "Look"),
        shows("events", "Events"),
        _number("month", "Expected month", 1),
        _number("z", "Z", 3),
        Shown("One-sided p", lambda row: f"{row['p']:.4f}"),
        _number("ratio", "Hazard ratio at the bound", 3),
        Shown("Alpha spent", lambda row: f"{row['spent']:.4f}"),
        *((_number("futility", "Give up at Z", 3),) if bounds.futility else ()),
    )
    note = "Stop for effect where Z is at least the bound. The hazard ratio at the bound is by Schoenfeld's formula."
    if plan.horizon is not None:
        note = (
            f"Z is the difference of mean months free of {plan.trial.event} up to month {plan.horizon:g} over its "
            "standard error; it stands for no hazard ratio."
        )
    elif not plan.is_log_rank:
        note = "The largest Z of the weighted tests counts; it stands for no single hazard ratio."
    if not all(map(math.isfinite, (*bounds.upper, *(bounds.futility or ())))):
        note += " A dash: too little is spent by then for any Z to stop the trial."
    return _table(planned, "bounds", "When the trial is looked at, and what it takes to stop.", rows, columns, note)


def calendar_table(planned: Planned, plan: EventPlan) -> Table:
    """People and events expected through the trial as designed, with the average hazard ratio by then."""
    promise, calendar = planned.first.promise, plan.who.everybody(plan.truths[0])
    looks = promise.duration.times if promise else ()
    when = {calendar.accrual_ends: "everybody is in", **{float(month): "" for month in plan.trial.watched_months}}
    when |= {time: f"look {at}" for at, time in enumerate(looks, 1)}
    times = sorted(when)
    rows = [
        {"month": one.at, "what": when[one.at],
         "people": min(float(calendar.accrual.entered([one.at])[0]), calendar.people),
         "events": one.events, "ratio": one.ratio}
        for one in plan.who.ratios(times, plan.truths[0])
    ]  # fmt: skip
    columns = (
        _number("month", "Month", 1),
        shows("what", "What", words=True),
        _number("people", "People in", 0),
        _number("events", "Events", 1),
        _number("ratio", "Average hazard ratio", 3),
    )
    note = "Expected, as designed. The average hazard ratio is what a log-rank test sees by then."
    return _table(planned, "calendar", "What is expected by when.", rows, columns, note)


def power_table(planned: Planned) -> Table:
    """A row for each truth: power by formula, exact, and simulated with its Monte-Carlo error."""
    rows = [
        {"truth": one.truth.title, "value": one.truth.value, "formula": one.formula, "exact": one.exact,
         **_played(one.played), "differs": one.differs, **_gained(one), **_plainly(planned, one)}
        for one in planned.outlooks
    ]  # fmt: skip
    untold = NOT_REACHED if planned.plan else "–"
    exact = any(one.exact is not None for one in planned.outlooks)
    other = planned.plan is not None and not planned.plan.is_plain
    gains = planned.plan is not None and planned.plan.horizon is not None
    columns = (
        shows("truth", "What is true", words=True),
        Shown("Power by formula", lambda row: percent(row["formula"], 1) if row["formula"] is not None else untold),
        *((_share("exact", "Exact"),) if exact else ()),
        Shown("Simulated", _simulated),
        Shown("Apart by more than chance?", _apart),
        *(_gain_columns() if gains else ()),
        *(_plain_columns(untold) if other else ()),
    )
    note = (
        f"{planned.said} In brackets the Monte-Carlo error. Power where there is no effect is the error of the design."
    )
    if planned.plan is not None and other:
        bound = "by the same bounds" if planned.plan.is_log_rank else "at a bound of its own"
        note += f" The plain log-rank test is of the same trials, {bound}."
    return _table(planned, "power", "Power by formula beside power by simulation.", rows, columns, note)


def _played(share: Share | None) -> dict[str, Any]:
    if share is None or not share.trials:
        return {"simulated": None, "error": None, "trials": 0}
    return {"simulated": share.value, "error": None if math.isnan(share.error) else share.error, "trials": share.trials}


def _gained(one: Outlook) -> dict[str, Any]:
    if one.promise is None or one.promise.gain is None:
        return {}
    seen = one.results.by_look()[-1].effect if one.results else None
    told = {"gain_simulated": _none(seen.value), "gain_error": _none(seen.error)} if seen else {}
    return {"gain": one.promise.gain, "gain_simulated": None, "gain_error": None, **told}


def _gain_columns() -> tuple[Shown, ...]:
    return (_number("gain", "expected", 2, "Months gained"), _number("gain_simulated", "simulated", 2, "Months gained"))


def _plainly(planned: Planned, one: Outlook) -> dict[str, Any]:
    if planned.plan is None or planned.plan.is_plain:
        return {}
    return {"plain": one.plain, **{f"plain_{name}": value for name, value in _played(one.plain_played).items()}}


def _plain_columns(untold: str) -> tuple[Shown, ...]:
    return (
        Shown("by formula", lambda row: _plain_formula(row, untold),
              group="Plain log-rank test"),
        Shown("simulated", lambda row: _simulated(row, "plain_"), group="Plain log-rank test"),
    )  # fmt: skip


def _plain_formula(row: Row, untold: str) -> str:
    if row["plain"] is None:
        return untold if row["formula"] is None else "no formula"
    return percent(row["plain"], 1)


def _simulated(row: Row, of: str = "") -> str:
    if row[f"{of}simulated"] is None:
        return "not simulated: the run was ended"
    error = "not estimable" if row[f"{of}error"] is None else text_half_up(100 * row[f"{of}error"], 2)
    return f"{percent(row[f'{of}simulated'], 1)} ({error})"


def _apart(row: Row) -> str:
    if row["simulated"] is None or row["formula"] is None:
        return "–"
    return "yes" if row["differs"] else "no"


def characteristics_table(planned: Planned, plan: EventPlan) -> Table:
    """Under each truth: the chance to end at each look, and people, events and months expected; simulated."""
    looks = range(1, plan.boundaries.looks + 1)
    rows = [_characteristics(one) for one in planned.outlooks if one.results is not None]
    futile = plan.boundaries.futility is not None
    columns = (
        shows("truth", "What is true", words=True),
        *(_share(f"effect_{look}", f"Look {look}", "Ends for effect at") for look in looks),
        *(_share(f"futile_{look}", f"Look {look}", "Gives up at") for look in looks if futile and look < len(looks)),
        _number("people", "people", 0, "Expected"),
        _number("events", "events", 1, "Expected"),
        _number("months", "months", 1, "Expected"),
    )
    note = f"{planned.said} Monte-Carlo errors are in the CSV. Expected numbers are means at the end of a trial."
    return _table(planned, "characteristics", "Where the trial ends, by what is true.", rows, columns, note)


def _characteristics(one: Outlook) -> dict[str, Any]:
    assert one.results is not None
    summaries = one.results.by_look()
    end = summaries[-1]
    row: dict[str, Any] = {"truth": one.truth.title}
    for look, told in enumerate(summaries[:-1], 1):
        for name, share in (("effect", told.rejected), ("futile", told.futile)):
            row |= {f"{name}_{look}": share.value, f"{name}_{look}_error": _none(share.error)}
    for name, mean in (("people", end.people), ("events", end.events), ("months", end.months)):
        row |= {name: _none(mean.value), f"{name}_error": _none(mean.error)}
    if one.promise is not None:
        duration = one.promise.duration
        row |= {"formula_power": one.promise.power, "formula_months": duration.expected_time,
                "formula_events": duration.expected_events, "formula_people": duration.expected_people}  # fmt: skip
        row |= {f"formula_effect_{look}": chance for look, chance in enumerate(one.promise.crossing.upper, 1)}
    return row


def _none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def conditional_table(planned: Planned, plan: EventPlan) -> Table | None:
    """For a few Z at each look but the last, the chance still to end for effect; None where there is but one look.

    Conditional on three effects, and averaged over what the trial leaves possible (predictive, by a flat prior).
    """
    bounds, promise = plan.boundaries, planned.first.promise
    if bounds.looks < 2 or promise is None:
        return None
    designed = drifts_of(promise.ratios)
    rows = []
    for look in range(1, bounds.looks):
        low = bounds.futility[look - 1] if bounds.futility else -math.inf
        for z in (one for one in SEEN if low < one < bounds.upper[look - 1]):
            estimate = z / math.sqrt(bounds.fractions[look - 1])
            told = {name: conditional_power(bounds, look, z, drift)
                    for name, drift in (("design", designed), ("estimate", estimate), ("null", 0.0))}  # fmt: skip
            ratio = ratio_at(z, plan.events_by_look[look - 1], plan.people[1] / sum(plan.people))
            rows.append({"look": look, "z": z, "ratio": ratio, **told, "predictive": predictive_power(bounds, look, z)})
    columns = (
        shows("look", "Look"),
        _number("z", "Z seen", 1),
        _number("ratio", "Hazard ratio seen", 2),
        _share("design", "as designed", "Chance to end for effect if the effect is"),
        _share("estimate", "as seen", "Chance to end for effect if the effect is"),
        _share("null", "none", "Chance to end for effect if the effect is"),
        _share("predictive", "Predictive power (flat prior)"),
    )
    caption = "What is still to be hoped for, once a look has been seen."
    return _table(planned, "conditional-power", caption, rows, columns, PREDICTED)


def taken_table(planned: Planned) -> Table:
    """Every number that was taken for true, with its status and source."""
    rows = [
        {"key": one.key, "what": one.what, "value": one.value, "status": one.status, "source": one.source}
        for one in taken_for_true(planned.design)
    ]
    columns = (
        shows("what", "What", words=True),
        Shown("Value", lambda row: f"{row['value']:g}"),
        shows("status", "Checked", words=True),
        Shown("From where, or why", lambda row: row["source"] or "–", words=True),
    )
    return _table(planned, "taken-for-true", "Numbers that were taken for true.", rows, columns)


def formulas_table(planned: Planned) -> Table:
    """What was computed by which formula."""
    rows = [{"what": one.what, "how": one.how, "source": one.source} for one in formulas_of(planned)]
    columns = (
        shows("what", "What", words=True),
        shows("how", "How", words=True),
        shows("source", "From where", words=True),
    )
    return _table(planned, "formulas", "Formulas, and where they are from.", rows, columns)
