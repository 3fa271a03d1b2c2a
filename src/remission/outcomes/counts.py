"""`evaluate_counts(cohort, endpoint)`: how many events everyone had in how many days, for rates per person-year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.provenance import Provenance
from remission.inputs.tabular import Tabular
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.rules.mri import Mri
from remission.outcomes.evaluation import evaluate

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

COUNT_COLUMNS: dict[str, type[pl.DataType]] = {
    "subject_id": pl.String,
    "events": pl.Int32,
    "person_days": pl.Int32,
    "first_day": pl.Int32,
    "last_day": pl.Int32,
    "reason": pl.String,
    # Wider than the rest: a scan may hold many, and sums over a cohort must not overflow.
    "lesions": pl.Int64,
}


@dataclass(frozen=True, repr=False)
class CountOutcome(Tabular):
    """One recurring endpoint counted on one cohort: a row of `counts` for each subject who entered.

    `events` came after `first_day` (the entry) and on or before `last_day`, `person_days` later; `reason` is why
    observation ended. Somebody without follow-up has no days and no events, and counts in the flow only. `lesions` are
    those on the scans that were events (with a minimum of 1: all that count), null where events are not scans.
    """

    endpoint: Endpoint
    counts: pl.DataFrame
    provenance: Provenance

    @property
    def said(self) -> str:
        """Which endpoint in which cohort, with the numbers of persons and events."""
        counted = f"{self.counts.height:,} persons, {int(self.counts['events'].sum()):,} events"
        return self._in_cohort(self.endpoint.name, self.provenance, counted)

    def _rows(self) -> pl.DataFrame:
        return self.counts


def evaluate_counts(cohort: Cohort, endpoint: Endpoint | str) -> CountOutcome:
    """Events and days under observation of everyone who entered, in the columns of `COUNT_COLUMNS`.

    The endpoint must take every event (`events = "all"`): relapses, active scans or confirmed changes. Days with an
    event stay in the denominator. Raises InputProblems when the endpoint takes the first only, and as `evaluate` does.

    >>> from remission.outcomes.load import load_cohort
    >>> counts = evaluate_counts(load_cohort("two-arm"), "relapse-30d").counts
    >>> counts.select("events", "person_days").columns
    ['events', 'person_days']
    """
    endpoint = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    check_recurs(endpoint)
    return count_outcome(cohort, evaluate(cohort, endpoint))


def count_outcome(cohort: Cohort, outcome: Outcome) -> CountOutcome:
    """The counts of an endpoint that recurs, from its outcome on the same cohort."""
    endpoint = outcome.endpoint
    spells = outcome.spells.with_columns(lesions=_lesions(cohort, endpoint, outcome.spells["scan_row"]))
    first, last = pl.col("entry_day").first(), pl.col("exit_day").last()
    counts = (
        # In order of episode, so that the first entry and the last exit of a person are those of the whole time.
        spells.sort("episode", maintain_order=True)
        .group_by("subject_id", maintain_order=True)
        .agg(
            events=pl.col("event").sum().cast(pl.Int32),
            # Episodes of a person follow one another without a hole, so the days between first entry and last exit
            # are all at risk.
            person_days=last - first,
            first_day=first,
            last_day=last,
            # Only the last episode can end without an event; those before it have no reason.
            reason=pl.col("reason").last(),
            # Null and not 0 where events are no scans: 0 lesions would be an observation.
            lesions=pl.col("lesions").sum() if endpoint.of(Mri) is not None else pl.lit(None, pl.Int64).first(),
        )
    )
    return CountOutcome(endpoint, counts.select(list(COUNT_COLUMNS)), outcome.provenance)


def _lesions(cohort: Cohort, endpoint: Endpoint, scan_rows: pl.Series) -> pl.Series:
    """Lesions that the rule counts on each of these scans, null where there is no scan."""
    rule = endpoint.of(Mri)
    if rule is None:
        return pl.repeat(None, scan_rows.len(), dtype=pl.Int64, eager=True)
    # Wide enough for any sum of counts, as where the scan was found active.
    each = [pl.col(name).cast(pl.Int64) for name in rule.lesions]
    count = pl.sum_horizontal(each) if rule.combine == "sum" else pl.max_horizontal(each)
    counted = cohort.select("scans", "row_id", *rule.lesions).select(scan_row="row_id", lesions=count)
    asked = pl.DataFrame({"scan_row": scan_rows})
    # Joined from the left in order: the answer has to lie beside the spells row by row.
    return asked.join(counted, on="scan_row", how="left", maintain_order="left")["lesions"]


def check_recurs(endpoint: Endpoint) -> None:
    """Refuse an endpoint that ends with its first event: what came after it would be counted as nothing."""
    if not endpoint.recurs:
        raise InputProblems(
            Problem.at_key(
                endpoint.name,
                f"{endpoint.rule}.events",
                found="only the first event",
                allowed="events = 'all', in a rule that knows several (relapse, mri, progression)",
                do="Choose such an endpoint, for instance relapse-30d.",
            )
        )
