"""What was told, in the words in which it was asked: grouped as a person thinks of it, each with its day and teller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from remission.registry.forms.dates import date_words
from remission.registry.forms.form import NO_VALUE, Question, forms
from remission.registry.forms.standing import TAKEN_BACK, place_of, section_of
from remission.registry.schema import fields
from remission.registry.values import told

if TYPE_CHECKING:
    from remission.registry.answers import Answer, Teller
    from remission.registry.forms.check import Place

# Of days and points nothing is said after the number: it is asked for in them.
UNSAID_UNITS = ("points", "days since day zero")
# What an episode is called by, before its day: the first of these that was told.
CALLED_BY = ("treatments.therapy", "adverse_events.term", "labs.analyte")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Heading:
    """One part of a record: the sections of the forms that belong under it, and what one episode is called."""

    title: str
    sections: tuple[str, ...]
    one: str = ""


HEADINGS = (
    Heading("About me", ("me",)),
    Heading("My MS", ("my-ms",)),
    Heading("My treatments", ("transplant", "stay", "therapies"), "Treatment"),
    Heading("How I walk", ("walking",)),
    Heading("My EDSS", ("edss",)),
    Heading("Relapses", ("relapses",), "Relapse"),
    Heading("Scans", ("scans",), "Scan"),
    Heading("Side effects", ("harms",), "Side effect"),
    Heading("Blood tests", ("labs",), "Blood test"),
    Heading("Since last time", ("visit",)),
    Heading("In my own words", ("words",)),
    Heading("A death", ("death",)),
)


@dataclass(frozen=True)
class Said:
    """One answer in words: what was asked, what was said, on which day and by whom."""

    asked: str
    said: str
    told_on: date
    teller: Teller
    own: bool = False

    def __repr__(self) -> str:
        """What was asked and never what was said: this is what logs show."""
        return f"Said({self.asked!r})"


@dataclass(frozen=True, repr=False)
class Entry:
    """What was told of one episode, or of the person as a whole ("")."""

    name: str
    title: str
    lines: tuple[Said, ...]
    days: tuple[date, ...]
    tellers: tuple[Teller, ...]

    @property
    def told_on(self) -> date:
        """The last day on which any of it was told."""
        return max(self.days)

    @property
    def at_once(self) -> bool:
        """Was all of it told on one day by one teller?"""
        return len(set(self.days)) == 1 and len(set(self.tellers)) == 1


@dataclass(frozen=True, repr=False)
class Group:
    """A heading with what was told under it, the latest first."""

    heading: Heading
    entries: tuple[Entry, ...]


def in_words(standing: Sequence[Answer]) -> tuple[Group, ...]:
    """Answers that stand in words; what was taken back is left out, and so is a heading without anything."""
    placed: dict[str, dict[str, list[Answer]]] = {}
    for one in standing:
        if one.state != TAKEN_BACK:
            placed.setdefault(section_at(place_of(one)), {}).setdefault(one.episode, []).append(one)
    groups = (Group(heading, tuple(_entries(heading, placed))) for heading in HEADINGS)
    return tuple(group for group in groups if group.entries)


def value_words(question: Question, value: str) -> str:
    """A value that was told, in the words of the question; a date as exact as it was told.

    >>> value_words(forms()["long"].question("registry.hospital_days"), "24")
    '24 days'
    """
    if question.kind == "date":
        return date_words(value)
    unit = question.about.unit
    return f"{value} {unit}" if unit and unit not in UNSAID_UNITS else question.offered.get(value, value)


@cache
def section_at(place: Place) -> str:
    """The section to which what was told at a place belongs."""
    if place.episode:
        return section_of(place.episode)
    found = (section for section, field in _places() if field == place.field)
    return next(found, "")


@cache
def _places() -> Mapping[tuple[str, str], Question]:
    """The question about a field in a section: in the words of the longest form that asks it."""
    ordered = sorted(forms().values(), key=lambda form: form.minutes)
    return {place: one for form in ordered for place, one in form.by_place.items()}


@cache
def _question_in(form: str, section: str, field: str) -> Question:
    """The question that was answered: in the form in which it was told, else where it is asked now."""
    places = _places()
    there = forms()[form].by_place.get((section, field)) if form in forms() else None
    found = there or places.get((section, field))
    return found or next(question for (_, of), question in places.items() if of == field)


@cache
def _offered_in(form: str, section: str, field: str) -> Mapping[str, str]:
    # Lists of the library are long, and a record says the same few of them again and again.
    return _question_in(form, section, field).offered


def _at(one: Answer) -> tuple[str, str, str]:
    return one.form_version.rpartition("-")[0], section_at(place_of(one)), one.field


def _entries(heading: Heading, placed: Mapping[str, Mapping[str, list[Answer]]]) -> list[Entry]:
    found = [
        (_day(answers), _entry(heading, episode, answers))
        for section in heading.sections
        for episode, answers in placed.get(section, {}).items()
    ]
    # The latest first, and last what belongs to no episode.
    return [entry for _, entry in sorted(found, key=lambda one: (one[1].name != "", one[0]), reverse=True)]


def _entry(heading: Heading, episode: str, answers: Sequence[Answer]) -> Entry:
    name = next((one for of in CALLED_BY for one in answers if one.field == of and one.state == "told"), None)
    day = next((one for one in answers if _is_day(one)), None)
    said = [_said(name) if name else heading.one, _said(day) if day else ""]
    title = ", ".join(part for part in said if part) if episode else _title(heading, answers)
    # Names of drugs are written small, but for at the head of a line.
    title = title[:1].upper() + title[1:]
    if episode and not title:
        title = date_words(max(one.told_on for one in answers).isoformat())
    lines = tuple(_line(one) for one in answers if one is not name and one is not day) if episode else ()
    lines = lines or (() if episode else tuple(map(_line, answers)))
    return Entry(episode, title, lines, tuple(one.told_on for one in answers), tuple(one.teller for one in answers))


def _title(heading: Heading, answers: Sequence[Answer]) -> str:
    """What is told once has no title, but where it stands beside episodes: then it is that of its section."""
    name = section_at(place_of(answers[0]))
    titles = (section.title for form in forms().values() for section in form.sections if section.name == name)
    return next(titles, "") if len(heading.sections) > 1 else ""


def _day(answers: Sequence[Answer]) -> date:
    days = (told(one.value).first for one in answers if _is_day(one))
    return next(days, max(one.told_on for one in answers))


def _is_day(one: Answer) -> bool:
    """Is it the day on which something was or began, and told?"""
    return one.state == "told" and one.field.endswith((".day", ".start_day"))


def _line(one: Answer) -> Said:
    own = fields()[one.field].in_own_words and one.state == "told"
    return Said(_question_in(*_at(one)).words, _said(one), one.told_on, one.teller, own)


def _said(one: Answer) -> str:
    if one.state != "told":
        return NO_VALUE.get(one.state, "")
    offered = _offered_in(*_at(one))
    return offered.get(one.value, one.value) if offered else value_words(_question_in(*_at(one)), one.value)
