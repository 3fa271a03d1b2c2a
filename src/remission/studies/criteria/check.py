"""Holds what is known of a person against rule sets: one verdict each, with its proof; no score and no order by fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remission.studies.criteria.facts import Answers, State, state_of
from remission.studies.criteria.knowing import still_open, to_know
from remission.studies.criteria.load import load_rule_sets
from remission.studies.criteria.logic import MET, WORDS, Value
from remission.studies.criteria.proof import Proof, decisive, prove
from remission.studies.criteria.rules import RuleSet


@dataclass(frozen=True)
class Verdict:
    """What one rule set says to what is known of a person.

    `decisive` are the smallest sets of known facts that force the answer, `to_know` the facts that could still change
    it, `still_open` what the rules ask that no fact decides. Ideal criteria never decide.
    """

    rule_set: RuleSet
    value: Value
    hard: tuple[Proof, ...]
    ideal: tuple[Proof, ...]
    decisive: tuple[tuple[str, ...], ...]
    to_know: tuple[str, ...]
    still_open: tuple[str, ...]

    @property
    def ambiguous(self) -> tuple[Proof, ...]:
        """Criteria of an unknown set whose text can be read in ways that come to different answers."""
        return tuple(one for one in self.hard if one.is_ambiguous) if self.value == "unknown" else ()


def judge(rule_set: RuleSet, given: Answers) -> Verdict:
    """What a rule set says to a person's facts; a fact that is not given is unknown.

    >>> from remission.studies.criteria.load import chosen_rule_sets
    >>> verdict = judge(*chosen_rule_sets("ram-ms"), {"age": 61})
    >>> verdict.value, verdict.decisive
    ('not met', (('age',),))
    """
    return judge_state(rule_set, state_of(given))


def judge_state(rule_set: RuleSet, state: State) -> Verdict:
    """The same of a state, which may have a vocabulary of its own."""
    proofs = [prove(one, state, rule_set) for one in rule_set.criteria]
    hard = tuple(one for one in proofs if one.criterion.strength == "hard")
    ideal = tuple(one for one in proofs if one.criterion.strength == "ideal")
    value = WORDS[min((WORDS.index(one.value) for one in hard), default=MET)]
    return Verdict(
        rule_set, value, hard, ideal, decisive(rule_set, state), to_know(rule_set, state), still_open(rule_set, state)
    )  # fmt: skip


def judge_all(given: Answers, rule_sets: Sequence[RuleSet] | None = None) -> tuple[Verdict, ...]:
    """What every rule set of the library says, by kind and then by name.

    >>> {one.value for one in judge_all({})}
    {'unknown'}
    """
    return tuple(judge(one, given) for one in (load_rule_sets() if rule_sets is None else rule_sets))
