"""One row of a league: two arms of a study compared, the number of that, where its error is from, used or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remission.studies.study import Number, Study

Basis = Literal["printed interval", "both arms' printed intervals", "Poisson", "not known"]
Analysis = Literal["main", "sensitivity"]
What = Literal["relapse-rate-ratio", "progression-12w-hazard-ratio", "progression-24w-hazard-ratio"]


@dataclass(frozen=True)
class ArmRate:
    """The relapse rate of one arm with the variance of its logarithm, and where that is from.

    `people` and `months` are known where it is counted (Poisson), for then arms can be put together.
    """

    arm: str
    rate: float
    variance: float
    basis: Basis
    numbers: tuple[Number, ...]
    person_years: float | None = None


@dataclass(frozen=True)
class Compared:
    """The arm `arm` of a study against its arm `against`, which stand at the nodes `treatment` and `comparator`.

    `value`, `low` and `high` are ratios, below 1 where the treatment had fewer; `error` is the standard error of the
    logarithm and `basis` where it is from, `method` the same in full words. `shared` is the variance of the logarithm
    of the comparator's own rate, which all rows of its trial share; None where it is not known. Every row is either
    used or says `why` it is not.
    """

    study: Study
    arm: str
    against: str
    treatment: str
    comparator: str
    numbers: tuple[Number, ...] = ()
    value: float | None = None
    low: float | None = None
    high: float | None = None
    error: float | None = None
    basis: Basis = "not known"
    method: str = ""
    status: str = ""
    months: float | None = None
    shared: float | None = None
    one: ArmRate | None = None
    other: ArmRate | None = None
    used: bool = False
    why: str = ""

    @property
    def number(self) -> Number | None:
        """The printed number that it rests on; the first where it rests on several."""
        return self.numbers[0] if self.numbers else None

    @property
    def name(self) -> str:
        """Its study, and which arms, in words."""
        return f"{self.study.title}: {self.arm} against {self.against}"

    @property
    def disagreements(self) -> tuple[str, ...]:
        """What sources print differently of the numbers that it rests on, and which was kept."""
        about = {(one.what, arm) for one in self.numbers for arm in (one.arm, "")}
        return tuple(f"{one.says}. Kept: {one.kept}" for one in self.study.conflicts if (one.what, one.arm) in about)

    @property
    def variance(self) -> float:
        """Of the logarithm; not a number where it is not known."""
        return float("nan") if self.error is None else self.error**2
