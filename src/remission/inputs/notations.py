"""Text and JSON as they arrive, and what both TOML and JSON may say that nothing here can hold.

Python reads whole numbers of any length, lists in lists without end and, in JSON, halves of letters. Tables, pages and
messages hold none of these, so each is refused where it is read, by its place, instead of breaking whatever meets it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from remission.inputs.problems import InputProblems, Problem, shown

# TOML's own bounds, and those of a column of whole numbers.
LEAST_WHOLE, MOST_WHOLE = -(2**63), 2**63 - 1
DIGITS = 19
# What people write is four or five deep; at some hundreds Python itself gives up.
DEEPEST = 50
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
WHOLE = f"a whole number of at most {DIGITS} digits"


def decoded(content: bytes, file: str) -> str:
    """The text of bytes in UTF-8, with or without a byte order mark; InputProblems when they are none.

    >>> decoded(b"\\xef\\xbb\\xbfdays = 84", "mine.toml")
    'days = 84'
    """
    try:
        # "utf-8-sig": editors on Windows write a mark at the start of a file, which TOML does not allow.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"bytes that are not UTF-8 in line {line}"
    raise InputProblems(Problem.of_file(file, found=found, allowed="text in UTF-8", do="Save the file as UTF-8."))


def unholdable(said: object, file: str) -> Iterator[Problem]:
    """Values in plain data that nothing can hold: too long a number, too deep a list, half a letter.

    >>> [problem.place for problem in unholdable({"a": [1, 2 ** 63]}, "mine.toml")]
    ['mine.toml, key a[2]']
    """
    waiting: list[tuple[object, str, int]] = [(said, "", 0)]
    while waiting:
        value, at, depth = waiting.pop()
        if isinstance(value, dict | list) and depth > DEEPEST:
            first = shown(at)
            do = "Look for a bracket that is not closed, or write it flatter."
            found = f"lists or tables in each other more than {DEEPEST} deep"
            yield Problem.at_key(file, first, found=found, allowed=f"at most {DEEPEST} deep", do=do)
        elif isinstance(value, dict):
            waiting += [(one, f"{at}.{name}".lstrip("."), depth + 1) for name, one in value.items()]
            waiting += [(name, at, depth) for name in value if LONE_SURROGATE.search(name)]
        elif isinstance(value, list):
            waiting += [(one, f"{at}[{place}]", depth + 1) for place, one in enumerate(value, 1)]
        elif type(value) is int and not LEAST_WHOLE <= value <= MOST_WHOLE:
            found = f"a whole number of more than {DIGITS} digits"
            yield Problem.at_key(file, at, found=found, allowed=WHOLE, do="Correct the number.")
        elif isinstance(value, str) and LONE_SURROGATE.search(value):
            allowed, do = "whole letters", "Look for \\ud8.. to \\udf.. in it, and write the letter itself."
            yield Problem.at_key(file, at, found="half a letter (a lone surrogate)", allowed=allowed, do=do)


def parse_json(content: bytes, file: str, first_line: int = 1) -> Any:
    """The plain data of bytes that are JSON in UTF-8; InputProblems when they are none, or say what nothing can hold.

    A whole number that is longer than a column's is a number with a point. `first_line` is the number of the first line
    of these bytes in their file.

    >>> parse_json(b'[1, 1e3, 123456789012345678901]', "a.json")
    [1, 1000.0, 1.2345678901234568e+20]
    """
    text = decoded(content, file)
    try:
        said = json.loads(text, parse_int=_number, parse_constant=_refuse)
    except RecursionError:
        found = "lists or objects in each other too deep"
    except ValueError as error:
        where = f"line {error.lineno + first_line - 1}" if isinstance(error, json.JSONDecodeError) else str(error)
        found = f"text that is not JSON ({where})"
    else:
        # Halves of letters can only come from escapes; to look for one through all values would take as long again.
        if problems := list(unholdable(said, file)) if "\\ud" in text.lower() else []:
            raise InputProblems(problems)
        return said
    raise InputProblems(Problem.of_file(file, found=found, allowed="JSON in UTF-8", do="Write it again."))


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS - 1 or LEAST_WHOLE <= _short(digits) <= MOST_WHOLE else float(digits)


def _short(digits: str) -> int:
    # More digits than these are beyond the bounds, and from 4,300 on Python refuses to read them.
    return int(digits[: DIGITS + 2])


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"JSON has no number {name}")
