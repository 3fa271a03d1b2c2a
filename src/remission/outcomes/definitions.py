"""Endpoints as data: the frozen records that a TOML file in `library/endpoints/` fills.

No rule hides in code: every choice an algorithm makes is a field here, with its allowed values and its meaning, and
the words shown to readers are generated from it. Adding an endpoint is adding a TOML file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

SameDay = Literal["error", "first", "last", "worst", "best"]
Unconfirmed = Literal["ignored", "censored", "event"]
Lesion = Literal["new_t2", "enlarging_t2", "gd_lesions"]
Rater = Literal["clinician", "self", "other", "not recorded"]
Region = Literal["brain", "cord", "both", "not recorded"]
Rule = Literal["progression", "relapse", "mri", "death", "composite"]
Interval = Literal["plain", "log", "log-log", "logit", "arcsin"]


FARTHEST_DAY = 100_000
"""Bound of every number of days in a definition file (273 years), so that sums of days never overflow."""


def says(
    meaning: str,
    default: Any = ...,
    *,
    none: str = "",
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
) -> Any:
    """A field with its meaning; `none` is the word that TOML writes for Python's None."""
    about = {"meaning": meaning, "none": none, "low": low, "high": high, "unit": unit}
    return field(metadata=about) if default is ... else field(default=default, metadata=about)


@dataclass(frozen=True)
class Threshold:
    """From this baseline score on (until the next row of the table), this rise is progression."""

    baseline_from: float = says("Lowest baseline score the row is for", low=0, high=10, unit="points")
    rise: float = says("Smallest rise that counts", low=0.5, high=10, unit="points")


