"""Verdicts in words and as plain data: the answer first, then what decides, what is to know, and what to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from remission.studies.criteria.facts import Answer, Answers, vocabulary
from remission.studies.criteria.load import unread_rules

if TYPE_CHECKING:
    from remission.studies.criteria.check import Verdict
    from remission.studies.criteria.proof import Proof, Step
    from remission.studies.criteria.refusals import Refusal
    from remission.studies.criteria.rules import RuleSet

PURPOSE = (
    "What this is for: it lays published rules beside facts, one by one, so that you can read the rules and prepare "
    "questions for your neurologist. What it is not for: it gives no diagnosis, no advice and no score, and it decides "
    "nothing. Rules change, and each centre decides for itself."
)
KIND_TITLES = {"guidance": "Guidance", "centre": "Centres", "clinic abroad": "Clinics abroad", "trial": "Trials"}
VALUES = ("not met", "unknown", "met")
MOST_WAYS = 2
WINDOW = (
    'Where rules ask for "active" MS and give no time, the last 12 months are taken for scans: a lesion that took up '
    "the dye, or one that was new or larger."
)
MET_MEANS = "Met means: every rule that was read is met. Others may not have stood in what was read."


def answer_words(verdicts: Sequence[Verdict]) -> str:
    """How many rule sets are met, not met and unknown, in one sentence.

    >>> from remission.studies.criteria.check import judge_all
    >>> answer_words(judge_all({"edss": 9}))
    'Of 22 rule sets 10 are not met, 12 are unknown and none is met.'
    """
    if len(verdicts) == 1:
        return f"{verdicts[0].rule_set.title}: {verdicts[0].value}."
    told = [_counted(sum(one.value == value for one in verdicts), value) for value in VALUES]
    return f"Of {len(verdicts)} rule sets {told[0]}, {told[1]} and {told[2]}."


def _counted(number: int, value: str) -> str:
    return f"{number or 'none'} {'are' if number > 1 else 'is'} {value}"


def verdict_lines(verdicts: Sequence[Verdict], given: Answers, *, in_full: bool = False) -> Iterator[str]:
    """Everything that rule sets say to a person's facts, for a terminal; `in_full` with every bound and its source."""
    yield answer_words(verdicts)
    yield from _named_lines(verdicts)
    if not given:
        yield "Nothing is known yet, so nothing can be said: every fact that you give makes some answers clearer."
    kind = ""
    for one in verdicts:
        if one.rule_set.kind != kind:
            kind = one.rule_set.kind
            yield from ("", KIND_TITLES[kind])
        yield from _set_lines(one, given)
        if in_full:
            yield from _proof_lines(one)
    yield from _to_know_lines(verdicts)
    yield from _question_lines(verdicts)
    yield from ("", WINDOW, PURPOSE)


