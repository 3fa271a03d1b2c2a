"""CSV for people, who open it in a spreadsheet: no text in it is run.

Never for tables that are read back: their texts come back as they were.
"""

from __future__ import annotations

import polars as pl

# What a spreadsheet takes for a formula or a command, in wide letters of East Asian keyboards and behind blanks too.
# A number with its sign is none, nor is a lone dash.
# https://owasp.org/www-community/attacks/CSV_Injection
STARTS = r"^[\s\u{feff}]*[=+\-@＝＋－＠\t\r]"
HARMLESS = r"^\s*[+\-＋－]?(?:\d[\d.,]*(?:[eE][+\-]?\d+)?\s*%?)?\s*$"


def spreadsheet_csv(frame: pl.DataFrame) -> str:
    """The rows as CSV, with an apostrophe before each text that a spreadsheet would run; numbers are numbers.

    The names of columns are texts too: a table may have a column for each group, which is called as somebody called it.

    >>> print(spreadsheet_csv(pl.DataFrame({"name": ["=1+1", "-0.5", "A"], "n": [-1, 2, 3]})), end="")
    name,n
    '=1+1,-1
    -0.5,2
    A,3
    """
    # As a row of its own, for two names may be one with the apostrophe.
    header = pl.DataFrame([frame.columns], schema=[str(place) for place in range(frame.width)], orient="row")
    return "".join(_harmless(rows).write_csv(include_header=False) for rows in (header, frame))


def _harmless(rows: pl.DataFrame) -> pl.DataFrame:
    texts = pl.selectors.string()
    runs = texts.str.contains(STARTS) & ~texts.str.contains(HARMLESS)
    return rows.with_columns(pl.when(runs).then("'" + texts).otherwise(texts).name.keep())
