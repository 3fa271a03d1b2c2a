"""The processes of a course: relapses, new lesions, worsening without a relapse, and death.

Of each process more is drawn than can happen, at the highest rate that any arm has. An event takes place when its mark
is below the share of that rate which holds on its day. So a person's switch to another therapy, which follows from what
happened before it, changes only what comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remission.simulation.course.chance import Events, Places, draw_events
from remission.simulation.course.design import EARLY_DAYS, Plan
from remission.simulation.course.effects import Regimes
from remission.simulation.course.entrants import EARLY, EARLY_DAY, QUIET, Entrants
from remission.simulation.disease import NEVER, YEAR_DAYS, Days, Flags, Floats

# The age of `death_rate_at_40`.
AGE_OF_RATE = 40.0
MOST_CHANCES = 1_000.0


@dataclass(frozen=True, eq=False)
class Possible:
    """What could happen of one process, and the effects that decide what does.

    quiet, shape (n,): people to whom it cannot happen.
    """

    events: Events
    regimes: Regimes
    quiet: Flags

    def of_people(self, who: Places) -> tuple[Possible, Flags]:
        """The same for some people, and which of the events are theirs."""
        events, kept = self.events.of_people(who, self.quiet.size)
        return Possible(events, self.regimes, self.quiet[who]), kept

    def happening(self, arm: Places, switch: Floats) -> Events:
        """What happens to people of these arms who switch on these days, shape (n,) each."""
        return self.events.where(self.kept(arm, switch))

    def kept(self, arm: Places, switch: Floats) -> Flags:
        """Which of the events those are."""
        who = self.events.person
        ratio = self.regimes.at(arm[who], self.events.day, switch[who])
        # The product, and not the quotient: a ratio of 1 keeps all of what was drawn at a rate of 1.
        return (self.events.mark * self.regimes.highest < ratio) & ~self.quiet[who]


def possible_relapses(random: np.random.Generator, plan: Plan, people: Entrants) -> Possible:
    """Relapses: their rate falls by a share of itself each year."""
    course, regimes = plan.course, Regimes.of(plan.design, "relapses")
    fall = -np.log1p(-course["relapse_fall"])
    years = plan.design.visits.last_day / YEAR_DAYS
    whole = years if fall == 0 else -np.expm1(-fall * years) / fall
    rate = course["relapse_rate"] * people.relapsing * regimes.highest
    drawn = draw_events(random, rate * whole)
    # By the inverse of the expected number up to a day: no grid of time, whose step would be one more thing to defend.
    passed = drawn.day / rate[drawn.person]
    at = passed if fall == 0 else -np.log1p(-np.minimum(passed * fall, 1.0)) / fall
    return Possible(Events(drawn.person, at * YEAR_DAYS, drawn.mark), regimes, quiet_people(plan, people))


def possible_lesions(random: np.random.Generator, plan: Plan, people: Entrants) -> Possible:
    """New lesions, at a constant rate."""
    rate = plan.course["lesion_rate"] * people.lesion_making
    return _constant(random, plan, "lesions", rate, quiet_people(plan, people))


def possible_steps(random: np.random.Generator, plan: Plan, people: Entrants) -> Possible:
    """Steps of worsening without a relapse; who is quiet is not spared them."""
    rate = plan.course["step_rate"] * people.stepping
    return _constant(random, plan, "steps", rate, np.zeros(rate.size, dtype=np.bool_))


def _constant(random: np.random.Generator, plan: Plan, process: str, rate: Floats, quiet: Flags) -> Possible:
    regimes = Regimes.of(plan.design, process)
    highest = rate * regimes.highest
    drawn = draw_events(random, highest * (plan.design.visits.last_day / YEAR_DAYS))
    day = drawn.day / highest[drawn.person] * YEAR_DAYS
    return Possible(Events(drawn.person, day, drawn.mark), regimes, quiet)


def quiet_people(plan: Plan, people: Entrants) -> Flags:
    """Who never again relapses or has a new lesion, shape (n,): the plateau of a curve."""
    share = np.array([arm.share("quiet_share") for arm in plan.design.arms])
    return people.traits[:, QUIET] < share[people.arm]


def expected_chances(plan: Plan) -> dict[str, float]:
    """How many events a person are drawn of each process, by the parameter that sets its rate: more than can happen.

    >>> from remission.simulation.course.load import load_cohort_design
    >>> {name: round(number) for name, number in expected_chances(load_cohort_design("hsct-against-therapy")).items()}
    {'relapse_rate': 10, 'lesion_rate': 36, 'step_rate': 3, 'leaving_rate': 0}
    """
    course, years = plan.course, plan.design.visits.last_day / YEAR_DAYS
    rates = {name: course[name] * years for name in ("relapse_rate", "lesion_rate", "step_rate", "leaving_rate")}
    rates["leaving_rate"] *= max(course["leaving_after_worsening"], 1.0)
    processes = ("relapses", "lesions", "steps", "leaving")
    highest = (Regimes.of(plan.design, process).highest for process in processes)
    return {name: number * ratio for (name, number), ratio in zip(rates.items(), highest, strict=True)}


def possible_leaving(random: np.random.Generator, plan: Plan, n: int) -> Events:
    """Days on which people could leave, at the highest rate that an arm and a worsening can give."""
    course, highest = plan.course, Regimes.of(plan.design, "leaving").highest
    per_day = course["leaving_rate"] * highest * max(course["leaving_after_worsening"], 1.0) / YEAR_DAYS
    drawn = draw_events(random, np.full(n, per_day * plan.design.visits.last_day))
    return Events(drawn.person, drawn.day / per_day if per_day else drawn.day, drawn.mark)


def draw_deaths(random: np.random.Generator, plan: Plan, people: Entrants) -> Days:
    """The day of death, shape (n,); NEVER where it is after follow-up. The rate grows with age (Gompertz)."""
    course, regimes = plan.course, Regimes.of(plan.design, "death")
    growth = np.log1p(course["death_growth"])
    rate = course["death_rate_at_40"] * np.exp(growth * (people.age_years - AGE_OF_RATE)) * regimes.highest
    years = plan.design.visits.last_day / YEAR_DAYS
    whole = years if growth == 0 else np.expm1(growth * years) / growth
    # At great ages the rate grows beyond all bounds; after so many chances nobody is left to die.
    drawn = draw_events(random, np.minimum(rate * whole, MOST_CHANCES))
    passed = drawn.day / rate[drawn.person]
    at = passed if growth == 0 else np.log1p(passed * growth) / growth
    possible = Possible(Events(drawn.person, at * YEAR_DAYS, drawn.mark), regimes, np.zeros(rate.size, np.bool_))
    # Nobody is known to die the less for switching: an effect on death is that of the arm somebody was allocated to.
    natural = possible.happening(people.arm, np.full(rate.size, np.inf)).first(rate.size)
    return np.minimum(natural, early_deaths(plan, people))


def early_deaths(plan: Plan, people: Entrants) -> Days:
    """The day on which somebody dies of the treatment, shape (n,); NEVER for all others."""
    # By traits drawn for everybody, so that of a larger share the same people die, and others beside them.
    share = np.array([arm.share("early_death_share") for arm in plan.design.arms])
    day = 1 + np.floor(people.traits[:, EARLY_DAY] * EARLY_DAYS).astype(np.int64)
    return np.where(people.traits[:, EARLY] < share[people.arm], day, NEVER)
