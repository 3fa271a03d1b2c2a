"""Which file speaks for a month: one, of one series. Final wins over provisional over old, then the newest snapshot.

A file that was added by hand, and whose name tells no series, comes after all of them.
Series are never mixed within a month: they differ in who had corrected what by then. Published files go before
synthetic ones. A month's other files are candidates still, in this order, should the better one not be readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from remission.inputs.problems import Problem

if TYPE_CHECKING:
    from remission.inputs.snapshots import Snapshot

# Decision 32: from the one to use first to the last; the order is the rank.
# Added by hand and of no series that its name tells: it never goes before what was published as a month.
ADDED = "added"
# How the address of such a file begins.
BY_HAND = "added by hand: "
SERIES = ("final", "provisional", "old", ADDED)
STANDING_ORDER = ("published", "synthetic")


def candidates(snapshots: Iterable[Snapshot]) -> dict[date, tuple[Snapshot, ...]]:
    """The snapshots of each month, the one to use first; months in order. ValueError for a series unknown to us."""
    arrived = list(enumerate(snapshots))
    for _, one in arrived:
        if one.series not in SERIES:
            raise ValueError(f"{one.file}: series must be one of {', '.join(SERIES)}, found {one.series!r}")
    # Of one rank and day the last that arrived goes first: what was listed later was meant to replace.
    best_first = sorted(arrived, key=lambda pair: (pair[1].month, *_rank(pair[1]), -pair[0]))
    by_month = groupby((one for _, one in best_first), key=lambda one: one.month)
    return {month: tuple(ones) for month, ones in by_month}


def _rank(one: Snapshot) -> tuple[int, int, int]:
    # Published before synthetic, whatever the series: an invented final file must never speak beside a real
    # provisional one.
    return STANDING_ORDER.index(one.standing), SERIES.index(one.series), -one.fetched.toordinal()


def why_not(one: Snapshot, used: Snapshot) -> str:
    """Why a readable file is not the one that speaks for its month."""
    if one.standing != used.standing:
        return f"no: a {used.standing} file is there"
    return f"no: {used.series} is there" if one.series != used.series else "no: a newer snapshot is there"


def months_twice(months: Mapping[date, tuple[Snapshot, ...]]) -> Iterator[Problem]:
    """A month that one fetch found under two addresses of one series: the one that was listed last is taken."""
    for ones in months.values():
        seen: dict[tuple[object, ...], Snapshot] = {}
        for one in ones:
            first = seen.setdefault((one.series, one.fetched, one.standing), one)
            # One address twice is a file fetched twice; two addresses are two files that both claim to be the month.
            if first.url != one.url:
                yield Problem.of_file(
                    one.file,
                    found=f"{one.month:%Y-%m} a second time, beside {first.file}",
                    allowed="one file for a month and series",
                    do="The one that was listed last is used. Look which is right.",
                    severity="warning",
                )
