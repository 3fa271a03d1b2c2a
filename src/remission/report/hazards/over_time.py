"""Is a ratio of hazards the same at all times? The test of each column, and what is drawn of those of groups."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from remission.stats.regression.cox import CoxFit
from remission.stats.regression.proportionality import Proportionality, Transform, proportionality
from remission.stats.regression.smooth import Smooth, smooth_effect

if TYPE_CHECKING:
    from remission.report.hazards.fitted import FittedModel
    from remission.stats.estimates import TestResult

TRANSFORM: Transform = "km"
# A test of an assumption is no proof of it: below this p the page warns, above it says nothing in its favour.
SPEAKS_AGAINST = 0.05
TOGETHER = "All columns together"


@dataclass(frozen=True, eq=False)
class Proportional:
    """The model, what its test found, and for each column of a group the ratio as it moves with time."""

    model: FittedModel
    fit: CoxFit
    found: Proportionality

    @classmethod
    def of(cls, model: FittedModel) -> Proportional | None:
        """None for a penalised model, and with ties of which there are no such residuals."""
        if not isinstance(model.fit, CoxFit) or model.fit.ties not in ("efron", "breslow"):
            return None
        return cls(model, model.fit, proportionality(model.fit, TRANSFORM))

    @property
    def speaks_against(self) -> tuple[str, ...]:
        """The labels of the groups whose ratio moves with time by more than chance."""
        columns = self.model.design.group_columns
        return tuple(one.label for one in columns if self.found.tests[one.name].p < SPEAKS_AGAINST)

    @property
    def tests(self) -> Iterator[tuple[str, TestResult]]:
        """Each column's label with its test, then that of all together where there are several."""
        for column in self.model.design.columns:
            yield column.label, self.found.tests[column.name]
        if len(self.model.design.columns) > 1:
            yield TOGETHER, self.found.together

    def smooth(self, name: str) -> Smooth | None:
        """The log ratio of a column over time, with limits; None where there are too few events for a line."""
        return smooth_effect(self.fit, self.found, name, self.model.level)

    def residuals(self, name: str) -> list[dict[str, Any]]:
        """A row an event: person, stratum-free day, and the log ratio that it speaks for, by day."""
        place = self.fit.names.index(name)
        sets, people = self.fit.data.sets, self.model.design.people
        kept = np.flatnonzero(self.fit.data.kept)
        who = people["subject_id"].gather(kept[sets.order[sets.event]]).to_list()
        rows = zip(who, self.found.days.tolist(), self.found.effect[:, place].tolist(), strict=True)
        return [
            {"subject_id": person, "day": int(day), "log_ratio": effect}
            for person, day, effect in sorted(rows, key=lambda row: row[1])
            if not math.isnan(effect)
        ]
