"""360 definitions of worsening on 33,303 subjects: the size of the largest multiverse published by hand.

    python benchmarks/multiverse.py [--subjects 33303]

Prints the time of the derivation alone (who had the event, and the estimates) in one thread, of all analyses in as many
threads as there are processors, and of the whole with pictures and tables, then that of a second run, which reuses what
was kept. CPU seconds, of all threads, stand beside those on the wall: the machine may be shared.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine import as_cohort

from registry import make_registry
from remission.multiverse.evaluation import evaluate_definition
from remission.multiverse.files import VaryFile, load_multiverse
from remission.multiverse.grid import derive_grid
from remission.multiverse.side_by_side import evaluate_side_by_side
from remission.multiverse.write import derive_multiverse, write_multiverse
from remission.records.cohort import Cohort

CHOICES = """\
endpoint = "cdp-24w"
title = "Worsening of the EDSS"

[[vary]]
value = "progression.confirmation.days"
options = [56, 84, 168, 336, 672]

[[vary]]
value = "progression.thresholds"
label = "Smallest rise"
[[vary.options]]
label = "1.0"
value = [{ baseline_from = 0.0, change = 1.0 }]
[[vary.options]]
label = "1.0, 0.5 from 5.5"
value = [{ baseline_from = 0.0, change = 1.0 }, { baseline_from = 5.5, change = 0.5 }]
[[vary.options]]
label = "1.5, 1.0 from 1.0, 0.5 from 5.5"
value = [{ baseline_from = 0, change = 1.5 }, { baseline_from = 1, change = 1 }, { baseline_from = 5.5, change = 0.5 }]

[[vary]]
value = "progression.confirmation.visits"
options = ["all", "last"]

[[vary]]
value = "progression.onset.after_relapse_days"
options = [0, 30, 90]

[[vary]]
value = "progression.confirmation.after_relapse_days"
options = [0, 30]

[[vary]]
value = "progression.event_date"
options = ["onset", "confirmation"]
"""


@contextmanager
def timing(what: str) -> Iterator[None]:
    """One line: seconds on the wall, and CPU seconds of all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(f"{what}: {time.perf_counter() - wall:.1f} s, {time.process_time() - cpu:.1f} CPU seconds", flush=True)


def timed(cohort: Cohort, vary: VaryFile, folder: Path) -> None:
    """One line a stage."""
    grid = derive_grid(vary)
    estimation = vary.endpoint.estimation
    evaluate_definition(cohort, grid.definitions[0], estimation)  # kernels compiled, tables sorted
    print(f"{len(grid.definitions)} definitions, {cohort.subjects.height:,} subjects, {os.cpu_count()} processors")
    with timing("derivation and curves, in one thread"):
        for _ in evaluate_side_by_side(cohort, [grid.definitions], estimation, workers=1):
            pass
    with timing("all of it in threads, with agreement and shares of variance (at most 5 s on two processors)"):
        derive_multiverse(cohort, vary)
    with timing("with pictures and tables"):
        write_multiverse(cohort, vary, folder)
    with timing("a second run in the same folder"):
        reused = write_multiverse(cohort, vary, folder).reused
    print(f"  of which {reused} definitions were reused")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--subjects", type=int, default=33_303)
    asked = parser.parse_args()
    # A registry made in memory has no digest; this one is made from a seed.
    cohort = replace(as_cohort(make_registry(asked.subjects)), digest=f"registry of {asked.subjects}, seed 1")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "worsening.toml")
        file.write_text(CHOICES, encoding="utf-8")
        timed(cohort, load_multiverse(file), Path(folder, "out"))


if __name__ == "__main__":
    main()
