"""A claim as a file of the library has it: the words, the question made of them, and the rule that decides.

The claim is judged, never the person who made it. A condition says what must be so for the claim to be true, as bounds
of one number; where that number comes from is named, never typed, unless no study of the library has it: then it is a
fact of the claim's own file, with its source and how far that was checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Status

Kind = Literal["claim", "question"]
Verdict = Literal["supported", "partly", "contradicted", "outdated", "not testable"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Outcome = Literal["holds", "fails", "open"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Unit = Literal["proportion", "ratio", "per person-year", "people"]

READ = "The day on which it was read"


@dataclass(frozen=True)
class Fact:
    """A number or a finding that no study of the library has; with a count its interval is worked out here."""

    name: str = key("Its name, by which conditions point to it", example='"bands"')
    says: str = key("What was found, in a sentence")
    status: Status = key("How far it was checked", choices=STATUSES, example='"verified"')
    source: str = key("Where it was read: a DOI, a PMC number, a registry's record, or a page")
    locus: str = key("Page, table or section", example='"abstract"')
    date_read: date | None = key(READ, None, example="2026-11-29")
    year: int | None = key("Year of publication", None, low=1950, high=2100)
    unit: Unit = key("Unit of the value", "proportion")
    value: float | None = key("The number", None)
    low: float | None = key("Lower end of its printed interval", None)
    high: float | None = key("Upper end of its printed interval", None)
    level: float = key("Level of that interval", 0.95, low=0.5, high=0.999)
    events: int | None = key("How many it happened to", None, low=0)
    denominator: int | None = key("Of how many", None, low=1)


@dataclass(frozen=True)
class Where:
    """Where a number lies: in a pooling question, in a study, or among the facts of the claim itself.

    Of a pool `estimator` and `group` choose the line; of a study the other keys choose the first number that fits.
    """

    pool: str = key("Name of a pooling question", "", example='"hsct-mortality"')
    estimator: str = key("What its method begins with", "", example='"beta-binomial"')
    group: str = key("The group of the line; empty for everybody", "")
    study: str = key("Name of a study", "", example='"halt-ms"')
    what: str = key("What is measured: a name of quantities.csv", "", example='"neda"')
    arm: str | None = key("The arm", None)
    against: str | None = key("The arm that it is compared with", None)
    course: str | None = key("The course of MS of those counted", None)
    among: str | None = key("Another part of the arm", None)
    months: float | None = key("Months after the start", None, low=0)
    fact: str = key("Name of a fact of this file", "")
    end: Literal["", "low", "high"] = key("An end of its interval, in place of its value", "")

    @property
    def named(self) -> tuple[str, ...]:
        """The kinds of place that are named; one is right."""
        return tuple(kind for kind in ("pool", "study", "fact") if getattr(self, kind))


@dataclass(frozen=True)
class Condition:
    """What must be so for the claim to be true: a number that lies within bounds, as a whole.

    `minus` makes it the difference from a second number; `above` and `below` take a bound from another one. A number
    without an interval decides nothing, unless `by_value` says that the value alone may.
    """

    says: str = key("What must be so, in a sentence")
    number: Where | None = key("Where the number lies; left out where there is none", None)
    minus: Where | None = key("The number that is taken away from it", None)
    at_least: float | None = key("The least that it may be", None)
    at_most: float | None = key("The most that it may be", None)
    above: Where | None = key("A number whose value it must exceed", None)
    below: Where | None = key("A number whose value it must stay below", None)
    by_value: bool = key("May the value decide where no interval was read?", False)
    missing: str = key("Why there is no number", "")


@dataclass(frozen=True)
class Rule:
    """What follows when all conditions hold, all fail, they disagree, none holds, or none is decided."""

    holds: Verdict = key("When every condition holds", "supported", choices=VERDICTS)
    fails: Verdict = key("When every condition fails", "contradicted", choices=VERDICTS)
    mixed: Verdict = key("When some hold and others do not", "partly", choices=VERDICTS)
    doubted: Verdict = key("When some fail and no interval decides the others", "not testable", choices=VERDICTS)
    open: Verdict = key("When no interval decides", "not testable", choices=VERDICTS)


@dataclass(frozen=True)
class Judged:
    """A verdict that somebody gave where no number can decide."""

    verdict: Verdict = key("The verdict", choices=VERDICTS)
    by: str = key("Who judged")
    on: date = key("The day", example="2026-11-30")


@dataclass(frozen=True)
class LastTrue:
    """Until when an outdated claim was true: worked out where the library can tell, else said with its reason.

    `study` asks for the last study of the library, by year, in which the number was at least so much in at least so
    many people; `contradiction` for the year before which no study that now contradicts it had been published.
    """

    of: Literal["study", "contradiction", "told", "not known"] = key("How it is known")
    what: str = key("The quantity, for `study`", "")
    at_least: float | None = key("The least that it was, for `study`", None)
    people: int = key("The fewest people, for `study`", 0, low=0)
    said: str = key("The date, for `told`", "")
    why: str = key("Why it is so, or why it is not known", "")


@dataclass(frozen=True)
class Claim:
    """One claim, or a question that stands beside them; `words` are quoted as they were written."""

    name: str = key("Short name: the name of the file", example='"mortality-5-10"')
    kind: Kind = key("A claim, or a question, which gets no ClaimReview")
    words: str = key("The words as they were said")
    said_by: str = key("Who said so, as a role and never by name", example='"a commenter"')
    said_in: str = key("Where it was said")
    said_year: int = key("When", low=1950, high=2100)
    question: str = key("The question made of it")
    would_decide: str = key("The evidence that would decide")
    answer: str = key("The answer in one sentence, with {braces} for numbers of conditions")
    reasoning: str = key("Why the evidence is read so")
    would_change: str = key("What would change the verdict")
    written_for: tuple[str, ...] = key(
        "What each condition came to when the answer was written; where one differs, the numbers stand in its place",
        (), example='["holds", "open"]',
    )  # fmt: skip
    conditions: tuple[Condition, ...] = key("What must be so for it to be true", ())
    rule: Rule = key("What follows from the conditions", make=Rule)
    judged: Judged | None = key("A verdict where no number can decide", None)
    no_number: str = key("Why no number decides, where none does", "")
    last_true: LastTrue | None = key("Until when it was true", None)
    author: str = key("Who wrote the reasoning", "the Remission project")
    page: str = key("Address of the page of evidence behind it", "")
    topics: tuple[str, ...] = key("Words by which it is found", ())
    facts: tuple[Fact, ...] = key("Numbers that no study of the library has", ())

    def fact(self, name: str) -> Fact | None:
        """One of its facts; None when there is none of that name."""
        return next((one for one in self.facts if one.name == name), None)
