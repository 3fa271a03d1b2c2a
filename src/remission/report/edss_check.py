"""Visits where the recorded EDSS and the one that follows from the functional systems disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import count
from remission.outcomes.edss import (
    SCORES,
    agreeing_by_coding,
    coding_of,
    derive_edss_from_fs,
    edss_disagreements,
)
from remission.outcomes.files import write_rows
from remission.records.cohort import AmbulationScale

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

# Of so many disagreements nine in ten are nearly all; of fewer a coding may explain them by chance.
FEWEST_TO_EXPLAIN, NEARLY_ALL = 5, 0.9


@dataclass(frozen=True)
class EdssCheck:
    """What was compared, and the visits that disagree.

    `recorded` visits have an EDSS, `compared` of them have functional systems from which one follows; `rows` are those
    where the two differ: subject_id, row_id, day, recorded, computed, difference (points), why. `variant` names the
    rules by which it was computed, `coding` how ambulation was read; `agreeing` counts the visits that agree by each
    coding that they can have.
    """

    rows: pl.DataFrame
    recorded: int
    compared: int
    variant: str
    warning: str
    coding: AmbulationScale = "0-16"
    agreeing: Mapping[AmbulationScale, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was found, with numbers only: no score of a person."""
        if not self.compared:
            return (
                f"Nothing was compared: of {count(self.recorded, 'visit')} with an EDSS none has the functional "
                "systems from which it follows. That is not the same as agreement."
            )
        far = self.rows.filter(pl.col("difference").abs() >= 1).height
        apart = f"Of {count(self.compared, 'visit')} compared, {self.rows.height:,} disagree"
        by = f", {far:,} of them by a point or more" if self.rows.height else ""
        left = self.recorded - self.compared
        not_compared = f" Not compared: {count(left, 'visit')} with an EDSS that could not be computed." if left else ""
        return f"{apart}{by} (rules: {self.variant}).{not_compared}{self._other_coding()}"

    def _other_coding(self) -> str:
        """That another coding of ambulation explains nearly all disagreements, if one does."""
        apart = self.rows.height
        mine = self.agreeing.get(self.coding, 0)
        best = max(self.agreeing, key=lambda coding: self.agreeing[coding], default=self.coding)
        gained = self.agreeing.get(best, 0) - mine
        if apart < FEWEST_TO_EXPLAIN or gained < NEARLY_ALL * apart:
            return ""
        return (
            f" Read in another coding of ambulation ({best}, here {self.coding}) {gained:,} of the {apart:,} would "
            f'agree: if it was coded so, write ambulation_scale = "{best}" in cohort.toml.'
        )


def check_edss(cohort: Cohort, variant: str = "converted") -> EdssCheck:
    """Compare the recorded EDSS of every visit with the one computed from its functional systems and walking.

    A difference is no proof of an error: raters convert and round in several ways, of which `variant` is one.
    NotCollected when there are no visits, InputProblems when a score is out of range or the variant is unknown.

    >>> from remission.outcomes.load import load_cohort
    >>> check_edss(load_cohort("two-arm")).compared
    0
    """
    coding = coding_of(cohort)
    scores = cohort.select("visits", "subject_id", "row_id", "day", "edss", *SCORES)
    visits = derive_edss_from_fs(scores, variant, coding)
    recorded = visits.filter(pl.col("edss").is_not_null())
    apart = edss_disagreements(visits, variant, coding)
    where = visits.select("subject_id", "row_id", "day")
    rows = apart.join(where, on="row_id", how="left", maintain_order="left").select(
        "subject_id",
        "row_id",
        "day",
        "recorded",
        "computed",
        difference=pl.col("recorded") - pl.col("computed"),
        why="why",
    )
    compared = recorded.filter(pl.col("edss_from_fs").is_not_null()).height
    # Looked for only where something is to be explained: each coding is a pass over all visits.
    agreeing = agreeing_by_coding(visits, variant, coding) if rows.height >= FEWEST_TO_EXPLAIN else {}
    return EdssCheck(rows, recorded.height, compared, variant, cohort.provenance.warning, coding, agreeing)


def write_edss_check(found: EdssCheck, cohort: Cohort, path: Path) -> int:
    """Write the visits that disagree as CSV or Parquet, by the file's ending; returns how many rows."""
    return write_rows(found.rows.with_columns(standing=pl.lit(cohort.provenance.kind)), path)
