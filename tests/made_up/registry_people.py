"""Invented people of the registry, who tell what a test needs of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from remission.registry.answers import Answer, State, Teller
from remission.registry.consent import Consent, Scope
from remission.registry.rows import Person

START = date(2020, 1, 1)
ALL: tuple[Scope, ...] = ("research", "aggregates", "contact")


def day(number: int) -> date:
    """The day that comes so many days after the first of 2020."""
    return START + timedelta(days=number)


@dataclass
class Somebody:
    """A person who registered on a day, and what they have told so far."""

    person: Person
    answers: list[Answer] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, registered: int = 0, scopes: Sequence[Scope] = ALL) -> Somebody:
        """Somebody who registered and agreed to everything, or to some of it."""
        consent = Consent(f"{name}-C1", name, "1", tuple(scopes), day(registered))
        return cls(Person(name, day(registered), (consent,)))

    def tells(
        self, on: int, what: str, value: str = "", episode: str = "", *, state: State = "told",
        teller: Teller = "self", replaces: str | None = None, version: str = "1",
    ) -> Answer:  # fmt: skip
        """One answer more."""
        name = f"{self.person.person_id}-A{len(self.answers) + 1}"
        one = Answer(
            name, self.person.person_id, what, value, state, episode, day(on), day(on), replaces, version, "1", teller
        )
        self.answers.append(one)
        return one

    def is_asked(self, on: int, relapses: str = "no") -> None:
        """Asked on a day whether there was a relapse since the last time."""
        self.tells(on, "asked.relapses", relapses, f"visit-{on}")

    def relapses(self, on: int, when: str, episode: str) -> None:
        """Tells of a relapse."""
        self.tells(on, "relapses.day", when, episode)

    def scored(self, on: int, edss: str, when: int | None = None) -> None:
        """Tells of an EDSS."""
        episode = f"visit-{on}"
        self.tells(on, "visits.day", day(on if when is None else when).isoformat(), episode)
        self.tells(on, "visits.edss", edss, episode)

    def transplanted(self, on: int, when: str, episode: str = "transplant-1") -> Answer:
        """Tells of a transplant; the answer that names it."""
        named = self.tells(on, "treatments.therapy", "hsct", episode)
        self.tells(on, "treatments.start_day", when, episode)
        return named

    def treated(self, on: int, therapy: str, start: date, end: date | None) -> None:
        """Tells of a therapy, and of its last day if it had one."""
        episode = f"treatment-{len(self.answers)}"
        self.tells(on, "treatments.therapy", therapy, episode)
        self.tells(on, "treatments.start_day", start.isoformat(), episode)
        if end is not None:
            self.tells(on, "treatments.end_day", end.isoformat(), episode)

    def stops(self, on: int, *, erase: bool = False) -> None:
        """Withdraws the last consent."""
        *before, last = self.person.consents
        ended = replace(last, ended_on=day(on), ending="stop and erase" if erase else "stop")
        self.person = replace(self.person, consents=(*before, ended))

    def agrees_again(self, on: int, version: str = "2", scopes: Sequence[Scope] = ALL) -> None:
        """Gives a consent of another version; one that still holds is replaced by it."""
        kept = [
            replace(one, ended_on=day(on), ending="replaced") if one.ended_on is None else one
            for one in self.person.consents
        ]
        name = f"{self.person.person_id}-C{len(kept) + 1}"
        self.person = replace(
            self.person, consents=(*kept, Consent(name, self.person.person_id, version, tuple(scopes), day(on)))
        )


def everything(tellers: Sequence[Somebody]) -> tuple[list[Person], list[Answer]]:
    """The people and all their answers."""
    return [one.person for one in tellers], [answer for one in tellers for answer in one.answers]