def _named_lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Whose rules are not met and whose are met: who asks for that need not look for them among all sets."""
    for value in ("not met", "met"):
        titles = [one.rule_set.title for one in verdicts if one.value == value]
        if titles and len(verdicts) > 1:
            yield f"{value.capitalize()}: {'; '.join(titles)}."


def _set_lines(one: Verdict, given: Answers) -> Iterator[str]:
    yield f"  {one.value.upper()}: {one.rule_set.title}. {one.rule_set.as_of}"
    if one.decisive:
        # The first few: who is too old and too disabled need not read every other way to say no.
        ways = ["; ".join(known_words(name, given[name]) for name in way) or "no fact" for way in one.decisive]
        others = len(ways) - MOST_WAYS
        more = f" (and {others} other way{'s' * (others > 1)})" if others > 0 else ""
        told = ways[0] if len(ways) == 1 else ", or ".join(f"[{way}]" for way in ways[:MOST_WAYS])
        yield f"    What decides: {told}{more}"
    if one.value == "met":
        yield f"    {MET_MEANS} It was read here: {one.rule_set.locus}."
    if one.to_know or one.still_open:
        asked = [vocabulary().by_name[name].says for name in one.to_know]
        number = len(one.still_open)
        asked += [f"the answer{'s' * (number > 1)} to {number} question{'s' * (number > 1)} below"] if number else []
        yield f"    To know: {'; '.join(asked)}"
    for proof in one.ambiguous:
        yield f"    The text can be read in several ways: {proof.criterion.raw}"
    for proof in one.ideal:
        yield f"    Ideal, and never decides: {proof.criterion.says}: {proof.value}"


def known_words(name: str, answer: Answer) -> str:
    """A fact and what it is, in words.

    >>> known_words("can_transfer", True), known_words("course", "RRMS")
    ('moves from chair to bed: yes', 'course of MS: relapsing-remitting (RRMS)')
    """
    fact = vocabulary().by_name[name]
    if isinstance(answer, bool):
        said = "yes" if answer else "no"
    elif isinstance(answer, str):
        said = next(one.says for one in fact.choices if one.value == answer)
    else:
        said = f"{answer:g}"
    return f"{fact.says}: {said}"


def _proof_lines(one: Verdict) -> Iterator[str]:
    read = one.rule_set.last_confirmed
    for proof in (*one.hard, *one.ideal):
        yield f"    - {proof.criterion.says}: {proof.value}"
        for number, step in enumerate(proof.readings, 1):
            if len(proof.readings) > 1:
                yield f"      read in way {number}: {step.value}"
            yield from _step_lines(step, 6 + 2 * (len(proof.readings) > 1))
        yield f"      source: {proof.source}, {proof.locus} [{proof.criterion.status}]"
    yield f"    Last read: {read.isoformat() if read else 'the day was not noted'}. {one.rule_set.state}".rstrip()
    yield from (f"    Beside: {note.says}" for note in one.rule_set.notes)
    yield from (f"    Changed, {change.when}: {change.says} ({change.source})" for change in one.rule_set.history)


def _step_lines(step: Step, deep: int) -> Iterator[str]:
    # What a neighbour says of a fact is not to be seen from its own line.
    others = [vocabulary().by_name[name].says for name in step.facts]
    by = f" (from {', '.join(others)})" if others and not step.says.startswith(f"{others[0]}:") else ""
    yield f"{' ' * deep}{step.says}: {step.value}{by}"
    for part in step.parts:
        yield from _step_lines(part, deep + 2)


def _to_know_lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    counts = {name: sum(name in one.to_know for one in verdicts) for name in vocabulary().by_name}
    if any(counts.values()):
        yield from ("", "What would have to be known")
    for name, count in counts.items():
        if count:
            yield f"  {vocabulary().by_name[name].asks} ({count} answer{'s' * (count > 1)} could change)"


def _question_lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    if asked := questions(verdicts):
        yield from ("", "Questions for the neurologist")
    for question, titles in asked.items():
        yield f"  {question} ({'; '.join(titles)})"


def questions(verdicts: Sequence[Verdict]) -> dict[str, list[str]]:
    """What the rules ask that no fact decides, and how texts are read that are ambiguous: with whose rules ask it.

    >>> from remission.studies.criteria.check import judge_all
    >>> questions(judge_all({"edss": 6.5}))["Is my disability as high as it is because of a recent relapse?"]
    ['ECTRIMS and EBMT 2025, Europe']
    """
    asked: dict[str, list[str]] = {}
    for one in verdicts:
        for question in one.still_open:
            asked.setdefault(question, []).append(one.rule_set.title)
        for proof in one.ambiguous:
            asked.setdefault(f"How is this read? {proof.criterion.raw}", []).append(one.rule_set.title)
    return asked


def verdict_data(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The same for a program; a person's facts are not repeated."""
    return {
        "answer": answer_words(verdicts),
        "counts": {value: sum(one.value == value for one in verdicts) for value in VALUES},
        "sets": [_verdict(one) for one in verdicts],
        "questions": questions(verdicts),
        "window": WINDOW,
        "purpose": PURPOSE,
    }


def _verdict(one: Verdict) -> dict[str, Any]:
    of = one.rule_set
    return {
        "name": of.name, "title": of.title, "kind": of.kind, "dated": of.dated, "open": of.open, "as_of": of.as_of,
        "state": of.state, "last_confirmed": of.last_confirmed.isoformat() if of.last_confirmed else None,
        "value": one.value, "decisive": [list(way) for way in one.decisive], "to_know": list(one.to_know),
        "still_open": list(one.still_open),
        "criteria": [_proof(each) for each in (*one.hard, *one.ideal)],
    }  # fmt: skip


def _proof(one: Proof) -> dict[str, Any]:
    of = one.criterion
    return {
        "name": of.name, "says": of.says, "strength": of.strength, "value": one.value, "ambiguous": one.is_ambiguous,
        "raw": of.raw, "status": of.status, "source": one.source, "locus": one.locus,
        "readings": [_step(step) for step in one.readings],
    }  # fmt: skip


def _step(one: Step) -> dict[str, Any]:
    return {
        "says": one.says,
        "value": one.value,
        "facts": list(one.facts),
        "parts": [_step(part) for part in one.parts],
    }


def listed_lines(rule_sets: Sequence[RuleSet]) -> Iterator[str]:
    """Every rule set with its name, by kind, and of when it is."""
    kind = ""
    for one in rule_sets:
        if one.kind != kind:
            kind = one.kind
            yield KIND_TITLES[kind]
        yield f"  {one.name}: {one.title}. {one.as_of}"
    yield "Not found"
    yield from (f"  {one.title}: {one.says}" for one in unread_rules())


def refusal_lines(told: Sequence[Refusal]) -> Iterator[str]:
    """Published reports of people who were turned down, each with its source and how far that was checked."""
    for one in told:
        rules = f" Rules: {one.rule_set}." if one.rule_set else ""
        yield f"{one.when}: {one.says} {one.why}{rules} ({one.source}, {one.locus}) [{one.status}]"
