"""B cells beside effect: which rows can stand on one axis, which cannot and why, and what their order says of effect.

One axis takes one subset, one denominator and changes from before; a row that was counted otherwise, or of which
nobody told how, is left out with its reason. A direction without a number enters as the range that it allows ("down"
is 0 to 100 per cent of before), and the correlation is told as its range over all orders of those (decision 244).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from remission.inputs.problems import InputProblems, Problem, nearest
from remission.stats.rank_correlation import RankRange, TooManyOrders, spearman_range
from remission.studies.b_cells.rows import DENOMINATORS, MEMORY, STATISTICS, UNKNOWN_DENOMINATORS, Compartment, Counted

# With four drugs even a perfect order comes up by chance one time in twelve (2 of 4! orders); with five, one in sixty.
FEWEST = 5
# What a direction allows, in per cent of the number before.
ALLOWED: Mapping[str, tuple[float, float]] = {"down": (0, 100), "no change": (100, 100), "up": (100, math.inf)}
KNOWN = tuple(one for one in DENOMINATORS if one not in UNKNOWN_DENOMINATORS)
NATALIZUMAB = "natalizumab"
# Other people are no "before"; where a paper's abstract does not say, "down" is taken as lower than without the drug.
OTHER_PEOPLE = ("healthy people", "controls", "normal range")


@dataclass(frozen=True)
class Effect:
    """How well a drug works: a ratio against placebo, below 1 for fewer relapses; `says` what it rests on.

    It is `assumed` where its error rests on an assumption and not on printed intervals alone.
    """

    value: float
    low: float | None = None
    high: float | None = None
    level: float | None = None
    says: str = ""
    assumed: bool = False


@dataclass(frozen=True)
class Asked:
    """What stands on the axis: cells, what they are counted against, when (months, both ends in), and where."""

    subset: str = MEMORY
    denominator: str = "B cells"
    window: tuple[float, float] | None = None
    natalizumab: Compartment = "blood"

    def __post_init__(self) -> None:
        """ValueError for what can be no axis."""
        if self.denominator not in KNOWN:
            raise ValueError(f"an axis needs one denominator of {', '.join(KNOWN)}; found {self.denominator!r}")
        if self.natalizumab not in ("blood", "tissue"):
            raise ValueError(f"natalizumab is counted in blood or tissue; found {self.natalizumab!r}")
        if self.window is not None and not self.window[0] <= self.window[1]:
            raise ValueError(f"a window begins before it ends; found {self.window[0]:g} to {self.window[1]:g}")


@dataclass(frozen=True)
class Point:
    """A drug on the axis: its effect, and between what per cent of before its cells lie; a number has both alike."""

    drug: str
    effect: Effect
    low: float
    high: float
    rows: tuple[Counted, ...]

    @property
    def is_number(self) -> bool:
        """Was a number printed, be it a bound?"""
        return any(row.is_number for row in self.rows)


@dataclass(frozen=True)
class LeftOut:
    """A row of the cells asked for that is not on the axis, and why."""

    row: Counted
    why: str


@dataclass(frozen=True)
class Without:
    """The range with one drug left out."""

    drug: str
    range: RankRange


@dataclass(frozen=True)
class Joined:
    """The points of one axis, what was left out, and the range of Spearman's correlation over all orders.

    `range` and `without` are there from three drugs on, for they say what the rows allow; whether the rows carry an
    axis, so that a picture may be drawn of it, is another question: `why_none` is empty where they do.
    """

    asked: Asked
    points: tuple[Point, ...]
    left_out: tuple[LeftOut, ...]
    range: RankRange | None
    without: tuple[Without, ...]
    why_none: str

    def __post_init__(self) -> None:
        """ValueError where rows of two denominators are about to stand on one axis, however they came there."""
        found = {row.denominator for point in self.points for row in point.rows}
        if found - {self.asked.denominator}:
            raise ValueError(f"one axis, and {len(found)} denominators: {', '.join(sorted(found))}")

    @property
    def carries_axis(self) -> bool:
        """May these rows be drawn as one axis?"""
        return not self.why_none

    @property
    def range_without(self) -> RankRange | None:
        """From the least to the most over all ranges with one drug left out."""
        known = [one.range for one in self.without if not math.isnan(one.range.low)]
        return RankRange(min(one.low for one in known), max(one.high for one in known)) if known else None


def join(
    rows: Sequence[Counted],
    effects: Mapping[str, Effect],
    subset: str = MEMORY,
    denominator: str = "B cells",
    window: tuple[float, float] | None = None,
    natalizumab: Literal["blood", "tissue"] = "blood",
) -> Joined:
    """Rows of one kind of cell beside effects by drug; see `Joined`. ValueError for what can be no axis.

    A correlation of +1: whenever fewer of the cells are left, relapses are fewer too.

    >>> from remission.studies.b_cells.load import load_b_cells
    >>> joined = join(load_b_cells().counts, {"cladribine": Effect(0.42)})
    >>> joined.carries_axis, [point.drug for point in joined.points]
    (False, ['cladribine'])
    """
    asked = Asked(subset, denominator, window, natalizumab)
    left_out: list[LeftOut] = []
    fitting: dict[str, list[Counted]] = {}
    for row in (one for one in rows if one.subset == subset):
        if why := why_left_out(row, asked) or ("" if row.drug in effects else "its effect is not known"):
            left_out.append(LeftOut(row, why))
        else:
            fitting.setdefault(row.drug, []).append(row)
    points = []
    for drug, own in fitting.items():
        point, others = _point(drug, own, effects[drug])
        points.append(point)
        left_out += others
    every = tuple(points)
    together = _range(every)
    # With one drug fewer the orders may be few enough to look through, at great length, where nobody reads them.
    without = tuple(_without(every)) if together is not None else ()
    return Joined(asked, every, tuple(left_out), together, without, _why_none(every, together))


def window_of(first: float | None, last: float | None) -> tuple[float, float] | None:
    """The months from one to another, where either may be left open; None for any time.

    >>> window_of(3, None), window_of(None, None)
    ((3, inf), None)
    """
    if first is None and last is None:
        return None
    return (0 if first is None else first, math.inf if last is None else last)


def check_asked(
    rows: Sequence[Counted], subset: str, denominator: str, window: tuple[float, float] | None = None
) -> None:
    """InputProblems where there are no such cells among some rows, or what is asked for can be no axis."""
    problems = []
    if window is not None and window[0] > window[1]:
        found, do = f"month {window[0]:g} to month {window[1]:g}", "Let the window begin before it ends."
        problems.append(Problem.at_key("bcells()", "from_month", found=found, allowed="an earlier month", do=do))
    for argument, found, known in (
        ("subset", subset, tuple(dict.fromkeys(row.subset for row in rows))),
        ("denominator", denominator, KNOWN),
    ):
        if found not in known:
            do = nearest(found, known) or "Use one of those."
            problems.append(Problem.at_key("bcells()", argument, found=found, allowed=", ".join(known), do=do))
    if problems:
        raise InputProblems(problems)


def why_left_out(row: Counted, asked: Asked) -> str:
    """Why a row cannot stand on an axis, whatever its drug's effect; empty where it can."""
    wanted = asked.natalizumab if row.drug == NATALIZUMAB else "blood"
    if row.status == "not found":
        return row.says
    if row.denominator in UNKNOWN_DENOMINATORS:
        return DENOMINATORS[row.denominator]
    if row.denominator != asked.denominator:
        return f"counted {DENOMINATORS[row.denominator]}, not {DENOMINATORS[asked.denominator]}"
    if row.statistic not in ("change", "left of baseline"):
        return f"no change from before: {STATISTICS[row.statistic]}"
    if row.against in OTHER_PEOPLE:
        return f"compared with {row.against}, not with before"
    if row.whom != "MS":
        return f"in {row.whom}"
    if row.compartment != wanted:
        return f"counted in {row.compartment}, and asked for in {wanted}"
    return _why_not_then(row, asked)


