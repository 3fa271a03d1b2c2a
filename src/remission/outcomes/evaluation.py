"""`evaluate(cohort, endpoint) -> Outcome`: the rules of an endpoint applied to every subject at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.outcomes.activity import find_death, find_mri, find_relapse
from remission.outcomes.composite import UNKNOWN_DAY, Earliest, SpellDays, compose, count_late_death, settle, stop_at
from remission.outcomes.definitions import REASONS, Censoring, Composite, Endpoint
from remission.outcomes.endpoint_files import load_endpoint
from remission.outcomes.finding import ROLES, Finding
from remission.outcomes.outcome import Outcome
from remission.outcomes.progression import find_progression
from remission.outcomes.watch import Watch, derive_watch, earliest_end
from remission.records.cohort import Cohort
from remission.records.problems import InputProblems, Problem
from remission.records.segments import NEVER, Ints, SubjectIndex, last_day_before_gap


def evaluate(cohort: Cohort, endpoint: Endpoint | str) -> Outcome:
    """When did what happen to whom: one endpoint (or the name of one) evaluated on one cohort.

    Returns the Outcome of everyone who entered; a composite carries the outcomes of its parts.
    Raises InputProblems when a table that the endpoint rests on was not collected (nobody is event-free by silence), or
    when two scores of one day meet the same-day rule `error`.

    >>> from remission.analyses.load import load_cohort
    >>> int(evaluate(load_cohort("halt-ms"), "halt-ms-efs").spells["event"].sum())
    7
    """
    endpoint = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    check_collected(cohort, endpoint)
    index = SubjectIndex.of(cohort)
    if endpoint.composite is None:
        finding, spells = _evaluate_part(index, endpoint)
        return _outcome(index, endpoint, spells, _part_columns(index, endpoint, finding, spells))
    return _evaluate_composite(index, endpoint)


def check_collected(cohort: Cohort, endpoint: Endpoint) -> None:
    """Refuse an endpoint that rests on a table which was not collected, naming every one."""
    missing = [table for table in endpoint.tables if not cohort.collected(table)]
    if missing:
        raise InputProblems(
            Problem(
                "cohort.toml",
                None,
                "collected",
                f"no table '{table}'",
                f"every table that endpoint '{endpoint.name}' rests on ({', '.join(endpoint.tables)})",
                "Collect it, or choose an endpoint without it: nobody is event-free because nobody looked.",
            )
            for table in missing
        )


def _evaluate_part(index: SubjectIndex, endpoint: Endpoint) -> tuple[Finding, SpellDays]:
    watch = derive_watch(index, endpoint)
    finding = _find(index, endpoint, watch)
    gap = _gap(index, endpoint, watch, finding)
    return finding, settle(watch, finding, earliest_end(index, endpoint, finding.kind_end, gap))


def _find(index: SubjectIndex, endpoint: Endpoint, watch: Watch) -> Finding:
    if endpoint.progression is not None:
        return find_progression(index, endpoint.progression, watch)
    if endpoint.relapse is not None:
        return find_relapse(index, endpoint.relapse, watch)
    if endpoint.mri is not None:
        return find_mri(index, endpoint.mri, watch)
    return find_death(index, watch)


def _gap(index: SubjectIndex, endpoint: Endpoint, watch: Watch, finding: Finding) -> Ints:
    longest = (endpoint.censoring or Censoring()).gap_days
    if longest is None or finding.gap_assessments is None:
        return np.full(index.count, NEVER, np.int32)
    segments, looked, _ = finding.gap_assessments
    return last_day_before_gap(segments.offsets, looked, segments.day, watch.entry, finding.kind_end, longest)


class _Columns(NamedTuple):
    """What a spell's frame holds beside its days: each a column of strings, or None where nobody has one."""

    cause: pl.Series
    also: pl.Series | None
    rows: dict[str, pl.Series]


