"""What becomes of people in a virtual cohort: their latent course, who switches, who leaves, and when they are seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from remission.simulation.course.chance import Events, Places, normal_of
from remission.simulation.course.design import Plan
from remission.simulation.course.disability import Disability, ratings
from remission.simulation.course.effects import Regimes
from remission.simulation.course.entrants import SWITCHES, WHY, Entrants, draw_entrants
from remission.simulation.course.processes import (
    Possible,
    draw_deaths,
    early_deaths,
    possible_leaving,
    possible_lesions,
    possible_relapses,
    possible_steps,
)
from remission.simulation.course.worsening import AFTER_RELAPSE_DAYS, Scores, confirmed
from remission.simulation.disease import NEVER, Days, Flags, Floats, Schedule, draw_schedule, generator

# People are drawn in chunks: memory stays small, and a cohort written in parts is the cohort written whole.
CHUNK = 8_000
# A stream is known by its place: a new purpose comes last, or every cohort would be another.
PURPOSES = ("people", "relapses", "lesions", "steps", "deaths", "leaving", "visits", "ratings", "written")
STREAM = {name: number for number, name in enumerate(PURPOSES, 1)}
# A switch follows a worsening that 24 weeks confirmed: sooner, half of them would be noise of the rating.
SWITCH_CONFIRMED_WEEKS = 24
# Assumed: of those who leave, half say so. Either word ends follow-up alike, so no truth depends on it.
LOST_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Lives:
    """Some people of a cohort from day zero on, arrays of shape (n,) unless said otherwise.

    switch: a day, infinite where it never happens; death, leaves: NEVER where they do not. rated: what would be rated
    if nobody died or left. random: the stream for what is only written down.
    """

    plan: Plan
    people: Entrants
    relapses: Events
    lesions: Events
    disability: Disability
    schedule: Schedule
    rated: Scores
    switch: Floats
    death: Days
    leaves: Days
    random: np.random.Generator

    @property
    def n(self) -> int:
        """How many people."""
        return self.people.arm.size

    @cached_property
    def last(self) -> Days:
        """The last day on which anything is known of a person."""
        return np.minimum(np.minimum(self.death, self.leaves), self.plan.design.visits.last_day)

    @cached_property
    def reason(self) -> list[str]:
        """Why follow-up ended."""
        gone = np.where(self.people.traits[:, WHY] < LOST_SHARE, "lost", "withdrew")
        whole = np.where(self.last == self.plan.design.visits.last_day, "completed", gone)
        # A death is asked last, so that it is told rather than whatever else ends follow-up on the same day.
        return [str(word) for word in np.where(self.death == self.last, "died", whole)]

    @property
    def died_of_treatment(self) -> Flags:
        """Who is known to have died of the treatment."""
        return np.asarray((self.death == self.last) & (early_deaths(self.plan, self.people) == self.last))

    @cached_property
    def attended(self) -> Flags:
        """Visits that took place, shape (n, v)."""
        return np.asarray(self.schedule.came & (self.schedule.days <= self.last[:, None]))

    @cached_property
    def scanned(self) -> Flags:
        """Visits with a scan, shape (n, v)."""
        return np.asarray(self.attended & self.schedule.scanned)

    @cached_property
    def last_scan(self) -> Days:
        """The day of the last scan, shape (n,); day 0 where there is none."""
        return np.asarray(np.where(self.scanned, self.schedule.days, 0).max(axis=1))

    @cached_property
    def scores(self) -> Scores:
        """What was rated at the visits that took place."""
        return replace(self.rated, scored=self.attended & self.schedule.scored)

    @cached_property
    def _lesions_so_far(self) -> Days:
        return self.lesions.until(self.schedule.days)

    @cached_property
    def new_lesions(self) -> Days:
        """New lesions at each visit with a scan, since the scan before, shape (n, v); 0 without a scan."""
        # Since the last scan that took place: what a missed one would have shown is seen at the next.
        so_far = self._lesions_so_far
        at_last_scan = np.maximum.accumulate(np.where(self.scanned, so_far, 0), axis=1)
        before = np.concatenate([np.zeros_like(at_last_scan[:, :1]), at_last_scan[:, :-1]], axis=1)
        return np.where(self.scanned, so_far - before, 0)

    @cached_property
    def enhancing(self) -> Days:
        """Lesions that enhance at each visit with a scan, shape (n, v): those not older than so many days."""
        early = self.schedule.days - int(self.plan.course["enhancing_days"])
        return np.where(self.scanned, self._lesions_so_far - self.lesions.until(early), 0)


def draw_lives(plan: Plan, n: int, seed: int) -> Iterator[Lives]:
    """People of a cohort, chunk by chunk; the same for the same plan, number and seed.

    >>> from remission.simulation.course.load import load_cohort_design
    >>> [lives.n for lives in draw_lives(load_cohort_design("placebo-against-drug"), 9_000, seed=1)]
    [8000, 1000]
    """
    block = plan.design.block
    # Whole blocks of the allocation, so that the arms are as large as the design says.
    size = max(CHUNK // block, 1) * block
    for number, start in enumerate(range(0, n, size)):
        yield _draw_chunk(plan, min(size, n - start), seed, number)


def _draw_chunk(plan: Plan, n: int, seed: int, number: int) -> Lives:
    streams = {name: generator(seed, purpose, number) for name, purpose in STREAM.items()}
    people = draw_entrants(streams["people"], plan, n)
    relapses = possible_relapses(streams["relapses"], plan, people)
    lesions = possible_lesions(streams["lesions"], plan, people)
    steps = possible_steps(streams["steps"], plan, people)
    leaving = possible_leaving(streams["leaving"], plan, n)
    schedule = draw_schedule(streams["visits"], n, plan.design.visits.plan)
    noise = normal_of(streams["ratings"].random((n, schedule.days.shape[1] + 1)))
    # How a relapse heals is drawn for all that are possible: who switches then changes it for nobody else.
    fates = streams["relapses"].random(relapses.events.day.size)
    chart = _Chart(plan, people, relapses, steps, fates, schedule, noise)
    switch = chart.switch()
    disability = chart.disability(switch)
    rated = _scores(disability, schedule, noise)
    return Lives(
        plan,
        people,
        disability.relapses,
        lesions.happening(people.arm, switch),
        disability,
        schedule,
        rated,
        switch,
        draw_deaths(streams["deaths"], plan, people),
        _leaves(plan, people, leaving, rated),
        streams["written"],
    )


@dataclass(frozen=True, eq=False)
class _Chart:
    """What could become of people, before it is known who switches."""

    plan: Plan
    people: Entrants
    relapses: Possible
    steps: Possible
    fates: Floats
    schedule: Schedule
    noise: Floats

    def disability(self, switch: Floats) -> Disability:
        """The course of people who switch on these days."""
        arm = self.people.arm
        # The fate goes with the event, so the same relapses are chosen of both.
        with_fate = Events(self.relapses.events.person, self.relapses.events.day, self.fates)
        kept = self.relapses.kept(arm, switch)
        return Disability.of(
            self.plan, self.people, self.steps.happening(arm, switch), with_fate.where(kept), self.fates[kept]
        )

    def switch(self) -> Floats:
        """The day on which each person switches, shape (n,); infinite for those who never do."""
        n, rescues = self.people.arm.size, [arm.rescue for arm in self.plan.design.arms]
        first = np.full(n, np.inf)
        share = np.array([0.0 if one is None else one.share.value for one in rescues])[self.people.arm]
        after = np.array([0 if one is None else one.after_days for one in rescues])[self.people.arm]
        # Asked only of those who would switch: in most designs they are the fewer.
        who = np.flatnonzero(self.people.traits[:, SWITCHES] < share)
        if who.size:
            first[who] = self._of_people(who)._trigger()
        # On the day after at the earliest: what leads to it belongs to the therapy before.
        switch = first + np.maximum(after, 1)
        return np.where(switch < self.plan.design.visits.last_day, switch, np.inf)

    def _of_people(self, who: Places) -> _Chart:
        (relapses, kept), (steps, _) = self.relapses.of_people(who), self.steps.of_people(who)
        plan = self.schedule
        schedule = Schedule(plan.days[who], plan.came[who], plan.scored[who], plan.scanned[who])
        return _Chart(self.plan, self.people.of(who), relapses, steps, self.fates[kept], schedule, self.noise[who])

    def _trigger(self) -> Floats:
        """The first day that leads to a switch, were there none, shape (n,)."""
        arm, n = self.people.arm, self.people.arm.size
        course = self.disability(np.full(n, np.inf))
        asked = {
            word: np.array([one.rescue is not None and word in one.rescue.after for one in self.plan.design.arms])[arm]
            for word in ("relapse", "worsening")
        }
        first = np.where(asked["relapse"], course.relapses.first(n), NEVER)
        if asked["worsening"].any():
            # Scored here as if nobody switched, and again when it is known who does: until a switch both are the same,
            # for it changes only what comes after it.
            scores = _scores(course, self.schedule, self.noise)
            _, told = confirmed(scores, SWITCH_CONFIRMED_WEEKS)
            first = np.minimum(first, np.where(asked["worsening"], told, NEVER))
        return np.where(first == NEVER, np.inf, first)


def _scores(disability: Disability, schedule: Schedule, noise: Floats) -> Scores:
    """What is rated at visits that take place; `noise`, shape (n, v + 1): the first is of that before day zero."""
    sd, days = disability.plan.course["rating_sd"], schedule.days
    so_far = disability.relapses.until(days)
    baseline = ratings(disability.before(), noise[:, 0], sd)
    score = ratings(disability.at(days, so_far), noise[:, 1:], sd)
    # A relapse in the last 30 days, the day of its beginning counted as none.
    lately = so_far - disability.relapses.until(days - AFTER_RELAPSE_DAYS)
    return Scores(days, schedule.scored, score, baseline, lately > 0)


def _leaves(plan: Plan, people: Entrants, possible: Events, scores: Scores) -> Days:
    """The day on which each person would leave, shape (n,): sooner once a worsening was seen."""
    who, regimes = possible.person, Regimes.of(plan.design, "leaving")
    more, seen = plan.course["leaving_after_worsening"], scores.first_worse()[possible.person]
    ratio = regimes.first.at(people.arm[who], possible.day) * np.where(possible.day > seen, more, 1.0)
    return possible.where(possible.mark * regimes.highest * max(more, 1.0) < ratio).first(people.arm.size)
