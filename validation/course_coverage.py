"""Measures how often the engine's intervals hold the truth of virtual cohorts: as seen at visits, and as it happens.

    python validation/course_coverage.py           measures again and compares; exit 1 if they differ
    python validation/course_coverage.py --write   stores what is measured now, in `library/course_coverage.csv`

Minutes on one core. 500 cohorts of each design are written, read by the engine of outcomes as anybody's records are,
and estimated as a report estimates them. The truth as seen is that of 100,000 other people by the simulator's own
rules; `latent` is that of the same people by when things happen. The two were never compared in making either.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from remission.outcomes.counts import evaluate_counts
from remission.outcomes.evaluation import evaluate
from remission.records.cohort import Cohort
from remission.simulation.cohorts.truth import Truth
from remission.simulation.course.design import Plan
from remission.simulation.course.load import load_cohort_design
from remission.simulation.course.truths import planted_truths
from remission.simulation.course.write import simulate_cohort
from remission.stats.horizons import years_to_days
from remission.stats.intervals import confidence_limits, normal_quantile
from remission.stats.rates import EventCounts, fit_negative_binomial
from remission.stats.regression.cox import cox
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.kaplan_meier import kaplan_meier

STORED = Path(__file__).parents[1] / "src" / "remission" / "library" / "course_coverage.csv"
# Of so many people that each arm has events within two years; HSCT has few however many there are.
DESIGNS: Mapping[str, int] = {"placebo-against-drug": 150, "hsct-against-therapy": 156}
COHORTS, LEVEL, AT_YEARS, SEED = 500, 0.95, 2, 1101
SHARES = ("relapse-free", "cdp-24w")
RATE = "relapse-30d"

Row = dict[str, Any]
# What was asked: endpoint, quantity and arm.
Asked = tuple[str, str, str]
Limits = tuple[float, float, float]


def measure(design: str, people: int, cohorts: int = COHORTS) -> Iterator[Row]:
    """A row for each number of a design that the engine is asked for."""
    plan = load_cohort_design(design)
    found: dict[Asked, list[Limits]] = {}
    for number in range(cohorts):
        cohort = simulate_cohort(plan, people, SEED + number)
        for asked, limits in estimates(plan, cohort):
            found.setdefault(asked, []).append(limits)
    truths = {(one.endpoint, one.quantity, one.arm): one for one in planted_truths(plan) if _is_asked(one)}
    for asked, limits in found.items():
        yield _row(design, people, truths[asked], np.array(limits))


def _is_asked(truth: Truth) -> bool:
    return truth.quantity != "event-free" or truth.at_years == AT_YEARS


def estimates(plan: Plan, cohort: Cohort) -> Iterator[tuple[Asked, Limits]]:
    """Estimate and limits of every number in one cohort; NaN where there is none."""
    arms = cohort.subjects.select("subject_id", "arm")
    names = [arm.name for arm in plan.design.arms]
    control = plan.design.control
    for endpoint in SHARES:
        frame = evaluate(cohort, endpoint).spells.join(arms, on="subject_id")
        exit, event, arm = (frame[name].to_numpy() for name in ("exit_day", "event", "arm"))
        for name in names:
            yield (endpoint, "event-free", name), share(exit[arm == name], event[arm == name])
        for name in names:
            if name != control:
                yield (endpoint, "hazard ratio", name), hazard_ratio(exit, event, arm == name)
    counts = evaluate_counts(cohort, RATE).counts.join(arms, on="subject_id")
    samples = {name: _counts(counts, name) for name in names}
    for name in names:
        yield (RATE, "annualised rate", name), rate(samples[name])
        if name != control:
            yield (RATE, "rate ratio", name), rate_ratio(samples[name], samples[control])


NONE = (math.nan, math.nan, math.nan)


def share(exit: np.ndarray, event: np.ndarray) -> Limits:
    """Share still free after two years, log-log limits."""
    curve = kaplan_meier(exit[exit > 0], event[exit > 0])
    day = years_to_days(AT_YEARS)
    place = curve.at(day)
    free = curve.survival_on([day]).item()
    low, high = confidence_limits([free], [curve.log_variance[place] if place >= 0 else 0.0], LEVEL, "log-log")
    return free, low.item(), high.item()


def hazard_ratio(exit: np.ndarray, event: np.ndarray, treated: np.ndarray) -> Limits:
    """Hazard ratio of Cox's model over the whole of follow-up, Wald limits."""
    known = exit > 0
    if not (event[known & treated].any() and event[known & ~treated].any()):
        return NONE
    try:
        fit = cox(exit[known], event[known], {"treated": treated[known].astype(np.float64)})
    except NotEstimable:
        return NONE
    return _normal(float(fit.coefficients[0]), float(fit.standard_errors[0]))


