"""People's own records as a Cohort: for one scope, on one day, of those whose consent covers it.

Whoever asks says for what: `scope` has no default. What comes out passes the checks of `records`, and every answer that
is in no row of it is named with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem
from remission.records.cohort import Cohort
from remission.registry.answers import Answer, check_told
from remission.registry.consent import Scope, told_under
from remission.registry.drafts import draft_people
from remission.registry.frames import cohort_frames, own_frames
from remission.registry.rows import LeftOut, Person, rows_of, usable
from remission.registry.schema import DAY_ZERO_IS, fields
from remission.registry.watched import RULE

if TYPE_CHECKING:
    import polars as pl

    from remission.inputs.provenance import Standing

OF_RECORDS: tuple[Scope, ...] = ("research", "aggregates")
NAME, TITLE = "registry", "People's own records"
LICENCE = "as the people consented; not for publication"
DAY_ZERO = "the transplant; without one the start of the therapy on at registering, else registering (x_day_zero_is)"
NOTE = (
    "Told by the people themselves or by a delegate (the rater of an EDSS is then other), and examined by nobody: "
    "an endpoint of disability uses such a score only if its raters include self. "
    f"Observed: {RULE}. An age is counted from the middle of the year of birth. A day told as a month or year is the "
    "middle of it."
)


@dataclass(frozen=True)
class RegistryCohort:
    """A Cohort of people's own records, what stands beside it, and what is in neither.

    `own` are the registry's own tables by name, in days since day zero. `placed` are the names of the answers that are
    in a row; together with those of `left_out` they are all answers that came in, each once.
    """

    cohort: Cohort = field(repr=False)
    own: Mapping[str, pl.DataFrame] = field(repr=False)
    placed: tuple[str, ...] = field(repr=False)
    left_out: tuple[LeftOut, ...] = field(repr=False)


def build_cohort(people: Sequence[Person], answers: Sequence[Answer], *, scope: Scope, on: date) -> RegistryCohort:
    """The cohort of those whose consent covers `scope` on the day `on`, from what was told by then.

    Late entrants enter at registering: relapses told of before it are rows and make no time at risk. Nothing in own
    words is in it. InputProblems where a scope is not one of records, an answer is of nobody, was told under no
    consent, cannot have been given by a form, replaces what it must not, or where there is nobody.
    """
    if scope not in OF_RECORDS:
        found = f"the scope {scope}"
        raise InputProblems(
            Problem.at_key("build_cohort()", "scope", found=found, allowed=" or ".join(OF_RECORDS), do="Name one.")
        )
    return assemble(people, answers, scope=scope, on=on, own_words=False)


def assemble(
    people: Sequence[Person],
    answers: Sequence[Answer],
    *,
    scope: Scope | None,
    on: date,
    own_words: bool,
    standing: Standing = "observed",
) -> RegistryCohort:
    """As `build_cohort`; without a scope for the person's own use, and with what is in own words if asked.

    `standing` is "simulated" where the people are invented.
    """
    _check(people, answers)
    kept, left = usable(people, answers, scope, on)
    inside = {one.person_id for one in kept}
    entering = [person for person in people if person.person_id in inside]
    if not entering:
        raise InputProblems(_nobody(scope))
    refused: dict[str, str] = {}
    while True:
        rows, unplaced = rows_of(kept, refused, own_words=own_words)
        drafts = draft_people(entering, kept, rows, unplaced, scope, on)
        frames = cohort_frames(drafts, _asked_about(kept))
        try:
            cohort = _cohort(frames, on, standing)
        except InputProblems as problems:
            # One person's slip must not cost everybody the cohort: the row is left out, and by which check.
            more = _refused(problems, frames)
            if not more.keys() - refused.keys():
                raise
            refused |= more
        else:
            placed = tuple(one.answer_id for row in rows for one in row.cells.values())
            return RegistryCohort(cohort, own_frames(drafts, own_words=own_words), placed, (*left, *unplaced))


def _nobody(scope: Scope | None) -> Problem:
    covered = f" and whose consent covers {scope}" if scope is not None else ""
    found = f"nobody who told anything{covered}"
    return Problem.of_file("people", found=found, allowed="one person or more", do="Ask again when there is somebody.")


def _check(people: Sequence[Person], answers: Sequence[Answer]) -> None:
    check_told(answers)
    by_id = {person.person_id: person for person in people}
    problems = []
    for one in answers:
        person = by_id.get(one.person_id)
        if person is None:
            found, allowed = "a person_id of nobody", "one of the people"
        elif told_under(person.consents, one.consent_version, one.told_on) is None:
            found, allowed = "told when that consent version was not active", "a version active on the day of telling"
        else:
            continue
        problems.append(Problem.of_file(f"answer {one.answer_id}", found=found, allowed=allowed, do="Correct it."))
    if len(by_id) < len(people):
        problems.append(
            Problem.of_file("people", found="a person twice", allowed="each person_id once", do="Keep one.")
        )
    if problems:
        raise InputProblems(problems)


def _cohort(frames: Mapping[str, pl.DataFrame], on: date, standing: Standing) -> Cohort:
    zero = {"type": "choice", "measured_day": 0, "choices": DAY_ZERO_IS, "meaning": "What day zero is of the person"}
    return Cohort.from_frames(
        kind=standing, day_zero=DAY_ZERO, name=NAME, title=TITLE, time="dates", data_cut=on, partial_dates="middle",
        missing=(), licence=LICENCE, note=NOTE, covariates={"x_day_zero_is": zero},
        subjects=frames["subjects"], observed=frames["observed"], visits=frames.get("visits"),
        relapses=frames.get("relapses"), scans=frames.get("scans"), treatments=frames.get("treatments"),
        adverse_events=frames.get("adverse_events"), labs=frames.get("labs"),
    )  # fmt: skip


def _asked_about(answers: Sequence[Answer]) -> set[str]:
    """Tables of which somebody said that there was something or nothing since the last time."""
    asked = (fields()[one.field] for one in answers if one.state == "told")
    return {one.column.name for one in asked if one.table == "asked"}


def _refused(problems: InputProblems, frames: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Rows that break a check, as "table/row_id", and the check in words (never what was found)."""
    refused = {}
    for one in problems.problems:
        if one.severity == "error" and one.row is not None and one.file in frames:
            row_id = frames[one.file].item(one.row, "subject_id" if one.file == "subjects" else "row_id")
            refused[f"{one.file}/{row_id}"] = f"refused by the checks of a cohort: {one.column} must be {one.allowed}"
    return refused
