"""The map page with everything it loads: the default view drawn, and every other view as numbers ready to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.atlas.map.live import Choice, LiveShown, largest_of
from remission.atlas.map.scale import Scale, scale_of
from remission.atlas.map.shown import MapShown
from remission.atlas.recipes.measures import ON_MAP, WINDOW, WINDOWS, MeasureSheets, newest
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.provenance import Provenance
from remission.stats.estimates import Estimates

if TYPE_CHECKING:
    from remission.supply.measures.definitions import Kind, Measure
    from remission.supply.views import AtlasViews

# The measures of the map, and the one that a reader meets first: the first of them of which enough can be seen.
FIRST = ("injectables-seen", "high-efficacy", "hospital-anti-cd20", "volume")
ENOUGH_SEEN = 1 / 3
# By care board only: how many people live in the area of a trust is not known. Below 0: what is less than before.
BOARDS_ONLY: tuple[Kind, ...] = ("per_expected",)
SIGNED: tuple[Kind, ...] = ("growth",)
OF_ALL = "Share of all treatment, one therapy"
OF_HOSPITAL_GIVEN = "Share of hospital-given treatment, one therapy"
INTERVALS = (
    "Intervals: 95\u00a0%, from how much one month differs from the next, widened over what a patient-year may "
    "take and over what homecare may hide."
)
SEEN_ALONE = (
    "Intervals: 95\u00a0%, from how much one month differs from the next, widened over what a patient-year may "
    "take; what homecare may hide is in neither part."
)


@dataclass(frozen=True, eq=False)
class MapParts:
    """What the map page is made of, but for the other views, each of which is a LiveShown.

    `shown` is the default view, `months` the last months of all windows as YYYY-MM, `volumes` patient-years by window,
    `latest` the newest window of every measure, `issued` every row counted. `in_boundaries` says whether care boards
    have a page in their own boundaries.
    """

    shown: MapShown
    choices: Sequence[Choice]
    default: Choice
    months: Sequence[str]
    volumes: Mapping[int, pl.DataFrame]
    latest: Estimates
    issued: pl.DataFrame
    in_boundaries: bool
    provenance: Provenance


@dataclass(frozen=True, eq=False)
class MapSheets:
    """The map of an atlas: its choices, its default view, and the files of the others."""

    sheets: MeasureSheets
    pages: frozenset[str]
    refused: frozenset[str] = frozenset()

    @property
    def views(self) -> AtlasViews:
        """The data of any view."""
        return self.sheets.views

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What readers can choose; those of one therapy last, shares of all treatment before those of a part of it."""
        chosen = [_choice(one) for one in self.sheets.measures.values() if one.kind in ON_MAP]
        return tuple(sorted(chosen, key=lambda one: ("", OF_ALL, OF_HOSPITAL_GIVEN).index(one.group)))

    @cached_property
    def default(self) -> Choice:
        """The first measure with a figure for at least a third of trusts; the last of the list when none has.

        InputProblems when no measure at all has a window in these months.
        """
        known = {choice.name: choice for choice in self.choices if not choice.boards}
        candidates = [known[name] for name in FIRST if name in known] or list(known.values())
        if not candidates:
            raise InputProblems(_nothing_to_show(self.views.months))
        # A first view of stripes would show what cannot be seen and nothing else.
        return next((one for one in candidates if self._seen(one.name) >= ENOUGH_SEEN), candidates[-1])

    def _seen(self, name: str) -> float:
        latest = newest(self.sheets.over_time(name)).frame.filter(pl.col("population") == "trust")
        return latest["value"].count() / max(latest.height, 1)

    def scale(self, name: str) -> Scale:
        """The classes of a measure, the same for all months and windows."""
        # All windows at once, so that a colour means the same whichever is chosen.
        frames = [self.sheets.over_time(name, window).frame for window in WINDOWS]
        values = [value for frame in frames for value in frame["value"].drop_nulls().to_list()]
        unit = next((unit for frame in frames for unit in frame["unit"].drop_nulls().head(1).to_list()), None)
        return scale_of(values, unit, signed=self.sheets.measures[name].kind in SIGNED)

    @cached_property
    def shown(self) -> MapShown:
        """The default view at the newest month."""
        name, points = self.default.name, self._points
        volumes = self.volumes(WINDOW)
        last = volumes.filter(pl.col("month") == volumes["month"].max())
        return MapShown(
            words=self.sheets.words[name],
            estimates=newest(self.sheets.over_time(name)),
            scale=self.scale(name),
            names=self.views.names,
            points=points,
            volumes=dict(last.select("code", "patient_years").drop_nulls().iter_rows()),
            largest=largest_of(volumes),
            intervals=self._intervals(name),
            pages=self.pages,
            refused=self.refused,
        )

    def _intervals(self, name: str) -> str:
        """What the intervals of a measure hold, in a sentence."""
        return SEEN_ALONE if self.sheets.measures[name].only_seen else INTERVALS

    @cached_property
    def _points(self) -> Mapping[str, tuple[float, float]]:
        """Where the places of the map are: trusts that issued, and boards of nations that publish nothing."""
        wanted = pl.col("code").is_in(list(self.views.monthly.codes)) | (pl.col("level") == "board")
        nodes = self.views.organisations.nodes.filter(wanted).drop_nulls(["latitude", "longitude"])
        return {code: (latitude, longitude) for code, latitude, longitude in
                nodes.select("code", "latitude", "longitude").iter_rows()}  # fmt: skip

    def volumes(self, window: int) -> pl.DataFrame:
        """Patient-years of all therapies by the last month of each window: month, code, patient_years.

        Null where a trust reported in none of the months, or all of them are known in part only.
        """
        monthly = self.views.monthly
        totals = np.where(monthly.whole, monthly.patient_years[0].sum(axis=1), 0.0)
        summed = _rolling(totals, window)
        known = _rolling(monthly.whole.astype(np.float64), window) > 0
        months = monthly.months[window - 1 :]
        return pl.DataFrame(
            {
                "month": list(months) * len(monthly.codes),
                "code": np.repeat(np.array(monthly.codes, dtype=object), len(months)),
                # More returned than issued has no circle: an area cannot be less than nothing.
                "patient_years": np.where(known & (summed > 0), summed, np.nan).ravel(),
            },
            schema={"month": pl.Date, "code": pl.String, "patient_years": pl.Float64},
            strict=False,
        ).with_columns(pl.col("patient_years").fill_nan(None))

    def parts(self, *, in_boundaries: bool) -> MapParts:
        """What the map page is made of, but for the other views."""
        return MapParts(
            shown=self.shown,
            choices=self.choices,
            default=self.default,
            months=[f"{month:%Y-%m}" for month in self.views.months[min(WINDOWS) - 1 :]],
            volumes={window: self.volumes(window) for window in WINDOWS},
            latest=self.sheets.latest,
            issued=self.views.as_now,
            in_boundaries=in_boundaries,
            provenance=self.views.atlas.provenance,
        )

    def choosable(self) -> Iterator[tuple[Choice, int]]:
        """Every view that can be chosen, as its choice and window."""
        return ((choice, window) for window in WINDOWS for choice in self.choices)

    def live(self, choice: Choice, window: int) -> LiveShown:
        """The numbers of one view in all months."""
        estimates = self.sheets.over_time(choice.name, window)
        words, intervals = self.sheets.words[choice.name], self._intervals(choice.name)
        return LiveShown(choice, words, estimates, self.scale(choice.name), window, intervals, self.refused)


def _choice(measure: Measure) -> Choice:
    """A measure as readers choose it."""
    if measure.therapy is None:
        return Choice(measure.name, measure.title, boards=measure.kind in BOARDS_ONLY)
    group = OF_HOSPITAL_GIVEN if measure.name.startswith("hospital-") else OF_ALL
    return Choice(measure.name, measure.title, group, measure.therapy)


def _nothing_to_show(months: Sequence[date]) -> Problem:
    found = f"{len(months)} months, in which no measure has a window"
    advice = "Fetch earlier months too: remission atlas fetch"
    return Problem.of_file("the atlas", found=found, allowed=f"at least {WINDOW} months", do=advice)


def _rolling(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Sums of each `window` months in a row; none where there are fewer."""
    if values.shape[1] < window:
        return values[:, :0]
    summed: NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(values, window, axis=1).sum(axis=-1)
    return summed
