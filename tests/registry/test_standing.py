"""What stands goes into a form and comes back as it was; what was changed or emptied is told apart."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.every_answer import STATES, answered, turns
from remission.registry.answers import Answer, check_told, current
from remission.registry.drafts import draft_people
from remission.registry.forms.check import Checked, Place, check_answers, input_name
from remission.registry.forms.form import Form, forms
from remission.registry.forms.in_words import HEADINGS, in_words, value_words
from remission.registry.forms.laid_out import MOST_ROWS, lay_out
from remission.registry.forms.standing import Shown, anew, as_typed, filled, overlaid, question_at, shown_in
from remission.registry.forms.telling import Telling, answers_of
from remission.registry.rows import Person, rows_of, usable

DAY = date(2026, 11, 30)
LONG, SHORT = forms()["long"], forms()["short"]
EVERY = [pytest.param(form, turn, id=f"{form.name}-{turn}") for form in forms().values() for turn in range(turns(form))]


def told(
    form: Form, raw: dict[str, str], before: tuple[Answer, ...] = (), shown: Shown | None = None, day: date = DAY
) -> tuple[tuple[Answer, ...], Checked]:
    """The rows that a form adds, and what came of it."""
    checked = check_answers(form, raw, today=day)
    if shown is not None:
        checked = anew(form, checked, raw, before, shown)
    ids = (f"A{number}" for number in count(len(before) + 1))
    teller = form.teller
    rows = answers_of(checked, form, Telling("P1", day, day, "1", teller), before, ids.__next__)
    check_told(rows)
    return rows, checked


@pytest.mark.parametrize(("form", "turn"), EVERY)
def test_every_field_goes_from_form_to_rows_to_form_and_back(form: Form, turn: int) -> None:
    every = list(answered(form, turn))
    rows, checked = told(form, {name: typed for name, typed, _, _ in every})
    assert checked.troubles == ()
    kept = {input_name(one.field, one.episode): one.value for one in rows}
    assert {name: value for name, _, _, value in every}.items() <= kept.items()
    again = as_typed(form, rows)
    assert set(again) == {name for name, _, _, _ in every}
    shown = Shown(frozenset(one.answer_id for one in rows))
    assert told(form, again, rows)[0] == ()
    assert told(form, again, rows, shown)[0] == ()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("form", forms().values(), ids=list(forms()))
def test_every_question_can_be_left_unanswered_in_both_ways(form: Form, state: str) -> None:
    raw = {f"{name}?": state for name, _, _, _ in answered(form, 0)}
    rows, checked = told(form, raw)
    assert checked.troubles == ()
    assert {(one.state, one.value) for one in rows} == {(state, "")}
    assert as_typed(form, rows) == raw
    # Where there are rows to pick from, the two ways are picked in the same input.
    typed = {name: state for section in form.sections for one in section.questions if one.offered
             for name in [input_name(one.field, f"{section.name}-1" if section.of_episodes else "")]}  # fmt: skip
    assert {one.state for one in told(form, typed)[0]} <= {state}


def test_what_was_not_touched_leaves_what_somebody_else_told_since() -> None:
    first, _ = told(LONG, {"subjects.sex": "female", "registry.birth_year": "1979"})
    page = as_typed(LONG, first)
    other, _ = told(LONG, {"subjects.sex": "male"}, first)
    back, _ = told(LONG, page, first + other, Shown(frozenset(one.answer_id for one in first)))
    assert back == ()


def test_a_form_that_is_sent_twice_adds_nothing_even_after_a_correction() -> None:
    page = {"relapses.day/relapses-5": "May 2019"}
    first, _ = told(SHORT, page, shown=Shown())
    changed, _ = told(SHORT, {"relapses.day/relapses-5": "2020"}, first, Shown(frozenset([first[0].answer_id])))
    assert changed[0].replaces == first[0].answer_id
    assert told(SHORT, page, first + changed, Shown())[0] == ()


def test_an_answer_that_is_emptied_is_taken_back_and_can_be_told_again() -> None:
    first, _ = told(LONG, {"registry.birth_year": "1979", "subjects.sex": "female"})
    emptied = {"registry.birth_year": "", "subjects.sex": "female"}
    back, _ = told(LONG, emptied, first, Shown(frozenset(one.answer_id for one in first)))
    assert [(one.field, one.state, one.value, one.replaces) for one in back] == [
        ("registry.birth_year", "not_asked", "", "A1")
    ]
    assert "registry.birth_year" not in as_typed(LONG, current(first + back))
    assert "1979" not in str(
        [[line.said for line in one.lines] for g in in_words(current(first + back)) for one in g.entries]
    )
    again, _ = told(
        LONG, {"registry.birth_year": "1979"}, first + back, Shown(frozenset(one.answer_id for one in back))
    )
    assert [(one.value, one.replaces) for one in again] == [("1979", back[0].answer_id)]


def test_nothing_is_taken_back_that_a_form_did_not_show() -> None:
    first, _ = told(LONG, {"registry.birth_year": "1979"})
    assert told(LONG, {"registry.birth_year": ""}, first, Shown())[0] == ()
    assert told(LONG, {"subjects.sex": ""}, first, Shown(frozenset(["A1"])))[0] == ()


def test_an_episode_is_taken_out_with_what_its_section_says_by_itself() -> None:
    raw = {"treatments.start_day/transplant-1": "2019", "treatments.graft/transplant-1": "other"}
    first, _ = told(LONG, raw)
    assert {one.field for one in first} == {"treatments.start_day", "treatments.graft", "treatments.therapy"}
    shown = frozenset(one.answer_id for one in first)
    out, checked = told(
        LONG, {**raw, "treatments.graft/transplant-1": "wrong"}, first, Shown(shown, frozenset(["transplant-1"]))
    )
    assert {one.field for one in out} == {one.field for one in first}
    assert {one.state for one in out} == {"not_asked"}
    assert (checked.troubles, dict(checked.drafts)) == ((), {})
    emptied, _ = told(LONG, dict.fromkeys(raw, ""), first, Shown(shown))
    assert {one.field for one in emptied} == {one.field for one in first}
    assert in_words(current(first + out)) == ()


def test_a_relapse_taken_back_hides_no_time_under_observation() -> None:
    asked, _ = told(SHORT, {"asked.relapses/visit-1": "no", "relapses.recovery/relapses-1": "full"})
    out, _ = told(SHORT, {}, asked, Shown(frozenset(), frozenset(["relapses-1"])))
    person = Person("P1", date(2026, 1, 1))

    def watched(answers: tuple[Answer, ...]) -> list[str]:
        kept, _ = usable([person], answers, None, DAY)
        rows, left = rows_of(kept, {}, own_words=True)
        return [one.kind for one in draft_people([person], kept, rows, left, None, DAY)[0].watched]

    assert "relapses" not in watched(asked)
    assert "relapses" in watched(asked + out)


def test_own_words_that_a_form_did_not_show_stay_above_the_new_ones() -> None:
    first, _ = told(LONG, {"registry.own_words": "Once."})
    unseen, _ = told(SHORT, {"registry.own_words": "Twice."}, first, Shown())
    assert [one.value for one in unseen] == ["Once.\n\nTwice."]
    assert told(SHORT, {"registry.own_words": "Twice."}, first + unseen, Shown())[0] == ()
    seen, _ = told(SHORT, {"registry.own_words": "Twice."}, first, Shown(frozenset(["A1"])))
    assert [one.value for one in seen] == ["Twice."]
    long = {"registry.own_words": "x" * 9_999}
    rows, checked = told(SHORT, long, first, Shown())
    assert rows == ()
    assert dict(checked.drafts) == long
    assert len(checked.troubles) == 1


def test_a_form_that_asks_what_is_new_shows_what_was_told_today_and_no_more() -> None:
    rows, _ = told(SHORT, {"relapses.day/relapses-5": "2019", "registry.own_words": "Once."})
    assert {one.field for one in shown_in(SHORT, rows, DAY)} == {"relapses.day", "registry.own_words"}
    later = date(2027, 5, 1)
    assert {one.field for one in shown_in(SHORT, rows, later)} == {"registry.own_words"}
    assert "relapses.day" in {one.field for one in shown_in(LONG, rows, later)}
    # Written before it was sent, and left lying: it must not be taken for this year's.
    assert "relapses.day/relapses-5" not in filled(SHORT, rows, {"relapses.day/relapses-5": "2019"}, later)
    assert filled(SHORT, rows, {"relapses.day/relapses-6": "2027"}, later)["relapses.day/relapses-6"] == "2027"


def test_a_draft_lies_over_what_stands_question_by_question() -> None:
    assert overlaid({"a.b": "1", "a.c": "2"}, {"a.b?": "unknown"}) == {"a.c": "2", "a.b?": "unknown"}


def test_what_is_written_stands_in_the_form_letter_by_letter() -> None:
    raw = {"relapses.day/relapses-5": "03/05/2019 ", "relapses.recovery/relapses-5": "unknown"}
    checked = check_answers(SHORT, raw, today=DAY)
    laid = lay_out(SHORT, raw, checked.troubles)
    block = next(part for part in laid.parts if part.section.name == "relapses").blocks[0]
    assert block.asked[0].text == "03/05/2019 "
    assert "3 May 2019" in block.asked[0].troubles[0]
    assert [one.value for one in block.asked[1].ways_out if one.chosen] == ["unknown"]
    assert not block.folded
    assert laid.linked(checked.troubles)[0][2] == "relapses.day/relapses-5"


def test_long_lists_open_and_short_ones_are_rows() -> None:
    asked = {
        one.question.field: one
        for form in (LONG,)
        for part in lay_out(form, {}).parts
        for block in part.blocks
        for one in block.asked
    }
    assert asked["registry.home_country"].way == "list"
    assert asked["treatments.therapy"].way == "list"
    assert asked["walking.step"].way == "rows"
    assert all((one.way == "rows") == (0 < len(one.options) <= MOST_ROWS) for one in asked.values())
    assert asked["registry.refused_reason"].condition.startswith("Only if you said “Yes”")
    assert asked["registry.refused_reason"].waits_for == ("registry.refused_before", "yes")


def test_what_is_written_where_no_question_is_any_more_is_shown() -> None:
    laid = lay_out(SHORT, {"subjects.hat_size": "large", "relapses.day/elsewhere-1": "2019"})
    assert laid.left == ("large", "2019")


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["relapses.day", "relapses.recovery", "registry.own_words", "treatments.therapy", "x.y"]),
            st.sampled_from(["", "relapses-1", "relapses-2", "therapies-3", "hats-1"]),
            st.booleans(),
        ).map(lambda one: input_name(one[0], one[1], state=one[2])),
        st.sampled_from(["2019", "full", "soon ", "unknown", "", " ", "natalizumab", "<b>"]),
        max_size=8,
    )
)
def test_whatever_is_written_can_be_seen_in_the_form(raw: dict[str, str]) -> None:
    laid = lay_out(SHORT, raw)
    asked = {one.name: one for part in laid.parts for block in part.blocks for one in block.asked}
    for name, text in raw.items():
        one = asked.get(name.removesuffix("?"))
        shown = one and (
            one.text == text
            or one.state == text.strip()
            or any(option.chosen and option.value == text.strip() for option in (*one.options, *one.ways_out))
        )
        assert shown or text in laid.left or not text.strip(), name


def test_every_section_has_its_place_under_one_heading() -> None:
    sections = sorted({section.name for form in forms().values() for section in form.sections})
    assert sorted(name for heading in HEADINGS for name in heading.sections) == sections


def test_everything_told_is_said_in_words_with_its_day_and_teller() -> None:
    for form in (LONG, SHORT):
        rows, _ = told(form, {name: typed for name, typed, _, _ in answered(form, 1)})
        said = {(line.asked, line.said) for group in in_words(rows) for one in group.entries for line in one.lines}
        titles = " ".join(one.title for group in in_words(rows) for one in group.entries)
        for name, _, field, value in answered(form, 1):
            question = question_at(form, Place(field, name.partition("/")[2]))
            assert question is not None
            words = value_words(question, value)
            assert (question.words, words) in said or words.casefold() in titles.casefold(), field
    assert {one.tellers for group in in_words(rows) for one in group.entries if len(one.tellers) == 1} <= {("self",)}


def test_nothing_told_stands_in_what_a_log_shows() -> None:
    rows, _ = told(LONG, {"registry.own_words": "a secret", "relapses.day/relapses-1": "May 2019"})
    group = in_words(rows)
    laid = lay_out(LONG, as_typed(LONG, rows))
    assert "secret" not in repr((group, laid, [one.lines for g in group for one in g.entries]))
    assert "2019" not in repr((group, laid))
