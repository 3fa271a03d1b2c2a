"""The forms: every question fits its field, every value has words, and what is not asked is left out on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.library.catalogue import LIBRARY
from remission.registry.forms import drift
from remission.registry.forms.drift import allowed_values, check_form, check_whole
from remission.registry.forms.form import NO_VALUE, Form, NotAsked, Question, Section, forms, load_forms
from remission.registry.instruments import instruments
from remission.registry.schema import fields

LONG, SHORT = forms()["long"], forms()["short"]
QUESTIONS = [
    (form, section, one) for form in forms().values() for section in form.sections for one in section.questions
]
A_MINUTE = 60


@pytest.mark.parametrize("form", forms().values(), ids=list(forms()))
def test_no_form_has_drifted_from_the_fields(form: Form) -> None:
    assert [str(problem) for problem in check_form(form)] == []


def test_the_long_form_asks_every_field_or_says_why_not() -> None:
    assert [str(problem) for problem in check_whole(LONG)] == []
    assert [one.field for one in LONG.not_asked] == ["registry.death_day"]


def test_the_choices_are_the_allowed_values_and_each_has_words() -> None:
    for _, _, question in QUESTIONS:
        if question.kind in ("choice", "yes/no"):
            assert sorted(question.offered) == sorted(allowed_values(question.about)), question.field
            assert all(words.strip() for words in question.offered.values())
            assert len(set(question.offered.values())) == len(question.offered), question.field
        else:
            assert question.offered == {}
            assert not question.about.choices


def test_each_word_can_be_told_from_the_ways_of_not_answering() -> None:
    assert NO_VALUE == {"unknown": "I don't know", "declined": "I'd rather not say"}
    for _, _, question in QUESTIONS:
        assert not set(NO_VALUE) & set(question.offered)
        assert not set(NO_VALUE.values()) & set(question.offered.values())


def test_countries_are_offered_in_the_order_of_their_names() -> None:
    offered = list(LONG.question("registry.home_country").offered.values())
    assert offered == sorted(offered)
    assert offered[0] == "Afghanistan"


def test_only_a_delegate_is_asked_about_a_death() -> None:
    assert {form.name for form, _, one in QUESTIONS if one.about.of_delegate} == {"death"}
    assert forms()["death"].teller == "delegate"


def test_the_ladder_is_the_same_wherever_it_is_asked_and_goes_one_way() -> None:
    assert dict(LONG.question("walking.step").offered) == dict(SHORT.question("walking.step").offered)
    assert list(LONG.question("walking.step").offered) == [str(step) for step in range(10)]


def test_no_form_names_an_instrument_that_may_not_be_named() -> None:
    hidden = [one for one in instruments().values() if not one.named_on_pages]
    assert len(hidden) == 6
    for path in (LIBRARY / "forms").glob("*.toml"):
        text = path.read_text(encoding="utf-8").casefold()
        assert [
            one.name
            for one in hidden
            if one.name.replace("-", " ") in text.replace("-", " ") or one.title.casefold() in text
        ] == []


def test_the_short_form_is_read_and_answered_in_two_minutes() -> None:
    words, seconds = 0, 0
    for section in SHORT.sections:
        asked = () if section.another else section.questions
        words += len(f"{section.title} {section.lead} {section.another}".split())
        for question in asked:
            # A long list is searched and not read.
            offered = question.offered.values() if len(question.offered) <= 12 else ()
            words += len(" ".join([question.words, question.help, *offered]).split())
            seconds += 4
    # 180 words a minute is slow for plain text; who has nothing new to tell passes over what can be added.
    assert words / 180 * A_MINUTE + seconds <= SHORT.minutes * A_MINUTE


SEX = "subjects.sex"


def edit(form: Form, name: str, change: Callable[[Question], Question]) -> Form:
    return replace(
        form,
        sections=tuple(
            replace(one, questions=tuple(change(asked) if asked.field == name else asked for asked in one.questions))
            for one in form.sections
        ),
    )


def without(name: str) -> Callable[[Question], Question]:
    return lambda one: replace(one, choices={value: words for value, words in one.choices.items() if value != name})


@pytest.mark.parametrize(
    ("spoilt", "at", "found"),
    [
        (edit(LONG, "registry.birth_year", lambda one: replace(one, field="registry.birth_yaer")), "me.", "yaer"),
        (edit(LONG, SEX, without("other")), "me.subjects.sex", "no words for other"),
        (edit(LONG, SEX, lambda one: replace(one, choices={**one.choices, "x": "X"})), "me.subjects.sex", "x"),
        (edit(LONG, SEX, lambda one: replace(one, choices={**one.choices, "other": " "})), "me.", "no words"),
        (edit(LONG, "subjects.onset_day", lambda one: replace(one, kind="number")), "my-ms.", "number"),
        (edit(LONG, "treatments.graft", lambda one: replace(one, kind="text")), "transplant.", "text"),
        (edit(LONG, "registry.refused_words", lambda one: replace(one, only_if={"registry.refused_before": "maybe"})),
         "only_if", "maybe"),
        (replace(LONG, sections=(*LONG.sections, LONG.sections[0])), "me", "it twice"),
        (replace(LONG, sections=(replace(LONG.sections[0], another="One more"), *LONG.sections[1:])), "me", "repeat"),
        (replace(SHORT, sections=(replace(SHORT.sections[0], sets={"walking.day": "2020"}),)), "sets", "2020"),
        (replace(forms()["death"], teller="self"), "death.registry.death_day", "asked of the person"),
    ],
)  # fmt: skip
def test_a_form_that_drifted_is_told_where(spoilt: Form, at: str, found: str) -> None:
    problems = list(check_form(spoilt))
    assert any(at in (one.column or "") and found in one.found for one in problems), problems


def test_a_field_that_nobody_thought_of_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = edit(LONG, "registry.who_paid", lambda one: replace(one, field="registry.refused_words"))
    assert [one.found for one in check_whole(fewer)] == ["no word of registry.who_paid"]
    told = replace(LONG, not_asked=(*LONG.not_asked, NotAsked("registry.who_paid", "why"), NotAsked("a.b", "why")))
    assert [one.found for one in check_whole(told)] == ["registry.who_paid", "a.b"]
    new = replace(fields()["registry.who_paid"], table="scans")
    monkeypatch.setattr(drift, "fields", lambda: {**fields(), "scans.who_paid": new})
    assert [one.found for one in check_whole(LONG)] == ["no word of scans.who_paid"]


def test_a_section_tells_of_one_kind_of_field() -> None:
    mixed = Section("mixed", "Mixed", (LONG.question("registry.birth_year"), LONG.question("scans.day")))
    problems = check_form(replace(SHORT, sections=(mixed,)))
    assert [one.found for one in problems] == ["fields told once, and such of episodes"]


def test_a_file_that_is_no_form_is_told_with_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (LIBRARY / "forms/death.toml").read_text(encoding="utf-8").replace("version = 1", "version = 0")
    path.write_text(text.replace('kind = "date"', 'kind = "dait"'), encoding="utf-8")
    with pytest.raises(InputProblems) as wrong:
        load_forms((path,))
    assert [one.column for one in wrong.value.problems] == ["sections[1].questions[1].kind", "version"]
    path.write_text((LIBRARY / "forms/death.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputProblems, match="mine"):
        load_forms((path,))
