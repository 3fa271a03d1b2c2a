"""What was typed into a form, made answers: what is right is accepted, what is not is asked again, nothing is lost.

Whatever is not accepted stays a draft, letter by letter as it was typed. Inputs are named by `input_name`: the field,
the episode where there is one, and a mark on the input that says why a question has no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from remission.registry.forms.dates import check_date
from remission.registry.forms.form import TODAY, Form, Question, forms
from remission.registry.forms.typed import read_state, read_typed
from remission.registry.forms.unclear import Unclear
from remission.registry.values import told

# "not_asked" is never read from an input: it is what stands once somebody took an answer back.
State = Literal["told", "unknown", "declined", "not_asked"]
NO_STATES: Mapping[str, State] = {"unknown": "unknown", "declined": "declined"}
MARK = "?"
EPISODE = re.compile(r"(?P<section>[a-z-]+)-[1-9]\d{0,5}", re.ASCII)
# This version is for adults; whether a birthday has come is not known from a year, so the later year is let in.
FEWEST_YEARS = 18
BORN = "registry.birth_year"
# The last day of something, by its first.
ENDS = {
    "relapses.end_day": "relapses.day",
    "adverse_events.end_day": "adverse_events.day",
    "treatments.end_day": "treatments.start_day",
}
STILL_ON = {"adverse_events.end_day": "adverse_events.ongoing", "treatments.end_day": "treatments.ongoing"}

GONE = (
    "We have changed this form since you opened it. All that you wrote is kept, and stands in the new one. "
    "Please look it over and send it again."
)
NOT_IN_FORM = "This question is not in the form any more. What you wrote is kept."
BOTH = "You gave an answer here, and also said that you give none. Please choose one of the two."
NO_SUCH_STATE = "Please pick one of the answers in the list."
TOO_YOUNG = "This version is for people of 18 years or more. Please look at the year again."
UNBORN = "This year has not come yet. Please look at it again."
ENDS_FIRST = "This is before the day on which it started. Please look at both days again."
ENDS_AND_IS_ON = "You gave a last day, and said that you still have it. Please change one of the two."


class Place(NamedTuple):
    """What an input is about: a field, and the episode it belongs to ("" for what is told once)."""

    field: str
    episode: str


@dataclass(frozen=True)
class Accepted:
    """One answer as the field takes it; `value` is empty in every state but told."""

    field: str
    value: str
    state: State
    episode: str

    def __repr__(self) -> str:
        """What it is about and never what was told: this is what logs show."""
        return f"Accepted({self.field}, {self.state})"


@dataclass(frozen=True)
class Trouble:
    """What a person is asked to look at again, and at which input; for their eyes alone."""

    field: str
    episode: str
    words: str

    def __repr__(self) -> str:
        """Where it is and never the words, which may quote a date."""
        return f"Trouble({self.field})"


@dataclass(frozen=True)
class Checked:
    """What came of a form: answers, what to ask again, and drafts: inputs that are not accepted, as typed."""

    accepted: tuple[Accepted, ...]
    troubles: tuple[Trouble, ...]
    drafts: Mapping[str, str]

    def __repr__(self) -> str:
        """Counts only."""
        return f"Checked({len(self.accepted)} accepted, {len(self.troubles)} troubles, {len(self.drafts)} drafts)"


def input_name(field: str, episode: str = "", *, state: bool = False) -> str:
    """The name of the input of a question, or with `state` of the one that says why it has no value.

    >>> input_name("relapses.day", "relapses-1"), input_name("subjects.sex", state=True)
    ('relapses.day/relapses-1', 'subjects.sex?')
    """
    return f"{field}{'/' if episode else ''}{episode}{MARK if state else ''}"


def check_answers(form: Form, raw: Mapping[str, str], *, today: date, birth_year: int | None = None) -> Checked:
    """Answers from the texts of a form's inputs by name, and every trouble at once; empty inputs say nothing.

    `birth_year` is what the person told before; one in `raw` goes before it.

    >>> checked = check_answers(forms()["short"], {"relapses.day/relapses-1": "03/05/2019"}, today=date(2026, 5, 1))
    >>> checked.troubles[0].words
    'Is this 3 May 2019 or 5 March 2019? Please write the month as a word.'
    >>> dict(checked.drafts)
    {'relapses.day/relapses-1': '03/05/2019'}
    """
    return _Check(form, raw, today, birth_year).checked()


def check_sent(
    name: str, version: int, raw: Mapping[str, str], *, today: date, birth_year: int | None = None
) -> Checked:
    """The same for a form by name and version; of a version that is gone nothing is accepted and all is a draft.

    >>> check_sent("short", 0, {"walking.step/walking-1": "3"}, today=date(2026, 5, 1))
    Checked(0 accepted, 1 troubles, 1 drafts)
    """
    form = forms().get(name)
    if form is None or form.version != version:
        return Checked((), (Trouble("", "", GONE),), dict(raw))
    return check_answers(form, raw, today=today, birth_year=birth_year)


class _Check:
    """One pass over the inputs of a form; what is accepted can still be taken back by a rule over several."""

    def __init__(self, form: Form, raw: Mapping[str, str], today: date, birth_year: int | None) -> None:
        self.form, self.raw, self.today, self.birth_year = form, raw, today, birth_year
        self.found: dict[Place, Accepted] = {}
        self.troubles: list[Trouble] = []
        self.drafts: dict[str, str] = {}

    def checked(self) -> Checked:
        places = dict.fromkeys(self._places())
        # A year of birth bounds all dates, so it is read first.
        for place in sorted(places, key=lambda one: one.field != BORN):
            self._read(place)
        for place in list(self.found):
            self._hold_to_others(place)
        return Checked((*self.found.values(), *self._set()), tuple(self.troubles), self.drafts)

    def _places(self) -> Iterator[Place]:
        """What the inputs with something in them are about; a name that is no input's is asked about at once."""
        for name, text in self.raw.items():
            if not text.strip():
                continue
            field, _, episode = name.removesuffix(MARK).partition("/")
            if name == input_name(field, episode, state=name.endswith(MARK)):
                yield Place(field, episode)
            else:
                self.troubles.append(Trouble(field, episode, NOT_IN_FORM))
                self.drafts[name] = text

    def _read(self, place: Place) -> None:
        question = self._question(place)
        if question is None:
            self._ask_again(place, NOT_IN_FORM)
            return
        try:
            one = self._accepted(question, place)
        except Unclear as unclear:
            self._ask_again(place, unclear.words)
            return
        self.found[place] = one
        if place.field == BORN and one.state == "told":
            self.birth_year = int(one.value)

    def _accepted(self, question: Question, place: Place) -> Accepted:
        text = self.raw.get(input_name(*place), "").strip()
        state = self.raw.get(input_name(*place, state=True), "").strip()
        if state and text:
            raise Unclear(BOTH)
        # In own words "unknown" is an answer like any other.
        state = state or (read_state(text) if question.kind != "text" else "")
        if state:
            return Accepted(place.field, "", _state(state), place.episode)
        value = read_typed(question, text)
        self._hold_to_time(question, value)
        return Accepted(place.field, value, "told", place.episode)

    def _hold_to_time(self, question: Question, value: str) -> None:
        if question.kind == "date":
            check_date(value, self.today, self.birth_year)
        if question.field == BORN and int(value) > self.today.year:
            raise Unclear(UNBORN)
        if question.field == BORN and self.today.year - int(value) < FEWEST_YEARS:
            raise Unclear(TOO_YOUNG)

    def _hold_to_others(self, place: Place) -> None:
        """Take a last day back that lies before the first, or of what is said to be still on."""
        begins = self.found.get(Place(ENDS.get(place.field, ""), place.episode))
        on = self.found.get(Place(STILL_ON.get(place.field, ""), place.episode))
        end = self.found[place]
        if end.state != "told":
            return
        if begins and begins.state == "told" and told(end.value).last < told(begins.value).first:
            self._take_back(place, ENDS_FIRST)
        elif on and on.value == "yes":
            self._take_back(place, ENDS_AND_IS_ON)

    def _take_back(self, place: Place, words: str) -> None:
        del self.found[place]
        self._ask_again(place, words)

    def _ask_again(self, place: Place, words: str) -> None:
        self.troubles.append(Trouble(*place, words))
        for name in (input_name(*place), input_name(*place, state=True)):
            if self.raw.get(name, "").strip():
                self.drafts[name] = self.raw[name]

    def _question(self, place: Place) -> Question | None:
        if not place.episode:
            places = [(section.name, place.field) for section in self.form.sections if not section.of_episodes]
        else:
            found = EPISODE.fullmatch(place.episode)
            section = found["section"] if found else ""
            places = [(one.name, place.field) for one in self.form.sections if one.of_episodes and one.name == section]
        return next((self.form.by_place[one] for one in places if one in self.form.by_place), None)

    def _set(self) -> Iterator[Accepted]:
        """What a section says without asking, for each of its episodes that something was told of."""
        for section in self.form.sections:
            for episode in dict.fromkeys(
                place.episode
                for place, one in self.found.items()
                if one.state == "told" and place.episode.rpartition("-")[0] == section.name
            ):
                for field, value in section.sets.items():
                    yield Accepted(field, self.today.isoformat() if value == TODAY else value, "told", episode)


def _state(text: str) -> State:
    if text not in NO_STATES:
        raise Unclear(NO_SUCH_STATE)
    return NO_STATES[text]
