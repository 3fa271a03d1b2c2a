"""A cohort written out table by table, for what the small report cohort does not have: cuts, raters, therapies."""

from __future__ import annotations

from pathlib import Path

from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort

MANIFEST = """\
name = "written"
title = "Written"
kind = "simulated"
day_zero = "start"
time = "days"
collected = [{collected}]
licence = "MIT"
"""


def written(folder: Path, **tables: str) -> Cohort:
    """A cohort of these tables, each a CSV with its header; one that is not named was not collected."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cohort.toml").write_text(MANIFEST.format(collected=", ".join(f'"{name}"' for name in tables)))
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return load_cohort(folder)
