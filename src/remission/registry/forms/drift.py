"""Do the forms still ask about the fields that there are, and have words for every value?

Fields change in one file and forms in another, so each form is held to the fields, and the long form to all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from remission.inputs.problems import Problem, nearest
from remission.registry.forms.form import MOST_STEPS, NO_VALUE, TODAY, Form, Question, Section
from remission.registry.schema import Field, fields

# What may be asked in which way, by the kind of the field; a text with a list of words is a choice.
ASKED_AS = {
    "choice": ("choice", "yes/no"),
    "day": ("date",),
    "integer": ("number", "choice"),
    "number": ("number",),
    "text": ("text",),
}


def check_form(form: Form) -> Iterator[Problem]:
    """What no longer fits between a form and the fields, as Problems of the form's file.

    >>> from remission.registry.forms.form import forms
    >>> list(check_form(forms()["long"]))
    []
    """
    file = f"{form.name}.toml"
    for section in form.sections:
        for question in section.questions:
            at = f"{section.name}.{question.field}"
            yield from _check_question(form, question, file, at)
        yield from _check_section(section, file)
    yield from _check_twice(form, file)


def check_whole(form: Form) -> Iterator[Problem]:
    """Fields that a form neither asks nor lists as left out, and those that it lists and asks all the same.

    >>> from remission.registry.forms.form import forms
    >>> list(check_whole(forms()["long"])), len(list(check_whole(forms()["short"]))) > 20
    ([], True)
    """
    file, left_out = f"{form.name}.toml", [one.field for one in form.not_asked]
    for name in fields():
        if name not in form.fields and name not in left_out:
            yield _problem(
                file, "not_asked", f"no word of {name}", "every field, asked or left out", "Ask it, or say why not."
            )
    for name in left_out:
        if name in form.fields or name not in fields():
            yield _problem(file, "not_asked", name, "a field that is not asked", "Take it out of the list.")


def allowed_values(about: Field) -> tuple[str, ...]:
    """The values that a choice must have words for; empty where anything in a range or any text is allowed.

    >>> allowed_values(fields()["adverse_events.ctcae_grade"])
    ('1', '2', '3', '4', '5')
    """
    if about.choices:
        return about.choices
    low, high = about.column.low, about.column.high
    if about.kind != "integer" or low is None or high is None or high - low > MOST_STEPS:
        return ()
    return tuple(str(step) for step in range(int(low), int(high) + 1))


def _check_question(form: Form, question: Question, file: str, at: str) -> Iterator[Problem]:
    if question.field not in fields():
        do = nearest(question.field, fields()) or "Take the question out."
        yield _problem(file, at, question.field, "a field of the registry", do)
        return
    about = question.about
    ways = ("choice", "yes/no") if about.choices else ASKED_AS[about.kind]
    if question.kind not in ways:
        yield _problem(file, at, question.kind, " or ".join(ways), "Ask it so.")
    elif question.kind in ("choice", "yes/no"):
        yield from _check_words(question, file, at)
    if about.of_delegate and form.teller != "delegate":
        yield _problem(file, at, "asked of the person", "a field that only a delegate tells", "Move it.")
    for other, value in question.only_if.items():
        if other not in form.fields or value not in allowed_values(fields()[other]):
            yield _problem(
                file, f"{at}.only_if", f"{other} = {value}", "a field of the form, and a value of it", "Mend it."
            )


def _check_words(question: Question, file: str, at: str) -> Iterator[Problem]:
    offered, allowed = question.offered, allowed_values(question.about)
    for value in allowed:
        if not offered.get(value, "").strip():
            yield _problem(file, at, f"no words for {value}", "words for every allowed value", "Add them.")
    for value in offered:
        if value not in allowed:
            yield _problem(file, at, value, ", ".join(allowed), "Take it out.")
        if value in NO_VALUE:
            yield _problem(file, at, value, "a value that is no way of not answering", "Call it otherwise.")


def _check_section(section: Section, file: str) -> Iterator[Problem]:
    told = {fields()[one.field].repeats for one in section.questions if one.field in fields()}
    if len(told) > 1 or (section.another and told == {False}):
        found = "fields told once, and such of episodes" if len(told) > 1 else "fields told once that repeat"
        yield _problem(file, section.name, found, "fields of one kind", "Make two sections.")
    for name, value in section.sets.items():
        known = fields().get(name)
        right = known is not None and (value == TODAY if known.kind == "day" else value in allowed_values(known))
        if not right:
            yield _problem(file, f"{section.name}.sets", f"{name} = {value}", "a field and a value of it", "Mend it.")


def _check_twice(form: Form, file: str) -> Iterator[Problem]:
    """Two sections of one name, or a field twice where it is told once: which of the two would count?"""
    names = [section.name for section in form.sections]
    asked = [(one, of) for one in form.sections for of in (*(each.field for each in one.questions), *one.sets)]
    once = [of if of in fields() and not fields()[of].repeats else f"{section.name}.{of}" for section, of in asked]
    for what, count in Counter([*names, *once]).items():
        if count > 1:
            yield _problem(file, what, "it twice", "each once", "Take one out.")


def _problem(file: str, at: str, found: str, allowed: str, do: str) -> Problem:
    return Problem.at_key(file, at, found=found, allowed=allowed, do=do)
