"""What the invented hospitals really do: who treats how many people with what, and how much of it a file can show.

A trust has a size, a style and therapies it takes up late or early. Its supply comes in whole packs, vials and courses.
Part of it goes past the hospital's stock, to people's homes or through an outsourced pharmacy, and is then in no file:
that part is planted here, trust by trust, so that a rule which guesses at it can be scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import ndtri

from remission.simulation.disease import generator
from remission.simulation.stock.hospitals import Hospitals
from remission.simulation.stock.supply import USES, Line
from remission.simulation.stock.trusts import Flags, Floats, Ints, Sites

STYLES = ("mixed", "injectables-heavy", "orals-heavy", "high-efficacy")
STYLE_FACTORS = {  # of injectables, orals and therapies of high efficacy
    "mixed": (1.0, 1.0, 1.0),
    "injectables-heavy": (2.5, 0.8, 0.5),
    "orals-heavy": (0.7, 2.2, 0.6),
    "high-efficacy": (0.4, 0.7, 2.2),
}
GROUPS = ("injectable", "oral", "high")
LEAKS = ("homecare from the start", "homecare from a month on", "partly homecare", "none")
# Nearly half of trusts leak in some way: a rule of coverage that ignores homecare has to fail on them.
LEAK_SHARES = (0.20, 0.10, 0.15, 0.55)
OUTSOURCED = 0.06
HUBS, NO_SERVICE = 0.17, 0.12
GROWTH_PER_YEAR = 0.04
FEWEST_PEOPLE = 1.0  # below so many people on a therapy, nobody is
DELAY_MONTHS = (4.0, 9.0)  # mean delay of hubs and of others
LONGEST_DELAY = 60
MONTHLY_NOISE = 0.12
MANY = 50.0  # above this mean a Poisson count is drawn from the normal distribution


@dataclass(frozen=True)
class Plan:
    """The trusts of today as planted. Shapes: (trusts,), or (trusts, therapies) for `used` and `adopted`.

    `size` is people on any therapy in January 2019, `leak_from` and `outsourced_from` the month from which supply
    leaves the files (NEVER: it does not), `kept` the part that a partial leak leaves in them.
    """

    size: Floats
    hub: Flags
    service: Flags
    style: Ints
    leak: Ints
    leak_from: Ints
    kept: Floats
    outsourced_from: Ints
    used: Flags
    adopted: Floats
    taste: Floats


def draw_plan(seed: int, sure: Flags, months: int, first: date, known: Hospitals | None = None) -> Plan:
    """Who is what, of as many trusts as `sure` has places; those that are sure have a service and no leak.

    Where a trust is `known`, what is known says whether it is a centre, has a service, and how large it is.
    """
    trusts = sure.size
    # One purpose, one stream: another draw in one of them leaves all others as they were.
    draws = generator(seed, 201).random((trusts, 9))
    known = known or Hospitals.of(("",) * trusts)
    hub = np.where(known.known, known.centre, draws[:, 0] < HUBS)
    service = (hub | sure | (draws[:, 1] >= NO_SERVICE)) & ~known.special
    leak = np.where(sure, len(LEAKS) - 1, np.searchsorted(np.cumsum(LEAK_SHARES)[:-1], draws[:, 2], side="right"))
    # Neither at the very beginning nor at the very end: a leak that nobody could see would test nothing.
    abrupt = np.floor((0.2 + 0.6 * draws[:, 3]) * months).astype(np.int64)
    outsourced = (draws[:, 4] < OUTSOURCED) & ~sure & service
    never = np.full(trusts, months)
    chances = generator(seed, 202).random((trusts, len(USES), 3))
    used, adopted = _uptake(chances[:, :, :2], hub, first)
    return Plan(
        size=np.where(known.known, known.sizes(draws[:, 5], service), _any_size(hub, draws[:, 5])) * service,
        hub=hub,
        service=service,
        style=np.floor(draws[:, 6] * len(STYLES)).astype(np.int64),
        leak=leak,
        leak_from=np.select([leak == 0, leak == 1, leak == 2], [0 * never, abrupt, 0 * never], never),
        kept=np.where(leak == 2, 0.3 + 0.4 * draws[:, 7], 0.0),
        outsourced_from=np.where(outsourced, np.floor((0.3 + 0.5 * draws[:, 8]) * months), never).astype(np.int64),
        used=used & service[:, None],
        adopted=adopted,
        taste=np.exp(0.35 * ndtri(chances[:, :, 2])),
    )


def _any_size(hub: Flags, draws: Floats) -> Floats:
    """People treated by trusts of which nothing is known."""
    size: Floats = np.where(hub, 350 * 4.0**draws, 25 * 8.0**draws)
    return size


def _uptake(chances: Floats, hub: Flags, first: date) -> tuple[Flags, Floats]:
    """Which therapies a trust ever uses, and from which month (counted from the first)."""
    used_by = np.array([use.used_by for use in USES]) + np.where(hub, 0.3, -0.08)[:, None]
    start = np.array([_months_from(first, use.start) for use in USES])
    delay = -np.log1p(-chances[:, :, 1]) * np.where(hub, *DELAY_MONTHS)[:, None]
    return chances[:, :, 0] < used_by, start + np.minimum(np.floor(delay), LONGEST_DELAY)


def people_on(plan: Plan, months: int, first: date) -> Floats:
    """People on each therapy, shape (trusts, months, therapies)."""
    month = np.arange(months)[None, :, None]
    since = month - plan.adopted[:, None, :]
    rises = np.array([use.rises_months for use in USES])
    risen = np.where(since >= 0, 1 - np.exp(-(np.maximum(since, 0) + 1) / rises), 0.0)
    begun = np.array([max(_months_from(first, use.start), _months_from(first, (2019, 1))) for use in USES])
    trend = np.exp(np.array([use.trend for use in USES]) * np.maximum(month - begun, 0) / 12)
    weight = np.array([use.weight for use in USES]) * _style(plan) * plan.taste * plan.used
    wanted = weight[:, None, :] * risen * trend
    share = wanted / np.maximum(wanted.sum(axis=2, keepdims=True), 1e-12)
    growth = (1 + GROWTH_PER_YEAR) ** ((month - _months_from(first, (2019, 1))) / 12)
    people = plan.size[:, None, None] * growth * share
    return np.where(people >= FEWEST_PEOPLE, people, 0.0)


def _style(plan: Plan) -> Floats:
    factors = np.array([STYLE_FACTORS[style] for style in STYLES])
    return factors[plan.style][:, [GROUPS.index(use.group) for use in USES]]


def shown(plan: Plan, months: int) -> Floats:
    """The part of the supply that a file can show, shape (trusts, months, therapies): from 0 to 1."""
    month = np.arange(months)[None, :, None]
    home = np.array([use.at_home for use in USES])
    leaks = month >= plan.leak_from[:, None, None]
    at_home = np.where(leaks, plan.kept[:, None, None], 1.0)
    at_hospital = np.where(month >= plan.outsourced_from[:, None, None], 0.0, 1.0)
    return np.where(home, at_home, at_hospital)


def line_rates(people: Floats, lines: tuple[Line, ...], first: date) -> Floats:
    """Occasions of issue a month that each line of a therapy needs, shape (trusts, months, lines).

    Lines of one therapy share its people, as far as they are there yet; titration packs come on top.
    """
    months = people.shape[1]
    names = [use.therapy for use in USES]
    there = np.array([np.arange(months) >= _months_from(first, line.start) for line in lines]).T
    share = np.array([line.share for line in lines]) * there
    rates = np.zeros((*people.shape[:2], len(lines)))
    for place, line in enumerate(lines):
        if not line.is_ms:
            continue
        mates = [i for i, mate in enumerate(lines) if mate.therapy == line.therapy and mate.kind == "ms"]
        part, per_person = share[:, place], 1.0
        if line.kind == "ms":
            part, per_person = part / share[:, mates].sum(axis=1), line.units_per_year / 12 / line.at_a_time
        rates[:, :, place] = people[:, :, names.index(line.therapy)] * part * per_person
    return rates


def draw_supply(seed: int, rates: Floats, shown_part: Floats, sites: Sites) -> tuple[Ints, Ints]:
    """Occasions of issue drawn for each site: all, and those a file can show; shapes (sites, months, lines)."""
    noise = generator(seed, 203).random((len(sites.codes), rates.shape[1], 1))
    mean = rates[sites.family] * sites.share[:, None, None] * np.exp(MONTHLY_NOISE * ndtri(noise))
    part = shown_part[sites.family]
    draws = generator(seed, 204).random((2, *mean.shape))
    seen, unseen = poisson(draws[0], mean * part), poisson(draws[1], mean * (1 - part))
    return seen + unseen, seen


def poisson(uniform: Floats, mean: Floats) -> Ints:
    """Poisson counts by inversion of uniform numbers; rounded normal ones where the mean is above `MANY`.

    >>> poisson(np.array([0.1, 0.9, 0.5]), np.array([1.0, 1.0, 400.0])).tolist()
    [0, 2, 400]
    """
    # By inversion from one uniform number each, so that a seed gives the same counts with every version of NumPy.
    few = mean <= MANY
    counts = np.where(few, 0.0, np.maximum(np.floor(mean + np.sqrt(mean) * ndtri(uniform) + 0.5), 0.0))
    wanted, means = uniform[few], mean[few]
    found, term = np.zeros(means.shape), np.exp(-means)
    below = term.copy()
    for number in range(1, int(3 * MANY)):
        open_still = below < wanted
        if not open_still.any():
            break
        term = term * means / number
        found += open_still
        below += term
    counts[few] = found
    return counts.astype(np.int64)


def _months_from(first: date, month: tuple[int, int]) -> int:
    return (month[0] - first.year) * 12 + month[1] - first.month
