"""Where nobody, or hardly anybody, followed one of the strategies: strata by each covariate, and chances by propensity.

A propensity over all covariates says how many there are; strata say who they are, in words that somebody can act on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.report.hazards.model_columns import held_column
from remission.report.models.covariates import number_label, plain_words

if TYPE_CHECKING:
    from remission.comparison.design.emulated import Emulated
    from remission.stats.propensity.logistic import Flags, Propensity

# A stratum of fewer people may lack a strategy by chance.
FEWEST_IN_STRATUM = 5
PARTS = 3
# Whoever had so small a chance of one of the strategies weighs much, or is like nobody.
SMALL_CHANCE = 0.025
MOST_NAMED = 3


@dataclass(frozen=True)
class Stratum:
    """People alike in one covariate, and how many of them followed either strategy.

    `rows` are people, in a sequence their trials: `first` of them followed the first strategy. `unlikely` had a chance
    under 2.5 % of one of the strategies.
    """

    words: str
    people: int
    rows: int
    first: int
    names: tuple[str, str]
    unlikely: int = 0

    @property
    def rarer(self) -> tuple[str, int]:
        """The strategy that fewer followed, and how many did."""
        return (self.names[0], self.first) if self.first <= self.rows / 2 else (self.names[1], self.rows - self.first)

    @property
    def is_empty(self) -> bool:
        """Did nobody follow one of the strategies? Then nothing can be known of it there."""
        return self.rarer[1] == 0

    @property
    def is_nearly_empty(self) -> bool:
        """Did some follow both strategies, but fewer than 2.5 % one of them?"""
        return 0 < self.rarer[1] < SMALL_CHANCE * self.rows

    @property
    def only(self) -> str:
        """The strategy that all, or most, followed."""
        return self.names[1] if self.rarer[0] == self.names[0] else self.names[0]

    @property
    def unlikely_share(self) -> float:
        """Of its rows, the share with a chance under 2.5 % of one of the strategies."""
        return self.unlikely / self.rows


def strata_of(emulated: Emulated, propensity: Propensity | None = None) -> tuple[Stratum, ...]:
    """Every stratum of five people or more: of a number its thirds, of a text its values.

    propensity: of all rows of `emulated.people`, for `unlikely`; 0 without one. Who lacks a covariate is in no stratum
    of it.
    """
    people = emulated.people
    rare = np.zeros(people.height, np.bool_) if propensity is None else has_small_chance(propensity)
    told = people.with_columns(unlikely=pl.Series(rare))
    found: list[Stratum] = []
    for name in emulated.design.assignment.covariates:
        known = told.drop_nulls(held_column(name))
        for words, inside in _parts(known[held_column(name)], _title(emulated, name)):
            there = known.filter(inside)
            if there.height >= FEWEST_IN_STRATUM:
                found.append(Stratum(
                    words, there["subject_id"].n_unique(), there.height, int(there["treated"].sum()), emulated.names,
                    int(there["unlikely"].sum()),
                ))  # fmt: skip
    return tuple(found)


def empty_strata(emulated: Emulated) -> tuple[Stratum, ...]:
    """Every stratum of five people or more in which nobody followed one of the two strategies."""
    return tuple(one for one in strata_of(emulated) if one.is_empty)


def where_unlikely(strata: tuple[Stratum, ...], overall: float) -> tuple[Stratum, ...]:
    """Up to three strata in which a chance under 2.5 % is commonest, and commoner than `overall`; commonest first."""
    more = [one for one in strata if one.unlikely_share > overall and not one.is_empty]
    return tuple(sorted(more, key=lambda one: -one.unlikely_share)[:MOST_NAMED])


def has_small_chance(propensity: Propensity) -> Flags:
    """Who had a chance under 2.5 % of one of the strategies, shape (n,)."""
    return np.asarray(np.minimum(propensity.scores, 1 - propensity.scores) < SMALL_CHANCE)


def _title(emulated: Emulated, name: str) -> str:
    """What a covariate is, in words."""
    if emulated.people[held_column(name)].dtype.is_numeric():
        said = number_label(emulated.cohort, name).rpartition(", per ")[0]
        return said[:1].upper() + said[1:]
    return plain_words(name)


def _parts(values: pl.Series, title: str) -> Iterator[tuple[str, pl.Series]]:
    """Each stratum in words and who is in it, shape (n,)."""
    if not values.dtype.is_numeric():
        for value in sorted(values.unique().to_list()):
            yield f"{title}: {value}", values == value
        return
    cuts = [float(one) for one in np.quantile(values.to_numpy(), np.arange(1, PARTS) / PARTS)]
    for low, high in itertools.pairwise([-np.inf, *sorted(set(cuts)), np.inf]):
        inside = (values > low) & (values <= high)
        yield f"{title}: {_limits(low, high, values.filter(inside))}", inside


def _limits(low: float, high: float, inside: pl.Series) -> str:
    """The limits of a third in words; where all in it have one value, that."""
    if inside.n_unique() == 1:
        return f"{inside[0]:.4g}"
    said = [f"above {low:.4g}"] if low > -np.inf else []
    return ", ".join(said + ([f"up to {high:.4g}"] if high < np.inf else []))
