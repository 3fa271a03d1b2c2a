"""How long cumulative incidence takes beside R's cmprsk, and the curve of visits beside npsurv, in one run.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/competing.py

CPU seconds, medians of three, from arrays in no order. R is asked if `Rscript` and its packages are there.
"""

from __future__ import annotations

import math
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from remission.stats.competing.aalen_johansen import cumulative_incidence
from remission.stats.interval.limits import pointwise_limits
from remission.stats.interval.npmle import npmle

Array = np.ndarray[Any, Any]

ASK = """
read <- function(name) readBin(file.path(commandArgs(trailingOnly = TRUE)[1], name), "double", 1e8)
a <- read("first"); b <- read("second")
FIT
spent <- replicate(3, { t <- system.time(invisible(fit())); t[["user.self"]] + t[["sys.self"]] })
cat(median(spent))
"""
CMPRSK = "suppressMessages(library(cmprsk)); fit <- function() cuminc(a, b)"
NPSURV = "suppressMessages(library(npsurv)); m <- cbind(a, b); fit <- function() npsurv(m)"


def competing(n: int) -> tuple[Array, Array]:
    """Follow-up of up to five years in whole days; two kinds of events."""
    rng = np.random.default_rng(21)
    clocks = np.column_stack((rng.exponential(2000, n), rng.exponential(4000, n), rng.uniform(300, 1800, n)))
    first = clocks.argmin(axis=1)
    return clocks.min(axis=1).astype(np.int64) + 1, np.where(first == 2, 0, first + 1)


def visits(n: int) -> tuple[Array, Array]:
    """Visits every two to four months for five years; the last without the event and the first with it."""
    rng = np.random.default_rng(7)
    event, step, start = rng.exponential(900, n), rng.integers(60, 120, n), rng.integers(1, 60, n)
    visit = np.ceil(np.maximum(event - start, 0) / step) * step + start
    seen = np.where(visit <= 1800, visit, np.inf)
    last = np.where(visit <= 1800, np.maximum(visit - step, 0), start + (1800 - start) // step * step)
    return last, seen


def incidence(exit: Array, cause: Array) -> object:
    """Curves and variances of both kinds."""
    found = cumulative_incidence(exit, cause)
    return [found.variance(kind, "cmprsk") for kind in found.causes]


def seconds(run: Callable[[], object]) -> float:
    """Median CPU time after one warm-up."""
    run()
    return statistics.median(_once(run) for _ in range(3))


def _once(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def compare(name: str, fit: str, arrays: tuple[Array, Array], run: Callable[..., object], *, ask: bool = True) -> float:
    """One line: our time, which is returned, and beside it R's if it is there."""
    mine = seconds(lambda: run(*arrays))
    said = f"{name:32} {arrays[0].size:>8,}   ours {mine:.4f} s"
    if ask and shutil.which("Rscript"):
        with tempfile.TemporaryDirectory() as folder:
            for part, array in zip(("first", "second"), arrays, strict=True):
                array.astype(np.float64).tofile(Path(folder, part))
            command = ["Rscript", "-e", ASK.replace("FIT", fit), folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        said += (
            f"   R {float(done.stdout):.3f} s   ours / R {mine / float(done.stdout):.3f}" if done.stdout else "   no R"
        )
    print(said, flush=True)
    return mine


def main() -> None:
    """Cumulative incidence at one size; the curve of visits at three, of which R is asked one."""
    compare("cumulative incidence", CMPRSK, competing(100_000), incidence)
    sizes = (2_000, 20_000, 100_000)
    spent = [compare("curve of events seen at visits", NPSURV, visits(n), npmle, ask=n == sizes[0]) for n in sizes]
    power = math.log(spent[-1] / spent[0]) / math.log(sizes[-1] / sizes[0])
    print(f"{'its time grows as n to the power':32} {power:.2f}")
    curve = npmle(*visits(100))
    spent_on_limits = seconds(lambda: pointwise_limits(curve, [200, 400, 600, 800, 1000])) / 5
    print(f"{'its limits at a day':32} {100:>8,}   ours {1000 * spent_on_limits:.2f} ms")


if __name__ == "__main__":
    main()
