"""A history told again under a trust that was there before, while the old code's rows stay: two signs of it.

Then no amount equals another, because the new code's amounts hold the old one's beside its own. Two things give it
away. An echo: each rise and fall of the old code's amounts is there in the new one's too, by as much. A jump: where the
telling twice begins or ends, the total jumps by what the predecessor issues, while people who only move from one code
to the other leave the total as it was. The echo needs months that differ; the jump needs a month of change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Jump = tuple[float, float]

# An echo is asked of so many months with both at a time: of a year, which tells the months, and of three, which hears
# an old code of a sixth of the whole. What the new code's amounts rise by where the old one's rise by one: 1 where they
# hold it, 0 where each is its own; of three years at least so much, for less is an echo of a part of them.
ECHOES = ((12, 0.6), (36, 0.8))
ECHO_TO = 1.4
# Fewer months have too few rises and falls.
LEAST_ECHO = 4
CLEAR_ECHO = 3.5  # standard errors
# Of the stretches that hold a month: one in hundreds echoes by chance, and then its neighbours do not.
ECHO_SHARE = 0.4
# Amounts that hold another's are never less than it, but for what was corrected in one of the two.
HELD_SHARE = 0.95
# So many months on each side of a jump are looked at, and with fewer than the least nothing is said.
NEAR_MONTHS, LEAST_MONTHS = 6, 3
# The jump as a part of what the predecessor issues: 1 where it is told twice, 0 where it is not.
LEAST_JUMP, LARGEST_JUMP = 0.5, 1.5
# In standard errors. An end is one known month; a jump within is the largest of many, so it must be clearer.
CLEAR_AT_AN_END, CLEAR_WITHIN = 2.0, 5.0
# Months never vary by less than this part of their level, so that a series without noise is not sure of everything.
LEAST_NOISE = 0.05


@dataclass(frozen=True, eq=False)
class _Merged:
    """A trust and its predecessors: quantities by medicine and month, shape (medicines, months); nan: no row."""

    months: list[date]
    own: Floats
    before: Floats

    @classmethod
    def of(cls, cells: pl.DataFrame) -> _Merged:
        months = cells["month"].unique().sort()
        return cls(months.to_list(), *(_by_month(cells, name, months) for name in ("_own", "_before")))

    def at(self, kept: Flags) -> _Merged:
        """These months of it."""
        months = [month for month, keep in zip(self.months, kept, strict=True) if keep]
        return _Merged(months, self.own[:, kept], self.before[:, kept])

    @property
    def owns(self) -> Flags:
        """Months in which the trust has rows of its own."""
        there: Flags = np.any(np.isfinite(self.own), axis=0)
        return there

    @property
    def befores(self) -> Flags:
        """Months in which predecessors have."""
        there: Flags = np.any(np.isfinite(self.before), axis=0)
        return there


def months_in_doubt(cells: pl.DataFrame) -> pl.DataFrame:
    """Months in which a trust's own rows may hold its predecessors' too, which are added up with them: month, code.

    cells: month, code, vmp_code, `_own` and `_before` (quantities; null where no row is). What cannot be told: a
    history told twice from the first month to the last in amounts that never change.
    """
    stands = pl.col("_own").is_not_null().any(), pl.col("_before").is_not_null().any()
    some = pl.all_horizontal(*(one.over("code", "month") for one in stands)).any().over("code")
    merged = cells.filter(some).sort("code", "month", "vmp_code")
    found = []
    for (code,), of in merged.partition_by("code", as_dict=True, maintain_order=True).items():
        one = _Merged.of(of)
        found += [{"month": month, "code": code} for month in sorted(_echoed(one) | {*_jumped(one)})]
    return pl.DataFrame(found, schema={"month": pl.Date, "code": pl.String})


def _echoed(merged: _Merged) -> set[date]:
    """Months of which enough of the stretches that hold them echo the predecessors."""
    both = merged.at(merged.owns & merged.befores)
    own, before = np.nan_to_num(both.own), np.nan_to_num(both.before)
    found: set[date] = set()
    for length, least in ECHOES:
        asked, echoes = np.zeros(len(both.months)), np.zeros(len(both.months))
        for begin in range(max(len(both.months) - length, 0) + 1):
            window = slice(begin, begin + length)
            asked[window] += 1
            echoes[window] += _is_echo(own[:, window], before[:, window], least)
        found |= {month for month, is_in in zip(both.months, echoes >= ECHO_SHARE * asked, strict=True) if is_in}
    return found


def _is_echo(own: Floats, before: Floats, least: float) -> bool:
    """Whether steps of `own` follow those of `before` one for one; both of shape (medicines, months)."""
    there = before > 0
    if own.shape[1] < LEAST_ECHO or not there.any() or (own >= before - 0.01)[there].mean() < HELD_SHARE:
        return False
    steps, led = np.diff(own, axis=1), np.diff(before, axis=1)
    # Each medicine in its own units, so that tablets do not outvote vials.
    scale = np.sqrt((steps**2).mean(axis=1, keepdims=True)) + 1e-9
    steps, led = steps / scale, led / scale
    moved = float((led**2).sum())
    if not moved:
        return False
    slope = float((steps * led).sum()) / moved
    left = steps - slope * led
    # The larger of the usual standard error and of the one that holds whatever the variances are (White 1980), which
    # is too small where a few large steps decide.
    usual, robust = (left**2).sum() / (left.size - 1) * moved, (led**2 * left**2).sum()
    error = float(np.sqrt(max(usual, robust))) / moved
    return least <= slope <= ECHO_TO and slope >= CLEAR_ECHO * error


@dataclass(frozen=True, eq=False)
class _Series:
    """Months of a merged trust: those before it had rows of its own, those with both, those after the last old row.

    `total` is what is added up, in units of what the predecessors issue; both stand from `first` to before `last`.
    """

    months: list[date]
    total: Floats
    first: int
    last: int


def _series(merged: _Merged) -> _Series:
    """The totals of all medicines as one series, each medicine weighed by how well it would show a jump."""
    owns, befores = merged.owns, merged.befores
    both = owns & befores
    # Not the months in which either is silent for a while: a silence is no jump.
    ahead = befores & ~np.logical_or.accumulate(owns)
    after = owns & ~np.logical_or.accumulate(befores[::-1])[::-1]
    kept = merged.at(ahead | both | after)
    total = np.nan_to_num(kept.own) + np.nan_to_num(kept.before)
    level = np.nan_to_num(merged.before)[:, both].mean(axis=1)
    weight = level / _spread(total) ** 2
    scale = float(weight @ level)
    first = int(ahead.sum())
    joined = weight @ total / scale if scale > 0 else np.zeros(total.shape[1])
    return _Series(kept.months, joined, first, first + int(both.sum()))


def _spread(total: Floats) -> Floats:
    """The standard deviation of each medicine's months, shape (medicines,), of steps, so that a jump is no noise."""
    steps = np.abs(np.diff(total, axis=1))
    # The median of the distance of two normal values is 0.954 standard deviations.
    noise = np.median(steps, axis=1) / 0.954 if steps.size else np.zeros(len(total))
    spread: Floats = np.maximum(noise, np.maximum(LEAST_NOISE * np.abs(total).mean(axis=1), 1e-9))
    return spread


