"""Judging every rule set of the library on one set of facts: nothing known, a scan alone, and 500 mixtures.

python benchmarks/criteria.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from criteria_facts import NOTHING_BUT_A_SCAN, fact_sets
from remission.studies.criteria.check import judge_all

LIMIT_MS = 50


def main() -> None:
    judge_all({})  # the files are read once
    for what, sets in {
        "nothing known": [{}] * 20,
        "a scan alone": [NOTHING_BUT_A_SCAN] * 20,
        "mixtures": fact_sets()[::10],
    }.items():
        started, cpu = time.perf_counter(), time.process_time()
        for given in sets:
            judge_all(given)
        wall = 1000 * (time.perf_counter() - started) / len(sets)
        spent = 1000 * (time.process_time() - cpu) / len(sets)
        verdict = "ok  " if spent <= LIMIT_MS else "OVER"
        print(f"{verdict} 22 rule sets, {what}: {spent:.0f} ms of CPU (at most {LIMIT_MS}), {wall:.0f} ms on the wall")


if __name__ == "__main__":
    main()
