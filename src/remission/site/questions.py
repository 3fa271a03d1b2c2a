"""The front page's questions: files of the library, each answered with numbers of the studies, or said to be open.

The answer is a sentence with names of numbers in braces; each name says where its number lies, and none is typed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from remission.evidence.recipes.claims import NumberWords, bounds_words, interval_said, rests_on_words
from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import library_files
from remission.studies.claims.claim import VERDICTS, Where
from remission.studies.claims.decide import decide_claim
from remission.studies.claims.load import chosen_claims, load_claims
from remission.studies.claims.numbers import Measured, measure

if TYPE_CHECKING:
    from remission.studies.claims.numbers import Evidence

NOT_ANSWERED = "Not answered here yet."
MOVED = "They have moved since a sentence was written for them; see what is behind this."


@dataclass(frozen=True)
class Within:
    """Where a number must lie with its whole interval for a sentence to hold."""

    at_least: float | None = key("The least that it may be", None)
    at_most: float | None = key("The most that it may be", None)

    def holds(self, measured: Measured | None) -> bool:
        """Does a number lie there? One that may not be shown does not."""
        if measured is None:
            return False
        low, high = measured.limits or (measured.value, measured.value)
        return (self.at_least is None or self.at_least <= low) and (self.at_most is None or high <= self.at_most)


@dataclass(frozen=True)
class Question:
    """One question of the front page, in people's words."""

    name: str = key("Short name: the name of the file", example='"do-5-to-10-percent-die"')
    place: int = key("Its place on the page; tens, so that another fits between")
    asks: str = key("The question, in people's words")
    answer: str = key("The answer in one sentence, with names of numbers in braces", "")
    number: str = key("Which of the numbers is shown large", "")
    number_says: str = key("What that number is, in a few words", "")
    numbers: Mapping[str, Where] = key("The numbers, each with where it lies", make=dict)
    range_of: tuple[str, ...] = key(
        "Numbers of which the least and the most are shown, where one alone would mislead", ()
    )
    claim: str = key("The claim on whose verdict the sentence rests", "", example='"mortality-5-10"')
    written_for: str = key("The verdict for which the sentence was written", "", choices=("", *VERDICTS))
    within: Mapping[str, Within] = key("Where numbers must lie for the sentence to hold, by their names", make=dict)
    door: str = key("Address of the page behind it, from the root", "")
    door_words: str = key("What the link to that page says", "See the numbers behind this")
    atlas: str = key("Address of the page of the atlas behind it, within the atlas", "")
    tally: bool = key("May the answer use how many claims have which verdict?", False)
    lead: bool = key("Is the answer the sentence with which the page behind the door begins?", False)
    needed: str = key("What would be needed to answer it, where no page exists", "")


@dataclass(frozen=True)
class Card:
    """A question as the front page shows it; where it is `open` it is not answered here yet."""

    name: str
    asks: str
    answer: str
    number: str = ""
    interval: str = ""
    rests_on: str = ""
    door: str = ""
    door_words: str = ""
    command: str = ""
    open: bool = False


@cache
def load_questions() -> tuple[Question, ...]:
    """Every question of the library in their order; InputProblems with everything that is wrong in any of them.

    >>> load_questions()[0].door
    'evidence/mortality.html'
    """
    return read_questions(library_files("questions", ".toml"))


def read_questions(files: tuple[Path, ...]) -> tuple[Question, ...]:
    """The questions of some files."""
    found = [read_record(Question, read_toml(path), path.name) for path in files]
    problems = [one for told, path in zip(found, files, strict=True) for one in _wrong(told, path.name)]
    if problems:
        raise InputProblems(problems)
    return tuple(sorted(found, key=lambda one: one.place))


def _wrong(question: Question, file: str) -> Iterator[Problem]:
    if not (question.door or question.atlas or question.needed):
        yield Problem.at_key(file, "needed", found="nothing", allowed="what would be needed", do="Say it.")
    # A sentence about numbers draws a conclusion, which the next number may turn over.
    if question.numbers and not (question.claim or question.within):
        do = "Say for which numbers the sentence was written."
        yield Problem.at_key(file, "within", found="nothing", allowed="bounds of its numbers, or a claim", do=do)
    claims = tuple(one.name for one in load_claims())
    if question.claim and (question.claim not in claims or not question.written_for):
        do = nearest(question.claim, claims) or "Give the name and `written_for`."
        yield Problem.at_key(file, "claim", found=question.claim, allowed="a claim, with its verdict", do=do)
    for name in question.within.keys() - question.numbers.keys():
        known = ", ".join(question.numbers)
        yield Problem.at_key(file, f"within.{name}", found=name, allowed=known, do="Name one of its numbers.")


