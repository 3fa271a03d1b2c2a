"""Which numbers a pooling question takes, and why each other one that it asks for is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from remission.studies.overlap import Entry, LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from remission.studies.load import Studies
    from remission.studies.questions import Question
    from remission.studies.study import Number, Study


class Selected(NamedTuple):
    """Cohorts that can be pooled as far as their own numbers go, and those that cannot, each with its reason."""

    usable: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]


def select(question: Question, studies: Studies) -> Selected:
    """Every number that a question asks for, parted into what can be pooled and what cannot.

    >>> from remission.studies.load import load_studies
    >>> from remission.studies.questions import load_question
    >>> selected = select(load_question("hsct-neda-5y"), load_studies())
    >>> sorted({one.study.name for one in selected.usable})
    ['halt-ms', 'silfverberg-2023', 'silfverberg-2024']
    """
    every = [Entry(*one) for one in _asked(question, studies)]
    why = [why_not(one, question) for one in every]
    usable = tuple(one for one, reason in zip(every, why, strict=True) if not reason)
    return Selected(usable, tuple(LeftOut(one, reason) for one, reason in zip(every, why, strict=True) if reason))


def _asked(question: Question, studies: Studies) -> Iterator[tuple[Study, Number]]:
    for study, number in studies.numbers(showable=False):
        # A part of an arm by what it was like (`among`) has no partner in other studies.
        arm = study.arm(number.arm)
        # What others pooled is printed beside ours: its people are those of other files.
        if study.kind == "pooled by others" or arm is None or arm.therapy != question.therapy or number.among:
            continue
        at_its_time = question.months in (None, number.months)
        of_its_course = question.course in ("", number.course, arm.course)
        if number.what in question.what and at_its_time and of_its_course:
            yield study, number


def why_not(entry: Entry, question: Question) -> str:
    """Why a number cannot be pooled as it was printed; empty when it can."""
    number = entry.number
    if not number.is_showable:
        return "its number was not checked"
    if not question.estimators:
        return ""
    if question.shape == "count":
        counted = number.events is not None and entry.people is not None
        return "" if counted else "no count of people is printed"
    if question.shape == "ratio":
        return "" if number.has_interval else "no interval is printed"
    if not (number.has_interval or number.standard_error):
        return "no interval is printed"
    return "" if 0 < (number.value or 0) < 100 else "a share of nobody or everybody has no log(-log)"
