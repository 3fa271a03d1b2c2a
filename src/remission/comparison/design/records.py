"""What a design file may say: the target trial, part by part, each key with what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remission.inputs.declared import key
from remission.stats.horizons import YEAR_DAYS, years_to_days
from remission.stats.propensity.weights import KINDS

Of = Literal["everybody", "the treated", "the overlap", "the matched"]
NEAREST = "nearest neighbour"
By = Literal["inverse probability", "stabilised", "treated", "overlap", "matching", "nearest neighbour"]
# Of whom the answer of each way is: a way that answers for others than the file says is refused.
ANSWERS_FOR: dict[str, Of] = {
    "inverse probability": "everybody",
    "stabilised": "everybody",
    "treated": "the treated",
    "overlap": "the overlap",
    "matching": "the matched",
}
DAY_ZERO, LANDMARK, CLONES, SEQUENCE = "day zero", "landmark", "clones", "sequence"
Every = Literal["month", "quarter", "half-year"]
MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half-year": 6}


def lower_words(column: str) -> str:
    """The name of a column as words within a sentence.

    >>> lower_words("age_years"), lower_words("x_relapses_before"), lower_words("baseline_edss")
    ('age', 'relapses before', 'baseline EDSS')
    """
    return (
        column.removeprefix("x_").removesuffix("_years").removesuffix("_day").replace("edss", "EDSS").replace("_", " ")
    )


@dataclass(frozen=True)
class Condition:
    """One condition on a column that is known on day zero; whoever has no value does not meet it."""

    column: str = key("A column known on day zero, or baseline_edss", example='"age_years"')
    at_least: float | None = key("The lowest number that meets it", None)
    at_most: float | None = key("The highest number that meets it", None)
    above: float | None = key("Numbers above this meet it", None)
    below: float | None = key("Numbers below this meet it", None)
    one_of: tuple[str, ...] = key("The texts that meet it", (), words="a list of texts")

    @property
    def bounds(self) -> dict[str, float]:
        """The bounds that are given, by their key."""
        every = {"at_least": self.at_least, "at_most": self.at_most, "above": self.above, "below": self.below}
        return {name: bound for name, bound in every.items() if bound is not None}

    @property
    def words(self) -> str:
        """The condition in words.

        >>> Condition("age_years", at_least=18, at_most=55).words, Condition("course", one_of=("RRMS",)).words
        ('age at least 18 and at most 55', 'course RRMS')
        """
        said = " and ".join(f"{name.replace('_', ' ')} {bound:g}" for name, bound in self.bounds.items())
        return f"{lower_words(self.column)} {said or ' or '.join(self.one_of)}"


@dataclass(frozen=True)
class Strategy:
    """What one side of the trial does: conditions on day zero, or therapies that are started, or not, by a day."""

    name: str = key("What it is called on the page", example='"HSCT"')
    where: tuple[Condition, ...] = key("Conditions that all hold on day zero", (), words="tables [[strategies.where]]")
    starts: tuple[str, ...] = key("Therapies of which one is started from day zero to `by_day`", ())
    not_starts: tuple[str, ...] = key("Therapies of which none is started from day zero to `by_day`", ())
    by_day: int = key("The last day on which a start still counts: only then is it known", 0, low=0)

    @property
    def known_on(self) -> int:
        """The day on which it is known who follows it."""
        return self.by_day if self.starts or self.not_starts else 0


@dataclass(frozen=True)
class TimeZero:
    """When follow-up begins, for both strategies alike."""

    at: Literal["day zero", "landmark", "clones", "sequence"] = key(
        "Day zero; a landmark, a later day that all must have reached; day zero with everybody cloned into both; or a "
        "sequence of trials, one for each month in which somebody could have begun"
    )
    day: int = key("The day of the landmark", 0, low=0)
    every: Every = key("Of a sequence: how long after a trial the next one begins", "month")


@dataclass(frozen=True)
class Assignment:
    """How people are made alike who were not drawn by lot."""

    covariates: tuple[str, ...] = key("Columns known on day zero that may have decided the treatment", least=1)
    by: By = key("Kind of weights, or nearest neighbour", choices=(*KINDS, NEAREST))
    missing: Literal["complete cases", "impute", "refuse"] = key("What is done with people who lack a covariate")
    ridge: float = key("Pulls coefficients of the propensity to 0, in standard deviations", 0.0, low=0, high=1e6)
    cut_at: float | None = key("Weights above this share of all are set to it", None, low=0.5, high=1)
    caliper: float | None = key("Farthest match, in standard deviations of the log odds", None, low=0.001, high=10)
    imputations: int = key("Sets of values that are filled in, where missing is impute", 20, low=2, high=500)


@dataclass(frozen=True)
class FollowUp:
    """For how long people are followed."""

    years: float = key("Until how many years after time zero", low=0.1, high=100)
    censoring: Literal["as those who stay", "weighted"] = key(
        "Those lost are like those who stay; or who stays is weighted for those lost who were like them",
        "as those who stay",
    )
    censoring_covariates: tuple[str, ...] = key("Covariates of the assignment that may have decided on being lost", ())
    pairs_end_together: bool = key("Of pairs: nobody is followed for longer than the other was watched", default=False)


@dataclass(frozen=True)
class Measured:
    """What is waited for."""

    endpoint: str = key("An endpoint of the library, or a file", example='"cdp-24w"')
    negative_control: str | None = key("Another endpoint, one that the strategies cannot change", None)
    death: Literal["as the endpoint says", "competes"] = key(
        "A death without the event ends observation or competes, as the endpoint says; or it competes whatever it says",
        "as the endpoint says",
    )


@dataclass(frozen=True)
class Analysis:
    """What is estimated, and how sure it is."""

    at_years: tuple[float, ...] = key("Years at which the shares free of the event are compared", least=1)
    bootstrap: int = key("Draws that estimate the weights anew; 0 for robust errors alone", low=0, high=100_000)
    seed: int = key("Where the draws begin: the same seed gives the same bits", low=0)
    level: float = key("Confidence level", 0.95, low=0.5, high=0.999)
    per_protocol: bool = key("Beside: had everybody kept to the strategy with which they began", default=False)


@dataclass(frozen=True)
class Selection:
    """The rule on relapses by which people entered, and the population from which they came."""

    relapses: str = key("The column with the relapses before day zero", example='"x_relapses_before"')
    within_years: float = key("For how many years before day zero it counts them", low=0.1, high=20)
    at_least: int = key("With how many relapses people entered", low=1, high=20)
    mean: float = key("Relapses a year in the population from which they came", low=0.001, high=20)
    dispersion: float = key(
        "How much people differ there: a count of mean m varies by m + dispersion m^2", low=0, high=50
    )
    source: str = key("Where mean and dispersion are from")
    counted: str = key("The endpoint that counts relapses after day zero", "relapse-30d")


@dataclass(frozen=True)
class Design:
    """A target trial: everything that decides who is compared with whom, from when, and how."""

    title: str = key("What the page is called")
    question: str = key("The question, in one sentence")
    estimand: Of = key("Of whom the answer is; it must be that of the weights")
    time_zero: TimeZero = key("When follow-up begins: without it nobody knows which time counts for whom")
    strategies: tuple[Strategy, ...] = key("The two strategies; the first is compared with the second", least=2)
    assignment: Assignment = key("How people are made alike")
    follow_up: FollowUp = key("For how long people are followed")
    outcome: Measured = key("What is waited for")
    analysis: Analysis = key("What is estimated")
    eligibility: tuple[Condition, ...] = key("Who could have been in the trial, as known on day zero", ())
    background: str = key("Why it is asked, for the page", "")
    selection: Selection | None = key("The rule on relapses by which people entered", None)

    @property
    def answers_for(self) -> Of:
        """Of whom the way of assignment answers, whatever the file says."""
        if self.assignment.by == NEAREST:
            return "the treated" if self.assignment.caliper is None else "the matched"
        return ANSWERS_FOR[self.assignment.by]

    @property
    def cloned(self) -> bool:
        """Is everybody in both strategies until what they do fits only one?"""
        return self.time_zero.at == CLONES

    @property
    def in_sequence(self) -> bool:
        """Does a trial begin in each period in which somebody could have begun?"""
        return self.time_zero.at == SEQUENCE

    @property
    def begins(self) -> tuple[int, ...]:
        """The days on which trials begin, ascending: one, but in a sequence the end of each period up to `by_day`."""
        if not self.in_sequence:
            return (self.start_day,)
        length = MONTHS[self.time_zero.every] * YEAR_DAYS / 12
        return tuple(round(place * length) for place in range(1, int((self.grace_days + 0.5) / length) + 1))

    @property
    def followed_days(self) -> int:
        """The last day of follow-up of the last trial, counted from the start of the first."""
        return self.horizon_days + (max(self.begins, default=0) if self.in_sequence else 0)

    @property
    def grace_days(self) -> int:
        """Until which day a start is one in time."""
        return max((one.by_day for one in self.strategies), default=0)

    @property
    def start_day(self) -> int:
        """The day on which follow-up begins."""
        return self.time_zero.day if self.time_zero.at == LANDMARK else 0

    @property
    def horizon_days(self) -> int:
        """The last day of follow-up, counted from its begin."""
        return years_to_days(self.follow_up.years)
