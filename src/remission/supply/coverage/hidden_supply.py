"""How much supply may be hidden: what a trust could be given by homecare of the therapies that do not show there.

Nothing says how much a trust does not show. But where a therapy is seen, its patient-years stand in some ratio to those
of the medicines that only hospitals give; few trusts lie above the 90th percentile of that ratio. So a trust's own
hospital-only patient-years times that ratio, or its own largest year of that therapy if that was more, is taken as the
most that is hidden, for the months in which the therapy is not visible; the least is nothing. A therapy that homecare
may supply is not all seen where it is issued: what the same bound leaves beside what is seen may be hidden there. Where
hospital-only medicines are hidden too (infusions that another supplier took over), their largest year stands for them.
Where nearly all trusts hide a therapy alike, the ratio hides with them: that, nothing here can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from remission.stats.quantiles import estimate_deciles

if TYPE_CHECKING:
    from remission.supply.measures.definitions import Measure
    from remission.supply.measures.monthly import Monthly

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Ratios of trusts that issue less than this a year, of hospital-only medicines, are mostly chance.
LEAST_HOSPITAL_YEARS = 5.0
# Below this number of trusts the largest ratio is taken: a percentile of so few says nothing.
LEAST_TRUSTS = 5


@dataclass(frozen=True)
class Window:
    """Months taken together: how many, and the places of their last months."""

    months: int
    ends: tuple[int, ...]

    @property
    def span(self) -> slice:
        """The months that any of the windows needs."""
        return slice(min(self.ends) + 1 - self.months, max(self.ends) + 1)

    @property
    def within_span(self) -> Window:
        """The same windows, their places counted from the first month of the span."""
        return Window(self.months, tuple(end - self.span.start for end in self.ends))

    def of(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """The months of every window: shape (..., months) to (..., ends, window)."""
        # One window is a plain slice; the strided view of all months would be made for nothing.
        if len(self.ends) == 1:
            last = self.ends[0]
            return values[..., None, last + 1 - self.months : last + 1]
        return sliding_window_view(values, self.months, axis=-1)[..., np.array(self.ends) + 1 - self.months, :]


def yearly(amounts: Floats, reported: Flags, window: Window) -> Floats:
    """Amounts a year from the reported months of each window, shape (..., ends); NaN where nothing was reported.

    amounts: shape (trusts, ..., months); reported: shape (trusts, months).
    """
    # Reports are of trusts and months only: the axes between are filled with ones, so that they hold for each
    # therapy.
    known = reported.reshape(reported.shape[0], *[1] * (amounts.ndim - 2), reported.shape[1])
    # Months without a report are 0 here and left out of the divisor, so a silent month does not lower the rate.
    total = window.of(np.where(known, amounts, 0.0)).sum(axis=-1, dtype=np.float64)
    months = np.broadcast_to(window.of(known).sum(axis=-1), total.shape)
    rate: Floats = np.divide(12 * total, months, out=np.full(total.shape, np.nan), where=months > 0)
    return rate


@dataclass(frozen=True)
class Hidden:
    """The most of each therapy that may be hidden, a year, shape (trusts, therapies, ends).

    `unseen`: in the months in which it is not visible; infinite where nothing bounds it. `most`: beside what is issued
    as well, of therapies that homecare may supply.
    """

    unseen: Floats
    most: Floats


def most_hidden(monthly: Monthly, window: Window, what: str = "patient_years", use: Floats | None = None) -> Hidden:
    """The most of each therapy that may be hidden; `what` names the amounts, which are kept by that name.

    Infinite where nothing bounds it: at a trust without hospital-only issues. A therapy that is seen nowhere in the
    window is bounded by the largest ratio that any trust ever had; one that was never seen anywhere counts nothing
    (see `never_seen`). `use` are other amounts of shape (trusts, therapies, months), such as packs.
    """
    # Each measure at each level asks for the same bound; it is found once for a window and kind of amount.
    key = ("hidden", window, what)
    if key not in monthly.kept:
        amounts = monthly.by_therapy if use is None else use
        monthly.kept[key] = _most_hidden(monthly, window, amounts)
    return monthly.kept[key]  # type: ignore[return-value]


def _most_hidden(monthly: Monthly, window: Window, amounts: Floats) -> Hidden:
    share = _share_of_months(monthly, window, monthly.hidden)
    # Also months in which it is seen: part of what is issued may go by homecare as well.
    in_use = _share_of_months(monthly, window, monthly.hidden | monthly.coverage.are("used"))
    years = yearly(amounts, monthly.reported, window)
    now = _of_others(monthly, yearly(monthly.by_therapy, monthly.reported, window))
    ratio = _ratio_where_seen(monthly, years, now, window)
    # Seen nowhere in this window: the largest ratio of any year is the next that is known.
    ratio = np.where(np.isfinite(ratio), ratio, _largest_ratio(monthly, amounts)[:, None])
    largest = _of_others(monthly, largest_year(monthly, monthly.by_therapy)[..., None])
    # A trust whose infusions moved to another supplier looks small now; its largest year says how large it was.
    hospital = np.where(_hides_hospital(monthly, share), np.maximum(now, largest), now)
    by_ratio = np.where(np.isfinite(ratio), ratio, 0.0) * hospital
    # Or its own largest year, if that was more: what a trust gave once it may be giving still.
    bound = np.maximum(by_ratio, largest_year(monthly, amounts)[..., None])
    # Nothing to multiply, or no ratio: the bound is open, unless nobody ever issued it, of which nothing can be said.
    # Where files leave it out, that nobody is seen to issue it says nothing, and the bound is open after all.
    silent = _never(monthly, amounts)[:, None] & ~(_share_of_months(monthly, window, monthly.coverage.left_out) > 0)
    endless = (share > 0) & ~((hospital > 0) & np.isfinite(ratio)) & ~silent
    # What only hospitals give is all seen where it is issued, so nothing lies beside it.
    beside = np.where(_hospital_only(monthly)[:, None], 0.0, in_use * bound - np.maximum(np.nan_to_num(years), 0.0))
    unseen = np.where(endless, np.inf, share * bound)
    return Hidden(unseen, np.maximum(unseen, beside))


def _share_of_months(monthly: Monthly, window: Window, months: Flags) -> Floats:
    """Share of the reported months that are some of these, shape (trusts, therapies, ends)."""
    some = window.of(months & monthly.reported[:, None, :]).sum(axis=-1)
    every = window.of(monthly.reported).sum(axis=-1)[:, None, :]
    share: Floats = np.divide(some, every, out=np.zeros(some.shape), where=every > 0)
    return share


def _never(monthly: Monthly, amounts: Floats) -> Flags:
    """Therapies of which no trust ever issued an amount, known or not."""
    # An amount in a unit that nobody knows is an issue all the same, though it counts nothing.
    return np.asarray(~((amounts > 0) | monthly.unknown).any(axis=(0, 2)))


def never_seen(monthly: Monthly, measure: Measure) -> tuple[str, ...]:
    """Therapies of a measure that may be supplied and that no trust was ever seen to issue: no figure holds them.

    Of them nothing can be said, not even how much may be hidden: they are in no value and in no interval.
    """
    inside = {one.therapy for one in monthly.medicines if measure.denominator.covers(one)}
    unseen = _never(monthly, monthly.by_therapy) & monthly.hidden.any(axis=(0, 2))
    return tuple(name for name, yes in zip(monthly.therapies, unseen, strict=True) if yes and name in inside)


def _hospital_only(monthly: Monthly) -> Flags:
    return np.array([not monthly.homecare.get(name, False) for name in monthly.therapies], dtype=bool)


def _hides_hospital(monthly: Monthly, share: Floats) -> Flags:
    """Whether another hospital-only therapy is hidden in the window, shape (trusts, therapies, ends)."""
    hidden = (share > 0) & _hospital_only(monthly)[:, None]
    # The sum over all less its own: a therapy must not vouch for itself.
    return np.asarray(hidden.sum(axis=1, keepdims=True) - hidden > 0)


def _of_others(monthly: Monthly, years: Floats) -> Floats:
    """Patient-years a year of the other hospital-only therapies, for each therapy: shape (trusts, therapies, ends)."""
    # More returned than issued would make the others look smaller than nothing.
    counted = np.where(_hospital_only(monthly)[:, None], np.maximum(np.nan_to_num(years), 0.0), 0.0)
    others: Floats = counted.sum(axis=1, keepdims=True) - counted
    return np.maximum(others, 0.0)


def every_year(monthly: Monthly) -> Window:
    """Every twelve months on end, or all months where there are fewer."""
    months = min(12, len(monthly.months))
    return Window(months, tuple(range(months - 1, len(monthly.months))))


def largest_year(monthly: Monthly, amounts: Floats) -> Floats:
    """The most that a trust ever issued in twelve months on end, a year: shape (trusts, ..., months) without months."""
    years = np.nan_to_num(yearly(amounts, monthly.reported, every_year(monthly)))
    largest: Floats = years.max(axis=-1, initial=0.0)
    return largest


def _largest_ratio(monthly: Monthly, amounts: Floats) -> Floats:
    """The largest ratio to hospital-only patient-years that any trust had in any year, of each therapy issued."""
    every = every_year(monthly)
    hospital = _of_others(monthly, yearly(monthly.by_therapy, monthly.reported, every))
    years = np.nan_to_num(yearly(amounts, monthly.reported, every))
    seen = (years > 0) & (hospital >= LEAST_HOSPITAL_YEARS)
    ratio = np.divide(years, hospital, out=np.zeros(years.shape), where=seen)
    # Infinite and not 0 where it was seen nowhere: no ratio is known, which is not a ratio of none.
    return np.where(seen.any(axis=(0, 2)), ratio.max(axis=(0, 2), initial=0.0), np.inf)


def _ratio_where_seen(monthly: Monthly, years: Floats, hospital: Floats, window: Window) -> Floats:
    """90th percentile over trusts of therapy to hospital-only patient-years, shape (therapies, ends)."""
    used = window.of(monthly.coverage.are("used")).sum(axis=-1)
    months = window.of(monthly.reported).sum(axis=-1)[:, None, :]
    # Only trusts that showed it in every reported month: a half that is hidden would make the ratio too small.
    seen = (used > 0) & (used == months) & (hospital >= LEAST_HOSPITAL_YEARS)
    ratio = np.divide(np.maximum(years, 0), hospital, out=np.full(years.shape, np.nan), where=seen)
    trusts = seen.sum(axis=0)
    highest = np.where(seen, ratio, 0.0).max(axis=0, initial=0.0)
    # The ninth of nine deciles, hence place 8 (decision 36).
    ninetieth = estimate_deciles(np.moveaxis(ratio, 0, -1))[..., 8]
    return np.where(trusts >= LEAST_TRUSTS, ninetieth, np.where(trusts > 0, highest, np.inf))
