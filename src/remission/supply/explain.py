"""Why can this be seen, or not? The plain twin's account of a trust, therapy and month, held against the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from remission.supply.coverage.extracts import shown_by_month
from remission.supply.coverage.narration import narrate, verdict_of
from remission.supply.coverage.reasons import REASONS
from remission.supply.medicines.medicines import library_supplies
from remission.supply.reference.coverage import Answered, PlainStock, plain_steps

if TYPE_CHECKING:
    from remission.supply.views import AtlasViews

_NAMES = tuple(REASONS)
WHY: dict[str, type[pl.DataType]] = {
    "therapy": pl.String,
    "month": pl.Date,
    "state": pl.String,
    "verdict": pl.String,
    "asked": pl.String,
}


@dataclass(frozen=True)
class CoverageAccount:
    """One cell: the engine's verdict, and the twin's questions in sentences.

    `differs` says in words where the twin decided otherwise: it must be empty.
    """

    therapy: str
    month: date
    state: str
    verdict: str
    lines: tuple[str, ...]
    differs: str = ""


@dataclass(frozen=True, eq=False)
class CoverageAccounts:
    """Accounts of an atlas; `answers` are those that its views were made with, as `derive_coverage` takes them."""

    views: AtlasViews
    answers: pl.DataFrame | None = None

    @cached_property
    def _stock(self) -> PlainStock:
        amount = pl.coalesce("units", "quantity").sum()
        issued = self.views.as_now.group_by("code", "therapy", "month").agg(amount, pl.col("patient_years").sum())
        cells = [(row[:3], row[3], row[4]) for row in issued.iter_rows()]
        reports = self.views.submissions
        lacking = reports.filter("lacking") if "lacking" in reports.columns else reports.clear()
        return PlainStock(
            {cell: units for cell, units, _ in cells},
            {cell: years for cell, _, years in cells},
            {(code, month): rows for code, month, rows in reports.select("code", "month", "rows").iter_rows()},
            self.views.months,
            frozenset(lacking.select("code", "month").iter_rows()),
            tuple(self._answered()),
            shown_by_month(self.views.atlas.extracts),
        )

    def _answered(self) -> Iterator[Answered]:
        if self.answers is not None:
            columns = ("code", "therapy", "from_month", "to_month", "low", "high")
            yield from (Answered(*row) for row in self.answers.select(columns).iter_rows())

    def of(self, code: str, therapy: str, month: date) -> CoverageAccount:
        """The account of one cell; KeyError for a code, a therapy or a month that the atlas does not have."""
        supply = next((one for one in library_supplies() if one.therapy == therapy), None)
        if supply is None or code not in self.views.everyone.codes or month not in self.views.months:
            raise KeyError(f"{code}, {therapy}, {month}")
        steps = plain_steps(self._stock, code, supply, self.views.rule, [month])[month]
        decided, mine = self._decided(code, therapy, month), steps[-1].reason
        differs = "" if decided == mine else f"the engine says {decided!r}, its plain twin {mine!r}"
        return CoverageAccount(therapy, month, REASONS[decided][0], verdict_of(decided), tuple(narrate(steps)), differs)

    def newest(self, code: str, therapies: Sequence[str]) -> pl.DataFrame:
        """The accounts of some therapies of a trust in the newest month, in the columns of `WHY`."""
        accounts = [self.of(code, therapy, self.views.months[-1]) for therapy in therapies]
        # Where engine and twin differ it is said beside the reasons, which are those of the twin.
        told = [[*one.lines, f"Please report this: {one.differs}."] if one.differs else one.lines for one in accounts]
        pairs = zip(accounts, told, strict=True)
        rows = [(one.therapy, one.month, one.state, one.verdict, " ".join(lines)) for one, lines in pairs]
        return pl.DataFrame(rows, schema=WHY, orient="row")

    def stretches(self, code: str, therapy: str) -> list[tuple[str, date, date]]:
        """The states of a trust and therapy, each with the first and the last month of a stretch in a row."""
        found: list[tuple[str, date, date]] = []
        for month in self.views.months:
            state, _ = REASONS[self._decided(code, therapy, month)]
            if found and found[-1][0] == state:
                found[-1] = (state, found[-1][1], month)
            else:
                found.append((state, month, month))
        return found

    def _decided(self, code: str, therapy: str, month: date) -> str:
        everyone = self.views.everyone
        at = everyone.codes.index(code), everyone.therapies.index(therapy), everyone.months.index(month)
        return _NAMES[int(everyone.reasons[at])]
