"""All leagues of one set of nodes, made once, and what is counted in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from remission.exhibits.network.ratios import Ratio
from remission.exhibits.wording import count, listed
from remission.studies.league.cells import Cell, cell_of, cells
from remission.studies.league.league import League, Part, make_league

if TYPE_CHECKING:
    from remission.studies.league.compared import Analysis, Compared, What
    from remission.studies.load import Studies
    from remission.studies.study import Study

NO_TRIAL = "no usable number"
OTHER_PART = "joined by no trial"


@dataclass(frozen=True, eq=False)
class Leagues:
    """The leagues of `studies` by one set of nodes: `relapse` from printed intervals, `wide` from counted ones too."""

    studies: Studies
    nodes: str

    @cached_property
    def relapse(self) -> League:
        """Relapses, from printed intervals only."""
        return self._made("relapse-rate-ratio", "main")

    @cached_property
    def wide(self) -> League:
        """Relapses, with errors counted by assumption where none is printed."""
        return self._made("relapse-rate-ratio", "sensitivity")

    @cached_property
    def weeks_12(self) -> League:
        """Worsening that is still there after 12 weeks."""
        return self._made("progression-12w-hazard-ratio", "main")

    @cached_property
    def weeks_24(self) -> League:
        """Worsening that is still there after 24 weeks."""
        return self._made("progression-24w-hazard-ratio", "main")

    def _made(self, what: What, analysis: Analysis) -> League:
        return make_league(self.studies, what, self.nodes, analysis)

    @property
    def reference(self) -> str:
        """The treatment that others are compared with."""
        return self.relapse.nodes.reference

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Treatments as the node set has them, which is no order of how well they work."""
        places = self.relapse.nodes.places
        return sorted(dict.fromkeys(names), key=places.__getitem__)

    @cached_property
    def short(self) -> dict[str, str]:
        """The short names of treatments."""
        return {node.name: node.short for node in self.relapse.nodes.nodes}


def main_part(league: League) -> Part | None:
    """The part of the network that holds the reference; None where no trial does."""
    return league.part_of(league.nodes.reference)


def ratio_of(cell: Cell) -> Ratio:
    """A cell of a league as pictures take it."""
    return Ratio(cell.one, cell.other, cell.random.value, cell.random.low, cell.random.high)


def against(league: League, one: str, other: str) -> Ratio:
    """One treatment against another, or why there is no number for the two."""
    part = league.part_of(one)
    if part is None or not league.part_of(other):
        return Ratio(one, other, why=NO_TRIAL)
    if other not in part.names:
        return Ratio(one, other, why=OTHER_PART)
    return ratio_of(cell_of(part, one, other))


def pairs_of(league: League) -> dict[tuple[str, str], Ratio]:
    """Every two treatments of every part; of two parts that they are joined by no trial."""
    found = {(cell.one, cell.other): ratio_of(cell) for part in league.parts for cell in cells(part)}
    for part, other in combinations(league.parts, 2):
        found |= {(one, two): Ratio(one, two, why=OTHER_PART) for one in part.names for two in other.names}
    return found


def trials_with(league: League, name: str) -> list[Study]:
    """The studies whose used rows tell of a treatment."""
    rows = [row for row in league.used if name in (row.treatment, row.comparator)]
    return list({row.study.name: row.study for row in rows}.values())


def people_on(league: League, name: str) -> int | None:
    """How many people had a treatment in the trials that are used; None where no trial printed it."""
    known = [_people(league, study, name) for study in trials_with(league, name)]
    return sum(filter(None, known)) or None


def _people(league: League, study: Study, name: str) -> int | None:
    arms = [arm for arm in study.arms if (node := league.nodes.node_of(arm)) is not None and node.name == name]
    return sum(filter(None, (study.people(arm.name) for arm in arms))) or None


def people_words(league: League) -> str:
    """How many people were in the arms of the trials that are used, and which of these say it of no arm of theirs."""
    names = {name for part in league.parts for name in part.names}
    known = [many for name in names if (many := people_on(league, name)) is not None]
    silent = [study.title for study in studies_of(league.used)
              if not any(_people(league, study, name) for name in names)]  # fmt: skip
    without = f", not counting {listed(silent)}, whose groups' sizes were not found" if silent else ""
    return f"{sum(known):,} people{without}"


def studies_of(rows: Sequence[Compared]) -> list[Study]:
    """The studies of some rows, each once."""
    return list({row.study.name: row.study for row in rows}.values())


def trials_words(rows: Sequence[Compared]) -> str:
    """How many trials some rows are from; what others pooled of several trials is said to be that.

    >>> trials_words([])
    '0 trials'
    """
    found = studies_of(rows)
    pooled = sum(study.kind == "pooled by others" for study in found)
    said = count(len(found) - pooled, "trial")
    return f"{said} and {count(pooled, 'pool')} of trials" if pooled else said
