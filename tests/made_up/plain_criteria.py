"""Rule sets judged the long way: truth tables, every value that a fact might have, every way all facts might come out.

Written from the tables as they stand in the files, and sharing nothing with `remission.studies.criteria` but the names
of facts and their bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from remission.studies.criteria.facts import Answer, Vocabulary

Said = Mapping[str, Any]
Given = Mapping[str, Answer]
YES, NO, MAYBE = "met", "not met", "unknown"
# Kleene's tables, written out.
AND = {(YES, YES): YES, (YES, NO): NO, (YES, MAYBE): MAYBE, (NO, YES): NO, (NO, NO): NO, (NO, MAYBE): NO,
       (MAYBE, YES): MAYBE, (MAYBE, NO): NO, (MAYBE, MAYBE): MAYBE}  # fmt: skip
OR = {(YES, YES): YES, (YES, NO): YES, (YES, MAYBE): YES, (NO, YES): YES, (NO, NO): NO, (NO, MAYBE): MAYBE,
      (MAYBE, YES): YES, (MAYBE, NO): MAYBE, (MAYBE, MAYBE): MAYBE}  # fmt: skip
NOT = {YES: NO, NO: YES, MAYBE: MAYBE}


def possible(name: str, given: Given, words: Vocabulary) -> list[Answer]:
    """Everything that a fact might be, on its grid, beside those that are known."""
    if name in given:
        return [given[name]]
    fact = words.by_name[name]
    if fact.kind == "choice":
        return [one.value for one in fact.choices]
    low, high = fact.range
    step = fact.step or 1.0
    grid = [round(low + number * step, 6) for number in range(round((high - low) / step) + 1)]
    beside = {one: value for one, value in given.items() if is_beside(one, name, words)}
    return [value for value in grid if fits({**beside, name: value}, words)] if beside else list(grid)


def is_beside(one: str, other: str, words: Vocabulary) -> bool:
    """Is one of the two never more than the other? What is not can say nothing of it."""
    for below, above in ((one, other), (other, one)):
        while below := words.by_name[below].never_more_than:
            if below == above:
                return True
    return False


def fits(given: Given, words: Vocabulary) -> bool:
    """Is nothing more than what it is never more than, however many facts lie between the two?"""
    for name in given:
        above = words.by_name[name].never_more_than
        while above:
            if above in given and float(given[name]) > float(given[above]):
                return False
            above = words.by_name[above].never_more_than
    return True


def holds(said: Said, value: Answer) -> bool:
    """Does one value lie within what a table asks of its fact?"""
    if "one_of" in said:
        return value in said["one_of"]
    if "is" in said:
        return bool(value == said["is"])
    number = float(value)
    return (
        ("at_least" not in said or number >= said["at_least"])
        and ("at_most" not in said or number <= said["at_most"])
        and ("above" not in said or number > said["above"])
        and ("below" not in said or number < said["below"])
    )


def plain_value(said: Said, given: Given, words: Vocabulary, told: Mapping[str, bool] | None = None) -> str:
    """What a table comes to; what no fact decides is unknown, unless it is `told` for the sake of trying."""
    if "all" in said:
        value = YES
        for part in said["all"]:
            value = AND[value, plain_value(part, given, words, told)]
        return value
    if "any" in said:
        value = NO
        for part in said["any"]:
            value = OR[value, plain_value(part, given, words, told)]
        return value
    if "not" in said:
        return NOT[plain_value(said["not"], given, words, told)]
    if "not_decided" in said:
        return MAYBE if told is None else YES if told[said["not_decided"]] else NO
    each = {holds(said, value) for value in possible(said["fact"], given, words)}
    return MAYBE if len(each) == 2 else YES if each == {True} else NO


# The tables of one criterion, as a file has them: what they are is looked at as it comes.
Readings = Sequence[Any]


def plain_set(criteria: Sequence[Readings], given: Given, words: Vocabulary) -> str:
    """What all hard criteria together come to, each by every way to read it."""
    value = YES
    for readings in criteria:
        each = {plain_value(one, given, words) for one in readings}
        value = AND[value, each.pop() if len(each) == 1 else MAYBE]
    return value


def named(said: Any, form: str) -> Iterator[str]:
    """All words that stand under one form ("fact", "not_decided") in a table, a list of tables, or lists of those."""
    if isinstance(said, Mapping):
        if form in said:
            yield said[form]
        for part in said.values():
            yield from named(part, form)
    elif isinstance(said, list | tuple):
        for part in said:
            yield from named(part, form)


def completions(names: Iterable[str], given: Given, words: Vocabulary) -> Iterator[dict[str, Answer]]:
    """Every way in which the unknown facts among some might come out."""
    unknown = sorted(set(names) - set(given))
    for values in product(*(possible(name, given, words) for name in unknown)):
        whole = {**given, **dict(zip(unknown, values, strict=True))}
        if fits(whole, words):
            yield whole


def plain_decisive(criteria: Sequence[Readings], given: Given, words: Vocabulary) -> set[frozenset[str]]:
    """Every set of known facts that forces the answer by itself, and of which nothing can be left out."""
    whole = plain_set(criteria, given, words)
    if whole == MAYBE:
        return set()
    found: set[frozenset[str]] = set()
    for size in range(len(given) + 1):
        for some in map(frozenset, combinations(given, size)):
            known = {name: given[name] for name in some}
            if not any(one <= some for one in found) and plain_set(criteria, known, words) == whole:
                found.add(some)
    return found


def plain_to_know(criteria: Sequence[Readings], given: Given, words: Vocabulary) -> set[str]:
    """Every unknown fact in which alone two ways to come out differ that give different answers."""
    names = set(named(criteria, "fact"))
    came = {
        tuple(sorted(whole.items())): plain_set(criteria, whole, words) for whole in completions(names, given, words)
    }
    found: set[str] = set()
    for fact in names - set(given):
        beside: dict[object, set[str]] = {}
        for whole, value in came.items():
            beside.setdefault(tuple(one for one in whole if one[0] != fact), set()).add(value)
        if any(len(values) > 1 for values in beside.values()):
            found.add(fact)
    return found
