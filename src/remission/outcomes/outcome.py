"""The Outcome: when did what happen to whom, with the rows that decided it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.provenance import Provenance
from remission.inputs.tabular import Tabular
from remission.outcomes.definitions.records import REASON_WORDS, Endpoint, values

# Written to files in this order, and joined across parts: a column that is empty for one rule is there all the same.
SPELL_COLUMNS: dict[str, type[pl.DataType]] = {
    "subject_id": pl.String,
    "episode": pl.Int32,
    "origin_day": pl.Int32,
    "entry_day": pl.Int32,
    "exit_day": pl.Int32,
    "event": pl.Boolean,
    "cause": pl.String,
    "also": pl.String,
    "reason": pl.String,
    # Not the exit: between it and the event nobody knows, and interval censoring needs both.
    "last_free_day": pl.Int32,
    "strategy": pl.String,
    "weight": pl.Float64,
    "status": pl.String,
    "relation": pl.String,
    "baseline_row": pl.String,
    "onset_row": pl.String,
    "confirmation_row": pl.String,
    "relapse_row": pl.String,
    "scan_row": pl.String,
    "treatment_row": pl.String,
    "course_row": pl.String,
}


# Values that every endpoint has and that decide whom it cannot follow, as `Rule.excludes` has those of one rule.
EXCLUDES = {"no-origin": ("origin_event",), "event-before-entry": ("origin_day",)}


class NotFollowed(NamedTuple):
    """How many who entered were not followed for an endpoint, why, and the values of its definition that decide it."""

    persons: int
    why: str
    keys: tuple[str, ...]

    @property
    def said(self) -> str:
        """All of it in words.

        >>> NotFollowed(2, "no usable baseline", ("baseline.to_day = 0",)).said
        '2 with no usable baseline (decided by baseline.to_day = 0)'
        """
        return f"{self.persons:,} {self.because}"

    @property
    def because(self) -> str:
        """The reason and what decides it, in words."""
        decided = f" (decided by {' and '.join(self.keys)})" if self.keys else ""
        return f"with {self.why}{decided}"


class SpellArrays(NamedTuple):
    """What estimators take: days since the origin and flags, each of shape (n,)."""

    entry: NDArray[np.int32]
    exit: NDArray[np.int32]
    event: NDArray[np.bool_]
    weight: NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Outcome(Tabular):
    """One endpoint evaluated on one cohort: a row of `spells` for each subject who entered, or for each episode of it.

    A spell runs from `entry_day` to `exit_day` (at risk on the days after entry, exit included); it ends with `event`
    and its `cause` (`also` names other causes of the same day), or with the `reason` of its censoring.
    `last_free_day` is the last day on which the subject was still known to be free of it. The `*_row` columns name
    the rows of the cohort that decided; `status` says whether the event was confirmed, or nothing could be said, and
    `relation` how it stands to relapses. A composite carries the Outcome of each of its parts.
    """

    endpoint: Endpoint
    spells: pl.DataFrame
    provenance: Provenance
    parts: tuple[Outcome, ...] = ()

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.endpoint.name

    @property
    def first(self) -> Outcome:
        """Everybody's time to the first event only: what a curve of an endpoint that recurs is drawn from."""
        return replace(self, spells=self.spells.filter(episode=1)) if self.endpoint.recurs else self

    def part(self, name: str) -> Outcome:
        """The outcome of one part of a composite; KeyError names those there are."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(f"{self.name} has no part {name}; it has {[part.name for part in self.parts]}")

    def not_followed(self, spells: pl.DataFrame | None = None) -> list[NotFollowed]:
        """Why some who entered (or some of these spells) were not followed, the most frequent reason first.

        >>> from remission.outcomes.load import load_cohort
        >>> from remission.outcomes.evaluation import evaluate
        >>> evaluate(load_cohort("halt-ms"), "halt-ms-efs").not_followed()
        []
        """
        frame = self.spells if spells is None else spells
        out = frame.filter(pl.col("exit_day") <= pl.col("entry_day"), pl.col("episode") == 1)
        counted = out.group_by("reason").len().sort("len", "reason", descending=[True, False]).rows()
        return [NotFollowed(many, REASON_WORDS[reason], _deciding(self.endpoint, reason)) for reason, many in counted]

    def arrays(self, spells: pl.DataFrame | None = None) -> SpellArrays:
        """Days since the origin and flags of the spells (or of some of them), as estimators take them."""
        frame = self.spells if spells is None else spells
        # Estimators count from the origin; frames keep days since day zero, by which a person's rows can be found
        # again.
        days = frame.select(
            entry=pl.col("entry_day") - pl.col("origin_day"), exit=pl.col("exit_day") - pl.col("origin_day")
        )
        return SpellArrays(
            days["entry"].to_numpy(), days["exit"].to_numpy(), frame["event"].to_numpy(), frame["weight"].to_numpy()
        )

    @property
    def said(self) -> str:
        """Which endpoint in which cohort, with the numbers of persons and events.

        >>> from remission.outcomes.load import load_cohort
        >>> from remission.outcomes.evaluation import evaluate
        >>> evaluate(load_cohort("halt-ms"), "halt-ms-efs")
        Outcome(halt-ms-efs in halt-ms: 24 persons, 7 events. RECONSTRUCTED from published estimates: not trial data)
        """
        counted = f"{self.spells['subject_id'].n_unique():,} persons, {int(self.spells['event'].sum()):,} events"
        return self._in_cohort(self.endpoint.name, self.provenance, counted)

    def _rows(self) -> pl.DataFrame:
        return self.spells


def _deciding(endpoint: Endpoint, reason: str) -> tuple[str, ...]:
    """Names and values that decide on this reason; those of a part with the name of the part."""
    keys = [_key(endpoint, name, "") for name in EXCLUDES.get(reason, ())]
    for one in endpoint.parts or (endpoint,):
        of = f" of {one.name}" if endpoint.parts else ""
        keys += [_key(one, f"{one.rule}.{name}", of) for name in one.record.excludes.get(reason, ())]
    return tuple(keys)


def _key(endpoint: Endpoint, name: str, of: str) -> str:
    value = values(endpoint)[name]
    return f"{name} = {'any' if value is None else value}{of}"