def _evaluate_composite(index: SubjectIndex, endpoint: Endpoint) -> Outcome:
    assert endpoint.composite is not None
    evaluated = [_evaluate_part(index, part) for part in endpoint.parts]
    whole, causes = _compose([spells for _, spells in evaluated], endpoint, endpoint.composite)
    outcomes = []
    for part, (finding, spells) in zip(endpoint.parts, evaluated, strict=True):
        kept = stop_at(spells, whole) if endpoint.composite.stop_at_first_failure else spells
        outcomes.append(_outcome(index, part, kept, _part_columns(index, part, finding, kept)))
    # Rows are those of the parts as kept: a part stopped at the first failure has lost its own.
    columns = _composite_columns(outcomes, causes)
    return _outcome(index, endpoint, whole, columns, tuple(outcomes))


def _compose(parts: Sequence[SpellDays], endpoint: Endpoint, rule: Composite) -> Earliest:
    whole = compose(parts, rule)
    deaths = [place for place, part in enumerate(endpoint.parts) if part.rule == "death"]
    if not deaths or rule.observation == "any part":
        return whole
    return count_late_death(whole, parts, deaths[0], rule.late_death_days)


def _part_columns(index: SubjectIndex, endpoint: Endpoint, finding: Finding, spells: SpellDays) -> _Columns:
    cause = pl.Series([endpoint.name, None])[(~spells.event).astype(np.uint32)]
    rows = {}
    for role, place in finding.places.items():
        table = ROLES[role]
        kept = spells.keeps_baseline if role == "baseline_row" else spells.keeps_rows
        row = index.segments(table).row_at(place)
        rows[role] = _row_names(index.cohort.tables[table], np.where(kept, row, -1))
    return _Columns(cause, None, rows)


def _row_names(frame: pl.DataFrame, row: NDArray[np.int64]) -> pl.Series:
    at = pl.Series(row)
    return frame["row_id"].gather(at.set(at < 0, None))


def _composite_columns(parts: Sequence[Outcome], causes: NDArray[np.bool_]) -> _Columns:
    """Cause, also and rows: those of the first part, in the declared order, whose event is the composite's."""
    first = causes & (np.cumsum(causes, axis=0) == 1)
    names = [
        pl.when(pl.Series(f"{place}", flags)).then(pl.lit(part.name))
        for place, (part, flags) in enumerate(zip(parts, causes & ~first, strict=True))
    ]
    also = pl.select(pl.concat_str(names, separator=", ", ignore_nulls=True)).to_series()
    cause = _of_first([pl.Series([part.name]).new_from_index(0, first.shape[1]) for part in parts], first)
    rows = {role: _of_first([part.spells[role] for part in parts], first) for role in ROLES}
    return _Columns(cause, also.set(also == "", None), rows)


def _of_first(columns: Sequence[pl.Series], first: NDArray[np.bool_]) -> pl.Series:
    chosen = [pl.when(pl.Series(flags)).then(column) for column, flags in zip(columns, first, strict=True)]
    return pl.select(pl.coalesce(chosen)).to_series()


def _outcome(
    index: SubjectIndex, endpoint: Endpoint, spells: SpellDays, columns: _Columns, parts: tuple[Outcome, ...] = ()
) -> Outcome:
    nobody = pl.lit(None, pl.String)
    reason = pl.Series([*REASONS, None])[np.where(spells.event, len(REASONS), spells.reason).astype(np.uint32)]
    free = pl.Series(spells.last_free)
    frame = index.subjects.select(
        subject_id="subject_id",
        episode=pl.lit(1, pl.Int32),
        origin_day=pl.lit(endpoint.origin_day, pl.Int32),
        entry_day=pl.Series(spells.entry),
        exit_day=pl.Series(spells.exit),
        event=pl.Series(spells.event),
        cause=columns.cause,
        also=nobody if columns.also is None else columns.also,
        reason=reason,
        last_free_day=free.set(free == int(UNKNOWN_DAY), None),
        strategy=pl.lit("as observed"),
        weight=pl.lit(1.0),
        **{role: columns.rows.get(role, nobody) for role in ROLES},
    )
    return Outcome(endpoint, frame, index.cohort.provenance, parts)
