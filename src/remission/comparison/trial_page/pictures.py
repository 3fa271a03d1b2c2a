"""The pictures of a target trial, from what was found."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from remission.comparison.design.estimate import INCIDENCE
from remission.exhibits.love_plot import Alike, draw_love_plot
from remission.exhibits.overlap import Overlap, draw_overlap
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import at_years, count, interval_words
from remission.report.models.incidence import original_noun
from remission.report.pictures.flow import FlowStep, draw_flow
from remission.report.pictures.kaplan_meier import CurvePlan, NamedCurve, draw_kaplan_meier, risk_days
from remission.report.pictures.stacked_incidence import Stack, StackPlan, draw_stacked_incidence
from remission.stats.estimates import Estimates
from remission.stats.survival.estimates import estimate_survival

if TYPE_CHECKING:
    from remission.comparison.design.estimate import Trial
    from remission.exhibits.figure import Figure
    from remission.stats.competing.aalen_johansen import Incidence


def draw_curves(found: Trial) -> Figure:
    """The curves of both strategies after people are made alike; stacked shares where death competes."""
    if found.emulated.competing:
        return _draw_shares(found)
    endpoint, level = found.emulated.outcome.endpoint, found.emulated.design.analysis.level
    curves = [
        NamedCurve(name, found.curve(treated=treated))
        for name, treated in zip(found.emulated.names, (True, False), strict=True)
    ]
    days = risk_days(curves)
    at_risk, told = (
        Estimates.together(estimate_survival(one.curve, at, level).labelled(group=one.name) for one in curves)
        for at in (days, found.at_days)
    )
    design = found.emulated.design
    clock = "years since day zero" if not design.start_day else "years since the landmark"
    if design.in_sequence:
        clock = "years since the trial began"
    plan = CurvePlan(endpoint.name, f"{endpoint.event_free}, people made alike", clock, level, "log-log",
                     label_day=found.at_days[-1], who=_who(found))  # fmt: skip
    if design.cloned:
        # Most of them are copies that no longer fit, and nobody was lost there.
        plan = replace(plan, ticks="a copy leaves its strategy, or follow-up ends")
    return draw_kaplan_meier(plan, curves, _as_people(found, at_risk), told, found.emulated.cohort.provenance)


def _draw_shares(found: Trial) -> Figure:
    """The weighted share with the event, and with death before it, of either strategy."""
    endpoint, provenance = found.emulated.outcome.endpoint, found.emulated.cohort.provenance
    both = [(name, found.incidence(treated=treated))
            for name, treated in zip(found.emulated.names, (True, False), strict=True)]  # fmt: skip
    day = max((one for one in found.at_days if all(one <= each.known_until for _, each in both)),
              default=found.at_days[0])  # fmt: skip
    horizon = found.emulated.design.horizon_days
    stacks = [
        Stack(name, one, int(min(horizon, one.known_until)), *(_known_share(one, cause, day) for cause in (1, 2)))
        for name, one in both
    ]
    noun = original_noun(endpoint)
    words = {INCIDENCE: endpoint.title, f"{INCIDENCE} of the competing event": f"Death before {noun}"}
    of = found.emulated.design.estimand
    frame = found.estimates.frame.filter(pl.col("what").is_in(list(words)) & (pl.col("population") == of))
    frame = frame.filter(pl.col("against").is_null())
    columns = (
        Shown("What", lambda row: words[row["what"]], words=True),
        shows("group", "Strategy", words=True),
        Shown("Time", lambda row: at_years(row["at_days"])),
        Shown("Share", interval_words),
    )
    caption = f"{endpoint.title}, death competing, people made alike: shares with limits by person."
    name = f"curve-{endpoint.name}"
    kept = frame.select(one for one in frame.columns if frame[one].null_count() < frame.height)
    table = Table(name, caption, frame, columns, provenance, raw=kept)
    clock = "years since the trial began" if found.emulated.design.in_sequence else (
        "years since the landmark" if found.emulated.design.start_day else "years since day zero")  # fmt: skip
    return draw_stacked_incidence(StackPlan(endpoint.name, f"{noun}, people made alike", clock, day), stacks, table,
                                  provenance)  # fmt: skip


def _known_share(found: Incidence, cause: int, day: int) -> float | None:
    share = float(found.share_on(cause, [day])[0])
    return share if math.isfinite(share) else None


def _who(found: Trial) -> str:
    """Whom the curves are of, where one person is in both of them; empty where each is in one."""
    persons = count(found.people, "person")
    if found.emulated.design.cloned:
        return f"{persons}, each in both strategies"
    return f"{persons} in {count(found.emulated.people.height, 'trial')}" if found.emulated.design.in_sequence else ""


def _as_people(found: Trial, at_risk: Estimates) -> Estimates:
    """Weights at risk, and of events, in whole numbers; but for clones, of people who have an equal say together."""
    rows, first = found.rows, found.rows.entry == 0
    scale = {
        name: 1.0 if found.emulated.design.cloned
        else effective / float(found.weighed.weight[first & (rows.treated == treated)].sum())
        for name, effective, treated in zip(found.emulated.names, found.weighed.effective, (True, False), strict=True)
    }  # fmt: skip
    by = pl.col("group").replace_strict(scale, return_dtype=pl.Float64)
    return Estimates(at_risk.frame.with_columns((pl.col("at_risk", "events") * by).round()))


def draw_people_alike(found: Trial) -> Figure:
    """How alike the strategies' people are, before and after."""
    rows = [
        Alike(_short(one.name), one.treated, one.others, one.difference, after.treated, after.others, after.difference)
        for one, after in found.balances
    ]
    return draw_love_plot(rows, found.emulated.names, found.emulated.cohort.provenance)


def _short(label: str) -> str:
    """The label of a column without its unit: differences are in standard deviations."""
    said = label.rpartition(", per ")[0] or label
    return said[:1].upper() + said[1:]


def draw_people_overlap(found: Trial) -> Figure:
    """How likely the first strategy was in those of both."""
    propensity = found.weighed.propensity
    shown = Overlap.of(found.emulated.names, propensity.scores.tolist(), propensity.treated.tolist(),
                       "trials" if found.emulated.design.in_sequence else "people")  # fmt: skip
    return draw_overlap(shown, found.emulated.cohort.provenance)


def draw_people_flow(found: Trial) -> Figure:
    """From everybody in the cohort to the two strategies."""
    steps = [FlowStep("In the cohort", found.emulated.everybody)]
    for step in found.emulated.flow:
        left = sum(one.persons for one in step.left)
        if left:
            details = tuple(f"{one.persons:,} {one.why}" for one in step.left)
            steps.append(FlowStep("Left", left, (f"asked: {step.name}", *details), aside=True))
    treated = found.emulated.people["treated"]
    one, other = found.emulated.names
    split: tuple[str, ...] = (f"{int(treated.sum()):,} {one}", f"{int((~treated).sum()):,} {other}")
    if found.emulated.design.cloned:
        split = (f"each in both strategies; {int(treated.sum()):,} began by day {found.emulated.design.grace_days:,}",)
    if found.emulated.design.in_sequence:
        split = (f"in {treated.len():,} trials: {split[0]}, {split[1]}",)
    steps.append(FlowStep("In the trial", found.emulated.people["subject_id"].n_unique(), split))
    if found.weighed.unmatched:
        pairs = found.people // 2
        steps.append(FlowStep("Not matched", treated.len() - 2 * pairs, aside=True))
        steps.append(FlowStep("In pairs", 2 * pairs))
    return draw_flow(steps, found.emulated.cohort.provenance)
