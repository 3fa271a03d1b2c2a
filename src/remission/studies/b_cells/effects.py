"""How well each drug works, for the page of B cells: relapses against placebo, from the league."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.studies.b_cells.join import Effect


def effects_of_league() -> Mapping[str, Effect]:
    """The ratio of relapse rates of each drug against placebo, by its name in drugs.csv; empty where none is known."""
    return {}
