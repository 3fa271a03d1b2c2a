"""Strata of a trial of time to an event: what a stratified test sees of them, and what one sees that mixes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.not_a_design import refuse
from remission.stats.sample_size.at_risk import AtRisk
from remission.stats.sample_size.average_ratio import AverageRatio
from remission.stats.sample_size.weighted import LOG_RANK, Stratum, expected_scores
from remission.trials.design.formulas import Formula

if TYPE_CHECKING:
    from remission.stats.sample_size.piecewise import Floats

FORMULAS = (
    Formula("Stratified log-rank test", "expected scores of each stratum under accrual, hazards and losses, added up",
            "Schoenfeld 1981, doi:10.1093/biomet/68.1.316; Lakatos 1988, doi:10.2307/2531910"),
    Formula("Plain test, arms having equal shares of strata", "its variance less what lies between strata of an arm",
            "derived here from Lin & Wei 1989, doi:10.1080/01621459.1989.10478874"),
)  # fmt: skip


def mixed(strata: Sequence[Stratum]) -> Stratum:
    """Everybody in one stratum, as a test sees them that does not know the strata.

    At each time the hazard of an arm is the mean over those of it who are still at risk: whoever has the larger hazard
    leaves first, and what is proportional in each stratum is not so in all of them together. All strata must have been
    looked at by the same calendar but for their hazards.
    """
    shares, first = np.array([one.share for one in strata]), strata[0].seen

    def mean(values: Sequence[Floats]) -> Floats:
        return np.asarray(np.tensordot(shares, np.stack(values), 1))

    at_risk = mean([one.seen.at_risk for one in strata])
    hazards = AtRisk.over_those_left(mean([one.seen.at_risk * one.seen.hazards for one in strata]), at_risk)
    free = mean([one.seen.free for one in strata])
    # Times and widths may be those of any stratum: where pieces begin hangs on the calendar and not on a factor.
    return Stratum(1.0, AtRisk(first.times, first.widths, at_risk, hazards, free, first.pieces))


def mean_of_z(strata: Sequence[Stratum], people: float) -> float:
    """The mean of the Z of a log-rank test, stratified if there is more than one stratum, of `people` in all.

    By expected scores, as `power_for_weighted`; NotADesign as `expected_scores`.
    """
    # Both moments are of one person: with n people the mean grows by n, and its spread by the root of n.
    (mean,), covariance = expected_scores([LOG_RANK], strata)
    return float(mean * math.sqrt(people / covariance[0, 0]))


def spread_of_plain_z(strata: Sequence[Stratum], treated: float) -> float:
    """The standard deviation of the Z of a log-rank test that does not know the strata, where arms share them equally.

    The test takes its variance for that of people who came to their arms by chance alone. Arms that have the same
    share of each stratum cannot differ by it, so Z spreads by less than 1: the test claims too little, also where
    there is no effect. Of the variance of a person's part in the score, by Lin & Wei 1989,
    doi:10.1080/01621459.1989.10478874, what lies between the strata of an arm is taken away. treated: their share of
    the people. NotADesign where by this nothing were left of it.
    """
    whole = mixed(strata)
    # The variance that the test divides by, which knows of no strata.
    _, covariance = expected_scores([LOG_RANK], [whole])
    at_risk, pooled, shares = whole.seen.at_risk, whole.seen.pooled, np.array([one.share for one in strata])
    of_treated = AtRisk.over_those_left(at_risk[:, 1], at_risk.sum(axis=1))
    between = 0.0
    for arm, share_of_arm in enumerate((1 - treated, treated)):
        # What one event adds to the score: 1 less the share of the treated at risk, or minus that share. With the
        # pooled hazard taken off it is a person's part by Lin & Wei; over the share of the arm, for those at risk are
        # counted as a share of everybody.
        weight = whole.seen.widths * (arm - of_treated)
        parts = (
            np.array([weight @ (one.seen.at_risk[:, arm] * (one.seen.hazards[:, arm] - pooled)) for one in strata])
            / share_of_arm
        )
        between += share_of_arm * float(shares @ parts**2 - (shares @ parts) ** 2)
    left = 1 - between / float(covariance[0, 0])
    if not left > 0:
        refuse(["strata so far apart leave nothing to chance: there is no formula for a test that does not know them"])
    return math.sqrt(left)


def ratio_over_strata(shares: Sequence[float], ratios: Sequence[AverageRatio]) -> AverageRatio:
    """The average hazard ratio of all strata at one time: the mean logarithm, weighted by the events of each.

    ratios: of each stratum as if everybody were in it. None where a stratum has none; the mean of Z is not told.
    """
    events = [share * one.events for share, one in zip(shares, ratios, strict=True)]
    total = math.fsum(events)
    if any(one.ratio is None for one in ratios):
        return AverageRatio(ratios[0].at, None, total, None)
    # Logarithms are averaged, so that ratios of 0.5 and 2 have their middle at 1; none is None any more, and the 1 is
    # for the type alone.
    logs = math.fsum(count * math.log(one.ratio or 1.0) for count, one in zip(events, ratios, strict=True)) / total
    return AverageRatio(ratios[0].at, math.exp(logs), total, None)
