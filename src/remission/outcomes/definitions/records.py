"""Endpoints as data: the frozen records that a TOML file in `library/endpoints/` fills.

No rule hides in code: every choice an algorithm makes is a field here, with its allowed values and its meaning, and
the words shown to readers are generated from it. Adding an endpoint is adding a TOML file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

SameDay = Literal["error", "first", "last", "worst", "best"]
Unconfirmed = Literal["ignored", "censored", "event"]
Lesion = Literal["new_t2", "enlarging_t2", "gd_lesions"]
Rater = Literal["clinician", "self", "other", "not recorded"]
Region = Literal["brain", "cord", "both", "not recorded"]
Rule = Literal["progression", "relapse", "mri", "brain_volume", "course", "therapy", "death", "composite"]
Interval = Literal["plain", "log", "log-log", "logit", "arcsin"]
Measure = Literal["edss", "t25fw", "nhpt", "nhpt_dominant", "nhpt_other", "sdmt"]
Direction = Literal["worsening", "improvement"]
Moves = Literal["fixed", "roving", "roving-improvement", "roving-worsening"]
Relation = Literal["PIRA", "PIRA with a relapse during confirmation", "RAW", "undefined"]
CourseName = Literal["CIS", "RRMS", "SPMS", "PPMS"]
TherapyKind = Literal["continuous", "course", "procedure"]

FARTHEST_DAY = 100_000
"""Bound of every number of days in a definition file (273 years), so that sums of days never overflow."""


RELAPSE_TREATMENTS = ("corticosteroid", "apheresis")
"""Classes of `library/therapies.csv` that treat a relapse rather than the disease."""


def says(
    meaning: str,
    default: Any = ...,
    *,
    none: str = "",
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    off: bool = False,
    unless: str = "",
) -> Any:
    """A field with its meaning; `none` is the word that TOML writes for Python's None.

    `off` marks an option whose default means that it is not used: a definition need not write it down. `unless` names
    the value of the same record that makes this one needless.
    """
    about = {
        "meaning": meaning, "none": none, "low": low, "high": high, "unit": unit, "off": off, "unless": unless,
    }  # fmt: skip
    return field(metadata=about) if default is ... else field(default=default, metadata=about)


@dataclass(frozen=True)
class Threshold:
    """From this baseline value on (until the next row of the table), this change counts: an amount, or a share."""

    baseline_from: float = says("Lowest baseline value the row is for", low=0, unit="points or seconds")
    change: float | None = says(
        "Smallest change that counts", None, none="by percent", low=0, unit="points or seconds", off=True
    )
    percent: float | None = says(
        "Smallest change that counts, in per cent of the baseline value", None, none="by amount", low=0, off=True
    )


@dataclass(frozen=True)
class Baseline:
    """Which visit is the baseline: chosen in a window, and then fixed or moving with confirmed changes."""

    from_day: int | None = says("First day of the window (inclusive)", None, none="any")
    to_day: int = says("Last day of the window (inclusive)", 0)
    choose: Literal["last", "first"] = says("Which visit of the window", "last")
    after_relapse_days: int = says("A visit fewer than this many days after a relapse is not usable", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse is not usable", 0, low=0)
    moves: Moves = says("Which confirmed changes move the baseline", "fixed", off=True)
    moves_to: Literal["confirmation", "onset"] = says("To which visit of that change", "confirmation", off=True)
    sub_threshold: Literal["none", "any", "improvement", "worsening"] = says(
        "Which confirmed changes too small to count move it as well", "none", off=True
    )
    moves_after_relapse_days: int | None = says(
        "It moves to the first visit after a relapse once the search is more than this many days past the relapse",
        None,
        none="never",
        low=0,
        off=True,
    )
    never_better: bool = says("Is a moved baseline never better than the one before", False, off=True)
    local_extremes: Literal["kept", "skipped beyond threshold", "skipped"] = says(
        "A visit whose two neighbours are both better or both worse, as a baseline", "kept", off=True
    )


@dataclass(frozen=True)
class Onset:
    """Which visits can start a change."""

    counts_from_day: int = says("First day on which a change counts (inclusive)", 1)
    after_relapse_days: int = says("A visit fewer than this many days after a relapse is not usable", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse is not usable", 0, low=0)


@dataclass(frozen=True)
class Window:
    """One more window in which a change may be confirmed, both ends inclusive."""

    days: int = says("Days from onset to confirmation", low=1)
    tolerance_before_days: int = says("The window opens this many days early", 0, low=0)
    tolerance_after_days: int | None = says("The window closes this many days late", None, none="unlimited", low=0)


@dataclass(frozen=True)
class Confirmation:
    """How a change is confirmed: by the first usable visit inside a window after its onset, both ends inclusive."""

    days: int | None = says("Days from onset to confirmation; 'none' needs no confirmation", ..., none="none", low=1)
    tolerance_before_days: int = says("The window opens this many days early", 0, low=0)
    tolerance_after_days: int | None = says("The window closes this many days late", None, none="unlimited", low=0)
    further: tuple[Window, ...] = says("More windows in which it may be confirmed", (), off=True)
    visits: Literal["all", "last"] = says(
        "Must the change hold at all visits up to the confirming one, or only at that last one", "all"
    )
    after_relapse_days: int = says("A visit fewer than this many days after a relapse cannot confirm", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse cannot confirm", 0, low=0)
    scheduled_only: bool = says("Can only planned visits confirm", False, off=True)
    sustained_days: int | None = says(
        "The change must not be lost within this many days of its onset", 0, none="to the last visit", low=0, off=True
    )


@dataclass(frozen=True)
class RelapseAssociation:
    """Is a confirmed worsening associated with a relapse (RAW), independent of relapses (PIRA), or neither.

    RAW is asked first, of the onset. PIRA asks that no relapse lies in three windows: around the visit before the
    worsening, around its onset, and around its confirmation (both ends inclusive; a window of no length is not asked).
    """

    raw_after_days: int = says("An onset at most this many days after a relapse is associated with it", 90, low=0)
    raw_before_days: int = says("An onset at most this many days before a relapse is associated with it", 0, low=0)
    preceding: Literal["baseline", "last visit", "last lower visit"] = says(
        "The visit before the worsening: the baseline, the last one, or the last from which it is a worsening too",
        "baseline",
    )
    preceding_before_days: int = says("No relapse from this many days before the preceding visit", 0, low=0)
    preceding_after_days: int | None = says(
        "No relapse until this many days after the preceding visit", 0, none="up to onset", low=0
    )
    onset_before_days: int | None = says(
        "No relapse from this many days before the onset", 90, none="from preceding", low=0
    )
    onset_after_days: int | None = says(
        "No relapse until this many days after the onset", 30, none="up to confirmation", low=0
    )
    confirmation_before_days: int | None = says(
        "No relapse from this many days before the confirmation", 90, none="from onset", low=0
    )
    confirmation_after_days: int = says("No relapse until this many days after the confirmation", 30, low=0)
    relapse_during_confirmation: Literal["as the others", "a class of its own"] = says(
        "PIRA with a relapse after its onset and up to its confirmation", "as the others", off=True
    )
    counts: tuple[Relation, ...] = says("Which of them is the event", ("PIRA",))


@dataclass(frozen=True)
class Progression:
    """Confirmed change of a measure of disability: worsening, or with `direction` its mirror image, improvement."""

    thresholds: tuple[Threshold, ...] = says("Smallest change that counts, by baseline value", unless="reaches")
    confirmation: Confirmation = says("How a change is confirmed")
    measure: Measure = says("What is measured", "edss", off=True)
    direction: Direction = says("Which change is the event", "worsening", off=True)
    reaches: float | None = says(
        "The event is to reach this value rather than to change by a threshold", None, none="no", low=0, off=True
    )
    improvement: tuple[Threshold, ...] = says("Thresholds of improvement when they are others", (), off=True)
    baseline: Baseline = says("Which visit is the baseline", Baseline())
    onset: Onset = says("Which visits can start a change", Onset())
    relapse_association: RelapseAssociation | None = says("Which relation to relapses makes it an event", None)
    relapses_last: Literal["a day", "to their end"] = says(
        "Are windows around a relapse counted from its first day on both sides, or after it from its last day",
        "a day",
        off=True,
    )
    minimum_value: float | None = says("An onset must reach at least this value", None, none="any", low=0, off=True)
    minimum_pyramidal: int | None = says(
        "An onset and its confirmation need at least this pyramidal score", None, none="any", low=0, high=6, off=True
    )
    leading_system: Literal["not asked", "must worsen"] = says(
        "The functional system that leads at onset: must it be worse than at baseline, and stay so",
        "not asked",
        off=True,
    )
    events: Literal["first", "all"] = says("Is the first the event, or is each an episode", "first", off=True)
    event_date: Literal["onset", "confirmation"] = says("Which visit dates the event", "onset")
    raters: tuple[Rater, ...] = says("Whose scores are used", ("clinician", "not recorded"))
    same_day: SameDay = says("Which of two scores of one day is used", "error")
    unconfirmed_before_death: Unconfirmed = says(
        "What a change counts as when the person died before it could be confirmed", "ignored"
    )
    unconfirmed_at_end: Unconfirmed = says(
        "What a change counts as when the visits ended before it could be confirmed", "ignored"
    )

    kind: ClassVar[str] = "clinic"

    @property
    def uses_relapses(self) -> bool:
        """Does any window of the rule ask for relapses?"""
        windows = (self.baseline, self.onset, self.confirmation)
        blocked = any(window.after_relapse_days or window.before_relapse_days for window in windows)
        return blocked or self.relapse_association is not None or self.baseline.moves_after_relapse_days is not None

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables the rule reads."""
        return ("visits", "relapses") if self.uses_relapses else ("visits",)

    @property
    def systems(self) -> tuple[str, ...]:
        """Columns of functional systems without any of which no worsening could be told from none."""
        if self.leading_system == "must worsen":
            return ("fs_pyramidal", "fs_cerebellar", "fs_brainstem", "fs_sensory")
        return () if self.minimum_pyramidal is None else ("fs_pyramidal",)


