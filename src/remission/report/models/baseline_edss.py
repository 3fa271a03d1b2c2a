"""The EDSS that a model holds alike: the score at the visit which the definition itself takes for its baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.evaluation import evaluate
from remission.report.edss_scores import baseline_scores, usable_scores

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

BASELINE_EDSS = "baseline_edss"
THE_DEFINITIONS = "EDSS at baseline is the score at the visit that the definition takes for its baseline."


@dataclass(frozen=True, eq=False)
class BaselineEdss:
    """Columns subject_id and baseline_edss of those who have one, and by whose rule it was chosen, in words."""

    scores: pl.DataFrame
    said: str

    @classmethod
    def of(cls, outcome: Outcome, cohort: Cohort) -> BaselineEdss:
        """By the rule of the endpoint, or of the part of it that looks for a change in EDSS; else up to day zero.

        Where the baseline of the rule moves it is the first one, for later ones are known to those only who changed.
        InputProblems where the rule looks for its baseline after time has begun.
        """
        part = next((one for one in (outcome, *outcome.parts) if _looks_at_edss(one)), None)
        if part is None:
            scores = baseline_scores(usable_scores(cohort)).rename({"baseline": BASELINE_EDSS})
            return cls(scores, "EDSS at baseline is the last score up to day zero, for the endpoint has no baseline.")
        first = _with_first_baseline(part, cohort)
        visits = cohort.select("visits", "row_id", "day", "edss").rename({"row_id": "baseline_row"})
        found = first.spells.filter(episode=1).join(visits, on="baseline_row", how="inner", maintain_order="left")
        _check_in_time(part, found)
        scores = found.select("subject_id", pl.col("edss").alias(BASELINE_EDSS)).drop_nulls()
        return cls(scores, THE_DEFINITIONS)


def _looks_at_edss(outcome: Outcome) -> bool:
    rule = outcome.endpoint.of(Progression)
    return rule is not None and rule.measure == "edss"


def _with_first_baseline(part: Outcome, cohort: Cohort) -> Outcome:
    """The part as it is where its baseline stays; else evaluated once more with a baseline that does."""
    rule = part.endpoint.of(Progression)
    assert rule is not None
    if rule.baseline.moves == "fixed" and rule.baseline.moves_after_relapse_days is None:
        return part
    stays = replace(rule.baseline, moves="fixed", moves_after_relapse_days=None, never_better=False)
    return evaluate(cohort, replace(part.endpoint, record=replace(rule, baseline=stays)))


def without_scores(cohort: Cohort) -> Problem | None:
    """What is wrong where somebody asks for an EDSS at baseline and none was collected; None where some was."""
    if cohort.collected("visits") and cohort.select("visits", "edss")["edss"].count():
        return None
    found, allowed = "no EDSS score in this cohort", f"scores, for {BASELINE_EDSS}"
    return Problem.at_key("visits", "edss", found=found, allowed=allowed, do=f"Leave out {BASELINE_EDSS}.")


def _check_in_time(part: Outcome, found: pl.DataFrame) -> None:
    late = found.filter(pl.col("day") > pl.col("origin_day")).height
    if not late:
        return
    rule = part.endpoint.of(Progression)
    assert rule is not None
    raise InputProblems(
        Problem.at_key(
            "visits",
            "edss",
            found=f"{part.name} takes its baseline after time has begun in {late:,} of those who entered",
            allowed=f"a baseline up to then, for {BASELINE_EDSS}",
            do=f"Leave out {BASELINE_EDSS}, or set progression.baseline.to_day (now {rule.baseline.to_day}).",
        )
    )
