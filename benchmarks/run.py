"""All benchmarks, each as a ratio or against its bound, from one run on one machine; cache states are printed.

    python benchmarks/run.py            (`make bench`)
    python benchmarks/run.py --pymsprog PYTHON      adds the peer, an interpreter with pymsprog 1.0.7 and numpy < 2

Times of shared machines drift: medians of several runs, and ratios within one run, are all that is worth quoting.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from registry import write_registry

HERE = Path(__file__).parent
REMISSION = Path(sys.executable).parent / "remission"


def whole_process(*command: str | Path) -> tuple[float, float]:
    """Wall seconds and peak memory (MB) of one process."""
    started = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(map(str, command))}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def median(runs: int, *command: str | Path) -> tuple[float, float]:
    """Median wall seconds and largest peak memory of several runs, after one that is not counted."""
    whole_process(*command)
    measured = [whole_process(*command) for _ in range(runs)]
    return statistics.median(seconds for seconds, _ in measured), max(memory for _, memory in measured)


def bound(what: str, value: float, limit: float, unit: str) -> None:
    """One line: the figure beside what was promised."""
    print(f"{'ok  ' if value <= limit else 'OVER'} {what}: {value:.2f} {unit} (at most {limit:g})", flush=True)


def bench_help() -> None:
    """The first thing a user sees."""
    bound("remission --help", median(5, REMISSION, "--help")[0], 0.5, "s")


def bench_report(folder: Path) -> None:
    """A second report of halt-ms (kernels compiled, figures drawn); against its imports see imports.py."""
    command = (REMISSION, "report", "halt-ms", "--endpoint", "halt-ms-efs", "-o", folder / "report")
    first, _ = whole_process(*command)
    second, memory = median(5, *command)
    print(f"     first report into an empty folder: {first:.2f} s (kernel cache as it was found); peak {memory:.0f} MB")
    bound("second report", second, 8.0, "s")
    bound("  its peak memory", memory, 700, "MB")


def bench_registry(folder: Path, subjects: int = 100_000) -> None:
    """100,000 subjects, 1.6 M visits, string ids: Parquet to event-free curve, whole process, kernels compiled."""
    for order, limit in (("sorted", 4.0), ("shuffled", 6.0)):
        write_registry(folder / order, subjects, shuffled=order == "shuffled")
        seconds, memory = median(3, sys.executable, HERE / "curve.py", folder / order)
        bound(f"{subjects:,} subjects from Parquet to curve, {order}", seconds, limit, "s")
        bound(f"  its peak memory, {order}", memory, 700, "MB")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pymsprog", metavar="PYTHON")
    asked = parser.parse_args()
    bench_help()
    with tempfile.TemporaryDirectory() as folder:
        bench_report(Path(folder))
        bench_registry(Path(folder))
    peer = ["--pymsprog", asked.pymsprog] if asked.pymsprog else []
    for subjects in ("1000", "5000"):
        subprocess.run([sys.executable, HERE / "engine.py", "--subjects", subjects, *peer], check=True)
    subprocess.run([sys.executable, HERE / "engine.py", "--subjects", "1000", "--growth"], check=True)
    subprocess.run([sys.executable, HERE / "process.py"], check=True)
    subprocess.run([sys.executable, HERE / "imports.py"], check=True)
    subprocess.run([sys.executable, HERE / "kaplan_meier.py"], check=True)
    subprocess.run([sys.executable, HERE / "pooling.py"], check=True)
    subprocess.run([sys.executable, HERE / "league.py"], check=True)
    subprocess.run([sys.executable, HERE / "virtual_cohort.py"], check=True)


if __name__ == "__main__":
    main()
