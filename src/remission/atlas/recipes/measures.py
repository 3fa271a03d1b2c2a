"""Measures for all pages that show them: over time, all trusts in a funnel, and held against England."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.atlas.pictures.decile_chart import Deciles
from remission.atlas.pictures.funnel_plot import FunnelPlot
from remission.atlas.pictures.interval_list import Compared
from remission.atlas.place_words import MeasureWords
from remission.atlas.words import measure_words
from remission.exhibits.page import Fact
from remission.exhibits.wording import listed
from remission.inputs.provenance import Provenance
from remission.stats.estimates import Estimates
from remission.stats.months.funnel import funnel_of, pooled_sigma
from remission.stats.months.ratios import RatioLimits, ratio_of_totals
from remission.stats.packed import PackedEstimates
from remission.supply.coverage.hidden_supply import never_seen
from remission.supply.measures.definitions import Measure, library_measures
from remission.supply.views import ENGLAND, AtlasViews

if TYPE_CHECKING:
    from remission.engines.engine import Engine

WINDOW = 12
WINDOWS = (12, 3)
# Kinds that the map shows, in each window; pages have the first window alone.
ON_MAP = ("share", "diversity", "growth", "volume", "per_expected")
# What is estimated in one go by a process of its own: each is sent the whole atlas, and some measures take longer.
BATCHES = 6
# Kinds that compare trusts of any size, and so may be compared with England.
COMPARED = ("share", "diversity", "per_expected")
# What is no ratio of parts has no limits that follow from how much was issued.
NO_FUNNEL = ("volume", "starts", "growth", "diversity", "per_expected")
# Totals: England's is a sum, which no trust can be held against.
TOTALS = ("volume", "starts", "growth")
# A spread of fewer trusts is guessed from as many numbers as one wants to judge by it.
FEWEST_IN_FUNNEL = 10


@dataclass(frozen=True, eq=False)
class MeasureParts:
    """What a measure's page is made of.

    `latest` holds the estimates of the last window, trusts with and without a figure; `funnel` is null for a measure
    that is no ratio. `names` gives names by code, `pages` are the codes that have a page. `level` is icb for a measure
    that only care boards have: its page lists boards, and says nothing of trusts.
    """

    words: MeasureWords
    latest: Estimates
    over_time: Deciles
    funnel: FunnelPlot | None
    names: Mapping[str, str]
    pages: Collection[str]
    facts: Sequence[Fact]
    provenance: Provenance
    level: str = "trust"


@dataclass(frozen=True, eq=False)
class MeasureSheets:
    """Every measure over time, estimated once for all pages that show it.

    They are kept packed: those of all measures and months are over a million rows.
    """

    views: AtlasViews
    facts: Sequence[Fact]
    kept: dict[tuple[str, int], PackedEstimates] = field(default_factory=dict, repr=False)

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """The measures that have a window in these months, by name: growth needs a whole year before."""
        return {name: one for name, one in library_measures().items() if self.over_time(name).frame.height}

    def estimate_all(self, engine: Engine) -> None:
        """Every measure in the windows of an export, side by side, where pages ask for one after the other."""
        asked = [(name, WINDOW) for name in library_measures()]
        asked += [(name, WINDOWS[1]) for name, one in library_measures().items() if one.kind in ON_MAP]
        batches = [asked[at::BATCHES] for at in range(BATCHES)]
        for batch, found in zip(batches, engine.map(partial(_estimate, self.views), batches), strict=True):
            self.kept.update(zip(batch, found, strict=True))

    def over_time(self, name: str, window: int = WINDOW) -> Estimates:
        """Every window of a measure at every level."""
        # Pages and the map ask for the same windows; each is estimated once.
        if (name, window) not in self.kept:
            self.kept[name, window] = PackedEstimates.of(self.views.over_time(library_measures()[name], window))
        return self.kept[name, window].whole()

    @cached_property
    def latest(self) -> Estimates:
        """The newest window of every measure at every level."""
        return Estimates.together(newest(self.over_time(name)) for name in self.measures)

    @cached_property
    def words(self) -> Mapping[str, MeasureWords]:
        """Every measure as readers meet it."""
        return {name: self._words_of(name) for name in self.measures}

    def _words_of(self, name: str) -> MeasureWords:
        measure = self.measures[name]
        words = measure_words(measure, self.over_time(name))
        unseen = never_seen(self.views.monthly, measure)
        cautions = [*words.cautions, *([unseen_words(unseen)] if unseen else [])]
        return replace(words, cautions=cautions, method=self._method(name) or words.method)

    def _method(self, name: str) -> str:
        """The method of the places that have the measure, and what that of areas adds to it."""
        methods = dict(self.over_time(name).frame.drop_nulls("method").select("population", "method").iter_rows())
        own = str(methods.get(self._level(name), ""))
        return with_areas(own, str(methods.get("nation", own)))

    def parts(self, name: str) -> MeasureParts:
        """What the page of one measure is made of."""
        latest = newest(self.over_time(name))
        return MeasureParts(
            words=self.words[name],
            latest=latest,
            over_time=self._deciles(name),
            funnel=self._funnel(name, latest),
            names=self.views.names,
            pages=frozenset(self.views.monthly.codes),
            facts=self.facts,
            provenance=self.views.atlas.provenance,
            level=self._level(name),
        )

    def _deciles(self, name: str) -> Deciles:
        drawn = self.measures[name].kind not in TOTALS
        return Deciles(self.words[name], _for_deciles(self.over_time(name)), ENGLAND, "England", drawn)

    def _level(self, name: str) -> str:
        """The level whose places have the measure."""
        return "icb" if self.measures[name].kind == "per_expected" else "trust"

    def compared(self) -> Iterator[Compared]:
        """Each measure whose places can be held against England's value."""
        pages = frozenset(self.views.monthly.codes)
        for name, measure in self.measures.items():
            if measure.kind not in COMPARED:
                continue
            rows = newest(self.over_time(name)).rows()
            here = [_with_name(row, self.views.names) for row in rows if row["population"] == self._level(name)]
            england, bounds = _england(rows)
            yield Compared(self.words[name], here, england, pages, bounds)

    def _funnel(self, name: str, latest: Estimates) -> FunnelPlot | None:
        """The funnel of a share; None for what is no ratio of parts, and where too few trusts have a figure."""
        if self.measures[name].kind in NO_FUNNEL:
            return None
        rows = latest.frame.filter(pl.col("population") == "trust", pl.col("value").is_not_null())
        if rows.height < FEWEST_IN_FUNNEL:
            return None
        limits = self._monthly_ratios(name, rows["group"].to_list())
        funnel = funnel_of(rows["value"].to_numpy(), rows["denominator"].to_numpy(), pooled_sigma(limits))
        # The funnel knows of months alone. A trust whose own interval holds the centre must not be called outside on
        # the same page.
        inside = [holds(row, funnel.target) for row in rows.to_dicts()]
        positions = zip(funnel.position, inside, strict=True)
        decided = replace(funnel, position=tuple("inside" if doubt else one for one, doubt in positions))
        return FunnelPlot(self.words[name], latest, decided, rows["group"].to_list(), self.views.names)

    def _monthly_ratios(self, name: str, codes: Sequence[str]) -> RatioLimits:
        """The monthly amounts of the newest window, from which the spread within trusts is pooled."""
        monthly, measure = self.views.monthly, self.measures[name]
        at = [monthly.codes.index(code) for code in codes]
        chosen, whole = (
            np.array([selection.covers(one) for one in monthly.medicines])
            for selection in (measure.numerator, measure.denominator)
        )
        years = np.where(monthly.reported[:, None, :], monthly.patient_years[0], np.nan)[at, :, -WINDOW:]
        return ratio_of_totals(years[:, chosen & whole].sum(axis=1), years[:, whole].sum(axis=1))


