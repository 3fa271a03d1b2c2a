"""The truth planted in the two-arm simulation, so that a report can print an estimate beside what it should find.

Two truths are told apart. `latent` is the closed form, exp(-hazard x time): when things happen. `seen` is when visits
and scans would find them in people who are never lost; it has no simple closed form and is taken from a large run of
the same generator. A Kaplan-Meier curve of the records estimates `seen`.

    python -m remission.simulation.cohorts.two_arm_truth > truth.toml
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict

import numpy as np

from remission.simulation.cohorts.truth import Truth, truth_toml
from remission.simulation.disease import (
    YEAR_DAYS,
    Days,
    Hazards,
    draw_latent,
    draw_schedule,
    generator,
    relapse_days,
    seen_mri,
    seen_progression,
)

HAZARDS: Mapping[str, Hazards] = {
    "HSCT": Hazards(progression=0.02, relapse=0.03, mri=0.04),
    "Best available therapy": Hazards(progression=0.06, relapse=0.14, mri=0.16),
}
# The endpoints whose truth is known, with the day from which MRI lesions count in them.
MRI_COUNTS_FROM = {"neda-3": 1, "halt-ms-efs": 365}
AT_YEARS = (1, 2, 3, 5)
HORIZON_YEARS = 5
SEED, SUBJECTS, CHUNK = 20170201, 200_000, 20_000
LATENT = "closed form, exp(-hazard x time)"
SEEN = f"{SUBJECTS} simulated people an arm who are never lost, seed {SEED}"


def planted_truths(subjects: int = SUBJECTS) -> Iterator[Truth]:
    """All planted numbers, computed anew; about two seconds.

    >>> truth = next(planted_truths(subjects=2_000))
    >>> truth.endpoint, truth.quantity, truth.arm, truth.at_years, round(truth.latent, 4)
    ('neda-3', 'event-free', 'HSCT', 1, 0.914)
    """
    seen = {arm: _seen(hazards, subjects) for arm, hazards in HAZARDS.items()}
    for endpoint in MRI_COUNTS_FROM:
        for arm, hazards in HAZARDS.items():
            yield from _survival(endpoint, arm, hazards, seen[arm][endpoint])
        yield from _means(endpoint, {arm: days[endpoint] for arm, days in seen.items()})


def _seen(hazards: Hazards, subjects: int) -> dict[str, Days]:
    """Days on which each endpoint would be seen, shape (subjects,), in chunks to keep memory small."""
    random = generator(SEED, 0)
    chunks: dict[str, list[Days]] = {endpoint: [] for endpoint in MRI_COUNTS_FROM}
    # One stream of numbers through all chunks: their size is part of what a seed gives.
    for start in range(0, subjects, CHUNK):
        n = min(CHUNK, subjects - start)
        latent, schedule = draw_latent(random, hazards, n), draw_schedule(random, n)
        clinical = np.minimum(seen_progression(latent, schedule), relapse_days(latent)[:, 0])
        for endpoint, from_day in MRI_COUNTS_FROM.items():
            chunks[endpoint].append(np.minimum(clinical, seen_mri(latent, schedule, from_day)))
    return {endpoint: np.concatenate(days) for endpoint, days in chunks.items()}


def _survival(endpoint: str, arm: str, hazards: Hazards, days: Days) -> Iterator[Truth]:
    for years in AT_YEARS:
        seen = float((days > _day(years)).mean())
        error = math.sqrt(seen * (1 - seen) / days.size)
        latent = math.exp(-hazards.total * _day(years) / YEAR_DAYS) if endpoint == "neda-3" else None
        yield Truth(endpoint, "event-free", arm, years, seen, error, "proportion", latent)


def _means(endpoint: str, seen: Mapping[str, Days]) -> Iterator[Truth]:
    horizon = _day(HORIZON_YEARS)
    # Days up to the horizon; the same convention as the area under a Kaplan-Meier curve that falls on the event's day.
    free = {arm: np.minimum(days, horizon) for arm, days in seen.items()}
    mean = {arm: float(days.mean()) for arm, days in free.items()}
    error = {arm: float(days.std()) / math.sqrt(days.size) for arm, days in free.items()}
    latent = {arm: _latent_mean(hazards, horizon) if endpoint == "neda-3" else None for arm, hazards in HAZARDS.items()}
    about = (endpoint, "restricted mean")
    for arm in seen:
        yield Truth(*about, arm, HORIZON_YEARS, mean[arm], error[arm], "days", latent[arm])
    treated, control = seen
    difference = mean[treated] - mean[control]
    errors = math.hypot(error[treated], error[control])
    known = (latent[treated], latent[control])
    gained = known[0] - known[1] if known[0] is not None and known[1] is not None else None
    name = f"{treated} less {control}"
    yield Truth(endpoint, "restricted mean difference", name, HORIZON_YEARS, difference, errors, "days", gained)


def _latent_mean(hazards: Hazards, horizon: int) -> float:
    """Area under exp(-hazard x time) up to the horizon, in days."""
    per_day = hazards.total / YEAR_DAYS
    return -math.expm1(-per_day * horizon) / per_day


def _day(years: int) -> int:
    return math.floor(YEAR_DAYS * years + 0.5)


def truth_text() -> str:
    """The `truth.toml` of the bundled cohort."""
    tables = {f'hazards_per_year."{arm}"': asdict(hazards) for arm, hazards in HAZARDS.items()}
    return truth_toml(_HEAD, tables, planted_truths())


_HEAD = f"""\
# SIMULATED: no real person's data. What the generator of the two-arm cohort was told, and so what estimates from its
# records should find. Rebuild with: make cohorts
#
# latent: when things happen. Source: {LATENT}.
# seen: when visits and scans find them, which is later; this is what a Kaplan-Meier curve of the records estimates.
#   Source: {SEEN}; `seen_error` is its standard error.
# Not in the truth: the five people placed by hand (see cohort.toml), and, in neda-3, that a rise found at somebody's
#   last visits can no longer be confirmed.
# halt-ms-efs has no closed form here, because lesions count only at scans from day {MRI_COUNTS_FROM["halt-ms-efs"]} on.
"""


if __name__ == "__main__":
    sys.stdout.write(truth_text())
