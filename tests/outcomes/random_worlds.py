"""Random small cohorts and definitions, dense in boundary days: what the engine and its plain twin must agree on.

Days lie between -12 and 60 and windows are a few days wide, so that "exactly on the last day of the window" is not an
accident of one case in a thousand. Worlds are plain data grown from a seed: Hypothesis draws the seed (its own draws of
nested lists are so skewed towards small ones that hardly any world had a confirmed progression), and a world that shows
a disagreement is made smaller by `smallest`.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any, get_args

import polars as pl

from remission.outcomes import definitions as d
from remission.records.cohort import DTYPES, Cohort, Manifest
from remission.records.schema import END_REASONS, RATERS, TABLES

Person = dict[str, Any]
EVENT_TABLES = ("visits", "relapses", "scans", "treatments")
SCORES = [None, 0.0, 1.0, 2.0, 2.0, 2.5, 3.0, 3.0, 3.5, 4.0, 5.5, 6.0, 6.5]
THRESHOLDS = [
    (d.Threshold(0.0, 1.0),),
    (d.Threshold(0.0, 1.5), d.Threshold(1.0, 1.0), d.Threshold(6.0, 0.5)),
    (d.Threshold(0.0, 0.5), d.Threshold(2.5, 1.0)),
]


class Dice(random.Random):
    """Random choices with the few words that worlds are described in."""

    def pick(self, *options: Any) -> Any:
        return self.choice(options)

    def any_of(self, literal: Any) -> Any:
        return self.choice(get_args(literal))

    def day(self, low: int) -> int:
        """A day of an event: often one of a few, so that things happen on the same day."""
        return self.pick(12, 20) if self.random() < 0.3 else self.randint(low, 45)

    def yes_no(self) -> str | None:
        return self.pick("yes", "no", None)


# ---------------------------------------------------------------- definitions


def random_endpoint(dice: Dice) -> d.Endpoint:
    origin = dice.pick(0, 0, 0, 7)
    chosen = dice.sample(list(RULES), dice.pick(1, 2, 3, 4, 4))
    if "progression" not in chosen and dice.random() < 0.6:
        chosen[0] = "progression"  # the rule with the most to get wrong
    if len(chosen) == 1:
        return _part(dice, chosen[0], origin)
    composite = d.Composite(
        tuple(chosen),
        observation=dice.pick("all parts", "any part"),
        late_death_days=dice.pick(None, 0, 9),
        stop_at_first_failure=dice.pick(True, False),
    )
    parts = tuple(_part(dice, rule, origin) for rule in chosen)
    return d.Endpoint("whole", "whole", "whole", "composite", origin_day=origin, composite=composite, parts=parts)


def _part(dice: Dice, rule: str, origin: int) -> d.Endpoint:
    censoring = d.Censoring(dice.pick("ignored", "censors"), dice.pick(None, 10, 14))
    return d.Endpoint(
        rule,
        rule,
        rule,
        rule,
        origin_day=origin,
        censoring=dice.pick(None, censoring, censoring),
        **{rule: RULES[rule](dice)},
    )


def _block(dice: Dice) -> dict[str, int]:
    return {"after_relapse_days": dice.pick(0, 0, 3, 6), "before_relapse_days": dice.pick(0, 0, 2)}


def _progression(dice: Dice) -> d.Progression:
    return d.Progression(
        thresholds=dice.choice(THRESHOLDS),
        confirmation=d.Confirmation(
            dice.pick(None, 6, 12),
            dice.pick(0, 2, 6),
            dice.pick(None, 0, 4, 4),
            dice.pick("all", "last"),
            **_block(dice),
        ),
        baseline=d.Baseline(dice.pick(None, -5), dice.pick(0, 3), dice.pick("last", "first"), **_block(dice)),
        onset=d.Onset(dice.pick(1, 8, -3), **_block(dice)),
        event_date=dice.pick("onset", "confirmation"),
        raters=dice.pick(get_args(d.Rater), ("clinician", "not recorded"), ("clinician",)),
        same_day=dice.pick("error", "error", "first", "last", "worst", "best"),
        unconfirmed_before_death=dice.any_of(d.Unconfirmed),
        unconfirmed_at_end=dice.pick("ignored", "censored", "censored", "censored", "event"),
    )


def _relapse(dice: Dice) -> d.Relapse:
    return d.Relapse(
        dice.pick(1, 8, -3),
        dice.pick(0, 2),
        dice.pick("counts", "does not count"),
        dice.pick("any", "confirmed only"),
        dice.pick("any", "without fever"),
    )


def _mri(dice: Dice) -> d.Mri:
    lesions = dice.pick(("new_t2",), ("new_t2", "gd_lesions"), ("enlarging_t2", "new_t2", "gd_lesions"))
    regions = dice.pick(get_args(d.Region), ("brain", "both", "not recorded"), ("brain",))
    return d.Mri(
        lesions,
        dice.pick(1, 2),
        dice.pick("sum", "largest"),
        dice.pick("as none", "not assessable"),
        regions,
        dice.pick(1, 20),
    )


def _death(dice: Dice) -> d.Death:
    return d.Death()


RULES: dict[str, Callable[[Dice], Any]] = {
    "progression": _progression, "relapse": _relapse, "mri": _mri, "death": _death,
}  # fmt: skip


# ---------------------------------------------------------------- people


def random_people(dice: Dice) -> list[Person]:
    return [_person(dice) for _ in range(dice.randint(1, 30))]


def _person(dice: Dice) -> Person:
    cut = dice.pick(6, 20, 33, 45) if dice.random() < 0.15 else None
    death = dice.day(5) if dice.random() < 0.15 else None
    person = {
        "subject": {
            "entered": "no" if dice.random() < 0.1 else "yes",
            "last_day": dice.pick(None, 20, 33, 45, 45),
            "end_reason": dice.choice((None, *END_REASONS)),
            "death_day": death,
            "cut_day": cut,
        },
        "visits": _visits(dice),
        "relapses": [_relapse_row(dice, dice.day(-6)) for _ in range(dice.pick(0, 0, 1, 2, 3))],
        "scans": [_scan(dice, dice.day(-3)) for _ in range(dice.randint(0, 4))],
        "treatments": [_treatment(dice) for _ in range(dice.pick(0, 0, 1, 2))],
        "observed": {kind: _stretches(dice) for kind in ("vital", "clinic", "relapses", "mri")},
    }
    if dice.random() < 0.2:
        _add_crisis(dice, person, dice.pick(12, 20))
    return person


def _add_crisis(dice: Dice, person: Person, day: int) -> None:
    """Everything at once, so that causes tie."""
    person["relapses"] = [{"day": day, "lasted": 5, "confirmed": "yes", "fever": None}]
    person["scans"] = [{**_scan(dice, day), "region": "brain", "new_t2": 2, "usable": None, "reference": None}]
    person["visits"] = [row for row in person["visits"] if row["day"] <= 0] + [
        {"day": day + later, "edss": 8.0, "rater": None} for later in (0, 6, 12, 18)
    ]
    if dice.random() < 0.3:
        person["subject"]["death_day"] = day


def _visits(dice: Dice) -> list[dict[str, Any]]:
    """Scores that mostly persist or rise, so that many rises are confirmed and many are not."""
    day, rows, level = dice.pick(-7, -5, -3, 0, 0), [], dice.choice(SCORES[1:])
    steps = [1, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 11, 12] + [0] * (dice.random() < 0.2)
    for _ in range(dice.randint(0, 14)):
        luck = dice.random()
        if luck > 0.65:
            level = min(level + 1.0, 10.0) if luck > 0.8 else dice.choice(SCORES[1:])
        rater = dice.choice(RATERS) if dice.random() < 0.2 else dice.pick(None, "clinician")
        rows.append({"day": day, "edss": None if luck < 0.05 else level, "rater": rater})
        day += dice.choice(steps)
    return rows


def _relapse_row(dice: Dice, day: int) -> dict[str, Any]:
    return {
        "day": day,
        "lasted": dice.pick(None, 0, 1, 2, 5),
        "confirmed": dice.yes_no(),
        "fever": dice.yes_no(),
    }


def _scan(dice: Dice, day: int) -> dict[str, Any]:
    return {
        "day": day, "region": dice.pick(None, "brain", "brain", "cord", "both"),
        **{name: dice.pick(None, 0, 0, 0, 0, 1, 2) for name in ("new_t2", "enlarging_t2", "gd_lesions")},
        "usable": dice.pick(None, "yes", "no"), "reference": dice.pick(None, None, "yes", "no"),
    }  # fmt: skip


def _treatment(dice: Dice) -> dict[str, Any]:
    return {
        "therapy": dice.pick("hsct", "natalizumab"),
        "start_day": dice.pick(-4, 0, 0, 7, 8, 20, 33),
        "lasted": dice.pick(None, 0, 4, 7),
    }


def _stretches(dice: Dice) -> list[tuple[int, int]]:
    usual = [(0, dice.pick(20, 33, 45, 45, 45))]
    late = [(dice.pick(3, 7, 10), dice.pick(30, 45))]
    broken = [(0, 15), (15 + dice.pick(0, 1, 2, 9), 45)]
    return dice.pick(*[usual] * 12, late, broken, dice.pick([], [(-9, 0)], [(0, 7)], [(0, 7), (20, 45)]))


# ---------------------------------------------------------------- worlds


def as_cohort(people: list[Person], shuffle: Callable[[list[Any]], None] = lambda rows: None) -> Cohort:
    """A cohort from people as plain data; rows of the event tables are shuffled, as in a real extract."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("subjects", "observed", *EVENT_TABLES)}
    for number, person in enumerate(people):
        name = f"S{number}"
        tables["subjects"].append({"subject_id": name, **person["subject"]})
        for kind, some in person["observed"].items():
            tables["observed"] += [{"subject_id": name, "kind": kind, "from_day": a, "to_day": b} for a, b in some]
        for table in EVENT_TABLES:
            tables[table] += [{"subject_id": name, **_with_end(row)} for row in person[table]]
    for name in ("observed", *EVENT_TABLES):
        shuffle(tables[name])
        for place, row in enumerate(tables[name]):
            row["row_id"] = f"{name[0]}{place}"
    frames = {name: _frame(name, rows) for name, rows in tables.items()}
    return Cohort(
        Manifest("random", "Random world", "simulated", "start", "days", tuple(tables), "CC0-1.0"), frames, ""
    )


def _with_end(row: dict[str, Any]) -> dict[str, Any]:
    row = dict(row)
    if "lasted" in row:
        start, lasted = row.get("start_day", row.get("day")), row.pop("lasted")
        row["end_day"] = None if lasted is None else start + lasted
    return row


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {column.name: DTYPES[column.kind] for column in TABLES[name].columns}
    if name == "subjects":
        schema["cut_day"] = pl.Int32
    return pl.DataFrame(rows, schema=schema)


def smallest(people: list[Person], fails: Callable[[list[Person]], bool]) -> list[Person]:
    """A world that still fails, from which no person and no row can be taken."""
    while True:
        smaller = next((world for world in _smaller(people) if fails(world)), None)
        if smaller is None:
            return people
        people = smaller


def _smaller(people: list[Person]) -> Iterator[list[Person]]:
    for place in range(len(people)):
        yield people[:place] + people[place + 1 :]
    for place, person in enumerate(people):
        for table in EVENT_TABLES:
            for row in range(len(person[table])):
                world = copy.deepcopy(people)
                del world[place][table][row]
                yield world
