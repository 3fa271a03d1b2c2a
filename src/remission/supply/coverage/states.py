"""Coverage: what can be seen of a trust's use of a therapy in a month, and why: nothing is zero by silence.

Hospital stock data show what left a hospital's own pharmacy. A month without an issue is therefore one of three things:
nothing was used, it was used and does not show here (homecare, an outsourced pharmacy), or nobody reported. Which of
them follows from a rule in a file; `reference.py` decides the same month by month in plain words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.supply.coverage.extracts import left_out
from remission.supply.coverage.month_arrays import month_place, months_between, scatter
from remission.supply.coverage.reasons import REASONS, STATES, Supply
from remission.supply.coverage.supply_edges import Edges, Flags, Floats, Whole, find_edges, packing
from remission.supply.rows import COVERAGE, State

if TYPE_CHECKING:
    from remission.supply.coverage.rule import CoverageRule

_NUMBER = {name: number for number, name in enumerate(REASONS)}
_STATE_OF = np.array([STATES.index(state) for state, _ in REASONS.values()], dtype=np.int8)


@dataclass(frozen=True, eq=False)
class Coverage:
    """The reason, and so the state, of every code, therapy and month: `reasons` numbers `REASONS`, int8.

    Shape of `reasons`: (codes, therapies, months).
    """

    codes: tuple[str, ...]
    therapies: tuple[str, ...]
    months: tuple[date, ...]
    reasons: NDArray[np.int8]
    rule: str = field(default="standard")

    @cached_property
    def states(self) -> NDArray[np.int8]:
        """Number of the state in `STATES`, of the shape of `reasons`."""
        return _STATE_OF[self.reasons]

    def are(self, state: State) -> Flags:
        """Where the state is the one asked for."""
        found: Flags = self.states == STATES.index(state)
        return found

    @property
    def left_out(self) -> Flags:
        """Months whose file is an extract without the therapy, of the shape of `reasons`."""
        return np.asarray(self.reasons == _NUMBER["left out"])

    @cached_property
    def hidden(self) -> Flags:
        """Months whose issues may be hidden: not visible, or used up from an issue after which it is not visible."""
        # A supply that lasts from an issue hides like the silence after it: while packs last nothing is issued, and
        # what follows is homecare or an end. So each such month looks for the first month after it that says
        # something.
        lasting = self.reasons == _NUMBER["lasting"]
        passed_over = lasting | self.are("not reported")
        size = self.reasons.shape[-1]
        # Places of the months that say something, carried backwards: the smallest place from each month on is the
        # next of them. `size` is a place past the end, for which nothing is hidden.
        place = np.where(passed_over, size, np.arange(size))
        following = np.minimum.accumulate(place[..., ::-1], axis=-1)[..., ::-1]
        unseen = np.concatenate([self.are("not visible"), np.zeros((*self.reasons.shape[:2], 1), dtype=bool)], axis=-1)
        found: Flags = self.are("not visible") | (lasting & np.take_along_axis(unseen, following, axis=-1))
        return found

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row a code, therapy and month, in the columns of `COVERAGE`."""
        shape = self.reasons.shape
        axes = np.meshgrid(*(np.arange(size) for size in shape), indexing="ij")
        code, therapy, month = (pl.Series(axis.ravel()) for axis in axes)
        reason = pl.Series(self.reasons.ravel())
        return pl.DataFrame(
            {
                "month": pl.Series(self.months, dtype=pl.Date).gather(month),
                "code": pl.Series(self.codes, dtype=pl.String).gather(code),
                "therapy": pl.Series(self.therapies, dtype=pl.String).gather(therapy),
                "state": pl.Series([state for state, _ in REASONS.values()]).gather(reason),
                "reason": pl.Series([words for _, words in REASONS.values()]).gather(reason),
            },
            schema=COVERAGE,
        )


