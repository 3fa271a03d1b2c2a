"""What stands put back into a form, and what comes back from it: left as it was, changed, or taken back.

A form that shows an answer names the row that it showed. So an input that was not touched changes nothing, whatever
somebody else has told since; a form that is sent twice adds nothing twice; and an input that was emptied takes its
answer back: a further row in the state "not asked", for rows are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remission.registry.answers import Answer, current
from remission.registry.forms.check import MARK, Accepted, Checked, Place, State, Trouble, input_name
from remission.registry.forms.dates import date_words
from remission.registry.schema import fields
from remission.registry.values import LONGEST_WORDS

if TYPE_CHECKING:
    from datetime import date

    from remission.registry.forms.form import Form, Question

TAKEN_BACK: State = "not_asked"
# The form that asks for everything shows everything that stands; any other asks what is new.
WHOLE = "long"
TOO_MUCH = (
    f"Together with what you told before this is more than {LONGEST_WORDS:,} letters. "
    "Please make it shorter. What you told before stays."
)


@dataclass(frozen=True)
class Shown:
    """What a form showed when it was sent: the names of the rows that stood in it, and the episodes to take out."""

    rows: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()


def place_of(one: Answer | Accepted) -> Place:
    """The input that an answer belongs to."""
    return Place(one.field, one.episode)


def place_named(name: str) -> Place:
    """What the name of an input says that it is about.

    >>> place_named("relapses.day/relapses-1?")
    Place(field='relapses.day', episode='relapses-1')
    """
    field, _, episode = name.removesuffix(MARK).partition("/")
    return Place(field, episode)


def section_of(episode: str) -> str:
    """The section that an episode belongs to.

    >>> section_of("my-ms-12")
    'my-ms'
    """
    return episode.rpartition("-")[0]


def question_at(form: Form, place: Place) -> Question | None:
    """The question of a form about a field, in the section of the episode; None where it is not asked there."""
    if place.episode:
        return form.by_place.get((section_of(place.episode), place.field))
    found = next((one for (_, of), one in form.by_place.items() if of == place.field), None)
    return None if found is None or found.about.repeats else found


def shown_in(form: Form, standing: Sequence[Answer], day: date) -> list[Answer]:
    """The answers that a form shows: everything that it asks; where it asks what is new, of episodes only today's.

    So a form that is opened again on the day it was sent can be corrected, and half a year later it is empty.
    """
    asked = [one for one in standing if question_at(form, place_of(one)) is not None]
    if form.name == WHOLE:
        return asked
    todays = {one.episode for one in standing if one.told_on == day}
    return [one for one in asked if not one.episode or one.episode in todays]


def overlaid(below: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """Inputs with others over them, question by question: a box that is not ticked any more sends nothing.

    >>> overlaid({"relapses.day/relapses-1?": "unknown"}, {"relapses.day/relapses-1": "2019"})
    {'relapses.day/relapses-1': '2019'}
    """
    places = {place_named(name) for name in above}
    return {name: text for name, text in below.items() if place_named(name) not in places} | dict(above)


def filled(form: Form, standing: Sequence[Answer], draft: Mapping[str, str], day: date) -> dict[str, str]:
    """What is in the inputs of a form when it is opened: what it shows, and over it what somebody wrote, not sent.

    A draft about an episode that was told since, and that the form shows no more, is over.
    """
    shown = shown_in(form, standing, day)
    gone = {one.episode for one in standing if one.episode} - {one.episode for one in shown}
    open_draft = {name: text for name, text in draft.items() if place_named(name).episode not in gone}
    return overlaid(as_typed(form, shown), open_draft)


def as_typed(form: Form, answers: Sequence[Answer]) -> dict[str, str]:
    """The inputs of a form as somebody would have typed these answers; what it does not ask is in none.

    `check_answers` makes the same answers of them again.
    """
    typed: dict[str, str] = {}
    for one in answers:
        question = question_at(form, place_of(one))
        if question is None or one.state not in ("told", "unknown", "declined"):
            continue
        told = one.state == "told"
        text = date_words(one.value) if told and question.kind == "date" else one.value if told else one.state
        typed[input_name(one.field, one.episode, state=not told)] = text
    return typed


def anew(form: Form, checked: Checked, raw: Mapping[str, str], before: Sequence[Answer], shown: Shown) -> Checked:
    """What a form says that was not said before: without what it showed and got back untouched, or what came already.

    `before` are all rows of the person. With it comes what was emptied, and every answer of an episode to take out.
    """
    return _Anew(form, raw, before, shown).of(checked)


class _Anew:
    """One form that came back."""

    def __init__(self, form: Form, raw: Mapping[str, str], before: Sequence[Answer], shown: Shown) -> None:
        self.form, self.raw, self.shown = form, raw, shown
        self.standing = {place_of(one): one for one in current(before)}
        self.rows: dict[Place, list[Answer]] = {}
        for one in before:
            self.rows.setdefault(place_of(one), []).append(one)

    def of(self, checked: Checked) -> Checked:
        kept = _without(checked, self.shown.out)
        told = [one for one in kept.accepted if not self._is_set(one) and not self._came(one)]
        joined = {place_of(one): self._with_words_before(one) for one in told if fields()[one.field].in_own_words}
        too_long = [place for place, one in joined.items() if len(one.value) > LONGEST_WORDS]
        told = [joined.get(place_of(one), one) for one in told if place_of(one) not in too_long]
        fresh = {one.episode for one in told if one.state == "told"}
        sets = [one for one in kept.accepted if self._is_set(one) and one.episode in fresh]
        back = dict.fromkeys(self._emptied())
        back |= dict.fromkeys(self._left_alone(set(back), fresh))
        return replace(
            kept,
            accepted=(*told, *sets, *(Accepted(place.field, "", TAKEN_BACK, place.episode) for place in back)),
            troubles=(*kept.troubles, *(Trouble(*place, TOO_MUCH) for place in too_long)),
            drafts={**kept.drafts, **{input_name(*place): self.raw[input_name(*place)] for place in too_long}},
        )

    def _is_set(self, one: Answer | Accepted) -> bool:
        """Does a section say it without asking?"""
        section = section_of(one.episode)
        return (section, one.field) not in self.form.by_place and any(
            one.field in other.sets for other in self.form.sections if other.name == section
        )

    def _came(self, one: Accepted) -> bool:
        """Is it what the form showed, or what this very form brought before?"""
        rows = self.rows.get(place_of(one), [])
        showed = [row for row in rows if row.answer_id in self.shown.rows]
        same = [row for row in rows if (row.state, row.value) == (one.state, one.value)]
        return any(row in showed or row.replaces in self.shown.rows or not showed for row in same)

    def _with_words_before(self, one: Accepted) -> Accepted:
        """Own words below those that stand where the form did not show them: no word is replaced unseen."""
        stands = self.standing.get(place_of(one))
        unseen = stands is not None and stands.state == "told" and stands.answer_id not in self.shown.rows
        if stands is None or not unseen or one.state != "told":
            return one
        came = stands.value == one.value or stands.value.endswith(f"\n\n{one.value}")
        return replace(one, value=stands.value if came else f"{stands.value}\n\n{one.value}")

    def _emptied(self) -> Iterator[Place]:
        """What was shown and came back empty, and everything that stands of an episode to take out."""
        for place, one in self.standing.items():
            if one.state == TAKEN_BACK:
                continue
            shown = one.answer_id in self.shown.rows and input_name(*place) in self.raw
            typed = (self.raw.get(input_name(*place, state=state), "").strip() for state in (False, True))
            if place.episode in self.shown.out or (shown and not any(typed)):
                yield place

    def _left_alone(self, back: set[Place], fresh: set[str]) -> Iterator[Place]:
        """What a section says without asking, of episodes of which nothing else is left."""
        for episode in {place.episode for place in back if place.episode} - fresh:
            rest = [one for place, one in self.standing.items() if place.episode == episode and place not in back]
            rest = [one for one in rest if one.state != TAKEN_BACK]
            if all(self._is_set(one) for one in rest):
                yield from map(place_of, rest)


def _without(checked: Checked, episodes: frozenset[str]) -> Checked:
    """What came of a form without some episodes."""
    return Checked(
        tuple(one for one in checked.accepted if one.episode not in episodes),
        tuple(one for one in checked.troubles if not one.episode or one.episode not in episodes),
        {name: text for name, text in checked.drafts.items() if place_named(name).episode not in episodes},
    )
