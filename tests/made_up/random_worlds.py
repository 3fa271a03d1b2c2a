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
from dataclasses import Field, fields, is_dataclass, replace
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import polars as pl

from remission.outcomes.definitions.changes import (
    Baseline,
    Confirmation,
    Onset,
    RelapseAssociation,
    Relation,
    Threshold,
    Window,
)
from remission.outcomes.definitions.fields import RELAPSE_TREATMENTS
from remission.outcomes.definitions.records import Censoring, Composite, Endpoint
from remission.outcomes.definitions.rules.brain_volume import BrainVolume
from remission.outcomes.definitions.rules.conversion import Conversion
from remission.outcomes.definitions.rules.course import Course
from remission.outcomes.definitions.rules.death import Death
from remission.outcomes.definitions.rules.mri import Mri, Region
from remission.outcomes.definitions.rules.progression import Progression, Rater, Unconfirmed
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.definitions.rules.therapy import TherapyKind, TherapyStart
from remission.outcomes.definitions.units import Measure
from remission.outcomes.definitions.walking import rule_kinds
from remission.records.cohort import DTYPES, Cohort, Manifest
from remission.records.schema import COURSES, END_REASONS, RATERS, TABLES

Person = dict[str, Any]
EVENT_TABLES = ("visits", "relapses", "scans", "treatments", "courses")
SCORES = [None, 0.0, 1.0, 2.0, 2.0, 2.5, 3.0, 3.0, 3.5, 4.0, 5.5, 6.0, 6.5]
COUNTS = [
    ("PIRA",),
    get_args(Relation),
    ("PIRA", "PIRA with a relapse during confirmation"),
    ("RAW",),
    ("undefined", "RAW"),
    get_args(Relation),
]
WALKS = [None, 4.0, 5.0, 5.5, 6.0, 6.599, 6.6, 7.2, 7.92, 8.64, "unable"]
SYMBOLS = [None, 60, 54, 50, 46, 45, 41, 40, 37, 36, 33]
FS = ("fs_pyramidal", "fs_sensory", "fs_cerebellar")
STEPS = {
    "edss": [
        (Threshold(0.0, 1.0),),
        (Threshold(0.0, 1.5), Threshold(1.0, 1.0), Threshold(6.0, 0.5)),
        (Threshold(0.0, 0.5), Threshold(2.5, 1.0)),
    ],
    "seconds": [(Threshold(0.0, percent=20.0),), (Threshold(0.0, 1.0), Threshold(6.0, percent=10.0))],
    "sdmt": [(Threshold(0.0, 4.0),), (Threshold(0.0, percent=10.0),)],
}
"""Thresholds that the values of the worlds meet exactly, and miss by little."""


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


def random_endpoint(dice: Dice) -> Endpoint:
    origin_day, origin = dice.pick(0, 0, 0, 7), None
    if dice.random() < 0.25:
        origin_day, origin = 0, _part(dice, dice.pick("progression", "relapse", "relapse"), 0)
    common = {"origin_day": origin_day, "origin": origin, "origin_event": None if origin is None else origin.name}
    # Conversion needs more visits than these worlds have: it has its own in tests/outcomes/test_conversion.py.
    names = [name for name in rule_names() if name != "conversion"]
    chosen = dice.sample(names, dice.pick(1, 1, 1, 2, 4, 6))
    if "progression" not in chosen and dice.random() < 0.65:
        chosen[0] = "progression"  # the rule with the most to get wrong
    if len(chosen) == 1:
        part = replace(_part(dice, chosen[0], origin_day), **common)
        return _recurring(part) if dice.random() < 0.7 else part
    composite = Composite(
        tuple(chosen),
        observation=dice.pick("all parts", "any part"),
        late_death_days=dice.pick(None, 0, 9),
        stop_at_first_failure=dice.pick(True, False),
    )
    parts = tuple(replace(_part(dice, rule, origin_day), **common) for rule in chosen)
    return Endpoint("whole", "whole", "whole", record=composite, parts=parts, **common)


