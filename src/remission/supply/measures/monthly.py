"""The monthly cube: what every trust issued of every product in every month, as arrays that any view is a slice of.

It is made once from the built frames, with coverage; then a measure at a window, for all trusts, is a sum over a few
products and twelve months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.places.areas import Areas
from remission.supply.coverage.month_arrays import scatter
from remission.supply.coverage.states import Coverage
from remission.supply.medicines.medicines import Medicine
from remission.supply.rows import standing_of

if TYPE_CHECKING:
    from remission.supply.coverage.reasons import Supply

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# The order of the first axis of `patient_years`: main, smallest and largest patient-years that the units can mean.
FACTORS = ("patient_years", "patient_years_low", "patient_years_high")


@dataclass(frozen=True, eq=False)
class Monthly:
    """Every trust that ever issued an MS medicine, by product and month, with what can be seen of it.

    `patient_years` has shape (3, trusts, products, months), in the order of `FACTORS`; `units` (vials, syringes,
    tablets) lacks the first axis. `unknown`, shape (trusts, therapies, months), is where an amount was issued in a unit
    that is not the product's own and so counts nothing. `coverage` has the same trusts and months. `areas` are those of
    each level.
    """

    medicines: tuple[Medicine, ...]
    patient_years: Floats
    units: Floats
    coverage: Coverage
    homecare: Mapping[str, bool]
    areas: Mapping[str, Areas]
    standing: str
    unknown: Flags
    kept: dict[object, object] = field(default_factory=dict, repr=False)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the trusts, in order."""
        return self.coverage.codes

    @property
    def months(self) -> tuple[date, ...]:
        """Every month, in order, without a gap."""
        return self.coverage.months

    @property
    def therapies(self) -> tuple[str, ...]:
        """The therapies that coverage is known of."""
        return self.coverage.therapies

    @cached_property
    def reported(self) -> Flags:
        """Whether each trust reported, shape (trusts, months)."""
        # A report is of the whole trust: where it is missing for one therapy it is for all.
        return np.asarray(~self.coverage.are("not reported").any(axis=1))

    @cached_property
    def whole(self) -> Flags:
        """Whether everything that a trust issued in a month is known as far as it shows, shape (trusts, months).

        It is not where an amount has a unit that nobody can turn into patient-years, or the file is an extract.
        """
        return np.asarray(self.reported & ~(self.unknown | self.coverage.left_out).any(axis=1))

    @cached_property
    def hidden(self) -> Flags:
        """Months in which supply may not be in the amounts: hidden, or of an amount that is not known."""
        return np.asarray(self.coverage.hidden | (self.unknown & self.reported[:, None, :]))

    @cached_property
    def by_therapy(self) -> Floats:
        """Patient-years of each therapy, shape (trusts, therapies, months)."""
        return self._of_therapies(self.patient_years[0], np.ones(len(self.medicines), dtype=bool))

    def units_by_therapy(self, products: Flags) -> Floats:
        """Units of some of the products, by their therapy: shape (trusts, therapies, months)."""
        return self._of_therapies(self.units, products)

    def _of_therapies(self, amounts: Floats, products: Flags) -> Floats:
        names = np.array([one.therapy for one in self.medicines])
        return np.stack([amounts[:, products & (names == name)].sum(axis=1) for name in self.therapies], axis=1)


def prepare_monthly(
    issued: pl.DataFrame,
    coverage: Coverage,
    medicines: Sequence[Medicine],
    supplies: Sequence[Supply],
    areas: Mapping[str, Areas],
) -> Monthly:
    """The cube of an atlas.

    issued: month, code (as now), product, therapy, units, standing, and patient_years with its _low and _high.
    Trusts that never issued any of the medicines are left out: of them there is nothing to compare. Nothing that was
    issued is lost on the way: ValueError for a product that is none of the medicines, a month or code without coverage.
    """
    # Before anything is laid out: rows on no axis are left out in silence by `scatter`.
    _check_known(issued, coverage, medicines)
    ever = frozenset(issued["code"].unique())
    kept = _only(coverage, [place for place, code in enumerate(coverage.codes) if code in ever])
    products = tuple(one.product for one in medicines)
    axes: dict[str, Sequence[object]] = {"code": kept.codes, "product": products, "month": kept.months}
    years = np.stack([scatter(issued, axes, column) for column in FACTORS])
    by_homecare = {supply.therapy: supply.by_homecare for supply in supplies}
    units = scatter(issued, axes, "units")
    # An amount in a unit that is not the product's own counts nothing and is no zero: it may hide supply.
    blank = issued.filter(pl.any_horizontal(pl.col(column).is_null() for column in FACTORS)).with_columns(one=1)
    unknown = scatter(blank, {"code": kept.codes, "therapy": kept.therapies, "month": kept.months}, "one") > 0
    standing = standing_of(issued)
    return Monthly(tuple(medicines), years, units, kept, by_homecare, areas, standing, unknown)


def _check_known(issued: pl.DataFrame, coverage: Coverage, medicines: Sequence[Medicine]) -> None:
    known = {"product": [one.product for one in medicines], "code": coverage.codes, "month": coverage.months}
    for column, values in known.items():
        if unknown := sorted(set(issued[column].unique()) - set(values)):
            raise ValueError(f"issued rows of an unknown {column}: {', '.join(map(str, unknown[:5]))}")


def _only(coverage: Coverage, places: list[int]) -> Coverage:
    codes = tuple(coverage.codes[place] for place in places)
    return replace(coverage, codes=codes, reasons=coverage.reasons[places])
