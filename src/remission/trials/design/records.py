"""What the file of a design of a trial says. What is chosen is a plain key; what is taken for true has a status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Source

Known: TypeAlias = Literal["assumed", "verified", "secondary", "derived", "unverified"]
# Beside the words for how far a number was checked stands one for a number that nobody measured (decision 344).
STANDINGS: tuple[Known, ...] = ("assumed", *STATUSES)
# What is said of every number that is taken for true, whatever it is a number of.
HOW_CHECKED = "How far it was checked; assumed where nobody measured it"
WHERE_FROM = "Where it is from, or why it was assumed"


@dataclass(frozen=True)
class Given:
    """One number that is taken for true: its value, how far it was checked, and where it is from."""

    value: float = key("The number")
    status: Known = key(HOW_CHECKED, choices=STANDINGS)
    source: str = key(WHERE_FROM, "")


@dataclass(frozen=True)
class Piece:
    """A hazard from a month of a person's own time on."""

    from_month: float = key("The month of a person's own time from which it holds")
    per_year: float = key("The hazard per year; 0.1 is about one in ten a year")
    status: Known = key(HOW_CHECKED, choices=STANDINGS)
    source: str = key(WHERE_FROM, "")


@dataclass(frozen=True)
class Effect:
    """How many times the control's hazard the treated have, from a month of their own time on."""

    from_month: float = key("The month of a person's own time from which it holds")
    ratio: float = key("The hazard ratio, treated to control")
    status: Known = key(HOW_CHECKED, choices=STANDINGS)
    source: str = key(WHERE_FROM, "")


@dataclass(frozen=True)
class Entry:
    """How many people enter a month, from a month of the trial on."""

    from_month: float = key("The month of the trial from which it holds")
    people_per_month: float = key("People who enter a month")
    status: Known = key(HOW_CHECKED, choices=STANDINGS)
    source: str = key(WHERE_FROM, "")


@dataclass(frozen=True)
class Other:
    """Another truth that is looked at, beside the one planned for."""

    title: str = key("What would be true")
    effect: tuple[Effect, ...] = key("Its hazard ratio by pieces", least=1)


@dataclass(frozen=True)
class PartOfPeople:
    """A stratum: a share of each arm whose hazards are so many times those that are written."""

    name: str = key("What its people have in common, in a few words")
    share: float = key("Its share of each arm; shares add up to 1")
    factor: float = key("How many times the hazard of the event they have, in both arms")
    status: Known = key(HOW_CHECKED, choices=STANDINGS)
    source: str = key(WHERE_FROM, "")


@dataclass(frozen=True)
class GivingUp:
    """When to stop because an effect is no longer likely: by spending beta, or at bounds of Z before the last look."""

    spending: str = key("How beta, 1 - power, is spent", "", example='"hwang-shih-decani"')
    gamma: float | None = key("Of hwang-shih-decani", None)
    bounds: tuple[float, ...] = key("Or bounds of Z, one for each look but the last", ())
    binding: bool = key("Must a trial below the bound stop?", False)


@dataclass(frozen=True)
class EventTrial:
    """Two arms compared by the time to an event, looked at once or more often."""

    event: str = key("What happens to people, in a few words")
    people: int = key("People in both arms together")
    last_month: float = key("The month in which the trial ends at the latest")
    control: tuple[Piece, ...] = key("The control's hazard by pieces of a person's own time", least=1)
    effect: tuple[Effect, ...] = key("The hazard ratio planned for, by pieces", least=1)
    accrual: tuple[Entry, ...] = key("Who enters when", least=1)
    dropout: tuple[Piece, ...] = key("The hazard of being lost, of both arms", ())
    allocation: float = key("People treated for each control", 1.0)
    fractions: tuple[float, ...] = key("Shares of the events at which one looks; the last is 1", (1.0,), least=1)
    spending: str = key("How alpha is spent over the looks", "obrien-fleming")
    gamma: float | None = key("Of hwang-shih-decani", None)
    spent: tuple[float, ...] = key("Or the cumulative alpha spent at each look, by hand", ())
    events: int | None = key("Events at the last look; left out where power is asked for", None)
    power: float | None = key("Power that the events are computed for", None)
    futility: GivingUp | None = key("When to give up", None)
    weights: tuple[tuple[float, ...], ...] = key("Pairs rho, gamma of weighted log-rank tests", ((0.0, 0.0),), least=1)
    strata: tuple[PartOfPeople, ...] = key("Parts of the people whose log-rank tests are added up", ())
    restricted_mean_month: float | None = key("Or compare mean months free of the event up to this month", None)
    # With 1 among them, under which power is the error that the design really has.
    truths: tuple[float, ...] = key("Hazard ratios that are looked at besides", (1.0, 0.9, 0.8, 0.7))
    others: tuple[Other, ...] = key("Other truths, by pieces", ())
    watched_months: tuple[float, ...] = key("Months at which the average hazard ratio is told besides", ())