def _part(dice: Dice, rule: str, origin: int) -> Endpoint:
    censoring = Censoring(dice.pick("ignored", "censors"), dice.pick(None, None, 10, 14))
    return Endpoint(
        rule,
        rule,
        rule,
        origin_day=origin,
        censoring=dice.pick(None, censoring, censoring),
        record=random_record(dice, rule),
    )


def _recurring(endpoint: Endpoint) -> Endpoint:
    """The endpoint with each event an episode, where its rule knows of that."""
    if not hasattr(endpoint.record, "events"):
        return endpoint
    return replace(endpoint, record=replace(endpoint.record, events="all"))


def _block(dice: Dice) -> dict[str, int]:
    return {"after_relapse_days": dice.pick(0, 0, 0, 3, 6), "before_relapse_days": dice.pick(0, 0, 0, 2)}


def _progression(dice: Dice) -> Progression:
    """One of a few profiles: with every option drawn at once hardly any world would have an event."""
    profile = dice.pick(_plain, _plain, _roving, _roving, _roving, _pira, _minimums, _minimums, _milestone, _milestone)
    rule = profile(dice)
    if rule.direction == "improvement" or rule.reaches is not None:
        rule = replace(rule, relapse_association=None)  # no question to an improvement or a milestone
    assert rule.problems("") == []  # only definitions that a file could hold
    return rule


def _plain(dice: Dice, **options: Any) -> Progression:
    measure = dice.pick("edss", "edss", *get_args(Measure)) if "measure" not in options else options["measure"]
    steps = STEPS.get(measure, STEPS["seconds"])
    usual = {
        "thresholds": dice.choice(steps),
        "confirmation": _confirmation(dice),
        "measure": measure,
        "direction": dice.pick(*["worsening"] * 4, "improvement"),
        "improvement": dice.pick((), (), dice.choice(steps)),
        "baseline": _baseline(dice),
        "onset": Onset(dice.pick(1, 8, -3), **_block(dice)),
        "relapse_association": dice.pick(None, _association(dice), _association(dice)),
        "relapses_last": dice.pick("a day", "to their end"),
        "event_date": dice.pick("onset", "confirmation"),
        "raters": dice.pick(get_args(Rater), ("clinician", "not recorded"), ("clinician", "self")),
        "same_day": dice.pick("error", "first", "last", "worst", "best"),
        "unconfirmed_before_death": dice.any_of(Unconfirmed),
        "unconfirmed_at_end": dice.pick("ignored", "censored", "censored", "censored", "event"),
    }
    return Progression(**{**usual, **options})


def _roving(dice: Dice) -> Progression:
    """A baseline that moves, and relations to relapses."""
    return _plain(dice, baseline=_moving(dice), relapse_association=dice.pick(None, *[_association(dice)] * 3))


def _pira(dice: Dice) -> Progression:
    """Narrow windows around relapses, so that a relapse between onset and confirmation is in none of them."""
    windows = {"raw_after_days": dice.pick(0, 2), "onset_before_days": 0, "onset_after_days": dice.pick(0, 2)}
    association = RelapseAssociation(
        **windows,
        confirmation_before_days=dice.pick(0, 3),
        confirmation_after_days=dice.pick(0, 3),
        relapse_during_confirmation=dice.pick("a class of its own", "a class of its own", "as the others"),
        counts=get_args(Relation),
    )
    return _plain(
        dice,
        direction="worsening",
        confirmation=Confirmation(dice.pick(6, 12), 2, None, visits=dice.pick("all", "last")),
        baseline=dice.pick(_baseline(dice), _moving(dice)),
        relapse_association=association,
    )


def _minimums(dice: Dice) -> Progression:
    """A worsening that must reach something else as well, as for secondary progression."""
    measure = dice.pick("edss", "edss", "sdmt", "t25fw")
    lowest = {"edss": (3.0, 4.0), "sdmt": (41.0, 41.0), "t25fw": (6.6, 6.6)}[measure]
    return _plain(
        dice,
        measure=measure,
        direction="worsening",
        minimum_value=dice.pick(None, *lowest),
        minimum_pyramidal=dice.pick(None, 2),
        leading_system=dice.pick("not asked", "must worsen"),
        baseline=dice.pick(_baseline(dice), _moving(dice)),
    )


