"""Small tables of text as typed rows: what the library ships is read as strictly as what a user writes.

A row is a frozen dataclass whose fields are columns (`inputs.declared`): text, whole number, number, yes or no, date
(YYYY-MM-DD), a Literal, or a tuple of texts with "; " between them. An empty cell is None where the field may be, no
text, or no item. One field may be a mapping: it takes the text of all columns that no other field takes; without one
they are left alone, for several readers look at one table. Large tables are read with Polars.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar, get_origin

from remission.inputs.csvtext import open_csv
from remission.inputs.declared import Key, keys_of
from remission.inputs.problems import InputProblems, Problem, nearest, shown

Row = TypeVar("Row")
SEPARATOR = "; "


def load_rows(path: Path, row: type[Row]) -> tuple[Row, ...]:
    """Every row of a CSV with a header; InputProblems with every cell that is wrong, by row and column.

    >>> from dataclasses import dataclass
    >>> from remission.library.catalogue import LIBRARY
    >>> @dataclass(frozen=True)
    ... class Unit:
    ...     identifier: str
    ...     name: str
    >>> load_rows(LIBRARY / "places/scmd_units.csv", Unit)[0].name
    'actuation'
    """
    keys = keys_of(row)
    with open_csv(path, path.name) as opened:
        reader = csv.DictReader(opened, strict=True)
        header = tuple(reader.fieldnames or ())
        lines = list(reader)
    problems = list(_missing(keys, header, path.name))
    rest = [name for name in header if name not in {key.name for key in keys}]
    rows = []
    for number, line in enumerate(lines if not problems else [], 2):
        wrong = list(_wrong(keys, line, len(header), path.name, number))
        problems += wrong
        if not wrong:
            rows.append(row(**{key.field: _value(key, line, rest) for key in keys}))
    if problems:
        raise InputProblems(problems)
    return tuple(rows)


def _missing(keys: tuple[Key, ...], header: tuple[str, ...], file: str) -> Iterator[Problem]:
    for key in keys:
        if key.required and key.name not in header and not _takes_the_rest(key):
            do = nearest(key.name, header) or "Add the column."
            yield Problem.at_row(
                file, 1, key.name, found="no such column", allowed=", ".join(one.name for one in keys), do=do
            )


def _wrong(keys: tuple[Key, ...], line: Mapping[str, str], width: int, file: str, number: int) -> Iterator[Problem]:
    cells = sum(cell is not None for name, cell in line.items() if name is not None)
    more = len(line[None]) if None in line else 0  # type: ignore[index]  # where DictReader puts cells beyond the header
    if cells + more != width:
        do = "Mind commas inside a text: put it in quotes."
        yield Problem.at_row(file, number, found=f"{cells + more} cells", allowed=f"{width}, as in the header", do=do)
        return
    for key in keys:
        if key.name in line and not _takes_the_rest(key):
            try:
                _cell(key, line[key.name])
            except ValueError:
                found = shown(line[key.name]) or "nothing"
                do = nearest(found, key.choices) or key.advice
                yield Problem.at_row(file, number, key.name, found=found, allowed=_allowed(key), do=do)


def _value(key: Key, line: Mapping[str, str], rest: list[str]) -> Any:
    if _takes_the_rest(key):
        return {name: line[name] for name in rest}
    return _cell(key, line[key.name])


def _takes_the_rest(key: Key) -> bool:
    return get_origin(key.kinds[0]) not in (None, tuple, Literal)


def _cell(key: Key, text: str) -> Any:
    """The value of a cell; ValueError when it has none."""
    kind = key.kinds[0]
    if not text and key.optional:
        return None
    if get_origin(kind) is tuple:
        return tuple(text.split(SEPARATOR)) if text else ()
    if key.choices and text not in key.choices:
        raise ValueError
    value = text if key.choices else READ[kind](text)
    low, high = key.about.get("low"), key.about.get("high")
    if (low is not None and not value >= low) or (high is not None and not value <= high):
        raise ValueError
    return value


def _yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError
    return text == "yes"


# As a person would write them: Python itself also reads 1_000, infinities and digits of other scripts.
WHOLE, NUMBER = re.compile(r"-?[0-9]+"), re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?", re.IGNORECASE)


def _whole(text: str) -> int:
    if not WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    if not NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise ValueError
    return float(text)


def day_of(text: str) -> date:
    """The date of a text as YYYY-MM-DD; ValueError for any other form, such as 20260102 or a week."""
    if (day := date.fromisoformat(text)).isoformat() != text:
        raise ValueError(f"found {shown(text)}, a date is written YYYY-MM-DD")
    return day


READ: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    int: _whole,
    float: _number,
    bool: _yes_or_no,
    date: day_of,
}


def _allowed(key: Key) -> str:
    said = "yes or no" if key.kinds == (bool,) else key.allowed
    return f"{said}, or nothing" if key.optional else said
