"""Runs in an environment that has simtrial of PyPI: asks it for times of people under hazards by pieces.

    PYTHON validation/piecewise_times/ask_simtrial.py [FOLDER]

Reads hazards.csv of the folder: months at which pieces begin, and rates per month. Writes times.csv: hazard, the
uniform number that was drawn, and the months that simtrial makes of it.
"""

import csv
import math
import sys
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
from simtrial import PiecewiseExponential

PEOPLE, SEED = 200, 1012
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent


def hazards():
    """Starts and rates of each hazard by name."""
    with (FOLDER / "hazards.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    names = dict.fromkeys(row["hazard"] for row in rows)
    return {
        name: [(float(row["start"]), float(row["rate"])) for row in rows if row["hazard"] == name] for name in names
    }


def main():
    """Ask and store."""
    with (FOLDER / "times.csv").open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened, lineterminator="\n")
        table.writerow(("hazard", "uniform", "months"))
        for number, (name, pieces) in enumerate(hazards().items()):
            starts, rates = zip(*pieces, strict=True)
            lengths = [end - start for start, end in pairwise((*starts, math.inf))]
            times = PiecewiseExponential(lengths, rates).sample(PEOPLE, np.random.default_rng([SEED, number]))
            # It draws its uniforms first, and all at once.
            uniforms = np.random.default_rng([SEED, number]).uniform(size=PEOPLE)
            table.writerows((name, repr(float(u)), repr(float(t))) for u, t in zip(uniforms, times, strict=True))
    print("simtrial", version("simtrial"))


main()
