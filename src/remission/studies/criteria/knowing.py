"""Which unknown facts could still change an answer: exactly, by going through everything that they might be.

A fact could if there are two ways in which all unknown facts might come out that differ in this fact alone and give
different answers. So the list only grows shorter as more is known. Only the facts of one group of criteria that share
some are gone through together: what decides between groups is the least of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from remission.studies.criteria.logic import MET, NOT_MET, UNKNOWN, agreed, bound_of, level, level_of, lies_within
from remission.studies.criteria.rules import (
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
    atoms,
)

if TYPE_CHECKING:
    from remission.studies.criteria.facts import Answer, State


def to_know(rule_set: RuleSet, state: State) -> tuple[str, ...]:
    """The unknown facts that could still change the answer of a set, in the order in which they are asked.

    >>> from remission.studies.criteria.facts import state_of
    >>> from remission.studies.criteria.load import chosen_rule_sets
    >>> (ram_ms,) = chosen_rule_sets("ram-ms")
    >>> to_know(ram_ms, state_of({"age": 41, "course": "RRMS", "relapses_12_months": 0, "new_t2_12_months": 3}))
    ('edss',)
    """
    levels = [(one, level_of(one, state)) for one in rule_set.hard]
    if any(reached == NOT_MET for _, reached in levels):
        return ()
    groups = [
        _gone_through(one, state) for one in _groups([one for one, reached in levels if reached == UNKNOWN], state)
    ]
    found: set[str] = set()
    for place, group in enumerate(groups):
        # A change shows in the whole set where the other groups can be better than the worse of the two answers.
        others = min((one.best for number, one in enumerate(groups) if number != place), default=MET)
        found |= {name for name, lower in group.changes.items() if lower < others}
    return tuple(name for name in state.words.by_name if name in found)


def still_open(rule_set: RuleSet, state: State) -> tuple[str, ...]:
    """What the rules ask that no fact decides, as far as it may still matter; none where a set is not met.

    >>> from remission.studies.criteria.facts import state_of
    >>> from remission.studies.criteria.load import chosen_rule_sets
    >>> still_open(*chosen_rule_sets("ectrims-ebmt-2025"), state_of({"edss": 6.5}))
    ('Is my disability as high as it is because of a recent relapse?',)
    """
    if any(level_of(one, state) == NOT_MET for one in rule_set.hard):
        return ()
    undecided = (atom for one in rule_set.hard for atom in _undecided(one, state))
    return tuple(dict.fromkeys(atom.says for atom in undecided if isinstance(atom, NotDecided)))


@dataclass(frozen=True)
class _Gone:
    """What some criteria can come to: the best, and for each fact the worse answer of a change that it makes."""

    best: int
    changes: Mapping[str, int]


def _undecided(criterion: Criterion, state: State) -> Iterator[Bound | OneOf | Is | NotDecided]:
    """The atoms that may still matter: those under no part that is decided."""
    if level_of(criterion, state) == UNKNOWN:
        for reading in criterion.readings:
            yield from _open_atoms(reading, state)


def _open_atoms(expr: Expr, state: State) -> Iterator[Bound | OneOf | Is | NotDecided]:
    if level(expr, state) != UNKNOWN:
        return
    match expr:
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _open_atoms(part, state)
        case Not(part):
            yield from _open_atoms(part, state)
        case _:
            yield expr


def _unknown_facts(criterion: Criterion, state: State) -> frozenset[str]:
    named = (atom for atom in _undecided(criterion, state) if not isinstance(atom, NotDecided))
    return frozenset(atom.fact for atom in named if atom.fact not in state.given)


def _groups(criteria: Sequence[Criterion], state: State) -> list[list[Criterion]]:
    """Criteria that share unknown facts, or facts that bound each other, together."""
    groups: list[tuple[set[str], list[Criterion]]] = []
    for one in criteria:
        near = {name for fact in _unknown_facts(one, state) for name in (fact, *_bound_to(fact, state))}
        touching = [group for group in groups if group[0] & near]
        groups = [group for group in groups if not group[0] & near]
        facts = near.union(*(group[0] for group in touching))
        groups.append((facts, [*(each for group in touching for each in group[1]), one]))
    return [group[1] for group in groups]


def _bound_to(fact: str, state: State) -> tuple[str, ...]:
    return (*state.words.smaller[fact], *state.words.larger[fact])


def _gone_through(criteria: Sequence[Criterion], state: State) -> _Gone:
    names = sorted({name for one in criteria for name in _unknown_facts(one, state)})
    place_of = {name: place for place, name in enumerate(names)}
    larger = [
        (place_of[name], place_of[more]) for name in names for more in state.words.larger[name] if more in place_of
    ]
    answers = [[_answer(reading, state, place_of) for reading in one.readings] for one in criteria]
    came: dict[tuple[Answer, ...], int] = {}
    for values in product(*_candidates(names, criteria, state)):
        if all(float(values[one]) <= float(values[more]) for one, more in larger):
            came[values] = min(agreed([answer(values) for answer in of_one]) for of_one in answers)
    changes: dict[str, int] = {}
    for place, name in enumerate(names):
        beside: dict[tuple[Answer, ...], set[int]] = {}
        for values, reached in came.items():
            beside.setdefault(values[:place] + values[place + 1 :], set()).add(reached)
        if lower := [min(some) for some in beside.values() if len(some) > 1]:
            changes[name] = min(lower)
    return _Gone(max(came.values()), changes)


def _answer(expr: Expr, state: State, place_of: Mapping[str, int]) -> Callable[[tuple[Answer, ...]], int]:
    """What an expression comes to as a function of the unknown facts alone: what is decided stays as it is."""
    reached = level(expr, state)
    if reached != UNKNOWN:
        return lambda _: reached
    match expr:
        case Every(parts):
            every = [_answer(part, state, place_of) for part in parts]
            return lambda values: min([one(values) for one in every])
        case Either(parts):
            some = [_answer(part, state, place_of) for part in parts]
            return lambda values: max([one(values) for one in some])
        case Not(part):
            inner = _answer(part, state, place_of)
            return lambda values: MET - inner(values)
        case NotDecided():
            return lambda _: UNKNOWN
        case OneOf(fact, choices):
            place = place_of[fact]
            return lambda values: MET if values[place] in choices else NOT_MET
        case Bound(fact) | Is(fact):
            place, bound = place_of[fact], _as_bound(expr)
            return lambda values: lies_within(float(values[place]), float(values[place]), bound)


def _candidates(names: Sequence[str], criteria: Sequence[Criterion], state: State) -> Iterator[list[Answer]]:
    """For each fact one value of every stretch within which no rule can tell values apart: the least of it.

    Facts that bound each other have the same stretches, so that the least ones keep the order of what they stand for.
    """
    every = [atom for one in criteria for reading in one.readings for atom in atoms(reading)]
    for name in names:
        fact = state.words.by_name[name]
        if not fact.is_ordered:
            asked = [atom.choices for atom in every if isinstance(atom, OneOf) and atom.fact == name]
            told = {tuple(one.value in some for some in asked): one.value for one in reversed(fact.choices)}
            yield list(told.values())
            continue
        bounds = [_as_bound(atom) for atom in every if isinstance(atom, Bound | Is) and atom.fact in _kin(name, state)]
        span, step = state.span(name), fact.step or 1.0
        ends = {end for one in bounds for end in (one.at_least, one.at_most, one.above, one.below) if end is not None}
        values = {round(end + by, 6) for end in ends for by in (-step, 0.0, step)} | {span.low, span.high}
        within = sorted((one for one in values if span.low <= one <= span.high), reverse=True)
        yield list({tuple(lies_within(value, value, one) for one in bounds): value for value in within}.values())


def _as_bound(atom: Bound | Is) -> Bound:
    return atom if isinstance(atom, Bound) else bound_of(atom)


def _kin(name: str, state: State) -> frozenset[str]:
    """All facts that bound this one, or bound one that does."""
    near = {name, *_bound_to(name, state)}
    return frozenset(near | {other for one in near for other in _bound_to(one, state)})
