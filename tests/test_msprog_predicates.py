"""Ours against stored answers of pymsprog 1.0.7, and every reason to differ from it by its example; it is not needed.

A failure of the sample means that our progression has changed: `validation/msprog/compare.py` asks pymsprog again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "validation" / "msprog"
sys.path.insert(0, str(FOLDER))

from answers import our_answers  # noqa: E402
from compare import NO_ANSWER, PINNED, SAMPLE, STORED_PEOPLE, SUMMARY, judge, of_plain  # noqa: E402
from options import CLINICAL_SETS, OPTION_SETS, OptionSet  # noqa: E402
from people import Person, make_people, tiny  # noqa: E402
from predicates import PREDICATES, Predicate  # noqa: E402

STORED = json.loads(SAMPLE.read_text(encoding="utf-8"))
COUNTS = json.loads(SUMMARY.read_text(encoding="utf-8"))
BY_NAME = {one.holds.__name__: one for one in PREDICATES}
ROVING = {"event": "multiple", "baseline": "roving", "RAW_PIRA": True}


def named(predicate: Predicate) -> str:
    return str(predicate.holds.__name__)


@pytest.mark.parametrize("predicate", PREDICATES, ids=named)
def test_a_predicate_explains_its_example_and_without_it_nothing_does(predicate: Predicate) -> None:
    person, one, theirs, expected = predicate.example
    assert len(person.visits) <= 7
    ours = our_answers([person], one)
    assert ours[person.name] == expected != theirs
    found = judge([person], one, ours, {person.name: theirs})
    prefix = NO_ANSWER if isinstance(theirs, str) else ""
    assert (found.reasons, found.unexplained) == ({prefix + predicate.name: 1}, [])
    assert judge([person], one, ours, {person.name: "KeyError: another"}).unexplained == [person.name]
    others = [other for other in PREDICATES if other is not predicate]
    assert judge([person], one, ours, {person.name: theirs}, others).unexplained == [person.name]


@pytest.mark.parametrize(
    ("predicate", "person", "one"),
    [
        ("takes_worse_for_small_improvement", tiny("0:60 90:40 180:40"), OptionSet("", "sdmt", ROVING)),
        (
            "takes_worse_for_small_improvement",
            tiny("0:60 90:40 160:40 170:60"),
            OptionSet("", "sdmt", {**ROVING, "sub_threshold_rebl": "event"}),
        ),
        (
            "has_window_without_confirmation",
            tiny("0:3 90:2 180:2 190:3 280:2"),
            OptionSet("", "edss", {**ROVING, "require_sust_days": 180}),
        ),
        ("rounds_one_fifth", tiny("0:5 90:6 180:6"), OptionSet("", "t25fw", {}, in_tenths=False)),
        ("rounds_one_fifth", tiny("0:5.5 90:6.6 180:6.6"), OptionSet("", "t25fw", {})),
        ("has_nought", tiny("0:1 90:1 180:1"), OptionSet("", "sdmt", ROVING)),
        (
            "overwrites_an_extreme",
            tiny("0:4 90:3 140:3 150:3 240:5", 100),
            OptionSet("", "edss", {"relapse_rebl": True, "bl_geq": True, "skip_local_extrema": "strict"}),
        ),
        ("finds_out_of_order", tiny("0:5 130:3 191:4 280:4", 100), OptionSet("", "edss", {"relapse_rebl": True})),
        ("finds_out_of_order", tiny("0:5 120:3 150:4 280:4", 130), OptionSet("", "edss", {"relapse_rebl": True})),
        ("forgets_an_early_relapse", tiny("0:2 20:3 110:3", -30), OptionSet("", "edss", ROVING)),
        ("forgets_an_early_relapse", tiny("0:2 20:3 110:3", -91), OptionSet("", "edss", ROVING)),
    ],
)
def test_a_predicate_does_not_hold_next_to_its_example(predicate: str, person: Person, one: OptionSet) -> None:
    assert not BY_NAME[predicate].holds(person, one)


@pytest.mark.parametrize("one", OPTION_SETS, ids=lambda one: one.name)
def test_ours_are_the_stored_answers_of_pymsprog(one: OptionSet) -> None:
    people = make_people(one.measure, STORED_PEOPLE, COUNTS["seed"])
    theirs = {name: of_plain(said) for name, said in STORED[one.name].items()}
    assert judge(people, one, our_answers(people, one), theirs).unexplained == []


def test_anything_changed_in_a_stored_answer_is_noticed() -> None:
    one = OPTION_SETS[1]
    people = make_people(one.measure, STORED_PEOPLE, COUNTS["seed"])
    theirs = {name: of_plain(said) for name, said in STORED[one.name].items()}
    name, first, others = next(
        (name, said[0], said[1:]) for name, said in theirs.items() if isinstance(said, list) and said
    )
    ours = our_answers(people, one)
    changes = {day: getattr(first, day) + 1 for day in ("onset_day", "baseline_day", "confirmed_day", "held_days")}
    for key, value in {**changes, "kind": "CDI", "relation": "undefined"}.items():
        wrong = [first._replace(**{key: value}), *others]
        assert wrong != theirs[name]
        assert judge(people, one, ours, {**theirs, name: wrong}).unexplained == [name]
    assert judge(people, one, ours, {**theirs, name: "IndexError: made up"}).unexplained == [name]


@pytest.mark.parametrize("predicate", [one for one in PREDICATES if not one.raises], ids=named)
def test_a_reason_to_answer_otherwise_is_none_to_give_no_answer(predicate: Predicate) -> None:
    person, one, _, expected = predicate.example
    said = {person.name: "IndexError: made up"}
    assert judge([person], one, {person.name: expected}, said, [predicate]).unexplained == [person.name]


def test_the_stored_counts_are_of_these_sets_and_leave_nothing_unexplained() -> None:
    names = [one.name for one in OPTION_SETS] + [f"msclinical: {one.name}" for one in CLINICAL_SETS]
    assert list(COUNTS["sets"]) == names
    assert COUNTS["versions"] == PINNED
    assert all(
        one["people"] >= 1000 and one["unexplained"] == 0 and one["events"] > 0 for one in COUNTS["sets"].values()
    )
    known = {predicate.name for predicate in PREDICATES}
    assert {reason.removeprefix(NO_ANSWER) for one in COUNTS["sets"].values() for reason in one["reasons"]} <= known


def test_the_page_states_the_stored_counts() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for key in ("runs", "excused", "no answer"):
        assert f"{COUNTS[key]:,}" in page
    for predicate in PREDICATES:
        count = sum(
            count
            for one in COUNTS["sets"].values()
            for reason, count in one["reasons"].items()
            if reason.removeprefix(NO_ANSWER) == predicate.name
        )
        row = next(line for line in page.splitlines() if line.startswith(f"| `{named(predicate)}` "))
        assert f"| {count:,} |" in row
