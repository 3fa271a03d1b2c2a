"""Plans of virtual cohorts with a few numbers changed: what a test of one process needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from remission.simulation.course.design import Effect, Plan
from remission.simulation.course.lives import Lives, draw_lives
from remission.simulation.course.load import load_cohort_design
from remission.simulation.course.parameters import Parameter

DRUG, TRANSPLANT = load_cohort_design("placebo-against-drug"), load_cohort_design("hsct-against-therapy")
# Nothing happens, nobody leaves, and raters are exact.
STILL = dict.fromkeys(
    ("relapse_rate", "relapse_spread", "relapse_fall", "lesion_rate", "lesion_spread", "step_rate", "step_spread",
     "rating_sd", "death_rate_at_40", "leaving_rate", "lasting_share"),
    0.0,
)  # fmt: skip


def effect(ratio: float, **when: float) -> Effect:
    return Effect(ratio, "assumed", "test", **when)


def share(value: float) -> Parameter:
    return Parameter(value, "share", "assumed", "test")


def with_numbers(plan: Plan, **numbers: float) -> Plan:
    """The plan with other values of parameters of its course."""
    course = plan.course
    changed = {name: replace(getattr(course, name), value=value) for name, value in numbers.items()}
    return Plan(plan.design, replace(course, **changed))


def with_arms(plan: Plan, *changes: Mapping[str, Any]) -> Plan:
    """The plan with these changes to its arms, in their order."""
    arms = tuple(replace(arm, **one) for arm, one in zip(plan.design.arms, changes, strict=True))
    return Plan(replace(plan.design, arms=arms), plan.course)


def still(plan: Plan, **numbers: float) -> Plan:
    """The plan with nothing but what these numbers let happen."""
    return with_numbers(plan, **{**STILL, **numbers})


def one_chunk(plan: Plan, n: int, seed: int = 1) -> Lives:
    """So many people of a plan."""
    (lives,) = draw_lives(plan, n, seed)
    return lives
