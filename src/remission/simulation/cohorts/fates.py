"""What would become of everybody in a registry, untreated and treated: a population of which truths are read off."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np

from remission.simulation.cohorts.entrants import DEATH, Entrants, disease_of, draw_entrants
from remission.simulation.disease import (
    NEVER,
    Days,
    Flags,
    Schedule,
    VisitPlan,
    draw_latent,
    draw_schedule,
    draw_waiting_days,
    generator,
    seen_progression,
)

CHUNK = 20_000
# Confirmed after 24 weeks, up to a week early, as the endpoint says.
CONFIRMED_AFTER_DAYS = 161
When = Literal["latent", "seen"]
Columns = TypeVar("Columns", Entrants, "Fates")


@dataclass(frozen=True, eq=False)
class Fates:
    """What becomes of everybody in one arm, shape (n,) each, in days; NEVER where it does not happen.

    latent: day of progression; seen: the visit that finds it, if a later one, in life, confirms it; death; undying: the
    visit that would find it if nobody died.
    """

    latent: Days
    seen: Days
    death: Days
    undying: Days

    def first(self, endpoint: str, when: When) -> Days:
        """The day of the endpoint, which is death or a progression."""
        return self.death if endpoint == "death" else self.latent if when == "latent" else self.seen

    def other(self, endpoint: str) -> Days:
        """The day of death where it is not the endpoint itself."""
        return np.full_like(self.death, NEVER) if endpoint == "death" else self.death


@dataclass(frozen=True, eq=False)
class Population:
    """People, what decided on their treatment, and what would become of them untreated and treated."""

    people: Entrants
    untreated: Fates
    treated: Fates

    @classmethod
    def of(cls, plan: VisitPlan, subjects: int, seed: int) -> Population:
        """So many people, seen by the plan and never lost.

        >>> from remission.simulation.disease import QUARTERLY
        >>> round(float(Population.of(QUARTERLY, 200, seed=1).people.treated.mean()), 1)
        0.5
        """
        random = generator(seed, 0)
        # One stream of numbers through all chunks: their size is part of what a seed gives.
        sizes = [min(CHUNK, subjects - start) for start in range(0, subjects, CHUNK)]
        chunks = [_draw_chunk(random, plan, size) for size in sizes]
        people, untreated, treated = zip(*chunks, strict=True)
        return cls(_joined(people), _joined(untreated), _joined(treated))

    @cached_property
    def as_treated(self) -> Fates:
        """What became of them."""
        chosen, other, one = self.people.treated, self.untreated, self.treated
        return Fates(*(np.where(chosen, getattr(one, of.name), getattr(other, of.name)) for of in fields(Fates)))

    @cached_property
    def by_lot(self) -> tuple[Flags, Fates]:
        """Everybody twice, once in each arm: what a trial of endless size would see."""
        n = self.people.treated.size
        return np.repeat([False, True], n), _joined((self.untreated, self.treated))


def _draw_chunk(random: np.random.Generator, plan: VisitPlan, n: int) -> tuple[Entrants, Fates, Fates]:
    people, schedule = draw_entrants(random, n), draw_schedule(random, n, plan)
    untreated, treated = (_fates(random, people, schedule, np.full(n, arm)) for arm in (False, True))
    return people, untreated, treated


def _joined(parts: tuple[Columns, ...]) -> Columns:
    kind = type(parts[0])
    return kind(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(kind)))


def _fates(random: np.random.Generator, people: Entrants, schedule: Schedule, treated: Flags) -> Fates:
    n = treated.size
    latent = draw_latent(random, disease_of(people, treated), n)
    death = np.ceil(draw_waiting_days(random, DEATH.per_person(people, treated), (n, 1))[:, 0]).astype(np.int64)
    happened = np.ceil(latent.progression).astype(np.int64)
    visit = seen_progression(latent, schedule)
    # Every score from that visit on shows it, so the last one in life decides whether it was ever confirmed.
    in_life = schedule.scored & (schedule.days <= death[:, None])
    last = np.where(in_life, schedule.days, -1).max(axis=1)
    confirmed = np.minimum(visit, NEVER - CONFIRMED_AFTER_DAYS) + CONFIRMED_AFTER_DAYS <= last
    return Fates(happened, np.where(confirmed, visit, NEVER), death, visit)
