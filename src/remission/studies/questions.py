"""A pooling question is data: which numbers of which studies, by which estimators, in which groups; its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import NotInLibrary, library_files
from remission.studies.certainty import Certainty
from remission.studies.estimators import ESTIMATORS
from remission.studies.quantities import Shape, quantities
from remission.studies.study import Course

By = Literal["", "conditioning", "serotherapy", "graft", "mobilisation", "intensity", "era", "course", "edss"]


@dataclass(frozen=True)
class WithoutSome:
    """A second look at the same cohorts without some of them."""

    name: str = key("What it is called beside the pooled number", example='"without Mexico and Moscow"')
    leave_out: tuple[str, ...] = key("Names of the studies that are left out", least=1)
    why: str = key("Why one would want it")


@dataclass(frozen=True)
class Question:
    """One pooling question of the library.

    `answer` and `without` are sentences: of the numbers when there is a pooled line, and when there is none. What may
    stand in braces is what `studies.pools` fills in.
    """

    name: str = key("Short name: the name of the file")
    title: str = key("Title as it stands on pages")
    question: str = key("The question in people's words")
    what: tuple[str, ...] = key("Names of quantities.csv, all of one shape", least=1)
    estimators: tuple[str, ...] = key("How it is pooled; empty: the studies are shown side by side", ())
    therapy: str = key("The therapy of the arms", "hsct")
    months: float | None = key("Months after the start; every time if it is left out", None, low=0)
    course: Course = key("Only people of this course of MS", "")
    by: By = key("What groups are made by", "")
    everybody: bool = key("Is there a line of all cohorts together?", default=True)
    lines: tuple[WithoutSome, ...] = key("The same without some studies", ())
    beside: tuple[str, ...] = key("Studies that pooled before us, whose printed numbers stand beside ours", ())
    fewest: int = key("The fewest studies that share nobody for a pooled line", 3, low=2, high=100)
    answer: str = key("The sentence of the numbers", "")
    without: str = key("The sentence where there is no pooled line", "")
    caveat: str = key("What a reader should know of it", "")
    certainty: Certainty = key("How sure one may be of it", Certainty())

    @property
    def shape(self) -> Shape:
        """What shape its numbers have."""
        return quantities()[self.what[0]].shape


def question_names() -> tuple[str, ...]:
    """Names of the pooling questions of the library.

    >>> "hsct-mortality" in question_names()
    True
    """
    return tuple(path.stem for path in library_files("pools", ".toml"))


def load_question(name: str) -> Question:
    """A pooling question of the library; NotInLibrary when there is none of that name."""
    files = {path.stem: path for path in library_files("pools", ".toml")}
    if name not in files:
        raise NotInLibrary("pooling question", name, tuple(files))
    return read_question(files[name])


def read_question(path: Path) -> Question:
    """The pooling question of a file; InputProblems with everything wrong in it."""
    question = read_record(Question, read_toml(path), path.name)
    problems = list(_wrong(question, path.name))
    if question.name != path.stem:
        allowed, do = path.stem, "Call it as its file is called."
        problems.append(Problem.at_key(path.name, "name", found=question.name, allowed=allowed, do=do))
    if problems:
        raise InputProblems(problems)
    return question


def _wrong(question: Question, file: str) -> Iterator[Problem]:
    """What no single key can say: names that are there, of one shape, for estimators that take it."""
    known = quantities()
    if stray := [one for one in question.what if one not in known]:
        for one in stray:
            do = nearest(one, known) or "Correct the name."
            yield Problem.at_key(file, "what", found=one, allowed="a name of quantities.csv", do=do)
        return
    # Counts and survival shares of one outcome are no one quantity: the first forgets who was lost.
    shapes = sorted({known[one].shape for one in question.what})
    if len(shapes) > 1:
        yield Problem.at_key(file, "what", found=" and ".join(shapes), allowed="one shape", do="Ask two questions.")
    fitting = [name for name, one in ESTIMATORS.items() if one.shape in shapes]
    for one in question.estimators:
        if one not in fitting:
            allowed = ", ".join(fitting) or f"none: a number that is {shapes[0]} is shown and not pooled"
            yield Problem.at_key(file, "estimators", found=one, allowed=allowed, do="Use one of those, or none.")
