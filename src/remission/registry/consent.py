"""By whose leave a record may be used: consents in versions, with scopes, from a day and perhaps to a day.

A person has at most one consent at a time. It ends when another takes its place ("replaced"), or when the person stops:
"stop" leaves the rows and takes them out of every use; "stop and erase" says that none may be left. What was told
under a consent that was stopped does not come back with a later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from remission.inputs.problems import InputProblems, Problem

Scope = Literal["research", "aggregates", "contact"]
Ending = Literal["replaced", "stop", "stop and erase"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
ENDINGS: tuple[Ending, ...] = get_args(Ending)


@dataclass(frozen=True)
class Version:
    """One wording of the consent: the scopes it offers, each apart, and the first day on which it was shown."""

    name: str
    scopes: tuple[Scope, ...]
    from_date: date


@dataclass(frozen=True)
class Consent:
    """That a person agreed to the scopes of a version: from the day it was given, until it ended, and by what."""

    consent_id: str
    person_id: str
    version: str
    scopes: tuple[Scope, ...]
    given_on: date = field(repr=False)
    ended_on: date | None = field(default=None, repr=False)
    ending: Ending | None = None

    def active(self, on: date) -> bool:
        """Does it hold on that day? Not on the day it ends: what a person stops, stops that day."""
        return self.given_on <= on and (self.ended_on is None or on < self.ended_on)

    def covers_telling(self, on: date) -> bool:
        """May something have been told under it on that day? On its last day too, in the hours before."""
        return self.given_on <= on and (self.ended_on is None or on <= self.ended_on)


def active_consent(consents: Sequence[Consent], on: date) -> Consent | None:
    """The consent of a person that holds on a day; None without one, and after an erasure whatever came later."""
    return None if erased(consents, on) else next((one for one in consents if one.active(on)), None)


def covers(consents: Sequence[Consent], scope: Scope, on: date) -> bool:
    """May the records of the person with these consents be used for `scope` on that day?

    >>> given = Consent("C1", "P1", "1", ("research",), date(2026, 1, 1), date(2026, 3, 1), "stop")
    >>> [covers([given], "research", date(2026, month, 1)) for month in (2, 3)]
    [True, False]
    """
    found = active_consent(consents, on)
    return found is not None and scope in found.scopes


def erased(consents: Sequence[Consent], on: date) -> bool:
    """Has the person asked for everything to be erased by that day? The name is then never used again."""
    return any(one.ending == "stop and erase" and one.ended_on is not None and one.ended_on <= on for one in consents)


def told_under(consents: Sequence[Consent], version: str, on: date) -> Consent | None:
    """The consent under which the person told something on a day, by the version that the answer names.

    Of two of one version that meet on a day it is the later: it holds at the end of that day. None: the version was not
    active then, and the answer may not be used.
    """
    found = [one for one in consents if one.version == version and one.covers_telling(on)]
    return max(found, key=lambda one: one.given_on, default=None)


def told_and_stopped(consents: Sequence[Consent], told_on: date, on: date) -> bool:
    """Has the person stopped, by the day `on`, what they had told by `told_on`?

    A stop takes back whatever was told until then: also what was told under a consent that another had replaced in the
    meantime, for it was used by leave of that one since.

    >>> first = Consent("C1", "P1", "1", ("research",), date(2026, 1, 1), date(2026, 2, 1), "replaced")
    >>> second = Consent("C2", "P1", "1", ("research",), date(2026, 2, 1), date(2026, 3, 1), "stop")
    >>> [told_and_stopped([first, second], date(2026, 1, 9), date(2026, month, 1)) for month in (2, 3)]
    [False, True]
    """
    return any(stopped(one, on) and one.ended_on is not None and told_on <= one.ended_on for one in consents)


def stopped(consent: Consent, on: date) -> bool:
    """Has this consent been stopped by that day, so that what was told under it is used no more?"""
    return consent.ending in ("stop", "stop and erase") and consent.ended_on is not None and consent.ended_on <= on


def check_consents(consents: Sequence[Consent], versions: Mapping[str, Version] | None = None) -> None:
    """Refuse consents that cannot be: two at a time, an end before the beginning, scopes that a version never offered.

    InputProblems with every one. Without `versions` their wording is not looked at.
    """
    problems = [problem for one in consents for problem in _problems(one, versions)]
    by_person: dict[str, list[Consent]] = {}
    for one in consents:
        by_person.setdefault(one.person_id, []).append(one)
    for mine in by_person.values():
        problems += _two_at_a_time(mine)
    if problems:
        raise InputProblems(problems)


def _problems(one: Consent, versions: Mapping[str, Version] | None) -> Iterator[Problem]:
    if (one.ended_on is None) != (one.ending is None):
        yield _problem(one, "an end without its day or its kind", "both, or neither", "Give both.")
    if one.ended_on is not None and one.ended_on < one.given_on:
        yield _problem(one, "an end before it was given", "the day it was given, or later", "Correct the days.")
    if strange := sorted(set(one.scopes) - set(SCOPES)):
        yield _problem(one, f"the scope {', '.join(strange)}", ", ".join(SCOPES), "Correct the scope.")
    if versions is None:
        return
    version = versions.get(one.version)
    if version is None:
        yield _problem(one, f"version {one.version}, which is not there", ", ".join(versions), "Correct the version.")
        return
    if not set(one.scopes) <= set(version.scopes):
        yield _problem(one, "a scope that the version does not offer", ", ".join(version.scopes), "Take it out.")
    if one.given_on < version.from_date:
        found = f"given before version {one.version} was shown"
        yield _problem(one, found, f"{version.from_date} or later", "Correct the day or the version.")


def _two_at_a_time(mine: Sequence[Consent]) -> Iterator[Problem]:
    """In order of their days each must have ended by the day on which the next was given."""
    ordered = sorted(mine, key=lambda one: (one.given_on, one.ended_on or date.max))
    # The end that reaches farthest so far, and not only that of the one before: a long one may hold several short ones.
    latest: Consent | None = None
    for one in ordered:
        if latest is not None and (latest.ended_on is None or one.given_on < latest.ended_on):
            found = f"a consent beside {latest.consent_id}, which had not ended"
            yield _problem(one, found, "one consent at a time", "End the earlier one first.")
        if latest is None or _end(one) >= _end(latest):
            latest = one


def _end(one: Consent) -> date:
    return one.ended_on or date.max


def _problem(one: Consent, found: str, allowed: str, do: str) -> Problem:
    return Problem.of_file(f"consent {one.consent_id}", found=found, allowed=allowed, do=do)
