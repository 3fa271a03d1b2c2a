"""Cox's model of an outcome, for whoever works in Python: columns by name, and results that are rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.exhibits.wording import count
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.tabular import Tabular
from remission.report.hazards.fitted import FittedModel, fit_model, fit_penalised
from remission.report.hazards.over_time import Proportional
from remission.report.hazards.ratio_words import held_words
from remission.report.models.covariates import Asking, texts_of
from remission.report.models.design import Design
from remission.report.pictures.hazard_ratio_tables import model_table

if TYPE_CHECKING:
    from remission.exhibits.tables import Table
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort
    from remission.report.groups import GroupBy
    from remission.stats.estimates import Estimates, TestResult
    from remission.stats.regression.likelihoods.ties import Ties


@dataclass(frozen=True, eq=False, repr=False)
class CoxModel(Tabular):
    """A fitted model: `estimates` has a hazard ratio for each column, `tests` that each is 1, by the column's name.

    `notes` say who was not followed or left out, how the EDSS at baseline was chosen, and why it is Firth's penalised
    likelihood where it is. `table` prints, and its `csv()` has a row a column with the cohort and what its rows are.
    """

    model: FittedModel

    @property
    def estimates(self) -> Estimates:
        """A row a column: of a group or a level `group` against `against`, of a number for one unit more."""
        return self.model.estimates

    @property
    def tests(self) -> Mapping[str, TestResult]:
        """Wald's test of each column, or of a penalised likelihood its ratio."""
        return self.model.tests

    @property
    def likelihood_ratio(self) -> TestResult | None:
        """That nothing in the model matters; None with weights, clusters or a penalised likelihood."""
        return self.model.together

    @cached_property
    def proportional(self) -> Mapping[str, TestResult]:
        """The test of each column, by its words, that its ratio is the same at all times; empty where there is none."""
        found = Proportional.of(self.model)
        return dict(found.tests) if found else {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be known of the people and columns of the model."""
        because = (f"{self.model.because}: by Firth's penalised likelihood.",) if self.model.because else ()
        left = (f"Not followed: {one.said}." for one in self.model.design.outcome.not_followed())
        return (*left, *self.model.design.said, *because)

    @property
    def table(self) -> Table:
        """The model as a table."""
        return model_table(self.model)

    @property
    def said(self) -> str:
        """Of which outcome, with the numbers of persons, events and columns."""
        fit, design = self.model.fit, self.model.design
        counted = f"{design.people.height:,} persons, {fit.data.events:,} events, {count(len(fit.names), 'column')}"
        outcome = design.outcome
        return self._in_cohort(f"{outcome.name} {held_words(self.model)}", outcome.provenance, counted)

    def _rows(self) -> pl.DataFrame:
        return self.estimates.frame

    def _repr_html_(self) -> str:
        return "".join([self.table.html(), *(f"<p>{note}</p>" for note in self.notes)])


def cox(
    outcome: Outcome,
    cohort: Cohort,
    columns: Sequence[str] = (),
    *,
    by: GroupBy = None,
    strata: Sequence[str] = (),
    cluster: str | None = None,
    ties: Ties = "efron",
    penalised: bool = False,
    level: float | None = None,
) -> CoxModel:
    """Cox's proportional hazards model of the time to the first event.

    columns: what it holds, by the names of columns known on day zero (age_years, sex, centre, x_...), or baseline_edss
    (the score at the definition's own baseline visit); numbers as they are (onset_day as years since the first
    symptom), a category as a column for each level against the most frequent one. by: the column, or Grouping, whose
    groups are compared. Each value of `strata` has a baseline hazard of its own. cluster: a column of which equal
    values belong together, for robust errors. ties: "efron", "breslow", "discrete" (R's exact) or "exact marginal"
    (EXACT of SAS).
    penalised: by Firth's likelihood with profile limits, which is also taken, and named, where a column separates those
    with the event. level: of limits; the endpoint's where not given.

    Whoever has no group takes no part; whoever lacks a value is left out, counted and told in `notes`. InputProblems
    with everything that is wrong with the columns; NotEstimable (a ValueError) says why no model can be fitted.
    Statistics and sources as in `remission.stats.regression.cox`.

    >>> from remission import evaluate, load_cohort
    >>> cohort = load_cohort("two-arm")
    >>> model = cox(evaluate(cohort, "neda-3"), cohort, ["age_years"], by="arm")
    >>> model.estimates.frame.select("group", "against", "value").rows()  # doctest: +ELLIPSIS
    [('HSCT', 'Best available therapy', 0.31...), ('age_years', None, 1.0...)]
    """
    design = Design.of(outcome, cohort, by, columns, strata)
    level = level or outcome.endpoint.estimation.level
    clusters = None if cluster is None else _clusters(design, cohort, cluster)
    if penalised:
        return CoxModel(fit_penalised(design, level, ties=ties, because="Asked for"))
    return CoxModel(fit_model(design, level, ties=ties, cluster=clusters))


def _clusters(design: Design, cohort: Cohort, column: str) -> np.ndarray:
    """The value of each person; who has none is a cluster alone. InputProblems for a column not known on day zero."""
    allowed = Asking(cohort, (), (), None).allowed
    if column not in allowed.split(", ") or column not in cohort.subjects.columns:
        do = "Choose another column for cluster."
        raise InputProblems(Problem.at_key("cox()", "cluster", found=f"'{column}'", allowed=allowed, do=do))
    values = pl.DataFrame([cohort.subjects["subject_id"], texts_of(cohort, column).alias("cluster")])
    of = design.people.join(values, on="subject_id", how="left", maintain_order="left")
    alone = pl.format("alone: {}", "subject_id")
    return np.asarray(of.select(pl.col("cluster").fill_null(alone))["cluster"].to_list())