def derive_coverage(
    issued: pl.DataFrame,
    submissions: pl.DataFrame,
    supplies: Sequence[Supply],
    rule: CoverageRule,
    answers: pl.DataFrame | None = None,
    extracts: Mapping[date, Collection[str]] | None = None,
) -> Coverage:
    """Exactly one state, with its reason, for each code, therapy and month from the first to the last reported.

    issued: month, code, therapy, units, patient_years (several rows a cell are added up; other therapies are left out),
    and quantity, which tells of an issue where units are null because its unit is not the product's own;
    submissions: month, code, rows (of any medicine), and lacking (where a part of a merged trust is silent), if known.
    Codes as they are now. answers, from freedom-of-information
    requests: code, therapy, from_month, to_month, low, high (persons treated, as an interval): they overrule a silence
    and never an issue. extracts: the therapies that the file of a month can show, for months that have no whole file.
    ValueError for an issue in a month of which no submission is known.

    >>> from remission.supply.coverage.rule import load_coverage_rule
    >>> months = [date(2024, month, 1) for month in range(1, 7)]
    >>> issued = pl.DataFrame({"month": months[:1], "code": "RJ1", "therapy": "x", "units": 1.0, "patient_years": 0.1})
    >>> submissions = pl.DataFrame({"month": months, "code": "RJ1", "rows": 900})
    >>> derive_coverage(issued, submissions, [Supply("x")], load_coverage_rule()).frame["state"].to_list()
    ['used', 'used', 'used', 'used', 'not visible', 'not visible']
    """
    check_submitted(issued, submissions)
    # Who sent anything, of any medicine: a trust without an MS row has coverage too, and that is what it says.
    codes = tuple(submissions["code"].unique().sort())
    months = months_between(submissions["month"].min(), submissions["month"].max())
    therapies = tuple(supply.therapy for supply in supplies)
    axes = {"code": codes, "therapy": therapies, "month": months}
    rows = scatter(submissions, {"code": codes, "month": months}, "rows")
    if "quantity" in issued.columns:  # an amount in a unit that nobody knows is an issue all the same
        issued = issued.with_columns(units=pl.coalesce("units", "quantity"))
    units, amounts = (scatter(issued, axes, column) for column in ("units", "patient_years"))
    # Against its own median: how many medicines one hospital stocks hardly moves from month to month. The few rows of
    # an extract are no measure of that, and no sign of a partial submission.
    whole = np.array([month not in (extracts or {}) for month in months])
    partial = whole & (rows > 0) & (rows < rule.partial_submission * _own_median(np.where(whole, rows, 0))[:, None])
    partial |= (rows > 0) & _lacking(submissions, {"code": codes, "month": months})
    facts, left = _Facts.of(supplies, units, months, rule), left_out(therapies, months, extracts or {})
    reasons = _reasons_by_pattern(units, amounts, (rows > 0) & ~partial, left, (facts, rule))
    # In this order: silent is said last, so that a month without any row is never called partial.
    reasons = np.where(partial[:, None, :], _NUMBER["partial"], reasons)
    reasons = np.where((rows <= 0)[:, None, :], _NUMBER["silent"], reasons)
    found = Coverage(codes, therapies, months, reasons.astype(np.int8), rule.name)
    return found if answers is None else _overruled(found, answers)


def _lacking(submissions: pl.DataFrame, axes: dict[str, Sequence[object]]) -> Flags:
    """Where a part of a merged trust is silent, shape (codes, months); nowhere when nobody says."""
    if "lacking" not in submissions.columns:
        return np.zeros([len(axis) for axis in axes.values()], dtype=bool)
    marked = submissions.with_columns(pl.col("lacking").cast(pl.Float64))
    found: Flags = scatter(marked, axes, "lacking") > 0
    return found


def check_submitted(issued: pl.DataFrame, submissions: pl.DataFrame) -> None:
    """ValueError where something was issued in a month in which the code is not known to have reported."""
    # A row that was issued is itself a report. If it is missing here, months or codes were mixed up on the way.
    unknown = issued.join(submissions.filter(pl.col("rows") > 0), on=["month", "code"], how="anti")
    if unknown.height:
        first = unknown.row(0, named=True)
        raise ValueError(f"{unknown.height} issues without a submission, such as {first['code']} in {first['month']}")


def _own_median(rows: Floats) -> Floats:
    """Median of the rows of each code over the months in which it sent any."""
    sent = np.where(rows > 0, rows, np.nan)
    # A code that never sent a row has a median of 0 and nothing to warn of.
    sent[np.isnan(sent).all(axis=1)] = 0
    median: Floats = np.nanmedian(sent, axis=1)
    return median


