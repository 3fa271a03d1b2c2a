"""A cohort that does not fit: cut into parts and evaluated part by part under a limit of memory that is enforced.

    python benchmarks/larger_than_memory.py [--subjects 3200000] [--parts N] [--limit-gb 2] [--folder DIR]

What is limited is resident memory (VmRSS, code and shared pages included) of a step's process and all it started: it is
looked at a hundred times a second, and a step that has more is killed. The largest resident set that the kernel itself
recorded (ru_maxrss) is printed, and must be below the limit too, so that nothing hides between two looks. Limits of the
shell (`ulimit -d`, `-v`) count addresses that are reserved and never used. As a control, the whole cohort is loaded
under the same limit, and must be killed. Everything is written under DIR and removed at the end.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from registry import MANIFEST, make_registry

SUBJECTS_AT_ONCE = 125_000
ENDPOINT = "cdp-12w"
LOOK_SECONDS = 0.01
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def write_large(folder: Path, subjects: int) -> None:
    """A registry of Parquet files, shuffled within 125,000 subjects, made piece by piece."""
    folder.mkdir()
    (folder / "cohort.toml").write_text(MANIFEST, encoding="utf-8")
    for seed, start in enumerate(range(0, subjects, SUBJECTS_AT_ONCE)):
        tables = make_registry(min(SUBJECTS_AT_ONCE, subjects - start), seed)
        tables["visits"] = with_tests(tables["visits"], seed)
        for table, frame in tables.items():
            names = [name for name in ("subject_id", "row_id") if name in frame.columns]
            rows = frame.with_columns(pl.format("{}-{}", pl.lit(seed), name).alias(name) for name in names)
            shuffled = rows if table == "subjects" else rows.sample(fraction=1.0, shuffle=True, seed=seed)
            shuffled.write_parquet(folder / f"{table}-{seed:04}.piece")
    for name in tables:
        pieces = sorted(folder.glob(f"{name}-*.piece"))
        pl.scan_parquet(pieces).sink_parquet(folder / f"{name}.parquet")
        for piece in pieces:
            piece.unlink()


def with_tests(visits: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Visits with timed tests, a test of cognition and who rated: what a registry keeps beside the EDSS."""
    rng = np.random.default_rng(seed)
    seconds = {
        name: rng.integers(least, 4 * least, visits.height) / 10
        for name, least in (("t25fw_seconds", 40), ("nhpt_dominant_seconds", 150), ("nhpt_other_seconds", 160))
    }
    return visits.with_columns(
        **{name: pl.Series(values) for name, values in seconds.items()},
        sdmt_correct=pl.Series(rng.integers(10, 80, visits.height)),
        rater=pl.lit("clinician"),
    )


class Step(NamedTuple):
    """How a step ended: its exit status (negative when killed), wall seconds, and peaks of memory in MB.

    `peak` is that of the largest process, by the kernel; `together` that of all processes, as seen when looked at.
    """

    status: int
    seconds: float
    peak: float
    together: float


def limited(limit: int, step: str, *arguments: str | Path) -> Step:
    """Run one step in a process of its own, and kill it with all it started when they have more than `limit` bytes."""
    started = time.perf_counter()
    command = [sys.executable, __file__, "--step", step, *map(str, arguments)]
    process = subprocess.Popen(command, start_new_session=True)
    together = 0
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            break
        together = max(together, resident(process.pid))
        if together > limit:
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(LOOK_SECONDS)
    return Step(process.returncode, time.perf_counter() - started, usage.ru_maxrss / 1024, together / 2**20)


def resident(process: int) -> int:
    """Bytes in memory of a process and all that it started; 0 for one that has ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        threads = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * PAGE_BYTES + sum(map(resident, children))


def run_step(step: str, arguments: list[str]) -> None:
    """One step, in the process that is limited."""
    from remission.outcomes.load import load_cohort
    from remission.outcomes.partitioned import choose_engine, evaluate_partitions, write_partitions

    if step == "write":
        write_large(Path(arguments[0]), int(arguments[1]))
    elif step == "load":
        load_cohort(arguments[0])
    elif step == "partition":
        write_partitions(arguments[0], int(arguments[2]) or None, arguments[1])
    else:
        evaluate_partitions(arguments[0], ENDPOINT, choose_engine("serial"), arguments[1])


def demonstrate(folder: Path, subjects: int, parts: int, limit_gb: float) -> None:
    cohort, cut, rows, limit = folder / "cohort", folder / "parts", folder / "rows", int(limit_gb * 2**30)
    started = time.perf_counter()
    # In a process of its own: the kernel counts what this one had in memory as the peak of all that it starts.
    subprocess.run([sys.executable, __file__, "--step", "write", cohort, str(subjects)], check=True)
    files = sum(path.stat().st_size for path in cohort.iterdir()) / 2**30
    print(
        f"{subjects:,} subjects, {files:.1f} GB of Parquet; as tables in memory {in_memory(cohort):.1f} GB", flush=True
    )
    print(f"written in {time.perf_counter() - started:.0f} s; every step below may use {limit_gb:g} GB", flush=True)
    for step, arguments in (("partition", (cohort, cut, str(parts))), ("evaluate", (cut, rows))):
        done = limited(limit, step, *arguments)
        said = f"{done.seconds:.0f} s, peak {done.peak:,.0f} MB resident ({done.together:,.0f} MB when looked at)"
        if done.status or done.peak * 2**20 > limit:
            raise SystemExit(f"{step} failed with exit code {done.status}: {said}")
        print(f"{step}: {said}", flush=True)
    found = pl.scan_parquet(rows / "*.parquet").select(pl.len(), pl.col("event").sum()).collect().row(0)
    print(f"{len(list(rows.iterdir()))} parts; outcome rows: {found[0]:,}, of whom with an event: {found[1]:,}")
    done = limited(limit, "load", cohort)
    ended = (
        f"killed after {done.seconds:.0f} s" if done.status == -signal.SIGKILL else "NOT KILLED: choose more subjects"
    )
    print(f"control, the whole cohort at once: {ended}, peak {done.peak:,.0f} MB resident")
    if done.status != -signal.SIGKILL:
        raise SystemExit(1)


def in_memory(cohort: Path) -> float:
    """GB of all tables as frames, by their first rows."""
    size = 0.0
    for path in cohort.glob("*.parquet"):
        scan = pl.scan_parquet(path)
        first = scan.head(10_000).collect()
        size += first.estimated_size() / first.height * scan.select(pl.len()).collect().item()
    return size / 2**30


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--subjects", type=int, default=3_200_000)
    parser.add_argument("--parts", type=int, default=0, help="[as many as the size asks for]")
    parser.add_argument("--limit-gb", type=float, default=2.0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--step", choices=("write", "partition", "evaluate", "load"), help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        run_step(asked.step, asked.arguments)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        demonstrate(Path(folder), asked.subjects, asked.parts, asked.limit_gb)


if __name__ == "__main__":
    main()
