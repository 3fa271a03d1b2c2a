"""What each arm of each trial says by itself: a log rate and its variance, for models that need the arms apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.inputs.problems import InputProblems, Problem
from remission.stats.network.contrasts import Contrasts, Floats
from remission.stats.network.of_studies import OfStudies
from remission.stats.network.parts import Parts

ASKED = "Arms()"


@dataclass(frozen=True, eq=False)
class Arms(OfStudies):
    """One arm a row: the log rate of one treatment in one study, and its variance (that of the log).

    InputProblems, all at once, for numbers that are not known (the log of a rate of 0 is none), variances that are not
    above 0, studies with one arm or with an arm twice (by the name of the study), and a network that falls apart.

    >>> arms = Arms(["A", "A", "B", "B"], ["x", "y", "x", "z"], [-0.5, -1.1, -0.9, -1.2], [0.01, 0.02, 0.01, 0.03])
    >>> arms.names, arms.k, arms.contrasts().values.round(3).tolist()
    (('x', 'y', 'z'), 2, [-0.6, -0.3])
    """

    studies: Sequence[str]
    treatments: Sequence[str]
    log_rates: Floats
    variances: Floats

    def __init__(
        self, studies: Sequence[str], treatments: Sequence[str], log_rates: ArrayLike, variances: ArrayLike
    ) -> None:
        columns = (tuple(studies), tuple(treatments), np.asarray(log_rates, np.float64),
                   np.asarray(variances, np.float64))  # fmt: skip
        for name, column in zip(self.__dataclass_fields__, columns, strict=True):
            object.__setattr__(self, name, column)
        if problems := list(_problems(self)) or Parts.of(self.designs.values()).problems(ASKED):
            raise InputProblems(problems)

    @property
    def names(self) -> tuple[str, ...]:
        """The treatments, sorted."""
        return tuple(sorted(set(self.treatments)))

    @property
    def designs(self) -> dict[str, tuple[str, ...]]:
        """The treatments of each study, in the order of its rows."""
        return {study: tuple(self.treatments[row] for row in rows) for study, rows in self.of_study.items()}

    def take(self, rows: Sequence[int]) -> Arms:
        """These rows only."""
        chosen = list(rows)
        studies, treatments = ([column[row] for row in chosen] for column in (self.studies, self.treatments))
        return Arms(studies, treatments, self.log_rates[chosen], self.variances[chosen])

    def contrasts(self, reference: str | None = None) -> Contrasts:
        """The same as contrasts: to the reference where a study holds it, else to its first arm."""
        rows = [
            (study, self.treatments[base], self.treatments[row], self.log_rates[row] - self.log_rates[base],
             self.variances[row] + self.variances[base], self.variances[base])
            for study, held in self.of_study.items()
            for base in [self._base(held, reference)]
            for row in held
            if row != base
        ]  # fmt: skip
        studies, bases, treatments, values, variances, shared = zip(*rows, strict=True)
        return Contrasts(studies, bases, treatments, np.array(values), np.array(variances), np.array(shared))

    def _base(self, held: list[int], reference: str | None) -> int:
        return next((row for row in held if self.treatments[row] == reference), held[0])


def _problems(asked: Arms) -> Iterator[Problem]:
    lengths = {len(getattr(asked, name)) for name in ("studies", "treatments", "log_rates", "variances")}
    if lengths != {len(asked.studies)} or not asked.studies:
        yield _problem("columns of several lengths, or of none", "as many of one as of another", "Give each row all.")
        return
    for study, rows in asked.of_study.items():
        treatments = [asked.treatments[row] for row in rows]
        if len(rows) < 2:
            yield _problem(f"{study} with one arm", "two arms or more", "Leave the study out, and say so.")
        if len(set(treatments)) < len(rows):
            yield _problem(f"{study} with an arm twice", "each arm once", "Pool arms of one treatment first.")
        if not np.isfinite([asked.log_rates[rows], asked.variances[rows]]).all():
            yield _problem(f"{study} with a number that is not known", "numbers", "Leave the study out, and say so.")
        elif (asked.variances[rows] <= 0).any():
            yield _problem(f"{study} with a variance that is not above 0", "above 0", "Look its numbers up again.")


def _problem(found: str, allowed: str, do: str) -> Problem:
    return Problem.of_file(ASKED, found=found, allowed=allowed, do=do)
