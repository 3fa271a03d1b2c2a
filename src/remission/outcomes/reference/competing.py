"""How a first spell ended where death competes: `docs/rules.md`, "A death that competes"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from remission.outcomes.reference.trail import Decision
    from remission.records.people import SubjectRecords


class Ending(NamedTuple):
    """The day on which a first spell ended and by what; of a death without the event, what becomes of it."""

    until: int
    by: str | None
    unseen: int | None = None
    death: str | None = None


def ending_of(person: SubjectRecords, first: Decision, late_death_days: int | None) -> Ending:
    """How the first spell of one person ended, where a death without the event may be an ending of its own."""
    if first.event:
        return Ending(first.exit, "event")
    death, cut = person.subject["death_day"], person.subject["cut_day"]
    if death is None or (cut is not None and death > cut):
        return Ending(first.exit, None)
    kind = _kind(person, first, death, late_death_days)
    if kind == "competes":
        return Ending(death, "death", death - first.exit, kind)
    return Ending(first.exit, None, None, kind)


def _kind(person: SubjectRecords, first: Decision, death: int, late_death_days: int | None) -> str:
    """The questions in the order in which the rules ask them; the first that is answered decides."""
    # Rule 1: of whom the endpoint cannot be asked.
    if first.reason in ("no-origin", "no-baseline", "event-before-entry") or death <= first.entry:
        return "not asked"
    # Rule 2: a change that nobody could confirm or refute.
    if first.reason == "unconfirmed-rise":
        return "open"
    # Rule 3: was the person in follow-up until the death?
    if first.reason != "died":
        if first.reason not in ("not-observed", "unknown", "no-follow-up"):
            return "left"
        if person.subject["end_reason"] not in ("died", None):
            return "left"
    # Rule 4: how long nobody had looked.
    if late_death_days is None or death - first.exit <= late_death_days:
        return "competes"
    return "later"
