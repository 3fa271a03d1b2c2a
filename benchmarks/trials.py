"""How many trials are played a second, against rpact's simulation and a loop of numpy, in one run.

    python benchmarks/trials.py                       ours on one core, the loop, and rpact where `Rscript` has it
    python benchmarks/trials.py --cores               adds ours on two cores

500 people in two arms enter in 24 months, 5 % a year are lost, the log-rank test is made at 200 events, or at 100, 150
and 200. Everything is in seconds of the processor, which a busy machine changes less than those of the clock; with
--cores in those of the clock. The three take turns, and the median of the turns counts.
"""

from __future__ import annotations

import math
import shutil
import statistics
import subprocess
import sys
import time

import numpy as np

from remission.engines.load import load_engine
from remission.simulation.trials.plan import Look, TrialArm, TrialPlan
from remission.simulation.trials.run import simulate_trials
from remission.stats.sample_size.calendar import Accrual, PiecewiseHazard

SEED, TURNS = 1050, 3
OURS, THEIRS, LOOPED = 60_000, 10_000, 3_000
LEAST = {1: 18.0, 3: 13.0}
RATE, DROPOUT, RATIO = math.log(2) / 36, -math.log(0.95) / 12, 0.65
EVENTS, BOUNDS = {1: (200,), 3: (100, 150, 200)}, {1: (1.959964,), 3: (2.962588, 2.359018, 2.014084)}
ASKED = """
suppressPackageStartupMessages(library(rpact))
looks <- {looks}
design <- if (looks == 1) getDesignGroupSequential(kMax = 1, alpha = 0.025) else
  getDesignGroupSequential(informationRates = c(0.5, 0.75, 1), alpha = 0.025, typeOfDesign = "asOF")
events <- if (looks == 1) 200 else c(100, 150, 200)
played <- function(n) getSimulationSurvival(design, lambda2 = log(2) / 36, hazardRatio = 0.65, dropoutRate1 = 0.05,
  dropoutRate2 = 0.05, dropoutTime = 12, accrualTime = c(0, 24), maxNumberOfSubjects = 500, plannedEvents = events,
  directionUpper = FALSE, maxNumberOfIterations = n, seed = {seed})
first <- played(100)
taken <- system.time(s <- played({trials}))
cat(taken[["user.self"]] + taken[["sys.self"]], s$overallReject)
"""


def plan(looks: int) -> TrialPlan:
    """The trial of the benchmark."""
    dropout = PiecewiseHazard.constant(DROPOUT)
    arms = tuple(
        TrialArm(name, 250, PiecewiseHazard.constant(RATE * ratio), dropout)
        for name, ratio in (("control", 1.0), ("treated", RATIO))
    )
    made = tuple(Look(bound, events=events) for bound, events in zip(BOUNDS[looks], EVENTS[looks], strict=True))
    return TrialPlan(arms, Accrual((0.0,), (500 / 24,)), made, end_month=60)


def ours(looks: int) -> tuple[float, float]:
    """Trials a second of the processor, and power."""
    begun = time.process_time()
    results = simulate_trials(plan(looks), OURS, SEED)
    return OURS / (time.process_time() - begun), results.power().value


def looped(looks: int) -> tuple[float, float]:
    """The same of a plain loop: one trial at a time, by arrays and a sort."""
    random, found = np.random.default_rng(SEED), 0
    hazards = np.repeat([RATE, RATE * RATIO], 250)
    begun = time.process_time()
    for _ in range(LOOPED):
        entry, time_to, lost = (
            24 * random.random(500),
            random.exponential(1 / hazards),
            random.exponential(1 / DROPOUT, 500),
        )
        event = time_to <= lost
        dates = np.sort((entry + time_to)[event])
        for events, bound in zip(EVENTS[looks], BOUNDS[looks], strict=True):
            if log_rank(entry, np.minimum(time_to, lost), event, dates[events - 1]) >= bound:
                found += 1
                break
    return LOOPED / (time.process_time() - begun), found / LOOPED


def log_rank(entry: np.ndarray, exit: np.ndarray, event: np.ndarray, date: float) -> float:
    """z at a date, the first half of the people being control; no ties."""
    followed = date - entry
    seen = followed > 0
    last = np.minimum(exit, followed)
    order = np.argsort(np.where(seen, last, np.inf))[: seen.sum()]
    own, now = order >= 250, (event & (exit <= followed))[order]
    n = np.arange(order.size, 0, -1)
    share = np.cumsum(own[::-1])[::-1][now] / n[now]
    return float((share - own[now]).sum() / math.sqrt((share * (1 - share)).sum()))


def theirs(looks: int) -> tuple[float, float]:
    """The same of rpact's simulation."""
    asked = ASKED.format(looks=looks, seed=SEED, trials=THEIRS)
    done = subprocess.run(["Rscript", "--vanilla", "-e", asked], capture_output=True, text=True, check=True)
    seconds, power = done.stdout.split()[-2:]
    return THEIRS / float(seconds), float(power)


def of_looks(looks: int) -> None:
    """Three lines: ours, and how many times the others' pace it is."""
    simulate_trials(plan(looks), 10, SEED)
    peers = [("a loop of numpy", looped)] + ([("rpact", theirs)] if shutil.which("Rscript") else [])
    turns: dict[str, list[tuple[float, float]]] = {name: [] for name in ("ours", *(name for name, _ in peers))}
    for _ in range(TURNS):
        turns["ours"].append(ours(looks))
        for name, play in peers:
            turns[name].append(play(looks))
    pace = {name: statistics.median(one for one, _ in told) for name, told in turns.items()}
    print(
        f"     {looks} look(s): {pace['ours']:,.0f} trials a second and core, power {turns['ours'][0][1]:.4f}",
        flush=True,
    )
    for name, _ in peers:
        times = pace["ours"] / pace[name]
        word = "     " if name != "rpact" else "ok   " if times >= LEAST[looks] else "SLOW "
        least = f" (at least {LEAST[looks]:g})" if name == "rpact" else ""
        print(f"{word}{name}: {pace[name]:,.0f}, {times:.1f} times{least}, power {turns[name][0][1]:.4f}", flush=True)


def of_cores() -> None:
    """How much faster two threads are than one, by the clock."""
    taken = {}
    for workers in (1, 2):
        begun = time.perf_counter()
        simulate_trials(plan(1), 4 * OURS, SEED, load_engine("threads", workers))
        taken[workers] = time.perf_counter() - begun
    print(f"     two threads: {taken[1] / taken[2]:.2f} times one ({4 * OURS / taken[2]:,.0f} trials a second)")


if __name__ == "__main__":
    for number in LEAST:
        of_looks(number)
    if sys.argv[1:] == ["--cores"]:
        of_cores()
