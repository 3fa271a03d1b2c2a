"""How well each drug works, for the page of B cells: relapses against placebo, from the league."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from remission.studies.b_cells.join import Effect
    from remission.studies.load import Studies


def effects_of_league(studies: Studies) -> Mapping[str, Effect]:
    """The ratio of relapse rates of each drug against placebo, by its name in drugs.csv; empty where none is known."""
    del studies
    return {}
