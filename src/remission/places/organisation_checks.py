"""What can be wrong with the tables of organisations, found all at once: no figure should follow a broken edge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from remission.inputs.problems import InputProblems, Problem, nearest, shown

PLACES, BELONGING, BECOMING = "organisations.csv", "memberships.csv", "successions.csv"
# What a place of each level may belong to; a nation belongs to nothing. Of a trust sometimes only the region is known.
ABOVE = {"trust": ("icb", "region", "nation"), "icb": ("region",), "region": ("nation",), "board": ("nation",)}
STATUSES = ("verified", "secondary", "derived", "unverified")
Edges = tuple[tuple[str, str], ...]


def check_tables(nodes: pl.DataFrame, memberships: pl.DataFrame, successions: pl.DataFrame) -> None:
    """InputProblems with every cycle, orphan, unknown or twice-said row and every end before its beginning.

    A row of a Problem is that of the file, its header being row 1.
    """
    levels = dict(nodes.select("code", "level").rows())
    tables = {PLACES: nodes, BELONGING: memberships, BECOMING: successions}
    problems = [problem for file, table in tables.items() for problem in _statuses(file, table)]
    problems += _twice(PLACES, nodes, ["code"])
    problems += _twice(BELONGING, memberships, ["code", "parent", "from"])
    problems += _twice(BECOMING, successions, ["predecessor", "successor"])
    problems += _backwards(PLACES, nodes, "opened", "closed")
    problems += _backwards(BELONGING, memberships, "from", "to")
    problems += _unknown(BELONGING, memberships, ("code", "parent"), levels)
    problems += _unknown(BECOMING, successions, ("predecessor", "successor"), levels)
    problems += _wrong_levels(memberships, levels)
    problems += _two_at_once(memberships)
    problems += _orphans(nodes, memberships)
    problems += _two_totals(successions)
    problems += _cycles(successions)
    if problems:
        raise InputProblems(problems)


def _statuses(file: str, table: pl.DataFrame) -> Iterator[Problem]:
    for row, status in _numbered(table.select("status")):
        if status not in STATUSES:
            yield Problem.at_row(
                file,
                row,
                "status",
                found=shown(str(status)),
                allowed=", ".join(STATUSES),
                do="Say how sure the row is.",
            )


def _twice(file: str, table: pl.DataFrame, key: list[str]) -> Iterator[Problem]:
    seen: dict[tuple[object, ...], int] = {}
    for row, *values in _numbered(table.select(key)):
        first = seen.setdefault(tuple(values), row)
        if first != row:
            said = shown(" ".join(str(value) for value in values if value is not None))
            yield Problem.at_row(
                file, row, key[0], found=f"{said}, as in row {first}", allowed="each once", do="Keep one of the rows."
            )


def _backwards(file: str, table: pl.DataFrame, first: str, last: str) -> Iterator[Problem]:
    for row, begin, end in _numbered(table.select(first, last)):
        if begin is not None and end is not None and end < begin:
            yield Problem.at_row(
                file,
                row,
                last,
                found=f"{end}, before {begin}",
                allowed=f"the day in {first}, or later",
                do="Correct one of the days.",
            )


def _unknown(file: str, table: pl.DataFrame, columns: tuple[str, str], levels: Mapping[str, str]) -> Iterator[Problem]:
    for column in columns:
        for row, code in _numbered(table.select(column)):
            if code not in levels:
                advice = nearest(str(code), levels) or f"Add it to {PLACES}."
                yield Problem.at_row(
                    file, row, column, found=shown(str(code)), allowed=f"a code of {PLACES}", do=advice
                )


def _wrong_levels(memberships: pl.DataFrame, levels: Mapping[str, str]) -> Iterator[Problem]:
    for row, code, parent in _numbered(memberships.select("code", "parent")):
        wanted = ABOVE.get(levels.get(code, ""), ())
        if code in levels and parent in levels and levels[parent] not in wanted:
            found, allowed = f"{parent}, of level {levels[parent]}", " or ".join(wanted) or "nothing"
            yield Problem.at_row(
                BELONGING, row, "parent", found=found, allowed=allowed, do=f"Correct the parent of {shown(code)}."
            )


def _two_at_once(memberships: pl.DataFrame) -> Iterator[Problem]:
    """Nothing belongs to two at once: its figures would be counted in both."""
    spans = memberships.with_row_index("row", offset=2).sort("code", "from", nulls_last=False)
    before = spans.with_columns(until=pl.col("to").shift(1).over("code"), number=pl.int_range(pl.len()).over("code"))
    late = before.filter(
        pl.col("number") > 0, pl.col("until").is_null() | pl.col("from").is_null() | (pl.col("until") >= pl.col("from"))
    )
    for row, code, first in late.select("row", "code", "from").rows():
        found = f"{shown(code)} from {first or 'an unknown day'}, still elsewhere"
        yield Problem.at_row(
            BELONGING, row, "from", found=found, allowed="one parent a day", do="End the earlier row before."
        )


def _orphans(nodes: pl.DataFrame, memberships: pl.DataFrame) -> Iterator[Problem]:
    """Areas and boards belong to something; a trust may not, where it is not known to what."""
    held = set(memberships["code"])
    for row, code, level in _numbered(nodes.select("code", "level")):
        if level not in (*ABOVE, "nation"):
            yield Problem.at_row(
                PLACES,
                row,
                "level",
                found=shown(str(level)),
                allowed=", ".join((*ABOVE, "nation")),
                do="Correct the level.",
            )
        elif level in ABOVE and level != "trust" and code not in held:
            yield Problem.at_row(
                PLACES,
                row,
                "code",
                found=f"{shown(code)}, of no {ABOVE[level][0]}",
                allowed="a parent",
                do=f"Add to {BELONGING}.",
            )


def _two_totals(successions: pl.DataFrame) -> Iterator[Problem]:
    taking = successions.with_row_index("row", offset=2).filter(pl.col("takes_total") == "yes")
    for row, code in taking.filter(~pl.col("predecessor").is_first_distinct()).select("row", "predecessor").rows():
        allowed, advice = "one successor that takes the total", "Set takes_total to no in all but one."
        yield Problem.at_row(
            BECOMING, row, "takes_total", found=f"a second yes of {shown(code)}", allowed=allowed, do=advice
        )


def _cycles(successions: pl.DataFrame) -> Iterator[Problem]:
    """Codes that become themselves again: whatever is left when codes without a successor are taken away."""
    edges: Edges = tuple(successions.select("predecessor", "successor").rows())
    circles = set(_in_circles(edges))
    for row, edge in enumerate(edges, start=2):
        if edge in circles:
            found = f"{shown(edge[1])}, which leads into a circle"
            yield Problem.at_row(
                BECOMING,
                row,
                "successor",
                found=found,
                allowed="a later organisation",
                do="Remove one row of the circle.",
            )


def _in_circles(edges: Edges) -> Edges:
    """What leads into a circle: each round takes away what leads to a code that becomes nothing more."""
    left, earlier = edges, None
    while left != earlier:
        earlier, starts = left, {before for before, _ in left}
        left = tuple(edge for edge in left if edge[1] in starts)
    return left


def _numbered(table: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Rows with their number in the file before them."""
    for number, values in enumerate(table.iter_rows(), start=2):
        yield number, *values