@dataclass(frozen=True)
class Relapse:
    """The first relapse that qualifies, or each."""

    counts_from_day: int = says("First day on which a relapse counts (inclusive)", 1)
    minimum_days: int = says("A relapse must last at least this many days (end day minus first day)", 0, low=0)
    duration_unknown: Literal["counts", "does not count"] = says("A relapse without an end day", "counts")
    confirmed: Literal["any", "confirmed only"] = says("Must the relapse be confirmed by an examination", "any")
    fever: Literal["any", "without fever"] = says("Does a relapse with fever or infection count", "any")
    merge_days: int = says(
        "A relapse that begins fewer than this many days after the last that counted began is part of it",
        0,
        low=0,
        off=True,
    )
    events: Literal["first", "all"] = says("Is the first the event, or is each an episode", "first", off=True)

    kind: ClassVar[str] = "relapses"
    tables: ClassVar[tuple[str, ...]] = ("relapses",)


@dataclass(frozen=True)
class Mri:
    """The first scan that shows enough lesions, or each."""

    lesions: tuple[Lesion, ...] = says("Which lesions are counted")
    minimum: int = says("Smallest number of lesions on one scan that counts", 1, low=1)
    combine: Literal["sum", "largest"] = says("How counts of several kinds on one scan are combined", "sum")
    not_counted: Literal["not assessable", "as none"] = says(
        "A scan on which one of these kinds was not counted, when the others do not reach the minimum", "not assessable"
    )
    regions: tuple[Region, ...] = says("Which scans are used", ("brain", "both", "not recorded"))
    counts_from_day: int = says("First day on which a scan counts (inclusive)", 1)
    reference_from_day: int | None = says(
        "New lesions count only after a reference scan on or after this day: the first scan from then on",
        None,
        none="not asked",
        off=True,
    )
    events: Literal["first", "all"] = says("Is the first the event, or is each an episode", "first", off=True)

    kind: ClassVar[str] = "mri"
    tables: ClassVar[tuple[str, ...]] = ("scans",)


