"""How a worsening is related to relapses: `docs/rules.md`, "Progression", 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.outcomes.definitions.changes import RelapseAssociation, Relation
from remission.outcomes.reference.chart import Chart, Spell

if TYPE_CHECKING:
    from remission.outcomes.reference.measures import Visit


@dataclass(frozen=True)
class Related:
    """The relation of a worsening to relapses (None where it is not asked), and the relapse that made it so."""

    relation: Relation | None
    relapse: Spell | None = None


def relation_of(
    chart: Chart, rule: RelapseAssociation, baseline: Visit, onset: Visit, counting: list[Visit]
) -> Related:
    """The relation of a worsening; `counting` are the confirming visits that still count, in order."""
    near = relapse_at_onset(chart, rule, onset)
    if near is not None:
        return Related("RAW", near)
    before = _preceding(chart, rule, baseline, onset, counting[0])
    clear = [visit for visit in counting if _first_inside(chart, _windows(rule, before, onset, visit)) is None]
    if not clear:
        return Related("undefined", _first_inside(chart, _windows(rule, before, onset, counting[0])))
    during = any(onset.day < relapse.first <= clear[0].day for relapse in chart.relapses)
    if during and rule.relapse_during_confirmation == "a class of its own":
        return Related("PIRA with a relapse during confirmation")
    return Related("PIRA")


def relapse_at_onset(chart: Chart, rule: RelapseAssociation, onset: Visit) -> Spell | None:
    """The relapse with which the onset is associated: the nearest before it, else the nearest after it."""
    after = [(days, one) for one in chart.relapses if (days := one.days_after(onset.day)) is not None]
    before = [(days, one) for one in chart.relapses if (days := one.days_before(onset.day)) is not None]
    for found, farthest in ((after, rule.raw_after_days), (before, rule.raw_before_days)):
        near = [(days, one) for days, one in found if days <= farthest]
        if near:
            return min(near, key=lambda one: one[0])[1]  # min keeps the first of equals, by day and then file
    return None


def _preceding(chart: Chart, rule: RelapseAssociation, baseline: Visit, onset: Visit, confirming: Visit) -> Visit:
    if rule.preceding == "baseline":
        return baseline
    if rule.preceding == "last visit":
        return chart.visits[max(onset.place - 1, 0)]
    asked = chart.asked(onset, confirming)
    for visit in reversed(chart.visits[1 : onset.place]):
        lower = all(chart.changed(later.value, visit.value, "worsening") for later in asked)
        there = chart.changed(visit.value, visit.value, "worsening")  # a milestone that it had reached itself
        if lower and not there and not chart.is_extreme(visit):
            return visit
    return chart.visits[0]


def _windows(rule: RelapseAssociation, before: Visit, onset: Visit, confirming: Visit) -> list[tuple[int, int]]:
    """Days in which no relapse may lie; an open end joins a window with the next one."""
    around = (
        (before.day, rule.preceding_before_days, rule.preceding_after_days),
        (onset.day, rule.onset_before_days, rule.onset_after_days),
        (confirming.day, rule.confirmation_before_days, rule.confirmation_after_days),
    )
    windows, opens = [], 0
    for day, days_before, days_after in around:
        if days_before is not None:
            opens = day - days_before
        if days_after is not None:
            windows.append((opens, day + days_after))
    return [(opens, closes) for opens, closes in windows if opens < closes]


def _first_inside(chart: Chart, windows: list[tuple[int, int]]) -> Spell | None:
    for opens, closes in windows:
        inside = (one for one in chart.relapses if one.first <= closes and one.last >= opens)
        if (found := next(inside, None)) is not None:
            return found
    return None
