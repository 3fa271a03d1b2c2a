"""What a shape of a curve is: a formula for the hazard with a few numbers, and what it takes for granted."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, cast

from remission.stats.parametric import families

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats, TimeAtRisk


class Shape(Protocol):
    """A formula of the hazard by years after the start, with `k` numbers that can take any value.

    `name` is its short name, `title` that for people, `parameters` the names of the numbers, `assumes` a sentence that
    says what the hazard does where nobody has been seen.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def parameters(self) -> tuple[str, ...]: ...
    @property
    def assumes(self) -> str: ...

    def starts(self, rate: float, years: float, /) -> Iterator[tuple[float, ...]]:
        """Where to begin to climb: for a crude rate of events in a year, and the longest follow-up."""

    def log_hazard(self, years: Floats, at: Floats) -> Floats:
        """The logarithm of the hazard in a year, shape of `years`, which are above 0."""

    def cumulative(self, years: Floats, at: Floats) -> Floats:
        """The cumulative hazard, shape of `years`: 0 at 0."""

    def slopes(self, years: Floats, at: Floats) -> tuple[Floats, Floats]:
        """Of both by each number, for years above 0: two arrays of shape (n, k)."""

    @classmethod
    def for_rows(cls, rows: TimeAtRisk, /) -> Iterator[Shape]:
        """It for some rows, or several that differ in how far they bend."""


class ShapeFile(Protocol):
    """What a file of `families/` offers: its place among the others, and its shape."""

    PLACE: int
    SHAPE: type[Shape]


def shapes_for(rows: TimeAtRisk) -> tuple[Shape, ...]:
    """Every shape, in order of place, for some rows; ValueError for two files at one place.

    >>> from remission.stats.survival.time_at_risk import TimeAtRisk
    >>> rows = TimeAtRisk.of([300, 500, 700, 900], [True, True, True, False])
    >>> [shape.name for shape in shapes_for(rows)][:3]
    ['exponential', 'weibull', 'gompertz']
    """
    return tuple(shape for file in _files() for shape in file.SHAPE.for_rows(rows))


def _files() -> tuple[ShapeFile, ...]:
    names = [name for _, name, _ in pkgutil.iter_modules(families.__path__)]
    found = [cast(ShapeFile, importlib.import_module(f"{families.__name__}.{name}")) for name in names]
    if len({one.PLACE for one in found}) < len(found):
        raise ValueError("two files of families/ stand at one PLACE: move one")
    return tuple(sorted(found, key=lambda one: one.PLACE))
