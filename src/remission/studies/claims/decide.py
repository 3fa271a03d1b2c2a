"""The verdict on a claim, worked out from numbers by the rule of its file.

A condition holds when the whole interval lies within its bounds, fails when the whole interval lies outside, and is
open when a bound lies inside the interval. What follows when all hold, all fail or some of each stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from remission.studies.claims.claim import Claim, Condition, LastTrue, Outcome, Verdict
from remission.studies.claims.numbers import Evidence, Measured, difference, measure, of_number
from remission.studies.study import weakest

NOT_KNOWN = "not known"
NOT_SHOWABLE = "the library has no number that may be shown"
_INFINITE = float("inf")


@dataclass(frozen=True)
class Tested:
    """One condition with the number that it was put to, and why it is open where it is.

    `bounds` are the numbers from which it took its bounds.
    """

    condition: Condition
    outcome: Outcome
    measured: Measured | None = None
    why_open: str = ""
    bounds: tuple[Measured, ...] = ()

    @property
    def rests_on(self) -> tuple[Measured, ...]:
        """Every number behind it: the one that was put to the test, and those that it was compared with."""
        return (*((self.measured,) if self.measured else ()), *self.bounds)

    @property
    def has_interval(self) -> bool:
        """Was it put to an interval?"""
        return self.measured is not None and self.measured.limits is not None


@dataclass(frozen=True)
class LastTrueWas:
    """Until when an outdated claim was true, in words, and how that is known."""

    when: str
    why: str = ""
    study: str = ""


@dataclass(frozen=True)
class Decision:
    """A claim with its verdict; `decided_by` is the first condition that an interval decided."""

    claim: Claim
    verdict: Verdict
    tested: tuple[Tested, ...]
    last_true: LastTrueWas

    @property
    def decided_by(self) -> Tested | None:
        """The first condition that an interval decided; None where no interval did."""
        return next((one for one in self.tested if one.has_interval and one.outcome != "open"), None)

    @property
    def is_as_written(self) -> bool:
        """Did every condition come to what its answer and reasoning were written for?"""
        return tuple(one.outcome for one in self.tested) == self.claim.written_for

    @property
    def rests_on(self) -> tuple[Measured, ...]:
        """Every number behind it, bounds among them."""
        return tuple(number for one in self.tested for number in one.rests_on)

    @property
    def studies(self) -> tuple[str, ...]:
        """The studies that any condition rests on."""
        return tuple(dict.fromkeys(name for one in self.rests_on for name in one.studies))

    @property
    def standing(self) -> str:
        """How far the number that was checked least was checked; empty where there is none."""
        return weakest(str(one.row["standing"]) for one in self.rests_on)

    @property
    def left_out(self) -> int:
        """How many studies the pools behind it left out; one that another number rests on is not left out."""
        return len({name for one in self.rests_on for name in one.left_out} - {*self.studies})

    @property
    def as_of(self) -> date | None:
        """The day on which the newest of its numbers was read, or somebody judged."""
        days = [one.read for one in self.rests_on if one.read]
        days += [one.date_read for one in self.claim.facts if one.date_read and one.status != "unverified"]
        days += [self.claim.judged.on] if self.claim.judged else []
        return max(days, default=None)


def decide_claim(claim: Claim, evidence: Evidence) -> Decision:
    """The verdict on one claim, from the numbers that may be shown."""
    tested = tuple(put_to_test(claim, condition, evidence) for condition in claim.conditions)
    verdict = claim.judged.verdict if claim.judged else verdict_of(claim, [one.outcome for one in tested])
    return Decision(claim, verdict, tested, _last_true(claim, verdict, tested, evidence))


def decide_claims(claims: Sequence[Claim], evidence: Evidence) -> tuple[Decision, ...]:
    """The verdict on each claim, in their order."""
    return tuple(decide_claim(claim, evidence) for claim in claims)


def verdict_of(claim: Claim, outcomes: Sequence[Outcome]) -> Verdict:
    """What the rule of a claim says of these outcomes.

    >>> from remission.studies.claims.load import load_claims
    >>> outcomes = (["holds"], ["fails"], ["holds", "open"], ["holds", "fails"], ["fails", "open"], ["open"], [])
    >>> [verdict_of(load_claims()[0], said) for said in outcomes]
    ['supported', 'contradicted', 'partly', 'partly', 'not testable', 'not testable', 'not testable']
    """
    kinds, rule = set(outcomes), claim.rule
    if kinds <= {"open"}:
        return rule.open
    # "Partly" says that something speaks for it, and here nothing does.
    if kinds == {"fails", "open"}:
        return rule.doubted
    if len(kinds) > 1:
        return rule.mixed
    return rule.holds if kinds == {"holds"} else rule.fails


def put_to_test(claim: Claim, condition: Condition, evidence: Evidence) -> Tested:
    """One condition against the number that it names."""
    if condition.number is None:
        return Tested(condition, "open", None, condition.missing)
    measured = measure(condition.number, evidence, claim.facts)
    if condition.minus is not None and measured is not None:
        other = measure(condition.minus, evidence, claim.facts)
        measured = difference(measured, other) if other else None
    others = _others(claim, condition, evidence)
    # A bound that may not be shown decides as little as a number that may not.
    if measured is None or others is None:
        return Tested(condition, "open", None, NOT_SHOWABLE)
    if measured.limits is None and not condition.by_value:
        return Tested(condition, "open", measured, str(measured.row["absent_reason"]), (*others.values(),))
    outcome = outcome_of(measured.limits or (measured.value, measured.value), _bounds(condition, others))
    why = "the interval holds both what would support it and what would not" if outcome == "open" else ""
    return Tested(condition, outcome, measured, why, (*others.values(),))


def outcome_of(interval: tuple[float, float], bounds: tuple[float, float]) -> Outcome:
    """Does the whole interval lie within the bounds (inclusive), wholly outside, or neither?

    >>> outcome_of((0.1, 0.2), (0.0, 0.2)), outcome_of((0.1, 0.2), (0.3, 1.0)), outcome_of((0.1, 0.2), (0.15, 1.0))
    ('holds', 'fails', 'open')
    """
    (low, high), (least, most) = interval, bounds
    # Inclusive at both ends: a claim of 5 to 10 % is not refused by an interval that ends on 10.
    if least <= low and high <= most:
        return "holds"
    return "fails" if high < least or most < low else "open"


def _others(claim: Claim, condition: Condition, evidence: Evidence) -> dict[str, Measured] | None:
    """The numbers that a condition is compared with, by its key; None where one of them may not be shown."""
    named = {name: where for name in ("above", "below") if (where := getattr(condition, name)) is not None}
    found = {name: measure(where, evidence, claim.facts) for name, where in named.items()}
    there = {name: one for name, one in found.items() if one is not None}
    return there if len(there) == len(found) else None


def _bounds(condition: Condition, others: Mapping[str, Measured]) -> tuple[float, float]:
    least = [-_INFINITE if condition.at_least is None else condition.at_least]
    most = [_INFINITE if condition.at_most is None else condition.at_most]
    least += [others["above"].value] if "above" in others else []
    most += [others["below"].value] if "below" in others else []
    return max(least), min(most)


# ---------------------------------------------------------------- until when it was true


def _last_true(claim: Claim, verdict: Verdict, tested: Sequence[Tested], evidence: Evidence) -> LastTrueWas:
    asked = claim.last_true
    # What is true today has no last day, and of what nobody can test none is known.
    if asked is None or verdict in ("supported", "not testable"):
        return LastTrueWas("", "")
    if asked.of == "told":
        return LastTrueWas(asked.said, asked.why)
    if asked.of == "contradiction":
        years = [year for one in tested if one.outcome == "fails" and one.measured for year in one.measured.years]
        return LastTrueWas(str(min(years)) if years else NOT_KNOWN, asked.why)
    if asked.of == "study":
        return _last_study(asked, evidence)
    return LastTrueWas(NOT_KNOWN, asked.why)


def _last_study(asked: LastTrue, evidence: Evidence) -> LastTrueWas:
    found = list(_as_high(asked, evidence))
    if not found:
        return LastTrueWas(NOT_KNOWN, "no study of the library shows it")
    year, name = max(found)
    return LastTrueWas(str(year), asked.why, name)


def _as_high(asked: LastTrue, evidence: Evidence) -> Iterator[tuple[int, str]]:
    """Year and name of each study in which the number was at least so much, in so many people."""
    for study, number in evidence.studies.numbers(asked.what):
        measured = of_number(study, number)
        # One death among three people is a third: only cohorts of some size can say that it was so.
        enough = (number.denominator or 0) >= asked.people
        high = measured is not None and asked.at_least is not None and measured.value >= asked.at_least
        if high and enough and study.year is not None:
            yield study.year, study.name
