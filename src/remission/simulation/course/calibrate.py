"""A course fitted to published arms: each target names the one number of the course that it moves most.

The method of moments on what visits show: numbers of the course are changed until a large simulated sample prints what
the papers print. As many numbers are fitted as there are targets to fit them to; whatever else is known of an arm
stands beside the fit, unfitted, and says why. `library/course_calibration.csv` holds targets and fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from remission.inputs.declared import key
from remission.library.catalogue import table
from remission.simulation.course.design import Arm, Effect, Plan
from remission.simulation.course.lives import Lives, draw_lives
from remission.simulation.course.measures import Numbers, measured
from remission.stats.intervals import normal_quantile

if TYPE_CHECKING:
    from remission.simulation.course.parameters import Parameter
    from remission.simulation.disease import Floats

TABLE = "course_calibration"
# Apart from the seeds of cohorts, by its second word, and of their truths.
SEED, PEOPLE, ROUNDS, STEP = 2**63 + 1100, 40_000, 6, 0.2
# The fitted course is measured in so many people of each arm.
MEASURED_IN = 50_000
# No number changes by more than e times in a round: far from the fit a straight line leads astray.
FARTHEST = 1.0


@dataclass(frozen=True)
class Target:
    """One published number of an arm, and what the fitted course gives in its place."""

    design: str = key("The design of the library")
    arm: str = key("The arm of the design that is held against the published one")
    study: str = key("The study, by its name in the library")
    study_arm: str = key("The published arm")
    quantity: str = key("What was printed")
    months: float = key("After so many months")
    value: float = key("The published number")
    low: float | None = key("Lower end of its interval")
    high: float | None = key("Upper end of its interval")
    level: float | None = key("Level of that interval")
    people: int = key("People in the published arm")
    status: Literal["verified", "secondary", "derived"] = key("How far the number was checked")
    source: str = key("Where it was read")
    parameter: str = key("The number of the course or arm that was fitted to it; empty: none")
    note: str = key("Why nothing was fitted to it; of a fitted one, how the definition differs")
    parameter_value: float | None = key("The number that was found")
    parameter_low: float | None = key("Where it would lie at the lower end of what chance in the published arm allows")
    parameter_high: float | None = key("The same at the upper end")
    fitted: float | None = key("What so many simulated people give")
    simulation_error: float | None = key("Standard error of that number by simulation")

    def error(self, simulated: Numbers, people: int) -> float:
        """Standard error of the published number: by its interval, or that of so few people in the simulation."""
        if self.low is not None and self.high is not None and self.level is not None:
            # Taken as symmetrical: a fit brings residuals to 0 whatever they are divided by, and only the interval of
            # the number that is found rests on it.
            return (self.high - self.low) / (2 * normal_quantile(self.level))
        return simulated[1] * float(np.sqrt(people / self.people))

    @property
    def chance(self) -> tuple[float, float]:
        """Between what a simulated number agrees: the published interval, or 95 % limits by people of the arm.

        ValueError where nothing was simulated yet, and no interval was published.
        """
        if self.low is not None and self.high is not None:
            # At whatever level it was printed: for another one would have to know how it was made.
            return self.low, self.high
        if self.fitted is None or self.simulation_error is None:
            raise ValueError(f"{self.quantity} of {self.study}: no interval, and nothing simulated to take one from")
        far = normal_quantile(0.95) * self.error((self.fitted, self.simulation_error), MEASURED_IN)
        return self.value - far, self.value + far

    @property
    def agrees(self) -> bool:
        """Is what the simulation gives within chance? False where nothing was simulated."""
        if self.fitted is None or self.simulation_error is None:
            return False
        low, high = self.chance
        return low <= self.fitted <= high


def load_targets(design: str) -> tuple[Target, ...]:
    """The targets of one design of the library.

    >>> load_targets("placebo-against-drug")[0].study
    'clarity'
    """
    return tuple(one for one in table(TABLE, Target) if one.design == design)


def value_of(plan: Plan, path: str) -> float:
    """A number of a plan by its path: `course.NAME`, `ARM.NAME`, or `ARM.EFFECT.ratio`.

    >>> from remission.simulation.course.load import load_cohort_design
    >>> value_of(load_cohort_design("placebo-against-drug"), "Drug.relapses.ratio")
    0.46
    """
    owner, name, *rest = path.split(".")
    if owner == "course":
        return plan.course[name]
    given = getattr(_arm(plan, owner), name)
    return float(getattr(given, rest[0] if rest else "value"))


def with_value(plan: Plan, path: str, value: float) -> Plan:
    """The plan with another number in that place."""
    owner, name, *_ = path.split(".")
    if owner == "course":
        return Plan(plan.design, replace(plan.course, **{name: _changed(getattr(plan.course, name), value)}))
    arm = _arm(plan, owner)
    changed = replace(arm, **{name: _changed(getattr(arm, name), value)})
    arms = tuple(changed if one is arm else one for one in plan.design.arms)
    return Plan(replace(plan.design, arms=arms), plan.course)


def _arm(plan: Plan, name: str) -> Arm:
    return next(one for one in plan.design.arms if one.name == name)


def _changed(given: Parameter | Effect, value: float) -> Any:
    return replace(given, ratio=value) if isinstance(given, Effect) else replace(given, value=value)


@dataclass(frozen=True, eq=False)
class Fit:
    """The numbers that were found, by path, with the interval that chance in the published arms gives each."""

    plan: Plan
    values: Mapping[str, float]
    intervals: Mapping[str, Numbers]


def simulate(plan: Plan, targets: Sequence[Target], people: int, seed: int = SEED) -> list[Numbers]:
    """What so many simulated people give in the place of each target, with its error by simulation."""
    sample: list[Lives] = list(draw_lives(plan, people, seed))
    places = {arm.name: place for place, arm in enumerate(plan.design.arms)}
    return [measured(one.quantity, sample, places[one.arm], one.months) for one in targets]


def fit(plan: Plan, targets: Sequence[Target], people: int = PEOPLE, rounds: int = ROUNDS, seed: int = SEED) -> Fit:
    """The plan whose simulated people give what the targets with a parameter print.

    Gauss-Newton steps on the logarithms of the numbers, with differences over a fifth: the same seed makes both ends of
    a difference nearly the same people, and a wide step drowns what chance is left. Residuals are in standard errors of
    the published numbers.
    """
    fitted = [one for one in targets if one.parameter]
    paths = [one.parameter for one in fitted]
    # In logarithms no step can bring a rate or a ratio below 0.
    at = np.log([value_of(plan, path) for path in paths])
    slopes = np.eye(len(paths))
    for _ in range(rounds):
        here = _residuals(plan, paths, at, fitted, people, seed)
        steps = np.eye(len(paths)) * STEP
        slopes = np.column_stack(
            [(_residuals(plan, paths, at + step, fitted, people, seed) - here) / STEP for step in steps]
        )
        move = np.linalg.lstsq(slopes, -here, rcond=None)[0]
        at = at + np.clip(move, -FARTHEST, FARTHEST)
    # To three digits, as they are written into the files: what is measured of the fit is then what a reader can draw.
    values = {path: float(f"{np.exp(one):.3g}") for path, one in zip(paths, at, strict=True)}
    # Residuals are in standard errors, so this is the error of the logarithms as it follows from theirs, with targets
    # taken as independent of each other.
    errors = np.sqrt(np.diag(np.linalg.inv(slopes.T @ slopes)))
    far = normal_quantile(0.95) * errors
    intervals = {path: (float(np.exp(a - b)), float(np.exp(a + b))) for path, a, b in zip(paths, at, far, strict=True)}
    return Fit(_with_all(plan, values), values, intervals)


def _with_all(plan: Plan, values: Mapping[str, float]) -> Plan:
    for path, one in values.items():
        plan = with_value(plan, path, one)
    return plan


def _residuals(plan: Plan, paths: list[str], at: Floats, targets: list[Target], people: int, seed: int) -> Floats:
    values = dict(zip(paths, np.exp(at).tolist(), strict=True))
    found = simulate(_with_all(plan, values), targets, people, seed)
    of_all = sum(arm.weight for arm in plan.design.arms)
    return np.array([
        (one[0] - target.value) / target.error(one, round(people * _arm(plan, target.arm).weight / of_all))
        for one, target in zip(found, targets, strict=True)
    ])  # fmt: skip
