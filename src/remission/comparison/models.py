"""The report's models that compare groups, found by walking `report/models/`: to add one, add its file and its test."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

from remission.report import models

if TYPE_CHECKING:
    from remission.report.asked import Asked
    from remission.report.models.compared import Compared


class Model(Protocol):
    """What a file of the folder offers that takes part; the others are what these are made with.

    `PLACE` is where its rows stand: from the lowest to the highest, in steps of five or ten.
    """

    PLACE: int

    def compared(self, asked: Asked, /) -> Compared | None:
        """Its contrasts and tests; None where it does not apply."""


def find_models() -> dict[str, Model]:
    """Every model that compares, by the name of its file, in order; ValueError for two that claim one place.

    >>> "first_events" in find_models()
    True
    """
    names = [name for _, name, _ in pkgutil.iter_modules(models.__path__)]
    every = {name: importlib.import_module(f"{models.__name__}.{name}") for name in names}
    found = {name: cast(Model, module) for name, module in every.items() if hasattr(module, "compared")}
    taken: dict[int, str] = {}
    for name, one in found.items():
        # The order of the walk would decide between two of one place, and nobody chose it.
        if (other := taken.setdefault(one.PLACE, name)) != name:
            raise ValueError(f"models/{name}.py and models/{other}.py both stand at PLACE {one.PLACE}: move one")
    return dict(sorted(found.items(), key=lambda one: one[1].PLACE))
