"""Asks R's npsurv about 500 random sets of events seen at visits, and stores its log likelihoods.

    python validation/random_visits/compare.py [SETS]     exit 1 if a curve of ours is less likely than R's
    python validation/random_visits/compare.py --write    the same of all, and stores what R answers

Needs `Rscript` with npsurv. `tests/stats/test_npmle.py` compares with what is stored, and needs no R: the sets are made
again from their seeds.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from made_up.visit_rows import visit_rows  # noqa: E402 - the folder of tests is known from here on
from remission.stats.interval.npmle import npmle  # noqa: E402

SETS = 500
STORED = HERE / "answers.csv"
BAR = 1e-9


def ask(seeds: range) -> dict[int, float]:
    """R's log likelihood by seed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sets.csv")
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(("seed", "last_free", "seen"))
            for seed in seeds:
                writer.writerows(
                    (seed, *("Inf" if one == float("inf") else one for one in row))
                    for row in zip(*visit_rows(seed), strict=True)
                )
        command = ["Rscript", "--vanilla", str(HERE / "ask.R"), str(path)]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return {int(seed): float(value) for seed, value in (line.split() for line in lines)}


def main(arguments: list[str]) -> int:
    """One line: how many sets, the largest gap, and how far R is below and above us at most."""
    write = arguments == ["--write"]
    seeds = range(SETS if write or not arguments else int(arguments[0]))
    theirs = ask(seeds)
    ours = {seed: npmle(*visit_rows(seed)) for seed in seeds}
    below = {seed: ours[seed].log_likelihood - theirs[seed] for seed in seeds}
    gap = max(curve.gap for curve in ours.values())
    short = sum(one > BAR for one in below.values())
    print(f"{len(seeds)} sets   gap at most {gap:.1e}   R above us by {-min(below.values()):.1e} at most")
    print(f"R more than {BAR:.0e} below us in {short}, by {max(below.values()):.1e} at most")
    if write:
        rows = "".join(f"{seed},{value!r}\n" for seed, value in theirs.items())
        STORED.write_text(f"seed,log_likelihood\n{rows}", encoding="utf-8")
    return int(len(theirs) < len(seeds) or min(below.values()) < -BAR or gap > 1e-6)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