def _why_not_then(row: Counted, asked: Asked) -> str:
    if asked.window is None or (row.months is not None and asked.window[0] <= row.months <= asked.window[1]):
        return ""
    return f"at {row.months:g} months" if row.months is not None else "when is not told"


def _point(drug: str, rows: Sequence[Counted], effect: Effect) -> tuple[Point, list[LeftOut]]:
    """The place of one drug: of its number of most people, or of all its directions together."""
    numbers = sorted((row for row in rows if row.is_number), key=lambda row: (-(row.people or 0), row.months or 0))
    if not numbers:
        # Where sources disagree, all that any of them allows is allowed.
        ends = [ALLOWED[row.direction] for row in rows]
        return Point(drug, effect, min(a for a, _ in ends), max(b for _, b in ends), tuple(rows)), []
    taken = numbers[0]
    others = [LeftOut(row, _why_another(taken, row)) for row in rows if row is not taken]
    return Point(drug, effect, *between(taken), (taken,)), others


def _why_another(taken: Counted, row: Counted) -> str:
    told = "" if taken.people is None else f", of {taken.people} people"
    if not row.is_number:
        return "only a direction, and a number of this drug was taken"
    when = "of a time that is not told" if taken.months is None else f"at {taken.months:g} months"
    return f"another number of this drug was taken: the one {when}{told}"


def between(row: Counted) -> tuple[float, float]:
    """Between what the number of a row lies: both ends are it, or the bound or range that was printed."""
    if row.value is None:
        return row.low or 0, row.high or 0
    if row.bound == "at most":
        return 0, row.value
    return (row.value, math.inf) if row.bound == "at least" else (row.value, row.value)


def _range(points: Sequence[Point]) -> RankRange | None:
    if len(points) < 3:
        return None
    try:
        return spearman_range([one.low for one in points], [one.high for one in points],
                              [one.effect.value for one in points])  # fmt: skip
    except TooManyOrders:
        return None


def _without(points: Sequence[Point]) -> Iterator[Without]:
    for out in points:
        found = _range([one for one in points if one is not out])
        if found is not None:
            yield Without(out.drug, found)


def _why_none(points: Sequence[Point], together: RankRange | None) -> str:
    """Why these points carry no axis; empty where they do."""
    numbers = sum(point.is_number for point in points)
    if numbers < FEWEST:
        have = f"{numbers} drugs have" if numbers > 1 else "one drug has" if numbers else "no drug has"
        return f"{have} a number counted in this way, and {FEWEST} are needed"
    if together is None:
        return f"{len(points)} drugs have too many orders to look through"
    return "the drugs do not differ" if math.isnan(together.low) else ""
