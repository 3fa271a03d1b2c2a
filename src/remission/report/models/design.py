"""What a model of the report is fitted to: people, whom each group is compared with, covariates, strata."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.exhibits.wording import count, listed
from remission.report.groups import GROUP, GroupBy, Grouping, in_order, label_groups, natural, not_recorded
from remission.report.models.covariates import Asking, covariate_values, number_label, plain_words
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

STRATUM = "stratum"
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
class Design:
    """People with follow-up and a value in every column, in the order of the outcome, as a model takes them.

    `by` is the column that divides people, `groups` all that are compared, the `reference` among them. `people` has
    subject_id, group, stratum (text), entry and exit (days since time began), event and weight. `columns` are those of
    groups, each against the reference, then those of covariates; `values` their numbers by name, each of shape (n,).
    `compared` counts people before those without a covariate were left out; `said` is what must be known of how columns
    were made.
    """

    outcome: Outcome
    people: pl.DataFrame
    groups: tuple[str, ...]
    reference: str | None
    columns: tuple[ModelColumn, ...]
    values: Mapping[str, Floats]
    by: str | None
    adjust: tuple[str, ...]
    strata: tuple[str, ...]
    compared: int
    said: tuple[str, ...]

    @classmethod
    def of(
        cls,
        outcome: Outcome,
        cohort: Cohort,
        group_by: GroupBy = None,
        adjust: Sequence[str] = (),
        strata: Sequence[str] = (),
        *,
        among: Collection[str] | None = None,
        baseline_of: Outcome | None = None,
    ) -> Design:
        """The people of an outcome by group, each to the first event, with the covariates and strata asked for.

        Numbers go in as they are (days of the first symptom as years since then), a category as a column for each
        level but its most frequent one. Whoever has no group takes no part; whoever lacks a covariate or stratum is
        left out, counted and told. `among` keeps only these persons; `baseline_of` is the outcome whose baseline rule
        gives `baseline_edss` (of a part, that of its composite).

        InputProblems with everything that is wrong with what was asked: a column that is not there or not known on day
        zero, that divides people already, that has more than 12 values, that is both covariate and stratum.
        NotEstimable where there are no two groups, or no column, to compare.

        >>> from remission.outcomes.evaluation import evaluate
        >>> from remission.outcomes.load import load_cohort
        >>> cohort = load_cohort("two-arm")
        >>> design = Design.of(evaluate(cohort, "neda-3"), cohort, "arm", ["age_years", "sex"])
        >>> [column.name for column in design.columns], design.people.height
        (['arm: HSCT', 'age_years', 'sex: male'], 196)
        """
        grouping = Grouping.of(group_by)
        asking = Asking(cohort, tuple(adjust), tuple(strata), grouping.column if grouping else None)
        asking.check()
        everybody = _people(outcome.first, cohort, grouping, among)
        known, said = _with_covariates(everybody, asking, baseline_of or outcome)
        made = _Columns(known, asking, grouping)
        made.check()
        kept = known if grouping is None else known.filter(pl.col(GROUP).is_in(made.groups))
        return cls(
            outcome.first,
            kept.select("subject_id", GROUP, STRATUM, "entry", "exit", "event", "weight"),
            made.groups,
            made.reference,
            made.all,
            {column.name: _numbers(kept, column) for column in made.all},
            asking.by,
            tuple(dict.fromkeys(adjust)),
            tuple(dict.fromkeys(strata)),
            everybody.height,
            (*_missing(everybody, known, asking), *said, *made.said),
        )

    @property
    def group_columns(self) -> tuple[ModelColumn, ...]:
        """The columns that compare groups."""
        return tuple(column for column in self.columns if column.source == self.by)

    @property
    def held(self) -> tuple[str, ...]:
        """What is held alike: covariates and strata."""
        return (*self.adjust, *self.strata)

    @property
    def adjusted_for(self) -> str | None:
        """That in words, as Estimates have it; None where nothing is held alike.

        Strata are said to be such, for a model says nothing of them.
        """
        strata = f"strata of {listed(list(self.strata))}" if self.strata else ""
        return ", ".join(filter(None, [*self.adjust, strata])) or None

    @property
    def arrays(self) -> dict[str, Any]:
        """The arguments of `stats.regression.cox.cox`, without what is nothing: late entry, weights, strata."""
        entry, weight = self.people["entry"].to_numpy(), self.people["weight"].to_numpy()
        return {
            "exit": self.people["exit"].to_numpy(),
            "event": self.people["event"].to_numpy(),
            "covariates": self.values,
            "entry": entry if (entry > 0).any() else None,
            "weight": weight if (weight != 1).any() else None,
            "strata": np.asarray(self.people[STRATUM].to_list()) if self.strata else None,
        }

    def crude(self) -> Design:
        """The same people and groups with nothing held alike."""
        groups = self.group_columns
        values = {column.name: self.values[column.name] for column in groups}
        return replace(self, columns=groups, values=values, adjust=(), strata=())

    def events_in(self, group: str) -> tuple[int, int]:
        """Events and persons of one group."""
        mine = self.people.filter(pl.col(GROUP) == group)
        return int(mine["event"].sum()), mine.height


def _people(outcome: Outcome, cohort: Cohort, grouping: Grouping | None, among: Collection[str] | None) -> pl.DataFrame:
    """Those with follow-up who have a group; where people are not divided, all of them."""
    arrays = outcome.arrays()
    spells = outcome.spells.select("subject_id").with_columns(
        pl.Series("entry", arrays.entry), pl.Series("exit", arrays.exit), pl.Series("event", arrays.event),
        pl.Series("weight", arrays.weight),
    )  # fmt: skip
    followed = spells.filter(pl.col("exit") > pl.max_horizontal("entry", 0))
    if among is not None:
        followed = followed.filter(pl.col("subject_id").is_in(list(among)))
    if grouping is None:
        return followed.with_columns(pl.lit(None, pl.String).alias(GROUP))
    labelled = label_groups(cohort, grouping)
    people = followed.join(labelled, on="subject_id", how="left", maintain_order="left")
    return people.filter(pl.col(GROUP) != not_recorded(grouping))


def _with_covariates(
    people: pl.DataFrame, asking: Asking, baseline_of: Outcome
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Those who have every covariate and stratum, with them as columns, and what must be said of these."""
    said = []
    for name in dict.fromkeys((*asking.adjust, *asking.strata)):
        values, about = covariate_values(asking, baseline_of, name)
        people = people.join(values.rename({name: _held(name)}), on="subject_id", how="left", maintain_order="left")
        said += [about] if about else []
    parts = [pl.col(_held(name)).cast(pl.String) for name in dict.fromkeys(asking.strata)]
    stratum = pl.concat_str(parts, separator=", ") if parts else pl.lit(None, pl.String)
    names = [_held(name) for name in (*asking.adjust, *asking.strata)]
    return people.with_columns(stratum.alias(STRATUM)).drop_nulls(list(dict.fromkeys(names))), tuple(said)