def answer_question(
    question: Question,
    evidence: Evidence,
    paths: Collection[str],
    tally: Mapping[str, str],
    *,
    with_atlas: bool,
    leads: Mapping[str, str] | None = None,
) -> Card:
    """A question with its answer, where the page behind it is among the `paths` of the site.

    `tally` has the words for how many claims have which verdict, `leads` the answers of pages by their addresses.
    """
    if question.atlas:
        return _of_atlas(question, with_atlas=with_atlas)
    # The question stands all the same: what nobody answers yet is worth as much to know as an answer.
    if question.door not in paths:
        return Card(question.name, question.asks, f"{NOT_ANSWERED} {question.needed}".strip(), open=True)
    if question.lead:
        answer = (leads or {})[question.door]
        return Card(question.name, question.asks, answer, door=question.door, door_words=question.door_words)
    measured = {name: measure(where, evidence) for name, where in question.numbers.items()}
    # Half a sentence would mislead, and so would some of its numbers: without one of them there is no answer.
    if missing := [name for name, one in measured.items() if one is None]:
        said = f"{NOT_ANSWERED} No number that may be shown is in the library for: {', '.join(missing)}."
        return Card(question.name, question.asks, said, door=question.door, door_words=question.door_words, open=True)
    shown = [one for name in (question.range_of or (question.number,)) if (one := measured.get(name))]
    shown.sort(key=lambda one: one.value)
    ends = {"least": shown[0], "most": shown[-1]} if question.range_of and shown else {}
    return Card(
        question.name,
        question.asks,
        _sentence(question, measured, ends, tally, holds=_holds(question, measured, evidence)),
        number=" to ".join(dict.fromkeys(_large(one) for one in (shown[:1] + shown[-1:]))),
        interval=_interval(shown),
        rests_on=" ".join(filter(None, [question.number_says, rests_on_words(shown[0]) if shown else ""])),
        door=question.door,
        door_words=question.door_words,
    )


def _interval(shown: Sequence[Measured]) -> str:
    """The interval of a number, or from the lowest end of several to the highest."""
    if len(shown) < 2:
        return interval_said(shown[0]) if shown else ""
    limits = [one.limits for one in shown if one.limits]
    if len(limits) < len(shown):
        return "not each with an interval"
    whole = {**shown[0].row, "low": min(low for low, _ in limits), "high": max(high for _, high in limits)}
    return f"with intervals from {bounds_words(replace(shown[0], row=whole))}"


def _large(measured: Measured) -> str:
    """A number that stands alone: a ratio says that it is one."""
    # 0.27 alone reads as a share; 0.27 times does not.
    value = NumberWords(measured).value
    return f"{value} times" if measured.row["unit"] == "ratio" else value


def _holds(question: Question, measured: Mapping[str, Measured | None], evidence: Evidence) -> bool:
    """Are the numbers those for which the sentence was written?"""
    if not all(within.holds(measured[name]) for name, within in question.within.items()):
        return False
    if not question.claim:
        return True
    (claim,) = chosen_claims(question.claim)
    decision = decide_claim(claim, evidence)
    return decision.verdict == question.written_for and decision.is_as_written


def _sentence(
    question: Question,
    measured: Mapping[str, Measured | None],
    ends: Mapping[str, Measured],
    tally: Mapping[str, str],
    *,
    holds: bool,
) -> str:
    """The answer with its numbers; those alone where it was written for others."""
    words = {name: NumberWords(one) for name, one in {**measured, **ends}.items() if one}
    if not holds:
        plain = ", ".join(f"{name} {words[name]}" for name in measured)
        return f"The numbers are: {plain}. {MOVED}"
    return question.answer.format(**(tally if question.tally else {}), **words)


def _of_atlas(question: Question, *, with_atlas: bool) -> Card:
    door = f"atlas/{question.atlas}" if with_atlas else "atlas.html"
    command = "" if with_atlas else "remission site export DIR --with-atlas"
    words = question.door_words if with_atlas else "How to build the map"
    return Card(question.name, question.asks, question.answer, door=door, door_words=words, command=command)
