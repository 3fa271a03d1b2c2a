"""The mass that makes observations likeliest, with a given share of it up to a border: the search, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from remission.inputs.kernels import dividing_kernel
from remission.stats.survival.time_at_risk import Floats

if TYPE_CHECKING:
    from remission.stats.interval.innermost import Innermost, Places

# The log likelihood that is told is at most so far from its top.
CERTAIN = 1e-6
# The search ends so far from the top, in units of the log likelihood; of many people where rounding lets it: at this
# share of the sum of weights.
CLOSE = 1e-10
ROUNDING = 2e-13
MOST_ROUNDS = 5_000
MOST_HALVINGS = 12


class Peak(NamedTuple):
    """The largest log likelihood, its slope by the share held after the border, and what it could still rise by.

    spread: of the mass up to the border, and of that after it, the share in each interval, shape (m,).
    """

    value: float
    slope: float
    gap: float
    spread: Floats
    rounds: int

    @classmethod
    def of(
        cls, inner: Innermost, border: int, after: float, spread: Floats | None = None, close: float = CLOSE
    ) -> Peak:
        """With the share `after` in the intervals from the place `border` on; with none there if border is m.

        spread: where to begin; evenly if not given. close: the gap at which to end. The gap, max over intervals of
        sum w A / f of each side times its share, less sum w, is a bound because the log likelihood is concave in the
        mass.
        """
        m = inner.left.size
        even = np.repeat((1 / max(border, 1), 1 / max(m - border, 1)), (border, m - border))
        enough = max(close, min(ROUNDING * float(inner.weight.sum()), CERTAIN))
        start = even if spread is None else spread
        arrays = inner.first, inner.last, inner.weight
        return cls(*_climbed(*arrays, int(border), float(after), start, enough, MOST_ROUNDS))

    def certain(self) -> Peak:
        """Itself; ValueError if it may not be the top, so that no likelihood is told that is not the largest."""
        if not self.gap <= CERTAIN:
            raise ValueError(f"the likelihood is still {self.gap:.1e} from its maximum after {self.rounds} rounds")
        return self


@dividing_kernel
def _climbed(
    first: Places, last: Places, weight: Floats, border: int, after: float, spread: Floats, close: float, most: int
) -> tuple[float, float, float, Floats, int]:
    """Rounds of a step of self-consistency, which always rises, and one of the iterative convex minorant.

    The second alone takes all mass from an interval or gives some to an empty one; it is halved until it rises.
    """
    m, total, rounds = spread.size, 0.0, 0
    for row in range(weight.size):
        total += weight[row]
    sums, tried, wanted, bend, slope = np.zeros(m + 1), np.zeros(m + 1), np.zeros(m + 1), np.zeros(m + 1), np.empty(m)
    mass = np.empty(m)
    for place in range(m):
        mass[place] = spread[place] * (1.0 - after if place < border else after)
    while True:
        _added_up(mass, border, after, sums)
        _slopes(first, last, weight, sums, slope)
        below, above = _largest(slope, 0, border), _largest(slope, border, m)
        gap = (1.0 - after) * below + after * above - total
        if gap <= close or rounds == most:
            break
        _made_consistent(mass, slope, border, after)
        _added_up(mass, border, after, sums)
        _parabolas(first, last, weight, sums, wanted, bend)
        tried[0], tried[border], tried[m] = 0.0, 1.0 - after, 1.0
        _ascending(wanted, bend, 1, border, 0.0, 1.0 - after, tried)
        _ascending(wanted, bend, border + 1, m, 1.0 - after, 1.0, tried)
        _moved(first, last, weight, sums, tried, wanted)
        for place in range(m):
            mass[place] = max(sums[place + 1] - sums[place], 0.0)
        rounds += 1
    for place in range(m):
        side = 1.0 - after if place < border else after
        mass[place] = mass[place] / side if side > 0.0 else spread[place]
    return _value(first, last, weight, sums), above - below, gap, mass, rounds


@dividing_kernel
def _largest(slope: Floats, begin: int, end: int) -> float:
    """The largest of a side; 0 of an empty one, as every slope is at least."""
    largest = 0.0
    for place in range(begin, end):
        largest = max(largest, slope[place])
    return largest


@dividing_kernel
def _added_up(mass: Floats, border: int, after: float, sums: Floats) -> None:
    """Sums of mass from the first interval on; at the border and the end they are what they must be."""
    for place in range(mass.size):
        if place == border:
            sums[place] = 1.0 - after
        sums[place + 1] = sums[place] + mass[place]
    sums[mass.size] = 1.0


@dividing_kernel
def _value(first: Places, last: Places, weight: Floats, sums: Floats) -> float:
    total = 0.0
    for row in range(first.size):
        chance = sums[last[row] + 1] - sums[first[row]]
        if chance <= 0.0:
            return -np.inf
        total += weight[row] * np.log(chance)
    return total


@dividing_kernel
def _slopes(first: Places, last: Places, weight: Floats, sums: Floats, slope: Floats) -> None:
    """What the log likelihood gains by mass in each interval."""
    for place in range(slope.size):
        slope[place] = 0.0
    for row in range(first.size):
        ratio = weight[row] / (sums[last[row] + 1] - sums[first[row]])
        slope[first[row]] += ratio
        if last[row] + 1 < slope.size:
            slope[last[row] + 1] -= ratio
    for place in range(1, slope.size):
        slope[place] += slope[place - 1]


@dividing_kernel
def _made_consistent(mass: Floats, slope: Floats, border: int, after: float) -> None:
    """The mass that each interval would be given by those who cover it, at the mass there is."""
    for begin, end, held in ((0, border, 1.0 - after), (border, mass.size, after)):
        side = 0.0
        for place in range(begin, end):
            side += mass[place] * max(slope[place], 0.0)
        # Nobody covers a side that explains nothing: the mass that is held there stays.
        if side > 0.0:
            for place in range(begin, end):
                mass[place] *= max(slope[place], 0.0) * held / side


@dividing_kernel
def _parabolas(first: Places, last: Places, weight: Floats, sums: Floats, wanted: Floats, bend: Floats) -> None:
    """Where each sum alone would make the log likelihood largest, were it a parabola, and how sharply that bends."""
    for place in range(sums.size):
        wanted[place] = bend[place] = 0.0
    for row in range(first.size):
        ratio = weight[row] / (sums[last[row] + 1] - sums[first[row]])
        sharp = ratio * ratio / weight[row]
        wanted[last[row] + 1] += ratio
        wanted[first[row]] -= ratio
        bend[last[row] + 1] += sharp
        bend[first[row]] += sharp
    for place in range(sums.size):
        if bend[place] > 0.0:
            wanted[place] = sums[place] + wanted[place] / bend[place]
        else:
            wanted[place], bend[place] = sums[place], 1.0


@dividing_kernel
def _ascending(wanted: Floats, bend: Floats, begin: int, end: int, least: float, most: float, out: Floats) -> None:
    """The sums nearest to those wanted that never fall, from least to most, by pooling neighbours."""
    size = max(end - begin, 0)
    level, heft, count, blocks = np.empty(size), np.empty(size), np.empty(size, np.int64), 0
    for place in range(begin, end):
        level[blocks], heft[blocks], count[blocks] = wanted[place], bend[place], 1
        blocks += 1
        while blocks > 1 and level[blocks - 2] >= level[blocks - 1]:
            blocks -= 1
            joined = heft[blocks - 1] + heft[blocks]
            level[blocks - 1] = (level[blocks - 1] * heft[blocks - 1] + level[blocks] * heft[blocks]) / joined
            heft[blocks - 1] = joined
            count[blocks - 1] += count[blocks]
    place = begin
    for block in range(blocks):
        for _ in range(count[block]):
            out[place] = min(max(level[block], least), most)
            place += 1


@dividing_kernel
def _moved(first: Places, last: Places, weight: Floats, sums: Floats, tried: Floats, between: Floats) -> None:
    """The sums, moved towards those tried as far as the log likelihood rises; left alone if it does nowhere."""
    value, part = _value(first, last, weight, sums), 1.0
    for _ in range(MOST_HALVINGS):
        for place in range(sums.size):
            between[place] = sums[place] + part * (tried[place] - sums[place])
        if _value(first, last, weight, between) > value:
            for place in range(sums.size):
                sums[place] = between[place]
            return
        part /= 2.0
