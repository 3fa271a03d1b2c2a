"""An endpoint with other values in it: which values may vary, how they are set, and how they are said.

What an option sets is written into the endpoint's own TOML data and read by the endpoint reader, so that a value is
refused here for the same reasons, in the same words, as in an endpoint file.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from remission.inputs.strict_records import read_toml
from remission.outcomes.definitions import reading as endpoint_files
from remission.outcomes.definitions.records import Censoring, Endpoint, entries
from remission.outcomes.definitions.walking import rule_kinds

Values = Mapping[str, Any]

# What a definition is called and how it is summarised is not what it defines.
NOT_VARIED = ("name", "title", "event_free", "summary", "rule", "sources", "estimation")


@dataclass(frozen=True)
class EndpointData:
    """An endpoint as its file has it, before the reader: what options are written into."""

    written: Mapping[str, Any]
    path: Path


def read_varied(data: EndpointData, sets: Values) -> Endpoint:
    """The endpoint with these values set, through the reader of endpoint files; InputProblems as that raises them.

    A dotted name that begins with the name of a part of a composite sets a value of that part.
    """
    # The whole first, for the parts inherit from it; then what is set in each part.
    written = with_values(data.written, {name: value for name, value in sets.items() if _is_own(name)})
    endpoint = _read(written, data.path)
    if endpoint.composite is None:
        return _read(with_values(written, sets), data.path)
    return replace(endpoint, parts=tuple(_part(endpoint, part, data, sets) for part in endpoint.parts))


def _part(whole: Endpoint, part: Endpoint, data: EndpointData, sets: Values) -> Endpoint:
    prefix = f"{part.name}."
    own = {name.removeprefix(prefix): value for name, value in sets.items() if name.startswith(prefix)}
    if not own:
        return part
    assert whole.composite is not None
    (listed,) = (name for name, one in zip(whole.composite.parts, whole.parts, strict=True) if one is part)
    path = endpoint_files.locate_endpoint(listed, data.path)
    return _read(with_values(read_toml(path), own), path)


def _read(written: Mapping[str, Any], path: Path) -> Endpoint:
    """The one door to the reader of endpoint files: parsed TOML in, a checked endpoint out."""
    return endpoint_files.read_endpoint(written, path)


def _is_own(name: str) -> bool:
    """Does the name lead into the endpoint itself or the table of its rule, or else into one of its parts?"""
    return name.partition(".")[0] in (*(item.name for item in fields(Endpoint)), *rule_kinds())


def with_values(written: Mapping[str, Any], sets: Values) -> dict[str, Any]:
    """The plain data of an endpoint with other values at their dotted names.

    >>> with_values({"mri": {"minimum": 1}}, {"mri.minimum": 2, "mri.from_day": 0})
    {'mri': {'minimum': 2, 'from_day': 0}}
    """
    changed: dict[str, Any] = copy.deepcopy(dict(written))
    for name, value in sets.items():
        *above, last = name.split(".")
        table = changed
        for key in above:
            inner = table.setdefault(key, {})
            table = inner if isinstance(inner, dict) else table
        table[last] = copy.deepcopy(value)
    return changed


def settable(endpoint: Endpoint) -> Mapping[str, str]:
    """The dotted names that may vary, those of parts after the part's name, each with its meaning.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> "progression.confirmation.days" in settable(load_endpoint("cdp-12w"))
    True
    """
    found = dict(_named(endpoint, "", NOT_VARIED))
    for part in endpoint.parts:
        found |= dict(_named(part, f"{part.name}.", (*NOT_VARIED, "origin_day", "censoring", "composite")))
    return found


def _named(record: Any, prefix: str, left_out: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Names of the values, a table that the file leaves out (censoring) opened from its own record."""
    for key, item, value in entries(record):
        if key in left_out:
            continue
        opened = Censoring() if key == "censoring" and value is None else value
        if is_dataclass(opened):
            yield from _named(opened, f"{prefix}{key}.")
        elif not (isinstance(record, Endpoint) and value is None):
            yield f"{prefix}{key}", str(item.metadata["meaning"])


def in_words(sets: Values) -> str:
    """A value in words where the file gives no label.

    >>> in_words({"progression.confirmation.days": 84}), in_words({"progression.confirmation.days": "none"})
    ('84 days', 'none')
    """
    ((name, value),) = sets.items()
    last = name.rpartition(".")[2]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_say_row(one) for one in value)
    unit = " days" if isinstance(value, int) and (last == "days" or last.endswith("_days")) else ""
    day = "day " if isinstance(value, int) and last.endswith("_day") else ""
    return f"{day}{value:g}{unit}" if isinstance(value, int | float) else str(value)


def _say_row(row: Any) -> str:
    if not isinstance(row, dict):
        return str(row)
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in row.items())
