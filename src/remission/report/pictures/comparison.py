"""Groups compared, in figures: the tests and differences as a table with a CSV, and as lines for a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import level_words, p_words, period, signed
from remission.stats.estimates import Estimates, TestResult
from remission.stats.horizons import days_to_years
from remission.stats.intervals import FEWEST_FOR_NORMAL
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

LOG_RANK = "log-rank test"


@dataclass(frozen=True)
class LeftOut:
    """A group that is shown and not compared, and why."""

    group: str
    persons: int
    why: str


@dataclass(frozen=True)
class Comparison:
    """Groups compared: the log-rank test over all of them, and the difference in restricted mean to the reference.

    `shares` are the differences of the shares free of the event at chosen times, which have limits and no test.
    `compared` names the groups with their persons followed, `left_out` those that take no part.
    """

    log_rank: TestResult
    differences: Estimates
    shares: Estimates
    tests: tuple[TestResult, ...]
    compared: tuple[tuple[str, int], ...]
    left_out: tuple[LeftOut, ...]

    @property
    def few(self) -> tuple[tuple[str, int], ...]:
        """The groups that are too small for any test, with their persons."""
        return tuple(one for one in self.compared if one[1] < FEWEST_FOR_NORMAL)

    @property
    def caution(self) -> str:
        """That no p can be relied on, and because of which groups; empty where it can."""
        few = ", ".join(group for group, _ in self.few)
        return f"Fewer than {FEWEST_FOR_NORMAL} persons in {few}: no p can be relied on." if few else ""

    @property
    def rows(self) -> pl.DataFrame:
        """A row a test: what, group, against, to_day, value, low, high, level, statistic, df, p, method.

        What does not exist is null: of the log-rank test no group is less another, and of what is not estimable no p.
        """
        all_groups = _tested(self.log_rank, {"what": LOG_RANK, "method": self.log_rank.method})
        pairs = zip(self.differences.rows(), self.tests, strict=True)
        each = [_tested(test, {**row, "what": _last_part(row["what"])}) for row, test in pairs]
        return pl.DataFrame([{name: row.get(name) for name in TESTED} for row in (all_groups, *each)], TESTED)


TESTED: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("what", "group", "against"), pl.String),
    "to_day": pl.Int32,
    **dict.fromkeys(("value", "low", "high", "level", "statistic"), pl.Float64),
    "df": pl.Int32,
    "p": pl.Float64,
    "method": pl.String,
}


def _tested(test: TestResult, row: dict[str, Any]) -> dict[str, Any]:
    numbers = {"statistic": test.statistic, "p": test.p}
    return {**row, **{name: None if math.isnan(one) else one for name, one in numbers.items()}, "df": test.df}


def _last_part(what: object) -> str:
    return str(what).rpartition(": ")[2]


def comparison_table(name: str, title: str, comparison: Comparison, provenance: Provenance) -> Table:
    """The tests of one endpoint with their statistics; the CSV has them in full precision."""
    rows = comparison.rows
    columns = (
        Shown("Test", _what, words=True),
        Shown("Difference", difference_words),
        Shown("Statistic", lambda row: "–" if row["statistic"] is None else text_half_up(row["statistic"], 2)),
        shows("df", "df"),
        Shown("p", lambda row: p_number(row["p"])),
    )
    methods = "; ".join(dict.fromkeys(rows["method"]))
    note = f"{comparison.caution} Methods: {methods}.".strip()
    return Table(f"comparison-{name}", f"{title}: groups compared.", rows, columns, provenance, note)


def _what(row: Row) -> str:
    if row["what"] == LOG_RANK:
        return "All groups: log-rank test"
    return f"{row['group']} less {row['against']}: restricted mean within {period(row['to_day'])}"


def difference_words(row: Row) -> str:
    """A difference of two times in days, in years with their signs; of the log-rank test a dash."""
    if row["value"] is None:
        return "–" if row["what"] == LOG_RANK else "not estimable"
    value, *limits = (None if row[x] is None else signed(days_to_years(row[x]), 2) for x in ("value", "low", "high"))
    said = "limits not estimable" if None in limits else " to ".join(str(limit) for limit in limits)
    return f"{value} years ({said})"


def share_difference_words(row: Row) -> str:
    """A difference of two shares in percentage points, with its sign.

    >>> share_difference_words({"value": -0.1234, "low": -0.2, "high": 0.01})
    '−12.3 points (−20.0 to +1.0)'
    """
    if row["value"] is None:
        return "not estimable"
    value, *limits = (None if row[name] is None else signed(100 * row[name]) for name in ("value", "low", "high"))
    said = "limits not estimable" if None in limits else " to ".join(str(limit) for limit in limits)
    return f"{value} points ({said})"


def p_number(p: float | None) -> str:
    """A p-value under a header that says p.

    >>> p_number(0.0421), p_number(0.00001), p_number(None)
    ('0.042', '<\\xa00.001', 'not estimable')
    """
    return "not estimable" if p is None else p_words(p).removeprefix("p\u00a0").removeprefix("=\u00a0")


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """The same in lines that stand in a picture: a test over all groups, then each difference with its p.

    A group of fewer than five is named, for then no p can be relied on.
    """
    for row in comparison.rows.to_dicts():
        p = "p not estimable" if row["p"] is None else p_words(row["p"])
        if row["what"] == LOG_RANK:
            found = "" if row["p"] is None else f", chi-squared {text_half_up(row['statistic'], 2)}, df {row['df']}"
            yield f"Log-rank test: {p}{found}"
        else:
            level = "" if row["low"] is None else f", {level_words(row['level'])} interval"
            yield f"{_what(row)}: {difference_words(row)}{level}, {p}"
    if comparison.caution:
        yield comparison.caution
