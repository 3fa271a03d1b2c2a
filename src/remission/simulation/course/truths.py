"""The truth of a virtual cohort: what its records should give back, by a large draw from the same plan.

`latent` counts from when things happen, to everybody until death or the end of the study. `seen` is what records of
endless size would give: found at visits, missed, confirmed or not, and without those who left. Where people leave the
sooner for a worsening, or a worsening heals, the two differ, and no size of a cohort brings them together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from remission.simulation.cohorts.truth import Truth, truth_toml
from remission.simulation.course.design import Arm, Effect, Plan, Rescue
from remission.simulation.course.lives import draw_lives
from remission.simulation.course.measures import Numbers, greenwood_error, rate_with_error
from remission.simulation.course.seen import ENDPOINTS, Times, latent_counts, seen_counts
from remission.simulation.disease import YEAR_DAYS, Days, Flags
from remission.stats.horizons import years_to_days
from remission.stats.regression.cox import cox
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier

# A cohort must not be a part of what it is compared with. NumPy cuts a seed into words of 32 bits and lays the purpose
# of a stream behind them: a second word that is no purpose keeps this seed apart from every seed of one word.
SEED, PEOPLE = 2**63 + 20261201, 100_000
AT_YEARS = (1, 2, 3, 5)
RATE_OF = "relapse-30d"


@dataclass(frozen=True, eq=False)
class _Sample:
    """Many people: their arm, of each endpoint when it was seen and when it happened, and their relapses and days."""

    arm: Days
    seen: Mapping[str, Times]
    latent: Mapping[str, Times]
    seen_counts: tuple[Days, Days]
    latent_counts: tuple[Days, Days]


def planted_truths(plan: Plan, people: int = PEOPLE, seed: int = SEED) -> Iterator[Truth]:
    """Every truth of a plan, from so many people."""
    sample = _draw(plan, people, seed)
    for endpoint in ENDPOINTS:
        for place, arm in enumerate(plan.design.arms):
            yield from _event_free(plan, sample, endpoint, place, arm)
        yield from _hazard_ratios(plan, sample, endpoint)
    yield from _rates(plan, sample)


def _draw(plan: Plan, people: int, seed: int) -> _Sample:
    arms: list[Days] = []
    counts: list[tuple[Days, ...]] = []
    times: dict[str, list[list[Days | Flags]]] = {endpoint: [] for endpoint in ENDPOINTS}
    for lives in draw_lives(plan, people, seed):
        # Of each chunk only days and counts are kept: a hundred thousand people with all their events are not held at
        # once.
        arms.append(lives.people.arm)
        counts.append((*seen_counts(lives), *latent_counts(lives)))
        for endpoint, both in ENDPOINTS.items():
            found = [when(lives) for when in both]
            times[endpoint].append([column for one in found for column in (one.exit, one.event)])
    joined = {name: [np.concatenate(parts) for parts in zip(*rows, strict=True)] for name, rows in times.items()}
    seen = {name: Times(columns[0], columns[1]) for name, columns in joined.items()}
    latent = {name: Times(columns[2], columns[3]) for name, columns in joined.items()}
    events, days, truly, alive = (np.concatenate(parts) for parts in zip(*counts, strict=True))
    return _Sample(np.concatenate(arms), seen, latent, (events, days), (truly, alive))


def _event_free(plan: Plan, sample: _Sample, endpoint: str, place: int, arm: Arm) -> Iterator[Truth]:
    mine = sample.arm == place
    seen, latent = (
        kaplan_meier(times.exit[mine], times.event[mine]) for times in (sample.seen[endpoint], sample.latent[endpoint])
    )
    for years in AT_YEARS:
        day = years_to_days(years)
        # After the last visit nobody is looked at, and a curve would only be drawn on.
        if years > plan.design.visits.years or seen.known_until < day:
            continue
        free, truly = (float(curve.survival_on([day]).item()) for curve in (seen, latent))
        # A latent curve may end before the day, with the death of the last who were free.
        known = None if math.isnan(truly) else truly
        yield Truth(endpoint, "event-free", arm.name, years, free, _error(seen, day, free), "proportion", known)


def _error(curve: Curve, day: int, free: float) -> float:
    """Greenwood's standard error of a height; where nothing happened yet, that one event could have moved it."""
    return greenwood_error(curve, day, free) or 1 / curve.n


def _hazard_ratios(plan: Plan, sample: _Sample, endpoint: str) -> Iterator[Truth]:
    seen, latent = sample.seen[endpoint], sample.latent[endpoint]
    for place, arm, control in _contrasts(plan):
        both = (sample.arm == place) | (sample.arm == control)
        treated = sample.arm[both] == place
        found = _ratio(seen, both, treated)
        truly = _ratio(latent, both, treated)
        if found is None:
            continue
        # A truth is of whole years; a study of less than one is told as one of a year.
        years, latent_ratio = max(plan.design.visits.years, 1), None if truly is None else truly[0]
        yield Truth(endpoint, "hazard ratio", arm, years, *found, "ratio", latent_ratio, plan.design.control)


