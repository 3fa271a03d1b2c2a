"""The columns of a model: groups against their reference, numbers as they are, categories level by level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.report.groups import GROUP, Grouping, in_order, natural
from remission.report.models.covariates import Asking, number_label, plain_words
from remission.stats.regression.refusals import NotEstimable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ModelColumn:
    """One column of a model: its name there, its words in a table, the column of the records that it comes from.

    Of a category it is one level, 1 where somebody has it and 0 otherwise, against another.
    """

    name: str
    label: str
    source: str
    level: str | None = None
    against: str | None = None

    @classmethod
    def of_level(cls, source: str, level: str, against: str) -> ModelColumn:
        """One level of a category against another.

        >>> ModelColumn.of_level("sex", "male", "female").label
        'Sex: male against female'
        """
        label = f"{plain_words(source)}: {level} against {against}"
        return cls(f"{source}: {level}", label, source, level, against)


@dataclass(frozen=True, eq=False)
class ModelColumns:
    """The columns of a model of these people, who all have a value of everything."""

    people: pl.DataFrame
    asking: Asking
    grouping: Grouping | None

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Those with anybody in them, in order."""
        return tuple(in_order(self.people[GROUP], self.grouping)) if self.grouping else ()

    @property
    def reference(self) -> str | None:
        """The group that the others are compared with."""
        return self.grouping.first_of(self.groups) if self.grouping else None

    @property
    def all(self) -> tuple[ModelColumn, ...]:
        """Groups first, then covariates."""
        return (*self._of_groups(), *(one for name in self.varying for one in self._of(name)))

    @property
    def said(self) -> Iterator[str]:
        """What was asked for and is no column."""
        for name in dict.fromkeys(self.asking.adjust):
            if name not in self.varying:
                yield f"{name} is the same in everybody compared, so there is nothing to adjust for."

    def check(self) -> None:
        """NotEstimable where nothing would be compared."""
        if self.grouping is not None and (len(self.groups) < 2 or self.reference is None):
            asked = self.grouping.reference
            whom = asked if asked and asked not in self.groups else "more than one group"
            why = "was followed and has every covariate that was asked for" if self.asking.adjust else "was followed"
            raise NotEstimable([f"nobody in {whom} {why}: there is nothing to compare"])
        if not self.all:
            raise NotEstimable(["no column differs between people: there is nothing to compare"])

    @cached_property
    def varying(self) -> tuple[str, ...]:
        """The covariates that differ between people: no model adjusts for another."""
        return tuple(
            name
            for name in dict.fromkeys(self.asking.adjust)
            if self.people[held_column(name)].drop_nulls().n_unique() > 1
        )

    def _of_groups(self) -> Iterator[ModelColumn]:
        for name in self.groups:
            if self.grouping and self.reference and name != self.reference:
                yield ModelColumn.of_level(self.grouping.column, name, self.reference)

    def _of(self, name: str) -> Iterator[ModelColumn]:
        if self.asking.is_number(name):
            yield ModelColumn(name, number_label(self.asking.cohort, name), name)
            return
        often = self.people[held_column(name)].drop_nulls().value_counts().rows()
        # The most frequent one is compared with: ratios to a rare level are all imprecise.
        levels = [level for level, _ in sorted(often, key=lambda one: (-one[1], natural(one[0])))]
        yield from (ModelColumn.of_level(name, level, levels[0]) for level in levels[1:])


def numbers_of(people: pl.DataFrame, column: ModelColumn) -> Floats:
    """A column of these people as numbers, shape (n,)."""
    if column.level is None:
        return people[held_column(column.source)].cast(pl.Float64).to_numpy()
    texts = people[GROUP] if held_column(column.source) not in people.columns else people[held_column(column.source)]
    return (texts == column.level).cast(pl.Float64).to_numpy()


def held_column(name: str) -> str:
    """The name of a covariate beside those that people have already."""
    # A covariate may be called "event" but for its x_; apart from the columns of people whatever it is called.
    return f"held {name}"
