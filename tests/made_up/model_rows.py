"""Random rows with covariates for property tests, and the likelihoods of Cox's model as the textbook says them."""

from __future__ import annotations

import math
from itertools import combinations, permutations
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

Array = np.ndarray[Any, np.dtype[Any]]


class ModelTable(NamedTuple):
    """Columns of equal length; x has shape (n, p)."""

    entry: Array
    exit: Array
    event: Array
    x: Array
    stratum: Array
    weight: Array

    def given(self) -> dict[str, Array]:
        """All but exit, event and covariates, by the names of arguments."""
        return {"entry": self.entry, "strata": self.stratum, "weight": self.weight}

    def columns(self) -> dict[str, Array]:
        """The covariates by name."""
        return {f"x{place}": column for place, column in enumerate(self.x.T)}


_row = st.tuples(
    st.integers(0, 6),  # entry
    st.integers(1, 6),  # follow-up
    st.booleans(),
    st.tuples(st.integers(-2, 2), st.integers(-3, 3)),
    st.integers(0, 1),  # stratum
    st.sampled_from((0.5, 1.0, 1.5, 3.0)),
)


def _table(rows: list[Any], *, late: bool, weighted: bool) -> ModelTable:
    entry, follow_up, event, x, stratum, weight = (np.array(column) for column in zip(*rows, strict=True))
    entry = entry if late else np.zeros_like(entry)
    return ModelTable(
        entry, entry + follow_up, event, x * np.array([0.5, 1.0]), stratum, weight if weighted else np.ones(len(rows))
    )


def tables(smallest: int = 2, largest: int = 14, *, weighted: bool = True) -> st.SearchStrategy[ModelTable]:
    """Tables with ties, late entry or not, two strata, two covariates."""
    rows = st.lists(_row, min_size=smallest, max_size=largest)
    return st.builds(lambda made, late: _table(made, late=late, weighted=weighted), rows, st.booleans())


def fittable(seed: int, n: int = 60) -> ModelTable:
    """A table of one size in which a model can be fitted."""
    rng = np.random.default_rng(seed)
    entry = rng.integers(0, 10, n) * rng.integers(0, 2)
    exit_ = entry + rng.integers(1, 15, n)
    x = np.column_stack((rng.integers(0, 2, n), rng.normal(size=n).round(2)))
    return ModelTable(entry, exit_, rng.random(n) < 0.6, x, rng.integers(0, 2, n), rng.uniform(0.5, 2, n).round(2))


def textbook_likelihood(table: ModelTable, beta: Array, ties: str) -> float:
    """The logarithm of the partial likelihood, event day by event day."""
    total = 0.0
    for stratum in set(table.stratum.tolist()):
        mine = table.stratum == stratum
        for day in sorted(set(table.exit[mine & table.event].tolist())):
            at_risk = mine & (table.entry < day) & (day <= table.exit)
            had = at_risk & table.event & (table.exit == day)
            total += _of_day(table, beta, had, at_risk & ~had, ties)
    return total


def _of_day(table: ModelTable, beta: Array, had: Array, rest: Array, ties: str) -> float:
    eta = table.x @ beta
    risk, weight = np.exp(eta), table.weight
    d = int(had.sum())
    if ties in ("efron", "breslow"):
        own, others = float((weight * risk)[had].sum()), float((weight * risk)[rest].sum())
        leaving = [step / d if ties == "efron" else 0.0 for step in range(d)]
        each = float(weight[had].sum()) / d
        return float((weight * eta)[had].sum()) - each * sum(math.log(others + (1 - left) * own) for left in leaving)
    if ties == "discrete":
        sets = combinations(np.flatnonzero(had | rest), d)
        return float(eta[had].sum()) - math.log(sum(float(np.exp(eta[list(one)].sum())) for one in sets))
    orders = 0.0
    for order in permutations(risk[had].tolist()):
        left, chance = float(risk[had | rest].sum()), 1.0
        for one in order:
            chance *= one / left
            left -= one
        orders += chance
    return math.log(orders)
