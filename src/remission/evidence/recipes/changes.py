"""What changed: numbers by the day on which they were read, and the conclusions that differ between two libraries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import count, day_words, listed
from remission.studies.questions import load_question, question_names

if TYPE_CHECKING:
    from remission.studies.difference import Change, Difference, Told
    from remission.studies.load import Studies

READINGS: dict[str, type[pl.DataType]] = {"day": pl.Date, "numbers": pl.Int64, "studies": pl.Int64}
CHANGES: dict[str, type[pl.DataType]] = dict.fromkeys(("kind", "name", "line", "before", "after"), pl.String)


def reading_rows(studies: Studies) -> pl.DataFrame:
    """For each day of reading, the newest first: how many numbers were read, of how many studies."""
    numbers: dict[object, list[str]] = defaultdict(list)
    for study, number in studies.numbers():
        numbers[number.date_read].append(study.name)
    rows = [{"day": day, "numbers": len(names), "studies": len(set(names))} for day, names in numbers.items()]
    return pl.DataFrame(rows, schema=READINGS).sort("day", descending=True, nulls_last=True)


def change_rows(found: Difference) -> pl.DataFrame:
    """Every conclusion that differs, before and after, in words."""
    rows = [{"kind": one.told.kind, "name": title_of(one.told.name), "line": one.told.line, "before": _said(one.old),
             "after": _said(one.new)} for one in found.changes]  # fmt: skip
    return pl.DataFrame(rows, schema=CHANGES)


def title_of(name: str) -> str:
    """A pooling question as pages call it; the name of anything else as it is."""
    return load_question(name).title if name in question_names() else name


def _said(told: Told | None) -> str:
    if told is None:
        return "not there"
    return f"{told.says}; {count(told.k, 'cohort')}" if told.k else told.says


def moved_numbers(found: Difference) -> list[Change]:
    """The changes of a number that is there before and after."""
    both = [one for one in found.changes if one.old is not None and one.new is not None]
    return [one for one in both if one.old and one.new and one.old.value is not None and one.new.value is not None]


def difference_words(found: Difference) -> str:
    """What differs, in a sentence.

    >>> from datetime import date
    >>> from remission.studies.difference import Difference
    >>> difference_words(Difference(date(2026, 12, 1), ("new-2026",), (), (), (), 57))
    '0 of 57 conclusions changed on 1 December 2026: 1 study was added.'
    """
    every = found.same + len(found.changes)
    parts = [_studies(names, verb) for names, verb in ((found.added, "added"), (found.removed, "taken out"),
                                                      (found.changed, "changed")) if names]  # fmt: skip
    said = f"{len(found.changes)} of {count(every, 'conclusion')} changed on {day_words(found.on)}"
    return f"{said}: {listed(parts)}." if parts else f"{said}: no study was added, taken out or changed."


def _studies(names: tuple[str, ...], verb: str) -> str:
    return f"{count(len(names), 'study', 'studies')} {'was' if len(names) == 1 else 'were'} {verb}"
