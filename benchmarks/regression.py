"""How long Cox's model takes beside the C core of R's `coxph.fit` and beside others in Python, in one run.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 RAYON_NUM_THREADS=1 python benchmarks/regression.py [PYTHON]

CPU seconds, medians of five; five covariates, Efron's ties, follow-up in whole days, from arrays in no order: to put
them in order is part of it on every side. R is asked if `Rscript` is there. PYTHON is an interpreter in which
`survival` (PyPI) or lifelines may be installed; Remission depends on neither.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from remission.stats.regression.cox import cox

SIZES = (100_000, 1_000_000)
REPEATS = 5
NAMES = [f"x{number}" for number in range(5)]

ASK_R = """
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
read <- function(name, what) readBin(file.path(arguments[1], name), what, 1e8)
exit <- read("exit", "double"); event <- read("event", "double"); n <- length(exit)
x <- matrix(read("x", "double"), n, byrow = TRUE)
y <- Surv(exit, event)
once <- function() system.time({
  f <- coxph.fit(x, y, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL, resid = FALSE)
})
invisible(once())
spent <- replicate(5, { t <- once(); t[["user.self"]] + t[["sys.self"]] })
f <- coxph.fit(x, y, NULL, NULL, NULL, coxph.control(eps = 1e-12), NULL, "efron", NULL, resid = FALSE)
cat(median(spent), sprintf("%.12f", f$coefficients), "\\n")
"""

ASK_PYTHON = """
import statistics, sys, time
import numpy as np
folder = sys.argv[1]
exit, event = (np.fromfile(f"{folder}/{name}") for name in ("exit", "event"))
x = np.fromfile(f"{folder}/x").reshape(exit.size, -1)
FIT
def once():
    start = time.process_time()
    beta = fit()
    return time.process_time() - start, beta
repeats = 3 if exit.size < 500_000 else 1
found = [once() for _ in range(repeats)]
print(statistics.median(one for one, _ in found), *found[0][1])
"""
OTHERS = {
    "survival (PyPI)": """
import survival
names = [f"x{number}" for number in range(x.shape[1])]
data = dict(zip(names, x.T)) | {"exit": exit, "event": event.astype(int)}
fit = lambda: survival.coxph("Surv(exit, event) ~ " + " + ".join(names), data=data).coefficients
""",
    "lifelines": """
import pandas as pd
from lifelines import CoxPHFitter
frame = pd.DataFrame(x).assign(exit=exit, event=event)
fit = lambda: CoxPHFitter().fit(frame, "exit", "event").params_.to_numpy()
""",
}


def simulated(n: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Follow-up of one to ten years in whole days; hazards that five covariates multiply."""
    rng = np.random.default_rng(20)
    x = np.column_stack((rng.integers(0, 2, n), rng.normal(size=(n, 4))))
    failure = (rng.exponential(4000, n) * np.exp(-x @ [-0.5, 0.2, 0.1, 0.0, -0.1])).astype(np.int64) + 1
    end = rng.integers(365, 3652, n)
    return np.minimum(failure, end), failure <= end, x


def ours(exit: np.ndarray[Any, Any], event: np.ndarray[Any, Any], x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The coefficients."""
    return cox(exit, event, dict(zip(NAMES, x.T, strict=True))).coefficients


def seconds(run: Callable[[], object]) -> float:
    """Median CPU time after one warm-up."""
    run()
    return statistics.median(_once(run) for _ in range(REPEATS))


def _once(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def asked(command: list[str], beta: np.ndarray[Any, Any]) -> str:
    """The other's seconds and how far its coefficients are; or why there are none."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return "not there: " + (done.stderr.strip().splitlines() or ["?"])[-1][:80]
    spent, *theirs = map(float, done.stdout.split())
    return f"{spent:.3f} s, {np.abs(np.array(theirs) - beta).max():.0e} apart"


def compare(n: int, python: str | None) -> None:
    """Print one line for each program."""
    exit_, event, x = simulated(n)
    spent, beta = seconds(lambda: ours(exit_, event, x)), ours(exit_, event, x)
    print(f"{n:>9,} rows   ours {spent:.3f} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, array in (("exit", exit_), ("event", event), ("x", x)):
            array.astype(np.float64).tofile(Path(folder, name))
        if shutil.which("Rscript"):
            _print("R coxph.fit", asked(["Rscript", "-e", ASK_R, folder], beta), spent)
        for name, fit in OTHERS.items() if python else ():
            _print(name, asked([str(python), "-c", ASK_PYTHON.replace("FIT", fit), folder], beta), spent)


def _print(name: str, said: str, spent: float) -> None:
    ratio = "" if said.startswith("not") else f"   ours / theirs {spent / float(said.split()[0]):.2f}"
    print(f"{'':>9}        {name}: {said}{ratio}", flush=True)


def main() -> None:
    """Both sizes."""
    for n in SIZES:
        compare(n, sys.argv[1] if len(sys.argv) > 1 else None)


if __name__ == "__main__":
    main()
