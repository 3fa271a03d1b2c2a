"""Every word that a form says is read with ease: a school grade of eight at most, the names of drugs excepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reading_ease import Excepted, names, school_grade, syllables
from remission.library.catalogue import table
from remission.registry.forms.form import NO_VALUE, Form, forms

HARDEST = 8.0
# A grade needs a sentence: of two or three words it says how long they are and nothing else.
FEWEST_WORDS = 4
# Countries have the names they have.
LONGEST_LIST = 60


def said(form: Form) -> Iterator[tuple[str, str]]:
    """Every text of a form with its place: each alone, and each section as a whole."""
    yield "the form", f"{form.title}\n{form.lead}"
    for section in form.sections:
        whole = [section.title, section.lead, section.another]
        for one in section.questions:
            offered = list(one.offered.values()) if len(one.offered) <= LONGEST_LIST else []
            # A list names things, each in a word or two that has no grade: it is read as one text.
            texts = ["\n".join(offered)] if one.listed else offered
            yield from ((f"{section.name}.{one.field}", text) for text in (one.words, one.help, *texts))
            whole += [one.words, one.help, *offered]
        yield from ((section.name, text) for text in (section.lead, "\n".join(whole)))


def too_hard(form: Form) -> list[tuple[str, float, str]]:
    graded = [(place, school_grade(text), text) for place, text in said(form) if len(text.split()) >= FEWEST_WORDS]
    return [one for one in graded if one[1] > HARDEST]


@pytest.mark.parametrize("form", forms().values(), ids=list(forms()))
def test_every_text_of_a_form_is_read_with_ease(form: Form) -> None:
    assert too_hard(form) == []


HARD = "Please indicate the approximate date of commencement of your most recent immunosuppressive medication regimen."


@pytest.mark.parametrize("place", ["lead", "question", "help", "choice"])
def test_a_hard_sentence_is_found_wherever_it_stands(place: str) -> None:
    form = forms()["short"]
    section = form.sections[0]
    question = section.questions[0]
    spoilt = {
        "lead": replace(section, lead=HARD),
        "question": replace(section, questions=(replace(question, words=HARD),)),
        "help": replace(section, questions=(replace(question, help=HARD),)),
        "choice": replace(section, questions=(replace(question, choices={**question.choices, "0": HARD}),)),
    }[place]
    assert HARD in [text for _, _, text in too_hard(replace(form, sections=(spoilt, *form.sections[1:])))]


def test_the_ways_of_not_answering_are_short() -> None:
    assert all(school_grade(words) <= HARDEST for words in NO_VALUE.values())


def test_syllables_are_counted_as_they_are_said() -> None:
    known = {
        "walked": 1, "needed": 2, "hotel": 2, "area": 3, "being": 2, "people": 2, "little": 2, "times": 1, "boxes": 2,
        "treatment": 2, "relapse": 2, "metres": 2, "wheelchair": 2, "hoped": 1, "fluid": 2, "experience": 4, "scan": 1,
        "hospital": 3, "transplant": 2, "country": 2, "disability": 5, "medication": 4, "doctor": 2, "nurse": 1,
    }  # fmt: skip
    wrong = {word: syllables(word) for word, count in known.items() if syllables(word) != count}
    # Rules miss a word here and there; a tenth of them is what is allowed.
    assert len(wrong) <= len(known) / 10, wrong


def test_the_grade_is_the_published_formula() -> None:
    # 10 words in 2 sentences, 13 syllables, by hand.
    text = "The doctor saw me on Monday. She was very kind."
    assert sum(map(syllables, ["The", "doctor", "saw", "me", "on", "Monday", "She", "was", "very", "kind"])) == 13
    assert school_grade(text) == pytest.approx(0.39 * 10 / 2 + 11.8 * 13 / 10 - 15.59)
    assert school_grade("") == 0


def test_excepted_names_are_names_and_each_has_its_reason() -> None:
    listed = table("plain_words", Excepted)
    assert all(one.why for one in listed)
    assert len({one.name for one in listed}) == len(listed)
    used = "\n".join(text for form in forms().values() for _, text in said(form)).casefold()
    assert [one.name for one in listed if one.name.casefold() not in used] == []
    assert "ocrelizumab" in names()
    assert school_grade("I had ocrelizumab and natalizumab.") == school_grade("I had it and it.")
