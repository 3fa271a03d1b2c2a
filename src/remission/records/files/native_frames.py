"""A frame of pandas, Polars or Arrow as one of Polars, its values as they are."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from remission.inputs.problems import Problem

ALLOWED = "a frame of pandas, Polars or Arrow"
# What a column of Python objects that belong together in no type breaks the constructor of a column with.
MIXED = (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError)


def polars_frame(given: object, table: str) -> pl.DataFrame | list[Problem]:
    """The frame, or why it cannot be read; `table` is what problems call it.

    >>> polars_frame({"day": [0]}, "visits")[0].found
    'a dict'
    """
    if isinstance(given, pl.DataFrame | pl.LazyFrame):
        return given.lazy().collect()
    try:
        frame = nw.from_native(given, eager_only=True)  # type: ignore[call-overload]  # whatever somebody gave
    except TypeError:
        # Arrow's own protocol, which frames of libraries that narwhals does not know speak too.
        if hasattr(given, "__arrow_c_stream__"):
            return pl.DataFrame(given)
        found, do = f"a {type(given).__name__}", "Make a frame of it, one row a record."
        return [Problem.of_file(table, found=found, allowed=ALLOWED, do=do)]
    except nw.exceptions.DuplicateError:
        return [Problem.of_file(table, found="a column twice", allowed="each column once", do="Remove one.")]
    # Polars itself takes pandas only where pyarrow is installed, which nothing else here asks for.
    return _of_pandas(frame, table) if frame.implementation.is_pandas_like() else frame.to_polars()


def _of_pandas(frame: Any, table: str) -> pl.DataFrame | list[Problem]:
    columns, problems = [], []
    for column in frame.iter_columns():
        try:
            columns.append(_column(column))
        except MIXED:
            do = "Write one kind of value in it."
            problem = Problem.at_key(
                table, str(column.name), found="values of several kinds", allowed="text, numbers or dates", do=do
            )
            problems.append(problem)
    return problems or pl.DataFrame(columns)


def _column(column: Any) -> pl.Series:
    name = str(column.name)
    if column.dtype.is_numeric() and isinstance(column.to_native().dtype, np.dtype):
        # Plain numbers have no other nothing in pandas than NaN.
        numbers = pl.Series(name, column.to_numpy())
        return numbers.fill_nan(None) if numbers.dtype.is_float() else numbers
    # NaN, NaT, None and NA are one nothing in pandas.
    pairs = zip(column.to_list(), column.is_null().to_list(), strict=True)
    return pl.Series(name, [None if nothing else value for value, nothing in pairs])