def _held(name: str) -> str:
    # A covariate may be called "event" but for its x_; apart from the columns of people whatever it is called.
    return f"held {name}"


def _missing(everybody: pl.DataFrame, known: pl.DataFrame, asking: Asking) -> Iterator[str]:
    """How many were left out for want of a covariate, and of which."""
    left = everybody.height - known.height
    if left:
        lacks = listed(list(dict.fromkeys((*asking.adjust, *asking.strata))))
        are = "is" if left == 1 else "are"
        yield f"{left:,} of {count(everybody.height, 'person')} without {lacks} {are} left out of the adjusted model."


def _numbers(people: pl.DataFrame, column: ModelColumn) -> Floats:
    if column.level is None:
        return people[_held(column.source)].cast(pl.Float64).to_numpy()
    texts = people[GROUP] if _held(column.source) not in people.columns else people[_held(column.source)]
    return (texts == column.level).cast(pl.Float64).to_numpy()


@dataclass(frozen=True, eq=False)
class _Columns:
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
        return (*self._of_groups(), *(one for name in self._varying for one in self._of(name)))

    @property
    def said(self) -> Iterator[str]:
        """What was asked for and is no column."""
        for name in dict.fromkeys(self.asking.adjust):
            if name not in self._varying:
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
    def _varying(self) -> tuple[str, ...]:
        return tuple(name for name in dict.fromkeys(self.asking.adjust) if self.people[_held(name)].n_unique() > 1)

    def _of_groups(self) -> Iterator[ModelColumn]:
        for name in self.groups:
            if self.grouping and self.reference and name != self.reference:
                yield ModelColumn.of_level(self.grouping.column, name, self.reference)

    def _of(self, name: str) -> Iterator[ModelColumn]:
        if self.asking.is_number(name):
            yield ModelColumn(name, number_label(self.asking.cohort, name), name)
            return
        often = self.people[_held(name)].value_counts().rows()
        # The most frequent one is compared with: ratios to a rare level are all imprecise.
        levels = [level for level, _ in sorted(often, key=lambda one: (-one[1], natural(one[0])))]
        yield from (ModelColumn.of_level(name, level, levels[0]) for level in levels[1:])
