"""How long records of person-months take to become trials, against what was promised and against a peer, in one run.

    python benchmarks/emulation.py                        ours, and the same join written in Polars
    python benchmarks/emulation.py --peer PYTHON          adds pySEQTarget, of an interpreter that has it

Invented people of 20 months on average; each month before their treatment begins a trial. The growth is of ten times
the records; memory is the peak of the process. The peer's time is that of `SEQuential.expand` on 20,000 months.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from remission.stats.emulation.trials import Trials, expand_trials

SEED, MONTHS, MOST_SECONDS, MOST_GB = 1130, 1_000_000, 1.0, 3.0
SMALL = 20_000
Records = dict[str, np.ndarray]

PEER = """
import sys, time, polars as pl
from pySEQTarget import SEQopts, SEQuential
data = pl.read_csv(sys.argv[1])
model = SEQuential(data, "id", "month", "eligible", "treated", "event", time_varying_cols=[], fixed_cols=["sex"],
                   method="ITT", parameters=SEQopts())
begun = time.perf_counter()
model.expand()
print(time.perf_counter() - begun, model.DT.height)
"""


def invented(months: int) -> Records:
    """Person-months, a few more or less than asked for."""
    random = np.random.default_rng(SEED)
    lengths = random.integers(1, 40, months // 20)
    person = np.repeat(np.arange(lengths.size, dtype=np.int32), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    month = (np.arange(person.size) - first).astype(np.int32)
    treated = month >= random.integers(0, 60, lengths.size)[person]
    last = month == lengths[person] - 1
    before = month > 0
    eligible = ~(before & np.roll(treated, 1))
    return {"id": person, "month": month, "eligible": eligible, "treated": treated,
            "event": last & (random.random(person.size) < 0.3)}  # fmt: skip


def ours(records: Records) -> Trials:
    """One row a trial."""
    return expand_trials(records["id"], records["eligible"], records["treated"], records["event"])


def by_join(records: Records) -> pl.DataFrame:
    """The same by joining records with themselves."""
    frame = pl.DataFrame(records)
    begins = frame.filter("eligible").select("id", begun="month", assigned="treated")
    return begins.join(frame, on="id").filter(pl.col("month") >= pl.col("begun"))


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """Median of single runs, after one that is not counted."""
    run()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def against_peer(python: str) -> None:
    """One line: how many times as long pySEQTarget takes for as many rows."""
    records = invented(SMALL)
    frame = pl.DataFrame({**{name: one.astype(np.int64) for name, one in records.items()}, "sex": records["id"] % 2})
    own = seconds(lambda: ours(records).person_periods(), 5)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "months.csv"
        frame.write_csv(file)
        done = subprocess.run([python, "-c", PEER, str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"     pySEQTarget did not answer: {done.stderr.strip().splitlines()[-1]}")
        return
    taken, rows = done.stdout.split()[-2:]
    print(f"     pySEQTarget: {float(taken):.3f} s, {float(taken) / own:,.0f} times ours; {rows} rows, ours "
          f"{ours(records).person_periods().row.size:,}")  # fmt: skip


def main() -> None:
    """Print one line a figure."""
    records = invented(MONTHS)
    short, long = seconds(lambda: ours(records)), seconds(lambda: ours(records).person_periods())
    rows = ours(records).person_periods().row.size
    print(f"     {records['id'].size:,} person-months to {ours(records).begins.size:,} trials: {short:.3f} s")
    word = "ok  " if long <= MOST_SECONDS else "OVER"
    print(f"{word} with their {rows:,} periods: {long:.3f} s (at most {MOST_SECONDS:g})", flush=True)
    joined = seconds(lambda: by_join(records), 1)
    print(f"     joined in Polars: {joined:.3f} s, {joined / long:.1f} times ours, {by_join(records).height:,} rows")
    if sys.argv[1:2] == ["--peer"]:
        against_peer(sys.argv[2])


def grown() -> None:
    """Ten times the records, in a process of its own, for its memory."""
    records = invented(10 * MONTHS)
    taken = seconds(lambda: ours(records).person_periods(), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    word = "ok  " if peak <= MOST_GB else "OVER"
    print(f"{word} {records['id'].size:,} person-months: {taken:.2f} s, peak {peak:.2f} GB (at most {MOST_GB:g})")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--grown"]:
        grown()
    else:
        main()
        subprocess.run([sys.executable, __file__, "--grown"], check=True)
