"""How long the Kaplan-Meier curve with limits takes beside lifelines', in one run: medians of five.

    python benchmarks/kaplan_meier.py

Needs lifelines, which Remission does not depend on: `pip install lifelines` in an environment of its own, then
`pip install -e .` there.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from remission.stats.intervals import confidence_limits
from remission.stats.survival.kaplan_meier import kaplan_meier

SIZES = (100_000, 1_000_000)
REPEATS = 5


def simulated(n: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Follow-up of one to ten years in whole days, about a third of it ending in an event."""
    rng = np.random.default_rng(20)
    failure, end = rng.exponential(4000, n).astype(np.int64) + 1, rng.integers(365, 3652, n)
    return np.minimum(failure, end), failure <= end


def ours(days: np.ndarray[Any, Any], event: np.ndarray[Any, Any]) -> object:
    """Curve and log-log limits, which lifelines' fit computes too."""
    curve = kaplan_meier(days, event)
    return confidence_limits(curve.survival, curve.greenwood, 0.95, "log-log")


def lifelines_fit() -> Callable[..., object]:
    """The fit of lifelines, imported only where it is there."""
    from lifelines import KaplanMeierFitter

    return lambda days, event: KaplanMeierFitter().fit(days, event)


def seconds(run: Callable[[], object]) -> float:
    """Median wall time after one warm-up."""
    run()
    return statistics.median(_once(run) for _ in range(REPEATS))


def _once(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compared(n: int, fit: Callable[..., object] | None) -> str:
    """One printed line: our time, and beside it that of the other fit if there is one."""
    days, event = simulated(n)
    mine = seconds(lambda: ours(days, event))
    if fit is None:
        return f"{n:>9,} rows   ours {mine:.4f} s"
    theirs = seconds(lambda: fit(days, event))
    return f"{n:>9,} rows   ours {mine:.4f} s   lifelines {theirs:.4f} s   ratio {mine / theirs:.3f}"


def main() -> None:
    """Print one line a size."""
    present = importlib.util.find_spec("lifelines") is not None
    if not present:
        print("no comparison: pip install lifelines in an environment of its own, then pip install -e . there")
    fit = lifelines_fit() if present else None
    for n in SIZES:
        print(compared(n, fit))


if __name__ == "__main__":
    main()
