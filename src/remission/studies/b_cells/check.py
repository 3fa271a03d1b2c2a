"""Everything that is wrong with the tables of B cells, at once: names that lead nowhere and rows that cannot be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from remission.inputs.problems import Problem, nearest

if TYPE_CHECKING:
    from remission.studies.b_cells.rows import Beside, Counted, Drug, Threshold, Unread

# Shares of what was counted, and of people; of its own baseline more than all may be left.
SHARES = ("level", "people at 1 %", "people who kept them")
Wrong = tuple[str, str, str, str]


def wrong_counts(rows: Sequence[Counted], drugs: Collection[str], file: str) -> Iterator[Problem]:
    """What is wrong with rows of counts, each by its row in the file."""
    seen: dict[tuple[object, ...], int] = {}
    for number, row in enumerate(rows, 2):
        yield from _unknown_drugs([row.drug], drugs, file, number, "drug")
        for column, found, allowed, do in _wrong(row):
            yield Problem.at_row(file, number, column, found=found, allowed=allowed, do=do)
        if row.identity in seen:
            found = f"the same drug, cells, denominator, time and source as row {seen[row.identity]}"
            yield Problem.at_row(file, number, found=found, allowed="one row for each", do="Take one of the two out.")
        seen.setdefault(row.identity, number)


def _wrong(row: Counted) -> Iterator[Wrong]:
    number = next((one for one in (row.value, row.low, row.high) if one is not None), None)
    if row.status == "not found":
        if number is not None or row.direction:
            found = f"{number:g}" if number is not None else row.direction
            yield "status", f"not found, beside {found}", "a status that says how far it was checked", "Correct it."
        return
    yield from _not_told(row)
    if row.statistic == "change":
        if number is not None:
            yield "value", f"{number:g}", "no number for a direction", "Say what the number is in `statistic`."
        if not row.direction:
            yield "direction", "nothing", "down, up or no change", 'Say it, or write "not found" as the status.'
    elif number is None:
        yield "value", "nothing", "a number for this statistic", 'Write "change" as the statistic of a direction.'
    if row.statistic == "left of baseline" and row.against != "before":
        yield "against", row.against, "before: the number is a share of that", "Correct it, or the statistic."
    yield from _wrong_ends(row)


def _not_told(row: Counted) -> Iterator[Wrong]:
    for column in ("source", "locus"):
        if not getattr(row, column):
            yield column, "nothing", "where it was read", "Say it: a number without a source is shown nowhere."


def _wrong_ends(row: Counted) -> Iterator[Wrong]:
    if (row.low is None) != (row.high is None):
        yield "low", "one end of two", "both ends, or none", "Add the other, or say that the value is a bound."
    if row.low is not None and row.high is not None:
        middle = row.value if row.value is not None else row.low
        if not row.low <= middle <= row.high:
            found = f"{row.low:g}, {middle:g}, {row.high:g}"
            yield "low", found, "a lower end, a value and an upper end in this order", "Correct them."
    if row.statistic in SHARES and max(filter(None, (row.value, row.low, row.high)), default=0) > 100:
        yield "value", "more than 100", "at most 100 per cent of what was counted", "Correct it, or the statistic."


def wrong_thresholds(rows: Sequence[Threshold], drugs: Collection[str], file: str) -> Iterator[Problem]:
    """What is wrong with rows of thresholds."""
    for number, row in enumerate(rows, 2):
        yield from _unknown_drugs([row.drug], drugs, file, number, "drug")
        if row.status == "not found" or not row.source:
            allowed, do = "a threshold that was read, with its source", "Take the row out."
            yield Problem.at_row(file, number, "status", found=row.status, allowed=allowed, do=do)


def wrong_names(rows: Sequence[Beside | Unread], drugs: Collection[str], file: str) -> Iterator[Problem]:
    """What is wrong with the drugs that rows are about."""
    for number, row in enumerate(rows, 2):
        yield from _unknown_drugs(row.drugs, drugs, file, number, "drugs")


def wrong_drugs(rows: Sequence[Drug], file: str) -> Iterator[Problem]:
    """Drugs that stand there twice."""
    names = [one.name for one in rows]
    for number, name in enumerate(names, 2):
        if name in names[: number - 2]:
            yield Problem.at_row(file, number, "name", found=name, allowed="each drug once", do="Take one out.")


def _unknown_drugs(
    names: Sequence[str], drugs: Collection[str], file: str, number: int, column: str
) -> Iterator[Problem]:
    for name in names:
        if name not in drugs:
            do = nearest(name, drugs) or "Correct the name, or add the drug to drugs.csv."
            yield Problem.at_row(file, number, column, found=name or "nothing", allowed="a name of drugs.csv", do=do)
