"""The engine, warm and in process, against pymsprog on the same visits: string ids, shuffled rows, relapses joined.

    python benchmarks/engine.py [--pymsprog PYTHON] [--subjects 1000] [--visits V.csv --relapses R.csv]

PYTHON is an interpreter with pymsprog 1.0.7 (it needs numpy < 2, so an environment of its own). Everything is measured
in one run, and only ratios are worth quoting. The number of people with an event is printed for both: it must agree.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import polars as pl

from registry import make_registry
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.evaluation import evaluate
from remission.records.cohort import Cohort, Manifest

DEFAULT = load_endpoint("msprog-default")


def pira_with_roving_baseline() -> Endpoint:
    """The first PIRA from a baseline that moves with every confirmed change, in msprog's windows."""
    pira = load_endpoint("msprog-pira").of(Progression)
    assert pira is not None
    rule = DEFAULT.of(Progression)
    assert rule is not None
    rule = replace(rule, relapse_association=pira.relapse_association)
    return replace(DEFAULT, record=replace(rule, baseline=replace(rule.baseline, moves="roving")))


# What is timed, and the options of MSprog that ask the same.
RULES = {
    "first confirmed worsening": (DEFAULT, {"event": "firstCDW"}),
    "first PIRA, roving baseline": (pira_with_roving_baseline(), {"event": "firstPIRA", "baseline": "roving"}),
}
PEER = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from pymsprog import MSprog
visits, relapses = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
started = time.process_time()
_, events = MSprog(visits, "subject_id", "edss", "day", "edss", relapse=relapses, rsubj_col="subject_id",
                   rdate_col="day", date_format="day", verbose=0, **json.loads(sys.argv[3]))[:2]
found = events["CDW_type"] == "PIRA" if "PIRA" in sys.argv[3] else events["nevent"] > 0
print(json.dumps([time.process_time() - started, int(found.sum())]))
"""


def as_cohort(tables: dict[str, pl.DataFrame], seed: int = 1) -> Cohort:
    """A cohort in memory with shuffled event tables, observed to the last visit."""
    shuffled = {
        name: frame if name == "subjects" else frame.sample(fraction=1.0, shuffle=True, seed=seed)
        for name, frame in tables.items()
    }
    days = pl.col("day").cast(pl.Int32)
    frames = {name: frame.with_columns(days) if "day" in frame.columns else frame for name, frame in shuffled.items()}
    last = (
        frames["visits"]
        .group_by("subject_id", maintain_order=True)
        .agg(from_day=pl.col("day").min(), to_day=pl.col("day").max())
    )
    frames["observed"] = pl.concat(
        last.select("subject_id", row_id=pl.lit(kind), kind=pl.lit(kind), from_day="from_day", to_day="to_day")
        for kind in ("clinic", "relapses")
    )
    manifest = Manifest("benchmark", "Benchmark", "simulated", "registration", "days", tuple(frames), "CC0-1.0")
    return Cohort(manifest, frames, "")


def time_engine(cohort: Cohort, endpoint: Endpoint, runs: int) -> tuple[float, int]:
    """Median CPU seconds from tables to outcome rows (nothing kept from run to run), and how many had an event.

    Of all threads, as for the peer: on a shared machine the clock on the wall also counts the work of others.
    """
    evaluate(cohort, endpoint)
    seconds, events = [], 0
    for _ in range(runs):
        fresh = replace(cohort)
        started = time.process_time()
        events = int(evaluate(fresh, endpoint).spells["event"].sum())
        seconds.append(time.process_time() - started)
    return statistics.median(seconds), events


def time_peer(python: str, cohort: Cohort, options: dict[str, str]) -> tuple[float, int]:
    """CPU seconds of one run of pymsprog on the same visits, and how many had an event."""
    with tempfile.TemporaryDirectory() as folder:
        visits, relapses = Path(folder, "visits.csv"), Path(folder, "relapses.csv")
        cohort.tables["visits"].select("subject_id", "day", "edss").write_csv(visits)
        cohort.tables["relapses"].select("subject_id", "day").sort("subject_id", "day").write_csv(relapses)
        done = subprocess.run(
            [python, "-c", PEER, visits, relapses, json.dumps(options)], capture_output=True, text=True, check=True
        )
    seconds, events = json.loads(done.stdout.splitlines()[-1])
    return float(seconds), int(events)


def tables_from(visits: Path, relapses: Path) -> dict[str, pl.DataFrame]:
    """Tables of other people's files: columns id, day, EDSS; and id, day."""
    ids = pl.format("MS-{}", pl.col("id").cast(pl.String).str.zfill(7)).alias("subject_id")
    seen, relapsed = pl.read_csv(visits), pl.read_csv(relapses)
    rows = {
        "visits": seen.select(ids, "day", edss=pl.col("EDSS").cast(pl.Float64)).with_row_index("row_id"),
        "relapses": relapsed.select(ids, "day").with_row_index("row_id"),
    }
    tables = {name: frame.with_columns(pl.col("row_id").cast(pl.String)) for name, frame in rows.items()}
    subjects = tables["visits"].select("subject_id").unique(maintain_order=True).with_columns(entered=pl.lit("yes"))
    return {"subjects": subjects, **tables}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pymsprog", metavar="PYTHON")
    parser.add_argument("--subjects", type=int, default=1000)
    parser.add_argument("--visits", type=Path)
    parser.add_argument("--relapses", type=Path)
    parser.add_argument("--growth", action="store_true", help="also time 100,000 and 1,000,000 subjects")
    asked = parser.parse_args()
    tables = tables_from(asked.visits, asked.relapses) if asked.visits else make_registry(asked.subjects)
    cohort = as_cohort(tables)
    subjects = cohort.subjects.height
    for name, (endpoint, options) in RULES.items():
        ours, events = time_engine(cohort, endpoint, 30)
        print(f"{name}, {subjects} subjects")
        print(f"  engine: {ours * 1e6 / subjects:.2f} microseconds a subject, {events} with an event")
        if asked.pymsprog:
            theirs, their_events = time_peer(asked.pymsprog, cohort, options)
            print(f"  pymsprog: {theirs * 1e3 / subjects:.2f} milliseconds a subject, {their_events} with an event")
            print(f"  ratio pymsprog / engine: {theirs / ours:,.0f} (at least 1,500 at 1,000 subjects)")
    if asked.growth:
        times = [time_engine(as_cohort(make_registry(n)), DEFAULT, 5)[0] for n in (100_000, 1_000_000)]
        print(
            f"time(1,000,000) / time(100,000) = {times[1]:.2f} s / {times[0]:.2f} s = {times[1] / times[0]:.1f} "
            "(at most 11)"
        )


if __name__ == "__main__":
    main()
