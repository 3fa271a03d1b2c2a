"""Is a chain whole? The first row that is not as it was written, and in which way: changed, missing, moved, cut off.

A chain proves by itself that nothing within it was changed, taken out or put in: each row is hashed with the one before
it. That its end was cut off shows only by what was said of it elsewhere: its head, published day by day
(`audit.head`), and the number that the database would give next.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain as joined
from typing import Any, Literal

from django.db import connections

from remission.exhibits.wording import count
from remission.web.audit.chain import CHAINS, FIRST, Chain, mac_of
from remission.web.audit.head import Head, heads_of
from remission.web.instance import instance

Way = Literal["changed", "missing", "moved", "added", "cut", "rewritten"]
COLUMNS = ("row", "at", "act", "actor", "person", "detail", "mac")
BATCH = 2_000

IN_WORDS: Mapping[Way, str] = {
    "changed": "is not what was written",
    "missing": "is not there, though later rows are",
    "moved": "stands at another place",
    "added": "was not written by this observatory",
    "cut": "is not there: the end was cut off",
    "rewritten": "is not the row whose proof was published",
}
WHAT_TO_DO = (
    "Stop the server, copy the home folder as it is, and look for who could write to the databases before the day of "
    "this row. Then restore the newest backup of which this chain is whole, and tell your data protection officer."
)


@dataclass(frozen=True)
class Fault:
    """The first row of a chain that is not as it was written."""

    row: int
    way: Way
    note: str = ""

    def __str__(self) -> str:
        """In words."""
        return f"row {self.row} {IN_WORDS[self.way]}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True)
class Verdict:
    """What was found of a chain: how many rows are as they were written, from the first on, and what comes then."""

    chain: Chain
    rows: int
    fault: Fault | None = None

    @property
    def whole(self) -> bool:
        """Is every row as it was written?"""
        return self.fault is None

    def __str__(self) -> str:
        """In words: what a host reads."""
        if self.fault is None:
            return f"{self.chain}: whole, {count(self.rows, 'row')}"
        return f"{self.chain}: NOT whole, {self.fault}; the {self.rows:,} rows before it are as they were written"


Cells = tuple[Any, ...]


def verify(chain: Chain, published: Iterable[Head] | None = None) -> Verdict:
    """Go through a chain from its first row to its last; the first bad row is named.

    `published` are heads as they were published, by default those in the home's own list.
    """
    heads = [one for one in (heads_of(chain) if published is None else published) if one.chain == chain]
    told = {one.row: one for one in heads}
    last, before, key = 0, FIRST, instance().keyring.chain
    for cells in (rows := _rows(chain)):
        if not _fits(cells, last + 1, before, key):
            fault = _fault(cells, rows, last + 1, before, key)
            return Verdict(chain, last, fault)
        last, before = int(cells[0]), str(cells[-1])
        if last in told and told[last].mac != before:
            return Verdict(chain, last - 1, Fault(last, "rewritten", f"on {told[last].day}"))
    return Verdict(chain, last, _cut(chain, last, heads))


def _rows(chain: Chain) -> Iterator[Cells]:
    using, model = CHAINS[chain]
    with connections[using].cursor() as cursor:
        cursor.execute(f'SELECT {", ".join(COLUMNS)} FROM {model._meta.db_table} ORDER BY "row"')
        while batch := cursor.fetchmany(BATCH):
            yield from batch


def _fits(cells: Cells, number: int, before: str, key: bytes) -> bool:
    return cells[0] == number and _proves(cells, number, before, key)


def _proves(cells: Cells, number: int, before: str, key: bytes) -> bool:
    """Is this what was written as row `number`, after the row of that proof, wherever it stands now?"""
    *said, mac = cells[1:]
    if not all(isinstance(one, str) for one in (*said, mac)):
        return False
    return hmac.compare_digest(mac_of((number, *said), before, key).encode(), mac.encode())


def _fault(cells: Cells, later: Iterable[Cells], number: int, before: str, key: bytes) -> Fault:
    """In which way the row that does not fit is not what was written as row `number`."""
    if cells[0] < number and not _proves(cells, number, before, key):
        return Fault(cells[0], "added")
    found = next((one for one in joined([cells], later) if _proves(one, number, before, key)), None)
    if found is not None:
        return Fault(number, "moved", f"it stands as row {found[0]}")
    if cells[0] > number:
        return Fault(number, "missing", f"the next is row {cells[0]}")
    return Fault(number, "changed")


def _cut(chain: Chain, last: int, heads: Iterable[Head]) -> Fault | None:
    """The first row that is not there at the end, by the heads that were published and by the database's own count."""
    farther = [one for one in heads if one.row > last]
    if farther:
        newest = max(farther, key=lambda one: one.row)
        return Fault(last + 1, "cut", f"on {newest.day} the chain went to row {newest.row}")
    counted = _counted(chain)
    return Fault(last + 1, "cut", f"the database counted {counted} rows") if counted > last else None


def _counted(chain: Chain) -> int:
    using, model = CHAINS[chain]
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        found = cursor.fetchone()
    return int(found[0]) if found else 0
