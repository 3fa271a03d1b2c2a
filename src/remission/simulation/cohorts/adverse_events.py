"""Adverse events for the two-arm simulation, drawn from a table; the chances are made up, the terms are CTCAE's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from remission.simulation.cohorts.course_records import People
    from remission.simulation.cohorts.tables import Row
    from remission.simulation.disease import Floats

VERSION = "5.0"
INFECTIONS = "Infections and infestations"
PROCEDURAL = "Injury, poisoning and procedural complications"


@dataclass(frozen=True)
class Chance:
    """An event that may happen once to a person of one arm: its probability, grades, and days of onset and length."""

    treated: bool
    term: str
    category: str
    probability: float
    grades: tuple[int, int]
    days: tuple[int, int]
    lasts: int


EVENTS = (
    Chance(True, "Febrile neutropenia", "Blood and lymphatic system disorders", 0.55, (3, 4), (5, 12), 6),
    Chance(True, "Mucositis oral", "Gastrointestinal disorders", 0.35, (1, 3), (4, 14), 9),
    Chance(True, "Sepsis", INFECTIONS, 0.08, (3, 4), (6, 40), 12),
    Chance(True, "Shingles", INFECTIONS, 0.10, (2, 3), (120, 700), 20),
    Chance(True, "Hypothyroidism", "Endocrine disorders", 0.06, (2, 2), (300, 1500), 400),
    Chance(False, "Infusion related reaction", PROCEDURAL, 0.2, (1, 2), (0, 60), 1),
    Chance(False, "Lymphocyte count decreased", "Investigations", 0.18, (2, 3), (60, 900), 120),
    Chance(False, "Alanine aminotransferase increased", "Investigations", 0.12, (1, 3), (30, 700), 60),
    Chance(False, "Upper respiratory infection", INFECTIONS, 0.3, (1, 2), (20, 1500), 10),
)


def adverse_event_rows(people: People, random: np.random.Generator) -> Iterator[Row]:
    """The adverse events that fall inside each person's follow-up, and the fatal one of the person who dies early."""
    draws = random.random((people.treated.size, len(EVENTS), 3))
    for index in range(people.treated.size):
        happened = [row for event, draw in enumerate(draws[index]) for row in _happens(people, index, event, draw)]
        if people.reason[index] == "died":
            happened.append(_fatal(int(people.last[index])))
        for number, row in enumerate(happened, 1):
            name = people.name(index)
            yield {"subject_id": name, "row_id": f"{name}-A{number}", **row, "ctcae_version": VERSION}


def _happens(people: People, index: int, event: int, draw: Floats) -> list[Row]:
    kind = EVENTS[event]
    day = kind.days[0] + int(draw[1] * (kind.days[1] - kind.days[0] + 1))
    known = people.first[index] <= day <= people.last[index]
    # Drawn for everybody, and then left out: otherwise one person's arm would move the numbers of all that follow.
    if kind.treated != people.treated[index] or draw[0] >= kind.probability or not known:
        return []
    grade = kind.grades[0] + int(draw[2] * (kind.grades[1] - kind.grades[0] + 1))
    end = {"end_day": min(day + kind.lasts, int(people.last[index])), "ongoing": "no"}
    judged = {"serious": "yes" if grade >= 3 else "no", "related": "yes", "fatal": "no"}
    return [{"day": day, **end, "term": kind.term, "category": kind.category, "ctcae_grade": grade, **judged}]


def _fatal(day: int) -> Row:
    what = {
        "day": day - 8,
        "end_day": day,
        "ongoing": "no",
        "term": "Sepsis",
        "category": INFECTIONS,
    }
    return {**what, "ctcae_grade": 5, "serious": "yes", "related": "yes", "fatal": "yes"}
