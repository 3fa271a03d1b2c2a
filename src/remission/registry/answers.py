"""What was told: rows that are only ever added, each of one person, one field and one episode.

Nothing is changed. An answer that corrects another names it in `replaces`; what stands now is derived (`current`), by
what replaces what and not by the clock, for a clock may be set back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from remission.inputs.problems import InputProblems, Problem
from remission.registry.schema import Teller as Teller
from remission.registry.schema import fields
from remission.registry.values import is_allowed

State = Literal["told", "not_asked", "unknown", "declined", "not_applicable"]


class Place(NamedTuple):
    """What an answer is about: a person, one of their episodes ("" for what is told once), and a field."""

    person_id: str
    episode: str
    field: str


@dataclass(frozen=True)
class Answer:
    """One thing as it was told.

    `value` is the text as told and empty in every other state. `told_on` is the day on which the person said it,
    `recorded_on` the day on which it was written down. `replaces` is the answer that this one corrects.
    """

    answer_id: str
    person_id: str
    field: str
    value: str
    state: State
    episode: str
    told_on: date
    recorded_on: date
    replaces: str | None
    consent_version: str
    form_version: str
    teller: Teller

    @property
    def place(self) -> Place:
        """What the answer is about."""
        return Place(self.person_id, self.episode, self.field)

    def __repr__(self) -> str:
        """The name of the row and never what was told: this is what logs show."""
        return f"Answer({self.answer_id}, {self.field}, {self.state})"


def current(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers that stand: those that none replaces, and of several about one thing the one told last.

    Of two told on one day the one recorded later stands, and then the later row. They come in the order of the rows
    given. InputProblems with every answer that replaces what it must not.

    >>> from dataclasses import replace
    >>> day = date(2026, 5, 3)
    >>> first = Answer("A1", "P1", "subjects.sex", "female", "told", "", day, day, None, "1", "1", "self")
    >>> current([first, replace(first, answer_id="A2", state="declined", value="", replaces="A1")])
    (Answer(A2, subjects.sex, declined),)
    """
    if problems := list(replacement_problems(answers)):
        raise InputProblems(problems)
    replaced = {one.replaces for one in answers}
    latest: dict[Place, tuple[tuple[date, date, int], Answer]] = {}
    for row, one in enumerate(answers):
        when = (one.told_on, one.recorded_on, row)
        standing = latest.get(one.place)
        if one.answer_id not in replaced and (standing is None or when > standing[0]):
            latest[one.place] = (when, one)
    return tuple(one for _, one in sorted(latest.values(), key=lambda found: found[0][2]))


def check_told(answers: Sequence[Answer]) -> None:
    """Refuse answers that no form can have given; InputProblems with every one, and no value of a person in it."""
    problems = [problem for one in answers for problem in _told_problems(one)]
    if problems:
        raise InputProblems(problems)


def replacement_problems(answers: Sequence[Answer]) -> Iterator[Problem]:
    """What is wrong with the names of answers and with what they replace."""
    times = Counter(one.answer_id for one in answers)
    for name in (name for name, count in times.items() if count > 1):
        yield _problem(name, "a name that another answer has", "each answer_id once", "Give it a name of its own.")
    named = {one.answer_id: one for one in answers}
    takers = Counter(one.replaces for one in answers if one.replaces is not None)
    for one in answers:
        if one.replaces is not None:
            yield from _wrong_replacement(one, named.get(one.replaces), takers[one.replaces])
    for name in _in_circles(named):
        yield _problem(name, "an answer that replaces itself, by way of others", "an earlier answer", "Mend it.")


def _wrong_replacement(one: Answer, other: Answer | None, takers: int) -> Iterator[Problem]:
    if other is None:
        yield _problem(one.answer_id, "a replaced answer that is not there", "an answer of this person", "Mend it.")
    elif other.person_id != one.person_id:
        # Its name is not shown: what another person has told is nobody's to learn from a message.
        yield _problem(
            one.answer_id, "the answer of another person as replaced", "an answer of this person", "Mend it."
        )
    elif other.place != one.place:
        found = f"a replaced answer about {other.field} or another episode"
        yield _problem(one.answer_id, found, f"an answer about {one.field} of the same episode", "Mend it.")
    elif takers > 1:
        found = f"one of {takers} answers that replace {one.replaces}"
        yield _problem(one.answer_id, found, "one that replaces it", "Let the later replace the earlier.")


def _in_circles(named: dict[str, Answer]) -> list[str]:
    """Names of the answers from which following `replaces` leads back to them."""
    # Walked once: what is settled is never entered again, however long the chain.
    settled: set[str] = set()
    circles: list[str] = []
    for start in named:
        path: list[str] = []
        on_path: set[str] = set()
        name: str | None = start
        while name is not None and name in named and name not in settled and name not in on_path:
            path.append(name)
            on_path.add(name)
            name = named[name].replaces
        if name is not None and name in on_path:
            circles += path[path.index(name) :]
        settled |= on_path
    return circles


def _told_problems(one: Answer) -> Iterator[Problem]:
    field = fields().get(one.field)
    if field is None:
        yield _problem(
            one.answer_id, "a field that is not declared", "a field of registry.schema", "Correct the field."
        )
        return
    if bool(one.episode) != field.repeats:
        allowed = "a name of the episode" if field.repeats else "no episode"
        yield _problem(one.answer_id, f"{one.field} with another episode", allowed, "Correct the episode.")
    if field.of_delegate and one.teller != "delegate":
        yield _problem(one.answer_id, f"{one.field} told by the person", "told by a delegate", "Correct the teller.")
    if one.state != "told" and one.value:
        yield _problem(one.answer_id, f"a value beside the state {one.state}", "no value", "Remove one of the two.")
    if one.state == "told" and not is_allowed(field, one.value):
        yield _problem(one.answer_id, f"a value that {one.field} cannot have", field.allowed, "Correct the value.")
    if one.told_on > one.recorded_on:
        yield _problem(one.answer_id, "told after it was recorded", "told_on by recorded_on", "Correct the dates.")


def _problem(name: str, found: str, allowed: str, do: str) -> Problem:
    return Problem.of_file(f"answer {name}", found=found, allowed=allowed, do=do)
