"""What trials of a network say: each study its contrasts to one arm of its own, and what they share.

Contrasts of a trial with three arms or more all lean on one arm, so they err together: their covariance is the variance
of that arm's own number. A contrast counted as if it came from a trial of its own would count that arm twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.inputs.problems import InputProblems, Problem
from remission.stats.network.of_studies import OfStudies
from remission.stats.network.parts import Parts

Floats = NDArray[np.float64]
# Where the smallest eigenvalue of a study's covariance is so far below its largest, no weight of it means anything.
SINGULAR = 1e-10
ASKED = "Contrasts()"


@dataclass(frozen=True, eq=False)
class Contrasts(OfStudies):
    """One contrast a row: `treatments` against `bases` in `studies`, on the log scale, with its variance.

    All rows of a study have one base. `shared` is the variance of the base's own number, which is the covariance of the
    study's rows; it is not looked at where a study has one row. InputProblems, all at once, for numbers that are not
    known, variances that are not above 0, studies with two bases or a treatment twice, covariances that cannot be true
    (by the name of their study), and a network that falls apart (by its parts).

    >>> trials = Contrasts(["A", "B"], ["x", "x"], ["y", "z"], [-0.2, -0.4], [0.04, 0.09])
    >>> trials.names, trials.k
    (('x', 'y', 'z'), 2)
    """

    studies: Sequence[str]
    bases: Sequence[str]
    treatments: Sequence[str]
    values: Floats
    variances: Floats
    shared: Floats | None = None
    names: tuple[str, ...] = field(init=False)

    def __init__(
        self,
        studies: Sequence[str],
        bases: Sequence[str],
        treatments: Sequence[str],
        values: ArrayLike,
        variances: ArrayLike,
        shared: ArrayLike | None = None,
    ) -> None:
        count = len(studies)
        filled = np.zeros(count) if shared is None else np.asarray(shared, np.float64)
        columns = (tuple(studies), tuple(bases), tuple(treatments), np.asarray(values, np.float64),
                   np.asarray(variances, np.float64), filled, tuple(sorted({*bases, *treatments})))  # fmt: skip
        for name, column in zip(self.__dataclass_fields__, columns, strict=True):
            object.__setattr__(self, name, column)
        if problems := list(_problems(self)) or self.parts.problems(ASKED):
            raise InputProblems(problems)

    @cached_property
    def arms(self) -> dict[str, tuple[str, ...]]:
        """The treatments of each study, sorted: its design."""
        return {
            study: tuple(sorted({self.bases[rows[0]], *(self.treatments[row] for row in rows)}))
            for study, rows in self.of_study.items()
        }

    def covariance(self, rows: Sequence[int]) -> Floats:
        """The covariance of the rows of one study."""
        found = np.full((len(rows), len(rows)), self._shared[rows[0]])
        np.fill_diagonal(found, self.variances[list(rows)])
        return found

    def design(self) -> Floats:
        """1 for the treatment and -1 for the base of each row, a column a treatment in the order of `names`."""
        place = {name: at for at, name in enumerate(self.names)}
        found = np.zeros((len(self.studies), len(self.names)))
        rows = np.arange(len(self.studies))
        found[rows, [place[one] for one in self.treatments]] = 1.0
        found[rows, [place[one] for one in self.bases]] -= 1.0
        return found

    @property
    def parts(self) -> Parts:
        """One, as the network is refused else."""
        return Parts.of(self.arms.values())

    def known(self, reference: str | None) -> str:
        """The reference as named, or else the first treatment; InputProblems for one that is in no trial."""
        name = self.names[0] if reference is None else reference
        if name not in self.names:
            allowed = ", ".join(self.names)
            raise InputProblems(
                Problem.at_key(ASKED, "reference", found=name, allowed=allowed, do="Name one of the trials.")
            )
        return name

    def without(self, study: str) -> Contrasts:
        """All but one study; InputProblems where the network then falls apart."""
        kept = [row for row, name in enumerate(self.studies) if name != study]
        return self.take(kept)

    def take(self, rows: Sequence[int]) -> Contrasts:
        """These rows only."""
        chosen = list(rows)
        return Contrasts(
            [self.studies[row] for row in chosen], [self.bases[row] for row in chosen],
            [self.treatments[row] for row in chosen], self.values[chosen], self.variances[chosen],
            self._shared[chosen],
        )  # fmt: skip

    @property
    def _shared(self) -> Floats:
        assert self.shared is not None
        return self.shared


def _problems(asked: Contrasts) -> Iterator[Problem]:
    lengths = {
        len(getattr(asked, name)) for name in ("studies", "bases", "treatments", "values", "variances", "shared")
    }
    if lengths != {len(asked.studies)} or not asked.studies:
        yield _problem("columns of several lengths, or of none", "as many of one as of another", "Give each row all.")
        return
    for study, rows in asked.of_study.items():
        yield from _of_study(asked, study, rows)


def _of_study(asked: Contrasts, study: str, rows: list[int]) -> Iterator[Problem]:
    if len({asked.bases[row] for row in rows}) > 1:
        yield _problem(f"{study} with several bases", "one base a study", "Give all its contrasts to one arm.")
    treatments = [asked.treatments[row] for row in rows]
    if len(set(treatments)) < len(rows) or set(treatments) & {asked.bases[row] for row in rows}:
        yield _problem(f"{study} with an arm twice", "each arm once", "Pool arms of one treatment first.")
    numbers = np.concatenate([asked.values[rows], asked.variances[rows], asked._shared[rows]])
    if not np.isfinite(numbers).all():
        yield _problem(f"{study} with a number that is not known", "numbers", "Leave the study out, and say so.")
    elif (asked.variances[rows] <= 0).any():
        yield _problem(f"{study} with a variance that is not above 0", "above 0", "Look its interval up again.")
    elif len(rows) > 1 and not _can_be(asked.covariance(rows), float(asked._shared[rows[0]])):
        allowed = "above 0, and below the variance of each of its contrasts"
        do = "Look its arms up again, or leave one contrast out."
        yield _problem(f"{study} with a shared variance that cannot be true", allowed, do)


def _can_be(covariance: Floats, shared: float) -> bool:
    """Has every arm a variance of its own above 0, so that the covariance has an inverse?"""
    if not 0 < shared < covariance.diagonal().min():
        return False
    values = np.linalg.eigvalsh(covariance)
    return bool(values[0] > SINGULAR * values[-1])


def _problem(found: str, allowed: str, do: str) -> Problem:
    return Problem.of_file(ASKED, found=found, allowed=allowed, do=do)


def contrasts_of_pairs(
    studies: Sequence[str], ones: Sequence[str], others: Sequence[str], values: ArrayLike, variances: ArrayLike
) -> Contrasts:
    """The same from all pairs of arms of each study, the `others` against the `ones`, as papers may print them.

    From pairs between arms i, j and base b the covariance is (v_ib + v_jb - v_ij) / 2: what all pairs of a trial of
    three or more arms share. InputProblems where a study lacks a pair. Of a trial's pairs those to its first arm are
    kept: the others say nothing more.
    """
    value, variance = np.asarray(values, np.float64), np.asarray(variances, np.float64)
    rows: dict[str, dict[frozenset[str], int]] = {}
    for row, (study, one, other) in enumerate(zip(studies, ones, others, strict=True)):
        rows.setdefault(study, {})[frozenset((one, other))] = row
    kept: list[tuple[str, str, str, float, float, float]] = []
    problems = []
    for study, pairs in rows.items():
        arms = sorted(frozenset().union(*pairs))
        if len(pairs) != len(arms) * (len(arms) - 1) // 2:
            problems.append(_problem(f"{study} without some pair of its arms", "all pairs", "Give them all."))
            continue
        base = arms[0]
        to_base = {arm: pairs[frozenset((base, arm))] for arm in arms[1:]}
        between = [variance[row] for pair, row in pairs.items() if base not in pair]
        # Equal in theory for each two; printed numbers are rounded, so their mean.
        of_base = (sum(variance[list(to_base.values())]) * (len(arms) - 2) - sum(between)) / max(
            1, (len(arms) - 1) * (len(arms) - 2)
        )
        for arm, row in to_base.items():
            sign = 1.0 if ones[row] == base else -1.0
            kept.append((study, base, arm, sign * float(value[row]), float(variance[row]), float(of_base)))
    if problems:
        raise InputProblems(problems)
    names, bases, arms_kept, found, spread, shared = zip(*kept, strict=True)
    return Contrasts(names, bases, arms_kept, np.array(found), np.array(spread), np.array(shared))
