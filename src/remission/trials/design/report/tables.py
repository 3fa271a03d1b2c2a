"""The tables that every planned trial has: power by what is true, what was taken for true, and formulas."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import percent
from remission.stats.rounding import text_half_up
from remission.trials.design.report.cells import finite, number_in, share_in, table_of
from remission.trials.design.taken import taken_for_true

if TYPE_CHECKING:
    from remission.simulation.trials.results import Share
    from remission.trials.design.outlook import Outlook
    from remission.trials.design.planned import Planned

NOT_REACHED = "events not expected in time"


def power_table(planned: Planned) -> Table:
    """A row for each truth: power by formula, exact, and simulated with its Monte-Carlo error."""
    rows = [
        {"truth": one.truth.title, "value": one.truth.value, "formula": one.formula, "exact": one.exact,
         **_played(one.played), "differs": one.differs, **_gained(one), **_plainly(planned, one)}
        for one in planned.outlooks
    ]  # fmt: skip
    # Only a trial that waits for events can wait in vain; of others a power is missing for want of a gain.
    untold = NOT_REACHED if planned.plan else "–"
    exact = any(one.exact is not None for one in planned.outlooks)
    other = planned.plan is not None and not planned.plan.is_plain
    gains = planned.plan is not None and planned.plan.comparison.horizon is not None
    columns = (
        shows("truth", "What is true", words=True),
        Shown("Power by formula", lambda row: percent(row["formula"], 1) if row["formula"] is not None else untold),
        *((share_in("exact", "Exact"),) if exact else ()),
        Shown("Simulated", _simulated),
        Shown("Apart by more than chance?", _apart),
        *(_gain_columns() if gains else ()),
        *(_plain_columns(untold) if other else ()),
    )
    note = (
        f"{planned.said} In brackets the Monte-Carlo error. Power where there is no effect is the error of the design."
    )
    if planned.plan is not None and other:
        bound = "by the same bounds" if planned.plan.comparison.stands_for_ratio else "at a bound of its own"
        note += f" The plain log-rank test is of the same trials, {bound}."
    return table_of(planned, "power", "Power by formula beside power by simulation.", rows, columns, note)


def _played(share: Share | None) -> dict[str, Any]:
    # A share of no trial is NaN, which is no cell of a CSV that others read.
    if share is None or not share.trials:
        return {"simulated": None, "error": None, "trials": 0}
    return {"simulated": share.value, "error": None if math.isnan(share.error) else share.error, "trials": share.trials}


def _gained(one: Outlook) -> dict[str, Any]:
    if one.promise is None or one.promise.gain is None:
        return {}
    # At the end of the trials, which is their only look where months are gained.
    seen = one.results.by_look()[-1].effect if one.results else None
    told = {"gain_simulated": finite(seen.value), "gain_error": finite(seen.error)} if seen else {}
    return {"gain": one.promise.gain, "gain_simulated": None, "gain_error": None, **told}


def _gain_columns() -> tuple[Shown, ...]:
    return (
        number_in("gain", "expected", 2, "Months gained"),
        number_in("gain_simulated", "simulated", 2, "Months gained"),
    )


def _plainly(planned: Planned, one: Outlook) -> dict[str, Any]:
    if planned.plan is None or planned.plan.is_plain:
        return {}
    return {"plain": one.plain, **{f"plain_{name}": value for name, value in _played(one.plain_played).items()}}


def _plain_columns(untold: str) -> tuple[Shown, ...]:
    return (
        Shown("by formula", lambda row: _plain_formula(row, untold),
              group="Plain log-rank test"),
        Shown("simulated", lambda row: _simulated(row, "plain_"), group="Plain log-rank test"),
    )  # fmt: skip


def _plain_formula(row: Row, untold: str) -> str:
    if row["plain"] is None:
        # Where the other test has a power its looks come in time, so that the formula itself is what is missing.
        return untold if row["formula"] is None else "no formula"
    return percent(row["plain"], 1)


def _simulated(row: Row, of: str = "") -> str:
    if row[f"{of}simulated"] is None:
        return "not simulated: the run was ended"
    error = "not estimable" if row[f"{of}error"] is None else text_half_up(100 * row[f"{of}error"], 2)
    return f"{percent(row[f'{of}simulated'], 1)} ({error})"


def _apart(row: Row) -> str:
    if row["simulated"] is None or row["formula"] is None:
        return "–"
    return "yes" if row["differs"] else "no"


def taken_table(planned: Planned) -> Table:
    """Every number that was taken for true, with its status and source."""
    rows = [
        {"key": one.key, "what": one.what, "value": one.value, "status": one.status, "source": one.source}
        for one in taken_for_true(planned.design)
    ]
    columns = (
        shows("what", "What", words=True),
        Shown("Value", lambda row: f"{row['value']:g}"),
        shows("status", "Checked", words=True),
        Shown("From where, or why", lambda row: row["source"] or "–", words=True),
    )
    return table_of(planned, "taken-for-true", "Numbers that were taken for true.", rows, columns)


def formulas_table(planned: Planned) -> Table:
    """What was computed by which formula."""
    rows = [{"what": one.what, "how": one.how, "source": one.source} for one in planned.kind.formulas]
    columns = (
        shows("what", "What", words=True),
        shows("how", "How", words=True),
        shows("source", "From where", words=True),
    )
    return table_of(planned, "formulas", "Formulas, and where they are from.", rows, columns)
