"""Times under hazards by pieces against simtrial of PyPI: the same uniform numbers lead to the same times and days.

    python validation/piecewise_times/compare.py [FOLDER]      exit 1 where anything differs

FOLDER holds hazards.csv, and times.csv of `ask_simtrial.py`; without one the stored ones are compared, as the tests do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.simulation.trials.plan import TrialArm, TrialStratum
from remission.simulation.trials.tables import exit_chances
from remission.stats.horizons import MONTH_DAYS
from remission.stats.sample_size.piecewise import PiecewiseHazard

HERE = Path(__file__).parent
APART = 1e-12
LAST_DAY = 2_000
Floats = NDArray[np.float64]


def differences(folder: Path = HERE) -> Iterator[tuple[str, float]]:
    """What is compared by hazard, and how far we are from it: of cumulative hazards, and people whose day differs."""
    stored = pl.read_csv(folder / "times.csv").partition_by("hazard", as_dict=True)
    for (name,), pieces in pl.read_csv(folder / "hazards.csv").partition_by("hazard", as_dict=True).items():
        hazard = PiecewiseHazard(tuple(pieces["start"]), tuple(pieces["rate"]))
        uniforms, months = (stored[(name,)][column].to_numpy() for column in ("uniform", "months"))
        # A time is that at which the cumulative hazard is minus the log of the uniform number.
        yield f"{name}, cumulative hazard", float(np.abs(hazard.cumulative(months) + np.log(uniforms)).max())
        theirs = np.minimum(np.ceil(months * MONTH_DAYS), LAST_DAY + 1)
        yield f"{name}, days", float((days_of(hazard, uniforms) != theirs).sum())


def days_of(hazard: PiecewiseHazard, uniforms: Floats) -> Floats:
    """The day that played trials give to each uniform number; the one after the last where nothing happens."""
    chances = exit_chances(TrialArm("arm", 1, hazard), TrialStratum("all", 1.0, 1.0), LAST_DAY)
    gone = np.cumsum(chances[1::2])
    return np.asarray(np.searchsorted(gone, 1 - uniforms, side="left"), np.float64)


if __name__ == "__main__":
    told = list(differences(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
    print(*(f"{apart:8.1e}  {what}" for what, apart in told), sep="\n")
    sys.exit(any(apart > APART for _, apart in told))
