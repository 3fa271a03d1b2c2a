"""Monthly amounts of a measure, by trust or area and window: what is counted, the rest, and what may be hidden of both.

An area is the sum of its trusts, each of the weight of its largest year: a large trust that is silent is missed by more
than a small one. Of a trust whose hidden supply nothing bounds, an area's shares know nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from remission.supply.coverage.hidden_supply import Window, largest_year, most_hidden, yearly
from remission.supply.measures.definitions import Measure, Selection
from remission.supply.measures.kinds import Amounts
from remission.supply.measures.monthly import Monthly

if TYPE_CHECKING:
    from remission.places.areas import Areas

Level = Literal["trust", "icb", "region", "nation"]
LEVELS: tuple[Level, ...] = get_args(Level)
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# Parts of a whole: where a trust is missing they are those of the others, while a total would be too small.
MIXES = ("share", "uptake", "diversity")


@dataclass(frozen=True)
class Asked:
    """A measure at a level: the window, which products are counted, and how trusts make up areas (None: trusts)."""

    monthly: Monthly
    measure: Measure
    level: Level
    window: Window

    @property
    def areas(self) -> Areas | None:
        return None if self.level == "trust" else self.monthly.areas[self.level]

    @property
    def of_areas_total(self) -> bool:
        """A total of an area lacks what its trusts did not report; a share is that of those that did."""
        return self.areas is not None and self.measure.kind not in MIXES

    @property
    def groups(self) -> tuple[str, ...]:
        return self.monthly.codes if self.areas is None else self.areas.codes

    def chosen(self, selection: Selection) -> Flags:
        return np.array([selection.covers(one) for one in self.monthly.medicines], dtype=bool)


def amounts_of(asked: Asked) -> Amounts:
    """Monthly amounts in each window by group: what is counted, the rest, and the most that is hidden of either."""
    measure = asked.measure
    counted, all_of_it = asked.chosen(measure.numerator), asked.chosen(measure.denominator)
    # The rest and not the whole, so that an interval can move one of the two at a time.
    part, rest = _series(asked, counted), _series(asked, all_of_it & ~counted)
    of_part, of_rest = (hidden_of(asked, flags).sum(axis=0) for flags in (counted, all_of_it & ~counted))
    unseen = hidden_of(asked, all_of_it, unseen=True).sum(axis=0)
    if asked.of_areas_total:
        of_part = of_part + _unreported(asked)
    amounts = Amounts(
        part,
        rest,
        hidden_part=of_part,
        hidden_rest=of_rest,
        unseen=unseen,
        reported=_reported(asked),
        people=_people(asked),
        totals_of_areas=asked.of_areas_total,
    )
    if measure.kind == "diversity":
        return replace(amounts, kinds=_by_kind(asked, all_of_it), hidden_kinds=hidden_of(asked, all_of_it))
    if measure.kind == "growth":
        # Growth compares with the same months a year before, as a volume: issues follow the calendar.
        window = Window(asked.window.months, tuple(end - 12 for end in asked.window.ends))
        plain = replace(measure, kind="volume")
        return replace(amounts, earlier=amounts_of(replace(asked, measure=plain, window=window)))
    return amounts


def _series(asked: Asked, products: Flags) -> Floats:
    """Shape (3, groups, ends, window): main, low, high patient-years; of starts, units three times."""
    span = asked.window.span
    if asked.measure.kind == "starts":
        # Units three times: packs have no range of a factor, and whoever reads this need not know.
        units = asked.monthly.units[..., span][:, products].sum(axis=1)
        return _grouped(asked, np.broadcast_to(units, (3, *units.shape)))
    return _grouped(asked, asked.monthly.patient_years[..., span][:, :, products].sum(axis=2))


def _grouped(asked: Asked, amounts: Floats) -> Floats:
    """Months of each window by group, of amounts in its span; NaN where nobody of a group reported."""
    window = asked.window.within_span
    # NaN and not 0 where nobody reported: a zero would be averaged.
    values = np.where(window.of(asked.monthly.reported[:, asked.window.span]), window.of(amounts), np.nan)
    if asked.areas is None:
        return values
    if asked.measure.kind in MIXES:
        # A trust with an open bound would make every share of its area 0 to 1; it is left out, and counts as unseen.
        values = np.where(_is_open(asked)[:, :, None], np.nan, values)
    else:
        values = _like_the_others(values)
    matrix = asked.areas.matrix(asked.monthly.codes)
    # Who reported is the same for every factor and therapy.
    known = ~np.isnan(values[(0,) * (values.ndim - 3)])
    anybody = np.tensordot(matrix, known.astype(np.float64), (1, 0)) > 0
    total = np.moveaxis(np.tensordot(np.where(np.isnan(values), 0.0, values), matrix, (-3, 1)), -1, -3)
    return np.where(anybody, total, np.nan)


def _like_the_others(values: Floats) -> Floats:
    """Months that one trust of an area did not report are taken to be like its others, or totals would dip there."""
    known = ~np.isnan(values)
    months = known.sum(axis=-1, keepdims=True)
    mean = np.nansum(values, axis=-1, keepdims=True) / np.maximum(months, 1)
    # Of its own mean in the window; a trust that reported nothing at all has none, and is bounded apart
    # (`_unreported`).
    return np.where(known, values, np.where(months > 0, mean, np.nan))


def _by_kind(asked: Asked, products: Flags) -> Floats:
    """Patient-years of each therapy, shape (3, therapies, groups, ends, window)."""
    monthly = asked.monthly
    names = np.array([one.therapy if yes else "" for one, yes in zip(monthly.medicines, products, strict=True)])
    by_product = monthly.patient_years[..., asked.window.span]
    years = [
        by_product[:, :, names == name].sum(axis=2)
        for name in np.array(monthly.therapies)[has_products(asked, products)]
    ]
    return _grouped(asked, np.stack(years, axis=1))


def has_products(asked: Asked, products: Flags) -> Flags:
    """Which therapies the products belong to."""
    inside = {one.therapy for one, yes in zip(asked.monthly.medicines, products, strict=True) if yes}
    return np.array([name in inside for name in asked.monthly.therapies], dtype=bool)


def hidden_of(asked: Asked, products: Flags, *, unseen: bool = False) -> Floats:
    """The most that is hidden of each of these products' therapies, a year: shape (therapies, groups, ends).

    unseen: only in months in which they are not visible, and not beside what is issued.
    """
    monthly, packs = asked.monthly, None
    what = "patient_years"
    # By the name of the measure, for packs of one measure are not those of another, and the bound is kept by this
    # word.
    if asked.measure.kind == "starts":
        what, packs = f"units of {asked.measure.name}", monthly.units_by_therapy(products)
    hidden = most_hidden(monthly, asked.window, what, packs)
    by_trust = (hidden.unseen if unseen else hidden.most)[:, has_products(asked, products)].swapaxes(0, 1)
    if asked.measure.only_seen:
        by_trust = np.zeros_like(by_trust)
    if asked.areas is None:
        return by_trust
    # Infinity times 0 is no number: where the bound is open is added up apart.
    matrix = asked.areas.matrix(monthly.codes)
    total = matrix @ np.where(np.isinf(by_trust), 0.0, by_trust)
    open_ended = matrix @ np.isinf(by_trust).astype(np.float64) > 0
    # Shares leave such trusts out, so nothing of their area is open because of them.
    return np.where(open_ended & (asked.measure.kind not in MIXES), np.inf, total)


def _seen_and_largest(asked: Asked) -> tuple[Floats, Floats]:
    """What each trust is seen to issue in a window and at most ever, a year, all kinds together: (trusts, ends)."""
    products = asked.chosen(asked.measure.denominator)
    amounts = asked.monthly.units if asked.measure.kind == "starts" else asked.monthly.patient_years[0]
    whole = amounts[:, products].sum(axis=1)
    seen = np.maximum(np.nan_to_num(yearly(whole, asked.monthly.reported, asked.window)), 0.0)
    # A window can hold more than any twelve months, where it is shorter.
    return seen, np.maximum(largest_year(asked.monthly, whole)[:, None], seen)


def weights(asked: Asked) -> Floats:
    """Part of each trust in its area, shape (areas, trusts, ends); alike where none issued.

    By its largest year, or by what is seen with what may be hidden where that is more: of a trust that homecare always
    supplied no year shows how large it is.
    """
    assert asked.areas is not None
    inside = asked.areas.matrix(asked.monthly.codes)[:, :, None]
    seen, largest = _seen_and_largest(asked)
    unseen = hidden_of(replace(asked, level="trust"), asked.chosen(asked.measure.denominator), unseen=True).sum(axis=0)
    weight = inside * np.maximum(largest, seen + np.where(np.isinf(unseen), 0.0, unseen))
    # An area in which nobody issued anything weighs its trusts alike, for a weight of 0 would make them all unseen.
    weight = np.where(weight.sum(axis=1, keepdims=True) > 0, weight, inside)
    total = weight.sum(axis=1, keepdims=True)
    part: Floats = np.divide(weight, total, out=np.zeros(weight.shape), where=total > 0)
    return part


def _unreported(asked: Asked) -> Floats:
    """The most that the unreported months of an area's trusts hold beyond what is seen of them, a year."""
    assert asked.areas is not None
    seen, largest = _seen_and_largest(asked)
    missing = 1 - asked.window.of(asked.monthly.reported).mean(axis=-1)
    total: Floats = asked.areas.matrix(asked.monthly.codes) @ (missing * (largest - seen))
    return total


