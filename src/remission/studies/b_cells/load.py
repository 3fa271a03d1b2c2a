"""The tables of B cells of the library, read strictly; what is only remembered is left out here, for every reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.typed_rows import load_rows
from remission.library.catalogue import LIBRARY
from remission.studies.b_cells.check import wrong_counts, wrong_drugs, wrong_names, wrong_thresholds
from remission.studies.b_cells.rows import Beside, Counted, Drug, Threshold, Unread

BUNDLED = LIBRARY / "b_cells"
Row = TypeVar("Row", Counted, Threshold, Beside)
KINDS: dict[str, type[Any]] = {
    "drugs": Drug, "counts": Counted, "thresholds": Threshold, "beside": Beside, "unread": Unread,
}  # fmt: skip


@dataclass(frozen=True)
class BCells:
    """All that was read, in the order of the files; `withheld` counts rows that somebody only remembers."""

    drugs: tuple[Drug, ...]
    counts: tuple[Counted, ...]
    thresholds: tuple[Threshold, ...]
    beside: tuple[Beside, ...]
    unread: tuple[Unread, ...]
    withheld: int = 0

    def drug(self, name: str) -> Drug:
        """The drug of that name; KeyError when there is none."""
        return {one.name: one for one in self.drugs}[name]

    def of(self, drug: str, subset: str) -> tuple[Counted, ...]:
        """The rows of one drug and subset."""
        return tuple(one for one in self.counts if (one.drug, one.subset) == (drug, subset))


@cache
def load_b_cells() -> BCells:
    """The tables of the library.

    >>> len(load_b_cells().drugs), load_b_cells().withheld
    (17, 0)
    """
    return read_b_cells(BUNDLED)


def read_b_cells(folder: Path) -> BCells:
    """The tables of a folder; InputProblems with everything that is wrong in any of them."""
    problems: list[Problem] = []
    found: dict[str, tuple[Any, ...]] = {}
    for name, kind in KINDS.items():
        try:
            found[name] = load_rows(folder / f"{name}.csv", kind)
        except InputProblems as wrong:
            problems += wrong.problems
    # Where the drugs themselves could not be read every other name would be called unknown.
    if "drugs" in found:
        problems += _wrong_rows(found)
    if problems:
        raise InputProblems(problems)
    counts, thresholds, beside = (_read(found[name]) for name in ("counts", "thresholds", "beside"))
    rows = [*found["counts"], *found["thresholds"], *found["beside"]]
    withheld = sum(one.status == "unverified" for one in rows)
    return BCells(found["drugs"], counts, thresholds, beside, found["unread"], withheld)


def wrong_b_cells(folder: Path = BUNDLED) -> tuple[Problem, ...]:
    """Everything that is wrong with the tables of a folder.

    >>> wrong_b_cells()
    ()
    """
    try:
        read_b_cells(folder)
    except InputProblems as wrong:
        return wrong.problems
    return ()


def _wrong_rows(found: dict[str, tuple[Any, ...]]) -> Iterable[Problem]:
    names = [one.name for one in found["drugs"]]
    checks: dict[str, Callable[[Sequence[Any], str], Iterable[Problem]]] = {
        "drugs": wrong_drugs,
        "counts": lambda rows, file: wrong_counts(rows, names, file),
        "thresholds": lambda rows, file: wrong_thresholds(rows, names, file),
        "beside": lambda rows, file: wrong_names(rows, names, file),
        "unread": lambda rows, file: wrong_names(rows, names, file),
    }
    return [problem for name, rows in found.items() for problem in checks[name](rows, f"{name}.csv")]


def _read(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows that somebody read: one that is only remembered is shown nowhere, and taken out where rows come in."""
    return tuple(one for one in rows if one.status != "unverified")
