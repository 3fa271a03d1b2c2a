"""Our rule `conversion` against `spmsDx` of MSoutcomes on invented people.

    python validation/msoutcomes/compare.py [FOLDER]      exit 1 if anybody converts on another day

FOLDER holds visits.csv and relapses.csv (of `people.py`) and answers.csv (of `ask.R`); without one the stored ones are
compared, as the tests do. README.md says what answered.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

import remission
from remission.records.cohort import Cohort

HERE = Path(__file__).parent
ENDPOINT = "spms-msoutcomes"
# Before the first day of anybody: a conversion of day 0 is found, and not taken for one before.
ORIGIN, LAST_DAY = -1000, 4000


def cohort_in(folder: Path) -> Cohort:
    """The people as a cohort, watched for all the time."""
    visits, relapses = (pl.read_csv(folder / f"{name}.csv") for name in ("visits", "relapses"))
    people = visits.select(subject_id="person").unique(maintain_order=True)
    kinds = pl.DataFrame({"kind": ["clinic", "relapses"], "from_day": [ORIGIN] * 2, "to_day": [LAST_DAY] * 2})
    return Cohort.from_frames(
        subjects=people.with_columns(entered=pl.lit("yes"), last_day=pl.lit(LAST_DAY)),
        observed=people.join(kinds, how="cross"),
        visits=visits.drop("since_relapse").rename({"person": "subject_id"}),
        relapses=relapses.rename({"person": "subject_id"}),
        day_zero="entry",
        kind="simulated",
        licence="none",
    )


def differing(folder: Path) -> pl.DataFrame:
    """Everybody of whom the two say another day: person, ours, theirs (null: no conversion)."""
    cohort = cohort_in(folder)
    outcome = remission.evaluate(cohort, remission.load_endpoint(ENDPOINT))
    ours = outcome.spells.select(person="subject_id", ours=_day_of(pl.col("reason")))
    theirs = pl.read_csv(folder / "answers.csv").select("person", theirs=pl.col("day").cast(pl.Int32))
    return ours.join(theirs, on="person", how="left").filter(~pl.col("ours").eq_missing(pl.col("theirs")))


def _day_of(reason: pl.Expr) -> pl.Expr:
    """The day of conversion; one of day 0 is no follow-up, and everybody's first visit is that day or later."""
    return pl.when("event").then("exit_day").when(reason == "event-before-entry").then(0)


if __name__ == "__main__":
    found = differing(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
    print(found if found.height else "Everybody alike.")
    sys.exit(bool(found.height))
