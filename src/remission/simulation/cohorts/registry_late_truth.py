"""The truth planted in the registry of late starts: what people would do who are made to follow a strategy.

The strategies are to begin the stronger therapy within a year (as people did, and on its last day at the latest) and
not to begin it within the year (as people did, from then on). Their hazard ratio is not that of the therapy: in the
grace both are as people were, and after it the others may begin too.

    python -m remission.simulation.cohorts.registry_late_truth > truth.toml
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from remission.simulation.cohorts.entrants import Entrants, draw_entrants
from remission.simulation.cohorts.fates import CHUNK, CONFIRMED_AFTER_DAYS
from remission.simulation.cohorts.registry_late import EFFECTS, PLAN, Hazards, draw_late_latent, draw_starts
from remission.simulation.cohorts.truth import Truth, truth_toml
from remission.simulation.disease import NEVER, Days, Floats, draw_schedule, generator, seen_progression
from remission.stats.horizons import years_to_days
from remission.stats.regression.cox import cox

SEED, SUBJECTS = 20261130, 400_000
GRACE_DAYS = 365
ENDPOINT, EVENT_FREE_YEARS, HORIZON_YEARS = "cdp-24w", (1, 2, 3, 5), 5
HORIZON = years_to_days(HORIZON_YEARS)
WITHIN, NOT_WITHIN = f"start within {GRACE_DAYS} days", f"no start within {GRACE_DAYS} days"
Fate = tuple[Days, Days]


def fates(subjects: int = SUBJECTS, seed: int = SEED) -> dict[str, Fate]:
    """Of each strategy the days of progression as it happens, and as visits find and confirm it, shape (n,) each."""
    random = generator(seed, 0)
    sizes = [min(CHUNK, subjects - begin) for begin in range(0, subjects, CHUNK)]
    chunks = [_draw_chunk(random, size) for size in sizes]
    return {name: (_joined(chunks, name, 0), _joined(chunks, name, 1)) for name in (WITHIN, NOT_WITHIN)}


def _joined(chunks: list[dict[str, Fate]], name: str, place: int) -> Days:
    return np.concatenate([one[name][place] for one in chunks])


def _draw_chunk(random: np.random.Generator, n: int) -> dict[str, Fate]:
    people = draw_entrants(random, n)
    starts = np.floor(draw_starts(random, people))
    # A constant hazard forgets: who has not begun by the end of the grace waits from there as from the beginning. It
    # is a wait of its own, for that of somebody who did begin in time is a short one.
    late = GRACE_DAYS + 1 + np.floor(draw_starts(random, people))
    strategies = {WITHIN: np.minimum(starts, GRACE_DAYS), NOT_WITHIN: late}
    return {name: _fate(random, people, begun) for name, begun in strategies.items()}


def _fate(random: np.random.Generator, people: Entrants, begun: Floats) -> Fate:
    latent, schedule = draw_late_latent(random, Hazards.of(people), begun), draw_schedule(random, begun.size, PLAN)
    found = seen_progression(latent, schedule)
    last = np.where(schedule.scored, schedule.days, -1).max(axis=1)
    confirmed = np.minimum(found, NEVER - CONFIRMED_AFTER_DAYS) + CONFIRMED_AFTER_DAYS <= last
    return np.ceil(latent.progression).astype(np.int64), np.where(confirmed, found, NEVER)


def planted_truths(subjects: int = SUBJECTS) -> Iterator[Truth]:
    """All planted numbers, computed anew."""
    of = fates(subjects)
    (latent, _), (seen, error) = (_ratio(of[WITHIN][place], of[NOT_WITHIN][place]) for place in (0, 1))
    yield Truth(ENDPOINT, "hazard ratio", WITHIN, HORIZON_YEARS, seen, error, "ratio", latent, NOT_WITHIN)
    means = {}
    for name, (happens, found) in of.items():
        for years in EVENT_FREE_YEARS:
            day = years_to_days(years)
            share = float((found > day).mean())
            spread = math.sqrt(share * (1 - share) / subjects)
            yield Truth(ENDPOINT, "event-free", name, years, share, spread, "proportion", float((happens > day).mean()))
        days, other = (np.minimum(one, HORIZON) for one in (found, happens))
        means[name] = float(days.mean()), float(days.std() / math.sqrt(subjects)), float(other.mean())
        yield Truth(ENDPOINT, "restricted mean", name, HORIZON_YEARS, *means[name][:2], "days", means[name][2])
    (one, error, late), (other_one, other_error, other_late) = means[WITHIN], means[NOT_WITHIN]
    numbers = one - other_one, math.hypot(error, other_error), "days", late - other_late
    yield Truth(ENDPOINT, "restricted mean difference", WITHIN, HORIZON_YEARS, *numbers, NOT_WITHIN)


def _ratio(one: Days, other: Days) -> tuple[float, float]:
    days = np.concatenate((one, other))
    columns = {"within": np.repeat([1.0, 0.0], one.size)}
    fit = cox(np.minimum(days, HORIZON), days <= HORIZON, columns)
    ratio = math.exp(fit.coefficients[0])
    return ratio, ratio * float(fit.standard_errors[0])


def truth_text() -> str:
    """The `truth.toml` of the bundled cohort."""
    effects = {f"effects.{name}": asdict(one) for name, one in EFFECTS.items()}
    return truth_toml(_HEAD, {"strategies": {"grace_days": GRACE_DAYS}, **effects}, planted_truths())


_HEAD = f"""\
# SIMULATED: no real person's data. What the generator of the registry of late starts was told, and so what estimates
# from its records should find. Rebuild with: make cohorts
#
# effects: a hazard per year of the usual person before the stronger therapy (42 years, EDSS 4.0, one relapse before),
#   and the ratios that multiply it: treated, from its start on; by ten years older, by a point of EDSS, by each relapse
#   before. starts: the hazard of beginning it.
# strategies: to begin it within the grace (as people did, and on its last day at the latest), or not within it.
# latent: when progression happens. seen: when visits find it and a later visit confirms it.
#   Source: {SUBJECTS} simulated people who are never lost, made to follow each strategy, seed {SEED};
#   `seen_error` is the standard error. The hazard ratio is Cox's over {HORIZON_YEARS} years: of
#   strategies, which is nearer to 1 than that of the therapy.
"""


if __name__ == "__main__":
    sys.stdout.write(truth_text())
