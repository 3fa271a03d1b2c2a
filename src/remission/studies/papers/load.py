"""Reads what a paper printed from a TOML file; everything that is wrong with the file comes at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from remission.inputs.problems import InputProblems, Problem, shown
from remission.inputs.strict_records import RecordReader, read_toml
from remission.library.catalogue import library_files
from remission.studies.papers.paper import READ_SOMEWHERE, Paper, PrintedNumber

NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
P = re.compile(r"[<=]?\s?[01]?\.\d{1,9}|[<=]?\s?[01]")


def bundled_papers() -> dict[str, Path]:
    """Files of papers in the library by name.

    >>> "halt-ms" in bundled_papers()
    True
    """
    return {path.stem: path for path in library_files("papers", ".toml")}


def load_paper(path: Path) -> Paper:
    """What one file says; InputProblems with everything that is wrong in it."""
    written = read_toml(path)
    reader = RecordReader(path.name)
    paper = reader.record(Paper, written)
    problems = [*reader.problems, *_wrong(written, path.name)]
    if problems or paper is None:
        raise InputProblems(dict.fromkeys(problems))
    return paper


def _wrong(written: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """What no single key can say, of those numbers that can be read whatever is wrong with others."""
    said = written.get("numbers")
    names: dict[str, int] = {}
    for place, one in enumerate(said if isinstance(said, list) else (), 1):
        if not isinstance(one, dict):
            continue
        number = RecordReader(file).record(PrintedNumber, one)
        if number is None:
            continue
        for name, found, allowed, do in (*_texts(number), *_counts(number), *_missing(number)):
            yield Problem.at_key(file, f"numbers[{place}].{name}", found=found, allowed=allowed, do=do)
        if number.name in names:
            found = f"{number.name}, as numbers[{names[number.name]}] is called"
            yield Problem.at_key(
                file, f"numbers[{place}].name", found=found, allowed="a name of its own", do="Rename it."
            )
        names.setdefault(number.name, place)


Wrong = tuple[str, str, str, str]


def _texts(number: PrintedNumber) -> Iterator[Wrong]:
    if number.status not in READ_SOMEWHERE:
        found = f"{shown(number.status)} for {number.name}"
        yield "status", found, " or ".join(READ_SOMEWHERE), "Read it where it was printed, or take it out."
    for name in ("value", "low", "high"):
        text = getattr(number, name)
        if text and not NUMBER.fullmatch(text):
            yield name, shown(text), 'digits and one point, in quotes, such as "69.2"', "Write it as it was printed."
        elif text and number.is_share and not 0 <= float(text) <= 100:
            yield name, text, "0 to 100", "Write a share in per cent."
        elif text and number.kind == "ratio" and float(text) < 0:
            yield name, text, "0 or more", "Look it up again: a ratio is never below 0."
    if number.p and not P.fullmatch(number.p):
        yield "p", shown(number.p), 'a number from 0 to 1, or such as "<0.001"', "Write it as it was printed."
    if all(NUMBER.fullmatch(one) for one in (number.low, number.high)) and float(number.low) > float(number.high):
        yield "low", f"{number.low} above {number.high}", "a lower limit below the upper", "Look both up again."


def _counts(number: PrintedNumber) -> Iterator[Wrong]:
    people = number.people
    for name in ("events", "at_risk"):
        count = getattr(number, name)
        if people is not None and count is not None and count > people and number.is_share:
            yield name, f"{count} of {people}", f"{people} or fewer", "Look both up again."
    both = (number.events or 0) + (number.at_risk or 0)
    alone = number.events is None or number.at_risk is None
    if number.kind == "share over time" and people is not None and not alone and both > people:
        found = f"{number.events} with the event and {number.at_risk} at risk of {people}"
        yield "at_risk", found, "no more than there were", "Look all three up again."


def _missing(number: PrintedNumber) -> Iterator[Wrong]:
    if bool(number.low) != bool(number.high):
        there, missing = ("low", "high") if number.low else ("high", "low")
        yield missing, f"nothing beside {there}", "both limits or none", "Write the other one."
    if (number.low or number.high) and number.level is None:
        yield "level", "limits without their level", "such as level = 0.95", "Write the level that was printed."
    if not number.value and (number.low or number.events is None):
        yield "value", "no estimate", "an estimate, or events and people", "Write what was printed."
