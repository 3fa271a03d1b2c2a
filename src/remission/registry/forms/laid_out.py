"""A form laid out for filling in: its parts, their episodes, and at each question what is in its inputs.

Choices are one input, in which "I don't know" and "I'd rather not say" are choices as well, so that one undoes the
other. Whatever is typed has a second input for these two beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from remission.registry.forms.check import EPISODE, MARK, Place, Trouble, input_name
from remission.registry.forms.form import NO_VALUE, Form, Question, Section
from remission.registry.forms.in_words import HEADINGS, LONGEST_NAME, UNSAID_UNITS
from remission.registry.forms.standing import place_named, place_of, question_at, section_of

if TYPE_CHECKING:
    from remission.registry.answers import Answer

# How a question is answered: one of rows that are tapped, one of a list that opens, a line, or as much as one likes.
Way = Literal["rows", "list", "line", "words"]
# So many rows are still seen at once on a phone; more are a list.
MOST_ROWS = 12
LATEST_EPISODE = 1_000_000


@dataclass(frozen=True)
class Option:
    """One choice: its value, its words, whether it is chosen, and whether it says why there is no answer."""

    value: str
    words: str
    chosen: bool
    no_value: bool = False


@dataclass(frozen=True, repr=False)
class Asked:
    """One question at one place: the names of its inputs, what is in them, and what is to be looked at again."""

    question: Question
    place: Place
    way: Way
    text: str
    state: str
    options: tuple[Option, ...]
    ways_out: tuple[Option, ...]
    troubles: tuple[str, ...]
    condition: str = ""
    waits_for: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        """The name of its input."""
        return input_name(*self.place)

    @property
    def state_name(self) -> str:
        """The name of the input that says why there is no value."""
        return input_name(*self.place, state=True)

    @property
    def first_id(self) -> str:
        """Where a link to it leads: its input, or the first of its rows."""
        return f"{self.name}=0" if self.way == "rows" else self.name

    @property
    def unit(self) -> str:
        """What stands after a number."""
        unit = self.question.about.unit
        return unit if self.question.kind == "number" and unit not in UNSAID_UNITS else ""


@dataclass(frozen=True, repr=False)
class Block:
    """The questions about one episode, or those of a part that is asked once.

    `stands` says that it was told before, `folded` that only its title is seen until somebody opens it.
    """

    episode: str
    title: str
    asked: tuple[Asked, ...]
    stands: bool = False
    folded: bool = False


@dataclass(frozen=True, repr=False)
class Part:
    """One section with its blocks."""

    section: Section
    blocks: tuple[Block, ...]


@dataclass(frozen=True, repr=False)
class LaidOut:
    """A form, or some of its sections, with everything that stands in its inputs.

    `rows` are the names of the answers that it shows; `left` what was written into inputs that it has no more.
    """

    form: Form
    parts: tuple[Part, ...]
    rows: tuple[str, ...]
    left: tuple[str, ...] = field(default=())

    def linked(self, troubles: Sequence[Trouble]) -> tuple[tuple[str, str, str], ...]:
        """Each trouble with the question it is about and where its input is; both empty where it is about no input."""
        at = {one.place: one for part in self.parts for block in part.blocks for one in block.asked}
        found = ((at.get(Place(one.field, one.episode)), one.words) for one in troubles)
        return tuple((one.question.words, words, one.first_id) if one else ("", words, "") for one, words in found)


def lay_out(
    form: Form,
    raw: Mapping[str, str],
    troubles: Sequence[Trouble] = (),
    standing: Sequence[Answer] = (),
    *,
    sections: Collection[str] = (),
) -> LaidOut:
    """A form, or the named sections of it, with the texts of its inputs; a part of no episode has one that is empty.

    `standing` are the answers that it shows: those whose inputs are in it are named with it.

    >>> from remission.registry.forms.form import forms
    >>> laid = lay_out(forms()["short"], {"relapses.day/relapses-7": "2019"})
    >>> [[block.title for block in part.blocks] for part in laid.parts if part.section.another]
    [['Relapse 1: 2019'], ['Add a scan'], ['Add a treatment']]
    """
    laying = _Laying(form, raw, troubles, standing, alone=bool(sections))
    parts = tuple(map(laying.part, (one for one in form.sections if not sections or one.name in sections)))
    places = {one.place for part in parts for block in part.blocks for one in block.asked}
    rows = tuple(one.answer_id for one in standing if place_of(one) in places)
    return LaidOut(form, parts, rows, tuple(laying.left()))


def new_episode(section: str) -> str:
    """The name of a new episode: its number at random, so that two who fill in a form at once do not write into one.

    >>> new_episode("relapses").startswith("relapses-")
    True
    """
    return f"{section}-{1 + secrets.randbelow(LATEST_EPISODE - 1)}"


class _Laying:
    """One form as it is laid out."""

    def __init__(
        self,
        form: Form,
        raw: Mapping[str, str],
        troubles: Sequence[Trouble],
        standing: Sequence[Answer],
        *,
        alone: bool,
    ) -> None:
        self.form, self.raw, self.alone = form, raw, alone
        self.said: dict[Place, list[str]] = {}
        for one in troubles:
            self.said.setdefault(Place(one.field, one.episode), []).append(one.words)
        self.standing = {one.episode for one in standing if one.episode}
        self.written = {place_named(name).episode for name, text in raw.items() if text.strip()}
        self.troubled = {one.episode for one in troubles}
        self.episodes: dict[str, list[str]] = {}
        for episode in dict.fromkeys(place_named(name).episode for name in raw):
            if EPISODE.fullmatch(episode):
                self.episodes.setdefault(section_of(episode), []).append(episode)

    def part(self, section: Section) -> Part:
        if not section.of_episodes:
            return Part(section, (self._block(section, "", ""),))
        episodes = self.episodes.get(section.name, [])
        if not section.another:
            written = [one for one in episodes if one in self.written] or episodes or [new_episode(section.name)]
            return Part(section, (self._block(section, written[0], ""),))
        if not episodes:
            return Part(section, (self._empty(section),))
        return Part(section, tuple(self._block(section, one, str(number)) for number, one in enumerate(episodes, 1)))

    def left(self) -> Iterator[str]:
        """What somebody wrote and no input can show: its question is gone, or the choice that was picked."""
        return (text for name, text in self.raw.items() if text.strip() and not self._is_shown(name, text.strip()))

    def _is_shown(self, name: str, plain: str) -> bool:
        place = place_named(name)
        question = question_at(self.form, place)
        if question is None:
            return False
        if name.endswith(MARK):
            return plain in NO_VALUE and not (question.offered and self.raw.get(input_name(*place), "").strip())
        return not question.offered or plain in question.offered or plain in NO_VALUE

    def _empty(self, section: Section) -> Block:
        """An episode of which nothing is written: where there are other parts it is folded, for most had none."""
        block = self._block(section, new_episode(section.name), "1")
        noun = _noun(section)
        return block if self.alone else replace(block, title=f"Add a {noun}", folded=True)

    def _block(self, section: Section, episode: str, number: str) -> Block:
        asked = tuple(self._asked(section, one, Place(one.field, episode)) for one in section.questions)
        noun = _noun(section)
        title = f"{noun[0].upper()}{noun[1:]} {number}" if number else ""
        stands = episode in self.standing
        called = _called(asked[0]) if title else ""
        folded = bool(title) and stands and episode not in self.troubled
        return Block(episode, f"{title}: {called}" if called else title, asked, stands, folded)

    def _asked(self, section: Section, question: Question, place: Place) -> Asked:
        text, state = self.raw.get(input_name(*place), ""), self.raw.get(input_name(*place, state=True), "").strip()
        way = _way(question)
        picked = text.strip() or state
        if way in ("rows", "list"):
            options: Iterable[Option] = (Option(value, words, value == picked) for value, words in
                                         question.offered.items())  # fmt: skip
            ways_out: Iterable[Option] = (Option(value, words, value == picked, no_value=True) for value, words in
                                          NO_VALUE.items())  # fmt: skip
        else:
            options, ways_out = (), (Option(value, words, value == state) for value, words in NO_VALUE.items())
        return Asked(
            question, place, way, text, state, tuple(options), tuple(ways_out), tuple(self.said.get(place, ())),
            *_condition(section, question, place.episode),
        )  # fmt: skip


def _noun(section: Section) -> str:
    """What one episode is called: "relapse", where the button says "Add one more relapse"."""
    said = section.another.removeprefix("Add one more").strip()
    return said or next((one.one.casefold() for one in HEADINGS if section.name in one.sections), section.title)


def _called(first: Asked) -> str:
    """What is in the first question of an episode, by which it is told from others."""
    chosen = (one.words for one in first.options if one.chosen)
    return next(chosen, "" if first.options else first.text.strip()[:LONGEST_NAME])


def _way(question: Question) -> Way:
    if question.offered:
        return "rows" if len(question.offered) <= MOST_ROWS else "list"
    return "words" if question.kind == "text" else "line"


def _condition(section: Section, question: Question, episode: str) -> tuple[str, tuple[str, str]]:
    """In words when a question is asked, and the input and value on which that hangs."""
    for of, value in question.only_if.items():
        other = next((one for one in section.questions if one.field == of), None)
        if other is not None:
            words = f"Only if you said “{other.offered.get(value, value)}” to “{other.words}”"
            return words, (input_name(of, episode), value)
    return "", ("", "")
