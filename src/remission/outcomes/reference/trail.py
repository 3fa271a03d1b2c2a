"""What the twin notices and decides: steps on a trail, findings of a rule, and the decision on one subject."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rows:
    """Names of the rows that decided, None where a row of that role played no part."""

    baseline_row: str | None = None
    onset_row: str | None = None
    confirmation_row: str | None = None
    relapse_row: str | None = None
    scan_row: str | None = None
    treatment_row: str | None = None
    course_row: str | None = None


@dataclass(frozen=True)
class Step:
    """One step of reasoning: what was noticed, on which day, in which row; narration turns it into a sentence."""

    code: str
    day: int | None = None
    row: str | None = None
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """One event that a rule found; `confirmed` is False for one that counts without confirmation."""

    day: int
    onset: int
    rows: Rows = Rows()
    relation: str | None = None
    confirmed: bool = True


@dataclass(frozen=True)
class Watch:
    """When somebody was looking: from `entry` on; records after `last_usable` are not used.

    Days that stand in a rule count from `shift`: the origin when that is an event, otherwise day zero.
    """

    entry: int
    last_usable: int
    origin: int = 0
    shift: int = 0


@dataclass(frozen=True)
class Finding:
    """What a rule found in the records, before anybody asked whether observation had ended by then.

    `event`, `onset`, `rows`, `relation` and `confirmed` are those of the event; `events` are all of them, when the rule
    recurs (otherwise None). `free` are the days of assessments that were negative; None when the event's own day is
    known (relapse, death). `waiting` is the onset of a change that could be neither confirmed nor refuted, `pending`
    the same when it ends observation.
    """

    trail: tuple[Step, ...]
    assessments: tuple[int, ...] = ()
    event: int | None = None
    onset: int | None = None
    pending: int | None = None
    free: tuple[int, ...] | None = None
    rows: Rows = Rows()
    no_baseline: bool = False
    events: tuple[Event, ...] | None = None
    waiting: int | None = None
    relation: str | None = None
    confirmed: bool = True
    baseline_row: str | None = None
    pending_rows: Rows = Rows()


@dataclass(frozen=True)
class Decision:
    """What the twin decided for one subject, with the trail of how; the fields are the columns of a spell.

    `later` holds the second and further episodes of an endpoint that recurs; `waiting` is that of the finding.
    """

    name: str
    entry: int
    exit: int
    event: bool = False
    cause: str | None = None
    also: str | None = None
    reason: str | None = None
    last_free: int | None = None
    rows: Rows = Rows()
    trail: tuple[Step, ...] = ()
    parts: tuple[Decision, ...] = ()
    origin: int = 0
    status: str | None = None
    relation: str | None = None
    waiting: int | None = None
    later: tuple[Decision, ...] = ()

    @property
    def followed(self) -> bool:
        """Was there any follow-up at all?"""
        return self.exit > self.entry

    @property
    def columns(self) -> dict[str, int | bool | str | None]:
        """The decision in the columns of a spell, for comparison with the engine's."""
        return {
            "origin_day": self.origin,
            "entry_day": self.entry,
            "exit_day": self.exit,
            "event": self.event,
            "cause": self.cause,
            "also": self.also,
            "reason": self.reason,
            "last_free_day": self.last_free,
            "status": self.status,
            "relation": self.relation,
            **asdict(self.rows),
        }
