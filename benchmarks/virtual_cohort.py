"""How long a virtual cohort of 100,000 people takes, from design to Parquet with its truth: whole processes, medians.

python benchmarks/virtual_cohort.py        each design of the library; the truth takes 100,000 people more
"""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from run import REMISSION, bound, median

PEOPLE, MOST_SECONDS, MOST_MB, RUNS = 100_000, 10.0, 900, 3
DESIGNS = ("placebo-against-drug", "hsct-against-therapy")


def main() -> None:
    """Print each design beside its bounds."""
    for design in DESIGNS:
        with tempfile.TemporaryDirectory() as folder:
            words = ("simulate", "cohort", "--design", design, "-n", str(PEOPLE), "--format", "parquet", "-o")
            before = _processor_seconds()
            seconds, memory = median(RUNS, REMISSION, *words, Path(folder) / "out")
            busy = (_processor_seconds() - before) / (RUNS + 1)
        bound(f"{PEOPLE:,} people of {design}", seconds, MOST_SECONDS, "s")
        # On a machine that does other things the wall says little.
        print(f"     processor time: {busy:.2f} s")
        bound("  its peak memory", memory, MOST_MB, "MB")


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
