"""A raw table without what nobody can see: blanks around values go, and are told; an empty text is no text.

The same for every format. What the manifest declares to mean "nothing known" goes too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from remission.inputs.problems import Problem, shown
from remission.records.files.tables import IN_MEMORY, RawTable
from remission.records.files.texts import DOUBTFUL, trimmed


def trim_table(raw: RawTable, missing: tuple[str, ...] = ()) -> RawTable:
    """The table with its texts trimmed, and null where they are empty or one of `missing`.

    Each column that had blanks around values is a note (a warning) with their number; `written` keeps it as it was.
    """
    texts = [name for name, dtype in raw.frame.schema.items() if dtype == pl.String]
    doubtful = pl.col(texts).str.contains(DOUBTFUL) | (pl.col(texts) == "")
    asked = raw.frame.lazy().select(doubtful.any()).collect(engine=IN_MEMORY).row(0) if texts else ()
    doubted = [name for name, found in zip(texts, asked, strict=True) if found]
    frame = raw.frame.with_columns(trimmed(pl.col(name)) for name in doubted)
    written = {name: raw.frame[name] for name in doubted if not frame[name].equals(raw.frame[name])}
    notes = [note for name, before in written.items() for note in _notes(raw, name, before, frame[name])]
    # What has no empty text has nothing to lose, unless something else stands for it.
    known = [_known(name, dtype, missing) for name, dtype in frame.schema.items() if missing or name in doubted]
    frame = frame.with_columns(known)
    return replace(raw, frame=frame, written=written, notes=(*raw.notes, *notes))


def _known(name: str, dtype: pl.DataType, missing: tuple[str, ...]) -> pl.Expr:
    """The column, null where its text is empty or means that nothing is known."""
    value = pl.col(name)
    if dtype == pl.String:
        return pl.when(~value.is_in(["", *missing])).then(value)
    # What a CSV writes as the text NaN, some programs write into Parquet as the number.
    if dtype.is_float() and "nan" in {text.casefold() for text in missing}:
        return value.fill_nan(None)
    return value


def _notes(raw: RawTable, name: str, before: pl.Series, after: pl.Series) -> Iterator[Problem]:
    rows = (before != after).arg_true()
    # A cell of blanks is an empty cell to everybody who sees it: nothing was lost.
    if not len(rows):
        return
    count = f"{len(rows):,} value{'' if len(rows) == 1 else 's'}"
    first = int(rows[0])
    yield Problem.at_key(
        raw.file,
        name,
        found=f"blanks around {count}, the first in row {raw.rows[first]}: {shown(before[first])}",
        allowed="values without blanks around them",
        do="They were taken off: nothing need be done.",
        severity="warning",
        private=True,
    )
