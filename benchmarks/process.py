"""A whole process from Parquet to an event-free curve, against one in which Polars only reads, or sorts, the same.

    python benchmarks/process.py [--subjects 100000] [--runs 3]

Rows in order are held against `read_parquet` of the same columns, shuffled rows against sorting what was read by
subject and day. Both are whole processes, start and imports included, kernels and bytecode compiled before, in CPU
seconds of all threads (the machine may be shared); only the ratios are worth quoting. Start and imports are told too,
so that anybody can take them off.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from registry import write_registry

CURVE = Path(__file__).with_name("curve.py")
ENDPOINT = "cdp-12w"
READ = "import polars as pl, sys; from pathlib import Path\n"
READ += "tables = [pl.read_parquet(path) for path in Path(sys.argv[1]).glob('*.parquet')]\n"
SORT = READ + "tables = [table.sort('subject_id', 'day') for table in tables if 'day' in table.columns]"
LIMITS = {"sorted": ("reading", READ, 6.0), "shuffled": ("sorting", SORT, 2.5)}


def cpu_seconds(*words: str | Path) -> float:
    """CPU seconds, of all threads, of one process of Python with these words, or of a program by its path."""
    command = [] if str(words[0]).endswith("remission") else [sys.executable]
    # Installed modules have their bytecode; with this variable each run would compile those of a checkout anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([*command, *map(str, words)], stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {words}")
    return usage.ru_utime + usage.ru_stime


def median(runs: int, *command: str | Path) -> float:
    """Median of several runs, after one that is not counted."""
    cpu_seconds(*command)
    return statistics.median(cpu_seconds(*command) for _ in range(runs))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--subjects", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    imports = median(asked.runs, "-c", "import polars")
    with tempfile.TemporaryDirectory() as folder:
        write_registry(Path(folder, "few"), 10, shuffled=False)
        start = median(asked.runs, CURVE, Path(folder, "few"), ENDPOINT)
        print(f"     start and imports: {start:.2f} s; of Polars alone {imports:.2f} s", flush=True)
        for order, (what, peer, limit) in LIMITS.items():
            write_registry(Path(folder, order), asked.subjects, shuffled=order == "shuffled")
            ours = median(asked.runs, CURVE, Path(folder, order), ENDPOINT)
            theirs = median(asked.runs, "-c", peer, Path(folder, order))
            print(
                f"{'ok  ' if ours <= limit * theirs else 'OVER'} {asked.subjects:,} subjects, {order}: {ours:.2f} s; "
                f"Polars {what} the same {theirs:.2f} s; ratio {ours / theirs:.1f} (at most {limit:g}); without start "
                f"and imports {(ours - start) / (theirs - imports):.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
