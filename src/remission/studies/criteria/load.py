"""Reads the rule sets of the library, one TOML file each, found by walking; tells all that is wrong with one.

A reading is a table of one kind: `all`, `any` (lists of readings), `not` (a reading), `fact` with its bounds
(`at_least`, `at_most`, `above`, `below`), with `one_of` or with `is`, or `not_decided` with words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.inputs.strict_records import read_records
from remission.library.catalogue import NotInLibrary, library_files, table
from remission.studies.criteria.facts import Fact, Vocabulary, vocabulary
from remission.studies.criteria.logic import MET, lies_within
from remission.studies.criteria.rules import (
    KINDS,
    Bound,
    Criterion,
    Either,
    Every,
    Expr,
    Is,
    Not,
    NotDecided,
    OneOf,
    RuleSet,
)

FORMS = "one of all, any, not, fact, not_decided"
BOUNDS = ("at_least", "at_most", "above", "below")


@dataclass(frozen=True)
class Unread:
    """Rules that are known to be there and could not be read."""

    name: str = key("Short name")
    title: str = key("Name as it stands on pages")
    source: str = key("Where they were looked for")
    says: str = key("What was found in their place")
    date_read: date = key("The day")


@cache
def unread_rules() -> tuple[Unread, ...]:
    """Rules that were looked for and not found.

    >>> [one.title for one in unread_rules()]
    ['NET-MS, Italy']
    """
    return table("unread_rules", Unread)


@cache
def load_rule_sets() -> tuple[RuleSet, ...]:
    """Every rule set of the library, by kind and then by name; InputProblems with all that is wrong in any of them.

    >>> load_rule_sets()[0].kind
    'guidance'
    """
    return read_rule_sets(library_files("criteria", ".toml"))


def chosen_rule_sets(name: str = "") -> tuple[RuleSet, ...]:
    """The rule set of that name, or all for no name; NotInLibrary for a name that there is not."""
    every = {one.name: one for one in load_rule_sets()}
    if name and name not in every:
        raise NotInLibrary("rule set", name, tuple(every))
    return (every[name],) if name else tuple(every.values())


def read_rule_sets(files: Iterable[Path], words: Vocabulary | None = None) -> tuple[RuleSet, ...]:
    """The rule sets of some files, by kind and then by name: there is no order by who takes more."""
    read = read_records(RuleSet, files)
    reader = _Reader(words or vocabulary())
    sets = [_whole(one, reader) for one in read.values()]
    if reader.problems:
        raise InputProblems(reader.problems)
    return tuple(sorted(sets, key=lambda one: (KINDS.index(one.kind), one.name)))


def _whole(one: RuleSet, reader: _Reader) -> RuleSet:
    """A set with its expressions; what says nothing of how far it was checked was checked as far as the set was."""
    return replace(
        one,
        criteria=tuple(reader.criteria(one)),
        notes=tuple(replace(each, status=each.status or one.status) for each in one.notes),
        history=tuple(replace(each, status=each.status or one.status) for each in one.history),
    )


def expression_of(said: object, words: Vocabulary | None = None, file: str = "reading.toml") -> Expr:
    """The expression of one table; InputProblems with all that is wrong with it.

    >>> expression_of({"fact": "age", "at_least": 18})
    Bound(fact='age', at_least=18.0, at_most=None, above=None, below=None)
    """
    reader = _Reader(words or vocabulary(), file)
    expr = reader.reading(said, "reading")
    if reader.problems:
        raise InputProblems(reader.problems)
    return expr


class _Reader:
    """Turns what was written into expressions, and collects what is wrong."""

    def __init__(self, words: Vocabulary, file: str = "") -> None:
        self.words, self.file = words, file
        self.problems: list[Problem] = []

    def criteria(self, rule_set: RuleSet) -> Iterable[Criterion]:
        self.file = f"{rule_set.name}.toml"
        names = [*(one.name for one in rule_set.criteria), *(one.name for one in rule_set.notes)]
        for twice in sorted({one for one in names if names.count(one) > 1}):
            self._wrong("criteria", twice, "names that are there once", "Give one of them another name.")
        if not rule_set.hard:
            # Everybody would meet a set that asks for nothing.
            self._wrong("criteria", "none that must be so", "one at least", "Add what is asked, or not_decided.")
        for place, one in enumerate(rule_set.criteria, 1):
            at = f"criteria[{place}]"
            if len(one.readings_said) > 1 and not one.raw:
                self._wrong(f"{at}.raw", "nothing", "the text that can be read in several ways", "Add it.")
            readings = [self.reading(said, f"{at}.readings[{n}]") for n, said in enumerate(one.readings_said, 1)]
            yield replace(one, readings=tuple(readings), status=one.status or rule_set.status)

    def reading(self, said: object, at: str) -> Expr:
        """The expression of one table; what is wrong with it is told, and something stands in its place."""
        nothing = NotDecided("")
        if not isinstance(said, Mapping):
            self._wrong(at, shown(str(said)), "a table", f"Write {FORMS}.")
            return nothing
        match dict(said):
            case {"all": list(parts), **rest}:
                expr: Expr = Every(tuple(self.reading(one, f"{at}.all[{n}]") for n, one in enumerate(parts, 1)))
            case {"any": list(parts), **rest} if parts:
                expr = Either(tuple(self.reading(one, f"{at}.any[{n}]") for n, one in enumerate(parts, 1)))
            case {"not": part, **rest}:
                expr = Not(self.reading(part, f"{at}.not"))
            case {"not_decided": str(words), **rest} if words:
                expr = NotDecided(words)
            case {"fact": str(name), **bounds}:
                return self._atom(name, bounds, at)
            case _:
                self._wrong(at, shown(", ".join(map(str, said))) or "an empty table", FORMS, "Write one of those.")
                return nothing
        for stray in rest:
            self._wrong(f"{at}.{stray}", "a second form", "one form in a table", "Put them into `all` or `any`.")
        return expr

    def _atom(self, name: str, bounds: dict[str, Any], at: str) -> Expr:
        if name not in self.words.by_name:
            known = self.words.by_name
            self._wrong(f"{at}.fact", shown(name), "a name of facts.csv", nearest(name, known) or "Correct the name.")
            return NotDecided("")
        fact = self.words.by_name[name]
        match fact.kind, bounds:
            case "choice", {"one_of": list(asked), **rest} if asked and not rest:
                return self._one_of(fact, asked, at)
            case "yes-no", {"is": bool(value), **rest} if not rest:
                return Is(name, value)
            case (("number" | "count"), {**some}) if some and set(some) <= set(BOUNDS):
                return self._bound(fact, some, at)
        allowed = {"choice": "one_of with a list", "yes-no": "is = true or is = false"}.get(
            fact.kind, ", ".join(BOUNDS)
        )
        self._wrong(at, shown(", ".join(bounds)) or "no bound", allowed, f"{name} is a {fact.kind}.")
        return NotDecided("")

    def _one_of(self, fact: Fact, asked: list[Any], at: str) -> Expr:
        choices = [one.value for one in fact.choices]
        for stray in (one for one in asked if one not in choices):
            self._wrong(f"{at}.one_of", shown(str(stray)), ", ".join(choices), "Use one of those.")
        return OneOf(fact.name, tuple(str(one) for one in asked))

    def _bound(self, fact: Fact, bounds: dict[str, Any], at: str) -> Expr:
        low, high = fact.range
        for name, value in bounds.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                self._wrong(f"{at}.{name}", shown(str(value)), f"a number from {low:g} to {high:g}", "Correct it.")
                return NotDecided("")
        bound = Bound(fact.name, **{name: float(value) for name, value in bounds.items()})
        if not any(lies_within(value, value, bound) == MET for value in fact.grid):
            found = ", ".join(f"{name} {value:g}" for name, value in bounds.items())
            self._wrong(at, found, "bounds between which something lies", "Correct one of them: nobody could meet it.")
        return bound

    def _wrong(self, at: str, found: str, allowed: str, do: str) -> None:
        self.problems.append(Problem.at_key(self.file, at, found=found, allowed=allowed, do=do))
