"""Three-valued logic after Kleene: an expression over facts is met, not met or unknown.

The three are numbers, so that "all" is the least of its parts, "one of" the greatest, and "not" what is left of two.
What is met here is met whatever the unknown facts are; the reverse need not hold, for Kleene looks at each part by
itself ("a or not a" is unknown where a is). Kleene 1952, Introduction to Metamathematics, section 64.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from remission.studies.criteria.rules import Bound, Criterion, Either, Every, Expr, Is, Not, NotDecided, OneOf

if TYPE_CHECKING:
    from remission.studies.criteria.facts import State

Value = Literal["met", "not met", "unknown"]
Level = Literal[0, 1, 2]
NOT_MET, UNKNOWN, MET = 0, 1, 2
WORDS: tuple[Value, Value, Value] = ("not met", "unknown", "met")


def level(expr: Expr, state: State) -> int:
    """0 where an expression is not met, 1 where that is unknown, 2 where it is met.

    >>> from remission.studies.criteria.facts import state_of
    >>> young, able = Bound("age", at_most=50), Bound("edss", below=6)
    >>> WORDS[level(Every((young, able)), state_of({"age": 61}))]
    'not met'
    >>> WORDS[level(Every((young, able)), state_of({"age": 41}))]
    'unknown'
    """
    match expr:
        case Every(parts):
            return min((level(part, state) for part in parts), default=MET)
        case Either(parts):
            return max((level(part, state) for part in parts), default=NOT_MET)
        case Not(part):
            return MET - level(part, state)
        case NotDecided():
            return UNKNOWN
        case OneOf(fact, choices):
            chosen = state.choice(fact)
            return UNKNOWN if chosen is None else MET if chosen in choices else NOT_MET
        case Is(fact):
            span = state.span(fact)
            return lies_within(span.low, span.high, bound_of(expr))
        case Bound(fact):
            span = state.span(fact)
            return lies_within(span.low, span.high, expr)


def bound_of(atom: Is) -> Bound:
    """A yes is one, and a no is none."""
    return Bound(atom.fact, at_least=1.0) if atom.value else Bound(atom.fact, at_most=0.0)


def lies_within(low: float, high: float, bound: Bound) -> int:
    """Does all (2), nothing (0) or some (1) of what a fact may be lie within bounds? A bound that is absent is none.

    >>> lies_within(0, 50, Bound("age", at_least=18)), lies_within(3, 3, Bound("age"))
    (1, 2)
    """
    outside = (
        (bound.at_least is not None and high < bound.at_least)
        or (bound.at_most is not None and low > bound.at_most)
        or (bound.above is not None and high <= bound.above)
        or (bound.below is not None and low >= bound.below)
    )
    inside = (
        (bound.at_least is None or low >= bound.at_least)
        and (bound.at_most is None or high <= bound.at_most)
        and (bound.above is None or low > bound.above)
        and (bound.below is None or high < bound.below)
    )
    return NOT_MET if outside else MET if inside else UNKNOWN


def agreed(levels: Iterable[int]) -> int:
    """What all readings of one text come to; unknown where they differ."""
    every = set(levels)
    return every.pop() if len(every) == 1 else UNKNOWN


def level_of(criterion: Criterion, state: State) -> int:
    """What a criterion comes to by every way to read it."""
    return agreed([level(one, state) for one in criterion.readings])
