"""Course of MS: conversion as it was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.rule import Rule

CourseName = Literal["CIS", "RRMS", "SPMS", "PPMS"]


@dataclass(frozen=True)
class Course(Rule):
    """The first day from which one of these courses is recorded, of somebody who had none of them before."""

    courses: tuple[CourseName, ...] = says("Which courses are the event")
    counts_from_day: int = says("First day on which a course counts (inclusive)", 1)

    rule = "course"
    kind = "clinic"
    rests_on = ("courses",)
    listed = "Course of the disease"
    sentences: ClassVar[Mapping[str, str]] = {
        "course": "The course is {course} from here on.",
        "another-course": "The course is {course}: not the one asked for.",
        "course-before": "The course is {course}, before the first day that counts: this person is not at risk of it.",
        "course-from-the-start": "The course was {course} on day zero: this person is not at risk of it.",
        "no-course": "None of the courses asked for was recorded.",
    }
