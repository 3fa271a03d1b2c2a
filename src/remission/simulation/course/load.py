"""Designs and courses from their files, with everything that is wrong in both at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import RecordReader, read_record, read_toml
from remission.library.catalogue import NotInLibrary, library_files, therapies
from remission.simulation.course.design import Arm, CohortDesign, Effect, Plan, Rescue, Visits
from remission.simulation.course.parameters import (
    PARAMETERS,
    Course,
    Parameter,
    wrong_course,
    wrong_parameter,
    wrong_parameters,
)
from remission.simulation.course.processes import MOST_CHANCES, expected_chances

DESIGNS, COURSES = "cohort_designs", "courses"
EFFECTS = ("relapses", "lesions", "steps", "death", "leaving")
# Stands in for what cannot be read of a plan of visits, and is nowhere a problem.
EVERY_VISIT: dict[str, Any] = dict.fromkeys(("jitter_days", "missed_share", "unscored_share", "unscanned_share"), 0) | {
    "scans_at_months": ()
}


def design_names() -> tuple[str, ...]:
    """Names of the designs of the library.

    >>> design_names()
    ('hsct-against-therapy', 'placebo-against-drug')
    """
    return tuple(path.stem for path in library_files(DESIGNS, ".toml"))


def load_cohort_design(name_or_file: str | Path) -> Plan:
    """A design of the library by its name, or that of a file, on the course it names.

    Raises InputProblems with everything that is wrong in the design and in its course, and NotInLibrary for a name that
    is neither.

    >>> load_cohort_design("placebo-against-drug").design.control
    'Placebo'
    """
    path = _found(str(name_or_file), DESIGNS, "cohort design", Path())
    problems: list[Problem] = []
    design = course = None
    written = read_toml(path)
    try:
        design = read_record(CohortDesign, written, path.name)
        problems += wrong_design(design, path.name)
    except InputProblems as wrong:
        problems += [*wrong.problems, *_wrong_parts(written, path.name)]
    # The course is looked at even where the design cannot be used: who mends one should know of the other.
    try:
        if isinstance(named := written.get("course"), str):
            course = _load_course(named, path)
    except InputProblems as wrong:
        problems += wrong.problems
    if problems or design is None or course is None:
        raise InputProblems(problems)
    plan = Plan.of(design, course)
    # A change may contradict a parameter that was not changed.
    if problems := [*wrong_course(plan.course, path.name), *_wrong_chances(plan, path.name)]:
        raise InputProblems(problems)
    return plan


def _load_course(named: str, design: Path) -> Course:
    try:
        path = _found(named, COURSES, "course", design.parent)
    except NotInLibrary:
        # A wrong name of a course is a mistake in the design, and is told by its key there.
        known = [one.stem for one in library_files(COURSES, ".toml")]
        do = nearest(named, known) or "Name one of those, or a file beside the design."
        allowed = ", ".join(known)
        raise InputProblems(Problem.at_key(design.name, "course", found=named, allowed=allowed, do=do)) from None
    written = read_toml(path)
    try:
        course = read_record(Course, written, path.name)
    except InputProblems as wrong:
        raise InputProblems([*wrong.problems, *_wrong_numbers(written, path.name)]) from None
    if problems := list(wrong_course(course, path.name)):
        raise InputProblems(problems)
    return course


def _found(name: str, folder: str, what: str, beside: Path) -> Path:
    if name.endswith(".toml"):
        # A course is looked for beside its design and not where the command runs, so that both can be moved together.
        return beside / name
    known = {path.stem: path for path in library_files(folder, ".toml")}
    if name not in known:
        raise NotInLibrary(what, name, tuple(known))
    return known[name]


def wrong_design(design: CohortDesign, file: str) -> Iterator[Problem]:
    """What no key of a design can say alone."""
    for name, given in design.changes.items():
        yield from _wrong_change(name, given, file)
    yield from _wrong_visits(design.visits, file)
    yield from _wrong_names(design.control, [arm.name for arm in design.arms], file)
    for place, arm in enumerate(design.arms, 1):
        yield from _wrong_arm(arm, design.visits, file, f"arms[{place}].")


def _wrong_parts(written: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """What is wrong in those parts of a design that can be read, where the whole cannot."""
    changes, arms, control = (written.get(name) for name in ("changes", "arms", "control"))
    for name, given in changes.items() if isinstance(changes, dict) else ():
        one = _readable(Parameter, given)
        # Half a number cannot be judged, but the name it is given to can.
        yield from _wrong_change(name, Parameter(**one) if len(one) == len(fields(Parameter)) else None, file)
    seen = EVERY_VISIT | _readable(Visits, written.get("visits"))
    visits = Visits(**seen) if "at_months" in seen else None
    if visits is not None:
        yield from _wrong_visits(visits, file)
    known = [_readable(Arm, one) for one in arms] if isinstance(arms, list) else []
    # Where the name of an arm cannot be read, it may be the one that control means.
    if isinstance(control, str) and known and all("name" in one for one in known):
        yield from _wrong_names(control, [one["name"] for one in known], file)
    for place, one in enumerate(known, 1):
        if "therapy" in one:
            # A name that could not be read has been told; it is in no sentence here.
            yield from _wrong_arm(Arm(**{"name": "", **one}), visits, file, f"arms[{place}].")


def _wrong_numbers(written: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Numbers beyond their bounds in a course that cannot be read as a whole."""
    for name, given in _readable(Course, written).items():
        if isinstance(given, Parameter):
            yield from wrong_parameter(name, given, Course, file)


def _readable(kind: type, written: object) -> dict[str, Any]:
    """What can be read of a table; why the others cannot has been told."""
    return RecordReader("").fill(kind, written) if isinstance(written, dict) else {}


