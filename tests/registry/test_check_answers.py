"""What is typed into a form: accepted, asked again in plain words, and never lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading_ease import school_grade
from remission.registry.forms import check
from remission.registry.forms.check import Checked, check_answers, check_sent, input_name
from remission.registry.forms.form import Form, Question, Section, forms
from remission.registry.forms.typed import NO_NUMBER
from remission.registry.schema import fields
from remission.registry.values import is_allowed, told

TODAY = date(2026, 11, 30)
LONG, SHORT = forms()["long"], forms()["short"]


def checked(raw: dict[str, str], form: Form = LONG, birth_year: int | None = None) -> Checked:
    return check_answers(form, raw, today=TODAY, birth_year=birth_year)


def said(raw: dict[str, str], form: Form = LONG, birth_year: int | None = None) -> dict[str, tuple[str, str]]:
    found = checked(raw, form, birth_year)
    assert found.troubles == ()
    assert found.drafts == {}
    return {input_name(one.field, one.episode): (one.state, one.value) for one in found.accepted}


def asked_again(raw: dict[str, str], form: Form = LONG, birth_year: int | None = None) -> list[str]:
    found = checked(raw, form, birth_year)
    assert {name: raw[name] for name in found.drafts} == found.drafts
    return [one.words for one in found.troubles]


def test_a_transplant_is_told() -> None:
    raw = {
        "registry.birth_year": "1980",
        "treatments.start_day/transplant-1": "May 2019",
        "treatments.conditioning/transplant-1": "BEAM",
        "treatments.graft/transplant-1?": "unknown",
        "registry.treatment_country": "mexico",
        "registry.hospital_days": "28 days",
        "registry.refused_before": "Yes",
        "registry.refused_words": " They said no.\r\nTwice. ",
        "registry.who_paid": "",
    }
    assert said(raw) == {
        "registry.birth_year": ("told", "1980"),
        "treatments.start_day/transplant-1": ("told", "2019-05"),
        "treatments.conditioning/transplant-1": ("told", "BEAM"),
        "treatments.graft/transplant-1": ("unknown", ""),
        "treatments.therapy/transplant-1": ("told", "hsct"),
        "registry.treatment_country": ("told", "MX"),
        "registry.hospital_days": ("told", "28"),
        "registry.refused_before": ("told", "yes"),
        "registry.refused_words": ("told", "They said no.\nTwice."),
    }


def test_the_short_form_dates_how_one_walks_by_the_day_of_telling() -> None:
    assert said({"walking.step/walking-7": "3"}, SHORT) == {
        "walking.step/walking-7": ("told", "3"),
        "walking.day/walking-7": ("told", "2026-11-30"),
    }
    assert said({"walking.step/walking-7?": "declined"}, SHORT) == {"walking.step/walking-7": ("declined", "")}


@pytest.mark.parametrize("form", forms().values(), ids=list(forms()))
@pytest.mark.parametrize("state", ["unknown", "declined"])
def test_every_question_can_be_left_without_a_value(form: Form, state: str) -> None:
    raw = {input_name(one.field, episode(section), state=True): state for section, one in questions(form)}
    assert set(said(raw, form).values()) == {(state, "")}
    assert len(said(raw, form)) == len(raw)


@pytest.mark.parametrize("words", ["I don't know", "I don’t know.", "not sure", "?", "UNKNOWN"])
def test_who_types_that_they_do_not_know_is_understood(words: str) -> None:
    assert said({"visits.edss/edss-1": words, "subjects.onset_day": words}) == {
        "visits.edss/edss-1": ("unknown", ""), "subjects.onset_day": ("unknown", ""),
    }  # fmt: skip


def test_in_own_words_not_knowing_is_an_answer_like_any_other() -> None:
    assert said({"registry.own_words": "unknown"}) == {"registry.own_words": ("told", "unknown")}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("visits.edss/edss-1", "6,5", "6.5"),
        ("visits.edss/edss-1", "6.5 points", "6.5"),
        ("visits.edss/edss-1", "6", "6"),
        ("scans.new_t2/scans-1", "none", "0"),
        ("scans.gd_lesions/scans-1", "Nil", "0"),
        ("registry.hospital_days", "zero days", "0"),
        ("scans.new_t2/scans-1", "03", "3"),
        ("scans.new_t2/scans-1", "3.0", "3"),
        ("scans.new_t2/scans-1", "-0", "0"),
        ("labs.value/labs-1", "+0,25", "0.25"),
        ("subjects.sex", "a woman", "female"),
        ("adverse_events.ctcae_grade/harms-1", "3", "3"),
    ],
)
def test_numbers_and_choices_are_read_as_people_write_them(name: str, text: str, value: str) -> None:
    assert said({name: text}) == {name: ("told", value)}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("visits.edss/edss-1", "0.5", "Please write 0, or 1.0 to 10.0 in steps of 0.5."),
        ("visits.edss/edss-1", "six", "Please write 0, or 1.0 to 10.0 in steps of 0.5."),
        ("visits.edss/edss-1", "none", NO_NUMBER),
        ("visits.edss/edss-1", "Nil points", NO_NUMBER),
        ("labs.value/labs-1", "zero", NO_NUMBER),
        ("registry.birth_year", "none", NO_NUMBER),
        ("registry.hospital_days", "4000", "Please write a whole number from 0 to 730."),
        ("registry.hospital_days", "12.5", "Please write a whole number from 0 to 730."),
        ("labs.value/labs-1", "1,200", "Please write the number without a comma, and with a point for parts of one."),
        ("labs.value/labs-1", "nan", "Please write a number."),
        ("labs.value/labs-1", "9" * 5000, "Please write a number."),
        ("labs.value/labs-1", "١", "Please write a number."),
        ("adverse_events.ctcae_grade/harms-1", "none", "Please pick one of the answers in the list."),
        ("walking.step/walking-1", "none", "Please pick one of the answers in the list."),
        ("subjects.sex", "femail", "Please pick one of the answers in the list."),
        ("subjects.sex?", "perhaps", "Please pick one of the answers in the list."),
        ("registry.own_words", "a\x00b", "There is a sign in this text that can not be kept. Please type it anew."),
        ("registry.own_words", "a" * 10_001, "This is too long to keep. Please use at most 10,000 letters."),
        ("registry.birth_year", "2015", check.TOO_YOUNG),
        ("registry.birth_year", "2027", check.UNBORN),
        ("registry.death_day", "2020", check.NOT_IN_FORM),
        ("registry.shoe_size", "43", check.NOT_IN_FORM),
        ("relapses.day", "2019", check.NOT_IN_FORM),
        ("relapses.day/", "2019", check.NOT_IN_FORM),
        ("relapses.day/scans-1", "2019", check.NOT_IN_FORM),
        ("relapses.day/relapses-0", "2019", check.NOT_IN_FORM),
        ("relapses.day/relapses-1/2", "2019", check.NOT_IN_FORM),
        ("subjects.sex/me-1", "female", check.NOT_IN_FORM),
        ("", "2019", check.NOT_IN_FORM),
        ("?", "2019", check.NOT_IN_FORM),
    ],
)
def test_what_cannot_be_taken_is_asked_again_and_kept_as_typed(name: str, text: str, words: str) -> None:
    found = checked({name: text})
    assert [one.words for one in found.troubles] == [words]
    assert found.drafts == {name: text}
    assert found.accepted == ()


def test_an_answer_beside_no_answer_is_asked_again() -> None:
    raw = {"subjects.sex": "female", "subjects.sex?": "unknown"}
    assert asked_again(raw) == [check.BOTH]
    assert checked(raw).drafts == raw


def test_nothing_is_before_the_birth_whichever_was_typed_first() -> None:
    raw = {"subjects.onset_day": "1975", "registry.birth_year": "1980"}
    assert asked_again(raw) == ["This is before the year of birth that you gave. Please look at both again."]
    assert asked_again({"subjects.onset_day": "1975"}, birth_year=1980) != []
    assert said({"subjects.onset_day": "1975", "registry.birth_year": "1970"}, birth_year=1980)


def test_an_end_before_its_beginning_is_asked_again_and_the_beginning_stays() -> None:
    raw = {"relapses.day/relapses-1": "May 2020", "relapses.end_day/relapses-1": "3 April 2020"}
    found = checked(raw)
    assert [one.words for one in found.troubles] == [check.ENDS_FIRST]
    assert found.drafts == {"relapses.end_day/relapses-1": "3 April 2020"}
    assert [one.field for one in found.accepted] == ["relapses.day"]
    # Of two dates that are not whole the end may still be the later one.
    assert said({"relapses.day/relapses-1": "May 2020", "relapses.end_day/relapses-1": "2020"})
    assert said({"relapses.day/relapses-1": "May 2020", "relapses.end_day/relapses-2": "2019"})


def test_what_is_still_on_has_no_last_day() -> None:
    raw = {"treatments.ongoing/therapies-1": "yes", "treatments.end_day/therapies-1": "2020"}
    assert asked_again(raw) == [check.ENDS_AND_IS_ON]


@pytest.mark.parametrize(("name", "version"), [("short", 0), ("short", SHORT.version + 1), ("shorter", 1)])
def test_of_a_form_that_is_gone_everything_is_kept(name: str, version: int) -> None:
    raw = {"walking.step/walking-1": "3", "registry.own_words": " so it is "}
    found = check_sent(name, version, raw, today=TODAY)
    assert (found.accepted, found.drafts) == ((), raw)
    assert [one.words for one in found.troubles] == [check.GONE]
    assert check_sent("short", SHORT.version, raw, today=TODAY) == checked(raw, SHORT)


def test_nothing_that_was_typed_stands_in_what_a_log_shows(caplog: pytest.LogCaptureFixture) -> None:
    found = checked({"registry.own_words": "canary", "subjects.onset_day": "03/05/1999", "subjects.sex": "male"})
    with caplog.at_level(logging.INFO):
        logging.getLogger("any").info("%r %s %r %r", found, found, found.accepted, found.troubles)
    assert not [word for word in ("canary", "1999", "March", "'male'") if word in caplog.text]


def test_what_is_asked_again_is_said_with_ease() -> None:
    words = [value for name, value in vars(check).items() if name.isupper() and isinstance(value, str) and " " in value]
    assert len(words) == 8
    assert [one for one in words if school_grade(one) > 8] == []


def questions(form: Form) -> Iterator[tuple[Section, Question]]:
    for section in form.sections:
        for one in section.questions:
            yield section, one


def episode(section: Section, number: int = 1) -> str:
    return f"{section.name}-{number}" if section.of_episodes else ""


NAMES = [
    input_name(one.field, episode(section, number), state=state)
    for section, one in questions(LONG) for number in (1, 2) for state in (False, True)
]  # fmt: skip
VALUES = sorted({value for _, one in questions(LONG) for value in one.offered if len(one.offered) < 60})
TEXTS = (
    st.sampled_from([*VALUES, "unknown", "declined", "2019", "May 2019", "03/05/2019", "2024-02-29", "6.5", "1980"])
    | st.dates(date(1890, 1, 1), date(2040, 1, 1)).map(str)
    | st.text(max_size=20)
    | st.integers(-5, 3000).map(str)
)  # fmt: skip
RAW = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=12), TEXTS, max_size=40)


@given(RAW, st.none() | st.integers(1920, 2008))
def test_everything_typed_is_accepted_or_a_draft_and_never_both(raw: dict[str, str], birth_year: int | None) -> None:
    found = checked(raw, birth_year=birth_year)
    accepted = {(one.field, one.episode) for one in found.accepted}
    assert len(accepted) == len(found.accepted)
    for name, text in raw.items():
        field, _, of = name.removesuffix("?").partition("/")
        taken = (field, of) in accepted and name not in found.drafts
        assert taken != (found.drafts.get(name) == text) or not text.strip(), name
    assert all(raw[name] == text and text.strip() for name, text in found.drafts.items())
    assert bool(found.drafts) == bool(found.troubles)


@given(RAW)
def test_what_is_accepted_may_stand_in_its_field_and_is_accepted_again(raw: dict[str, str]) -> None:
    first = checked(raw)
    for one in first.accepted:
        field = fields()[one.field]
        assert is_allowed(field, one.value) if one.state == "told" else one.value == ""
        assert bool(one.episode) == field.repeats
        if field.kind == "day" and one.state == "told":
            assert told(one.value).first <= TODAY
    known = {section.name: section.sets for section in LONG.sections}
    again = {
        input_name(one.field, one.episode, state=one.state != "told"): one.value or one.state
        for one in first.accepted if one.field not in known.get(one.episode.rpartition("-")[0], {})
    }  # fmt: skip
    second = checked(again)
    assert second.troubles == ()
    assert set(second.accepted) == set(first.accepted)
