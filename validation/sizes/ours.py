"""Sizes and power by endpoint: shares, counts, one arm against history, weighted log-rank tests, restricted means."""

from __future__ import annotations

import math

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.sample_size.at_risk import expect_at_risk
from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, PiecewiseHazard
from remission.stats.sample_size.counts import people_for_rates, power_for_rates
from remission.stats.sample_size.exposure import Exposure
from remission.stats.sample_size.max_combo import bound_of_largest, people_for_max_combo, power_for_max_combo
from remission.stats.sample_size.normal_boxes import chance_below
from remission.stats.sample_size.one_sample import (
    exact_power_for_one_sample,
    people_for_one_sample,
    power_for_one_sample,
)
from remission.stats.sample_size.proportions import exact_power_for_shares, people_for_shares, power_for_shares
from remission.stats.sample_size.restricted_mean import (
    expected_gain,
    people_for_restricted_mean,
    power_for_restricted_mean,
)
from remission.stats.sample_size.weighted import (
    Stratum,
    Weighting,
    expected_scores,
    people_for_weighted,
    power_for_weighted,
)

TOLERANCE = Tolerance(
    1e-7, "R and we integrate by different rules, and R within integrals; a wrong formula shows in the third digit"
)
FOUR = (Weighting(0, 0), Weighting(1, 0), Weighting(0, 1), Weighting(1, 1))
THREE = (FOUR[0], FOUR[2], FOUR[3])


def ours(inputs: Inputs, table: str, case: str) -> Answer:
    """Our answer, as to `shares|7`; what has an inverse is asked back, so that the inverse is pinned with it."""
    name = table if table in inputs else "two_arms"
    row = {column: values[int(case) - 1].item() for column, values in inputs[name].items()}
    return _ANSWERS[table](row)


def _shares(row: dict[str, float]) -> Answer:
    control, treated, alpha, power = row["control"], row["treated"], row["alpha"], row["power"]
    people = people_for_shares(control, treated, alpha=alpha, power=power, allocation=row["allocation"])
    assert abs(power_for_shares(control, treated, people, alpha=alpha) - power) < 1e-9
    few = int(row["people"])
    # Halves to the even number, as R rounds.
    exact = exact_power_for_shares(control, treated, (few, round(few * row["allocation"])), alpha=alpha)
    return [*people, exact]


def _rates(row: dict[str, float]) -> Answer:
    exposure = Exposure.planned(row["least"], row["most"], row["dropout"])
    given = (row["control"], row["treated"], row["dispersion"], exposure)
    sizes = [exposure.mean]
    for null, followed in (("reference", "average"), ("true", "average"), ("pooled", "average"), ("true", "each")):
        how = {"alpha": 0.025, "null": null, "followed": followed}
        people = people_for_rates(*given, power=row["power"], allocation=row["allocation"], **how)  # type: ignore[arg-type]
        assert abs(power_for_rates(*given, people, **how) - row["power"]) < 1e-9  # type: ignore[arg-type]
        sizes.append(people[0])
    return sizes


def _one_arm(row: dict[str, float]) -> Answer:
    hazard, ratio = Exposure.planned(row["least"], row["most"]), row["ratio"]
    sizes = []
    for variance in ("expected", "mean"):
        people = people_for_one_sample(ratio, hazard, alpha=0.05, power=0.8, variance=variance)  # type: ignore[arg-type]
        back = power_for_one_sample(ratio, hazard, people, alpha=0.05, variance=variance)  # type: ignore[arg-type]
        assert abs(back - 0.8) < 1e-9
        sizes.append(people)
    people, end = int(row["people"]), row["hazard"]
    exact = [
        exact_power_for_one_sample(of, end, people, alpha=0.05, variance=variance)  # type: ignore[arg-type]
        for of, variance in ((1, "expected"), (1, "mean"), (ratio, "expected"))
    ]
    return [*sizes, *exact]


def _calendar(row: dict[str, float]) -> Calendar:
    def arm(share: float, early: float, late: float) -> Arm:
        return Arm(
            PiecewiseHazard((0.0, row["change"]), (early, late)), share, PiecewiseHazard.constant(row["dropout"])
        )

    share = row["treated_share"]
    arms = (arm(1 - share, row["early"], row["late"]), arm(share, row["treated_early"], row["treated_late"]))
    return Calendar(row["people"], Accrual((0.0,), (row["people"] / row["accrual"],)), arms)


def _strata(row: dict[str, float]) -> list[Stratum]:
    """The people twice over as two strata of unequal size: what they add up to must be what they are together."""
    seen = expect_at_risk(row["at"], _calendar(row))
    return [Stratum(0.3, seen), Stratum(0.7, seen)]


def _two_arms(row: dict[str, float]) -> Answer:
    means, covariance = expected_scores(FOUR, _strata(row))
    for one, mean in zip(FOUR, means, strict=True):
        power = power_for_weighted(one, _strata(row), row["people"], alpha=0.025)
        if mean > 0 and power > 0.03:
            people = people_for_weighted(one, _strata(row), alpha=0.025, power=power)
            assert math.isclose(people, row["people"], rel_tol=1e-6)
    # Column by column, as R walks an upper triangle.
    return [*means, *(covariance[above, at] for at in range(4) for above in range(at + 1))]


def _combined(row: dict[str, float]) -> Answer:
    _, covariance = expected_scores(THREE, _strata(row))
    size = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(size, size)
    bound = bound_of_largest(correlation, alpha=0.025)
    assert abs(chance_below(np.full(3, bound), correlation) - 0.975) < 1e-8
    power = power_for_max_combo(_strata(row), row["people"], alpha=0.025, weightings=THREE)
    if 0.1 < power < 0.999:
        back = people_for_max_combo(_strata(row), alpha=0.025, power=power, weightings=THREE)
        assert math.isclose(back, row["people"], rel_tol=1e-4)
    return [bound, power]


def _gain(row: dict[str, float]) -> Answer:
    calendar = _calendar(row)
    horizon = 0.75 * row["at"]
    gain, variance = expected_gain(row["at"], calendar, horizon)
    power = power_for_restricted_mean(row["at"], calendar, horizon, alpha=0.025)
    if gain > 0 and 0.03 < power < 1 - 1e-9:
        people = people_for_restricted_mean(row["at"], calendar, horizon, alpha=0.025, power=power)
        assert math.isclose(people, row["people"], rel_tol=1e-6)
    return [gain, variance]


_ANSWERS = {
    "shares": _shares,
    "rates": _rates,
    "one_arm": _one_arm,
    "two_arms": _two_arms,
    "combined": _combined,
    "gain": _gain,
}
