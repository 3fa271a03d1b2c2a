"""Invented people with visits, functional systems and relapses for `compare.py`, dense in what the rule turns on.

    python validation/msoutcomes/people.py FOLDER [SEED] [COUNT]      writes visits.csv and relapses.csv

Scores rise or fall from visit to visit, some are missing, and relapses lie 0, 1, 29, 30 and 31 days before a visit.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

SCORES = (
    "fs_pyramidal", "fs_cerebellar", "fs_brainstem", "fs_sensory", "fs_bowel_bladder", "fs_visual", "fs_cerebral",
    "ambulation",
)  # fmt: skip
LAST_DAY = 2600


def person(dice: random.Random) -> tuple[list[list[object]], list[int]]:
    """The visits of somebody (day, EDSS, the scores, days since the last relapse), and days of relapses."""
    days = sorted(dice.sample(range(0, LAST_DAY, dice.choice((1, 30))), dice.choice((2, 3, 4, 6, 8, 10, 12))))
    near = [day - dice.choice((0, 1, 29, 30, 31)) for day in days if dice.random() < 0.12]
    relapses = sorted({*dice.sample(range(-100, LAST_DAY), dice.choice((0, 0, 1, 2))), *near})
    edss, trend = dice.choice((0, 1, 2, 3, 3.5, 4, 5, 5.5, 6)), dice.choice((0.15, 0.3, 0.5))
    scores, told = {name: dice.choice((0, 1, 1, 2)) for name in SCORES}, dice.choice((1, 1, 0.9, 0.6))
    visits: list[list[object]] = []
    for day in days:
        edss = _moved(dice, edss, trend)
        scores = {name: _moved_score(dice, score, trend) for name, score in scores.items()}
        any_told = dice.random() < told
        cells = [score if any_told and dice.random() < 0.93 else "" for score in scores.values()]
        since = min((day - relapse for relapse in relapses if relapse <= day), default="")
        visits.append([day, edss if dice.random() > 0.03 else "", *cells, since])
    return visits, relapses


def _moved(dice: random.Random, edss: float, trend: float) -> float:
    if dice.random() < trend:
        edss = min(9.5, edss + dice.choice((0.5, 1, 1, 1.5)))
    elif dice.random() < 0.25:
        edss = max(0, edss - dice.choice((0.5, 1)))
    return 1.0 if edss == 0.5 else edss


def _moved_score(dice: random.Random, score: int, trend: float) -> int:
    return min(5, score + 1) if dice.random() < trend else max(0, score - (dice.random() < 0.1))


def write_people(folder: Path, seed: int, count: int) -> None:
    """Write both tables."""
    dice = random.Random(seed)
    people = {f"P{number:03}": person(dice) for number in range(count)}
    tables = {
        "visits": (["person", "day", "edss", *SCORES, "since_relapse"], lambda one: one[0]),
        "relapses": (["person", "day"], lambda one: [[day] for day in one[1]]),
    }
    for table, (header, rows_of) in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as opened:
            written = csv.writer(opened, lineterminator="\n")
            written.writerow(header)
            written.writerows([name, *row] for name, one in people.items() for row in rows_of(one))


if __name__ == "__main__":
    where, *numbers = sys.argv[1:]
    write_people(Path(where), *(*map(int, numbers), 15, 120)[:2])
