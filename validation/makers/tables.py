"""What the makers of invented data sets hand over: a header and rows, by the path of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Table = list[list[object]]
Tables = dict[str, Table]


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """The header and the rows below it."""
    return [list(header), *(list(row) for row in rows)]


def of_dicts(rows: Sequence[Mapping[str, object]]) -> Table:
    """The same, of rows that all name the same columns."""
    return table(list(rows[0]), [list(row.values()) for row in rows])
