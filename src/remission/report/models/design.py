"""What a model of the report is fitted to: people, whom each group is compared with, covariates, strata."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from remission.exhibits.wording import count, listed
from remission.report.groups import GROUP, GroupBy, Grouping, in_order, label_groups, names_of, not_recorded
from remission.report.hazards.model_columns import Floats, ModelColumn, ModelColumns, held_column, numbers_of
from remission.report.hazards.wording import columns_words
from remission.report.models.covariates import Asking, covariate_values

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

STRATUM = "stratum"
ENTERED = "entered"


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
        asking = Asking(cohort, names_of(adjust), names_of(strata), grouping.column if grouping else None)
        asking.check()
        followed = _followed(outcome.first, among)
        everybody = _grouped(followed, cohort, grouping)
        known, said = _with_covariates(everybody, asking, baseline_of or outcome)
        made = ModelColumns(known, asking, grouping)
        made.check()
        kept = known if grouping is None else known.filter(pl.col(GROUP).is_in(made.groups))
        return cls(
            outcome.first,
            kept.select("subject_id", GROUP, STRATUM, "entry", "exit", "event", "weight"),
            made.groups,
            made.reference,
            made.all,
            {column.name: numbers_of(kept, column) for column in made.all},
            asking.by,
            made.varying,
            tuple(dict.fromkeys(asking.strata)),
            everybody.height,
            (*_no_part(followed, everybody, made), *_missing(everybody, known, asking), *said, *made.said),
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
    def population(self) -> str:
        """Of whom it is: all of the groups who entered, or of these the ones who have every column asked for."""
        fewer = ", with every column of the adjusted model" if self.people.height < self.compared else ""
        return f"{ENTERED}{fewer}"

    @property
    def labels(self) -> dict[str, str]:
        """Of which study and whom its rows are, and how the records stand, as Estimates have it."""
        provenance = self.outcome.provenance
        return {"study": provenance.cohort, "population": self.population, "standing": provenance.kind}

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


def _followed(outcome: Outcome, among: Collection[str] | None) -> pl.DataFrame:
    """Those with follow-up, to their first event."""
    arrays = outcome.arrays()
    spells = outcome.spells.select("subject_id").with_columns(
        pl.Series("entry", arrays.entry), pl.Series("exit", arrays.exit), pl.Series("event", arrays.event),
        pl.Series("weight", arrays.weight),
    )  # fmt: skip
    followed = spells.filter(pl.col("exit") > pl.max_horizontal("entry", 0))
    return followed if among is None else followed.filter(pl.col("subject_id").is_in(list(among)))


def _grouped(followed: pl.DataFrame, cohort: Cohort, grouping: Grouping | None) -> pl.DataFrame:
    """Those who have a group; where people are not divided, all of them."""
    if grouping is None:
        return followed.with_columns(pl.lit(None, pl.String).alias(GROUP))
    labelled = label_groups(cohort, grouping)
    people = followed.join(labelled, on="subject_id", how="left", maintain_order="left")
    return people.filter(pl.col(GROUP) != not_recorded(grouping))


def _no_part(followed: pl.DataFrame, everybody: pl.DataFrame, made: ModelColumns) -> Iterator[str]:
    """How many have no group, and which groups have nobody with every covariate."""
    if without := followed.height - everybody.height:
        take = "takes" if without == 1 else "take"
        yield f"{without:,} of {count(followed.height, 'person')} followed, without {made.asking.by}, {take} no part."
    names = in_order(everybody[GROUP], made.grouping) if made.grouping else []
    if lost := [name for name in names if name not in made.groups]:
        yield f"Nobody in {listed(lost)} has every covariate that was asked for: not in the adjusted model."


def _with_covariates(
    people: pl.DataFrame, asking: Asking, baseline_of: Outcome
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Those who have every covariate and stratum, with them as columns, and what must be said of these."""
    said = []
    for name in dict.fromkeys((*asking.adjust, *asking.strata)):
        values, about = covariate_values(asking, baseline_of, name)
        people = people.join(
            values.rename({name: held_column(name)}), on="subject_id", how="left", maintain_order="left"
        )
        said += [about] if about else []
    parts = [pl.col(held_column(name)).cast(pl.String) for name in dict.fromkeys(asking.strata)]
    stratum = pl.concat_str(parts, separator=", ") if parts else pl.lit(None, pl.String)
    names = [held_column(name) for name in (*asking.adjust, *asking.strata)]
    return people.with_columns(stratum.alias(STRATUM)).drop_nulls(list(dict.fromkeys(names))), tuple(said)


def _missing(everybody: pl.DataFrame, known: pl.DataFrame, asking: Asking) -> Iterator[str]:
    """How many were left out for want of a covariate, and of which."""
    left = everybody.height - known.height
    if left:
        lacks = columns_words(list(dict.fromkeys((*asking.adjust, *asking.strata))), "or")
        are = "is" if left == 1 else "are"
        yield f"{left:,} of {count(everybody.height, 'person')} without {lacks} {are} left out of the adjusted model."