def _wrong_names(control: str, names: list[str], file: str) -> Iterator[Problem]:
    if len(set(names)) < len(names):
        found = ", ".join(names)
        yield Problem.at_key(file, "arms", found=found, allowed="each name once", do="Give each arm its own name.")
    if control not in names:
        do = nearest(control, names) or "Name one of the arms."
        yield Problem.at_key(file, "control", found=control, allowed=", ".join(names), do=do)


def _wrong_chances(plan: Plan, file: str) -> Iterator[Problem]:
    """Numbers that are allowed one by one, and together more than a machine holds."""
    for name, number in expected_chances(plan).items():
        # Asked before anything is drawn, for a machine whose memory is full says nothing.
        if number > MOST_CHANCES:
            found, do = f"{number:,.0f} a person at the highest ratio", "Lower the rate, the ratios or the follow-up."
            allowed = f"at most {MOST_CHANCES:,.0f} over the whole of follow-up"
            yield Problem.at_key(file, f"{name}.value", found=found, allowed=allowed, do=do)


def _wrong_change(name: str, given: Parameter | None, file: str) -> Iterator[Problem]:
    if name not in PARAMETERS:
        do = nearest(name, PARAMETERS) or "Name a parameter of the course."
        allowed = "a parameter of the course"
        yield Problem.at_key(file, f"changes.{name}", found=f"unknown key '{name}'", allowed=allowed, do=do)
    elif given is not None:
        yield from wrong_parameter(name, given, Course, file, "changes.")


def _wrong_visits(visits: Visits, file: str) -> Iterator[Problem]:
    days, at = visits.plan.days, "visits.at_months"
    if any(later <= before for before, later in pairwise(days)):
        do = "Write them in order of time, each once."
        yield Problem.at_key(file, at, found="months that do not rise", allowed="months that rise", do=do)
    # Two visits on one day, or in another order than planned, would be visits of nobody's protocol.
    # Day zero is one of them: nobody comes to the first visit before it.
    elif (closest := min(later - before for before, later in pairwise((0, *days)))) <= 2 * visits.jitter_days:
        found, do = f"visits {closest} days apart", "Let people come less early and late, or see them less often."
        yield Problem.at_key(file, "visits.jitter_days", found=found, allowed="less than half of that", do=do)
    if len(set(visits.scans_at_months)) < len(visits.scans_at_months):
        at, do = "visits.scans_at_months", "Write each once."
        yield Problem.at_key(file, at, found="a month twice", allowed="months of at_months, each once", do=do)
    for month in visits.scans_at_months:
        if month not in visits.at_months:
            do = "A scan is made at a visit."
            yield Problem.at_key(
                file, "visits.scans_at_months", found=f"{month:g}", allowed="months of at_months", do=do
            )


def _wrong_arm(arm: Arm, visits: Visits | None, file: str, at: str) -> Iterator[Problem]:
    yield from wrong_parameters(arm, file, at)
    yield from _wrong_therapy(arm.therapy, file, f"{at}therapy")
    if arm.conditioning and arm.therapy != "hsct":
        do = "Leave it out."
        yield Problem.at_key(file, f"{at}conditioning", found=arm.therapy, allowed="only with hsct", do=do)
    yield from _wrong_effects(arm, visits, file, at)
    for place, event in enumerate(arm.adverse_events, 1):
        here = f"{at}adverse_events[{place}]."
        yield from wrong_parameters(event, file, here)
        for name in ("grades", "days"):
            ends = getattr(event, name)
            if len(ends) != 2 or ends[0] > ends[1]:
                found, do = ", ".join(map(str, ends)), "Write the lower one first."
                yield Problem.at_key(file, f"{here}{name}", found=found, allowed="lowest and highest", do=do)
    if arm.rescue is not None:
        yield from wrong_parameters(arm.rescue, file, f"{at}rescue.")
        yield from _wrong_therapy(arm.rescue.therapy, file, f"{at}rescue.therapy")
        yield from _wrong_effects(arm.rescue, visits, file, f"{at}rescue.")
        # It would be written down as a switch where nothing was switched.
        if arm.rescue.therapy == arm.therapy:
            found, do = arm.rescue.therapy, "Name the therapy that is switched to."
            yield Problem.at_key(file, f"{at}rescue.therapy", found=found, allowed="another than the arm's", do=do)


def _wrong_therapy(therapy: str, file: str, at: str) -> Iterator[Problem]:
    if therapy not in therapies():
        do = nearest(therapy, therapies()) or "See therapies.csv of the library."
        yield Problem.at_key(file, at, found=therapy, allowed="a therapy of the library", do=do)


def _wrong_effects(record: Arm | Rescue, visits: Visits | None, file: str, at: str) -> Iterator[Problem]:
    for name in EFFECTS:
        effect = getattr(record, name, None)
        if not isinstance(effect, Effect):
            continue
        if visits is not None and effect.delay_months >= visits.at_months[-1]:
            found, do = f"{effect.delay_months:g}", "Nobody would be seen under the effect."
            allowed = f"less than the follow-up of {visits.at_months[-1]:g} months"
            yield Problem.at_key(file, f"{at}{name}.delay_months", found=found, allowed=allowed, do=do)
        # The logarithm of 0 is minus infinity, and half of it is as much: the effect would be told to fade and never
        # would.
        if effect.ratio == 0 and effect.halves_after_months is not None:
            do = "What ends a process altogether cannot fade by halves: give a small ratio."
            yield Problem.at_key(file, f"{at}{name}.ratio", found="0", allowed="more than 0 where it halves", do=do)
