"""What one definition is known by: an id equal for equal definitions, in results kept earlier as in those of today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass

from remission.outcomes.definitions.records import Endpoint, Estimation

# What an endpoint is called, why, and how it is summarised changes nobody's outcome.
_NO_PART_OF_THE_VALUES = ("title", "event_free", "summary", "sources", "estimation")
_FIRST_RULES = ("progression", "relapse", "mri", "brain_volume", "course", "therapy", "death", "composite")
"""Rules that had a place in every definition when the first ids were written, filled or not. They keep it, and later
rules have none unless they are the definition's own: an id that changed would disown results that were kept by it."""
_LATER = {"death": "censors", "late_death_days": 365}
"""Values of a summary that came after the first ids, as they stand where nobody set them: there they have no place."""


def definition_id(endpoint: Endpoint) -> str:
    """Twelve hexadecimal digits of the hash of everything that decides an outcome: equal for equal definitions.

    >>> from dataclasses import replace
    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> one = load_endpoint("death")
    >>> definition_id(one) == definition_id(replace(one, title="Other")) != definition_id(replace(one, origin_day=7))
    True
    """
    # By the values and not by the choices: two ways to write one definition are one.
    return hashlib.sha256(json.dumps(_deciding(endpoint), sort_keys=True).encode()).hexdigest()[:12]


def _deciding(endpoint: Endpoint) -> dict[str, object]:
    plain = _plain(endpoint)
    kept = {name: value for name, value in plain.items() if name not in _NO_PART_OF_THE_VALUES}
    return kept | {"parts": [_deciding(part) for part in endpoint.parts]}


def _plain(endpoint: Endpoint) -> dict[str, object]:
    """Every value as JSON has it, that of an origin and of parts with all that they hold."""
    return {name: _plain_value(value) for name, value in _places(endpoint)}


def _plain_value(value: object) -> object:
    if isinstance(value, Endpoint):
        return _plain(value)
    if isinstance(value, tuple):
        return [_plain_value(one) for one in value]
    if isinstance(value, Estimation):
        return dict(_summary(value))
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def definition_text(endpoint: Endpoint) -> str:
    """Everything that a definition says, in one line: what the digest of a multiverse is taken of.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> definition_text(load_endpoint("death"))[:40]
    "Endpoint(name='death', title='Death', ev"
    """
    return f"Endpoint({', '.join(f'{name}={_text(value)}' for name, value in _places(endpoint))})"


def _text(value: object) -> str:
    if isinstance(value, Endpoint):
        return definition_text(value)
    if isinstance(value, tuple):
        inside = ", ".join(_text(one) for one in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, Estimation):
        return f"Estimation({', '.join(f'{name}={one!r}' for name, one in _summary(value))})"
    return repr(value)


def _summary(choices: Estimation) -> Iterator[tuple[str, object]]:
    for item in fields(choices):
        value = getattr(choices, item.name)
        if item.name not in _LATER or value != _LATER[item.name]:
            yield item.name, value


def _places(endpoint: Endpoint) -> Iterator[tuple[str, object]]:
    """Names and values in the order in which the first definitions had them."""
    # What is not compared decides nothing: from what a definition was changed.
    for item in (item for item in fields(endpoint) if item.compare):
        if item.name == "summary":
            yield "rule", endpoint.rule
        if item.name == "record":
            yield from (dict.fromkeys(_FIRST_RULES) | {endpoint.rule: endpoint.record}).items()
        else:
            yield item.name, getattr(endpoint, item.name)
