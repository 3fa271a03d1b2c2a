"""How many times as fast one group has the event as another: crude and adjusted, in many people and in few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.tabular import Tabular
from remission.report.asked import Asked, once
from remission.report.curves.first_events import estimate_parts, estimate_whole
from remission.report.few_persons import has_exact_test
from remission.report.groups import GROUP
from remission.report.hazards.crossing import Crossing, find_crossings
from remission.report.hazards.fitted import FEW_PEOPLE, FittedModel, fit_model, fit_penalised
from remission.report.hazards.over_time import Proportional
from remission.report.hazards.ratio_words import ADJUSTED, caution_sentences, short_sentences
from remission.report.hazards.wording import NOT_ADJUSTED
from remission.report.models.compared import Compared, NamedTest, answer
from remission.report.models.covariates import ADJUST, STRATA
from remission.report.models.design import Design
from remission.stats.estimates import Estimates
from remission.stats.permutations import MOST_ENUMERATED
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.permutation import permutation_log_rank

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.report.event_free import EventFree
    from remission.stats.estimates import TestResult

# As small as the trial this project began with: there the ordinary limits are not to be trusted alone.
FEW = MOST_ENUMERATED
PLACE = 10
Model = FittedModel | NotEstimable


@dataclass(frozen=True, eq=False, repr=False)
class HazardRatios(Tabular):
    """The ratios of hazards of one endpoint by group, each model fitted or with the reasons why it cannot be.

    `crude` compares all who were followed; `adjusted` holds covariates and strata alike, of those who have them, and is
    None where nothing was asked for; `same_people` is the crude model of these where they are fewer. `in_few` has the
    same models by Firth's penalised likelihood where there are at most 24 people, and `permutation` the log-rank test
    by permutation. `crossings` are the curves that cross.
    """

    outcome: Outcome
    by: str
    crude: Model
    adjusted: Model | None = None
    same_people: Model | None = None
    in_few: tuple[FittedModel, ...] = ()
    permutation: TestResult | None = None
    crossings: tuple[Crossing, ...] = ()

    @property
    def fitted(self) -> tuple[FittedModel, ...]:
        """All models that could be fitted, in the order of tables."""
        models = (self.crude, self.same_people, self.adjusted, *self.in_few)
        return tuple(one for one in models if isinstance(one, FittedModel))

    @property
    def shown(self) -> FittedModel | None:
        """The model that the answer is from: the adjusted one where it was asked for and can be fitted."""
        return next((one for one in (self.adjusted, self.crude) if isinstance(one, FittedModel)), None)

    @property
    def refused(self) -> tuple[tuple[str, NotEstimable], ...]:
        """Which models cannot be fitted, and why."""
        named = ((NOT_ADJUSTED, self.crude), (ADJUSTED, self.adjusted))
        return tuple((name, one) for name, one in named if isinstance(one, NotEstimable))

    @cached_property
    def proportional(self) -> Proportional | None:
        """Is the ratio the same at all times? Of the model shown; None of a penalised one."""
        return Proportional.of(self.shown) if self.shown else None

    @property
    def misleads(self) -> bool:
        """Do curves that cross, or the test of proportional hazards, speak against one ratio for all times?"""
        return bool(self.crossings) or bool(self.proportional and self.proportional.speaks_against)

    @property
    def several(self) -> bool:
        """Is more than one group compared with the reference?"""
        return any(one.holm for one in self.fitted)

    @property
    def estimates(self) -> Estimates:
        """Every ratio of every model."""
        return Estimates.together([one.estimates for one in self.fitted])

    @property
    def said(self) -> str:
        """Of which outcome, by which column."""
        return f"{self.outcome.said}; by {self.by}, {len(self.fitted)} models"

    def _rows(self) -> pl.DataFrame:
        return self.estimates.frame


@once
def estimate_hazard_ratios_by_group(asked: Asked) -> HazardRatios | None:
    """The hazard ratios of the endpoint, to the first event; None where people are not divided.

    InputProblems for columns that cannot be held alike, and for any where people are not divided.
    """
    if asked.divided_by is None:
        _check_nothing_held(asked)
        return None
    return _estimate(asked, asked.outcome, estimate_whole(asked))


@once
def estimate_hazard_ratios_of_parts(asked: Asked) -> tuple[HazardRatios, ...]:
    """The same for each component of a composite, in its order, with the baseline EDSS of the whole."""
    if asked.divided_by is None:
        return ()
    pairs = zip(asked.outcome.parts, estimate_parts(asked), strict=True)
    return tuple(_estimate(asked, part, curves) for part, curves in pairs)


def compared(asked: Asked) -> Compared | None:
    """The ratios of groups by each model, with their tests; the first sentence is that of the model shown."""
    found = estimate_hazard_ratios_by_group(asked)
    if found is None:
        return None
    title = found.outcome.endpoint.event_free
    rows = [Estimates(model.estimates.frame.head(len(model.design.group_columns))) for model in found.fitted]
    tests = [
        NamedTest("hazard ratio", model.tests[one.name], title, one.level, one.against, model.design.adjusted_for)
        for model in found.fitted
        for one in model.design.group_columns
    ]
    tests += [NamedTest("log-rank test by permutation", found.permutation, title)] if found.permutation else []
    said = (*answer(short_sentences(found)), *caution_sentences(found))
    return Compared(Estimates.together(rows), tuple(tests), said)


def _check_nothing_held(asked: Asked) -> None:
    given = [(option, name) for option, names in ((ADJUST, asked.adjust), (STRATA, asked.strata)) for name in names]
    if given:
        do = "Name the groups to compare with --group-by, or leave it out."
        raise InputProblems(
            Problem.at_key(option, name, found="nothing to compare", allowed="a comparison of groups", do=do)
            for option, name in given
        )


def _estimate(asked: Asked, outcome: Outcome, curves: EventFree) -> HazardRatios:
    assert asked.divided_by is not None
    crude = _model(asked, outcome, held=False)
    held = bool(asked.adjust or asked.strata)
    adjusted = _model(asked, outcome, held=True) if held else None
    fewer = isinstance(adjusted, FittedModel) and adjusted.design.people.height < adjusted.design.compared
    ratio = adjusted if isinstance(adjusted, FittedModel) else None
    return HazardRatios(
        outcome.first,
        asked.divided_by,
        crude,
        adjusted,
        _attempt(lambda: fit_model(ratio.design.crude(), asked.choices.level)) if ratio and fewer else None,
        tuple(_in_few(crude, adjusted)),
        None if has_exact_test(curves) else _permutation(crude),
        find_crossings(curves),
    )


def _model(asked: Asked, outcome: Outcome, *, held: bool) -> Model:
    adjust, strata = (asked.adjust, asked.strata) if held else ((), ())
    return _attempt(
        lambda: fit_model(
            Design.of(outcome, asked.cohort, asked.group_by, adjust, strata, baseline_of=asked.outcome),
            asked.choices.level,
        )
    )


def _attempt(fit: Any) -> Model:
    try:
        model: FittedModel = fit()
    except NotEstimable as refused:
        return refused
    return model


def _in_few(*models: Model | None) -> Iterator[FittedModel]:
    """Firth's penalised likelihood of few people beside Cox's model, where that was fitted."""
    for model in models:
        if isinstance(model, FittedModel) and not model.penalised and model.design.people.height <= FEW:
            found = _attempt(lambda one=model: fit_penalised(one.design, one.level, because=FEW_PEOPLE))
            if isinstance(found, FittedModel):
                yield found


def _permutation(crude: Model) -> TestResult | None:
    """Of two groups of together at most 24 people, all watched from the start and counted alike."""
    if not isinstance(crude, FittedModel) or len(crude.design.groups) != 2 or crude.design.people.height > FEW:
        return None
    arrays = crude.design.arrays
    if arrays["entry"] is not None or arrays["weight"] is not None:
        return None
    return permutation_log_rank(arrays["exit"], arrays["event"], np.asarray(crude.design.people[GROUP].to_list()))
