"""A person's timeline in words: each thing with its date as it was told, and what was said to be not known."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from remission.exhibits.wording import day_words
from remission.registry.day_zero import HSCT
from remission.registry.forms.form import NO_VALUE, forms
from remission.registry.schema import fields
from remission.registry.values import Told, told

if TYPE_CHECKING:
    from remission.registry.forms.form import Question
    from remission.registry.rows import Row
    from remission.web.journey.timeline import Stretch, Timeline

TRANSPLANT = "Stem cell transplant"
# What each row of a table is about, for one person.
THINGS = {
    "treatments": "Treatment", "adverse_events": "Harm", "relapses": "Relapse", "scans": "MRI scan",
    "labs": "Blood test", "walking": "How I walk", "visits": "EDSS", "asked": "Since last time",
    "subjects": "About me", "registry": "About me",
}  # fmt: skip
NOT_TOLD = "not told"
SAID = {"unknown": "I do not know", "declined": "I would rather not say", "not_asked": "was not asked"}


def when_words(when: Told) -> str:
    """A date as it was told, and that a day or month was not.

    >>> [when_words(told(text)) for text in ("2020-05-03", "2020-05", "2020")]
    ['3 May 2020', 'May 2020 (no day told)', '2020 (only the year told)']
    """
    if when.precision == "day":
        return day_words(when.first)
    return f"{when.first:%B %Y} (no day told)" if when.precision == "month" else f"{when.first:%Y} (only the year told)"


def stretch_words(one: Stretch) -> str:
    """From when to when something lasted, as far as that was told."""
    begins = when_words(one.begins)
    if one.what == HSCT:
        return begins
    if one.ends is not None:
        return f"from {begins} to {when_words(one.ends)}"
    if one.lasts is not None:
        return f"from {begins}; still there on {day_words(one.lasts)}"
    known = (
        "not known" if one.row.absent("end_day") == "unknown" or one.row.absent("ongoing") == "unknown" else NOT_TOLD
    )
    return f"from {begins}; its end is {known}"


def name_of(what: str) -> str:
    """A therapy or a side effect as it is called on a page."""
    return TRANSPLANT if what == HSCT else what


def said_words(row: Row, column: str) -> str:
    """What was told of one thing in the words in which it was asked; why not, where it was not."""
    question, value = _question(f"{row.table}.{column}"), row.value(column)
    if value is None:
        absent = row.absent(column)
        return NOT_TOLD if absent is None else SAID.get(absent, absent.replace("_", " "))
    if question is not None and value in question.offered:
        return question.offered[value]
    return when_words(told(value)) if fields()[f"{row.table}.{column}"].kind == "day" else value


def details(row: Row, *left_out: str) -> str:
    """Everything else that was told of one thing, each after what was asked."""
    said = [f"{asked_words(row, name)} {said_words(row, name)}" for name in row.cells
            if name not in left_out and row.value(name) is not None]  # fmt: skip
    return " ".join(one if one.endswith((".", "?")) else f"{one}." for one in said)


def asked_words(row: Row, column: str) -> str:
    """What was asked, in the words of the form; what the field means, where no form asks it."""
    question = _question(f"{row.table}.{column}")
    return question.words if question is not None else f"{fields()[f'{row.table}.{column}'].meaning}:"


def not_known(timeline: Timeline) -> Iterator[tuple[str, str, str]]:
    """Every question to which they did not know or would not say the answer: of what, what was asked, the answer."""
    for row in timeline.rows:
        for name, answer in row.cells.items():
            if answer.state in NO_VALUE:
                yield about(row), asked_words(row, name), f"{NO_VALUE[answer.state]} ({day_words(answer.told_on)})"


def about(row: Row) -> str:
    """Which thing a row is of: its kind, its name and its date, as far as they were told."""
    thing = THINGS[row.table]
    what = row.value("therapy") or row.value("term") or ""
    day = row.value("day") or row.value("start_day")
    named = f"{thing}: {name_of(what)}" if what else thing
    return f"{named}, {when_words(told(day))}" if day else named


@cache
def _question(name: str) -> Question | None:
    """The question about a field in the long form, else in the first form that asks it."""
    every = forms()
    for form in (every["long"], *every.values()):
        if name in form.fields:
            try:
                return form.question(name)
            except KeyError:
                continue
    return None
