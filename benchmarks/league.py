"""How long a league table of 60 trials takes, against what was promised and against two peers, in one run.

    python benchmarks/league.py         ours, the likelihood maximised directly, and metafor if Rscript has it

The network is invented: 60 trials of 16 treatments, a fifth of them of three arms. All are given the same numbers. The
direct likelihood is that of the contrasts as one multivariate normal, climbed by `scipy.optimize` in plain NumPy.
metafor's time is that of the fit alone (`rma.mv`, REML, with the covariances of trials of three arms).
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar

from remission.stats.network.arms import Arms
from remission.stats.network.baseline_risk import regress_on_baseline
from remission.stats.network.contrasts import Contrasts
from remission.stats.network.funnel import adjusted_funnel
from remission.stats.network.inconsistency import q_of_designs, split_sides
from remission.stats.network.left_out import without_each
from remission.stats.network.pooled import pool_network
from remission.stats.network.ranks import rank_treatments

TRIALS, TREATMENTS, SEED = 60, 16, 20261130
MOST_TABLE, MOST_CHECKS = 2.0, 10.0

METAFOR = """
suppressPackageStartupMessages(library(metafor))
d <- read.csv(commandArgs(TRUE)[1])
names <- sort(unique(c(d$base, d$treatment)), method = "radix")
X <- sapply(names[-1], function(one) (d$treatment == one) - (d$base == one))
V <- matrix(0, nrow(d), nrow(d))
for (s in unique(d$study)) { at <- which(d$study == s); V[at, at] <- d$shared[at[1]] }
diag(V) <- d$variance
fit <- function() rma.mv(d$value, V, mods = X, intercept = FALSE, random = ~ treatment | study, rho = 1 / 2, data = d)
found <- fit()
cat(median(replicate(3, system.time(fit(), gcFirst = FALSE)[["elapsed"]])), found$tau2, found$b)
"""


def invented() -> Arms:
    """Arms of trials against a reference or against each other, with rates that fell over the decades."""
    rng = np.random.default_rng(SEED)
    effects = np.concatenate([[0.0], rng.uniform(-1.2, -0.2, TREATMENTS - 1)])
    rows: list[tuple[str, str, float, float]] = []
    for trial in range(TRIALS):
        # Each treatment once against the reference, so that the network is one.
        held = [0, trial + 1] if trial + 1 < TREATMENTS else rng.choice(TREATMENTS, size=2, replace=False).tolist()
        if trial % 5 == 0:
            held.append(next(one for one in range(1, TREATMENTS) if one not in held))
        rate = rng.normal(-0.7, 0.3)
        for arm in held:
            variance = rng.uniform(0.003, 0.03)
            value = rate + effects[arm] + rng.normal(0, np.hypot(variance**0.5, 0.08))
            rows.append((f"T{trial:02}", f"t{arm:02}", value, variance))
    studies, treatments, values, variances = zip(*rows, strict=True)
    return Arms(studies, treatments, np.array(values), np.array(variances))


def by_likelihood(trials: Contrasts) -> tuple[float, list[float]]:
    """Tau squared and the effects from the restricted likelihood written out."""
    design = np.delete(trials.design(), 0, axis=1)
    rows = trials.of_study.values()
    within, between = np.zeros((len(design), len(design))), np.zeros((len(design), len(design)))
    for held in rows:
        within[np.ix_(held, held)] = trials.covariance(held)
        between[np.ix_(held, held)] = (np.eye(len(held)) + 1) / 2

    def solved(tau2: float) -> tuple[float, list[float]]:
        weights = np.linalg.inv(within + tau2 * between)
        inner = design.T @ weights @ design
        effects = np.linalg.solve(inner, design.T @ weights @ trials.values)
        apart = trials.values - design @ effects
        minus = -np.linalg.slogdet(weights)[1] + np.linalg.slogdet(inner)[1] + apart @ weights @ apart
        return float(minus), effects.tolist()

    best = minimize_scalar(lambda at: solved(at)[0], bounds=(0, 2), method="bounded", options={"xatol": 1e-10})
    return float(best.x), solved(float(best.x))[1]


def by_metafor(trials: Contrasts) -> tuple[float, float, list[float]] | None:
    """Seconds, tau squared and the effects; None without R or metafor."""
    if shutil.which("Rscript") is None:
        return None
    assert trials.shared is not None
    columns = (trials.studies, trials.bases, trials.treatments, trials.values, trials.variances, trials.shared)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "contrasts.csv"
        lines = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
        file.write_text("\n".join(["study,base,treatment,value,variance,shared", *lines]), encoding="utf-8")
        done = subprocess.run(["Rscript", "-e", METAFOR, str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    seconds, tau2, *effects = map(float, done.stdout.split())
    return seconds, tau2, effects


def seconds(run: Callable[[], object], times: int) -> float:
    """Median of single runs, after one that is not counted."""
    run()
    return statistics.median(_once(run) for _ in range(times))


def _once(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def bound(what: str, value: float, most: float) -> None:
    """One line: the figure beside what was promised."""
    print(f"{'ok  ' if value <= most else 'OVER'} {what}: {value:.3f} s (at most {most:g})")


def against(name: str, theirs: float, ours: float, apart: float) -> None:
    """One line: how many times as long a peer takes for the same numbers, and how far apart the two are."""
    print(f"     {name}: {1000 * theirs:.1f} ms, {theirs / ours:,.0f} times ours; the effects {apart:.1e} apart")


def main() -> None:
    """Print one line a figure."""
    arms = invented()
    trials = arms.contrasts("t00")
    network = pool_network(trials)
    print(f"     {trials.k} trials, {len(trials.studies)} contrasts, {len(trials.names)} treatments")
    bound(
        "pooled (REML) with rank distributions", seconds(lambda: rank_treatments(pool_network(trials)), 5), MOST_TABLE
    )

    def checked() -> object:
        return q_of_designs(network), split_sides(network), without_each(trials), adjusted_funnel(network, trials.names)

    bound("all side-splits, all leave-one-outs, funnel, Q of designs", seconds(checked, 3), MOST_CHECKS)
    bound("the slope on the rate of the reference", seconds(lambda: regress_on_baseline(arms, "t00"), 3), MOST_CHECKS)
    ours = seconds(lambda: pool_network(trials), 20)
    print(f"     one network pooled: {1000 * ours:.2f} ms")
    direct = seconds(lambda: by_likelihood(trials), 5)
    against("the likelihood climbed directly", direct, ours, _apart(network.effects[1:], by_likelihood(trials)[1]))
    if (found := by_metafor(trials)) is None:
        print("     no comparison with metafor: Rscript or the package is missing")
    else:
        against("metafor's rma.mv", found[0], ours, _apart(network.effects[1:], found[2]))


def _apart(ours: np.ndarray, theirs: list[float]) -> float:
    return float(np.abs(ours - np.array(theirs)).max())


if __name__ == "__main__":
    main()
