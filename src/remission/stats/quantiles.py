"""Where a group stands among the others: deciles of many columns at once, and the percent of the others below."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.rounding import round_half_up

Floats = NDArray[np.float64]

DECILES = tuple(tenth / 10 for tenth in range(1, 10))
# Deciles of fewer values than this would be the values themselves.
FEWEST = 10


def estimate_deciles(values: ArrayLike) -> Floats:
    """The nine deciles along the last axis, by linear interpolation between order statistics (type 7).

    With x the n known values in order, the quantile p is x at place (n - 1) p counted from 0, on the line between its
    neighbours. `summaries.quantiles` gives the same for a single column.

    values: shape (..., n), NaN left out. Returns shape (..., 9), NaN where there is no value.
    Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566. Pinned to `quantile` of R.

    >>> estimate_deciles([0.0, 10.0, np.nan, 20.0]).tolist()
    [2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0]
    """
    found = np.asarray(values, dtype=np.float64)
    known = (~np.isnan(found)).sum(axis=-1, keepdims=True)
    if not found.shape[-1]:
        return np.full((*found.shape[:-1], len(DECILES)), np.nan)
    ordered = np.sort(found, axis=-1)  # NaN last; if all are, so is the answer
    place = np.maximum(known - 1, 0) * np.asarray(DECILES)
    below = np.floor(place).astype(np.int64)
    low = np.take_along_axis(ordered, below, axis=-1)
    high = np.take_along_axis(ordered, np.minimum(below + 1, np.maximum(known - 1, 0)), axis=-1)
    deciles: Floats = low + (place - below) * (high - low)
    return deciles


def percentile_of(values: ArrayLike, x: ArrayLike) -> Floats:
    """Percent of the values below x, those equal to x counted half (mid-rank): 50 is the middle, by symmetry.

    values: shape (..., n), NaN left out; x: a number or shape (..., k). Returns the shape of x, NaN where x is NaN or
    no value is known. Give the values themselves as x for the place of each among all.

    >>> percentile_of([1.0, 2.0, 2.0, np.nan, 9.0], 2.0).item()
    50.0
    >>> percentile_of([1.0, 2.0, 9.0], [1.0, 2.0, 9.0]).round(1).tolist()
    [16.7, 50.0, 83.3]
    """
    found, asked = np.asarray(values, dtype=np.float64), np.asarray(x, dtype=np.float64)
    if asked.ndim == 0:
        return percentile_of(found, np.broadcast_to(asked, (*found.shape[:-1], 1)))[..., 0]
    against = found[..., None, :]
    below, equal = (against < asked[..., None]).sum(axis=-1), (against == asked[..., None]).sum(axis=-1)
    known = np.broadcast_to((~np.isnan(against)).sum(axis=-1), below.shape)
    percent = np.divide(100 * (below + equal / 2), known, out=np.full(below.shape, np.nan), where=known > 0)
    return np.where(np.isnan(asked), np.nan, percent)


def named_deciles(values: ArrayLike) -> dict[str, float | None]:
    """The deciles d1 to d9 of at least `FEWEST` known values; null for fewer, of which they would be the values.

    values: shape (n,), NaN left out.

    >>> named_deciles(range(11))["d5"], named_deciles([1.0])["d5"]
    (5.0, None)
    """
    names, known = [f"d{tenth}" for tenth in range(1, len(DECILES) + 1)], _enough(values)
    return dict.fromkeys(names) if known is None else dict(zip(names, estimate_deciles(known).tolist(), strict=True))


def without_tails(values: ArrayLike, tail: float) -> tuple[float, float] | None:
    """The ends of at least `FEWEST` known values without the lowest and highest share `tail`; null for fewer.

    values: shape (n,), NaN left out. Quantiles of type 7.

    >>> without_tails(range(11), 0.25), without_tails([1.0], 0.25)
    ((2.5, 7.5), None)
    """
    known = _enough(values)
    return None if known is None else (float(np.quantile(known, tail)), float(np.quantile(known, 1 - tail)))


def percentiles_of_interval(
    values: ArrayLike, value: float, low: float | None, high: float | None
) -> tuple[int, int] | None:
    """Where an interval lies among at least `FEWEST` known values: mid-rank percentiles of its ends, in whole numbers.

    A limit that is open or missing is taken from the value itself. Null for fewer values, among which a place says
    nothing. values: shape (n,), NaN left out.

    >>> percentiles_of_interval(range(20), 9.0, 4.5, None), percentiles_of_interval([1.0], 1.0, None, None)
    ((25, 48), None)
    """
    known = _enough(values)
    if known is None:
        return None
    first, last = (percentile_of(known, value if end is None else end).item() for end in (low, high))
    return int(round_half_up(first)), int(round_half_up(last))


def _enough(values: ArrayLike) -> Floats | None:
    """The known values, unless they are fewer than `FEWEST`."""
    found = np.asarray(values, dtype=np.float64)
    known: Floats = found[~np.isnan(found)]
    return known if known.size >= FEWEST else None