def _milestone(dice: Dice) -> Progression:
    """A value that is reached, from whatever baseline."""
    measure = dice.pick("edss", "edss", "edss", "sdmt", "t25fw")
    goal = {"edss": (3.0, 4.0), "sdmt": (41.0, 41.0), "t25fw": (6.6, 6.6)}[measure]
    rest = {"thresholds": (), "improvement": (), "direction": "worsening", "baseline": _baseline(dice)}
    return _plain(dice, measure=measure, reaches=dice.choice(goal), **rest)


def _confirmation(dice: Dice) -> Confirmation:
    return Confirmation(
        dice.pick(None, 6, 6, 12, 12),
        dice.pick(0, 2, 6),
        dice.pick(None, 0, 4, 4),
        further=dice.pick((), (), (Window(20, 2, 3),), (Window(20, 2, 3), Window(8, 1, None))),
        visits=dice.pick("all", "last"),
        **_block(dice),
        scheduled_only=dice.pick(False, False, True),
        sustained_days=dice.pick(0, 0, 12, 20, None),
    )


def _baseline(dice: Dice, **options: Any) -> Baseline:
    return Baseline(
        dice.pick(None, -5),
        dice.pick(0, 3),
        dice.pick("last", "last", "first", "last by day 0, else first"),
        **_block(dice),
        **options,
    )


def _moving(dice: Dice) -> Baseline:
    return _baseline(
        dice,
        moves=dice.pick("fixed", "roving", "roving", "roving-improvement", "roving-worsening"),
        moves_to=dice.pick("confirmation", "onset"),
        sub_threshold=dice.pick("none", "any", "improvement", "worsening"),
        moves_after_relapse_days=dice.pick(None, None, 0, 3),
        never_better=dice.pick(False, True),
        local_extremes=dice.pick("kept", "skipped beyond threshold", "skipped"),
    )


def _association(dice: Dice) -> RelapseAssociation:
    first = dice.pick((None, None), (0, 3), (2, 0), (0, 0))
    second = dice.pick((None, None), (0, 3), (2, 0), (0, 0))
    return RelapseAssociation(
        dice.pick(0, 2, 5),
        dice.pick(0, 2),
        dice.pick("baseline", "last visit", "last lower visit"),
        dice.pick(0, 2),
        first[0],
        first[1],
        second[0],
        second[1],
        dice.pick(0, 3),
        dice.pick("as the others", "a class of its own"),
        dice.pick(*COUNTS),
    )


def _relapse(dice: Dice) -> Relapse:
    return Relapse(
        dice.pick(1, 8, -3),
        dice.pick(0, 2),
        dice.pick("counts", "does not count"),
        dice.pick("any", "confirmed only"),
        dice.pick("any", "without fever"),
        dice.pick(0, 0, 6),
    )


def _mri(dice: Dice) -> Mri:
    lesions = dice.pick(("new_t2",), ("new_t2", "gd_lesions"), ("enlarging_t2", "new_t2", "gd_lesions"))
    regions = dice.pick(get_args(Region), ("brain", "both", "not recorded"), ("brain",))
    return Mri(
        lesions,
        dice.pick(1, 2),
        dice.pick("sum", "largest"),
        dice.pick("as none", "not assessable"),
        regions,
        dice.pick(1, 20),
        dice.pick(None, None, -3, 12),
    )


def _brain_volume(dice: Dice) -> BrainVolume:
    return BrainVolume(dice.pick(0.4, 10.0), dice.pick(True, False), dice.pick(0, 8), dice.pick(1, 12))


def _conversion(dice: Dice) -> Conversion:
    return Conversion(
        dice.choice(STEPS["edss"]),
        dice.pick(0.0, 2.0, 3.0),
        dice.pick(0, 1, 2),
        dice.pick(2.5, 5.5),
        dice.pick(0, 3, 6),
        dice.pick(5, 10, 20),
        dice.pick(10, 20),
        dice.pick(2.0, 3.5),
        dice.pick(3.0, 6.0),
        dice.pick(5, 10),
    )


def _course(dice: Dice) -> Course:
    return Course(dice.pick(("SPMS",), ("SPMS", "PPMS")), dice.pick(1, 12))


