"""The lines of the register as texts: read with the columns a person added, and put back as one whole file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from remission.inputs.csvtext import open_csv
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import write_whole

REGISTER = Path("foi/register.csv")
DATES = ("sent", "received", "clarification_asked", "clarified", "fee_asked", "fee_paid", "answered")
COLUMNS = ("code", "act", "case_number", *DATES, "outcome", "sections", "url", "note")
Line = dict[str, str]


def read_lines(home: Path) -> tuple[list[Line], list[Problem]]:
    """Lines as texts, with the columns a person added, and what is wrong with the header or with their length."""
    if not (home / REGISTER).exists():
        return [], []
    with open_csv(home / REGISTER, REGISTER.name) as opened:
        reader = csv.DictReader(opened, restval="")
        names = tuple(reader.fieldnames or ())
        lines = list(reader)
    problems = [*_wrong_header(names)]
    rows = [{name: (value or "").strip() for name, value in row.items() if name} for row in lines]
    return ([], problems) if problems else (rows, [*_too_long(lines, len(names))])


@contextmanager
def changed_lines(home: Path) -> Iterator[list[Line]]:
    """The lines as they lie there, to be changed while nobody else can; put back as one whole file at the end.

    InputProblems, and no change, for a register that cannot be read; and when the file does not hold the lines
    afterwards: what is said to be kept can be read back.
    """
    rows: list[Line] = []
    with write_whole(home / REGISTER, waits=True, check=lambda: _check_kept(home, rows)) as new:
        found, problems = read_lines(home)
        if problems:
            raise InputProblems(problems)
        rows += found
        yield rows
        with new.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, _names(rows), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _names(rows: Sequence[Line]) -> list[str]:
    # Columns that a person added stay, in their order.
    return list(dict.fromkeys(COLUMNS) | dict.fromkeys(name for row in rows for name in row))


def _check_kept(home: Path, rows: Sequence[Line]) -> None:
    found, problems = read_lines(home)
    written = [dict.fromkeys(_names(rows), "") | {name: text.strip() for name, text in row.items()} for row in rows]
    if found != written or problems:
        do = "Nothing may be lost: look at the file and at the disk, and enter it again."
        kept = f"{len(found)} lines, or other ones"
        raise InputProblems(
            [*problems, Problem.of_file(str(home / REGISTER), found=kept, allowed=f"the {len(rows)} written", do=do)]
        )


def _wrong_header(names: tuple[str, ...]) -> Iterable[Problem]:
    for name in COLUMNS:
        if name not in names:
            do = "Put the column back; it may be empty."
            yield Problem.at_row(REGISTER.name, 1, name, found="no such column", allowed=", ".join(COLUMNS), do=do)
    # Of two columns of one name only one would be read, and the other lost when the register is written again.
    for name in dict.fromkeys(one for one in names if names.count(one) > 1):
        do = "Give one of them another name."
        yield Problem.at_row(REGISTER.name, 1, name, found="the column twice", allowed="each column once", do=do)
    # A typed state would go on saying what it said on the day it was typed.
    if "state" in names:
        do = "Take the column out: the state follows from the dates and the outcome."
        yield Problem.at_row(REGISTER.name, 1, "state", found="a typed state", allowed="a derived one", do=do)


def _too_long(lines: Iterable[Mapping[Any, Any]], width: int) -> Iterable[Problem]:
    """Lines with cells beyond the header: they have no name, and would be lost when the register is written again."""
    for number, line in enumerate(lines, 2):
        if beyond := line.get(None):
            found, do = f"{width + len(beyond)} cells", "Mind commas inside a text: put it in quotes."
            yield Problem.at_row(REGISTER.name, number, found=found, allowed=f"{width}, as in the header", do=do)
