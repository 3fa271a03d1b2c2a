"""The invented hospitals: today's acute trusts by their real codes, and the trusts that became part of them.

Only the codes and the mergers are real. A merged trust goes on under its old code until some month after the merger
and then under the new one; the history of some is rebuilt, so that the new code stands in months before the merger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from remission.library.catalogue import table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LONGEST_LAG = 24  # months for which a merged trust goes on under its old code
REBUILT = 0.25  # of the histories that are old enough
REBUILT_AFTER = 24  # months
NEVER = 10_000


@dataclass(frozen=True)
class Merger:
    """A trust that ended: its code, that of the trust of today that it is part of, and when it joined."""

    code: str
    into: str
    on: date


@dataclass(frozen=True)
class _Organisation:
    """Days are as exact as they are known: YYYY, YYYY-MM or YYYY-MM-DD."""

    code: str
    level: str
    opened: str
    closed: str
    acute: bool | None
    publishes: bool


@dataclass(frozen=True)
class _Succession:
    predecessor: str
    successor: str
    date: str
    takes_total: bool


@dataclass(frozen=True)
class Sites:
    """Trusts as they once were, each part of one of today's: arrays of shape (sites,).

    `family` is the place of today's trust in `trusts`, `share` the part of its patients, `merged` and `switched` the
    months (counted from the first one) of the merger and from which rows carry today's code, `rebuilt` whether
    they always did.
    """

    trusts: tuple[str, ...]
    codes: tuple[str, ...]
    family: Ints
    share: Floats
    merged: Ints
    switched: Ints
    rebuilt: Flags

    def reported(self, months: int) -> Ints:
        """Place in `reporters` of the code under which each site stands in each month, shape (sites, months)."""
        new = np.arange(months)[None, :] >= self.switched[:, None]
        own = np.array([self.reporters.index(code) for code in self.codes])
        return np.where(new, self.family[:, None], own[:, None])

    @property
    def reporters(self) -> tuple[str, ...]:
        """Every code that can stand in a file, those of today's trusts first."""
        return (*self.trusts, *(code for code in self.codes if code not in self.trusts))


def acute_trusts() -> tuple[str, ...]:
    """Codes of the acute trusts of today that publish, in order of code."""
    acute = (row for row in _organisations() if row.level == "trust" and row.acute)
    return tuple(sorted(row.code for row in acute if not row.closed and row.publishes))


def mergers_of(trusts: tuple[str, ...]) -> tuple[Merger, ...]:
    """The mergers by which acute trusts of the library became part of these, followed to today's code."""
    successions = table("places/successions", _Succession)
    into = {row.predecessor: row for row in successions if row.takes_total}
    acute = {row.code for row in _organisations() if row.acute}
    found = []
    for code, row in sorted(into.items()):
        last = row
        while last.successor in into and last.successor not in trusts:
            last = into[last.successor]
        if code in acute and code not in trusts and last.successor in trusts:
            found.append(Merger(code, last.successor, date.fromisoformat(row.date)))
    return tuple(found)


def sites_of(trusts: tuple[str, ...], mergers: tuple[Merger, ...], months: tuple[date, ...], draws: Floats) -> Sites:
    """Lay out today's trusts and their predecessors; `draws`, uniform, one row of three for each merger."""
    # A trust that a merger made has no months before it, and so no code of its own to report under.
    formed = {merger.into for merger in mergers if _opened(merger.into) >= merger.on}
    own = tuple(code for code in trusts if code not in formed)
    codes = (*own, *(merger.code for merger in mergers))
    family = np.array([trusts.index(code) for code in (*own, *(merger.into for merger in mergers))])
    merged = np.array([*[NEVER] * len(own), *(_months_since(months[0], merger.on) for merger in mergers)])
    lag = 1 + np.floor(draws[:, 0] * LONGEST_LAG).astype(np.int64)
    rebuilt = np.concatenate([np.zeros(len(own)), draws[:, 1] < REBUILT]) > 0
    # Only old mergers: a history is told anew years after it, never in the month itself.
    rebuilt &= merged < len(months) - REBUILT_AFTER
    switched = np.maximum(merged, 0) + np.concatenate([np.zeros(len(own), np.int64), lag])
    weight = np.concatenate([np.ones(len(own)), 0.4 + 0.6 * draws[:, 2]])
    share = weight / np.bincount(family, weight, len(trusts))[family]
    return Sites(trusts, codes, family, share, merged, np.where(rebuilt, 0, switched), rebuilt)


def _opened(code: str) -> date:
    return next(
        (date.fromisoformat(row.opened) for row in _organisations() if row.code == code and row.opened), date.min
    )


def _months_since(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


@cache
def _organisations() -> tuple[_Organisation, ...]:
    return table("places/organisations", _Organisation)