@dataclass(frozen=True, eq=False)
class _Facts:
    """What is known of the therapies, an entry each (months as places on their axis), and of the rule for all."""

    homecare: Flags
    first: Whole
    withdrawn: Whole
    back: Whole
    ahead: Whole
    silence: Whole
    lead_months: int
    declined_months: int

    @classmethod
    def of(cls, supplies: Sequence[Supply], units: Floats, months: tuple[date, ...], rule: CoverageRule) -> _Facts:
        gaps = [rule.gap(supply.therapy, supply.kind) for supply in supplies]
        first = [first_supply(supply, units[:, at] > 0, months, rule) for at, supply in enumerate(supplies)]
        # Past the last month: never withdrawn as far as these months go.
        ends = [len(months) if s.withdrawn is None else month_place(s.withdrawn, months) for s in supplies]
        return cls(
            np.array([supply.by_homecare for supply in supplies], dtype=bool),
            np.array(first, dtype=np.int64),
            np.array(ends, dtype=np.int64),
            np.array([gap.look_back for gap in gaps], dtype=np.int64),
            np.array([gap.look_ahead for gap in gaps], dtype=np.int64),
            np.array([gap.silence for gap in gaps], dtype=np.int64),
            rule.lead_months,
            rule.declined_months,
        )

    def only(self, places: Whole) -> _Facts:
        """The facts of some of the therapies."""
        return replace(
            self,
            homecare=self.homecare[places],
            first=self.first[places],
            withdrawn=self.withdrawn[places],
            back=self.back[places],
            ahead=self.ahead[places],
            silence=self.silence[places],
        )


def first_supply(supply: Supply, issued: Flags, months: tuple[date, ...], rule: CoverageRule) -> int:
    """Place of the first month in which a therapy may have been supplied in England; 0 when that is not known.

    The earlier of a margin before the NICE date and the first issue by anybody: guidance is at times older than use.
    """
    if supply.nice_date is None:
        return 0
    anywhere = np.flatnonzero(issued.any(axis=0))
    seen = int(anywhere[0]) if anywhere.size else len(months)
    # 0 and not less: the axis begins there, and a negative place would read from its end.
    return max(min(month_place(supply.nice_date, months) - rule.not_yet_supplied, seen), 0)


def _reasons_by_pattern(
    units: Floats, amounts: Floats, reported: Flags, left: Flags, judged_by: tuple[_Facts, CoverageRule]
) -> Whole:
    """The reasons of all therapies; `left`, shape (therapies, months), are those that a month's file cannot show."""
    facts, rule = judged_by
    reasons = np.empty(units.shape, np.int64)
    # A month that leaves a therapy out is for that therapy as if nobody had reported; therapies of one pattern are
    # judged together, and without extracts all are of one.
    for pattern in np.unique(left, axis=0):
        at = np.flatnonzero((left == pattern).all(axis=1))
        reasons[:, at] = _reasons(units[:, at], amounts[:, at], reported & ~pattern, facts.only(at), rule)
    place = np.arange(left.shape[1])
    gone = np.where(place >= facts.withdrawn[:, None], _NUMBER["withdrawn"], _NUMBER["left out"])
    # What nobody could have been given is said of an extract too.
    silent = np.where(place < facts.first[:, None], _NUMBER["before"], gone)
    return np.where(left, silent, reasons)


def _reasons(units: Floats, amounts: Floats, reported: Flags, facts: _Facts, rule: CoverageRule) -> Whole:
    """The reason of every reported month (of the others: nothing that means anything)."""
    # Months without a report say nothing, so they are taken out: three months of look-back are three reports, not a
    # quarter in which nobody sent any.
    order, held = packing(reported)
    deep = np.broadcast_to(order[:, None, :], units.shape)
    quantity = np.where(held[:, None, :], np.take_along_axis(units, deep, axis=-1), 0.0)
    patient_years = np.where(held[:, None, :], np.take_along_axis(amounts, deep, axis=-1), 0.0)
    issued = quantity > 0
    # The beginning of a supply is its end with time turned round, so one function finds both.
    ends = find_edges(patient_years, issued, held, rule)
    begins = _reversed(find_edges(patient_years[..., ::-1], issued[..., ::-1], held[:, ::-1], rule))
    packed = _decide(issued, deep, (ends, begins), facts, _regular(reported, rule))
    reasons = np.empty_like(packed)
    # Back to their places; what stands where nothing was reported is written over by the caller.
    np.put_along_axis(reasons, deep, packed, axis=-1)
    return reasons