def _therapy(dice: Dice) -> TherapyStart:
    kinds = dice.pick(get_args(TherapyKind), ("continuous",), ("course", "procedure"))
    return TherapyStart(
        dice.pick("new", "any"),
        kinds,
        dice.pick(0, 5),
        dice.pick(1, 8),
        dice.pick(RELAPSE_TREATMENTS, ("apheresis",)),
    )


def _death(dice: Dice) -> Death:
    return Death()


RULES: dict[str, Callable[[Dice], Any]] = {
    "progression": _progression, "relapse": _relapse, "mri": _mri, "death": _death,
    "brain_volume": _brain_volume, "course": _course, "therapy": _therapy, "conversion": _conversion,
}  # fmt: skip
"""Rules whose values are drawn so that their boundaries are met; of any other rule each value is drawn by itself."""


def rule_names() -> list[str]:
    """Every rule that finds something; one that has no row above is among them as soon as its file is there."""
    return [*RULES, *(rule for rule in rule_kinds() if rule not in RULES and rule != Composite.rule)]


def random_record(dice: Dice, rule: str) -> Any:
    return RULES[rule](dice) if rule in RULES else _any_record(dice, rule_kinds()[rule])


def _any_record(dice: Dice, kind: type) -> Any:
    hints = get_type_hints(kind)
    return kind(**{item.name: _any_value(dice, hints[item.name], item) for item in fields(kind)})


def _any_value(dice: Dice, hint: Any, item: Field[Any]) -> Any:
    """A value that a file may hold: one of the choices, some of a list, a number of the few days that worlds have."""
    if item.name == "events":
        return "first"  # each event an episode: for an endpoint that is no part
    if isinstance(hint, UnionType):
        hint = dice.choice(get_args(hint))
    if hint is NoneType:
        return None
    if get_origin(hint) is Literal:
        return dice.any_of(hint)
    if get_origin(hint) is tuple:
        choices = get_args(get_args(hint)[0])
        return tuple(dice.sample(choices, dice.randint(1, len(choices))))
    if is_dataclass(hint):
        return _any_record(dice, hint)  # type: ignore[arg-type]
    low, high = (item.metadata["low"], item.metadata["high"])
    return hint(dice.randint(-3 if low is None else int(low), 12 if high is None else min(int(high), 12)))


# ---------------------------------------------------------------- people


def random_people(dice: Dice) -> list[Person]:
    return [_person(dice) for _ in range(dice.randint(8, 30))]


