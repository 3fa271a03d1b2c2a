"""The league of one outcome: its rows, the networks that they make, and what stands beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.network.contrasts import Contrasts
from remission.stats.network.funnel import AdjustedFunnel, adjusted_funnel
from remission.stats.network.inconsistency import Designs, Split, q_of_designs, split_sides
from remission.stats.network.left_out import Without, without_each
from remission.stats.network.parts import Parts
from remission.stats.network.pooled import Network, pool_network
from remission.stats.network.ranks import Ranks, rank_treatments
from remission.studies.league.arms import tie_arms
from remission.studies.league.baseline import Baseline, baseline_of
from remission.studies.league.bases import OverDispersion, over_dispersion
from remission.studies.league.beside import Beside, beside_of
from remission.studies.league.compared import Analysis, Compared, What
from remission.studies.league.nodes import NodeSet, load_nodes
from remission.studies.league.rows import Asked, all_rows
from remission.studies.league.selection import nobody_twice, parts_or_whole

if TYPE_CHECKING:
    from remission.studies.load import Studies

# A study without a year is taken for one of today.
LATEST = 9999


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

    @property
    def k(self) -> int:
        """How many studies."""
        return self.random.trials.k

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

    @cached_property
    def funnel(self) -> AdjustedFunnel:
        """Each contrast less the network's number of its comparison, the later treatment against the earlier.

        A small trial would flatter the drug that came later: treatments stand by the year of their first trial.
        """
        first = {name: min(row.study.year or LATEST for row in self.rows if name in (row.treatment, row.comparator))
                 for name in self.names}  # fmt: skip
        order = sorted(self.names, key=lambda name: (name != self.reference, first[name], self.names.index(name)))
        return adjusted_funnel(self.random, order)

    @cached_property
    def without(self) -> tuple[Without, ...]:
        """The network again without each of its trials; none where it has only one."""
        return without_each(self.random.trials, reference=self.reference) if self.k > 1 else ()


@dataclass(frozen=True, eq=False)
class League:
    """All that one outcome gives under one set of nodes and one analysis.

    `parts` are the connected parts of the network, that of the reference first; `rows` is every row, used or left out
    with its reason; `unknown` the nodes that no used row tells of; `spread` how counted errors were widened.
    """

    what: What
    nodes: NodeSet
    analysis: Analysis
    rows: tuple[Compared, ...]
    parts: tuple[Part, ...]
    unknown: tuple[str, ...]
    beside: tuple[Beside, ...]
    spread: OverDispersion
    reference: str

    @property
    def used(self) -> tuple[Compared, ...]:
        """The rows that are in a network."""
        return tuple(row for row in self.rows if row.used)

    @property
    def left_out(self) -> tuple[Compared, ...]:
        """The rows that are not, each with its reason."""
        return tuple(row for row in self.rows if not row.used)

    @cached_property
    def baseline(self) -> Baseline | None:
        """The slope on the relapse rate of the reference in the part that holds it; None without such a part."""
        part = next((one for one in self.parts if self.reference in one.names), None)
        return None if part is None else baseline_of(part, self.what, self.analysis, self.spread)

    def part_of(self, name: str) -> Part | None:
        """The part in which a treatment stands; None where no used row tells of it."""
        return next((one for one in self.parts if name in one.names), None)


def make_league(
    studies: Studies,
    what: What = "relapse-rate-ratio",
    nodes: str | NodeSet = "fine",
    analysis: Analysis = "main",
    reference: str = "",
) -> League:
    """The league of one outcome from some studies. `reference` is a node; without one it is that of the node set.

    InputProblems by name where variances of a trial cannot be true; NotInLibrary for a set of nodes that is not there.

    >>> from remission.studies.load import load_studies
    >>> found = make_league(load_studies(), nodes="coarse")
    >>> [len(part.names) for part in found.parts], len(found.rows) == len(found.used) + len(found.left_out)
    ([15], True)
    """
    chosen = load_nodes(nodes) if isinstance(nodes, str) else nodes
    asked = Asked(what, chosen, analysis, over_dispersion(studies))
    rows = tie_arms(nobody_twice(parts_or_whole(all_rows(studies, asked), studies), studies), chosen)
    used = [row for row in rows if row.used]
    base = reference or chosen.reference
    parts = make_parts(used, chosen, base)
    told = {name for part in parts for name in part.names}
    unknown = tuple(node.name for node in chosen.nodes if node.name not in told)
    beside = beside_of(what, chosen, studies)
    return League(what, chosen, analysis, tuple(rows), parts, unknown, beside, asked.spread, base)


def make_parts(used: Sequence[Compared], nodes: NodeSet, reference: str) -> tuple[Part, ...]:
    """The connected parts of the network of some rows: that of the reference first, then by how many they hold."""
    pairs = [(row.treatment, row.comparator) for row in used]
    parts = [_part(names, used, nodes, reference) for names in Parts.of(pairs).each]
    return tuple(sorted(parts, key=lambda part: (reference not in part.names, -len(part.names), part.names)))


def _part(names: Sequence[str], used: Sequence[Compared], nodes: NodeSet, reference: str) -> Part:
    rows = tuple(row for row in used if row.treatment in names)
    ordered = tuple(sorted(names, key=nodes.places.__getitem__))
    base = reference if reference in names else _in_most_rows(ordered, rows)
    trials = contrasts_of(rows)
    return Part(
        ordered, base, rows, pool_network(trials, reference=base),
        pool_network(trials, reference=base, tau2="common"),
    )  # fmt: skip


def _in_most_rows(names: Sequence[str], rows: Sequence[Compared]) -> str:
    """What a part without the reference is shown against: the treatment of most rows, then that which is a control."""
    place = Counter(name for row in rows for name in (row.treatment, row.comparator))
    control = Counter(row.comparator for row in rows)
    return max(names, key=lambda name: (place[name], control[name]))


def contrasts_of(rows: Sequence[Compared]) -> Contrasts:
    """Rows as contrasts on the log scale; InputProblems where they cannot be true."""
    names = [row.study.name for row in rows]
    return Contrasts(
        names,
        [row.comparator for row in rows],
        [row.treatment for row in rows],
        np.log([row.value if row.value is not None else np.nan for row in rows]),
        [row.variance for row in rows],
        # Not looked at where a study has one row.
        [row.shared if row.shared is not None and names.count(row.study.name) > 1 else 0.0 for row in rows],
    )
