"""How long each strategy was followed as the records came, why that ended, and how many had the event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import NBSP
from remission.stats.horizons import days_to_years

if TYPE_CHECKING:
    from remission.comparison.design.estimate import Trial


def followed_table(found: Trial) -> Table:
    """A row a strategy: how many, days followed (median and quartiles), and each end of follow-up; nothing is weighted.

    The four ends add up to how many there are.
    """
    emulated = found.emulated
    people, horizon = emulated.people, emulated.design.horizon_days
    rows = []
    for name, treated in zip(emulated.names, (True, False), strict=True):
        mine = people.filter(pl.col("treated") == treated)
        event, lost = mine["event"].to_numpy(), mine["lost"].to_numpy()
        whole = (mine["exit"].to_numpy() >= horizon) & ~event & ~lost
        low, median, high = np.quantile((mine["exit"] - mine["entry"]).to_numpy(), [0.25, 0.5, 0.75])
        rows.append({
            "group": name, "number": mine.height, "median_days": median, "low_days": low, "high_days": high,
            "event": int(event.sum()), "lost": int(lost.sum()), "whole": int(whole.sum()),
            "earlier": int((~event & ~lost & ~whole).sum()),
        })  # fmt: skip
    columns = (
        shows("group", "Strategy", words=True),
        Shown("Trials" if emulated.design.in_sequence else "People", lambda row: f"{row['number']:,}"),
        Shown("Years followed, median (quartiles)", lambda row: (
            f"{_years(row['median_days'])} ({_years(row['low_days'])} to {_years(row['high_days'])})")),
        Shown("Had the event", lambda row: f"{row['event']:,}"),
        Shown("Lost", lambda row: f"{row['lost']:,}"),
        Shown(f"Followed to {emulated.design.follow_up.years:g}{NBSP}years", lambda row: f"{row['whole']:,}"),
        Shown("Records end before", lambda row: f"{row['earlier']:,}"),
    )  # fmt: skip
    return Table("followed", "How long they were followed, and why that ended.", pl.DataFrame(rows), columns,
                 emulated.cohort.provenance, _note(found))  # fmt: skip


def _note(found: Trial) -> str:
    said = "As the records came: nothing is weighted."
    if found.emulated.design.cloned:
        said += " People are divided by what they began later, which nobody knew on day zero."
    if found.emulated.design.in_sequence:
        said += " A person counts in each trial of theirs."
    return said


def _years(days: float) -> str:
    return f"{days_to_years(days):.1f}"