def _by_month(cells: pl.DataFrame, name: str, months: pl.Series) -> Floats:
    """Quantities, shape (medicines, months); nan where no row is."""
    wide = cells.select("month", "vmp_code", name).pivot(on="vmp_code", index="month", values=name)
    ordered = pl.DataFrame({"month": months}).join(wide, on="month", how="left", maintain_order="left")
    quantities: Floats = ordered.drop("month").cast(pl.Float64).fill_null(np.nan).to_numpy()
    return quantities.T


def _jumped(merged: _Merged) -> list[date]:
    """The months with both that lie above those beside them by what the predecessors issue."""
    series = _series(merged)
    total, within = series.total, range(series.first + 1, series.last)
    up = _clearest((_jump(total[series.first : at], total[at : series.last]), at) for at in within)
    begin = series.first if up is None else up
    down = _clearest((_jump(total[at : series.last][::-1], total[begin:at][::-1]), at) for at in within if at > begin)
    end = series.last if down is None else down
    told = total[begin:end]
    begins = up is not None or _is_clear(_jump(total[: series.first], told), CLEAR_AT_AN_END)
    ends = down is not None or _is_clear(_jump(total[series.last :][::-1], told[::-1]), CLEAR_AT_AN_END)
    return series.months[begin:end] if begins or ends else []


def _clearest(jumps: Iterable[tuple[Jump, int]]) -> int | None:
    """Where the clearest jump within a series is; None where none is clear."""
    clear = [(errors, at) for (jump, errors), at in jumps if _is_clear((jump, errors), CLEAR_WITHIN)]
    return max(clear)[1] if clear else None


def _jump(low: Floats, high: Floats) -> Jump:
    """How far the first months of `high` lie above the last ones of `low`, and that in standard errors; 0 of few."""
    below, above = low[-NEAR_MONTHS:], high[:NEAR_MONTHS]
    if min(below.size, above.size) < LEAST_MONTHS:
        return 0.0, 0.0
    # Medians: a month sent in part, or a large delivery, is no jump.
    jump = float(np.median(above) - np.median(below))
    left = np.concatenate([above - np.median(above), below - np.median(below)])
    noise = max(float(np.sqrt((left**2).sum() / (left.size - 2))), LEAST_NOISE)
    # pi / 2: the variance of a median of normal values against that of their mean.
    return jump, jump / (noise * float(np.sqrt(np.pi / 2 * (1 / above.size + 1 / below.size))))


def _is_clear(jump: Jump, least: float) -> bool:
    return LEAST_JUMP <= jump[0] <= LARGEST_JUMP and jump[1] >= least
