"""The head of each chain, said where nobody can take it back: in a file, in a letter to the host, on a public page.

Whoever can write to the databases can cut off the end of a chain, and what is left is whole. But the number and the
proof of its last row were said before, day by day.
"""

from __future__ import annotations

import csv
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import get_args

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import with_line, write_whole
from remission.web.audit.chain import CHAINS, FIRST, Chain
from remission.web.clock import today
from remission.web.instance import instance

COLUMNS = ("day", "chain", "row", "mac")


@dataclass(frozen=True)
class Head:
    """The last row of a chain on a day, and its proof, which says nothing of what the row is about."""

    day: str
    chain: Chain
    row: int
    mac: str

    def __str__(self) -> str:
        """One line, as it stands in a letter."""
        return f"{self.day}  {self.chain}: row {self.row}, {self.mac}"


def head_of(chain: Chain) -> Head:
    """The head of a chain now; row 0 where nothing is in it."""
    using, model = CHAINS[chain]
    last = model._default_manager.using(using).order_by("-row").first()
    row, mac = (last.row, last.mac) if last else (0, FIRST)
    return Head(today().isoformat(), chain, row, mac)


def publish_heads() -> list[Head]:
    """Write the heads of today into the list of the home, unless they stand there; what was added."""
    there = {(one.day, one.chain) for one in read_heads(instance().folder.heads)}
    new = [one for one in map(head_of, CHAINS) if (one.day, one.chain) not in there]
    for one in new:
        path = instance().folder.heads
        with write_whole(path, waits=True) as beside:
            beside.write_bytes(with_line(path, COLUMNS, [str(cell) for cell in astuple(one)]))
    return new


def heads_of(chain: Chain) -> list[Head]:
    """The heads of a chain that the home lists, the first first."""
    return [one for one in read_heads(instance().folder.heads) if one.chain == chain]


def newest_heads() -> list[Head]:
    """The last head that was published of each chain."""
    return [listed[-1] for chain in CHAINS if (listed := heads_of(chain))]


def read_heads(path: Path) -> list[Head]:
    """The heads that a file lists, none where there is no file; InputProblems for lines that are no heads."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    bad = [number for number, line in enumerate(lines[1:], 2) if not _is_head(line)]
    if bad or tuple(lines[0] if lines else ()) != COLUMNS:
        do = "Take the list from where you keep a copy: the letters to the host, or a backup."
        found = f"lines that are no heads: {', '.join(map(str, bad)) or 'the first'}"
        raise InputProblems(Problem.of_file(path.name, found=found, allowed=",".join(COLUMNS), do=do))
    return [Head(day, _chain(chain), int(row), mac) for day, chain, row, mac in lines[1:]]


def _is_head(line: list[str]) -> bool:
    return len(line) == len(COLUMNS) and line[1] in get_args(Chain) and line[2].isascii() and line[2].isdigit()


def _chain(name: str) -> Chain:
    return next(one for one in get_args(Chain) if one == name)