@dataclass(frozen=True)
class RateTrial:
    """Two arms compared by the rate of an event that comes again, such as relapses, followed for unequal times."""

    event: str = key("What happens to people, in a few words")
    people: int = key("People in both arms together")
    control: Given = key("Events of the control arm per year")
    ratio: Given = key("The rate ratio planned for")
    dispersion: Given = key("The variance of a count of mean m is m + dispersion m^2")
    least_years: float = key("Follow-up of who enters last")
    most_years: float = key("Follow-up of who enters first")
    dropout_per_year: Given = key("The hazard of leaving")
    allocation: float = key("People treated for each control", 1.0)
    truths: tuple[float, ...] = key("Rate ratios that are looked at besides", (1.0, 0.9, 0.8, 0.7))


@dataclass(frozen=True)
class OneArmTrial:
    """One arm against a known history, by the one-sample log-rank test."""

    event: str = key("What happens to people, in a few words")
    people: int = key("People")
    years: float = key("How long everybody is followed")
    history_free: Given = key("Share free of the event in history after so many years, 0 to 1")
    ratio: Given = key("The hazard ratio to history planned for")
    variance: Literal["expected", "mean"] = key("Of O - E: E is expected, (O + E) / 2 is mean")
    truths: tuple[float, ...] = key("Hazard ratios that are looked at besides", (1.0, 0.8, 0.6))


@dataclass(frozen=True)
class ShareTrial:
    """Two arms compared by the share of people who have something at one landmark."""

    event: str = key("What people have at the landmark, in a few words")
    landmark_months: float = key("When that is seen")
    people: int = key("People in both arms together, of those seen then")
    control: Given = key("The share in the control arm, 0 to 1")
    treated: Given = key("The share in the treated arm planned for, 0 to 1")
    lost: Given = key("The share of people not seen at the landmark, 0 to 1")
    test: Literal["pooled", "unpooled"] = key("From where the variance is taken", "pooled")
    allocation: float = key("People treated for each control", 1.0)
    # None by default: which share is no effect depends on the control arm.
    truths: tuple[float, ...] = key("Shares of the treated that are looked at besides", ())


Trial: TypeAlias = EventTrial | RateTrial | OneArmTrial | ShareTrial
# In the order of the fields of `TrialDesign`, with which they are paired.
KINDS = ("time_to_event", "rates", "one_arm", "shares")


@dataclass(frozen=True)
class TrialDesign:
    """A design of a trial: its question, its one-sided alpha, and one of four kinds."""

    name: str = key("The name, as the file is called")
    title: str = key("A title, of a line")
    question: str = key("What the trial asks, in a sentence")
    alpha: float = key("The error that is allowed, one-sided")
    sources: tuple[Source, ...] = key("Where its idea is from", ())
    time_to_event: EventTrial | None = key("Two arms by the time to an event", None)
    rates: RateTrial | None = key("Two arms by a rate", None)
    one_arm: OneArmTrial | None = key("One arm against history", None)
    shares: ShareTrial | None = key("Two arms by a share at a landmark", None)

    @property
    def kinds(self) -> dict[str, Trial]:
        """What it says, by the key of its kind; of a design that was checked there is one."""
        every = (self.time_to_event, self.rates, self.one_arm, self.shares)
        return {kind: one for kind, one in zip(KINDS, every, strict=True) if one is not None}

    @property
    def trial(self) -> Trial:
        """What it says, whichever kind it is."""
        return next(iter(self.kinds.values()))
