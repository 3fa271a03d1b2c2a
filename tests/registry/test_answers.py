"""What stands of what was told: nothing is lost, nothing is replaced twice, nothing of another person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems
from remission.registry.answers import Answer, check_told, current, replacement_problems
from remission.registry.schema import fields
from remission.registry.values import is_allowed, told

DAY = date(2026, 3, 1)
SEX = Answer("A1", "P1", "subjects.sex", "female", "told", "", DAY, DAY, None, "1", "1", "self")


def current_plainly(answers: Sequence[Answer]) -> list[str]:
    """By looking at every pair: names of the answers that stand."""
    standing = []
    for row, one in enumerate(answers):
        if any(other.replaces == one.answer_id for other in answers):
            continue
        later = [
            other
            for place, other in enumerate(answers)
            if (other.person_id, other.episode, other.field) == (one.person_id, one.episode, one.field)
            and not any(third.replaces == other.answer_id for third in answers)
            and (other.told_on, other.recorded_on, place) > (one.told_on, one.recorded_on, row)
        ]
        if not later:
            standing.append(one.answer_id)
    return standing


def breaks_a_rule(answers: Sequence[Answer]) -> bool:
    """By looking at every pair, and by walking from each answer as many steps as there are answers."""
    names = [one.answer_id for one in answers]
    targets = [one.replaces for one in answers if one.replaces is not None]
    if len(set(names)) < len(names) or len(set(targets)) < len(targets):
        return True
    for one in answers:
        other: Answer | None = one
        for _ in answers:
            if other is None or other.replaces is None:
                break
            found = [third for third in answers if third.answer_id == other.replaces]
            if not found or found[0].place != other.place:
                return True
            other = found[0]
        else:
            return True
    return False


@st.composite
def rows(draw: st.DrawFn) -> list[Answer]:
    """A few answers of two persons, with replacements that are mostly right."""
    made: list[Answer] = []
    for number in range(draw(st.integers(0, 7))):
        told_on = DAY + timedelta(days=draw(st.integers(0, 2)))
        person, field = draw(st.sampled_from(["P1", "P2"])), draw(st.sampled_from(["subjects.sex", "relapses.day"]))
        episode = draw(st.sampled_from(["1", "2"])) if field == "relapses.day" else ""
        one = replace(SEX, answer_id=f"A{number}", person_id=person, field=field, episode=episode, told_on=told_on)
        alike = [other.answer_id for other in made if other.place == one.place]
        any_name = [f"A{other}" for other in range(8)]
        target = draw(st.sampled_from([None, *alike, *(any_name if draw(st.integers(0, 9)) == 0 else [])]))
        made.append(replace(one, replaces=target, recorded_on=told_on + timedelta(days=draw(st.integers(0, 1)))))
    return draw(st.permutations(made)) if draw(st.booleans()) else made


@given(rows())
def test_what_stands_is_what_the_plain_twin_finds(answers: list[Answer]) -> None:
    wrong = list(replacement_problems(answers))
    assert bool(wrong) == breaks_a_rule(answers)
    if wrong:
        with pytest.raises(InputProblems):
            current(answers)
    else:
        assert [one.answer_id for one in current(answers)] == current_plainly(answers)


def test_a_chain_ends_with_its_last_answer_whatever_the_clock_said() -> None:
    second = replace(SEX, answer_id="A2", replaces="A1", told_on=DAY - timedelta(days=400), recorded_on=DAY)
    assert current([SEX, second, replace(second, answer_id="A3", replaces="A2")])[0].answer_id == "A3"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (replace(SEX, answer_id="A2", replaces="A9"), "not there"),
        (replace(SEX, answer_id="A2", replaces="A1", person_id="P2"), "another person"),
        (replace(SEX, answer_id="A2", replaces="A1", field="subjects.course"), "about subjects.sex"),
        (replace(SEX, answer_id="A2", replaces="A2"), "replaces itself"),
        (SEX, "a name that another answer has"),
    ],
)
def test_a_wrong_replacement_is_refused_in_words(other: Answer, words: str) -> None:
    with pytest.raises(InputProblems) as refused:
        current([SEX, other])
    assert words in refused.value.report()
    assert "female" not in refused.value.report()


def test_two_that_replace_one_answer_are_both_named() -> None:
    two = [replace(SEX, answer_id=name, replaces="A1") for name in ("A2", "A3")]
    with pytest.raises(InputProblems) as refused:
        current([SEX, *two])
    assert [one.file for one in refused.value.problems] == ["answer A2", "answer A3"]


def test_a_circle_of_three_is_found_and_the_way_into_it_is_not_part_of_it() -> None:
    circle = [replace(SEX, answer_id=one, replaces=other) for one, other in (("A2", "A3"), ("A3", "A4"), ("A4", "A2"))]
    found = list(replacement_problems(circle))
    assert {one.file for one in found} == {"answer A2", "answer A3", "answer A4"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(SEX, field="subjects.shoe_size"), "not declared"),
        (replace(SEX, episode="1"), "no episode"),
        (replace(SEX, field="relapses.day", value="2019"), "a name of the episode"),
        (replace(SEX, value="f"), "female, male, other"),
        (replace(SEX, state="declined"), "a value beside the state declined"),
        (replace(SEX, field="registry.death_day", value="2026-01-03"), "told by a delegate"),
        (replace(SEX, told_on=DAY + timedelta(days=1)), "told after it was recorded"),
    ],
)
def test_what_no_form_can_have_given_is_refused_without_its_value(wrong: Answer, words: str) -> None:
    check_told([SEX])
    with pytest.raises(InputProblems) as refused:
        check_told([SEX, wrong])
    assert words in refused.value.report()
    assert wrong.value not in str(refused.value)


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        ("visits.edss", ["0", "1", "1.5", "10"], ["0.5", "10.5", "1.25", "1,5", "nan", "", "1e1", "١"]),
        ("scans.new_t2", ["0", "12"], ["-1", "1.0", "many"]),
        ("relapses.day", ["2019", "2019-05", "2020-02-29"], ["2019-02-29", "2019-13", "May 2019", "0019", "2019-5-3"]),
        ("treatments.therapy", ["hsct", "natalizumab"], ["Tysabri", "HSCT", ""]),
        ("registry.home_country", ["GB", "MX"], ["gb", "UK"]),
        ("registry.own_words", ["=1+1"], ["", "a" * 10_001]),
    ],
)
def test_values_are_allowed_exactly_as_declared(field: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not is_allowed(fields()[field], text)] == []
    assert [text for text in wrong if is_allowed(fields()[field], text)] == []


def test_a_month_and_a_year_have_a_middle_day() -> None:
    assert (told("2019-05").middle, told("2019").middle) == (date(2019, 5, 15), date(2019, 7, 1))
    assert (told("2019").first, told("2019").last) == (date(2019, 1, 1), date(2019, 12, 31))
