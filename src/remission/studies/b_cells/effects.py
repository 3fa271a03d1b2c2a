"""How well each drug works, for the page of B cells: relapses against placebo, from the league."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from remission.studies.b_cells.join import Effect
from remission.studies.league.cells import cell_of
from remission.studies.league.league import make_league

if TYPE_CHECKING:
    from remission.studies.league.league import League
    from remission.studies.load import Studies

# Papers on B cells name a drug and no dose, so each drug is one treatment here.
NODES = "coarse"
LEVEL = 0.95


@lru_cache(maxsize=4)
def effects_of_league(studies: Studies) -> Mapping[str, Effect]:
    """The ratio of relapse rates of each drug against placebo, by its name; a drug that is in no network has none.

    From printed intervals alone where that gives one; else from counted errors beside them, which is said (`assumed`).

    >>> from remission.studies.load import load_studies
    >>> found = effects_of_league(load_studies())
    >>> found["natalizumab"].assumed, found["dimethyl fumarate"].assumed, "hsct" in found
    (False, True, False)
    """
    main, sensitivity = (make_league(studies, "relapse-rate-ratio", NODES, analysis)
                         for analysis in ("main", "sensitivity"))  # fmt: skip
    return {**dict(_effects(sensitivity, assumed=True)), **dict(_effects(main, assumed=False))}


def _effects(league: League, *, assumed: bool) -> Iterator[tuple[str, Effect]]:
    placebo = league.nodes.reference
    part = league.part_of(placebo)
    for name in part.names if part else ():
        if part and name != placebo:
            ratio = cell_of(part, name, placebo).random
            says = f"network of relapses, {league.analysis} analysis, random effects"
            yield name, Effect(ratio.value, ratio.low, ratio.high, LEVEL, says, assumed)