def _person(dice: Dice) -> Person:
    cut = dice.pick(6, 20, 33, 45) if dice.random() < 0.15 else None
    death = dice.day(5) if dice.random() < 0.15 else None
    visits = _visits(dice)
    person = {
        "subject": {
            "entered": "no" if dice.random() < 0.1 else "yes",
            "last_day": dice.pick(None, 20, 33, 45, 45),
            "end_reason": dice.choice((None, *END_REASONS)),
            "death_day": death,
            "cut_day": cut,
            "course": dice.pick(*[None, "CIS", "RRMS"] * 3, "SPMS"),
        },
        "visits": visits,
        "relapses": [_relapse_row(dice, _near(dice, visits)) for _ in range(dice.pick(0, 1, 1, 2, 3))],
        "scans": [_scan(dice, dice.day(-3)) for _ in range(dice.randint(0, 4))],
        "treatments": [_treatment(dice) for _ in range(dice.pick(0, 0, 1, 2))],
        "courses": [{"day": dice.day(-3), "course": dice.choice(COURSES)} for _ in range(dice.pick(0, 1, 2))],
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
    """Values that mostly persist or move by about a threshold, so that many changes are confirmed and many are not."""
    day, rows, level = dice.pick(-7, -5, -3, 0, 0), [], dice.choice(SCORES[1:])
    walk, symbols = dice.randint(1, 8), dice.randint(1, 8)
    steps = [1, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 11, 12] + [0] * (dice.random() < 0.2)
    for _ in range(dice.pick(0, 1, 2, 5, 8, 10, 12, 14)):
        luck = dice.random()
        if luck > 0.65:
            level = max(0.0, min(level + dice.pick(-1.0, 1.0, 1.0), 10.0)) if luck > 0.75 else dice.choice(SCORES[1:])
            level = 1.0 if level == 0.5 else level
        walk, symbols = _next(dice, walk, WALKS), _next(dice, symbols, SYMBOLS)
        rater = dice.choice(RATERS) if dice.random() < 0.2 else dice.pick(None, "clinician")
        edss = None if luck < 0.05 else level
        rows.append({"day": day, "edss": edss, "rater": rater, **_tests(dice, walk, symbols), **_systems(dice, level)})
        day += dice.choice(steps)
    return rows


def _next(dice: Dice, place: int, values: list[Any]) -> int:
    luck = dice.random()
    if luck < 0.6:
        return place
    if luck < 0.65:
        return dice.randrange(len(values))
    return max(1, min(place + dice.pick(-2, -1, 1, 2, 2), len(values) - 1))


def _tests(dice: Dice, walk: int, symbols: int) -> dict[str, Any]:
    """The timed tests go by the same places, so that all reach their thresholds; sometimes one hand is faster."""
    seconds = WALKS[walk]
    unable = "yes" if seconds == "unable" else dice.pick(None, "no")
    seconds = dice.pick(None, 7.2) if seconds == "unable" else seconds
    other = seconds if seconds is None or dice.random() < 0.8 else seconds + 0.401
    return {
        "t25fw_seconds": seconds, "t25fw_unable": unable, "nhpt_dominant_seconds": seconds,
        "nhpt_other_seconds": other, "nhpt_unable": unable, "sdmt_correct": SYMBOLS[symbols],
        "scheduled": dice.pick(None, "yes", "no"),
    }  # fmt: skip


def _systems(dice: Dice, level: float) -> dict[str, int | None]:
    graded = {name: dice.pick(None, int(level), int(level), min(int(level / 2) + 1, 5)) for name in FS}
    return {name: None if grade is None else min(grade, 5) for name, grade in graded.items()} | {"fs_other": 1}


def _near(dice: Dice, visits: list[dict[str, Any]]) -> int:
    """A day near a visit, where windows around relapses begin and end; or any day."""
    if not visits or dice.random() < 0.3:
        return dice.day(-6)
    day: int = dice.choice(visits)["day"] + dice.randint(-4, 7)
    return day


def _relapse_row(dice: Dice, day: int) -> dict[str, Any]:
    first, last = _precision(dice), _precision(dice)
    # A day that was completed may lie on the wrong side of the other one.
    wrong = (-9, -1) if "month" in (first, last) or "year" in (first, last) else ()
    return {
        "day": day,
        "day_precision": first,
        "lasted": dice.pick(None, 0, 1, 2, 5, *wrong),
        "end_day_precision": last,
        "confirmed": dice.yes_no(),
        "fever": dice.yes_no(),
    }


def _precision(dice: Dice) -> str | None:
    """How exactly a day was given: mostly not recorded, or to the day."""
    return dice.pick(None, None, None, None, "day", "day", "month", "year")


def _scan(dice: Dice, day: int) -> dict[str, Any]:
    return {
        "day": day, "region": dice.pick(None, "brain", "brain", "cord", "both"),
        **{name: dice.pick(None, 0, 0, 0, 0, 1, 2) for name in ("new_t2", "enlarging_t2", "gd_lesions")},
        "brain_volume_change_pct": dice.pick(None, 0.1, -0.2, -0.4, -0.5, -1.0),
        "usable": dice.pick(None, "yes", "no"), "reference": dice.pick(None, None, "yes", "no"),
    }  # fmt: skip


def _treatment(dice: Dice) -> dict[str, Any]:
    return {
        "therapy": dice.pick("hsct", "natalizumab", "cladribine", "methylprednisolone"),
        "start_day": dice.pick(-4, 0, 0, 7, 8, 20, 33),
        "lasted": dice.pick(None, 0, 0, 4, 4, 7, 7, -3),  # the last one was completed from a month to before its start
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
    schema = {column.name: DTYPES[column.kind] for column in TABLES[name].with_precisions}
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
