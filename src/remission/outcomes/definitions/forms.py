"""The form of an endpoint file: an endpoint's fields, with `rule` and a table for every rule in place of its record.

It is made from what the walk finds, so that the reader takes a new rule, and refuses an unknown one by name, without
knowing any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, field, fields, make_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

from remission.inputs.problems import Problem
from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.walking import rule_kinds

if TYPE_CHECKING:
    from remission.outcomes.definitions.rule import Rule


def endpoint_form() -> type:
    """A dataclass with the keys that an endpoint file may hold, for the rules that there are now.

    >>> "progression" in {item.name for item in fields(endpoint_form())}
    True
    """
    return _form(tuple(rule_kinds().items()))


@cache
def _form(kinds: tuple[tuple[str, type[Rule]], ...]) -> type:
    return make_dataclass("EndpointFile", list(_form_fields(dict(kinds))), frozen=True, kw_only=True)


def _form_fields(kinds: Mapping[str, type[Rule]]) -> Iterator[tuple[str, Any, Any]]:
    hints = get_type_hints(Endpoint)
    for item in fields(Endpoint):
        if item.name != "record":
            yield item.name, hints[item.name], _anew(item)
            continue
        yield "rule", Literal[tuple(kinds)], says("The rule that finds the event")
        for name, kind in kinds.items():
            yield name, kind | None, says(f"Values of the {name} rule", None)


def _anew(item: Field[Any]) -> Any:
    """The field once more: a Field belongs to the class that it was made for."""
    return field(default=item.default, metadata=item.metadata)


def table_problems(filled: Any, file: str) -> list[Problem]:
    """The table of the rule must be there, and no other rule's beside it."""
    found = []
    for rule in rule_kinds():
        if (getattr(filled, rule) is not None) != (rule == filled.rule):
            said = "nothing" if rule == filled.rule else f"[{rule}] beside rule = '{filled.rule}'"
            allowed = f"just the table of the rule: [{filled.rule}]"
            found.append(Problem.at_key(file, rule, found=said, allowed=allowed, do="Add it or take it out."))
    return found


def endpoint_of(filled: Any) -> Endpoint:
    """The endpoint of a filled form without `table_problems`."""
    own = {item.name: getattr(filled, item.name) for item in fields(Endpoint) if item.name != "record"}
    return Endpoint(record=getattr(filled, filled.rule), **own)
