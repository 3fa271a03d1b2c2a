"""The hazard of dying anyway: a user's own table by age and sex, for endpoints of which death is a part."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.typed_rows import load_rows

if TYPE_CHECKING:
    import polars as pl

    from remission.stats.survival.time_at_risk import Floats

SEXES = ("female", "male")


@dataclass(frozen=True)
class YearOfLife:
    """How many of those who reach an age die before the next, as a hazard in a year."""

    age: int = key("Completed years of age", low=0, high=130, example="40")
    female: float = key("Hazard of dying in that year of life, women", low=0, high=10, example="0.0011")
    male: float = key("Hazard of dying in that year of life, men", low=0, high=10, example="0.0018")


@dataclass(frozen=True, eq=False)
class Background:
    """Hazards by sex and year of life: `by_sex` has an array each, from `first_age` on; the last one stays."""

    name: str
    first_age: int
    by_sex: dict[str, Floats]

    def cumulative(self, sex: str, age: float, years: Floats) -> Floats:
        """What adds up within some years from an age on; shape of `years`."""
        hazards = self.by_sex[sex]
        since = np.append(0.0, np.cumsum(hazards))
        return self._reached(since, hazards, age + years) - self._reached(since, hazards, np.array([age]))

    def hazard(self, sex: str, age: float) -> float:
        """At an age."""
        place = min(max(int(age) - self.first_age, 0), len(self.by_sex[sex]) - 1)
        return float(self.by_sex[sex][place])

    def _reached(self, since: Floats, hazards: Floats, age: Floats) -> Floats:
        lived = np.maximum(age - self.first_age, 0.0)
        whole = np.minimum(lived.astype(np.int64), len(hazards) - 1)
        return np.asarray(since[whole] + (lived - whole) * hazards[whole])


def load_background(path: str | Path) -> Background:
    """The table of a CSV with the columns age, female, male; InputProblems with everything that is wrong with it."""
    file = Path(path)
    rows = sorted(load_rows(file, YearOfLife), key=lambda one: one.age)
    ages = [one.age for one in rows]
    if not ages or ages != list(range(ages[0], ages[0] + len(ages))):
        raise InputProblems(
            Problem.of_file(
                file.name, found="ages with gaps, twice, or none", allowed="each year of age once, without a gap",
                do="Give a row for each year of age.",
            )
        )  # fmt: skip
    by_sex = {sex: np.array([getattr(one, sex) for one in rows], dtype=np.float64) for sex in SEXES}
    return Background(file.name, ages[0], by_sex)


def ages_and_sexes(subjects: pl.DataFrame) -> list[tuple[float, str]]:
    """Age at day zero and sex of each row; InputProblems where one is missing, for nobody's hazard is 0."""
    missing = [column for column in ("age_years", "sex") if column not in subjects.columns]
    counts = {column: subjects[column].null_count() for column in ("age_years", "sex") if column not in missing}
    problems = [_lacks(column, "no such column") for column in missing]
    problems += [_lacks(column, f"{count:,} people without it") for column, count in counts.items() if count]
    if not missing and (other := sorted(set(subjects["sex"].drop_nulls()) - set(SEXES))):
        problems.append(_lacks("sex", f"{len(other)} other values"))
    if problems:
        raise InputProblems(problems)
    return list(zip(subjects["age_years"].cast(float).to_list(), subjects["sex"].to_list(), strict=True))


def _lacks(column: str, found: str) -> Problem:
    do = "Without it nobody knows who would have died anyway: fill it in, or leave --background out."
    return Problem.at_row("subjects", None, column, found=found, allowed="a value for everybody", do=do)
