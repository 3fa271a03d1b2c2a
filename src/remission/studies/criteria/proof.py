"""Why a rule came out as it did: each part with its bound and the facts behind it, and which few facts decide alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING

from remission.studies.criteria.facts import Fact, State, Vocabulary
from remission.studies.criteria.logic import MET, NOT_MET, UNKNOWN, WORDS, Value, agreed, level
from remission.studies.criteria.rules import (
    Atom,
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

if TYPE_CHECKING:
    from collections.abc import Callable

Sets = frozenset[frozenset[str]]
NOTHING: Sets = frozenset()
NO_FACT: Sets = frozenset({frozenset()})


@dataclass(frozen=True)
class Step:
    """One part of an expression: what it asks, what it came to, and the known facts that say so."""

    says: str
    value: Value
    facts: tuple[str, ...] = ()
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Proof:
    """One criterion: what it came to, by each way to read it, and where it was read."""

    criterion: Criterion
    value: Value
    readings: tuple[Step, ...]
    source: str
    locus: str

    @property
    def is_ambiguous(self) -> bool:
        """Do the ways to read it come to different answers?"""
        return len({one.value for one in self.readings}) > 1


def prove(criterion: Criterion, state: State, rule_set: RuleSet) -> Proof:
    """What a criterion comes to, with every bound that was looked at.

    >>> from remission.studies.criteria.facts import state_of
    >>> from remission.studies.criteria.load import chosen_rule_sets
    >>> (ram_ms,) = chosen_rule_sets("ram-ms")
    >>> proof = prove(ram_ms.criteria[0], state_of({"age": 61}), ram_ms)
    >>> proof.value, proof.readings[0].says, proof.readings[0].facts
    ('not met', 'age: 18 to 50 years', ('age',))
    """
    steps = tuple(_step(one, state) for one in criterion.readings)
    value = WORDS[agreed([WORDS.index(one.value) for one in steps])]
    return Proof(criterion, value, steps, criterion.source or rule_set.source, criterion.locus or rule_set.locus)


def _step(expr: Expr, state: State) -> Step:
    reached = level(expr, state)
    if isinstance(expr, NotDecided):
        return Step(expr.says, "unknown")
    if isinstance(expr, Bound | OneOf | Is):
        facts = min(_of_atom(expr, state, reached), key=_order(state.words), default=frozenset())
        return Step(atom_words(expr, state.words), WORDS[reached], _in_order(facts, state.words))
    inner = (expr.part,) if isinstance(expr, Not) else expr.parts
    says = {Every: "all of", Either: "one of", Not: "not"}[type(expr)]
    return Step(says, WORDS[reached], parts=tuple(_step(one, state) for one in inner))


def atom_words(atom: Atom, words: Vocabulary) -> str:
    """What is asked of one fact, in words.

    >>> from remission.studies.criteria.facts import vocabulary
    >>> atom_words(Bound("edss", below=6), vocabulary()), atom_words(Is("can_transfer", True), vocabulary())
    ('EDSS: under 6', 'moves from chair to bed: yes')
    """
    fact = words.by_name[atom.fact]
    match atom:
        case Is(_, value):
            return f"{fact.says}: {'yes' if value else 'no'}"
        case OneOf(_, choices):
            said = [one.says for one in fact.choices if one.value in choices]
            return f"{fact.says}: {' or '.join(said)}"
        case Bound():
            return f"{fact.says}: {_bounds(atom, fact)}"


def _bounds(bound: Bound, fact: Fact) -> str:
    # "relapses in the last 12 months: at least 1" needs no unit, and a score has none.
    unit = "" if fact.unit in (*fact.says.split(), "points", "") else f" {fact.unit}"
    if bound.at_least is not None and bound.at_most is not None:
        return f"{bound.at_least:g} to {bound.at_most:g}{unit}"
    said = (("at least", bound.at_least), ("over", bound.above), ("at most", bound.at_most), ("under", bound.below))
    return " and ".join(f"{word} {value:g}" for word, value in said if value is not None) + unit


def decisive(rule_set: RuleSet, state: State) -> tuple[tuple[str, ...], ...]:
    """The smallest sets of known facts each of which alone forces the answer of a set; none where it is unknown.

    A set of facts forces an answer if the answer is the same when nothing else is known; none of a listed set can be
    left out of it. The shortest come first.

    >>> from remission.studies.criteria.facts import state_of
    >>> from remission.studies.criteria.load import chosen_rule_sets
    >>> decisive(*chosen_rule_sets("ram-ms"), state_of({"age": 61, "edss": 6.5, "course": "RRMS"}))
    (('age',), ('edss',))
    """
    reached = {one.name: agreed([level(reading, state) for reading in one.readings]) for one in rule_set.hard}
    if NOT_MET in reached.values():
        failing = [one for one in rule_set.hard if reached[one.name] == NOT_MET]
        found = _either(_of_criterion(one, state, NOT_MET) for one in failing)
    elif UNKNOWN in reached.values():
        return ()
    else:
        found = _together(_of_criterion(one, state, MET) for one in rule_set.hard)
    return tuple(_in_order(one, state.words) for one in sorted(found, key=_order(state.words)))


def _of_criterion(criterion: Criterion, state: State, wanted: int) -> Sets:
    """An answer is forced where every way to read it is forced to the same."""
    return _together(_forcing(one, state, wanted) for one in criterion.readings)


def _forcing(expr: Expr, state: State, wanted: int) -> Sets:
    """The smallest sets of known facts that make an expression met (2) or not met (0)."""
    match expr:
        case Every(parts) | Either(parts):
            each = (_forcing(part, state, wanted) for part in parts)
            return _together(each) if isinstance(expr, Every) == (wanted == MET) else _either(each)
        case Not(part):
            return _forcing(part, state, MET - wanted)
        case NotDecided():
            return NOTHING
        case _:
            return _of_atom(expr, state, wanted)


def _of_atom(atom: Atom, state: State, wanted: int) -> Sets:
    """Known facts that answer for one atom: its own, or those that bound it from below and above."""
    if wanted == UNKNOWN:
        return NOTHING
    words = state.words
    near = [one for one in (atom.fact, *words.smaller[atom.fact], *words.larger[atom.fact]) if one in state.given]
    found: set[frozenset[str]] = set()
    for size in (0, 1, 2):  # one from below and one from above are as many as are ever needed
        for some in combinations(near, size):
            known = State({name: state.given[name] for name in some}, words)
            if level(atom, known) == wanted:
                found.add(frozenset(some))
    return _smallest(found)


def _together(each: Iterable[Sets]) -> Sets:
    return reduce(lambda one, other: _smallest(a | b for a in one for b in other), each, NO_FACT)


def _either(each: Iterable[Sets]) -> Sets:
    return _smallest(one for some in each for one in some)


def _smallest(found: Iterable[frozenset[str]]) -> Sets:
    """Those that hold no other one."""
    every = set(found)
    return frozenset(one for one in every if not any(other < one for other in every))


def _order(words: Vocabulary) -> Callable[[frozenset[str]], tuple[int, Sequence[int]]]:
    place = {name: number for number, name in enumerate(words.by_name)}
    return lambda one: (len(one), sorted(place[name] for name in one))


def _in_order(names: Iterable[str], words: Vocabulary) -> tuple[str, ...]:
    return tuple(name for name in words.by_name if name in set(names))
