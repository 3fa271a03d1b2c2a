"""How long any view of the atlas takes: one measure, one window, one month, all trusts, from the built Parquet files.

    python benchmarks/atlas_views.py

Prints the time from Parquet to a cube that answers, and the slowest and the median view on a warm process, each as a
ratio to what the view must at least do: read the issued rows and add them up by trust (Polars, in the same run).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from remission.supply.build import build_atlas, load_atlas
from remission.supply.measures.definitions import library_measures
from remission.supply.measures.estimates import LEVELS, estimate_measure
from remission.supply.views import views_of

ROUNDS = 5


def seconds(run: Callable[[], object]) -> float:
    """The fastest of some runs."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    """Build the sample, then time every measure at every level."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        build_atlas(home)
        file = home / "built/issued.parquet"
        begin = time.perf_counter()
        views = views_of(load_atlas(home))
        print(f"from Parquet to a cube that answers: {time.perf_counter() - begin:.2f} s, once")
        peer = seconds(lambda: pl.read_parquet(file).group_by("ods_code").agg(pl.col("patient_years").sum()))
        last, times = views.months[-1], {}
        for measure in library_measures().values():
            for level in LEVELS:
                for window in (3, 12):
                    key = f"{measure.name}, {level}, {window} months"
                    times[key] = seconds(
                        lambda m=measure, v=level, w=window: estimate_measure(views.monthly, m, v, w, last)
                    )
    slowest = max(times, key=times.__getitem__)
    print(f"{len(times)} views; read and add up (Polars): {1000 * peer:.1f} ms")
    print(f"slowest: {1000 * times[slowest]:.1f} ms ({times[slowest] / peer:.2f} times), {slowest}")
    median = float(np.median(list(times.values())))
    print(f"median: {1000 * median:.1f} ms ({median / peer:.2f} times)")


if __name__ == "__main__":
    main()
