"""How long pooling takes beside metafor and PyMARE, in one run: medians of single fits within one process each.

    python benchmarks/pooling.py                        ours, and metafor if Rscript has it
    python benchmarks/pooling.py --pymare PYTHON        and PyMARE, of an environment of its own with it

All are given the same numbers. metafor's and PyMARE's times are those of the fit alone; ours are of `pool_effects` and
`pool_binomial_normal` whole, with the intervals of the mean, of tau squared and of prediction.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable

import numpy as np

from remission.stats.pooling.beta_binomial import pool_beta_binomial
from remission.stats.pooling.effects import Effects
from remission.stats.pooling.inverse_variance import pool_effects
from remission.stats.pooling.mixed import pool_binomial_normal

# Trials of BCG vaccine (log risk ratios) and deaths of 19 cohorts of transplantation, as in validation/pooling/inputs.
VACCINATED = ((4, 123), (6, 306), (3, 231), (62, 13598), (33, 5069), (180, 1541), (8, 2545), (505, 88391), (29, 7499))
VACCINATED += ((17, 1716), (186, 50634), (5, 2498), (27, 16913))
OTHERS = ((11, 139), (29, 303), (11, 220), (248, 12867), (47, 5808), (372, 1451), (10, 629), (499, 88391), (45, 7277))
OTHERS += ((65, 1665), (141, 27338), (3, 2341), (29, 17854))
DEATHS = (0, 1, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0, 3, 1, 0, 5, 0, 0, 1)
PEOPLE = (15, 26, 21, 14, 14, 21, 20, 24, 24, 35, 617, 258, 210, 507, 174, 364, 26, 30, 109)
MOST_REML, MOST_MIXED = 0.2, 10.0

METAFOR = """
suppressPackageStartupMessages(library(metafor))
y <- scan(text = commandArgs(TRUE)[1], quiet = TRUE); v <- scan(text = commandArgs(TRUE)[2], quiet = TRUE)
x <- scan(text = commandArgs(TRUE)[3], quiet = TRUE); n <- scan(text = commandArgs(TRUE)[4], quiet = TRUE)
median_ms <- function(f, times) { f(); median(replicate(times, system.time(f(), gcFirst = FALSE)[["elapsed"]])) * 1000 }
hundred <- function() for (i in 1:100) rma(y, v, method = "REML")
cat(median_ms(hundred, 5) / 100, median_ms(function() suppressWarnings(rma.glmm(measure = "PLO", xi = x, ni = n)), 3))
"""

PYMARE = """
import json, statistics, sys, time
import numpy as np
from pymare import Dataset
from pymare.estimators import VarianceBasedLikelihoodEstimator
y, v = (np.array(one)[:, None] for one in json.loads(sys.argv[1]))
data = Dataset(y=y, v=v)
def once():
    start = time.perf_counter()
    VarianceBasedLikelihoodEstimator(method="REML").fit_dataset(data).summary()
    return time.perf_counter() - start
once()
print(1000 * statistics.median(once() for _ in range(200)))
"""


def log_risk_ratios() -> Effects:
    """Of the trials of BCG."""
    (a, n), (c, m) = np.array(VACCINATED).T, np.array(OTHERS).T
    return Effects(np.log(a / n / (c / m)), 1 / a - 1 / n + 1 / c - 1 / m, "log")


def milliseconds(run: Callable[[], object], times: int) -> float:
    """Median of single runs, after one that is not counted."""
    run()
    return 1000 * statistics.median(_once(run) for _ in range(times))


def _once(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def of_metafor(effects: Effects) -> tuple[float, float] | None:
    """Milliseconds of a REML fit and of a binomial-normal model; None without R or metafor."""
    if shutil.which("Rscript") is None:
        return None
    numbers = [" ".join(map(str, column)) for column in (effects.values, effects.variances, DEATHS, PEOPLE)]
    done = subprocess.run(["Rscript", "-e", METAFOR, *numbers], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    reml, mixed = map(float, done.stdout.split())
    return reml, mixed


def of_pymare(python: str, effects: Effects) -> float:
    """Milliseconds of a REML fit."""
    numbers = json.dumps([effects.values.tolist(), effects.variances.tolist()])
    done = subprocess.run([python, "-c", PYMARE, numbers], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def line(what: str, ours: float, most: float, peers: dict[str, float | None]) -> str:
    """One printed line: our time against what was promised, and how many times as long each peer takes."""
    against = [f"{name} {theirs:.2f} ms, {theirs / ours:,.0f} times" for name, theirs in peers.items() if theirs]
    return f"{'ok  ' if ours <= most else 'OVER'} {what}: {ours:.3f} ms (at most {most:g})   " + "   ".join(against)


def main() -> None:
    """Print one line a model."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pymare", metavar="PYTHON")
    asked = parser.parse_args()
    effects = log_risk_ratios()
    reml, mixed = of_metafor(effects) or (None, None)
    pymare = of_pymare(asked.pymare, effects) if asked.pymare else None
    mine = milliseconds(lambda: pool_effects(effects), 2000)
    print(line("REML of 13 studies", mine, MOST_REML, {"metafor": reml, "PyMARE": pymare}))
    for points, most in ((None, MOST_MIXED), (7, MOST_MIXED)):
        mine = milliseconds(lambda points=points: pool_binomial_normal(DEATHS, PEOPLE, points=points), 50)  # type: ignore[misc]
        said = "to convergence" if points is None else f"of {points} points"
        print(line(f"binomial-normal model of 19 studies, {said}", mine, most, {"metafor (7 points)": mixed}))
    profile = milliseconds(lambda: pool_binomial_normal(DEATHS, PEOPLE, interval="profile"), 20)
    print(f"     the same with profile limits: {profile:.1f} ms")
    print(f"     beta-binomial model: {milliseconds(lambda: pool_beta_binomial(DEATHS, PEOPLE), 50):.2f} ms")
    if reml is None:
        print("     no comparison with metafor: Rscript or the package is missing")


if __name__ == "__main__":
    main()
