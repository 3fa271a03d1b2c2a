"""A large registry for benchmarks: string ids, 16 visits a subject, relapses, yearly scans; no real data.

python benchmarks/registry.py FOLDER --subjects 100000 [--shuffled]     writes a cohort folder of Parquet tables
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl

MANIFEST = """\
name = "benchmark"
title = "Benchmark registry"
kind = "simulated"
day_zero = "registration"
time = "days"
collected = ["subjects", "visits", "relapses", "scans"]
licence = "CC0-1.0"
"""


def make_registry(subjects: int, seed: int = 1) -> dict[str, pl.DataFrame]:
    """Tables of a registry: EDSS drifts upwards by half-points, relapses lift it for a while, ratings are noisy."""
    rng = np.random.default_rng(seed)
    visits = rng.integers(8, 25, subjects)
    who = np.repeat(np.arange(subjects), visits)
    place = np.arange(who.size) - np.repeat(np.cumsum(visits) - visits, visits)
    day = np.where(place == 0, 0, place * 91 + rng.integers(-12, 13, who.size))
    drift = rng.random(who.size) < 0.06
    steps = np.cumsum(drift) - np.repeat(np.cumsum(drift)[np.cumsum(visits) - visits], visits)
    start = rng.choice([2, 3, 4, 5, 6, 7, 8, 10, 12], subjects)
    noise = rng.choice([-1, 0, 0, 0, 0, 0, 0, 0, 1], who.size)
    half = np.clip(start[who] + steps + noise, 2, 19)
    last = np.maximum.reduceat(day, np.cumsum(visits) - visits)
    tables = {
        "subjects": {"entered": np.full(subjects, "yes"), "last_day": last, "end_reason": np.full(subjects, "cut-off")},
        "visits": {"day": day, "edss": half / 2},
        **_events(rng, last),
    }
    owners = {
        "subjects": np.arange(subjects),
        "visits": who,
        "relapses": tables["relapses"].pop("who"),
        "scans": tables["scans"].pop("who"),
    }
    return {name: _frame(name, owners[name], columns) for name, columns in tables.items()}


def _events(rng: np.random.Generator, last: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    relapses = rng.poisson(0.35 * last / 365.25)
    whose = np.repeat(np.arange(last.size), relapses)
    scans = last // 365
    scanned = np.repeat(np.arange(last.size), scans)
    place = np.arange(scanned.size) - np.repeat(np.cumsum(scans) - scans, scans)
    return {
        "relapses": {"who": whose, "day": (rng.random(whose.size) * last[whose]).astype(int) + 1},
        "scans": {"who": scanned, "day": 365 * (place + 1), "new_t2": rng.poisson(0.15, scanned.size)},
    }


def _frame(name: str, who: np.ndarray, columns: dict[str, np.ndarray]) -> pl.DataFrame:
    ids = pl.select(pl.format("MS-{}", pl.Series(who).cast(pl.String).str.zfill(8))).to_series()
    frame = pl.DataFrame({"subject_id": ids} | columns)
    if name == "subjects":
        return frame
    return frame.with_row_index("row").with_columns(row_id=pl.format(name[0] + "{}", "row")).drop("row")


def write_registry(folder: Path, subjects: int, shuffled: bool, seed: int = 1) -> None:
    """Write the tables and a manifest; shuffled rows are what an extract without ORDER BY looks like."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cohort.toml").write_text(MANIFEST, encoding="utf-8")
    for name, frame in make_registry(subjects, seed).items():
        rows = frame.sample(fraction=1.0, shuffle=True, seed=seed) if shuffled and name != "subjects" else frame
        rows.write_parquet(folder / f"{name}.parquet")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--subjects", type=int, default=100_000)
    parser.add_argument("--shuffled", action="store_true")
    asked = parser.parse_args()
    write_registry(asked.folder, asked.subjects, asked.shuffled)
