"""What a trial would print of its arms: rates, shares and changes as seen at visits, each with its standard error.

Published numbers are as seen, so a course is fitted to what visits show of it and not to what happens.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from remission.simulation.course.lives import Lives
from remission.simulation.course.seen import Times, apart, seen_activity, seen_relapse, seen_worsening
from remission.simulation.disease import NEVER, YEAR_DAYS, Days, Flags, Floats
from remission.simulation.months import day_of
from remission.stats.regression.cox import cox
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier

Numbers = tuple[float, float]
# HALT-MS counted scans from a year after the transplant on, and two lesions as the least.
LATER_DAYS, LEAST_LESIONS = 365, 2


def seen_late_lesions(lives: Lives) -> Times:
    """The first scan a year or more after day zero with two or more new lesions: the library's `halt-ms-mri`."""
    late = lives.scanned & (lives.schedule.days >= LATER_DAYS) & (lives.new_lesions >= LEAST_LESIONS)
    return Times.of(np.where(late, lives.schedule.days, NEVER).min(axis=1), lives.last_scan)


def relapse_rate(sample: Sequence[Lives], arm: int, day: int) -> Numbers:
    """Relapses in a year until a day, in all the years of everybody; the error is that of people who differ."""
    counts, years = [], []
    for lives in sample:
        until = np.minimum(lives.last, day)
        known = lives.relapses.where(lives.relapses.whole_days <= until[lives.relapses.person])
        found = np.bincount(known.person[apart(known, lives.n)], minlength=lives.n)
        mine = lives.people.arm == arm
        counts.append(found[mine])
        years.append(until[mine] / YEAR_DAYS)
    return rate_with_error(np.concatenate(counts), np.concatenate(years))


def rate_with_error(events: Days, years: Floats) -> Numbers:
    """Events in all years of everybody, with the standard error that people who differ give; shape (n,) each.

    >>> rate, error = rate_with_error(np.array([0, 2, 1]), np.array([1.0, 1.0, 1.0]))
    >>> rate, round(error, 3)
    (1.0, 0.471)
    """
    rate = float(events.sum() / years.sum())
    # Not by Poisson's variance: rates differ between people, and their counts spread by more than their mean.
    return rate, float(np.sqrt(((events - rate * years) ** 2).sum()) / years.sum())


def share_free(sample: Sequence[Lives], arm: int, day: int, when: Callable[[Lives], Times]) -> Numbers:
    """Share (0 to 1) still free of an event on a day, by Kaplan-Meier, with Greenwood's error."""
    exit, event = _joined(sample, when, lambda lives: np.asarray(lives.people.arm == arm))
    curve = kaplan_meier(exit, event)
    free = float(curve.survival_on([day]).item())
    return free, greenwood_error(curve, day, free)


def greenwood_error(curve: Curve, day: int, free: float) -> float:
    """Greenwood's standard error of a height `free` of a curve; 0 before the first event, and where nobody is left."""
    place = curve.at(day)
    return free * math.sqrt(float(curve.log_variance[place])) if place >= 0 and free > 0 else 0.0


def edss_change(sample: Sequence[Lives], arm: int, day: int) -> Numbers:
    """Mean change of the EDSS, in points, from before day zero to the planned visit next to a day, of those scored."""
    visits = np.array(sample[0].plan.design.visits.plan.days)
    place = int(np.abs(visits - day).argmin())
    changes = [
        (lives.scores.score[:, place] - lives.scores.baseline)[mine]
        for lives in sample
        for mine in [lives.scores.scored[:, place] & (lives.people.arm == arm)]
    ]
    change = np.concatenate(changes)
    return float(change.mean()), float(change.std(ddof=1) / math.sqrt(change.size))


def worsening_ratio(sample: Sequence[Lives], arm: int, day: int) -> Numbers:
    """Hazard ratio of a worsening that 24 weeks confirmed against the control until a day, and its error."""
    design = sample[0].plan.design
    control = [one.name for one in design.arms].index(design.control)
    exit, event = _joined(sample, partial(seen_worsening, weeks=24), lambda lives: _either(lives, arm, control))
    arms = np.concatenate([lives.people.arm[_either(lives, arm, control)] for lives in sample])
    # Follow-up is cut at the day: a trial that was read then knows nothing of what came later.
    fit = cox(np.minimum(exit, day), event & (exit <= day), {"treated": (arms == arm).astype(np.float64)})
    ratio = math.exp(float(fit.coefficients[0]))
    return ratio, ratio * float(fit.standard_errors[0])


def _either(lives: Lives, arm: int, control: int) -> Flags:
    return np.asarray((lives.people.arm == arm) | (lives.people.arm == control))


def _joined(
    sample: Sequence[Lives], when: Callable[[Lives], Times], whom: Callable[[Lives], Flags]
) -> tuple[Days, Flags]:
    found = [(when(lives), whom(lives)) for lives in sample]
    exit = np.concatenate([times.exit[mine] for times, mine in found])
    return exit, np.concatenate([times.event[mine] for times, mine in found])


Measure = Callable[[Sequence[Lives], int, int], Numbers]
# By the names of the library's quantities where it has one. Shares are in per cent, as papers print them.
MEASURES: Mapping[str, Measure] = {
    "relapse-rate": relapse_rate,
    "relapse-free": partial(share_free, when=seen_relapse),
    "progression-free-12w": partial(share_free, when=partial(seen_worsening, weeks=12)),
    "progression-free": partial(share_free, when=partial(seen_worsening, weeks=24)),
    "mri-free": partial(share_free, when=seen_late_lesions),
    "neda": partial(share_free, when=seen_activity),
    "edss-change": edss_change,
    "progression-hazard-ratio": worsening_ratio,
}
PER_CENT = ("relapse-free", "progression-free-12w", "progression-free", "mri-free", "neda")


def measured(quantity: str, sample: Sequence[Lives], arm: int, months: float) -> Numbers:
    """A quantity of an arm (its place) after so many months, in the unit that papers print, and its standard error."""
    # A trial that went on for a month longer is held against the last planned visit.
    # As the plan of visits has it: the day of a month with a visit is the planned day of that visit.
    day = min(day_of(months), sample[0].plan.design.visits.plan.days[-1])
    value, error = MEASURES[quantity](sample, arm, day)
    return (100 * value, 100 * error) if quantity in PER_CENT else (value, error)
