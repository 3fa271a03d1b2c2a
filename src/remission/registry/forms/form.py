"""Forms as data: sections of questions, each about one field of the registry, read from `library/forms`.

A question says in plain words what is asked, and words for each value that its field allows. Whoever does not know, or
would rather not say, can say so at every question: those two answers belong to no question and are the same on all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from remission.inputs.declared import key
from remission.inputs.strict_records import read_records
from remission.library.catalogue import library_files, therapies
from remission.records.schema import YES_NO
from remission.registry.schema import TELLERS, Field, Teller, countries, fields, words

Kind = Literal["choice", "yes/no", "date", "number", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Offered at every question, by the state that an answer then has.
NO_VALUE: Mapping[str, str] = MappingProxyType({"unknown": "I don't know", "declined": "I'd rather not say"})
YES_NO_WORDS = dict(zip(YES_NO, ("Yes", "No"), strict=True))
TODAY = "today"
# A range of whole numbers is offered step by step up to so many.
MOST_STEPS = 12


@dataclass(frozen=True)
class Question:
    """One question: the field it fills, what is asked, and words for each allowed value where there is a choice."""

    field: str = key("table.column of the registry's fields", example='"walking.step"')
    words: str = key("What is asked, in plain words", example='"How do you walk?"')
    kind: Kind = key("How it is answered", choices=KINDS)
    help: str = key("A line of help below it", "")
    choices: Mapping[str, str] = key("Words for each allowed value", make=dict)
    listed: bool = key("Are its choices those of a list in the library? Words given here go before the list's", False)
    only_if: Mapping[str, str] = key("Asked only where another field has this value", make=dict)

    @property
    def about(self) -> Field:
        """The field that it fills; KeyError when there is none."""
        return fields()[self.field]

    @property
    def offered(self) -> Mapping[str, str]:
        """Words by value, in the order in which they are offered; empty where something is typed.

        >>> list(forms()["long"].question("treatments.graft").offered)
        ['unmanipulated', 'CD34 selected', 'other']
        """
        if self.kind == "yes/no":
            return YES_NO_WORDS
        if self.kind != "choice":
            return {}
        listed = _listed(self.field) if self.listed else {}
        return {**listed, **self.choices}


@dataclass(frozen=True)
class Section:
    """Questions that are asked together; of a table with episodes, once for each relapse, scan or treatment."""

    name: str = key("Short name; its episodes are called by it and a number", example='"relapses"')
    title: str = key("Its heading")
    questions: tuple[Question, ...] = key("Its questions", least=1)
    lead: str = key("A line or two below the heading", "")
    another: str = key("Words of the button that adds one more; empty where it is asked once", "")
    sets: Mapping[str, str] = key(
        f"Fields that need no question here, with their value ('{TODAY}': the day)", make=dict
    )

    @property
    def of_episodes(self) -> bool:
        """Does each answer belong to an episode, and not to the person as a whole?"""
        return self.questions[0].about.repeats


@dataclass(frozen=True)
class NotAsked:
    """A field that a form leaves out, and why."""

    field: str = key("table.column")
    reason: str = key("Why nobody is asked")


@dataclass(frozen=True)
class Form:
    """One form in one version: answers point to both, so that it is known in which words somebody was asked."""

    name: str = key("Short name: the name of the file", example='"short"')
    version: int = key("Goes up by one whenever a word or question changes", low=1)
    title: str = key("Its heading")
    lead: str = key("What it is for and how long it takes")
    minutes: int = key("About how many minutes it takes", low=1)
    sections: tuple[Section, ...] = key("Its sections", least=1)
    teller: Teller = key("Who is asked", "self", choices=TELLERS)
    not_asked: tuple[NotAsked, ...] = key("Fields that are left out on purpose", ())
    by_place: Mapping[tuple[str, str], Question] = field(
        init=False, repr=False, compare=False, metadata={"resolved": 1}
    )

    def __post_init__(self) -> None:
        """Find each question by its section and field, for forms are asked for it at every keystroke saved."""
        places = {(section.name, one.field): one for section in self.sections for one in section.questions}
        object.__setattr__(self, "by_place", MappingProxyType(places))

    @property
    def label(self) -> str:
        """Name and version, as answers keep them: "short-1"."""
        return f"{self.name}-{self.version}"

    def section(self, name: str) -> Section:
        """The section of that name; KeyError when there is none."""
        return {one.name: one for one in self.sections}[name]

    def question(self, name: str) -> Question:
        """The first question about a field; KeyError when there is none."""
        found = next((one for (_, of), one in self.by_place.items() if of == name), None)
        if found is None:
            raise KeyError(name)
        return found

    @property
    def fields(self) -> set[str]:
        """Every field that is asked or set."""
        return {of for _, of in self.by_place} | {of for section in self.sections for of in section.sets}


@cache
def forms() -> Mapping[str, Form]:
    """The forms that are in use, by name; InputProblems with everything that is wrong in their files.

    >>> sorted(forms())
    ['death', 'long', 'short']
    """
    return MappingProxyType(load_forms(library_files("forms", ".toml")))


def load_forms(paths: tuple[Path, ...]) -> dict[str, Form]:
    """The forms of some files by name; InputProblems with everything that cannot be read in any of them.

    >>> load_forms(library_files("forms", "short.toml"))["short"].minutes
    2
    """
    return read_records(Form, paths)


def _listed(name: str) -> dict[str, str]:
    """Words of the library for each allowed value: what it means, a therapy's brands, a country's name."""
    if name == "treatments.therapy":
        return {one.name: _with_brands(one.name, one.brands) for one in therapies().values()}
    if name.endswith("_country"):
        # By name, for nobody looks for a country by its code.
        return dict(sorted(countries().items(), key=lambda one: one[1]))
    return {one.word: _with_meaning(one.word, one.means) for one in words().get(name, ())}


def _with_brands(name: str, brands: tuple[str, ...]) -> str:
    return f"{name} ({', '.join(brands)})" if brands else name


def _with_meaning(word: str, means: str) -> str:
    # The list says the same twice where a word explains itself.
    if means.casefold().startswith(word.casefold()):
        return means
    # A unit changes with its capitals.
    return f"{word if '/' in word else word[0].upper() + word[1:]}: {means}"