def rate(counts: EventCounts) -> Limits:
    """Relapses a year, by the negative binomial."""
    if not counts.total:
        return NONE
    fit = fit_negative_binomial(counts)
    return _normal(fit.log_rates[0], fit.errors[0])


def rate_ratio(counts: EventCounts, against: EventCounts) -> Limits:
    """Ratio of two rates with one dispersion, by the negative binomial."""
    if not (counts.total and against.total):
        return NONE
    fit = fit_negative_binomial(counts, against)
    return _normal(fit.log_rates[0] - fit.log_rates[1], math.hypot(*fit.errors))


def _normal(log: float, error: float) -> Limits:
    far = normal_quantile(LEVEL) * error
    return math.exp(log), math.exp(log - far), math.exp(log + far)


def _counts(counts: Any, name: str) -> EventCounts:
    mine = counts.filter(counts["arm"] == name)
    return EventCounts.of(mine["events"], mine["person_days"])


def _row(design: str, people: int, truth: Truth, limits: np.ndarray) -> Row:
    value, low, high = limits.T
    known = np.isfinite(low) & np.isfinite(high)
    latent = truth.latent if truth.latent is not None else math.nan
    held, held_latent = (
        float(((low[known] <= one) & (one <= high[known])).mean()) if known.any() else math.nan
        for one in (truth.seen, latent)
    )
    return {
        "design": design, "people": people, "endpoint": truth.endpoint, "quantity": truth.quantity, "arm": truth.arm,
        "level": LEVEL, "seen": round(truth.seen, 4), "seen_error": round(truth.seen_error, 5),
        "latent": round(latent, 4), "gap": round(truth.seen - latent, 4),
        "typical": round(float(np.median(value[known])), 4), "coverage": round(held, 4),
        "error": round(math.sqrt(held * (1 - held) / known.sum()), 4), "coverage_of_latent": round(held_latent, 4),
        "without_limits": round(float(1 - known.mean()), 4), "cohorts": int(known.size),
        "source": f"validation/course_coverage.py, seeds {SEED} to {SEED + known.size - 1}", "status": "derived",
    }  # fmt: skip


def stored() -> list[Row]:
    """What the library says, as texts."""
    with STORED.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


ABOUT = ("design", "people", "endpoint", "quantity", "arm")


def differences(found: list[Row], known: list[Row]) -> list[str]:
    """Where a share or a truth measured now is farther from the stored one than four standard errors."""
    others = {tuple(str(row[key]) for key in ABOUT): row for row in known}
    told = []
    for row in found:
        about = tuple(str(row[key]) for key in ABOUT)
        if (other := others.get(about)) is None:
            told.append(f"{about} is not stored")
            continue
        held = float(other["coverage"])
        spread = math.sqrt(max(held * (1 - held), 1e-2) * (1 / row["cohorts"] + 1 / float(other["cohorts"])))
        if abs(row["coverage"] - held) > 4 * spread:
            told.append(f"{about}: coverage is {row['coverage']} where {held} is stored")
        if abs(row["seen"] - float(other["seen"])) > 6 * row["seen_error"]:
            told.append(f"{about}: {row['seen']} is seen where {other['seen']} is stored")
    return told


def main(arguments: list[str]) -> int:
    found = [row for design, people in DESIGNS.items() for row in measure(design, people)]
    if "--write" in arguments:
        with STORED.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
        return 0
    told = differences(found, stored())
    print("\n".join(told) or f"all {len(found)} rows hold within four standard errors")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
