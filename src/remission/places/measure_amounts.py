"""Monthly amounts of a measure, by trust or area and window: what is counted, the rest, and what may be hidden of both.

An area is the sum of its trusts. Of a trust whose hidden supply nothing bounds, an area's shares know nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from remission.places.hidden_supply import Window, most_hidden
from remission.places.measure_kinds import Amounts
from remission.places.measures import Measure, Selection
from remission.places.monthly import Areas, Monthly

Level = Literal["trust", "icb", "region", "nation"]
LEVELS: tuple[Level, ...] = get_args(Level)
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
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
    def groups(self) -> tuple[str, ...]:
        return self.monthly.codes if self.areas is None else self.areas.codes

    def chosen(self, selection: Selection) -> Flags:
        return np.array([selection.covers(one) for one in self.monthly.medicines], dtype=bool)


def amounts_of(asked: Asked) -> Amounts:
    """Monthly amounts in each window by group: what is counted, the rest, and the most that is hidden of either."""
    measure = asked.measure
    counted, all_of_it = asked.chosen(measure.numerator), asked.chosen(measure.denominator)
    part, rest = _series(asked, counted), _series(asked, all_of_it & ~counted)
    of_part, of_rest, of_all = (
        hidden_of(asked, flags).sum(axis=0) for flags in (counted, all_of_it & ~counted, all_of_it)
    )
    amounts = Amounts(part, rest, of_part, of_rest, of_all, reported=_reported(asked), people=_people(asked))
    if measure.kind == "diversity":
        return replace(amounts, kinds=_by_kind(asked, all_of_it), hidden_kinds=hidden_of(asked, all_of_it))
    if measure.kind == "growth":
        window = Window(asked.window.months, tuple(end - 12 for end in asked.window.ends))
        plain = replace(measure, kind="volume")
        return replace(amounts, earlier=amounts_of(replace(asked, measure=plain, window=window)))
    return amounts


def _series(asked: Asked, products: Flags) -> Floats:
    """Shape (3, groups, ends, window): main, low, high patient-years; of starts, units three times."""
    span = asked.window.span
    if asked.measure.kind == "starts":
        units = asked.monthly.units[..., span][:, products].sum(axis=1)
        return _grouped(asked, np.broadcast_to(units, (3, *units.shape)))
    return _grouped(asked, asked.monthly.patient_years[..., span][:, :, products].sum(axis=2))


def _grouped(asked: Asked, amounts: Floats) -> Floats:
    """Months of each window by group, of amounts in its span; NaN where nobody of a group reported."""
    window = asked.window.within_span
    values = np.where(window.of(asked.monthly.reported[:, asked.window.span]), window.of(amounts), np.nan)
    if asked.areas is None:
        return values
    if asked.measure.kind in MIXES:
        values = np.where(_is_open(asked)[:, :, None], np.nan, values)
    else:
        values = _like_the_others(values)
    matrix = asked.areas.matrix(asked.monthly.codes)
    # Who reported is the same for every factor and therapy.
    known = ~np.isnan(values[(0,) * (values.ndim - 3)])
    anybody = np.tensordot(matrix, known.astype(np.float64), (1, 0)) > 0
    total = np.moveaxis(np.tensordot(np.nan_to_num(values), matrix, (-3, 1)), -1, -3)
    return np.where(anybody, total, np.nan)


def _like_the_others(values: Floats) -> Floats:
    """Months that one trust of an area did not report are taken to be like its others, or totals would dip there."""
    known = ~np.isnan(values)
    months = known.sum(axis=-1, keepdims=True)
    mean = np.nansum(values, axis=-1, keepdims=True) / np.maximum(months, 1)
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


def hidden_of(asked: Asked, products: Flags) -> Floats:
    """The most that is hidden of each of these products' therapies, a year: shape (therapies, groups, ends)."""
    monthly, packs = asked.monthly, None
    what = "patient_years"
    if asked.measure.kind == "starts":
        what, packs = f"units of {asked.measure.name}", monthly.units_by_therapy(products)
    by_trust = most_hidden(monthly, asked.window, what, packs)[:, has_products(asked, products)].swapaxes(0, 1)
    if asked.areas is None:
        return by_trust
    # Infinity times 0 is no number: where the bound is open is added up apart.
    matrix = asked.areas.matrix(monthly.codes)
    total = matrix @ np.where(np.isinf(by_trust), 0.0, by_trust)
    open_ended = matrix @ np.isinf(by_trust).astype(np.float64) > 0
    return np.where(open_ended & (asked.measure.kind not in MIXES), np.inf, total)


def _is_open(asked: Asked) -> Flags:
    """Trusts of which nothing bounds what is hidden, shape (trusts, ends): left out of an area's shares, and unseen."""
    whole = asked.chosen(asked.measure.denominator)
    return np.asarray(np.isinf(hidden_of(replace(asked, level="trust"), whole)).any(axis=0))


def _people(asked: Asked) -> tuple[Floats, Floats, Floats] | None:
    """Persons expected to have MS in each group: main, low, high; NaN where its population is not known."""
    expected = asked.measure.expected
    if expected is None:
        return None
    population = () if asked.areas is None else asked.areas.population
    share = np.array(population or (np.nan,) * len(asked.groups)) / expected.population
    return share * expected.people, share * expected.people_low, share * expected.people_high


def _reported(asked: Asked) -> Floats:
    """Share of a window's trust-months that were reported, shape (groups, ends)."""
    months: Floats = asked.window.of(asked.monthly.reported).mean(axis=-1)
    return months if asked.areas is None else mean_over(asked, months)


def mean_over(asked: Asked, by_trust: Floats) -> Floats:
    assert asked.areas is not None
    matrix = asked.areas.matrix(asked.monthly.codes)
    trusts = matrix.sum(axis=1, keepdims=True)
    empty = np.full((trusts.size, by_trust.shape[1]), np.nan)
    mean: Floats = np.divide(matrix @ by_trust, trusts, out=empty, where=trusts > 0)
    return mean
