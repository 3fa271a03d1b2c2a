"""The script of the page judges as the library does: value, what decides, what is to know, line by line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from criteria_facts import fact_sets
from made_up.headless_chromium import CHROMIUM, Tab, headless_chromium
from remission.evidence.pages.eligibility import PARTS, ROOM
from remission.exhibits.site.shell import template_text
from remission.studies.criteria.check import Verdict, judge_all
from remission.studies.criteria.exported import exported
from remission.studies.criteria.facts import Answers, Fact, State, state_of, vocabulary
from remission.studies.criteria.given import answer_of
from remission.studies.criteria.knowing import still_open, to_know
from remission.studies.criteria.load import load_rule_sets
from remission.studies.criteria.logic import MET, WORDS, agreed, level, level_of
from remission.studies.criteria.proof import decisive
from remission.studies.criteria.rules import RuleSet

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
# Each is held against all 22 sets of rules.
CASES = int(os.environ.get("REMISSION_FUZZ_CASES", "1000"))
PIECES = 5
JUDGED = """facts => facts.map(told => data.sets.map(set => {
  const one = takes.judge(set, told, words);
  const lines = one.proofs.map(line => [line.name, line.value, line.ambiguous]);
  return [one.value, one.decisive, one.to_know, one.still_open, lines];
}))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    """A browser with the part of the script that decides, and no page."""
    with headless_chromium() as tab:
        tab.run(f"{template_text(ROOM, PARTS[0])}; 0")
        tab.run(f"globalThis.data = {json.dumps(exported())}; globalThis.words = takes.vocabulary(data.facts); 0")
        yield tab


def by_script(tab: Tab, facts: Sequence[Answers]) -> list[list[Any]]:
    return list(tab.run(f"({JUDGED})({json.dumps(list(facts))})"))


def by_judge(told: Answers) -> list[list[Any]]:
    """What the library says, as the script puts it."""
    return [_plain(one) for one in judge_all(told)]


def _plain(one: Verdict) -> list[Any]:
    proofs = {proof.criterion.name: proof for proof in (*one.hard, *one.ideal)}
    lines = [[line.name, proofs[line.name].value, proofs[line.name].is_ambiguous] for line in one.rule_set.criteria]
    return [one.value, [list(some) for some in one.decisive], list(one.to_know), list(one.still_open), lines]


def by_its_parts(told: Answers) -> list[list[Any]]:
    """The same without the proofs in words, which take half of the time of a judgement."""
    state = state_of(told)
    return [_of_parts(one, state) for one in load_rule_sets()]


def _of_parts(one: RuleSet, state: State) -> list[Any]:
    levels = [[level(reading, state) for reading in line.readings] for line in one.criteria]
    lines = [[line.name, WORDS[agreed(some)], len(set(some)) > 1]
             for line, some in zip(one.criteria, levels, strict=True)]  # fmt: skip
    value = WORDS[min((level_of(line, state) for line in one.hard), default=MET)]
    decided = [list(some) for some in decisive(one, state)]
    return [value, decided, list(to_know(one, state)), list(still_open(one, state)), lines]


@pytest.mark.parametrize("piece", range(PIECES))
def test_script_and_library_say_the_same_of_every_set_and_every_person(browser: Tab, piece: int) -> None:
    facts = fact_sets(CASES)[piece::PIECES]
    assert len(facts) >= CASES // PIECES
    for told, said in zip(facts, by_script(browser, facts), strict=True):
        assert said == (by_its_parts if piece else by_judge)(told), told


def test_the_persons_are_unlike_enough_for_every_answer(browser: Tab) -> None:
    values = [one[0] for said in by_script(browser, fact_sets(500)) for one in said]
    assert min(values.count(value) for value in ("met", "not met", "unknown")) > 200


@pytest.mark.parametrize(
    ("rule", "told", "value"),
    [
        ({"fact": "age"}, {"age": 120}, "met"),
        ({"fact": "age", "at_least": 18}, {"age": 120}, "met"),
        ({"fact": "age", "at_most": 50}, {"age": 0}, "met"),
        ({"fact": "age", "at_most": 50}, {"age": 50.5}, "not met"),
        ({"fact": "age", "above": 18}, {"age": 18}, "not met"),
        ({"fact": "age", "below": 50}, {"age": 50}, "not met"),
        ({"fact": "age", "at_least": 0, "at_most": 120}, {}, "met"),
        ({"all": []}, {}, "met"),
        ({"not": {"fact": "can_transfer", "is": True}}, {"can_transfer": False}, "met"),
        ({"not_decided": "Is it so?"}, {"age": 30}, "unknown"),
        ({"fact": "relapses_36_months", "at_least": 2}, {"relapses_12_months": 2}, "met"),
        ({"fact": "relapses_12_months", "at_least": 2}, {"relapses_36_months": 1}, "not met"),
    ],
)
def test_an_absent_bound_is_no_bound_and_ends_are_where_they_are(
    browser: Tab, rule: dict[str, Any], told: dict[str, Any], value: str
) -> None:
    one = {"name": "made-up", "criteria": [{"name": "line", "strength": "hard", "readings": [rule]}]}
    assert browser.run(f"takes.judge({json.dumps(one)}, {json.dumps(told)}, words).value") == value


@pytest.mark.parametrize("fact", vocabulary().every, ids=lambda fact: str(fact.name))
def test_what_is_typed_is_read_as_the_library_reads_it(browser: Tab, fact: Fact) -> None:
    low, high = fact.range
    numbers = [low, high, low - 1, high + 1, low + 0.25, low + 0.5, low + 1, 1.05, 2.1, 41, 41.4]
    texts = [*(f"{one:g}" for one in numbers), "yes", "no", "young", *(one.value for one in fact.choices)]
    asked = f"{json.dumps(texts)}.map(text => takes.given(words.byName.get({fact.name!r}), text) ?? null)"
    assert browser.run(asked) == [answer_of(text, fact) for text in texts]
    assert browser.run(f"takes.given(words.byName.get({fact.name!r}), '') ?? null") is None


def test_of_facts_that_can_not_be_together_it_names_both(browser: Tab) -> None:
    told = {"relapses_12_months": 3, "relapses_36_months": 1, "relapses_18_months": 4}
    found = browser.run(f"takes.contradictions({json.dumps(told)}, words)")
    assert found == [["relapses_12_months", "relapses_36_months"], ["relapses_18_months", "relapses_36_months"]]
