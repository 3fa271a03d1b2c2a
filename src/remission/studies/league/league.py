"""The league of one outcome: its rows, the networks that they make, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from remission.stats.network.inconsistency import Designs, Split, q_of_designs, split_sides
from remission.stats.network.pooled import Network
from remission.stats.network.ranks import Ranks, rank_treatments
from remission.studies.league.compared import Analysis, Compared, What
from remission.studies.league.nodes import NodeSet
from remission.studies.study import Number, Study


@dataclass(frozen=True, eq=False)
class Part:
    """One connected part of a network: every treatment in it can be compared with every other, directly or not.

    `random` has a tau squared by REML, `common` has none; `names` are its treatments in the order of the node set.
    """

    names: tuple[str, ...]
    reference: str
    rows: tuple[Compared, ...]
    random: Network
    common: Network

    @cached_property
    def ranks(self) -> Ranks:
        """How probable each rank is, in the order of the network's own names (`random.names`)."""
        return rank_treatments(self.random)

    @cached_property
    def designs(self) -> Designs:
        """Q within and between designs."""
        return q_of_designs(self.common)

    @cached_property
    def splits(self) -> tuple[Split, ...]:
        """Each comparison that has a loop, split into its direct and its indirect side."""
        return split_sides(self.random)

    @property
    def k(self) -> int:
        """How many studies."""
        return self.random.trials.k


@dataclass(frozen=True)
class Beside:
    """A printed comparison that stands beside the network and never in it, with the reason."""

    study: Study
    number: Number
    kind: str
    why: str


@dataclass(frozen=True, eq=False)
class League:
    """All that one outcome gives under one set of nodes and one analysis.

    `parts` are the connected parts of the network, that of the reference first; `rows` is every row, used or left out
    with its reason; `unknown` the nodes of the set that no used row tells of.
    """

    what: What
    nodes: NodeSet
    analysis: Analysis
    rows: tuple[Compared, ...]
    parts: tuple[Part, ...]
    unknown: tuple[str, ...]
    beside: tuple[Beside, ...]

    @property
    def used(self) -> tuple[Compared, ...]:
        """The rows that are in a network."""
        return tuple(row for row in self.rows if row.used)

    @property
    def left_out(self) -> tuple[Compared, ...]:
        """The rows that are not, each with its reason."""
        return tuple(row for row in self.rows if not row.used)
