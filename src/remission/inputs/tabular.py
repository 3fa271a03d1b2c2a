"""Results that are rows: shown short in a prompt and as a table in a notebook, and handed on to pandas or Polars."""

from __future__ import annotations

from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

NO_PANDAS = (
    "to_pandas() needs pandas, which is not installed here: install it (pip install pandas), or take to_polars(), "
    "which needs nothing more"
)
# Types of pandas that know nothing as such: plain ones would make 7 into 7.0 where a row is empty.
_PANDAS = {pl.Boolean: "boolean", pl.Float32: "Float32", pl.Float64: "Float64", pl.String: "string"}


class Tabular:
    """A result that stands for the rows of one frame.

    Who inherits says what it is in `said` and which rows are meant in `_rows`; as a dataclass it is made with
    `repr=False`, for the fields of a result are thousands of rows.
    """

    @property
    def said(self) -> str:
        """What it is, in a line without a value of a person."""
        raise NotImplementedError

    def _rows(self) -> pl.DataFrame:
        raise NotImplementedError

    @staticmethod
    def _in_cohort(name: str, provenance: Provenance, counted: str) -> str:
        line = f"{name} in {provenance.cohort}: {counted}"
        return f"{line}. {provenance.warning}" if provenance.warning else line

    def __repr__(self) -> str:
        """What it is, and never its rows."""
        return f"{type(self).__name__}({self.said})"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.said)}</p>{self._rows()._repr_html_()}"

    def to_polars(self) -> pl.DataFrame:
        """The rows as a frame of Polars."""
        return self._rows()

    def to_pandas(self) -> Any:
        """The rows as a frame of pandas, in its types that know nothing as such; ImportError without pandas."""
        if find_spec("pandas") is None:
            raise ImportError(NO_PANDAS)
        pandas = import_module("pandas")
        # By lists, and not by Polars' own way, which asks for pyarrow too.
        columns = {one.name: pandas.Series(one.to_list(), dtype=_pandas_type(one.dtype)) for one in self._rows()}
        return pandas.DataFrame(columns)


def _pandas_type(dtype: pl.DataType) -> str:
    return str(dtype) if dtype.is_integer() else _PANDAS.get(dtype.base_type(), "object")
