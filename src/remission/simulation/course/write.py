"""A virtual cohort as an ordinary one: its tables, its manifest, and its truth beside them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from remission.inputs.provenance import Source
from remission.records.cohort import Cohort, Manifest
from remission.records.files.write import write_cohort
from remission.simulation.cohorts.tables import complete, digest_of_words
from remission.simulation.cohorts.truth import FILE, Truth
from remission.simulation.course.frames import TABLES, frames_of
from remission.simulation.course.lives import draw_lives
from remission.simulation.course.truths import PEOPLE, planted_truths, truth_text

if TYPE_CHECKING:
    from remission.simulation.course.design import Plan

Format = Literal["csv", "parquet"]


def simulate_cohort(plan: Plan, n: int, seed: int) -> Cohort:
    """A virtual cohort in memory, in days; the same for the same plan, number and seed.

    >>> from remission.simulation.course.load import load_cohort_design
    >>> simulate_cohort(load_cohort_design("placebo-against-drug"), 20, seed=1).subjects.height
    20
    """
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    first = 1
    for lives in draw_lives(plan, n, seed):
        for name, frame in frames_of(lives, first).items():
            parts[name].append(frame)
        first += lives.n
    tables = {name: complete(name, pl.concat(frames)) for name, frames in parts.items()}
    return Cohort(_manifest(plan, n, seed), tables, digest_of_words(f"{plan} {n} {seed}"))


def write_virtual_cohort(plan: Plan, n: int, seed: int, folder: Path, format: Format = "csv") -> tuple[Truth, ...]:  # noqa: A002
    """Write a virtual cohort and its `truth.toml` into a folder; what was planted."""
    # Side by side: each has its own streams of chance, and neither waits for the other's arrays.
    with ThreadPoolExecutor(1) as beside:
        drawn = beside.submit(lambda: tuple(planted_truths(plan)))
        cohort = simulate_cohort(plan, n, seed)
        truths = drawn.result()
    # Together with the tables: people beside the truth of others would be called wrong.
    write_cohort(cohort, folder, format, {FILE: truth_text(plan, truths, seed, n, PEOPLE)})
    return truths


def _manifest(plan: Plan, n: int, seed: int) -> Manifest:
    design = plan.design
    says = f"every record is made up; {FILE} beside this file holds what was planted, and what of it is assumed"
    made = Source(
        f"Remission, remission simulate cohort --design {design.name}", "verified", f"seed {seed}, {n:,} people", says
    )
    return Manifest(
        name=design.name,
        title=f"{design.title}, simulated",
        kind="simulated",
        day_zero=design.day_zero,
        time="days",
        collected=TABLES,
        licence="CC0-1.0 (made by this project)",
        sources=(made,),
        note=" ".join(filter(None, [design.note, plan.course.note])),
    )