def _is_open(asked: Asked) -> Flags:
    """Trusts of which nothing bounds what is hidden, shape (trusts, ends): left out of an area's shares, and unseen.

    Of a share of what is seen alone: those that show nothing of what is counted, though they may supply it.
    """
    if asked.measure.only_seen:
        return _shows_nothing(asked)
    whole = asked.chosen(asked.measure.denominator)
    return np.asarray(np.isinf(hidden_of(replace(asked, level="trust"), whole)).any(axis=0))


def _shows_nothing(asked: Asked) -> Flags:
    """Trusts that issue nothing of what is counted in a window in which it may be hidden, shape (trusts, ends)."""
    monthly, counted = asked.monthly, asked.chosen(asked.measure.numerator)
    shown = yearly(monthly.patient_years[0][:, counted].sum(axis=1), monthly.reported, asked.window)
    hidden = np.asarray(monthly.hidden[:, has_products(asked, counted)].any(axis=1))
    return np.asarray(~(np.nan_to_num(shown) > 0) & asked.window.of(hidden).any(axis=-1), dtype=bool)


def leaves_out(asked: Asked) -> Flags:
    """Areas of which some trust is left out of the sums, shape (groups, ends): the sums are then not the area's."""
    if asked.areas is None or asked.measure.kind not in MIXES:
        return np.zeros((len(asked.groups), len(asked.window.ends)), dtype=bool)
    return np.asarray(asked.areas.matrix(asked.monthly.codes) @ _is_open(asked).astype(np.float64) > 0)


def _people(asked: Asked) -> tuple[Floats, Floats, Floats] | None:
    """Persons expected to have MS in each group: main, low, high; NaN where its population is not known."""
    expected = asked.measure.expected
    if expected is None:
        return None
    # Populations are published of areas and not of trusts: there is no number of persons by trust to divide by.
    population = () if asked.areas is None else asked.areas.population
    share = np.array(population or (np.nan,) * len(asked.groups)) / expected.population
    return share * expected.people, share * expected.people_low, share * expected.people_high


def _reported(asked: Asked) -> Floats:
    """Share of a window's trust-months that were reported, shape (groups, ends)."""
    months: Floats = asked.window.of(asked.monthly.reported).mean(axis=-1)
    if asked.areas is None:
        return months
    matrix = asked.areas.matrix(asked.monthly.codes)
    # An area without a trust has no months at all: NaN, which is not the same as 0 reported.
    trusts = matrix.sum(axis=1, keepdims=True)
    empty = np.full((trusts.size, months.shape[1]), np.nan)
    mean: Floats = np.divide(matrix @ months, trusts, out=empty, where=trusts > 0)
    return mean
