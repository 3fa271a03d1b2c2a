"""What every rule says of itself, so that no other place has to know it by name.

A rule is a kind of event: a relapse, a confirmed progression, death. Its record, in a file of its own in `rules/`,
holds the values that an endpoint file may set; what is a property of the rule, and no value, stands on its class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from remission.inputs.problems import Problem


@dataclass(frozen=True)
class Rule:
    """The record of a rule: a frozen dataclass of its own whose fields are the keys of its table in an endpoint file.

    Two fields have a meaning that other code knows, where a record has them: `counts_from_day` is the first day on
    which an event counts, and `events` says whether only the first is one or each of them.
    """

    rule: ClassVar[str]
    """Its name in an endpoint file: `rule = "relapse"`, and its values in `[relapse]`. The name of its file too."""
    kind: ClassVar[str]
    """The kind of observation that it rests on: nobody is free of what nobody looked for."""
    rests_on: ClassVar[tuple[str, ...]]
    """The tables that it reads, whatever its values are."""
    listed: ClassVar[str]
    """The family in which its endpoints are listed."""
    sentences: ClassVar[Mapping[str, str]] = {}
    """What is said of each step that the plain twin takes, by the step's code."""
    event_words: ClassVar[tuple[str, str, str] | None] = None
    """Its event in sentences: what happened to somebody, its noun, being without it. None: by the endpoint's title."""
    excludes: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Keys of its values that decide whom it cannot follow, by the reason (`REASONS`): to tell what would change it."""
    sections: ClassVar[Mapping[str, str]] = {}
    """Headings of the records inside it, by their keys."""
    asked_at: ClassVar[Literal["assessments", "visits", "no day"]] = "no day"
    """Days on which it is found out whether the event came, between which a gap is looked for.

    Assessments of its own (a score, a scan: observation ends with the last, for after it nobody knows), any visit at
    which somebody could tell, or no day in particular.
    """
    is_death: ClassVar[bool] = False
    """Death is no end of observation of itself."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it reads with these values."""
        return self.rests_on

    @property
    def observed_kinds(self) -> tuple[str, ...]:
        """All kinds of observation that it rests on with these values, its own first."""
        return (self.kind,)

    @property
    def systems(self) -> tuple[str, ...]:
        """Columns of functional systems without any of which no event could be told from none."""
        return ()

    @property
    def measured(self) -> tuple[str, ...]:
        """Columns of visits without any one of which it could find nothing."""
        return ()

    def without(self, table: str) -> Mapping[str, object]:  # noqa: ARG002 - some rules ask it
        """Values, by their names in its table of a file, with which it does not read this table though it means the
        same kind of event; empty when there are none."""
        return {}

    @property
    def recurs(self) -> bool:
        """May one person have several events?"""
        return getattr(self, "events", "first") == "all"

    @property
    def searched(self) -> Rule:
        """The same rule without the values that only date what was found: equal for rules that search alike."""
        return self

    def family(self, *, after_event: bool) -> str:  # noqa: ARG002 - some rules ask it
        """The family of an endpoint with these values; `after_event` when another event starts its time."""
        return self.listed

    def problems(self, file: str) -> list[Problem]:  # noqa: ARG002 - some rules name it
        """What is wrong with values that are each allowed, but not together."""
        return []
