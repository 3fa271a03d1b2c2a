"""What trusts are put side by side by: their measures with intervals, their mix, and what can be seen of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.pictures.therapy_mix import RECENT, Mix
from remission.atlas.recipes.trusts import STRIPS, TrustSheets
from remission.exhibits.month_axis import months_words
from remission.supply.views import ENGLAND

if TYPE_CHECKING:
    from remission.atlas.place_words import MeasureWords

Row = Mapping[str, Any]
# What a trust without any row of a measure says.
NO_ROW: Row = {"value": None, "low": None, "high": None, "unit": None, "absent_reason": "not estimable"}


@dataclass(frozen=True, eq=False)
class Side:
    """One trust as it is compared.

    `figures` are rows of Estimates by measure, `mix` the share of each class in the last 12 months (null: nothing
    issued or reported), `states` how many therapies are in each state of coverage in the newest month, `reported` how
    many of the last 12 months are known in full.
    """

    code: str
    name: str
    figures: Mapping[str, Row]
    mix: Mapping[str, float | None]
    states: Mapping[str, int]
    reported: int


@dataclass(frozen=True, eq=False)
class Sides:
    """Every trust that has a page, in order of name; `measures` in their order, `england` rows of them by name."""

    trusts: Sequence[Side]
    measures: Sequence[MeasureWords]
    classes: Sequence[str]
    window: str
    england: Mapping[str, Row] = field(default_factory=dict)


def sides_of(sheets: TrustSheets) -> Sides:
    """What every trust is compared by, from what the pages of trusts share."""
    views, measures = sheets.views, [sheets.words[name] for name in STRIPS if name in sheets.words]
    names = [one.name for one in measures]
    found = sheets.latest.frame.filter(pl.col("what").is_in(names))
    by_place: dict[str, dict[str, Row]] = {}
    for row in found.iter_rows(named=True):
        by_place.setdefault(row["group"], {})[row["what"]] = row
    states = _states(sheets)
    trusts = [_side(sheets, code, by_place.get(code, {}), states.get(code, {})) for code in views.monthly.codes]
    last = sheets.months.all[-RECENT:]
    return Sides(
        sorted(trusts, key=lambda one: (one.name, one.code)),
        measures,
        sheets.classes,
        months_words(last[0], last[-1]),
        by_place.get(ENGLAND, {}),
    )


def _side(sheets: TrustSheets, code: str, figures: Mapping[str, Row], states: Mapping[str, int]) -> Side:
    mix = sheets.mix_of(code)
    return Side(code, mix.place, figures, mix.recent(), states, _known(mix))


def _known(mix: Mix) -> int:
    last = mix.months.all[-RECENT:]
    return sum(month in last and month not in mix.partly for month in mix.cells)


def _states(sheets: TrustSheets) -> dict[str, dict[str, int]]:
    """How many therapies of each trust are in each state in the newest month."""
    frame = sheets.views.coverage.frame.filter(
        pl.col("month") == sheets.months.last, pl.col("therapy").is_in(list(sheets.shown))
    )
    numbers: dict[str, dict[str, int]] = {}
    for code, state, number in frame.group_by("code", "state").len().iter_rows():
        numbers.setdefault(code, {})[state] = number
    return numbers
