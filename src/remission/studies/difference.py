"""What changes when studies change: every pooled number and everything else that is worked out from them.

What is told of the studies is a list of tellers, so that whoever draws conclusions from pools joins in by one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from remission.stats.estimates import NOT_ESTIMABLE
from remission.stats.rounding import text_half_up
from remission.studies.pools import Line, ask_pool
from remission.studies.questions import Question, question_names

if TYPE_CHECKING:
    from remission.studies.load import Studies

# Differences below it are of the arithmetic, and no study moved.
SAME = 1e-9


@dataclass(frozen=True)
class Told:
    """One conclusion from the studies, by where it stands; `value` to `k` are null where it is a word.

    `unit` is that of its value ("proportion", "ratio"...): no number alone tells on which scale it stands. `kind` is
    "pooled number", or what another teller calls its own.
    """

    kind: str
    name: str
    line: str
    says: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    k: int | None = None
    unit: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands: the same place in another library is the same conclusion."""
        return self.kind, self.name, self.line

    def is_as(self, other: Told) -> bool:
        """Does another library conclude the same?"""
        numbers = zip((self.value, self.low, self.high), (other.value, other.low, other.high), strict=True)
        alike = all(_same(one, two) for one, two in numbers)
        return alike and (self.k, self.says) == (other.k, other.says)


@dataclass(frozen=True)
class Change:
    """One conclusion before and after; None where it was not there."""

    old: Told | None
    new: Told | None

    @property
    def told(self) -> Told:
        """The one that is there, the new one first."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def row(self) -> dict[str, object]:
        """The change as a row of a table."""
        row: dict[str, object] = dict(zip(("kind", "name", "line"), self.told.place, strict=True))
        for when, one in (("old", self.old), ("new", self.new)):
            row |= {f"{when}_{field}": getattr(one, field, None) for field in ("says", "value", "low", "high", "k")}
        return row


@dataclass(frozen=True)
class Difference:
    """What differs between two libraries on a day."""

    on: date
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    changes: tuple[Change, ...]
    same: int

    @property
    def rows(self) -> list[dict[str, object]]:
        """Every change as a row, for a table or a page."""
        return [{"on": self.on.isoformat(), **one.row} for one in self.changes]


def difference(old: Studies, new: Studies, on: date, tellers: Iterable[Teller] = ()) -> Difference:
    """What every conclusion was and becomes; `tellers` are asked beside those of this room.

    >>> from remission.studies.load import load_studies
    >>> library = load_studies()
    >>> found = difference(library.without("uk-2025"), library, date(2026, 11, 30))
    >>> found.added, found.changes[0].told.name, found.changes[0].old.k, found.changes[0].new.k
    (('uk-2025',), 'hsct-mortality', 19, 19)
    """
    before, after = (_every(studies, (*TELLERS, *tellers)) for studies in (old, new))
    # In the order of the new state, so that the page of today reads as today's pages do.
    places = list(dict.fromkeys([*after, *before]))
    pairs = [Change(before.get(place), after.get(place)) for place in places]
    moved = [one for one in pairs if one.old is None or one.new is None or not one.old.is_as(one.new)]
    names = old.by_name, new.by_name
    both = sorted(names[0].keys() & names[1].keys())
    return Difference(
        on,
        tuple(sorted(names[1].keys() - names[0].keys())),
        tuple(sorted(names[0].keys() - names[1].keys())),
        tuple(name for name in both if names[0][name] != names[1][name]),
        tuple(moved),
        len(pairs) - len(moved),
    )


def _every(studies: Studies, tellers: Iterable[Teller]) -> dict[tuple[str, str, str], Told]:
    return {one.place: one for teller in tellers for one in teller(studies)}


def pooled_numbers(studies: Studies) -> Iterator[Told]:
    """Every pooled number of every question."""
    for name in sorted(question_names()):
        pools = ask_pool(name, studies)
        for line in pools.lines:
            pooled = line.pooled
            where = ", ".join(one for one in (line.group, line.estimator) if one)
            says = number_words(line, pools.question)
            unit = "proportion" if is_share(pools.question) else pools.question.shape
            yield Told("pooled number", name, where, says, pooled.value, pooled.low, pooled.high, pooled.k, unit)


def is_share(question: Question) -> bool:
    """Are its numbers shares of people, and read in per cent?"""
    return question.shape in ("count", "survival")


def number_words(line: Line, question: Question) -> str:
    """A pooled number as people read it, or why there is none.

    >>> from remission.studies.load import load_studies
    >>> pools = ask_pool("hsct-mortality", load_studies())
    >>> number_words(pools.line("crude"), pools.question)
    '0.60 % (0.33 to 0.98)'
    """
    pooled = line.pooled
    if pooled.value is None:
        return pooled.absent_reason or NOT_ESTIMABLE
    return share_words((pooled.value, pooled.low, pooled.high), question)


def share_words(numbers: Sequence[object], question: Question) -> str:
    """A value and its ends in the unit in which people read such a question, without ends that are not there."""
    percent = is_share(question)
    scale, unit = (100, " %") if percent else (1, "")
    digits = 2 if question.shape in ("count", "ratio") else 1
    shown = [text_half_up(scale * one, digits) for one in numbers if isinstance(one, float)]
    if not shown:
        return NOT_ESTIMABLE
    return f"{shown[0]}{unit}" + (f" ({shown[1]} to {shown[2]})" if len(shown) == 3 else "")


def _same(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return abs(one - two) <= SAME


Teller = Callable[["Studies"], Iterable[Told]]
TELLERS: tuple[Teller, ...] = (pooled_numbers,)
