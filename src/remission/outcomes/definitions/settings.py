"""An endpoint of the library with some of its values set for one run, which keeps what it was changed from.

What was set is told wherever the definition is shown, by comparing the two: nobody may take it for the library's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.inputs.strict_records import read_toml
from remission.outcomes.definitions.reading import load_endpoint, locate_endpoint
from remission.outcomes.definitions.varied import EndpointData, read_varied, settable

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint

OPTION = "--set"
# The rest of how an endpoint is summarised has options of its own; a multiverse compares curves that no death changes.
OF_DEATH = ("estimation.death", "estimation.late_death_days")


def load_changed_endpoint(name_or_file: str | Path, sets: Mapping[str, Any]) -> Endpoint:
    """An endpoint with other values at their dotted names, those of a part after the part's name.

    Its name and title say that it was changed, and `changed_from` is what it was. With values that it has already it
    is itself. InputProblems as `load_endpoint` raises them, and for every name that it has not.

    >>> changed = load_changed_endpoint("cdp-12w", {"progression.baseline.after_relapse_days": 0})
    >>> changed.name, changed.record.baseline.after_relapse_days, changed.changed_from.name
    ('cdp-12w-changed', 0, 'cdp-12w')
    """
    original = load_endpoint(name_or_file)
    if problems := list(_unknown(original, sets)):
        raise InputProblems(problems)
    path = locate_endpoint(str(name_or_file), None)
    changed = read_varied(EndpointData(read_toml(path), path), sets)
    if changed == original:
        return original
    pairs = zip(changed.parts, original.parts, strict=True)
    parts = tuple(replace(part, changed_from=before) if part != before else part for part, before in pairs)
    # In the title too: it stands on every picture, and a picture is what is passed on.
    # In brackets: the title is a part of sentences ("more days without ... than").
    said = f"{original.title} (changed)"
    return replace(changed, name=f"{original.name}-changed", title=said, parts=parts, changed_from=original)


def _unknown(endpoint: Endpoint, sets: Mapping[str, Any]) -> Iterator[Problem]:
    known = (*settable(endpoint), *OF_DEATH)
    for name in sets:
        if name not in known:
            do = nearest(name, known) or f"For instance {', '.join(known[:3])}."
            of_part = ", in a composite after the name of the part" if endpoint.parts else ""
            allowed = f"the dotted name of a value of {endpoint.name}{of_part}"
            yield Problem.of_file(OPTION, found=shown(name), allowed=allowed, do=do)


def read_settings(written: Sequence[str]) -> dict[str, Any]:
    """Values by their dotted names from texts KEY=VALUE; a value is as TOML has it, and a word needs no quotes.

    >>> read_settings(["origin_day=90", "progression.baseline.choose=first"])
    {'origin_day': 90, 'progression.baseline.choose': 'first'}
    """
    pairs = [(one, *(part.strip() for part in one.partition("="))) for one in written]
    wrong = [one for one, key, _, value in pairs if not key or not value]
    wrong += [one for one, key, _, _ in pairs if key and [other[1] for other in pairs].count(key) > 1]
    if wrong:
        allowed, do = "KEY=VALUE, each key once", "For instance: --set progression.baseline.after_relapse_days=0"
        raise InputProblems(Problem.of_file(OPTION, found=shown(one), allowed=allowed, do=do) for one in wrong)
    return {key: _value(value) for _, key, _, value in pairs}


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        # A word: whether it is one that the key knows, the reader of definitions says.
        return text
