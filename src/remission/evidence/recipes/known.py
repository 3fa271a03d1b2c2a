"""What the pages of the evidence are made from: the studies, their pools, and the day that the pages are made on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from remission.evidence.recipes.league.leagues import Leagues
from remission.evidence.recipes.membership import memberships
from remission.evidence.recipes.pooled import PoolShown, as_lines
from remission.inputs.provenance import Provenance
from remission.studies.load import Studies, load_studies
from remission.studies.pools import Pools, ask_pool
from remission.studies.questions import question_names


@dataclass(frozen=True, eq=False)
class Known:
    """The studies of a library, and the `day` on which pages of them are made."""

    studies: Studies
    day: date

    @cached_property
    def provenance(self) -> Provenance:
        """What all rows are: published numbers, with a digest of every study."""
        digest = hashlib.sha256("\n".join(map(repr, self.studies.every)).encode()).hexdigest()
        return Provenance("evidence", "published", digest)

    def pool(self, name: str, root: str = "../") -> PoolShown:
        """A pooling question of the library, answered from these studies, once."""
        if (name, root) not in self._pools:
            self._pools[name, root] = as_lines(self.answered(name), self.studies, root)
        return self._pools[name, root]

    def answered(self, name: str) -> Pools:
        """The same with all that the studies room made of it, once."""
        if name not in self._answered:
            self._answered[name] = ask_pool(name, self.studies)
        return self._answered[name]

    def leagues(self, nodes: str) -> Leagues:
        """The leagues of all trials by one set of nodes, once."""
        if nodes not in self._leagues:
            self._leagues[nodes] = Leagues(self.studies, nodes)
        return self._leagues[nodes]

    @cached_property
    def memberships(self) -> dict[str, list[str]]:
        """By study, in which pools it stands and why not in others."""
        return memberships(self.answered(name) for name in question_names())

    @cached_property
    def _answered(self) -> dict[str, Pools]:
        return {}

    @cached_property
    def _leagues(self) -> dict[str, Leagues]:
        return {}

    @cached_property
    def _pools(self) -> dict[tuple[str, str], PoolShown]:
        return {}

    @cached_property
    def read_until(self) -> date:
        """The last day on which any number was read: what was published later is not in the pages."""
        dates = [number.date_read for _, number in self.studies.numbers() if number.date_read is not None]
        return max(dates, default=self.day)


def know(day: date, studies: Studies | None = None) -> Known:
    """What the bundled library knows, or other studies.

    >>> know(date(2026, 11, 30)).day.year
    2026
    """
    return Known(load_studies() if studies is None else studies, day)