def _ratio(times: Times, both: Flags, treated: Flags) -> Numbers | None:
    """Hazard ratio and its standard error; None where an arm has no event."""
    event = times.event[both]
    # The ratio would be 0 or infinite, and have no error.
    if not (event[treated].any() and event[~treated].any()):
        return None
    fit = cox(times.exit[both], event, {"treated": treated.astype(np.float64)})
    ratio = math.exp(float(fit.coefficients[0]))
    return ratio, ratio * float(fit.standard_errors[0])


def _contrasts(plan: Plan) -> Iterator[tuple[int, str, int]]:
    names = [arm.name for arm in plan.design.arms]
    control = names.index(plan.design.control)
    return ((place, name, control) for place, name in enumerate(names) if place != control)


def _rates(plan: Plan, sample: _Sample) -> Iterator[Truth]:
    years = max(plan.design.visits.years, 1)
    places = range(len(plan.design.arms))
    seen, truly = (
        [rate_with_error(events[sample.arm == place], days[sample.arm == place] / YEAR_DAYS) for place in places]
        for events, days in (sample.seen_counts, sample.latent_counts)
    )
    for place, arm in enumerate(plan.design.arms):
        yield Truth(
            RATE_OF, "annualised rate", arm.name, years, *seen[place], "events per person-year", truly[place][0]
        )
    for place, arm_name, control in _contrasts(plan):
        (rate, error), (other, other_error) = seen[place], seen[control]
        # What is seen has happened, so where these two are above 0 the latent rates are.
        if not rate or not other:
            continue
        ratio = rate / other
        # Arms are different people, so the squares of their relative errors add up.
        error_of_ratio = ratio * math.hypot(error / rate, other_error / other)
        latent = truly[place][0] / truly[control][0]
        yield Truth(RATE_OF, "rate ratio", arm_name, years, ratio, error_of_ratio, "ratio", latent, plan.design.control)


def truth_text(plan: Plan, truths: Sequence[Truth], cohort_seed: int, n: int, people: int = PEOPLE) -> str:
    """The `truth.toml` of a cohort: what it was drawn from, and what its records should give back."""
    tables: dict[str, Mapping[str, object]] = {"cohort": {"design": plan.design.name, "people": n, "seed": cohort_seed}}
    tables["course"] = {name: one.value for name, one in plan.course.parameters.items()}
    tables["status"] = {name: one.status for name, one in plan.course.parameters.items()}
    for place, arm in enumerate(plan.design.arms, 1):
        tables[f"arms.{place}"] = {"name": arm.name, **dict(_told(arm))}
    return truth_toml(_head(plan, people), tables, truths)


def _told_effects(record: Arm | Rescue, before: str = "") -> Iterator[tuple[str, object]]:
    for name in ("relapses", "lesions", "steps", "death", "leaving"):
        # A switch has no effect on death or leaving, and so no such field.
        effect = getattr(record, name, None)
        if isinstance(effect, Effect):
            yield f"{before}{name}_ratio", effect.ratio
            yield f"{before}{name}_delay_months", effect.delay_months
            yield f"{before}{name}_halves_after_months", effect.halves_after_months
            yield f"{before}{name}_status", effect.status


def _told(arm: Arm) -> Iterator[tuple[str, object]]:
    yield from _told_effects(arm)
    for name in ("quiet_share", "early_death_share", "gain"):
        if getattr(arm, name) is not None:
            yield name, arm.share(name)
            yield f"{name}_status", getattr(arm, name).status
    if arm.rescue is not None:
        yield "rescue_therapy", arm.rescue.therapy
        yield "rescue_after", " or ".join(arm.rescue.after)
        yield "rescue_after_days", arm.rescue.after_days
        yield "rescue_share", arm.rescue.share.value
        yield "rescue_share_status", arm.rescue.share.status
        yield from _told_effects(arm.rescue, "rescue_")


def _head(plan: Plan, people: int) -> str:
    assumed = sum(one.status == "assumed" for one in plan.course.parameters.values())
    return f"""\
# SIMULATED: no real person's data. What this cohort was drawn from, and what estimates from its records should find.
# Of {len(plan.course.parameters)} parameters of the course {assumed} are assumed: see [status].
#
# seen: what records of endless size would give, found at visits by people some of whom leave; `seen_error` is the
#   standard error of the {people:,} simulated people it is taken from, seed {SEED}.
# latent: of the same people, from when things happen, until death or the end of the study, whoever leaves.
# A cohort's estimate should lie about `seen`. How far that is from `latent` is what visits, ratings and leaving do.
# By the names of the library: relapse-free, cdp-24w, neda-3 and death as time to the first event; relapse-30d as a
#   rate over the whole of follow-up. cdp-24w latent: the first day on which the lasting part of the score has risen by
#   its step; neda-3 latent: the first relapse, new lesion or such a day.
"""
