"""The verdict on a claim, worked out from numbers by the rule of its file.

A condition holds when the whole interval lies within its bounds, fails when the whole interval lies outside, and is
open when a bound lies inside the interval. What follows when all hold, all fail or some of each stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from remission.studies.claims.claim import Claim, Condition, LastTrue, Verdict
from remission.studies.claims.numbers import Evidence, Measured, difference, measure, of_number

Outcome = Literal["holds", "fails", "open"]
NOT_KNOWN = "not known"
NOT_SHOWABLE = "the library has no number that may be shown"
_INFINITE = float("inf")


@dataclass(frozen=True)
class Tested:
    """One condition with the number that it was put to, and why it is open where it is."""

    condition: Condition
    outcome: Outcome
    measured: Measured | None = None
    why_open: str = ""

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
    def studies(self) -> tuple[str, ...]:
        """The studies that any condition rests on."""
        names = (name for one in self.tested if one.measured for name in one.measured.studies)
        return tuple(dict.fromkeys(names))

    @property
    def left_out(self) -> int:
        """How many studies the pools behind it left out."""
        return max((int(one.measured.row["studies_left_out"] or 0) for one in self.tested if one.measured), default=0)

    @property
    def as_of(self) -> date | None:
        """The day on which the newest of its numbers was read, or somebody judged."""
        days = [one.measured.read for one in self.tested if one.measured and one.measured.read]
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
    >>> [verdict_of(load_claims()[0], said) for said in (["holds"], ["fails"], ["holds", "open"], ["open"], [])]
    ['supported', 'contradicted', 'partly', 'not testable', 'not testable']
    """
    kinds, rule = set(outcomes), claim.rule
    if kinds <= {"open"}:
        return rule.open
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
    bounds = _bounds(claim, condition, evidence)
    # A bound that may not be shown decides as little as a number that may not.
    if measured is None or bounds is None:
        return Tested(condition, "open", None, NOT_SHOWABLE)
    if measured.limits is None and not condition.by_value:
        return Tested(condition, "open", measured, str(measured.row["absent_reason"]))
    outcome = outcome_of(measured.limits or (measured.value, measured.value), bounds)
    why = "the interval holds both what would support it and what would not" if outcome == "open" else ""
    return Tested(condition, outcome, measured, why)


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


def _bounds(claim: Claim, condition: Condition, evidence: Evidence) -> tuple[float, float] | None:
    least = -_INFINITE if condition.at_least is None else condition.at_least
    most = _INFINITE if condition.at_most is None else condition.at_most
    for where, is_least in ((condition.above, True), (condition.below, False)):
        if where is None:
            continue
        other = measure(where, evidence, claim.facts)
        if other is None:
            return None
        least, most = (max(least, other.value), most) if is_least else (least, min(most, other.value))
    return least, most


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
