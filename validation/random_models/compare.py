"""Asks R about 500 random tables each: Cox's model by all ties, proportional hazards, competing events, Fine and Gray.

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

from made_up.model_rows import Array, ModelTable, fittable  # noqa: E402 - the folder of tests is known from here on
from remission.stats.competing.aalen_johansen import Variance, cumulative_incidence  # noqa: E402
from remission.stats.competing.fine_gray import CONVENTIONS, fine_gray  # noqa: E402
from remission.stats.competing.gray import gray_test  # noqa: E402
from remission.stats.regression.cox import cox  # noqa: E402
from remission.stats.regression.likelihoods.ties import TiedLikelihood, Ties  # noqa: E402
from remission.stats.regression.proportionality import TRANSFORMS, proportionality  # noqa: E402
from remission.stats.regression.risk_sets import RiskSets  # noqa: E402
from remission.stats.survival.time_at_risk import TimeAtRisk  # noqa: E402

FIRST_SEED = 1000
FITTED, ROBUST, COUNTED = 1e-8, 1e-6, 1e-9
BARS = {
    **{
        f"{ties}-{what}": FITTED for ties in ("efron", "breslow", "discrete") for what in ("coefficients", "covariance")
    },
    **{f"{ties}-robust": ROBUST for ties in ("efron", "breslow")},
    **{f"{ties}-zph-{clock}": ROBUST for ties in ("efron", "breslow") for clock in TRANSFORMS},
    **{f"{convention}-{what}": FITTED for convention in CONVENTIONS for what in ("coefficients", "covariance")},
    **dict.fromkeys(("gray", "incidence", "error-survfit", "error-cmprsk", "marginal-likelihood"), COUNTED),
}
# An integral takes R a second: asked of every tenth table.
EVERY_TENTH = ("marginal-likelihood",)
# Below this an answer is compared as it is, above it by its share.
SMALL = 1e-3

Answers = dict[str, list[float]]


def answered(seed: int) -> tuple[list[list[object]], Answers]:
    """The rows of a table, and our answers to it."""
    table = fittable(seed)
    rng = np.random.default_rng(seed)
    cluster, cause = np.arange(60) // 3, np.where(table.event, rng.integers(1, 3, 60), 0)
    answers = cox_answers(table, cluster) | tied_answers(table, seed) | competing_answers(table, cause)
    columns: list[Any] = [table.entry, table.exit, table.event.astype(int), *table.x.T, table.stratum, table.weight]
    return [[seed, *row] for row in zip(*columns, cluster, cause, strict=True)], answers


def cox_answers(table: ModelTable, cluster: Array) -> Answers:
    """By Efron's and by Breslow's ties."""
    answers: Answers = {}
    by: tuple[Ties, Ties] = "efron", "breslow"
    for ties in by:
        fit = cox(table.exit, table.event, table.columns(), cluster=cluster, ties=ties, **table.given())
        answers[f"{ties}-coefficients"] = fit.coefficients.tolist()
        answers[f"{ties}-covariance"] = fit.model_covariance.ravel().tolist()
        answers[f"{ties}-robust"] = fit.covariance.ravel().tolist()
        for clock in TRANSFORMS:
            tests = proportionality(fit, clock)
            answers[f"{ties}-zph-{clock}"] = [one.statistic for one in (*tests.tests.values(), tests.together)]
    return answers


def tied_answers(table: ModelTable, seed: int) -> Answers:
    """By discrete ties, and the exact marginal likelihood."""
    fit = cox(table.exit, table.event, table.columns(), strata=table.stratum, ties="discrete")
    answers = {
        "discrete-coefficients": fit.coefficients.tolist(),
        "discrete-covariance": fit.covariance.ravel().tolist(),
    }
    if seed % 10 == 0:
        sets = RiskSets.of(TimeAtRisk.of(table.exit, table.event, table.entry), table.stratum)
        exact = TiedLikelihood.on(sets, sets.of_rows(table.x), np.zeros(sets.order.size), "exact marginal")
        answers["marginal-likelihood"] = [exact.at(np.array(beta)).value for beta in ((0.0, 0.0), (-0.5, 0.3))]
    return answers


def competing_answers(table: ModelTable, cause: Array) -> Answers:
    """Cumulative incidence, Gray's test, Fine and Gray's model."""
    found = cumulative_incidence(table.exit, cause)
    mine = found.events[:, 0] > 0
    errors: tuple[Variance, Variance] = "survfit", "cmprsk"
    answers = {f"error-{kind}": np.sqrt(found.variance(1, kind)[mine]).tolist() for kind in errors}
    answers["incidence"] = found.incidence[mine, 0].tolist()
    answers["gray"] = [gray_test(table.exit, cause, table.stratum, failure=kind).statistic for kind in (1, 2)]
    for convention in CONVENTIONS:
        fit = fine_gray(table.exit, cause, table.columns(), convention=convention)
        answers[f"{convention}-coefficients"] = fit.coefficients.tolist()
        answers[f"{convention}-covariance"] = fit.covariance.ravel().tolist()
    return answers


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
    wrong = False
    for name, found in apart.items():
        expected = tables // 10 if name in EVERY_TENTH else tables
        print(f"{name:22} {len(found):4} tables   worst {max(found):.1e}   bar {BARS[name]:.0e}")
        wrong |= len(found) < expected or max(found) > BARS[name]
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
