"""Hazard ratios where death competes, kind by kind: of rates among those still free, and of the subdistribution."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.exhibits.wording import count
from remission.report.hazards.wording import adjusted_words, columns_words
from remission.report.models.compared import NamedTest
from remission.report.models.design import Design
from remission.report.models.incidence import DEATH, EVENT, ending_words
from remission.stats.competing.estimates import estimate_subdistribution_ratios
from remission.stats.competing.fine_gray import fine_gray
from remission.stats.estimates import Estimates
from remission.stats.regression.chi_squared import ChiSquared
from remission.stats.regression.cox import cox
from remission.stats.regression.estimates import estimate_hazard_ratios
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort
    from remission.report.groups import GroupBy
    from remission.stats.competing.fine_gray import FineGrayFit
    from remission.stats.estimates import TestResult
    from remission.stats.regression.cox import CoxFit

CAUSE_SPECIFIC, SUBDISTRIBUTION = "cause-specific hazard ratio", "subdistribution hazard ratio"
Causes = NDArray[np.int64]
KINDS = (EVENT, DEATH)


@dataclass(frozen=True)
class RatiosApart:
    """Ratios of each group to the reference, a row a kind, model and adjustment, with the Wald test of each row.

    `what` is "Relapse: cause-specific hazard ratio", "Death before a relapse: ..." and the like. `said` tells who was
    left out, `refused` which models could not be fitted, and why.
    """

    estimates: Estimates
    tests: tuple[NamedTest, ...]
    said: tuple[str, ...]
    refused: tuple[str, ...]


def estimate_ratios_apart(
    outcome: Outcome,
    cohort: Cohort,
    endings: pl.DataFrame,
    by: GroupBy,
    held: tuple[Sequence[str], Sequence[str]],
    level: float,
) -> RatiosApart:
    """Ratios of the event and of death without it, crude and with what is `held` alike: covariates, and strata."""
    try:
        design = Design.of(_ended(outcome, endings), cohort, by, *held, baseline_of=outcome)
    except NotEstimable as why:
        return RatiosApart(Estimates.together([]), (), (), why.reasons)
    causes = endings.select("subject_id", cause=pl.col("ended_by").replace_strict({"event": 1, "death": 2}, default=0))
    cause = design.people.join(causes, on="subject_id", how="left", maintain_order="left")["cause"].to_numpy()
    rows, tests, refused = [], [], []
    words = ending_words(outcome.endpoint)
    for model, kind, what in _models(design):
        about = {"what": f"{words[kind]}: {what}", "adjusted_for": model.adjusted_for, **model.labels}
        try:
            found = list(_of_groups(model, *FITTED[what](model, cause, kind, level)))
        except NotEstimable as why:
            alike = f", {adjusted_words(model.adjusted_for)}," if model.adjusted_for else ""
            refused.append(f"{words[kind]}: {what}{alike} not estimable: {'; '.join(why.reasons)}.")
            continue
        rows += [row | about for row, _ in found]
        tests += [_named(test, about, row, outcome) for row, test in found]
    said = (*_only_died(outcome, design), *_left_out(design), *design.said)
    return RatiosApart(Estimates.of(rows), tuple(tests), said, tuple(refused))


def _models(design: Design) -> Iterator[tuple[Design, int, str]]:
    """Each kind of ending by each kind of ratio, crude and then with what is held alike."""
    yield from product([design.crude()], KINDS, FITTED)
    if design.held:
        # The subdistribution has no strata; without covariates nothing is left but the crude one.
        yield from product([design], KINDS, [CAUSE_SPECIFIC])
    if design.adjust:
        yield from product([replace(design, strata=())], KINDS, [SUBDISTRIBUTION])


def _named(test: TestResult, about: Mapping[str, Any], row: Mapping[str, Any], outcome: Outcome) -> NamedTest:
    held = about["adjusted_for"]
    return NamedTest(about["what"], test, outcome.endpoint.title, row["group"], row["against"], held)


def _only_died(outcome: Outcome, design: Design) -> Iterator[str]:
    """Who is in these ratios and in no other, which would else have other counts without a word."""
    began = pl.max_horizontal("entry_day", "origin_day")
    unseen = outcome.first.spells.filter(pl.col("exit_day") <= began)
    if many := design.people.join(unseen, on="subject_id", how="semi").height:
        whom = f"{count(many, 'person')} of whom nothing but the death is known"
        yield f"{whom} {'counts' if many == 1 else 'count'} in these ratios, and in none that censor deaths."


def _left_out(design: Design) -> Iterator[str]:
    """Who is in the incidence and not in what knows no late entry; and which strata are in one ratio alone."""
    if design.strata:
        strata = columns_words(design.strata)
        yield f"The subdistribution ratios know no strata: {strata} is held alike in the others alone."
    late = design.people.filter(pl.col("entry") > 0).height
    if late:
        whom = f"{count(late, 'person')} who came under observation after time began"
        left = f"{whom} {'is' if late == 1 else 'are'} left out of them"
        yield f"Gray's test and the subdistribution ratios know no late entry: {left}."


def _ended(outcome: Outcome, endings: pl.DataFrame) -> Outcome:
    """The outcome with everybody's time up to the event or to a death that competes."""
    spells = endings.with_columns(exit_day=pl.col("until_day")).select(outcome.spells.columns)
    return replace(outcome, spells=spells)


def _cause_specific(model: Design, cause: Causes, kind: int, level: float) -> tuple[Estimates, CoxFit]:
    fit = cox(**model.arrays | {"event": cause == kind})
    return estimate_hazard_ratios(fit, level), fit


def _subdistribution(model: Design, cause: Causes, kind: int, level: float) -> tuple[Estimates, FineGrayFit]:
    arrays = model.arrays
    if arrays["weight"] is not None or arrays["strata"] is not None:
        raise NotEstimable(["this model knows neither weights nor strata"])
    # It has no late entry: who entered late is left out here, and said.
    early = model.people["entry"].to_numpy() <= 0
    if not (cause[early] == kind).any():
        raise NotEstimable(["nobody had it, so nothing tells who is at higher risk"])
    columns = {name: column[early] for name, column in arrays["covariates"].items()}
    try:
        fit = fine_gray(arrays["exit"][early], cause[early], columns, failure=kind)
    except NotEstimable:
        raise
    except ValueError as why:
        # More people and days than its pieces have room for: an answer on a page, and no error.
        raise NotEstimable([str(why)]) from None
    return estimate_subdistribution_ratios(fit, level), fit


FITTED: Mapping[str, Callable[[Design, Causes, int, float], tuple[Estimates, CoxFit | FineGrayFit]]] = {
    CAUSE_SPECIFIC: _cause_specific,
    SUBDISTRIBUTION: _subdistribution,
}


def _of_groups(
    model: Design, estimates: Estimates, fit: CoxFit | FineGrayFit
) -> Iterator[tuple[dict[str, Any], TestResult]]:
    by_name = {str(row["group"]): row for row in estimates.rows()}
    errors = np.where(fit.standard_errors > 0, fit.standard_errors, np.nan)
    statistics = dict(zip(fit.names, ((fit.coefficients / errors) ** 2).tolist(), strict=True))
    for column in model.group_columns:
        test = ChiSquared.of(statistics[column.name], 1, f"Wald test, {fit.method}")
        yield by_name[column.name] | {"group": column.level, "against": column.against}, test
