"""One record as its pages show it: what stands in words, what is due, and what waits to be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from remission.registry.answers import Answer, current
from remission.registry.consent import active_consent
from remission.registry.forms.in_words import Group, in_words, section_at
from remission.registry.forms.standing import TAKEN_BACK, place_of
from remission.web.records.models import DraftRow
from remission.web.records.reading import answers_of_person, person_of
from remission.web.records.visits import Visits, filled_on, visits


@dataclass(frozen=True, repr=False)
class Record:
    """A record on a day. `drafts` are when each form was last written at by who looks, and not sent."""

    standing: tuple[Answer, ...]
    visits: Visits
    drafts: Mapping[str, datetime]
    may_tell: bool

    @property
    def groups(self) -> tuple[Group, ...]:
        """Everything that stands, in words."""
        return in_words(self.standing)

    @property
    def by_section(self) -> Counter[str]:
        """How many answers stand in each section."""
        return Counter(section_at(place_of(one)) for one in self.standing if one.state != TAKEN_BACK)

    def told_on(self, day: date) -> Sequence[Group]:
        """What was told on a day, in words."""
        return in_words([one for one in self.standing if one.told_on == day])


def record_of(person_id: str, actor: str, day: date) -> Record:
    """The record of a person as an account (by its name in the audit) sees it on a day."""
    person, answers = person_of(person_id), answers_of_person(person_id)
    written = DraftRow.objects.filter(person_id=person_id, actor=actor).values_list("form", "saved_at")
    return Record(
        current(answers), visits(person, answers, filled_on(person_id), day), dict(written),
        active_consent(person.consents, day) is not None,
    )  # fmt: skip
