"""Accepted answers made rows of the registry: each with who told it, when, and under which consent and form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from remission.registry.answers import Answer, Place, current

if TYPE_CHECKING:
    from remission.registry.forms.check import Checked
    from remission.registry.forms.form import Form
    from remission.registry.schema import Teller


@dataclass(frozen=True)
class Telling:
    """One time a form was sent: whose record, by whom, on which day, and under which consent."""

    person_id: str
    told_on: date = field(repr=False)
    recorded_on: date = field(repr=False)
    consent_version: str
    teller: Teller = "self"


def answers_of(
    checked: Checked, form: Form, telling: Telling, before: Sequence[Answer], new_id: Callable[[], str]
) -> tuple[Answer, ...]:
    """The rows to add for what a form was found to say; an answer that stands as it is needs no second row.

    `before` are the rows of this person so far, `new_id` gives the name of a row. What is told anew of the same field
    and episode replaces what stood there.

    >>> from remission.registry.forms.check import check_answers
    >>> from remission.registry.forms.form import forms
    >>> day, long = date(2026, 5, 3), forms()["long"]
    >>> checked = check_answers(long, {"subjects.sex": "female"}, today=day)
    >>> rows = answers_of(checked, long, Telling("P1", day, day, "1"), [], iter(["A1"]).__next__)
    >>> rows[0].form_version, answers_of(checked, long, Telling("P1", day, day, "1"), rows, str)
    ('long-1', ())
    """
    return tuple(_added(checked, form, telling, {one.place: one for one in current(before)}, new_id))


def _added(
    checked: Checked, form: Form, telling: Telling, standing: dict[Place, Answer], new_id: Callable[[], str]
) -> Iterator[Answer]:
    for one in checked.accepted:
        old = standing.get(Place(telling.person_id, one.episode, one.field))
        if old is None or (old.state, old.value) != (one.state, one.value):
            yield Answer(
                new_id(), telling.person_id, one.field, one.value, one.state, one.episode,
                telling.told_on, telling.recorded_on, old.answer_id if old else None,
                telling.consent_version, form.label, telling.teller,
            )  # fmt: skip