def _reversed(edges: Edges) -> Edges:
    size = edges.last.shape[-1]
    # -1 means the same in both directions: no issue on that side.
    following = np.where(edges.last < 0, -1, size - 1 - edges.last)
    return Edges(following[..., ::-1], edges.abrupt[..., ::-1], edges.declined[..., ::-1])


def _regular(reported: Flags, rule: CoverageRule) -> Flags:
    """Whether each code reports often enough for its silence about a therapy to mean something."""
    number = reported.sum(axis=1)
    size = reported.shape[1]
    # From first to last report and not over all months: a trust that came late, or was merged away, is not irregular.
    span = size - reported.argmax(axis=1) - reported[:, ::-1].argmax(axis=1)
    regular: Flags = (number >= rule.regular_months) & (number >= rule.regular_share * span)
    return regular


def _decide(issued: Flags, month: Whole, edges: tuple[Edges, Edges], facts: _Facts, regular: Flags) -> Whole:
    """The first that holds, in the order of the list, says why."""
    ends, begins = edges
    place = np.arange(issued.shape[-1])
    earlier, later = ends.last >= 0, begins.last >= 0
    since, until = place - ends.last, begins.last - place
    lasting = earlier & (since <= facts.back[:, None])
    # Before the next issue only between two issues: ahead of the very first one nothing is known to have been in use.
    lasting |= earlier & later & (until <= facts.ahead[:, None])
    never = ~issued.any(axis=-1, keepdims=True)
    homecare = facts.homecare[:, None]
    # Of a therapy that is older than a code's first report nobody knows what was supplied before: a silence then
    # counts from that report.
    cases = {
        # The order is that of REASONS, which says why: what is seen, what could not be, what may be hidden, and last
        # what is not used. Moving a case changes every map.
        "issued": issued,
        "lasting": lasting,
        "before": month < facts.first[:, None],
        "withdrawn": month >= facts.withdrawn[:, None],
        "stopped": ends.abrupt,
        "began": begins.abrupt,
        "homecare": never & homecare,
        "seldom": never & ~regular[:, None, None],
        "never": never,
        # Nothing below is asked of a therapy that homecare may supply: people who move to homecare one by one look
        # like a decline.
        "possible": homecare,
        "soon": later & (until <= facts.lead_months),
        "later": ~earlier & (month[..., :1] < facts.first[:, None]),
        "declined": ends.declined & (since >= facts.declined_months),
        "ended": since >= facts.silence[:, None],
    }
    # `select` takes the first that holds; what none explains is a pause, too short to be called an end.
    flags = [np.broadcast_to(flag, issued.shape) for flag in cases.values()]
    return np.select(flags, [_NUMBER[name] for name in cases], _NUMBER["pause"])


def _overruled(found: Coverage, answers: pl.DataFrame) -> Coverage:
    """Where nothing is issued and the month is reported, what the trust answered holds."""
    reasons = found.reasons.copy()
    # Never an issue and never an unreported month: an answer is about people, not about whether a file came.
    silent = found.are("not used") | found.are("not visible")
    for row in answers.iter_rows(named=True):
        # A trust that sent no rows at all has no cells to be overruled.
        if row["code"] not in found.codes or row["therapy"] not in found.therapies:
            continue
        at = found.codes.index(row["code"]), found.therapies.index(row["therapy"])
        asked = np.array([row["from_month"] <= month <= row["to_month"] for month in found.months]) & silent[at]
        # Answers are intervals, for small counts are suppressed. Only one that is surely none, or surely some,
        # decides.
        if row["high"] == 0:
            reasons[at][asked] = _NUMBER["answered none"]
        elif row["low"] > 0:
            reasons[at][asked] = _NUMBER["answered some"]
    return Coverage(found.codes, found.therapies, found.months, reasons, found.rule)