@dataclass(frozen=True)
class BrainVolume:
    """The first scan on which more of the brain's volume was lost than allowed, since the reference scan."""

    loss_percent: float = says("A loss of more than this many per cent counts", low=0, high=50)
    per_year: bool = says("Is the loss divided by the years since the reference scan", True)
    minimum_days: int = says("Scans fewer than this many days after the reference scan are not used", 0, low=0)
    counts_from_day: int = says("First day on which a scan counts (inclusive)", 1)

    kind: ClassVar[str] = "mri"
    tables: ClassVar[tuple[str, ...]] = ("scans",)


@dataclass(frozen=True)
class Course:
    """The first day from which one of these courses is recorded, of somebody who had none of them before."""

    courses: tuple[CourseName, ...] = says("Which courses are the event")
    counts_from_day: int = says("First day on which a course counts (inclusive)", 1)

    kind: ClassVar[str] = "clinic"
    tables: ClassVar[tuple[str, ...]] = ("courses",)


@dataclass(frozen=True)
class TherapyStart:
    """The first start of a therapy: a new one, or any."""

    which: Literal["new", "any"] = says("Only therapies not on at the origin, or every start", "new")
    kinds: tuple[TherapyKind, ...] = says("Which kinds of therapy", ("continuous", "course", "procedure"))
    merge_days: int = says(
        "Periods of one therapy with fewer than this many days between them are one period", 0, low=0
    )
    counts_from_day: int = says("First day on which a start counts (inclusive)", 1)
    leave_out: tuple[str, ...] = says(
        "Classes of the therapy list that are not asked: what treats a relapse is no change of therapy",
        RELAPSE_TREATMENTS,
    )

    kind: ClassVar[str] = "vital"
    tables: ClassVar[tuple[str, ...]] = ("treatments",)


