"""Asks R about 500 random tables each of Cox's model, its test of proportional hazards, and competing events.

    python validation/random_models/compare.py [TABLES]     exit 1 if any answer is farther away than its bar

Needs `Rscript` with survival and cmprsk. The pins hold what is stored; this looks where nobody typed a table.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from made_up.model_rows import fittable  # noqa: E402 - the folder of tests is known from here on
from remission.stats.competing.aalen_johansen import cumulative_incidence  # noqa: E402
from remission.stats.competing.gray import gray_test  # noqa: E402
from remission.stats.regression.cox import cox  # noqa: E402
from remission.stats.regression.proportionality import proportionality  # noqa: E402

FIRST_SEED = 1000
BARS = {
    "coefficients": 1e-8,
    "covariance": 1e-8,
    "robust": 1e-6,
    "proportional": 1e-6,
    "gray": 1e-9,
    "incidence": 1e-9,
}
# Below this an answer is compared as it is, above it by its share.
SMALL = 1e-3

Answers = dict[str, list[float]]


def answered(seed: int) -> tuple[list[list[object]], Answers]:
    """The rows of a table, and our answers to it."""
    table = fittable(seed)
    rng = np.random.default_rng(seed)
    cluster, cause = np.arange(60) // 3, np.where(table.event, rng.integers(1, 3, 60), 0)
    fit = cox(table.exit, table.event, table.columns(), cluster=cluster, **table.given())
    tests = proportionality(fit)
    incidence = cumulative_incidence(table.exit, cause)
    answers = {
        "coefficients": fit.coefficients.tolist(),
        "covariance": fit.model_covariance.ravel().tolist(),
        "robust": fit.covariance.ravel().tolist(),
        "proportional": [one.statistic for one in (*tests.tests.values(), tests.together)],
        "gray": [gray_test(table.exit, cause, table.stratum, failure=kind).statistic for kind in (1, 2)],
        # Of cmprsk the last step is read, which is the largest.
        "incidence": [
            incidence.incidence[:, 0].max(),
            incidence.variance(1, "cmprsk")[incidence.events[:, 0] > 0].max(),
        ],
    }
    columns: list[Any] = [table.entry, table.exit, table.event.astype(int), *table.x.T, table.stratum, table.weight]
    return [[seed, *row] for row in zip(*columns, cluster, cause, strict=True)], answers


def ask(rows: list[list[object]]) -> list[str]:
    """R's lines."""
    names = ("seed", "entry", "exit", "event", "x0", "x1", "stratum", "weight", "cluster", "cause")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tables.csv")
        with path.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([names, *rows])
        command = ["Rscript", "--vanilla", str(HERE / "ask.R"), str(path)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def main(tables: int) -> int:
    """One line a question: how many answers, and the farthest."""
    ours: dict[int, Answers] = {}
    rows: list[list[object]] = []
    for seed in range(FIRST_SEED, FIRST_SEED + tables):
        of_table, ours[seed] = answered(seed)
        rows += of_table
    apart: dict[str, list[float]] = {name: [] for name in BARS}
    for name, seed, *values in (line.split() for line in ask(rows)):
        theirs = np.array(values, dtype=np.float64)
        mine = np.array(ours[int(seed)][name])
        apart[name].append(float((np.abs(mine - theirs) / np.maximum(np.abs(theirs), SMALL)).max()))
    for name, found in apart.items():
        print(f"{name:14} {len(found):4} tables   worst {max(found):.1e}   bar {BARS[name]:.0e}")
    return int(any(len(found) < tables or max(found) > BARS[name] for name, found in apart.items()))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
