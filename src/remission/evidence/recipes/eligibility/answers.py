"""What each set of rules answers to some facts, and every line of every set: the tables that need no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import count
from remission.studies.criteria.check import judge

if TYPE_CHECKING:
    from remission.studies.criteria.check import Verdict
    from remission.studies.criteria.facts import Answers, Vocabulary
    from remission.studies.criteria.rules import Criterion, RuleSet

# More would be a list that nobody reads; the form has them all.
NAMED = 3
STRENGTH_WORDS = {"hard": "must be so", "ideal": "held to be best"}
ANSWERS = ("name", "title", "kind", "answer", "why", "dated", "as_of", "source")
RULES = ("name", "title", "kind", "line", "says", "strength", "raw", "read", "source", "locus", "status")


def answer_rows(sets: Sequence[RuleSet], told: Answers, words: Vocabulary) -> pl.DataFrame:
    """A row for each set in the columns of ANSWERS: what it answers to what is told, and what decides or is missing."""
    rows = [_answered(one, told, words) for one in sets]
    return pl.DataFrame(rows, schema=dict.fromkeys(ANSWERS, pl.String))


def _answered(one: RuleSet, told: Answers, words: Vocabulary) -> dict[str, str]:
    verdict = judge(one, told)
    return {
        "name": one.name, "title": one.title, "kind": one.kind, "answer": verdict.value, "why": why(verdict, words),
        "dated": one.dated, "as_of": one.as_of, "source": one.source,
    }  # fmt: skip


def why(verdict: Verdict, words: Vocabulary) -> str:
    """What decides a verdict, or what would have to be known."""
    if verdict.value == "not met":
        return f"decided by {' and '.join(_said(verdict.decisive[0], words))}"
    if verdict.value == "met":
        return "every line that must be met is met"
    if not verdict.to_know:
        return "no fact of this page decides what it asks"
    said = list(_said(verdict.to_know, words))
    more = f" and {count(len(said) - NAMED, 'thing')} more" if len(said) > NAMED else ""
    return f"to know: {'; '.join(said[:NAMED])}{more}"


def _said(names: Iterable[str], words: Vocabulary) -> Iterator[str]:
    return (words.by_name[name].says for name in names)


def rule_rows(sets: Sequence[RuleSet]) -> pl.DataFrame:
    """Every line of some sets in the columns of RULES; a line without a source of its own has that of its set.

    `read` has what a line does not share with its set: another source, place or status; empty where it shares all.
    """
    rows = [
        {
            "name": one.name, "title": one.title, "kind": one.kind, "line": line.name, "says": line.says,
            "strength": STRENGTH_WORDS[line.strength], "raw": line.raw, "read": _read(line, one),
            "source": line.source or one.source,
            "locus": line.locus or one.locus, "status": line.status,
        }
        for one in sets for line in one.criteria
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(RULES, pl.String))


def _read(line: Criterion, of: RuleSet) -> str:
    status = "" if line.status == of.status else line.status
    return ", ".join(filter(None, [line.source, line.locus, status]))
