"""Endpoints as data: the frozen records that a TOML file in `library/endpoints/` fills.

No rule hides in code: every choice an algorithm makes is a field of a record, with its allowed values and its meaning,
and the words shown to readers are generated from it. Adding an endpoint is adding a TOML file. Here stands what every
endpoint has; the rules that it can have, each with its own values, are found in `rules/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, Field, dataclass, field, fields, replace
from html import escape
from typing import Any, Literal, TypeVar

from remission.outcomes.definitions.fields import RELAPSE_TREATMENTS, says
from remission.outcomes.definitions.rule import Rule

Kind = TypeVar("Kind", bound=Rule)
Interval = Literal["plain", "log", "log-log", "logit", "arcsin"]


@dataclass(frozen=True)
class Composite(Rule):
    """The earliest of several endpoints: no rule that finds something, so its parts are asked."""

    parts: tuple[str, ...] = says("Endpoints it is made of, in the order in which ties are resolved")
    observation: Literal["all parts", "any part"] = says(
        "Is a person at risk while all parts are observed, or while any is", "all parts"
    )
    late_death_days: int | None = says(
        "With a death part, under 'all parts': a death counts as the event up to this long after the other parts were "
        "last observed",
        None,
        none="unlimited",
        low=0,
    )
    stop_at_first_failure: bool = says("Is every part censored at the first failure of any", False)

    rule = "composite"
    rests_on = ()
    listed = "Composites"
    event_words = ("had an event", "an event", "without an event")


@dataclass(frozen=True)
class Censoring:
    """What else ends observation; the end of observation of that kind, death and the data cut always do."""

    new_therapy: Literal["ignored", "censors"] = says("The start of a therapy not on at day zero", "ignored")
    gap_days: int | None = says(
        "Observation ends before a gap between assessments longer than this", None, none="none", low=1
    )
    leave_out: tuple[str, ...] = says("Classes of the therapy list whose start is no new therapy", RELAPSE_TREATMENTS)


@dataclass(frozen=True)
class ReadingWindow:
    """One stretch of days for which a status is read."""

    from_day: int = says("The stretch begins after this day", low=0)
    to_day: int = says("Last day of the stretch (inclusive)", low=1)


@dataclass(frozen=True)
class Readings:
    """Status in windows of time: free of it, not free of it, or not assessable."""

    windows: tuple[ReadingWindow, ...] = says("The windows")
    baseline: Literal["of the rule", "of each window"] = says(
        "Is the baseline the rule's, or taken anew at the start of each window", "of the rule"
    )
    early_days: int = says(
        "A person last assessed at most this many days before the window's end is assessable", 0, low=0
    )


@dataclass(frozen=True)
class Estimation:
    """How the endpoint is summarised unless the user says otherwise."""

    level: float = says("Confidence level", 0.95, low=0.5, high=0.999)
    interval: Interval = says("Type of Kaplan-Meier confidence interval", "log-log")
    at_years: tuple[float, ...] = says(
        "Times at which estimates are given", (1.0, 2.0, 3.0, 5.0), low=0.1, high=100, unit="years"
    )
    death: Literal["censors", "competes"] = says(
        "A death without the event ends observation, or is an event of another kind that the share still to come "
        "allows for",
        "censors",
    )
    late_death_days: int | None = says(
        "Where a death competes: it does up to this long after the person was last observed",
        365,
        none="unlimited",
        low=0,
    )


@dataclass(frozen=True)
class ValueSource:
    """Where values of the definition come from: `of` names them (`progression.confirmation.days`)."""

    of: tuple[str, ...] = says("Names of the values")
    status: Literal["verified", "secondary", "derived", "unverified"] = says("How far it was checked")
    citation: str = says("What was read")
    locus: str = says("Page, table, section or field", "")
    says: str = says("What it says, in our words", "")


@dataclass(frozen=True, repr=False)
class Endpoint:
    """One endpoint: a rule with all its values, what censors it, how it is summarised, and where values come from.

    In its file `rule` names the rule, and the table of that name holds the `record`. The parts of a composite are
    resolved into `parts`, on the clock of the composite and under its censoring when it names one: also in a copy
    that is made with another of them. `changed_from` is the endpoint of which some values were set for one run.

    >>> from dataclasses import replace
    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> changed = replace(load_endpoint("neda-3"), censoring=Censoring(gap_days=400))
    >>> {part.censoring.gap_days for part in changed.parts}
    {400}
    """

    name: str = says("Name, as in the library")
    title: str = says("Title, as on a figure")
    event_free: str = says("What it is called to be free of it ('Relapse-free survival')")
    summary: str = says("What it is, in a sentence or two", "")
    origin_day: int = says("Day from which time runs: 0, or a landmark", 0, low=0)
    origin_event: str | None = says(
        "The endpoint at whose event time begins; days of the rule then count from that day", None, none="no", off=True
    )
    _: KW_ONLY
    record: Rule = says("Values of the rule")
    censoring: Censoring | None = says("What else censors; a composite's replaces that of its parts", None)
    estimation: Estimation = says("How it is summarised", Estimation())
    readings: Readings | None = says("Windows in which its status is read", None)
    sources: tuple[ValueSource, ...] = says("Where the values come from", ())
    parts: tuple[Endpoint, ...] = field(default=(), metadata={"resolved": True})
    origin: Endpoint | None = field(default=None, metadata={"resolved": True})
    changed_from: Endpoint | None = field(default=None, metadata={"resolved": True}, compare=False)

    def __post_init__(self) -> None:
        """Hand on to the parts what is the composite's to say: set there alone it would be shown and not used."""
        own: dict[str, Any] = {name: getattr(self, name) for name in ("origin_day", "origin_event", "origin")}
        if self.censoring is not None:
            own["censoring"] = self.censoring
        object.__setattr__(self, "parts", tuple(replace(part, **own) for part in self.parts))

    def __repr__(self) -> str:
        """Name, rule and what it rests on; every value is in `_repr_html_` and in `remission endpoints NAME`."""
        return f"Endpoint({self.name}: {self.title}; {self.rule}, needs {', '.join(self.tables)})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(one.name)}.{name}</th><td>{escape(str(value))}</td></tr>"
            for one in (self, *self.parts)
            for name, value in values(one).items()
            if name != "sources" and not hasattr(value, "__dataclass_fields__")
        )
        return f"<p>{escape(repr(self))}</p><table>{rows}</table>"

    @property
    def unverified(self) -> tuple[ValueSource, ...]:
        """Sources with status unverified, those of parts and origin included: named beside every headline."""
        own = [source for source in self.sources if source.status == "unverified"]
        others = self.parts if self.origin is None else (self.origin, *self.parts)
        return tuple(own) + tuple(source for other in others for source in other.unverified)

    @property
    def rule(self) -> str:
        """The name of its rule: `progression`, `relapse`, ..."""
        return self.record.rule

    def of(self, kind: type[Kind]) -> Kind | None:
        """The record of the rule when it is one of this kind, else None: for what only one rule knows.

        >>> from remission.outcomes.definitions.rules.death import Death
        >>> Endpoint("death", "Death", "Survival", record=Death()).of(Composite) is None
        True
        """
        return self.record if isinstance(self.record, kind) else None

    @property
    def composite(self) -> Composite | None:
        """How its parts are put together; None when it has none."""
        return self.of(Composite)

    @property
    def observed_kind(self) -> str:
        """The kind of observation this endpoint rests on; a composite rests on its parts'."""
        return self.record.kind

    @property
    def observed_kinds(self) -> tuple[str, ...]:
        """All kinds of observation it rests on."""
        return self.record.observed_kinds

    @property
    def recurs(self) -> bool:
        """May one person have several events?"""
        return self.record.recurs

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that must have been collected for this endpoint to be assessed at all."""
        needed = [*(() if self.origin is None else self.origin.tables), *self.record.tables]
        needed += [table for part in self.parts for table in part.tables]
        if self.censoring is not None and self.censoring.new_therapy == "censors":
            needed.append("treatments")
        return tuple(dict.fromkeys(needed))


def entries(record: object) -> Iterator[tuple[str, Field[Any], Any]]:
    """Key, field and value of a record, as its file holds them: the values of a rule stand under the rule's name.

    >>> from remission.outcomes.definitions.rules.relapse import Relapse
    >>> [key for key, _, _ in entries(Endpoint("r", "Relapse", "Free", record=Relapse()))][6]
    'relapse'
    """
    for item in fields(record):  # type: ignore[arg-type]  # only called with the records of definitions
        value = getattr(record, item.name)
        if not item.metadata.get("resolved"):
            yield (value.rule if isinstance(value, Rule) else item.name), item, value


def values(record: object, prefix: str = "") -> Mapping[str, object]:
    """Every value of a definition by its dotted name, nested records opened: what `sources.of` may name.

    >>> values(Censoring())["gap_days"] is None
    True
    """
    found: dict[str, object] = {}
    for key, _, value in entries(record):
        name = f"{prefix}{key}"
        found[name] = value
        if hasattr(value, "__dataclass_fields__"):
            found.update(values(value, f"{name}."))
    return found


REASONS = (
    "completed",
    "lost",
    "withdrew",
    "died",
    "cut-off",
    "unknown",
    "not-observed",
    "data-cut",
    "gap",
    "new-therapy",
    "unconfirmed-rise",
    "first-failure",
    "no-baseline",
    "event-before-entry",
    "no-follow-up",
    "no-origin",
)
REASON_WORDS: dict[str, str] = {
    "completed": "follow-up was completed",
    "lost": "lost to follow-up",
    "withdrew": "withdrew",
    "died": "died",
    "cut-off": "follow-up was cut off",
    "unknown": "follow-up ended, reason not recorded",
    "not-observed": "nobody looked any more (no later assessment of this kind)",
    "data-cut": "reached the data cut",
    "gap": "a gap between assessments longer than allowed",
    "new-therapy": "another therapy was started",
    "unconfirmed-rise": "a rise that could not be confirmed or refuted",
    "first-failure": "another part of the composite failed first",
    "no-baseline": "no usable baseline",
    "event-before-entry": "the event came before observation began",
    "no-follow-up": "no follow-up",
    "no-origin": "the event at which time would begin did not come",
}
