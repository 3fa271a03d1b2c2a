"""Shares free of the event had everybody been in each group: what an adjusted and an unadjusted answer share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.report.asked import Asked, once
from remission.report.hazards.fitted import FittedModel
from remission.report.hazards.ratio_words import averaged_sentences
from remission.report.models.compared import Compared, answer
from remission.report.models.hazard_ratios import estimate_hazard_ratios_by_group
from remission.stats.estimates import Estimates
from remission.stats.horizons import years_to_days
from remission.stats.regression.cox import CoxFit
from remission.stats.regression.estimates import NOT_COLLAPSIBLE
from remission.stats.regression.standardised import estimate_standardised

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Estimation

# A second of processor time for 200 or 500 people. Of more people fewer draws, so that a report stays quick: of 200
# draws the percentiles move by some tenth of an interval's width.
MOST_DRAWS, FEWEST_DRAWS, PERSONS_DRAWN = 1000, 200, 500_000
PLACE = 20
SEED = 0


@once
def estimate_averaged(asked: Asked) -> Estimates | None:
    """The shares at the chosen times, averaged over all people of the adjusted model, and their differences.

    Limits are percentiles of a bootstrap of people. None where nothing is held alike or no such model can be fitted,
    and for a penalised model, whose draws would each need its own.
    """
    found = estimate_hazard_ratios_by_group(asked)
    model = found.adjusted if found else None
    if not isinstance(model, FittedModel) or not isinstance(model.fit, CoxFit):
        return None
    return _averaged(model, model.fit, asked.choices)


def compared(asked: Asked) -> Compared | None:
    """The differences of the averaged shares."""
    found = estimate_averaged(asked)
    if found is None:
        return None
    contrasts = Estimates(found.frame.filter(pl.col("against").is_not_null()))
    return Compared(contrasts, said=(*answer(averaged_sentences(found)), NOT_COLLAPSIBLE))


def draws_of(persons: int) -> int:
    """How many times so many people are drawn anew.

    >>> draws_of(196), draws_of(1000), draws_of(1_000_000)
    (1000, 500, 200)
    """
    return min(MOST_DRAWS, max(FEWEST_DRAWS, PERSONS_DRAWN // persons))


def _averaged(model: FittedModel, fit: CoxFit, choices: Estimation) -> Estimates:
    names = [column.name for column in model.design.group_columns]
    reference = str(model.design.reference)
    arms = {reference: dict.fromkeys(names, 0.0)}
    arms |= {str(one.level): dict.fromkeys(names, 0.0) | {one.name: 1.0} for one in model.design.group_columns}
    days = [years_to_days(year) for year in choices.at_years]
    found = estimate_standardised(fit, arms, days, model.level, draws=draws_of(model.design.people.height), seed=SEED)
    provenance = model.design.outcome.provenance
    what = pl.format("{}: {}", pl.lit(model.design.outcome.endpoint.event_free), pl.col("what")).alias("what")
    labelled = found.labelled(
        adjusted_for=model.design.adjusted_for,
        study=provenance.cohort,
        population=model.design.population,
        standing=provenance.kind,
    )
    return Estimates(labelled.frame.with_columns(what))
