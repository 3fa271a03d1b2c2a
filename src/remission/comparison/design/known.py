"""What is known of people on day zero, as conditions and covariates ask for it; what is not known then is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.inputs.problems import Problem, nearest
from remission.records.schema import ON_DAY_ZERO
from remission.report.models.baseline_edss import BASELINE_EDSS, without_scores
from remission.report.models.covariates import NUMBERS, Asking, covariate_values, texts_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from remission.comparison.design.records import Condition
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

MOST_LEVELS = 12
# A covariate lives in the subjects table, and so may columns that tell the future.
LATER = "which is not known on day zero"


@dataclass(frozen=True)
class Known:
    """Columns of a cohort as of day zero; `file` is the design that asks for them."""

    cohort: Cohort
    file: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that may be asked for."""
        every = [name for name in self.cohort.subjects.columns if self._in_time(name)]
        edss = () if without_scores(self.cohort) else (BASELINE_EDSS,)
        return (*every, *edss)

    def _in_time(self, name: str) -> bool:
        return name in ON_DAY_ZERO or name in NUMBERS or (name.startswith("x_") and not self._measured_late(name))

    def _measured_late(self, name: str) -> bool:
        """Was it measured after day zero in anybody, by what cohort.toml says?"""
        day = next((one.measured_day for one in self.cohort.manifest.covariates if one.name == name), 0)
        if isinstance(day, int):
            return day > 0
        days = self.cohort.subjects[day] if day in self.cohort.subjects.columns else pl.Series([0])
        return bool((days > 0).any())

    def is_number(self, name: str) -> bool:
        """Is it a number, or one of several texts?"""
        return name == BASELINE_EDSS or self.cohort.subjects.schema[name].is_numeric()

    def problem(self, key: str, name: str) -> Problem | None:
        """What is wrong with asking for this column; None where nothing is."""
        if name in self.names:
            return None
        there = name in self.cohort.subjects.columns
        found = f"'{name}', {LATER}" if there else f"no column '{name}'"
        advice = "What is learnt later was changed by the treatment: leave it out."
        do = advice if there else nearest(name, self.names) or "Choose another."
        return Problem.at_key(self.file, key, found=found, allowed=", ".join(self.names), do=do)

    def of_condition(self, key: str, one: Condition) -> Iterator[Problem]:
        """What is wrong with a condition in this cohort."""
        if problem := self.problem(f"{key}.column", one.column):
            yield problem
            return
        number = self.is_number(one.column)
        if number and one.one_of:
            yield Problem.at_key(self.file, f"{key}.one_of", found=f"texts for {one.column}, a number",
                                 allowed="bounds", do="Say at_least, at_most, above or below.")  # fmt: skip
        if not number and one.bounds:
            yield Problem.at_key(self.file, key, found=f"bounds for {one.column}, a text", allowed="one_of",
                                 do="List the texts that meet it.")  # fmt: skip
        if not number and one.one_of:
            values = set(texts_of(self.cohort, one.column).drop_nulls())
            for text in one.one_of:
                if text not in values:
                    yield Problem.at_key(
                        self.file, f"{key}.one_of", found=f"'{text}', which nobody has",
                        allowed=", ".join(sorted(values)[:MOST_LEVELS]) or "a column with values",
                        do=nearest(text, values) or "Correct it, or take it out.",
                    )  # fmt: skip

    def of_covariates(self, names: Sequence[str]) -> Iterator[Problem]:
        """What is wrong with the covariates in this cohort."""
        for place, name in enumerate(names, 1):
            key = f"assignment.covariates[{place}]"
            if problem := self.problem(key, name):
                yield problem
            elif not self.is_number(name) and (many := texts_of(self.cohort, name).n_unique()) > MOST_LEVELS:
                found, do = f"{name} with {many} different values", "Leave it out, or put values together."
                yield Problem.at_key(self.file, key, found=found, allowed=f"at most {MOST_LEVELS}", do=do)

    def values(self, name: str, outcome: Outcome) -> pl.DataFrame:
        """Columns subject_id and `value` (number or text) of everybody who has one."""
        asking = Asking(self.cohort, (name,), (), None)
        return covariate_values(asking, outcome, name)[0].rename({name: "value"})

    def meets(self, one: Condition, people: pl.Series, outcome: Outcome) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Who of these meets a condition, and of whom it is not recorded; shape (n,) each."""
        if one.column == "onset_day":
            # As recorded, in days: the models take years since then, but a file says what the column holds.
            frame = self.cohort.subjects.select("subject_id", pl.col("onset_day").cast(pl.Float64).alias("value"))
        else:
            frame = self.values(one.column, outcome)
        joined = people.to_frame("subject_id").join(frame, on="subject_id", how="left", maintain_order="left")["value"]
        return meets_bounds(joined, one).fill_null(value=False).to_numpy(), joined.is_null().to_numpy()


def meets_bounds(values: pl.Series, one: Condition) -> pl.Series:
    """Whether each value meets a condition; null where there is none.

    >>> from remission.comparison.design.records import Condition
    >>> meets_bounds(pl.Series([17.0, 18.0, None]), Condition("age_years", at_least=18)).to_list()
    [False, True, None]
    """
    if one.one_of:
        return values.is_in(list(one.one_of))
    met = pl.Series([True] * len(values))
    for name, bound in one.bounds.items():
        met = met & {"at_least": values >= bound, "at_most": values <= bound, "above": values > bound}.get(
            name, values < bound
        )
    return met
