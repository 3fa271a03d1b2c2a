"""One fitted model of hazards: its ratios with limits and tests, by Cox's model or, where that has none, by Firth's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from remission.exhibits.wording import listed
from remission.stats.estimates import Estimates, TestResult
from remission.stats.multiplicity import holm
from remission.stats.regression.cox import CoxFit, cox
from remission.stats.regression.estimates import estimate_hazard_ratios
from remission.stats.regression.firth import FirthFit, estimate_firth, firth
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from remission.report.hazards.model_columns import ModelColumn
    from remission.report.models.design import Design
    from remission.stats.regression.likelihoods.ties import Ties

WHAT = "hazard ratio"
FEW_PEOPLE = "few people"
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class FittedModel:
    """A design and what was fitted to it; `because` says why it is Firth's penalised likelihood, where it is."""

    design: Design
    fit: CoxFit | FirthFit
    level: float
    because: str = ""

    @property
    def penalised(self) -> bool:
        """Is it by Firth's penalised likelihood?"""
        return isinstance(self.fit, FirthFit)

    @cached_property
    def estimates(self) -> Estimates:
        """A hazard ratio for each column; of a level `group` is the level and `against` the one it is compared with."""
        fit = self.fit
        found = (
            estimate_firth(fit, self.level) if isinstance(fit, FirthFit) else estimate_hazard_ratios(fit, self.level)
        )
        pairs = zip(self.design.columns, found.rows(), strict=True)
        return Estimates.of({**row, **self._labels(column)} for column, row in pairs)

    @cached_property
    def tests(self) -> Mapping[str, TestResult]:
        """That each column's ratio is 1, by name: Wald's test, or of a penalised likelihood its ratio."""
        return {column.name: self._test(column.name) for column in self.design.columns}

    @cached_property
    def holm(self) -> Mapping[str, float]:
        """Holm's p for the ratios of groups, by name of their column; none where there is only one."""
        names = [column.name for column in self.design.group_columns]
        if len(names) < 2:
            return {}
        return dict(zip(names, holm([self.tests[name].p for name in names]).tolist(), strict=True))

    @property
    def together(self) -> TestResult | None:
        """That nothing in the model matters, by the likelihood ratio; None where weights or clusters forbid it."""
        data = self.fit.data.rows
        if isinstance(self.fit, FirthFit) or data.weight is not None or data.cluster is not None:
            return None
        return self.fit.likelihood_ratio

    @cached_property
    def rows(self) -> list[Row]:
        """A row a column: that of Estimates with the column's name and label, statistic, df, p and p_holm."""
        pairs = zip(self.design.columns, self.estimates.rows(), strict=True)
        return [
            {**row, "column": column.name, "label": column.label, **self._tested(column.name)} for column, row in pairs
        ]

    @property
    def group_rows(self) -> list[Row]:
        """Those of the groups."""
        names = {column.name for column in self.design.group_columns}
        return [row for row in self.rows if row["column"] in names]

    def _labels(self, column: ModelColumn) -> dict[str, object]:
        design = self.design
        mine = column.source == design.by
        # A covariate's ratio is adjusted for the groups as theirs are for it.
        held = [name for name in (design.by, *design.adjust) if name and name != column.source]
        said = ", ".join([*held, *([f"strata of {listed(list(design.strata))}"] if design.strata else [])])
        group = column.level if mine else column.name
        against = column.against if mine or column.against is None else f"{column.source}: {column.against}"
        what = f"{design.outcome.endpoint.event_free}: {WHAT}"
        return {"what": what, "group": group, "against": against, "adjusted_for": said or None, **design.labels}

    def _test(self, name: str) -> TestResult:
        return self.fit.test(name) if isinstance(self.fit, FirthFit) else self.fit.wald([name])

    def _tested(self, name: str) -> dict[str, object]:
        test = self.tests[name]
        numbers = {"statistic": test.statistic, "p": test.p, "p_holm": self.holm.get(name, np.nan)}
        known = {key: None if np.isnan(value) else value for key, value in numbers.items()}
        return {**known, "df": test.df, "test": test.method}


def fit_model(
    design: Design, level: float = 0.95, *, ties: Ties = "efron", cluster: ArrayLike | None = None
) -> FittedModel:
    """Cox's model of a design; where a column separates those with the event, Firth's penalised likelihood.

    Errors of weighted people are robust. NotEstimable says in words why no model can be fitted.
    """
    arrays = design.arrays
    if arrays["weight"] is not None and cluster is None:
        # Else the errors would be those of so many more people.
        cluster = np.arange(design.people.height)
    try:
        return FittedModel(design, cox(**arrays, cluster=cluster, ties=ties), level)
    except NotEstimable as refused:
        if not refused.separated or cluster is not None or ties not in ("efron", "breslow"):
            raise
        names = {column.name: column.label for column in design.columns}
        labels = listed([f"'{names[name]}'" for name in refused.separated])
        tells = "tells" if len(refused.separated) == 1 else "tell"
        because = f"{labels} {tells} on every event day who has the event, so Cox's estimate is infinite"
        return fit_penalised(design, level, ties=ties, because=because)


def fit_penalised(design: Design, level: float = 0.95, *, ties: str = "efron", because: str = "") -> FittedModel:
    """Firth's penalised likelihood of a design, with limits by profile; NotEstimable as there."""
    return FittedModel(design, firth(**design.arrays, ties=ties), level, because)
