"""The list of all studies: a row and a dot each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.card import main_number, number_sentence
from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.synthesis.lines import Line

if TYPE_CHECKING:
    from remission.studies.load import Studies
    from remission.studies.study import Study

SCHEMA: dict[str, type[pl.DataType]] = {
    "name": pl.String,
    "title": pl.String,
    "year": pl.Int64,
    "kind": pl.String,
    "country": pl.String,
    "courses": pl.String,
    "people": pl.Int64,
    "therapies": pl.String,
    "main": pl.String,
    "numbers": pl.Int64,
    "not_shown": pl.Int64,
}


def total_people(study: Study) -> int | None:
    """How many people a study has, as far as that was read; people of arms that share some are not added up.

    Of arms that share people the largest is taken, so the number may be too small and never too large.
    """
    whole = study.people("")
    if whole is not None:
        return whole
    known = [(arm, people) for arm in study.arms if (people := study.people(arm.name)) is not None]
    sharing = [people for arm, people in known if arm.shares_people_with]
    apart = [people for arm, people in known if not arm.shares_people_with]
    return sum(apart) + max(sharing, default=0) if known else None


def study_rows(studies: Studies) -> pl.DataFrame:
    """A row a study, in the order of the year and the title."""
    rows = [_row(study) for study in studies.every]
    return pl.DataFrame(rows, schema=SCHEMA).sort("year", "title", nulls_last=True)


def _row(study: Study) -> dict[str, object]:
    number = main_number(study)
    shown = sum(one.is_showable for one in study.numbers)
    return {
        "name": study.name, "title": study.title, "year": study.year, "kind": study.kind, "country": study.country,
        "courses": _courses(study),
        "people": total_people(study), "therapies": ", ".join(dict.fromkeys(arm.therapy for arm in study.arms)),
        "main": number_sentence(number, len(study.arms)) if number else "", "numbers": shown,
        "not_shown": len(study.numbers) - shown,
    }  # fmt: skip


def _courses(study: Study) -> str:
    if study.courses is not None and study.courses.status != "unverified":
        return study.courses.says
    return ", ".join(sorted({arm.course for arm in study.arms} - {""}))


def study_dots(studies: Studies, root: str) -> list[Line]:
    """A dot a study: its year, its people, its kind, its card."""
    return [
        Line(name=study.title, role="study", n=total_people(study), year=study.year, href=card_of(study.name, root),
             group=study.kind)
        for study in studies.every
    ]  # fmt: skip


def statuses(studies: Studies) -> Counter[str]:
    """How many numbers of the library have which status."""
    return Counter(number.status for study in studies.every for number in study.numbers)


def kinds_of(studies: Sequence[Study]) -> Counter[str]:
    """How many studies are of which kind."""
    return Counter(study.kind for study in studies)
