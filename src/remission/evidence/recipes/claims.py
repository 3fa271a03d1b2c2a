"""Claims decided and put into words: the verdict, the numbers of the answer, and what each condition came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.wording import MINUS, count, day_words, level_words, limits_words, percent
from remission.stats.rounding import text_half_up
from remission.studies.claims.numbers import ENDS, Measured

if TYPE_CHECKING:
    from remission.studies.claims.claim import Verdict
    from remission.studies.claims.decide import Decision, Tested

VERDICT_WORDS: dict[Verdict, str] = {
    "supported": "Supported",
    "partly": "Partly",
    "contradicted": "Contradicted",
    "outdated": "Outdated",
    "not testable": "Cannot be tested yet",
}
MEANING: dict[Verdict, str] = {
    "supported": "The numbers lie where the claim says.",
    "partly": "Some numbers speak for it; others do not, or leave it open.",
    "contradicted": "The numbers lie elsewhere.",
    "outdated": "It was true once, and is so no longer.",
    "not testable": "No number that could be read decides it.",
}
DOUBTED = "Some numbers lie elsewhere, and no interval decides the others."
# Of a question one does not say that it is supported.
ANSWERED: dict[Verdict, str] = {
    "supported": "Answered: yes",
    "partly": "Answered in part",
    "contradicted": "Answered: no",
    "outdated": "Answered: no longer",
    "not testable": "Not answered yet",
}
# What was not read where the authors printed it is shown as that.
CHECKED = {"secondary": ", second-hand", "derived": ", worked out from printed numbers"}
NOT_SHOWN = "(a number that may not be shown)"
NOT_WRITTEN = "The numbers have moved since this was written, so the verdict stands here without its reasons."
WHOLE = 1e-9
OUTCOME_WORDS = {"holds": "holds", "fails": "does not hold", "open": "open"}


@dataclass(frozen=True)
class NumberWords:
    """A number in a sentence: with its interval as `{1}`, alone as `{1.value}`; one that is not there says so."""

    measured: Measured | None

    @property
    def value(self) -> str:
        """The value with its unit."""
        return value_words(self.measured) if self.measured else NOT_SHOWN

    @property
    def people(self) -> str:
        """How many people it is of; empty where that is not known."""
        row = self.measured.row if self.measured else {"denominator": None, "n": None}
        number = row["denominator"] or row["n"]
        return "" if number is None else count(number, "person", "people")

    def __str__(self) -> str:
        if self.measured is None:
            return NOT_SHOWN
        interval = bounds_words(self.measured)
        return f"{self.value} ({interval})" if interval else self.value


def verdict_words(decision: Decision) -> str:
    """The verdict in a word or two."""
    words = ANSWERED if decision.claim.kind == "question" else VERDICT_WORDS
    return words[decision.verdict]


def meaning_words(decision: Decision) -> str:
    """What the verdict means; where some numbers speak against a claim that cannot be tested, that is said."""
    doubted = decision.verdict == "not testable" and any(one.outcome == "fails" for one in decision.tested)
    return DOUBTED if doubted else MEANING[decision.verdict]


def answer_words(decision: Decision) -> str:
    """The answer in one sentence or two, with the numbers of its conditions.

    A sentence that was written for other outcomes would say what is no longer so: then the numbers stand there plain.
    """
    if decision.is_as_written:
        return filled(decision.claim.answer, decision.tested)
    return " ".join(f"{_ended(one)}." for one in decision.tested)


def _ended(tested: Tested) -> str:
    number = f"{NumberWords(tested.measured)}, " if tested.condition.number else ""
    return f"{tested.condition.says}: {number}{outcome_words(tested)}".rstrip(".")


def reasoning_words(decision: Decision) -> str:
    """Why the numbers are read so; where they moved since, that nobody has written it yet."""
    return decision.claim.reasoning if decision.is_as_written else NOT_WRITTEN


def filled(template: str, tested: Sequence[Tested]) -> str:
    """A sentence with numbers in the place of {1}, {2}...; one that may not be shown is said to be missing."""
    return template.format("", *(NumberWords(one.measured) for one in tested))


def value_words(measured: Measured) -> str:
    """A value with its unit.

    >>> from remission.studies.claims.numbers import Measured
    >>> row = {"value": 0.014, "low": None, "high": None, "unit": "proportion", "what": "neda"}
    >>> value_words(Measured(row, (), (), None)).replace("\\xa0", " ")
    '1.4 %'
    """
    value = measured.value
    if is_difference(measured.row):
        return f"{_points(value)} in 100"
    if measured.row["unit"] == "proportion":
        return percent(value, _digits(measured))
    return text_half_up(value, 2)


def bounds_words(measured: Measured) -> str:
    """The interval of a number; empty where there is none."""
    if measured.limits is None:
        return ""
    low, high = measured.limits
    if is_difference(measured.row):
        return f"{_points(low)} to {_points(high)}"
    if measured.row["unit"] == "proportion":
        return limits_words(measured.row, _digits(measured))
    return f"{text_half_up(low, 2)} to {text_half_up(high, 2)}"


def _digits(measured: Measured) -> int:
    """No decimals where the source printed none: 65 % must not look as if it had been 65.0."""
    whole = [abs(100 * one - round(100 * one)) < WHOLE for one in (measured.value, *(measured.limits or ()))]
    return 0 if all(whole) else 1


def is_difference(row: Any) -> bool:
    """Is a number the difference of two shares, and so no share?"""
    return bool(row["what"] == "difference" and row["unit"] == "proportion")


def _points(value: float) -> str:
    return f"{MINUS if value < 0 else ''}{text_half_up(abs(100 * value), 1)}"


def interval_said(measured: Measured) -> str:
    """The interval with its level, or that there is none."""
    bounds = bounds_words(measured)
    if not bounds:
        return "no interval was read"
    level = measured.row["level"]
    return f"{level_words(level)} interval {bounds}" if level else f"interval {bounds}"


def rests_on_words(measured: Measured) -> str:
    """How many cohorts a number rests on, and until when it was read."""
    left_out = int(measured.row["studies_left_out"] or 0)
    cohorts = f"From {count(measured.cohorts, 'cohort')}" if measured.cohorts > 1 else "From one source"
    out = f", {left_out} left out" if left_out else ""
    read = f"; read on {day_words(measured.read)}" if measured.read else ""
    checked = CHECKED.get(str(measured.row["standing"]), "")
    if measured.second_hand and measured.cohorts > 1:
        checked = f", {measured.second_hand} of them second-hand"
    return f"{cohorts}{checked}{out}{read}."


def condition_rests_on(tested: Tested) -> str:
    """What a condition rests on: its number, and the numbers that it was compared with; a dash for none."""
    said = [rests_on_words(tested.measured)] if tested.measured else []
    said += [f"Compared with {value_words(one)}{_end_words(one)}. {rests_on_words(one)}" for one in tested.bounds]
    return " ".join(said) or "–"


def _end_words(measured: Measured) -> str:
    level = measured.row["level"]
    return f", the {ENDS[measured.end]}{f' of {level_words(level)}' if level else ''}" if measured.end else ""


def outcome_words(tested: Tested) -> str:
    """What a condition came to, and why where it is open."""
    said = OUTCOME_WORDS[tested.outcome]
    return f"{said}: {tested.why_open}" if tested.why_open else said


def last_true_words(decision: Decision) -> str:
    """Until when it was true; empty where that is no question."""
    last = decision.last_true
    if not last.when:
        return ""
    why = f": {last.why}" if last.why else ""
    return f"Last true: {last.when}{why}."


# A claim as a row of plain values, the same for a page, its CSV and a program.
SCHEMA = {"claim": pl.String, "kind": pl.String, "words": pl.String, "verdict": pl.String, "answer": pl.String,
          "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "level": pl.Float64, "unit": pl.String,
          "decided_by": pl.String, "said": pl.String, "method": pl.String, "k": pl.Int64, "studies": pl.Int64,
          "studies_left_out": pl.Int64, "standing": pl.String,
          "last_true": pl.String, "as_of": pl.Date, "no_number": pl.String}  # fmt: skip

NUMBERS = ("value", "low", "high", "level", "unit", "method")


def row_of(decision: Decision) -> dict[str, Any]:
    """One claim as a row of plain values: what the page, its CSV and the command line show."""
    decided = decision.decided_by
    measured = decided.measured if decided else None
    numbers = {name: measured.row[name] for name in NUMBERS} if measured else {}
    return dict.fromkeys(SCHEMA) | numbers | {
        "claim": decision.claim.name,
        "kind": decision.claim.kind,
        "words": decision.claim.words,
        "verdict": verdict_words(decision) if decision.claim.kind == "question" else decision.verdict,
        "answer": answer_words(decision),
        "decided_by": decided.condition.says if decided else None,
        "said": decided_words(decision),
        "k": measured.cohorts if measured else None,
        "studies": len(decision.studies),
        "studies_left_out": decision.left_out,
        "standing": decision.standing or None,
        "last_true": decision.last_true.when or None,
        "as_of": decision.as_of,
        "no_number": why_no_interval(decision) or None,
    }  # fmt: skip


def decided_words(decision: Decision) -> str:
    """What decided a claim, in a few words: a number with its interval, a value alone, a reader, or nothing."""
    by_value = [one for one in decision.tested if one.outcome != "open" and one.measured]
    decided = [decision.decided_by] if decision.decided_by else by_value
    for one in decided:
        if one.measured:
            return f"{value_words(one.measured)} ({bounds_words(one.measured) or 'no interval read'})"
    return "judged by reading" if decision.claim.judged else "nothing"


def why_no_interval(decision: Decision) -> str:
    """Why no interval decides a claim; empty where one does."""
    if decision.decided_by or decision.claim.no_number:
        return decision.claim.no_number
    decided = any(one.outcome != "open" for one in decision.tested)
    return "No interval was read, so the value alone decides." if decided else "No interval decides it."


def claim_lines(decision: Decision) -> list[str]:
    """One claim for a terminal: the words, the verdict and answer, what decided, until when it was true."""
    row = row_of(decision)
    decided = f"Decided by: {row['decided_by']}: {row['said']}." if row["decided_by"] else row["no_number"] or ""
    studies = f"{count(row['studies'], 'study', 'studies')}, {row['studies_left_out']} left out."
    said = [f"{row['claim']}: “{row['words']}”", f"{verdict_words(decision)}. {row['answer']}", decided,
            last_true_words(decision), f"Rests on {studies}" if row["studies"] else ""]  # fmt: skip
    return [line if at == 0 else f"  {line}" for at, line in enumerate(filter(None, said))]


def rating_of(verdict: Verdict) -> int | None:
    """The verdict as a number from 1 to 5, as ClaimReview has it; None where it cannot be tested."""
    return {"supported": 5, "partly": 3, "outdated": 2, "contradicted": 1, "not testable": None}[verdict]
