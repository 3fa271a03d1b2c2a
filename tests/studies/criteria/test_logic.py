"""The logic of rule sets against truth tables: every answer, what decides and what is to know, the long way too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from made_up.plain_criteria import (
    MAYBE,
    NO,
    YES,
    completions,
    fits,
    holds,
    named,
    plain_decisive,
    plain_set,
    plain_to_know,
    plain_value,
)
from remission.studies.criteria.check import Verdict, judge_state
from remission.studies.criteria.facts import Answer, Fact, Vocabulary, state_of
from remission.studies.criteria.load import expression_of
from remission.studies.criteria.logic import MET, WORDS, level
from remission.studies.criteria.rules import Bound, Criterion, Either, Every, Is, Not, NotDecided, RuleSet

Given = dict[str, Answer]
COUNT = {"says": "", "asks": "", "unit": "", "choices_said": ()}


def count(name: str, never_more_than: str = "") -> Fact:
    return Fact(name, kind="count", low=0, high=3, step=1, never_more_than=never_more_than, **COUNT)  # type: ignore[arg-type]


# A chain of a yes or no and two counts, a count beside it, and one of three.
WORDS_OF_FIVE = Vocabulary(
    (
        Fact("yes", "", "", "yes-no", "", None, None, None, (), "few"),
        count("few", "many"),
        count("many"),
        count("other"),
        Fact("kind", "", "", "choice", "", None, None, None, ("a: a", "b: b", "c: c"), ""),
    )
)
bounds = st.dictionaries(
    st.sampled_from(["at_least", "at_most", "above", "below"]), st.integers(0, 3), min_size=1
).filter(lambda some: any(holds(some, value) for value in range(4)))
leaves = st.one_of(
    st.builds(lambda fact, some: {"fact": fact, **some}, st.sampled_from(["few", "many", "other"]), bounds),
    st.builds(lambda value: {"fact": "yes", "is": value}, st.booleans()),
    st.builds(
        lambda some: {"fact": "kind", "one_of": sorted(some)}, st.sets(st.sampled_from("abc"), min_size=1, max_size=2)
    ),
    st.builds(lambda words: {"not_decided": words}, st.sampled_from(["p", "q"])),
)
tables = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)
criteria = st.lists(st.lists(tables, min_size=1, max_size=2), min_size=1, max_size=3)
some_facts: st.SearchStrategy[Given] = st.fixed_dictionaries(
    {},
    optional={
        "yes": st.booleans(),
        "few": st.integers(0, 3),
        "many": st.integers(0, 3),
        "other": st.integers(0, 3),
        "kind": st.sampled_from("abc"),
    },
)
known = some_facts.filter(lambda some: fits(some, WORDS_OF_FIVE))


def rule_set(asked: Sequence[Sequence[dict[str, Any]]]) -> RuleSet:
    made = []
    for place, readings in enumerate(asked):
        one = Criterion(str(place), "", tuple(readings))
        made.append(
            Criterion(
                str(place),
                "",
                one.readings_said,
                readings=tuple(expression_of(said, WORDS_OF_FIVE) for said in readings),
            )
        )
    return RuleSet("planted", "", "trial", "undated", "no", "", "verified", tuple(made))


def judged(asked: Sequence[Sequence[dict[str, Any]]], some: Given) -> Verdict:
    return judge_state(rule_set(asked), state_of(some, WORDS_OF_FIVE))


@settings(max_examples=400, deadline=None)
@for_all(tables, known)
def test_an_expression_comes_to_what_the_tables_of_kleene_say(said: dict[str, Any], some: Given) -> None:
    found = WORDS[level(expression_of(said, WORDS_OF_FIVE), state_of(some, WORDS_OF_FIVE))]
    assert found == plain_value(said, some, WORDS_OF_FIVE)


@settings(max_examples=120, deadline=None)
@for_all(tables, known)
def test_what_is_met_is_met_however_the_unknown_facts_come_out(said: dict[str, Any], some: Given) -> None:
    found = WORDS[level(expression_of(said, WORDS_OF_FIVE), state_of(some, WORDS_OF_FIVE))]
    if found == MAYBE:
        return
    open_words = sorted(set(named(said, "not_decided")))
    for answers in product([True, False], repeat=len(open_words)):
        told = dict(zip(open_words, answers, strict=True))
        for whole in completions(named(said, "fact"), some, WORDS_OF_FIVE):
            assert plain_value(said, whole, WORDS_OF_FIVE, told) == found


@settings(max_examples=120, deadline=None)
@for_all(criteria, known)
def test_a_set_what_decides_it_and_what_is_to_know_are_those_of_the_long_way(
    asked: list[list[dict[str, Any]]], some: Given
) -> None:
    verdict = judged(asked, some)
    assert verdict.value == plain_set(asked, some, WORDS_OF_FIVE)
    assert {frozenset(one) for one in verdict.decisive} == plain_decisive(asked, some, WORDS_OF_FIVE)
    assert set(verdict.to_know) == plain_to_know(asked, some, WORDS_OF_FIVE)
    assert [len(one) for one in verdict.decisive] == sorted(len(one) for one in verdict.decisive)


@settings(max_examples=100, deadline=None)
@for_all(criteria, known, st.data())
def test_who_knows_more_is_never_told_less(asked: list[list[dict[str, Any]]], more: Given, data: st.DataObject) -> None:
    fewer = {name: more[name] for name in data.draw(st.sets(st.sampled_from(sorted(more))) if more else st.just(set()))}
    before, after = judged(asked, fewer), judged(asked, more)
    if before.value != MAYBE:
        assert after.value == before.value
    assert set(after.to_know) <= set(before.to_know) - set(more)


def test_an_absent_bound_is_no_bound() -> None:
    """Who is 3 or 103 years old meets "no upper bound", "no lower bound" and "no bound"."""
    for one in (Bound("many"), Bound("many", at_least=0), Bound("many", at_most=3)):
        for value in (0, 3):
            assert level(one, state_of({"many": value}, WORDS_OF_FIVE)) == MET
    assert level(Bound("many", at_least=2), state_of({"many": 3}, WORDS_OF_FIVE)) == MET
    assert level(Bound("many", at_most=1), state_of({"many": 0}, WORDS_OF_FIVE)) == MET
    # Nor does it make anything unknown: nothing need be known of a fact that is not bounded.
    assert level(Bound("many"), state_of({}, WORDS_OF_FIVE)) == MET


def test_a_set_asks_nothing_of_facts_that_it_does_not_name() -> None:
    verdict = judged([[{"fact": "few", "at_least": 1}]], {"few": 2, "other": 0, "kind": "c"})
    assert (verdict.value, verdict.decisive, verdict.to_know) == (YES, (("few",),), ())


def test_a_known_fact_bounds_its_neighbours() -> None:
    assert judged([[{"fact": "many", "at_least": 2}]], {"few": 2}).value == YES
    assert judged([[{"fact": "few", "at_least": 2}]], {"many": 1}).value == NO
    assert judged([[{"fact": "many", "at_least": 1}]], {"yes": True}).decisive == (("yes",),)
    assert judged([[{"fact": "yes", "is": False}]], {"many": 0}).value == YES
    # From both sides: two facts decide together what neither decides alone.
    assert judged([[{"fact": "few", "at_least": 1, "at_most": 2}]], {"yes": True, "many": 2}).decisive == (
        ("yes", "many"),
    )


def test_where_the_ways_to_read_a_text_differ_the_answer_is_unknown_and_says_so() -> None:
    """RAM-MS: a relapse and an enhancing lesion or three new lesions."""
    first: dict[str, Any] = {
        "all": [
            {"fact": "yes", "is": True},
            {"any": [{"fact": "few", "at_least": 1}, {"fact": "other", "at_least": 3}]},
        ]
    }
    other: dict[str, Any] = {
        "any": [
            {"all": [{"fact": "yes", "is": True}, {"fact": "few", "at_least": 1}]},
            {"fact": "other", "at_least": 3},
        ]
    }
    asked: list[list[dict[str, Any]]] = [[first, other]]
    differ = judged(asked, {"yes": False, "few": 0, "other": 3})
    assert (differ.value, differ.to_know, [one.criterion.name for one in differ.ambiguous]) == (MAYBE, (), ["0"])
    assert judged(asked, {"yes": False, "few": 0, "other": 2}).value == NO
    assert judged(asked, {"yes": True, "few": 1, "other": 0}).value == YES


def test_kleene_is_weaker_than_trying_everything_where_one_fact_stands_twice() -> None:
    """Unknown, though met either way: so nothing that could be known changes it."""
    said = {"any": [{"fact": "other", "at_least": 1}, {"not": {"fact": "other", "at_least": 1}}]}
    assert {plain_value(said, whole, WORDS_OF_FIVE) for whole in completions(["other"], {}, WORDS_OF_FIVE)} == {YES}
    verdict = judged([[said]], {})
    assert (verdict.value, verdict.to_know, verdict.still_open) == (MAYBE, (), ())


def test_what_no_fact_decides_is_asked_while_it_matters() -> None:
    asked: list[list[dict[str, Any]]] = [
        [{"any": [{"fact": "few", "at_least": 1}, {"not_decided": "p"}]}],
        [{"fact": "other", "at_least": 1}],
    ]
    assert judged(asked, {}).still_open == ("p",)
    assert judged(asked, {"few": 1}).still_open == ()
    assert judged(asked, {"other": 0}).still_open == ()
    # With the other part unmet, the answer hangs on what no fact decides: it stays unknown.
    assert judged(asked, {"few": 0, "other": 1}).value == MAYBE


def test_what_is_to_know_leaves_out_what_another_part_hides() -> None:
    """Beside what no fact decides, "met" and "unknown" look the same: only what could make it "not met" is to know."""
    hidden: list[list[dict[str, Any]]] = [
        [{"not_decided": "p"}],
        [{"any": [{"fact": "few", "at_least": 1}, {"not_decided": "q"}]}],
        [{"fact": "other", "at_least": 1}],
    ]
    assert judged(hidden, {}).to_know == ("other",)


def test_an_ideal_criterion_never_decides() -> None:
    hard = Criterion("hard", "", (), readings=(Bound("few", at_least=1),))
    ideal = Criterion("ideal", "", (), "ideal", readings=(Bound("other", at_least=1),))
    planted = RuleSet("planted", "", "trial", "undated", "no", "", "verified", (hard, ideal))
    verdict = judge_state(planted, state_of({"few": 1, "other": 0}, WORDS_OF_FIVE))
    assert (verdict.value, verdict.ideal[0].value, verdict.decisive) == (YES, NO, (("few",),))


@pytest.mark.parametrize(
    ("expr", "value"),
    [(Every(()), YES), (Either(()), NO), (Not(NotDecided("p")), MAYBE), (Not(Is("yes", True)), MAYBE)],
)
def test_nothing_and_what_is_open(expr: Every | Either | Not, value: str) -> None:
    assert WORDS[level(expr, state_of({}, WORDS_OF_FIVE))] == value
