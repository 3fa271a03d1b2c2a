"""Transplants by regimen: what was given, what groups of one regimen had, and comparisons inside one study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.card import FIELDS
from remission.evidence.recipes.study_lines import line_of
from remission.evidence.recipes.transplants import transplanted
from remission.evidence.recipes.unknown import groups_of
from remission.evidence.words import begun, number_words, printed_interval
from remission.exhibits.wording import count
from remission.studies.contrasts import contrasts
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.exhibits.synthesis.lines import Line
    from remission.studies.load import Studies
    from remission.studies.study import Arm, Study

NOT_READ = "Regimen not read"
FIVE_YEARS = 60
OUTCOMES = ("transplant-deaths", "event-free", "progression-free", "relapse-free", "neda")
GIVEN: dict[str, type[pl.DataType]] = dict.fromkeys(("study", "name", "people", *FIELDS, "intensity"), pl.String)


def regimen_of(arm: Arm | None) -> str:
    """The kind of conditioning of an arm; what was not read, or only remembered, is said to be not read."""
    if arm is None or arm.conditioning is None or arm.conditioning.status == "unverified":
        return NOT_READ
    kind = arm.conditioning.kind or arm.conditioning.says
    return "Mixed regimens" if kind == "mixed" else begun(kind)


def between_lines(studies: Studies, root: str, what: str) -> list[Line]:
    """Numbers of one quantity at five years, in groups by regimen, those within in order of year."""
    found = [
        (study, number) for study, number in transplanted(studies, [what])
        if number.months == FIVE_YEARS and number.value is not None and not number.among
    ]  # fmt: skip
    lines = [replace(line_of(study, number, root, group=regimen_of(study.arm(number.arm))), says="")
             for study, number in found]  # fmt: skip
    # What was not read stands last: it belongs to no regimen.
    return sorted(lines, key=lambda line: (line.group == NOT_READ, line.group, line.year or 0, line.name))


def within_lines(studies: Studies, root: str) -> list[Line]:
    """Shares of the arms of studies that compared two regimens, in groups by study and quantity."""
    lines: list[Line] = []
    for study, arms in _compared_arms(studies).items():
        for what in dict.fromkeys(number.what for number in study.numbers if number.what in OUTCOMES):
            numbers = [one for arm in arms if (one := study.number(what, arm)) is not None]
            if len(numbers) == len(arms):
                group = f"{study.title}: {quantities()[what].title.lower()}"
                lines += [line_of(study, one, root, name=one.arm, group=group) for one in numbers]
    return lines


def _compared_arms(studies: Studies) -> dict[Study, tuple[str, ...]]:
    """By study that compared regimens within itself, the arms that it compared."""
    found: dict[str, tuple[str, ...]] = {
        one.study.name: (one.number.arm, one.against) for one in contrasts(studies, "regimens")
    }
    return {studies.of_name(name): arms for name, arms in found.items()}


def within_words(studies: Studies) -> Iterator[str]:
    """What a study printed of one regimen against another: a ratio, or the p of two shares."""
    for one in contrasts(studies, "regimens"):
        number, what = one.number, quantities()[one.number.what].title
        pair = f"{one.study.title}, {number.arm} against {one.against}"
        if one.is_ratio:
            yield f"{pair}: {what.lower()} {number.value:g} ({printed_interval(number)}) [{number.status}]."
        elif number.p is not None:
            yield f"{pair}, {what.lower()}: p {number.p:g} [{number.status}]."


def severe_words(studies: Studies) -> Iterator[str]:
    """Severe events of the arms of studies that compared regimens, as far as they were printed."""
    for study, arms in _compared_arms(studies).items():
        numbers = [one for arm in arms if (one := study.number("severe-events", arm)) is not None]
        if len(numbers) == len(arms):
            said = " against ".join(f"{number_words(one, quantities()[one.what])} with {one.arm}" for one in numbers)
            yield f"{study.title}, {quantities()['severe-events'].title.lower()}: {said} [{numbers[0].status}]."


def given_rows(studies: Studies) -> pl.DataFrame:
    """What each group of transplanted people was given, in four fields, and what sources call it."""
    rows = []
    for group in groups_of(studies):
        fields = {field: _said(getattr(group.arm, field)) for field in FIELDS}
        claims = "; ".join(f"{one.kind} ({one.source})" for one in group.arm.intensity if one.status != "unverified")
        people = group.study.people(group.arm.name)
        rows.append({"study": group.study.name, "name": group.name, "people": f"{people:,}" if people else "not read",
                     **fields, "intensity": claims or "–"})  # fmt: skip
    return pl.DataFrame(rows, schema=GIVEN)


def _said(said: object) -> str:
    status = getattr(said, "status", "unverified")
    return "not read" if status == "unverified" else f"{getattr(said, 'says', '')} [{status}]"


def confounding_words(studies: Studies) -> str:
    """Of how many groups era, course and disability are known: what a comparison of regimens cannot be freed of."""
    groups = groups_of(studies)
    era = sum(group.study.years is not None and group.study.years.first is not None for group in groups)
    edss = sum(group.study.number("edss-at-start", group.arm.name) is not None for group in groups)
    mobilised = sum(_said(group.arm.mobilisation) != "not read" for group in groups)
    return (
        "Regimens differ in when they were used and in whom: the older series are of people with progressive MS and of "
        "harsher regimens, so a difference between regimens is a difference of era and course too. When people were "
        f"treated is known of {era} of {count(len(groups), 'group')}, disability at the start of {edss}, and how stem "
        f"cells were mobilised of {mobilised}."
    )
