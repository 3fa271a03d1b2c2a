"""Conditional power under the design, the estimate and the null, and predictive power, with looks still to come."""

from __future__ import annotations

import math
from dataclasses import replace

from pins import Answer, Inputs, Tolerance
from remission.stats.group_sequential.boundaries import Boundaries, find_boundaries
from remission.stats.group_sequential.conditional import conditional_power, conditional_powers, predictive_power
from remission.stats.group_sequential.crossing import ends_from, means_of_sums
from remission.stats.group_sequential.drift import scale_of_drifts
from remission.stats.group_sequential.going import Going
from remission.stats.sample_size.events import drift_of_events

TOLERANCE = Tolerance(1e-6, "mvtnorm integrates at random, to 1e-8 or so in five dimensions")


def numbers(text: object) -> tuple[float, ...]:
    """What a cell of the table lists."""
    return tuple(float(one) for one in str(text).split(";") if one)


def ours(inputs: Inputs, case: str, what: str) -> Answer:
    """Our answer, as to `3|predictive`, or `rpact|1.3`."""
    if case == "rpact":
        looks = find_boundaries(0.025, (0.4, 0.7, 1), "obrien-fleming")
        # rpact's ratio is above 1 where the treated have more events, and that is the side it tests.
        return [conditional_power(looks, 1, 1.5, -drift_of_events(100, float(what)) if what != "1" else 0.0)]
    row = {name: column[int(case) - 1] for name, column in inputs["looks"].items()}
    times, upper = numbers(row["fractions"]), numbers(row["upper"])
    looks = Boundaries(times, upper, numbers(row["futility"]) or None, (0.0,) * len(times))
    look, z, drift = int(row["look"]), float(row["z"]), float(row["drift"])
    match what:
        case "conditional":
            told = conditional_powers(looks, look, z, drift)
            return [told.design, told.estimate, told.null]
        case "means":
            now = times[look - 1]
            # A drift that grows with the time since the look: means of Z, one a look, turned into sums and back.
            by_look = [drift * max(time - now, 0.0) ** 2 / math.sqrt(time) for time in times]
            going = Going.from_point(now, z * math.sqrt(now))
            ends = ends_from(going, looks, means_of_sums(looks, by_look), keep_futility=True, seen=look)
            return [sum(above for above, _ in ends)]
        case "scale":
            # What is spent tells where to begin the search, and no more.
            begun = replace(looks, spent=(0.025,) * len(times))
            return [scale_of_drifts(begun, [2 * time for time in times], 0.85)]
        case "predictive":
            prior = (float(row["prior_mean"]), float(row["prior_sd"]))
            return [predictive_power(looks, look, z), predictive_power(looks, look, z, prior)]
    raise LookupError(what)
