"""What can be known of a person: the vocabulary of facts, a person's own, and what follows from those that are known.

Every fact may be unknown. Some are never more than others (relapses in 12 months than in 18), so a known one bounds
its neighbours: who had two in the last year need not be asked of the last three.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from remission.inputs.declared import key
from remission.library.catalogue import table

Kind = Literal["number", "count", "yes-no", "choice"]
Answer = float | bool | str
Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Choice:
    """One of the answers to a question with choices."""

    value: str
    says: str


@dataclass(frozen=True)
class Fact:
    """One thing that may be known of a person, with the question that asks for it."""

    name: str = key("Its name in files")
    says: str = key("What it is, in people's words")
    asks: str = key("The question")
    kind: Kind = key("What kind of answer it takes")
    unit: str = key("In what it is counted")
    low: float | None = key("The least that can be")
    high: float | None = key("The most that can be")
    step: float | None = key("The step in which it is asked")
    choices_said: tuple[str, ...] = key("The answers it may have", name="choices")
    never_more_than: str = key("A fact that is at least as large")

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The answers it may have, where it has a list of them."""
        return tuple(
            Choice(value, says.strip()) for value, _, says in (one.partition(":") for one in self.choices_said)
        )

    @property
    def is_ordered(self) -> bool:
        """Can it be more or less? A yes is more than a no."""
        return self.kind != "choice"

    @cached_property
    def range(self) -> tuple[float, float]:
        """The least and the most that it can be."""
        return (0.0, 1.0) if self.kind == "yes-no" else (float(self.low or 0), float(self.high or 0))

    @cached_property
    def grid(self) -> tuple[float, ...]:
        """Every value that an ordered fact can have, in its steps.

        >>> vocabulary().by_name["edss"].grid[:3]
        (0.0, 0.5, 1.0)
        """
        low, high = self.range
        step = self.step or 1.0
        return tuple(round(low + number * step, 6) for number in range(round((high - low) / step) + 1))


@dataclass(frozen=True)
class Vocabulary:
    """Every fact that there is, in the order in which they are asked."""

    every: tuple[Fact, ...]

    @cached_property
    def by_name(self) -> dict[str, Fact]:
        """Each fact by its name."""
        return {one.name: one for one in self.every}

    @cached_property
    def larger(self) -> dict[str, tuple[str, ...]]:
        """For each fact those that are never less than it, the nearest first."""
        return {name: tuple(self._following(name)) for name in self.by_name}

    @cached_property
    def smaller(self) -> dict[str, tuple[str, ...]]:
        """For each fact those that are never more than it."""
        return {name: tuple(one for one, more in self.larger.items() if name in more) for name in self.by_name}

    def _following(self, name: str) -> Iterator[str]:
        while name := self.by_name[name].never_more_than:
            yield name


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the library.

    >>> vocabulary().by_name["edss"].range, vocabulary().larger["relapses_12_months"]
    ((0.0, 9.5), ('relapses_18_months', 'relapses_36_months'))
    """
    return Vocabulary(table("facts", Fact))


@dataclass(frozen=True)
class Span:
    """Between what an ordered fact must lie, ends included; both ends are the answer where it is known."""

    low: float
    high: float


@dataclass(frozen=True)
class State:
    """What is known of a person, and what follows from it by what is never more than what."""

    given: Answers
    words: Vocabulary

    def choice(self, name: str) -> str | None:
        """The choice that was given; None where it is unknown."""
        return str(self.given[name]) if name in self.given else None

    def span(self, name: str) -> Span:
        """Between what an ordered fact must lie.

        >>> state_of({"relapses_12_months": 2}).span("relapses_36_months")
        Span(low=2.0, high=50.0)
        """
        if name not in self._spans:
            self._spans[name] = self._worked_out(name)
        return self._spans[name]

    @cached_property
    def _spans(self) -> dict[str, Span]:
        return {}

    def _worked_out(self, name: str) -> Span:
        low, high = self.words.by_name[name].range
        if name in self.given:
            return Span(float(self.given[name]), float(self.given[name]))
        below = (float(self.given[one]) for one in self.words.smaller[name] if one in self.given)
        above = (float(self.given[one]) for one in self.words.larger[name] if one in self.given)
        return Span(max([low, *below]), min([high, *above]))


def state_of(given: Answers, words: Vocabulary | None = None) -> State:
    """What is known where these facts are given; what is not given is unknown."""
    return State(given, words or vocabulary())


def contradictions(given: Answers, words: Vocabulary) -> Iterator[tuple[str, str]]:
    """Pairs of which the first is more than the second, and never can be.

    >>> list(contradictions({"relapses_12_months": 3, "relapses_36_months": 1}, vocabulary()))
    [('relapses_12_months', 'relapses_36_months')]
    """
    for name, answer in given.items():
        for more in words.larger[name]:
            if more in given and float(answer) > float(given[more]):
                yield name, more
