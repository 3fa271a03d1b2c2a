"""Sets of facts of invented persons: the edges of every bound of the library, unknowns, and nothing that cannot be.

The same for the same seed wherever it runs, so that two programs can be asked the same questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

from remission.studies.criteria.facts import Answer, Fact, vocabulary
from remission.studies.criteria.load import load_rule_sets
from remission.studies.criteria.rules import Bound, atoms

SEED = 20261130
NOTHING_BUT_A_SCAN: dict[str, Answer] = {"enhancing_lesions": 0, "new_t2_12_months": 0}
SHARES = (0.1, 0.3, 0.5, 0.8, 1.0)


def fact_sets(number: int = 5000, seed: int = SEED) -> list[dict[str, Answer]]:
    """So many different sets of facts: nothing, each fact alone at each edge, the refusal, and then mixtures.

    >>> first = fact_sets(300)
    >>> len(first), first[0], first == fact_sets(300)
    (300, {}, True)
    """
    random = Random(seed)
    found: dict[tuple[tuple[str, Answer], ...], dict[str, Answer]] = {}
    first = _alone()
    while len(found) < number:
        one = next(first, None)
        given = _mixed(random) if one is None else one
        found.setdefault(tuple(given.items()), given)
    return list(found.values())


def _alone() -> Iterator[dict[str, Answer]]:
    yield {}
    yield dict(NOTHING_BUT_A_SCAN)
    for fact in vocabulary().every:
        for value in edges(fact):
            yield {fact.name: value}


@cache
def edges(fact: Fact) -> tuple[Answer, ...]:
    """Every choice; or each bound that a rule sets, one step beside it, and the ends of what can be."""
    if fact.kind == "choice":
        return tuple(one.value for one in fact.choices)
    if fact.kind == "yes-no":
        return (False, True)
    step, (low, high) = fact.step or 1.0, fact.range
    every = (
        atom for one in load_rule_sets() for each in one.criteria for said in each.readings for atom in atoms(said)
    )
    bounds = (atom for atom in every if isinstance(atom, Bound) and atom.fact == fact.name)
    ends = {end for one in bounds for end in (one.at_least, one.at_most, one.above, one.below) if end is not None}
    values = {round(end + by, 6) for end in ends for by in (-step, 0.0, step)} | {low, high}
    return tuple(_typed(fact, value) for value in sorted(values) if low <= value <= high)


def _typed(fact: Fact, value: float) -> Answer:
    return value if fact.step != 1 else int(value)


def _mixed(random: Random) -> dict[str, Answer]:
    share = random.choice(SHARES)
    given: dict[str, Answer] = {}
    for fact in vocabulary().every:
        some = random.choice(edges(fact))
        if random.random() < share:
            given[fact.name] = some
    # Nobody had more relapses in 12 months than in 18: the larger fact stands, and the smaller one gives way.
    for name in given:
        for more in vocabulary().larger[name]:
            if more in given and float(given[name]) > float(given[more]):
                given[name] = False if isinstance(given[name], bool) else given[more]
    return given
