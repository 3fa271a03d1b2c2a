"""Rules, their finders and their plain twins, found by walking three folders: to add one, add its three files.

`rules/NAME.py` here holds the record of a rule, `outcomes/rules/NAME.py` and `outcomes/reference/rules/NAME.py` the
function `find_NAME` that finds its events. A rule of which one is missing is an error that says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, get_args, get_type_hints

from remission.inputs.problems import nearest
from remission.outcomes.definitions import rules
from remission.outcomes.definitions.records import Composite, Endpoint
from remission.outcomes.definitions.rule import Rule


class UnknownRule(LookupError):  # noqa: N818 - says what is so, as LookupError's own kin do
    """A rule was asked for that is not there, or of which a file is missing; the message lists those that are."""


def rule_kinds() -> Mapping[str, type[Rule]]:
    """The record of every rule that an endpoint file may name, the composite with them.

    >>> rule_kinds()["brain_volume"].__name__
    'BrainVolume'
    """
    return _kinds(tuple(rules.__path__))


@cache
def _kinds(path: tuple[str, ...]) -> Mapping[str, type[Rule]]:
    modules = _modules(rules.__name__, path)
    return {name: _record_of(name, module) for name, module in modules.items()} | {Composite.rule: Composite}


def _record_of(name: str, module: ModuleType) -> type[Rule]:
    """The one record of a file, which must be called as its file is: a second name would be a second place to look."""
    here = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
    found = [one for one in here if issubclass(one, Rule)]
    said = [getattr(one, "rule", "one without a name") for one in found]
    if said != [name]:
        raise UnknownRule(
            f"{module.__name__} holds {', '.join(said) or 'none'}; it must hold one record, of the rule '{name}'"
        )
    return found[0]


def finder_in(package: ModuleType, rule: str) -> Any:
    """The function `find_RULE` of the file of that name in a package; UnknownRule when it is not there.

    >>> from remission.outcomes.reference import rules as twins
    >>> finder_in(twins, "death").__name__
    'find_death'
    """
    return _finder(package.__name__, tuple(package.__path__), rule)


@cache
def _finder(package: str, path: tuple[str, ...], rule: str) -> Any:
    modules = _modules(package, path)
    if rule not in modules:
        advice = nearest(rule, tuple(modules)) or f"Write {rule}.py."
        raise UnknownRule(f"{package} has no rule '{rule}'; there are: {', '.join(modules)}. {advice}")
    return getattr(modules[rule], f"find_{rule}")


@cache
def _modules(package: str, path: tuple[str, ...]) -> Mapping[str, ModuleType]:
    """Every file of a package, in order of name; walked once for each path, so that asking costs nothing per row."""
    return {name: import_module(f"{package}.{name}") for name in sorted(one.name for one in iter_modules(path))}


def record_kinds() -> Mapping[str, type]:
    """Every record that a definition can hold, by the name of its class: what an option's meaning is looked up in.

    >>> {"Endpoint", "Baseline", "Censoring", "Relapse"} <= record_kinds().keys()
    True
    """
    found: dict[str, type] = {}
    ahead: list[type] = [Endpoint, *rule_kinds().values()]
    while ahead:
        kind = ahead.pop()
        found[kind.__name__] = kind
        inner = {one for hint in get_type_hints(kind).values() for one in _records_in(hint)}
        ahead += [one for one in inner if one.__name__ not in found]
    return found


def _records_in(hint: Any) -> set[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        return set() if hint is Rule else {hint}  # rules are found by walking
    return set().union(*(_records_in(one) for one in get_args(hint)))
