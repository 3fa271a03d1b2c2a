"""Invented people month by month: who could enter a trial, who was treated, who had the event, and two covariates.

    python validation/sequence_of_trials/people.py [FOLDER]      writes months.csv

The score goes up and down, and the higher it is the sooner people begin, the sooner they stop and the sooner they have
the event: what is compared hangs on it. Somebody may enter while untreated so far and below a score of 6.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

HERE = Path(__file__).parent
SEED, PEOPLE, MOST_MONTHS = 1016, 200, 24
ENTERS_BELOW = 6


def make_months(seed: int = SEED, people: int = PEOPLE) -> pl.DataFrame:
    """A row for each month of each person, in order: person, month, eligible, treated, event, age, score.

    >>> make_months(1, 2).columns
    ['person', 'month', 'eligible', 'treated', 'event', 'age', 'score']
    """
    random = np.random.default_rng(seed)
    rows = [row for who in range(people) for row in _of_one(who, random)]
    names = ("person", "month", "eligible", "treated", "event", "age", "score")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def _of_one(who: int, random: np.random.Generator) -> Iterator[tuple[int, int, int, int, int, int, float]]:
    age, score = int(random.integers(20, 60)), float(random.integers(0, 10)) / 2
    last, on, ever = int(random.integers(1, MOST_MONTHS + 1)), False, False
    for month in range(last):
        eligible = not ever and score < ENTERS_BELOW
        # Everybody may stop and begin again, so that both arms have people who leave them.
        on = random.random() > 0.04 + 0.01 * score if on else random.random() < 0.04 + 0.02 * score
        ever = ever or on
        event = random.random() < 0.01 * np.exp(0.25 * score - 0.5 * on)
        yield who, month, int(eligible), int(on), int(event), age, score
        # Nobody is at risk any more.
        if event:
            return
        score = float(np.clip(score + random.integers(-1, 2) / 2, 0, 9))


if __name__ == "__main__":
    make_months().write_csv((Path(sys.argv[1]) if len(sys.argv) > 1 else HERE) / "months.csv")
