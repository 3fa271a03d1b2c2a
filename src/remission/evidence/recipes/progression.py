"""Progressive MS: what was tried with what result, what transplantation did by course, what is open, what is absent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.study_lines import line_of
from remission.evidence.recipes.transplants import TRANSPLANT, course_of, transplanted
from remission.evidence.words import begun, printed_interval, unless_verified
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.exhibits.synthesis.lines import Line
    from remission.studies.load import Studies
    from remission.studies.study import Number, Study

COURSES: dict[str, str] = {
    "PPMS": "primary progressive MS",
    "active SPMS": "secondary progressive MS with activity",
    "non-active SPMS": "secondary progressive MS without activity",
    "non-relapsing SPMS": "secondary progressive MS without relapses",
    "SPMS": "secondary progressive MS, activity not told apart",
    "progressive": "progressive MS, courses not told apart",
}
HAZARDS = (
    "progression-24w-hazard-ratio", "progression-12w-hazard-ratio", "progression-hazard-ratio",
)  # fmt: skip
ABSENT: dict[str, type[pl.DataType]] = {
    "course": pl.String,
    **dict.fromkeys(("randomised", "transplant_compared", "transplant_followed"), pl.Int64),
}


def trial_numbers(studies: Studies) -> list[tuple[Study, Number]]:
    """Ratios of progression of randomised trials in progressive MS, in order of year."""
    found = [
        (study, number) for what in HAZARDS for study, number in studies.numbers(what)
        if study.kind == "randomised" and course_of(study, number) in COURSES
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (pair[0].year or 0, pair[0].title, pair[1].what))


def trial_lines(studies: Studies, root: str) -> list[Line]:
    """A line a ratio, in groups by course."""
    lines = [_trial_line(study, number, root) for study, number in trial_numbers(studies)]
    return sorted(lines, key=lambda line: (line.group, line.year or 0, line.name))


def _trial_line(study: Study, number: Number, root: str) -> Line:
    words = COURSES[course_of(study, number)]
    name = f"{study.title}: {number.arm} against {number.against}"
    made = line_of(study, number, root, name=name, group=begun(words))
    confirmed = quantities()[number.what].title.removeprefix("Hazard ratio of ")
    return replace(made, says=confirmed)


def transplant_lines(studies: Studies, root: str) -> list[Line]:
    """What transplanted people of a progressive course (and, beside them, of relapsing MS in the same study) had."""
    found = [
        (study, number)
        for study, number in transplanted(studies, ("progression-free", "neda"))
        if number.months is not None and number.value is not None
    ]
    progressive = {study.name for study, number in found if course_of(study, number) in COURSES}
    kept = [(study, number) for study, number in found if study.name in progressive and course_of(study, number)]
    kept.sort(key=lambda pair: (pair[1].what != "progression-free", pair[0].title, course_of(*pair),
                                pair[1].months or 0))  # fmt: skip
    return [line_of(study, number, root, name=f"{study.title} ({course_of(study, number)})",
                    group=quantities()[number.what].title) for study, number in kept]  # fmt: skip


def absent_rows(studies: Studies) -> pl.DataFrame:
    """For each progressive course, how many studies of three kinds have a number of progression; 0 is said as none."""
    return pl.DataFrame([_absent(studies, course) for course in COURSES], schema=ABSENT)


def _absent(studies: Studies, course: str) -> dict[str, object]:
    trials = {study.name for study, number in trial_numbers(studies) if course_of(study, number) == course}
    compared = {
        study.name for what in HAZARDS for study, number in studies.numbers(what)
        if number.against and course_of(study, number) == course and _transplant(study, number)
    }  # fmt: skip
    followed = {study.name for study, number in transplanted(studies, ("progression-free", "progressed", "neda"))
                if course_of(study, number) == course}  # fmt: skip
    return {"course": course, "randomised": len(trials), "transplant_compared": len(compared),
            "transplant_followed": len(followed)}  # fmt: skip


def _transplant(study: Study, number: Number) -> bool:
    arm = study.arm(number.arm)
    return arm is not None and arm.therapy == TRANSPLANT


def answer(studies: Studies) -> str:
    """The newest randomised trial whose interval lies below 1, for each of two courses, in a sentence."""
    said = [_sentence(study, number) for study, number in _decided(studies)]
    if not said:
        return "No randomised trial in progressive MS with an interval below 1 has been read."
    return f"Some drugs slow progression in part of the people: {'; '.join(said)}."


def _decided(studies: Studies) -> Iterator[tuple[Study, Number]]:
    seen: set[str] = set()
    for study, number in trial_numbers(studies):
        decided = number.has_interval and (number.high or 2) < 1
        if decided and study.name not in seen:
            seen.add(study.name)
            yield study, number


def _sentence(study: Study, number: Number) -> str:
    course = COURSES[course_of(study, number)]
    return (
        f"in {course}, {number.arm} against {number.against}: hazard ratio {number.value:g} "
        f"({printed_interval(number)}; {study.title}{unless_verified(number)})"
    )


TRIALS: dict[str, type[pl.DataType]] = dict.fromkeys(
    ("study", "title", "design", "control", "outcome", "people", "recruiting", "state", "results", "status", "courses"),
    pl.String,
)


def registered_rows(studies: Studies) -> pl.DataFrame:
    """Registered trials of transplantation: what they compare, how many people, and where they stand."""
    rows = [_registered(study) for study in studies.every if study.trial is not None]
    return pl.DataFrame(rows, schema=TRIALS)


def _registered(study: Study) -> dict[str, object]:
    trial = study.trial
    assert trial is not None  # asked for above
    planned = "not found" if trial.planned is None else f"{trial.planned:,} planned"
    first = f" (at first {trial.first_planned:,})" if trial.first_planned else ""
    reached = f", {trial.reached:,} reached" if trial.reached is not None else ""
    courses = sorted({arm.course for arm in study.arms} - {""})
    as_of = f"; record of {trial.as_of}" if trial.as_of else ""
    return {"study": study.name, "title": study.title, "design": trial.design, "control": trial.control,
            "outcome": trial.primary_outcome or "not found", "people": f"{planned}{first}{reached}",
            "recruiting": trial.recruiting, "state": f"{trial.state}{as_of}", "results": trial.results,
            "status": trial.status, "courses": ", ".join(courses) or "not in what was read"}  # fmt: skip
