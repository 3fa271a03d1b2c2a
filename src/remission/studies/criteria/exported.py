"""The vocabulary and the rule sets as plain data, for a page that computes by itself and for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from remission.studies.criteria.facts import Fact, vocabulary
from remission.studies.criteria.load import load_rule_sets, unread_rules

if TYPE_CHECKING:
    from remission.studies.criteria.rules import Change, Criterion, Note, RuleSet


def exported(rule_sets: Sequence[RuleSet] | None = None) -> dict[str, list[dict[str, Any]]]:
    """All facts and rule sets as lists and tables: what a reader of the page needs, and nothing of a person.

    >>> sorted(exported()), exported()["facts"][0]["kind"]
    (['facts', 'sets', 'unread'], 'choice')
    """
    sets = load_rule_sets() if rule_sets is None else rule_sets
    return {
        "facts": [_fact(one) for one in vocabulary().every],
        "sets": [_rule_set(one) for one in sets],
        "unread": [{**asdict(one), "date_read": one.date_read.isoformat()} for one in unread_rules()],
    }


def _fact(one: Fact) -> dict[str, Any]:
    return {
        "name": one.name, "says": one.says, "asks": one.asks, "kind": one.kind, "unit": one.unit, "low": one.low,
        "high": one.high, "step": one.step, "never_more_than": one.never_more_than or None,
        "choices": [{"value": choice.value, "says": choice.says} for choice in one.choices],
    }  # fmt: skip


def _rule_set(one: RuleSet) -> dict[str, Any]:
    return {
        "name": one.name, "title": one.title, "kind": one.kind, "dated": one.dated, "open": one.open,
        "as_of": one.as_of, "state": one.state, "study": one.study or None,
        "last_confirmed": one.last_confirmed.isoformat() if one.last_confirmed else None, "source": one.source,
        "status": one.status, "locus": one.locus, "criteria": [_criterion(each, one) for each in one.criteria],
        "notes": [_note(each, one) for each in one.notes], "history": [_change(each) for each in one.history],
    }  # fmt: skip


def _criterion(one: Criterion, of: RuleSet) -> dict[str, Any]:
    return {
        "name": one.name, "says": one.says, "strength": one.strength, "raw": one.raw, "status": one.status,
        "source": one.source or of.source, "locus": one.locus or of.locus, "readings": list(one.readings_said),
    }  # fmt: skip


def _note(one: Note, of: RuleSet) -> dict[str, str]:
    return {"name": one.name, "says": one.says, "status": one.status, "source": one.source or of.source}


def _change(one: Change) -> dict[str, str]:
    return {"when": one.when, "says": one.says, "status": one.status, "source": one.source}
