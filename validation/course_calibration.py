"""Fits the courses of virtual cohorts to published arms, and measures what the fitted courses give in their place.

    python validation/course_calibration.py           fits again and compares; exit 1 if something differs
    python validation/course_calibration.py --write   stores fit and measures in `library/course_calibration.csv`

About a minute on one core. The targets are written by hand in the same table; only the last five columns are ours. The
numbers that are found stand in `library/courses` and `library/cohort_designs` as `derived`, put there by hand: what is
measured is what the library holds, not what was just found.
"""

from __future__ import annotations

import csv
import math
import sys
from dataclasses import fields, replace
from pathlib import Path

from remission.simulation.course.calibrate import MEASURED_IN, SEED, Fit, Target, fit, load_targets, simulate, value_of
from remission.simulation.course.load import load_cohort_design

STORED = Path(__file__).parents[1] / "src" / "remission" / "library" / "course_calibration.csv"
DESIGNS = ("placebo-against-drug", "hsct-against-therapy")
PEOPLE = 2 * MEASURED_IN
# Simulated people vary on both sides. A fit need not be sharper than a fifth of what chance in a published arm allows.
ERRORS, FOUND_AGAIN = 4.0, 0.2


def measure(design: str, people: int = PEOPLE, seed: int = SEED + 1) -> list[Target]:
    """The targets of a design with what so many simulated people of it give in their place."""
    targets = load_targets(design)
    found = simulate(load_cohort_design(design), targets, people, seed)
    return [
        replace(one, fitted=_short(value), simulation_error=_short(error, 2))
        for one, (value, error) in zip(targets, found, strict=True)
    ]


def refit(design: str) -> list[Target]:
    """The same with the numbers of the course that a fit finds now, and what chance in the published arm allows."""
    plan = load_cohort_design(design)
    found = fit(plan, load_targets(design))
    return [_with_fit(one, found, value_of(plan, one.parameter)) if one.parameter else one for one in measure(design)]


def _with_fit(target: Target, found: Fit, held: float) -> Target:
    value, (low, high) = found.values[target.parameter], found.intervals[target.parameter]
    # Another draw finds another last digit: what the library holds stays while it is as good.
    if abs(math.log(value / held)) <= FOUND_AGAIN * math.log(high / value):
        value = held
    return replace(target, parameter_value=value, parameter_low=_short(low), parameter_high=_short(high))


def differences(found: list[Target], known: tuple[Target, ...]) -> list[str]:
    """Where two measurements differ by more than chance, or the library holds another number than the table."""
    told = []
    plans = {design: load_cohort_design(design) for design in {one.design for one in known}}
    for one, other in zip(found, known, strict=True):
        about = f"{one.study} {one.quantity} at {one.months:g} months"
        if one.fitted is None or other.fitted is None or one.simulation_error is None or other.simulation_error is None:
            told.append(f"{about}: nothing is stored")
        elif abs(one.fitted - other.fitted) > ERRORS * (one.simulation_error**2 + other.simulation_error**2) ** 0.5:
            told.append(f"{about}: {one.fitted} where {other.fitted} is stored")
        if other.parameter and value_of(plans[one.design], one.parameter) != other.parameter_value:
            told.append(f"{about}: the library has another {one.parameter} than {other.parameter_value}")
        if one.parameter_value != other.parameter_value:
            told.append(f"{one.parameter}: {one.parameter_value} where {other.parameter_value} is stored")
    return told


def _short(value: float, digits: int = 3) -> float:
    return float(f"{value:.{digits}g}")


def main(arguments: list[str]) -> int:
    found = [one for design in DESIGNS for one in refit(design)]
    if "--write" in arguments:
        with STORED.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow([one.name for one in fields(Target)])
            for one in found:
                cells = [getattr(one, name.name) for name in fields(Target)]
                writer.writerow([f"{cell:g}" if isinstance(cell, float) else cell for cell in cells])
        return 0
    known = tuple(one for design in DESIGNS for one in load_targets(design))
    told = differences(found, known)
    print("\n".join(told) or f"all {len(found)} numbers hold within {ERRORS:g} standard errors")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
