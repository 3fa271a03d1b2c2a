"""The truth planted in the registry of 500, so that a report can print an estimate beside what it should find.

Three truths are told apart. The conditional hazard ratio is what was planted: a model finds it that holds alike what
decided on the treatment. The standardised contrast is of everybody treated less everybody untreated, and the hazard
ratio without adjustment is theirs; both are what a trial would have found. The cumulative incidence of an arm is of
those who were treated so. Each of them once as it happens (`latent`) and once as the visits find it (`seen`).

    python -m remission.simulation.cohorts.hsct_500_truth > truth.toml
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial

import numpy as np

from remission.simulation.cohorts.course_records import ARM_NAMES
from remission.simulation.cohorts.entrants import ADJUSTED_FOR, DEATH, EFFECTS, PROGRESSION, STRATA
from remission.simulation.cohorts.fates import Fates, Population, When
from remission.simulation.cohorts.hsct_500 import PLAN
from remission.simulation.cohorts.truth import Truth, truth_toml
from remission.simulation.disease import YEAR_DAYS, Days, Flags, Floats
from remission.stats.horizons import years_to_days
from remission.stats.regression.cox import cox
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.stats.survival.restricted_mean import restricted_mean

SEED, SUBJECTS = 20261130, 440_000
AT_YEARS = (1, 2, 3, 5)
HORIZON_YEARS = 5
HORIZON = years_to_days(HORIZON_YEARS)
UNTREATED, TREATED = ARM_NAMES
# Of each endpoint the events that compete in it.
EVENTS = {"cdp-24w": ("cdp-24w", "death"), "death": ("death",)}
PLANTED = {"cdp-24w": PROGRESSION, "death": DEATH}
Numbers = tuple[float, float]


def planted_truths(subjects: int = SUBJECTS) -> Iterator[Truth]:
    """All planted numbers, computed anew; about a quarter of a minute."""
    population = Population.of(PLAN, subjects, SEED)
    for endpoint in EVENTS:
        yield from _conditional_ratios(population, endpoint)
        yield from _ratios_by_lot(population, endpoint)
        yield from _standardised(population, endpoint)
        yield from _event_free(population, endpoint)
        if len(EVENTS[endpoint]) > 1:
            yield from _incidences(population, endpoint)


def _ratio(endpoint: str, event: str, quantity: str = "hazard ratio") -> Callable[..., Truth]:
    other = {} if event == endpoint else {"event": event}
    truth = partial(Truth, endpoint, quantity, TREATED, HORIZON_YEARS, unit="ratio", against=UNTREATED)
    return partial(truth, **other)


def _conditional_ratios(population: Population, endpoint: str) -> Iterator[Truth]:
    people = population.people
    columns = {"treated": people.treated.astype(np.float64), **people.columns}
    held = {"adjusted_for": ", ".join(ADJUSTED_FOR), "strata": ", ".join(STRATA)}
    for event in EVENTS[endpoint]:
        exit, happened = _rows(population.as_treated, endpoint, event, "seen")
        seen, error = _fitted(exit, happened, columns, people.centre)
        yield _ratio(endpoint, event)(seen=seen, seen_error=error, latent=PLANTED[event].treated, **held)


def _ratios_by_lot(population: Population, endpoint: str) -> Iterator[Truth]:
    treated, fates = population.by_lot
    columns = {"treated": treated.astype(np.float64)}
    for event in EVENTS[endpoint]:
        for quantity in ("hazard ratio", "subdistribution hazard ratio")[: len(EVENTS[endpoint])]:
            stays = quantity != "hazard ratio"
            latent, _ = _fitted(*_rows(fates, endpoint, event, "latent", stays=stays), columns)
            seen, error = _fitted(*_rows(fates, endpoint, event, "seen", stays=stays), columns)
            yield _ratio(endpoint, event, quantity)(seen=seen, seen_error=error, latent=latent)


def _rows(fates: Fates, endpoint: str, event: str, when: When, *, stays: bool = False) -> tuple[Days, Flags]:
    """Follow-up up to the horizon and whether it ended with the event, shape (n,) each.

    Who has the other event `stays` at risk to the end, as in the subdistribution, or is censored by it.
    """
    first, other = fates.first(endpoint, when), fates.other(endpoint)
    # A progression found on the day of death was found in life.
    mine = first <= other if event == endpoint else other < first
    day = np.minimum(first, other)
    exit = np.minimum(np.where(mine, day, HORIZON) if stays else day, HORIZON)
    return exit, mine & (day <= HORIZON)


def _fitted(exit: Days, happened: Flags, columns: dict[str, Floats], strata: Days | None = None) -> Numbers:
    """The hazard ratio of the first column and its standard error."""
    fit = cox(exit, happened, columns, strata=strata)
    ratio = math.exp(fit.coefficients[0])
    return ratio, ratio * float(fit.standard_errors[0])


def _standardised(population: Population, endpoint: str) -> Iterator[Truth]:
    """The share free of the event had everybody been in an arm and nobody died of anything else, and its difference."""
    for years in AT_YEARS:
        found = {}
        for arm, fates in ((UNTREATED, population.untreated), (TREATED, population.treated)):
            day, n = years_to_days(years), fates.death.size
            per_year = PLANTED[endpoint].per_person(population.people, np.full(n, arm == TREATED))
            seen = float(((fates.death if endpoint == "death" else fates.undying) > day).mean())
            found[arm] = (seen, _error(seen, n), float(np.exp(-per_year * (day / YEAR_DAYS)).mean()))
            yield _share(endpoint, "standardised event-free", arm, years, *found[arm])
        (seen, error, latent), (less, other, latent_less) = found[TREATED], found[UNTREATED]
        numbers = (seen - less, math.hypot(error, other), latent - latent_less)
        yield _share(endpoint, "standardised difference", TREATED, years, *numbers, against=UNTREATED)


def _share(
    endpoint: str, quantity: str, arm: str, years: int, seen: float, error: float, latent: float, **more: str
) -> Truth:
    return Truth(endpoint, quantity, arm, years, seen, error, "proportion", latent, **more)


def _error(share: float, n: int) -> float:
    return math.sqrt(share * (1 - share) / n)


def _event_free(population: Population, endpoint: str) -> Iterator[Truth]:
    """The curves of those who were in each arm, where death censors, and their areas."""
    areas = {}
    for arm, mine in _arms(population):
        curves = [kaplan_meier(*(one[mine] for one in _of(population, endpoint, when))) for when in ("seen", "latent")]
        for years in AT_YEARS:
            seen, latent = (float(curve.survival_on([years_to_days(years)])[0]) for curve in curves)
            yield _share(endpoint, "event-free", arm, years, seen, _error(seen, int(mine.sum())), latent)
        (seen, error), (latent, _) = (restricted_mean(curve, HORIZON) for curve in curves)
        areas[arm] = (seen, error, latent)
        yield Truth(endpoint, "restricted mean", arm, HORIZON_YEARS, seen, error, "days", latent)
    (seen, error, latent), (less, other, latent_less) = areas[TREATED], areas[UNTREATED]
    numbers = (seen - less, math.hypot(error, other), "days", latent - latent_less)
    yield Truth(endpoint, "restricted mean difference", TREATED, HORIZON_YEARS, *numbers, against=UNTREATED)


def _of(population: Population, endpoint: str, when: When) -> tuple[Days, Flags]:
    return _rows(population.as_treated, endpoint, endpoint, when)


def _arms(population: Population) -> Iterator[tuple[str, Flags]]:
    yield UNTREATED, ~population.people.treated
    yield TREATED, population.people.treated


def _incidences(population: Population, endpoint: str) -> Iterator[Truth]:
    """The shares of those who were in each arm that have had each event first."""
    for arm, mine in _arms(population):
        for event in EVENTS[endpoint]:
            (exit, happened), (at, there) = (
                _rows(population.as_treated, endpoint, event, when) for when in ("seen", "latent")
            )
            for years in AT_YEARS:
                day = years_to_days(years)
                seen, latent = (float((had & (by <= day))[mine].mean()) for by, had in ((exit, happened), (at, there)))
                error = _error(seen, int(mine.sum()))
                yield _share(endpoint, "cumulative incidence", arm, years, seen, error, latent, event=event)


def truth_text() -> str:
    """The `truth.toml` of the bundled cohort."""
    return truth_toml(
        _HEAD, {f"effects.{name}": asdict(effects) for name, effects in EFFECTS.items()}, planted_truths()
    )


_HEAD = f"""\
# SIMULATED: no real person's data. What the generator of the registry of 500 was told, and so what estimates from its
# records should find. Rebuild with: make cohorts
#
# effects: a hazard per year of the usual person untreated (42 years, EDSS 4.0, one relapse before, a woman, Centre C),
#   and the ratios that multiply it: treated, by ten years older, male, by a point of EDSS, by each relapse before.
# latent: when things happen. Planted (conditional hazard ratios), averaged in closed form (standardised), or counted.
# seen: when visits find them and a later visit confirms them.
#   Source: {SUBJECTS} simulated people who are never lost, each of them in both arms, seed {SEED};
#   `seen_error` is its standard error. Hazard ratios are Cox's over {HORIZON_YEARS} years, Efron's ties.
# A hazard ratio with `adjusted_for` is of people alike in all of that. One without is of everybody in either arm, as in
#   a trial; a crude one from these records is another, for the groups differ. Event-free, restricted mean and
#   cumulative incidence are of those who were in each arm.
"""


if __name__ == "__main__":
    sys.stdout.write(truth_text())
