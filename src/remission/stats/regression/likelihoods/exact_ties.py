"""Likelihoods of what a tie hides, exactly: time that comes in steps, or time that is only told in steps.

- Discrete: on a day with d events, which d of those at risk? The odds of a set are the product of its members' risks,
  so the denominator sums over all sets of d. `TIES=DISCRETE` of SAS, `ties = "exact"` of R: Cox 1972,
  doi:10.1111/j.2517-6161.1972.tb00899.x.
- Exact marginal: the events happened one after another and the day does not tell in which order. `TIES=EXACT` of SAS;
  R has none. The sum over all orders is an integral: with a the risks of the d, and S the sum of those of the rest,
  that of prod(1 - exp(-a t)) S exp(-S t) over t. DeLong, Guirguis & So 1994, doi:10.1093/biomet/81.3.607.

Where a day has one event both are the ordinary partial likelihood. Rows have no weights here: a set has none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remission.inputs.kernels import kernel
from remission.stats.regression.likelihoods.slopes import Slopes
from remission.stats.regression.risk_sets import Places, RiskSets
from remission.stats.survival.time_at_risk import Flags, Floats

# The trapezoid rule on the logarithm of time: its error falls like exp(-pi^2 / step), and like exp(-8 pi^2) at half the
# width of the peak. Both are below rounding, and so is the rest of a tail that has fallen by exp(-42).
WIDEST_STEP = 0.2
STEPS_A_WIDTH = 2.0
END_OF_TAIL = 42.0


@dataclass(frozen=True, eq=False)
class ExactTies:
    """The discrete or the exact marginal likelihood of rows in order; as `Partial`."""

    sets: RiskSets
    covariates: Floats
    offset: Floats
    discrete: bool

    def at(self, beta: Floats) -> Slopes:
        """Value, slope and curvature at these coefficients, shape (p,); not finite where exp overflows."""
        predictor = self.covariates @ beta + self.offset
        sets = self.sets
        predictor -= predictor.mean()
        with np.errstate(over="ignore", invalid="ignore"):
            risk = np.exp(predictor)
        score, information = np.zeros(beta.size), np.zeros((beta.size, beta.size))
        value = _walk(
            self.covariates, predictor, risk, sets.event, sets.last, sets.first, sets.late, sets.begins, self.discrete,
            score, information,
        )  # fmt: skip
        return Slopes(value, score, information)


@kernel
def _sets_of(x: Floats, risk: Floats, rows: Places, size: int, mean: Floats, square: Floats) -> float:
    """Log of the sum over all sets of `size` rows of the product of risks; mean and mean square of their sums of x.

    Each row is drawn with probability c r / (1 + c r), and c is such that `size` are expected: the sum is then the
    probability of drawing `size`, which neither overflows nor vanishes, however many sets there are.
    """
    p, in_all = x.shape[1], 0.0
    for row in rows:
        in_all += risk[row]
    log_c = np.log(size / in_all)
    for _ in range(8):
        expected, spread = 0.0, 0.0
        for row in rows:
            drawn = 1.0 / (1.0 + np.exp(-log_c) / risk[row])
            expected += drawn
            spread += drawn * (1.0 - drawn)
        log_c += min(max((size - expected) / max(spread, 1e-8), -2.0), 2.0)
    chance, sums, squares = np.zeros(size + 1), np.zeros((size + 1, p)), np.zeros((size + 1, p, p))
    chance[0], logarithm = 1.0, -size * log_c
    for seen in range(rows.size):
        row = rows[seen]
        odds = np.exp(log_c) * risk[row]
        yes, no = odds / (1.0 + odds), 1.0 / (1.0 + odds)
        logarithm += np.log1p(odds)
        for k in range(min(size, seen + 1), 0, -1):
            for a in range(p):
                for b in range(a + 1):
                    with_row = squares[k - 1, a, b] + x[row, a] * sums[k - 1, b] + x[row, b] * sums[k - 1, a]
                    with_row += x[row, a] * x[row, b] * chance[k - 1]
                    squares[k, a, b] = no * squares[k, a, b] + yes * with_row
            for a in range(p):
                sums[k, a] = no * sums[k, a] + yes * (sums[k - 1, a] + x[row, a] * chance[k - 1])
            chance[k] = no * chance[k] + yes * chance[k - 1]
        # Of no rows drawn there are no sums: those at 0 stay 0.
        chance[0] *= no
    for a in range(p):
        mean[a] = sums[size, a] / chance[size]
        for b in range(a + 1):
            square[a, b] = square[b, a] = squares[size, a, b] / chance[size]
    return float(logarithm + np.log(chance[size]))


@kernel
def _height(risks: Floats, rest: float, log_time: float) -> float:
    time = np.exp(log_time)
    return float(np.log(-np.expm1(-risks * time)).sum() - rest * time + np.log(rest) + log_time)


@kernel
def _all_orders(
    x: Floats, risks: Floats, rest0: float, rest1: Floats, rest2: Floats, mean: Floats, square: Floats
) -> float:
    """Log of the integral over time; mean slope of its logarithm and the second moment of that with its curvature."""
    p, events = x.shape[1], risks.size
    low, high = -np.log(rest0), np.log((events + 1) / rest0)
    for _ in range(60):
        middle = (low + high) / 2
        z = risks * np.exp(middle)
        if (z / np.expm1(z)).sum() + 1.0 > rest0 * np.exp(middle):
            low = middle
        else:
            high = middle
    peak = (low + high) / 2
    z = risks * np.exp(peak)
    curvature = rest0 * np.exp(peak) - (z / np.expm1(z) * (1.0 + z / np.expm1(-z))).sum()
    step = min(WIDEST_STEP, 1.0 / np.sqrt(curvature) / STEPS_A_WIDTH)
    top, total, slope = _height(risks, rest0, peak), 0.0, np.zeros(p)
    mean[:] = 0.0
    square[:] = 0.0
    for direction in (-1, 1):
        place = 0 if direction == 1 else -1
        while True:
            log_time = peak + place * step
            fallen = top - _height(risks, rest0, log_time)
            if not fallen < END_OF_TAIL:
                break
            time, here = np.exp(log_time), np.exp(-fallen)
            total += here
            z = risks * time
            first = z / np.expm1(z)
            second = first * (1.0 + z / np.expm1(-z))
            for a in range(p):
                slope[a] = rest1[a] * (1.0 / rest0 - time)
                for one in range(events):
                    slope[a] += x[one, a] * first[one]
                mean[a] += here * slope[a]
            for a in range(p):
                for b in range(a + 1):
                    bend = rest2[a, b] * (1.0 / rest0 - time) - rest1[a] * rest1[b] / rest0**2
                    for one in range(events):
                        bend += x[one, a] * x[one, b] * second[one]
                    square[a, b] += here * (slope[a] * slope[b] + bend)
            place += direction
    for a in range(p):
        mean[a] /= total
        for b in range(a + 1):
            square[a, b] /= total
            square[b, a] = square[a, b]
    return float(top + np.log(total * step))


@kernel
def _add_row(x: Floats, row: int, risk: float, sums: Floats, squares: Floats) -> None:
    """Add one row's risk times x and times x x' to sums over those at risk; a risk below 0 takes it out again."""
    for a in range(x.shape[1]):
        sums[a] += risk * x[row, a]
        for b in range(x.shape[1]):
            squares[a, b] += risk * (x[row, a] * x[row, b])


@kernel
def _add_spread(square: Floats, mean: Floats, sign: float, information: Floats) -> None:
    """Add a mean square less the square of its mean, or take it away."""
    for a in range(mean.size):
        for b in range(mean.size):
            information[a, b] += sign * (square[a, b] - mean[a] * mean[b])


@kernel
def _walk(
    x: Floats,
    predictor: Floats,
    risk: Floats,
    event: Flags,
    last: Places,
    first: Places,
    late: Places,
    begins: Flags,
    discrete: int,
    score: Floats,
    information: Floats,
) -> float:
    # Loops, and not sums of arrays: those would take a dozen seconds to compile, and longer to run.
    p, value, rest0, others = x.shape[1], 0.0, 0.0, 0
    rest1, rest2, mean, square = np.zeros(p), np.zeros((p, p)), np.zeros(p), np.zeros((p, p))
    had1, had2 = np.zeros(p), np.zeros((p, p))
    row, leaving, end = last.size - 1, late.size - 1, last.size
    for day in range(begins.size - 1, -1, -1):
        stop = row + 1
        while row >= 0 and last[row] == day:
            if not event[row]:
                others += 1
                rest0 += risk[row]
                _add_row(x, row, risk[row], rest1, rest2)
            row -= 1
        while leaving >= 0 and first[late[leaving]] >= day:
            others -= 1
            rest0 -= risk[late[leaving]]
            _add_row(x, late[leaving], -risk[late[leaving]], rest1, rest2)
            leaving -= 1
        had = np.flatnonzero(event[row + 1 : stop]) + row + 1
        had0 = 0.0
        had1[:] = 0.0
        had2[:] = 0.0
        for one in had:
            had0 += risk[one]
            _add_row(x, int(one), risk[one], had1, had2)
        # Where all at risk have the event, nothing is told of who is at higher risk.
        if others > 0 and had.size == 1:
            left = rest0 + had0
            value += predictor[had[0]] - np.log(left)
            for a in range(p):
                mean[a] = (rest1[a] + had1[a]) / left
                score[a] += x[had[0], a] - mean[a]
                for b in range(p):
                    square[a, b] = (rest2[a, b] + had2[a, b]) / left
            _add_spread(square, mean, 1.0, information)
        elif others > 0 and had.size > 1 and discrete:
            at_risk = np.flatnonzero(first[row + 1 : end] < day) + row + 1
            value -= _sets_of(x, risk, at_risk, had.size, mean, square)
            for one in had:
                value += predictor[one]
                for a in range(p):
                    score[a] += x[one, a]
            for a in range(p):
                score[a] -= mean[a]
            _add_spread(square, mean, 1.0, information)
        elif others > 0 and had.size > 1:
            value += _all_orders(x[had], risk[had], rest0, rest1, rest2, mean, square)
            for a in range(p):
                score[a] += mean[a]
            _add_spread(square, mean, -1.0, information)
        others += had.size
        rest0 += had0
        for a in range(p):
            rest1[a] += had1[a]
            for b in range(p):
                rest2[a, b] += had2[a, b]
        if begins[day]:
            others, rest0, end = 0, 0.0, row + 1
            rest1[:] = 0.0
            rest2[:] = 0.0
    return value