@dataclass(frozen=True)
class Death:
    """Death from any cause."""

    kind: ClassVar[str] = "vital"
    tables: ClassVar[tuple[str, ...]] = ("subjects",)


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
    origin_event: str | None = says(
        "The endpoint at whose event time begins; days of the rule then count from that day", None, none="no", off=True
    )
    progression: Progression | None = says("Values of the progression rule", None)
    relapse: Relapse | None = says("Values of the relapse rule", None)
    mri: Mri | None = says("Values of the MRI rule", None)
    brain_volume: BrainVolume | None = says("Values of the brain volume rule", None)
    course: Course | None = says("Values of the course rule", None)
    therapy: TherapyStart | None = says("Values of the therapy rule", None)
    death: Death | None = says("Values of the death rule", None)
    composite: Composite | None = says("Values of the composite rule", None)
    censoring: Censoring | None = says("What else censors; a composite's replaces that of its parts", None)
    estimation: Estimation = says("How it is summarised", Estimation())
    readings: Readings | None = says("Windows in which its status is read", None)
    sources: tuple[ValueSource, ...] = says("Where the values come from", ())
    parts: tuple[Endpoint, ...] = field(default=(), metadata={"resolved": True})
    origin: Endpoint | None = field(default=None, metadata={"resolved": True})

    @property
    def unverified(self) -> tuple[ValueSource, ...]:
        """Sources with status unverified, those of parts and origin included: named beside every headline."""
        own = [source for source in self.sources if source.status == "unverified"]
        others = self.parts if self.origin is None else (self.origin, *self.parts)
        return tuple(own) + tuple(source for other in others for source in other.unverified)

    @property
    def record(self) -> Any:
        """The record of its rule: a Progression, a Relapse, ..."""
        return getattr(self, self.rule)

    @property
    def observed_kind(self) -> str:
        """The kind of observation this endpoint rests on; a composite rests on its parts'."""
        kind: str = self.record.kind
        return kind

    @property
    def observed_kinds(self) -> tuple[str, ...]:
        """All kinds of observation it rests on: a relation to relapses cannot be told where nobody asked about them."""
        asks = self.progression is not None and self.progression.relapse_association is not None
        return (self.observed_kind, "relapses") if asks else (self.observed_kind,)

    @property
    def recurs(self) -> bool:
        """May one person have several events?"""
        return getattr(self.record, "events", "first") == "all"

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that must have been collected for this endpoint to be assessed at all."""
        needed = list(() if self.origin is None else self.origin.tables)
        if self.rule == "composite":
            needed += [table for part in self.parts for table in part.tables]
        else:
            needed += self.record.tables
        if self.censoring is not None and self.censoring.new_therapy == "censors":
            needed.append("treatments")
        return tuple(dict.fromkeys(needed))


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