@dataclass(frozen=True)
class Baseline:
    """Which visit is the baseline: fixed, inside a window around day zero."""

    from_day: int | None = says("First day of the window (inclusive)", None, none="any")
    to_day: int = says("Last day of the window (inclusive)", 0)
    choose: Literal["last", "first"] = says("Which visit of the window", "last")
    after_relapse_days: int = says("A visit fewer than this many days after a relapse began is not usable", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse began is not usable", 0, low=0)


@dataclass(frozen=True)
class Onset:
    """Which visits can start a progression."""

    counts_from_day: int = says("First day on which a rise counts (inclusive)", 1)
    after_relapse_days: int = says("A visit fewer than this many days after a relapse began is not usable", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse began is not usable", 0, low=0)


@dataclass(frozen=True)
class Confirmation:
    """How a rise is confirmed: by the first usable visit inside a window after its onset, both ends inclusive."""

    days: int | None = says("Days from onset to confirmation; 'none' needs no confirmation", ..., none="none", low=1)
    tolerance_before_days: int = says("The window opens this many days early", 0, low=0)
    tolerance_after_days: int | None = says("The window closes this many days late", None, none="unlimited", low=0)
    visits: Literal["all", "last"] = says(
        "Must the rise hold at all visits up to the confirming one, or only at that last one", "all"
    )
    after_relapse_days: int = says("A visit fewer than this many days after a relapse began cannot confirm", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse began cannot confirm", 0, low=0)


@dataclass(frozen=True)
class Progression:
    """Worsening of the EDSS from a fixed baseline."""

    thresholds: tuple[Threshold, ...] = says("Smallest rise that counts, by baseline score")
    confirmation: Confirmation = says("How a rise is confirmed")
    baseline: Baseline = says("Which visit is the baseline", Baseline())
    onset: Onset = says("Which visits can start a progression", Onset())
    event_date: Literal["onset", "confirmation"] = says("Which visit dates the event", "onset")
    raters: tuple[Rater, ...] = says("Whose scores are used", ("clinician", "not recorded"))
    same_day: SameDay = says("Which of two scores of one day is used", "error")
    unconfirmed_before_death: Unconfirmed = says(
        "What a rise counts as when the person died before it could be confirmed", "ignored"
    )
    unconfirmed_at_end: Unconfirmed = says(
        "What a rise counts as when the visits ended before it could be confirmed", "ignored"
    )


@dataclass(frozen=True)
class Relapse:
    """The first relapse that qualifies."""

    counts_from_day: int = says("First day on which a relapse counts (inclusive)", 1)
    minimum_days: int = says("A relapse must last at least this many days (end day minus first day)", 0, low=0)
    duration_unknown: Literal["counts", "does not count"] = says("A relapse without an end day", "counts")
    confirmed: Literal["any", "confirmed only"] = says("Must the relapse be confirmed by an examination", "any")
    fever: Literal["any", "without fever"] = says("Does a relapse with fever or infection count", "any")


@dataclass(frozen=True)
class Mri:
    """The first scan that shows enough lesions."""

    lesions: tuple[Lesion, ...] = says("Which lesions are counted")
    minimum: int = says("Smallest number of lesions on one scan that counts", 1, low=1)
    combine: Literal["sum", "largest"] = says("How counts of several kinds on one scan are combined", "sum")
    not_counted: Literal["not assessable", "as none"] = says(
        "A scan on which one of these kinds was not counted, when the others do not reach the minimum", "not assessable"
    )
    regions: tuple[Region, ...] = says("Which scans are used", ("brain", "both", "not recorded"))
    counts_from_day: int = says("First day on which a scan counts (inclusive)", 1)


@dataclass(frozen=True)
class Death:
    """Death from any cause."""


@dataclass(frozen=True)
class Composite:
    """The earliest of several endpoints."""

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


@dataclass(frozen=True)
class Censoring:
    """What else ends observation; the end of observation of that kind, death and the data cut always do."""

    new_therapy: Literal["ignored", "censors"] = says("The start of a therapy not on at day zero", "ignored")
    gap_days: int | None = says(
        "Observation ends before a gap between assessments longer than this", None, none="none", low=1
    )


@dataclass(frozen=True)
class Estimation:
    """How the endpoint is summarised unless the user says otherwise."""

    level: float = says("Confidence level", 0.95, low=0.5, high=0.999)
    interval: Interval = says("Type of Kaplan-Meier confidence interval", "log-log")
    at_years: tuple[float, ...] = says(
        "Times at which estimates are given", (1.0, 2.0, 3.0, 5.0), low=0.1, high=100, unit="years"
    )


@dataclass(frozen=True)
class ValueSource:
    """Where values of the definition come from: `of` names them (`progression.confirmation.days`)."""

    of: tuple[str, ...] = says("Names of the values")
    status: Literal["verified", "secondary", "derived", "unverified"] = says("How far it was checked")
    citation: str = says("What was read")
    locus: str = says("Page, table, section or field", "")
    says: str = says("What it says, in our words", "")


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: a rule with all its values, what censors it, how it is summarised, and where values come from.

    Exactly the record that `rule` names is filled. The parts of a composite are resolved into `parts`.
    """

    name: str = says("Name, as in the library")
    title: str = says("Title, as on a figure")
    event_free: str = says("What it is called to be free of it ('Relapse-free survival')")
    rule: Rule = says("Which algorithm")
    summary: str = says("What it is, in a sentence or two", "")
    origin_day: int = says("Day from which time runs: 0, or a landmark", 0, low=0)
    progression: Progression | None = says("Values of the progression rule", None)
    relapse: Relapse | None = says("Values of the relapse rule", None)
    mri: Mri | None = says("Values of the MRI rule", None)
    death: Death | None = says("Values of the death rule", None)
    composite: Composite | None = says("Values of the composite rule", None)
    censoring: Censoring | None = says("What else censors; a composite's replaces that of its parts", None)
    estimation: Estimation = says("How it is summarised", Estimation())
    sources: tuple[ValueSource, ...] = says("Where the values come from", ())
    parts: tuple[Endpoint, ...] = field(default=(), metadata={"resolved": True})

    @property
    def unverified(self) -> tuple[ValueSource, ...]:
        """Sources with status unverified, those of the parts included: named beside every headline."""
        own = [source for source in self.sources if source.status == "unverified"]
        return tuple(own) + tuple(source for part in self.parts for source in part.unverified)

    @property
    def observed_kind(self) -> str:
        """The kind of observation this endpoint rests on; a composite rests on its parts'."""
        return {"progression": "clinic", "relapse": "relapses", "mri": "mri", "death": "vital"}[self.rule]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that must have been collected for this endpoint to be assessed at all."""
        if self.rule == "composite":
            return tuple(dict.fromkeys(table for part in self.parts for table in part.tables))
        needed = {"progression": ["visits"], "relapse": ["relapses"], "mri": ["scans"], "death": ["subjects"]}[
            self.rule
        ]
        if self.progression is not None and _uses_relapses(self.progression):
            needed.append("relapses")
        if self.censoring is not None and self.censoring.new_therapy == "censors":
            needed.append("treatments")
        return tuple(needed)


def _uses_relapses(rule: Progression) -> bool:
    windows = (rule.baseline, rule.onset, rule.confirmation)
    return any(window.after_relapse_days or window.before_relapse_days for window in windows)


def values(record: object, prefix: str = "") -> Mapping[str, object]:
    """Every value of a definition by its dotted name, nested records opened: what `sources.of` may name.

    >>> values(Relapse())["counts_from_day"]
    1
    """
    found: dict[str, object] = {}
    for item in fields(record):  # type: ignore[arg-type]  # only called with the dataclasses of this module
        value = getattr(record, item.name)
        name = f"{prefix}{item.name}"
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
}