def _estimate(views: AtlasViews, asked: Sequence[tuple[str, int]]) -> list[PackedEstimates]:
    """Some measures over time: the work of a process of its own."""
    return [PackedEstimates.of(views.over_time(library_measures()[name], window)) for name, window in asked]


def with_areas(own: str, areas: str) -> str:
    """A method, with what that of areas adds to it.

    >>> with_areas("of months", "of months, and of silence"), with_areas("of months", "of months")
    ('of months; for areas also: of silence', 'of months')
    """
    if own == areas or not areas.startswith(own):
        return own
    return f"{own}; for areas also: {areas.removeprefix(own).lstrip(',').strip().removeprefix('and ')}"


def unseen_words(therapies: Sequence[str]) -> str:
    """What no figure of a measure holds.

    >>> unseen_words(["ofatumumab"])
    'No trust is seen to issue ofatumumab; if homecare supplies it, it is missing from every figure.'
    """
    it, they_are = ("it", "it is") if len(therapies) == 1 else ("them", "they are")
    names = listed(list(therapies))
    return f"No trust is seen to issue {names}; if homecare supplies {it}, {they_are} missing from every figure."


def _with_name(row: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    return {**row, "name": names.get(str(row["group"]), str(row["group"]))}


def _england(rows: Sequence[Mapping[str, object]]) -> tuple[float | None, tuple[float, float] | None]:
    """England's value, or its bounds where too much may be hidden for one."""
    row = next((row for row in rows if row["group"] == ENGLAND), None)
    if row is None:
        return None, None
    value, low, high = row["value"], row["low"], row["high"]
    bounds = (low, high) if isinstance(low, float) and isinstance(high, float) else None
    return (value if isinstance(value, float) else None), bounds


def holds(row: Mapping[str, object], target: float) -> bool:
    """Does a trust's own interval hold the target, or end nowhere? Then nothing says that it lies outside.

    The funnel knows of months alone; the interval knows the range of factors and what may be hidden too.

    >>> holds({"low": 0.1, "high": 0.4}, 0.3), holds({"low": 0.1, "high": 0.2}, 0.3), holds({"low": None, "high": 1}, 2)
    (True, False, True)
    """
    low, high = row["low"], row["high"]
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return True
    return bool(low <= target <= high)


def newest(estimates: Estimates) -> Estimates:
    """The rows of the newest window."""
    return Estimates(estimates.frame.filter(pl.col("to_day") == pl.col("to_day").max()))


def _for_deciles(estimates: Estimates) -> Estimates:
    """Trusts and England, which is all that a decile chart draws."""
    kept = (pl.col("population") == "trust") | (pl.col("group") == ENGLAND)
    return Estimates(estimates.frame.filter(kept))
