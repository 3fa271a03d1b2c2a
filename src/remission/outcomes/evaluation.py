"""`evaluate(cohort, endpoint) -> Outcome`: the rules of an endpoint applied to every subject at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.outcomes import rules
from remission.outcomes.definitions.records import REASONS, Censoring, Endpoint
from remission.outcomes.definitions.walking import finder_in
from remission.outcomes.finding import NO_RELATION, RELATIONS, ROLES, Finding
from remission.outcomes.needs import checked_endpoint
from remission.outcomes.outcome import Outcome
from remission.outcomes.spells import (
    STATUSES,
    UNKNOWN_DAY,
    Earliest,
    Episodes,
    SpellDays,
    compose,
    count_late_death,
    settle,
    settle_episodes,
    stop_at,
)
from remission.outcomes.watch import CODE, Origin, Watch, day_origin, derive_watch, earliest_end
from remission.records.segments import NEVER, NO_NAME, Ints, SubjectIndex, last_day_before_gap
from remission.records.series import as_series, emptied, words_at

if TYPE_CHECKING:
    from remission.records.cohort import Cohort


def evaluate(cohort: Cohort, endpoint: Endpoint | str) -> Outcome:
    """When did what happen to whom: one endpoint (or the name of one) evaluated on one cohort.

    Returns the Outcome of everyone who entered; a composite carries the outcomes of its parts.
    Raises InputProblems when a table that the endpoint rests on was not collected (nobody is event-free by silence), or
    when two scores of one day meet the same-day rule `error`.

    >>> from remission.outcomes.load import load_cohort
    >>> int(evaluate(load_cohort("halt-ms"), "halt-ms-efs").spells["event"].sum())
    7
    """
    # Before anything is computed: the tables asked for below are then known to be there.
    endpoint = checked_endpoint(cohort, endpoint)
    index = SubjectIndex.of(cohort)
    origin = _origin(index, endpoint)
    if endpoint.composite is None:
        part = _evaluate_part(index, endpoint, origin)
        return _outcome(index, endpoint, part.watch.origin, part.spells, _part_columns(index, part), part.episodes)
    return _evaluate_composite(index, endpoint, origin)


def evaluate_days(cohort: Cohort, endpoint: Endpoint | str, index: SubjectIndex | None = None) -> SpellDays:
    """The days of `evaluate` without its names and rows: what many definitions on one cohort are compared by.

    Arrays are in the order of the subjects who entered. Endpoints asked of one `index` of the cohort share what was
    searched for alike. Raises InputProblems as `evaluate` does.

    >>> from remission.outcomes.load import load_cohort
    >>> int(evaluate_days(load_cohort("halt-ms"), "halt-ms-efs").event.sum())
    7
    """
    endpoint = checked_endpoint(cohort, endpoint)
    index = SubjectIndex.of(cohort) if index is None else index
    origin = _origin(index, endpoint)
    if endpoint.composite is None:
        return _evaluate_part(index, endpoint, origin).spells
    return _compose([_evaluate_part(index, part, origin).spells for part in endpoint.parts], endpoint).spells


def _origin(index: SubjectIndex, endpoint: Endpoint) -> Origin:
    """When time begins for each subject: a day, or the event of another endpoint."""
    if endpoint.origin is None:
        return day_origin(index, endpoint.origin_day)
    # Decision 21: the origin is an endpoint like any other, by its first event. Who never had it gets NEVER, and is
    # `no-origin`.
    spells = evaluate_days(index.cohort, endpoint.origin)
    day = np.where(spells.event, spells.exit, NEVER).astype(np.int32)
    return Origin(day, day)


class _Part(NamedTuple):
    """An endpoint that is no composite, evaluated; `episodes` when it recurs (`spells` then hold first events)."""

    endpoint: Endpoint
    watch: Watch
    finding: Finding
    spells: SpellDays
    episodes: Episodes | None


def _evaluate_part(index: SubjectIndex, endpoint: Endpoint, origin: Origin) -> _Part:
    # In the order of docs/rules.md: who was watched, what was found, where a gap ends it, and only then which comes
    # first.
    watch = _watch(index, endpoint, origin)
    finding = _find(index, endpoint, watch)
    gap = _gap(endpoint, watch, finding)
    ends = earliest_end(index, endpoint, watch.origin, finding.kind_end, gap)
    # First events are settled also of what recurs: `evaluate_days` and curves ask for those.
    spells = settle(watch, finding, ends)
    if finding.events is None:
        return _Part(endpoint, watch, _with_baselines(finding, spells), spells, None)
    episodes, rest = settle_episodes(watch, finding, ends)
    return _Part(endpoint, watch, _with_baselines(finding, rest), spells, episodes)


def _with_baselines(finding: Finding, spells: SpellDays) -> Finding:
    """The finding with a baseline row for everybody: that of the event, of the pending change, or the first one."""
    if finding.baselines is None:
        return finding
    # A person who left because of a pending change stands on the baseline of that change, not on the first one.
    waited = ~spells.event & (spells.reason == CODE["unconfirmed-rise"])
    others = np.where(waited, finding.baselines.pending, finding.baselines.first)
    place = np.where(spells.event, finding.places["baseline_row"], others)
    return finding._replace(places={**finding.places, "baseline_row": place})


def watch_of(index: SubjectIndex, endpoint: Endpoint) -> Watch:
    """Who was watched for an endpoint that is no composite, from when and to when."""
    return _watch(index, endpoint, _origin(index, endpoint))


def _watch(index: SubjectIndex, endpoint: Endpoint, origin: Origin) -> Watch:
    if endpoint.origin is not None:
        return derive_watch(index, endpoint.observed_kinds, origin)
    # Many definitions share one watch: a hundred definitions on one cohort derive it once.
    key = f"watch of {' and '.join(endpoint.observed_kinds)} from day {endpoint.origin_day}"
    if key not in index.cohort.kept:
        index.cohort.kept[key] = derive_watch(index, endpoint.observed_kinds, origin)
    kept = index.cohort.kept[key]
    assert isinstance(kept, Watch)
    return kept


def _find(index: SubjectIndex, endpoint: Endpoint, watch: Watch) -> Finding:
    found: Finding = finder_in(rules, endpoint.rule)(index, endpoint.record, watch)
    return found


def _gap(endpoint: Endpoint, watch: Watch, finding: Finding) -> Ints | None:
    longest = (endpoint.censoring or Censoring()).gap_days
    if longest is None or finding.gap_assessments is None:
        return None
    segments, looked, _ = finding.gap_assessments
    return last_day_before_gap(segments.offsets, looked, segments.day, watch.entry, finding.kind_end, longest)


_WORDS = pl.Series([*REASONS, *STATUSES])
_FIRST, _WEIGHT, _AS_OBSERVED = pl.Series([1], dtype=pl.Int32), pl.Series([1.0]), pl.Series(["as observed"])


class _Columns(NamedTuple):
    """What a spell's frame holds beside its days: each a column of strings, or None where nobody has one."""

    cause: pl.Series
    also: pl.Series | None
    relation: pl.Series | None
    rows: dict[str, pl.Series]


def _evaluate_composite(index: SubjectIndex, endpoint: Endpoint, origin: Origin) -> Outcome:
    assert endpoint.composite is not None
    evaluated = [_evaluate_part(index, part, origin) for part in endpoint.parts]
    whole, causes = _compose([part.spells for part in evaluated], endpoint)
    outcomes = []
    for part in evaluated:
        if endpoint.composite.stop_at_first_failure:
            # After the whole is known and before rows are named: a part that is stopped may no longer name the rows
            # of its event.
            part = part._replace(spells=stop_at(part.spells, whole, part.finding))
        outcomes.append(_outcome(index, part.endpoint, part.watch.origin, part.spells, _part_columns(index, part)))
    # Rows are those of the parts as kept: a part stopped at the first failure has lost its own.
    columns = _composite_columns(outcomes, causes)
    return _outcome(index, endpoint, evaluated[0].watch.origin, whole, columns, parts=tuple(outcomes))


def _compose(parts: Sequence[SpellDays], endpoint: Endpoint) -> Earliest:
    assert endpoint.composite is not None
    whole = compose(parts, endpoint.composite)
    deaths = [place for place, part in enumerate(endpoint.parts) if part.record.is_death]
    # Under "any part" observation lasts as long as that of any part, so a late death is never outside it (decision
    # 13).
    if not deaths or endpoint.composite.observation == "any part":
        return whole
    return count_late_death(whole, parts, deaths[0], endpoint.composite.late_death_days)


def _part_columns(index: SubjectIndex, part: _Part) -> _Columns:
    """Cause, relation and rows of each spell: a row a subject, or a row an episode when the endpoint recurs."""
    spells, finding = (part.spells, part.finding) if part.episodes is None else _of_episodes(part)
    words = pl.Series([None, *RELATIONS, part.endpoint.name])
    codes = [np.where(spells.event, len(RELATIONS) + 1, 0)]
    if finding.relation is not None:
        # An event after the end of observation has a relation, and is none: its relation must not be told.
        codes.append(np.where(spells.event, finding.relation - NO_RELATION, 0))
    cause, *relation = words_at(words, codes)
    return _Columns(cause, None, relation[0] if relation else None, _row_names(index, spells, finding))


def _row_names(index: SubjectIndex, spells: SpellDays, finding: Finding) -> dict[str, pl.Series]:
    """Names of the deciding rows by role; a rule that asks for none of its rows has none of them."""
    kept = {
        role: np.where(spells.keeps_baseline if role == "baseline_row" else spells.keeps_rows, place, -1)
        for role, place in finding.places.items()
    }
    rows: dict[str, pl.Series] = {}
    for table in {ROLES[role] for role in kept if index.cohort.collected(ROLES[role])}:
        roles = [role for role in kept if ROLES[role] == table]
        rows |= zip(roles, index.names_at_each(table, [kept[role] for role in roles]), strict=True)
    return rows


def _of_episodes(part: _Part) -> tuple[SpellDays, Finding]:
    """Spells, and the finding with a row an episode: that of its event, or the subject's own after the last one."""
    assert part.episodes is not None
    assert part.finding.events is not None
    finding, events, row = part.finding, part.finding.events, part.episodes.event_row
    has_event, at, subject = row >= 0, np.maximum(row, 0), part.episodes.subject

    def chosen(of_events: NDArray[Any], of_subjects: NDArray[Any]) -> NDArray[Any]:
        # Nobody has any event: an empty array cannot be indexed, not even where the answer is thrown away.
        if of_events.size == 0:
            return of_subjects[subject]
        return np.where(has_event, of_events[at], of_subjects[subject])

    places = {role: chosen(events.places[role], finding.places[role]) for role in finding.places}
    relation = None if finding.relation is None else chosen(events.relation, finding.relation)
    return part.episodes.spells, finding._replace(places=places, relation=relation)


def _composite_columns(parts: Sequence[Outcome], causes: NDArray[np.bool_]) -> _Columns:
    """Cause, also and rows: those of the first part, in the declared order, whose event is the composite's."""
    # The first flag of each column: the running count is 1 there and later only where there is no flag.
    first = causes & (np.cumsum(causes, axis=0) == 1)
    names = [
        pl.when(pl.Series(f"{place}", flags)).then(pl.lit(part.name))
        for place, (part, flags) in enumerate(zip(parts, causes & ~first, strict=True))
    ]
    also = pl.select(pl.concat_str(names, separator=", ", ignore_nulls=True)).to_series()
    cause = _of_first([pl.Series([part.name]).new_from_index(0, first.shape[1]) for part in parts], first)
    relation = _of_first([part.spells["relation"] for part in parts], first)
    rows = {role: _of_first([part.spells[role] for part in parts], first) for role in ROLES}
    return _Columns(cause, also.set(also == "", None), relation, rows)


def _of_first(columns: Sequence[pl.Series], first: NDArray[np.bool_]) -> pl.Series:
    chosen = [pl.when(pl.Series(flags)).then(column) for column, flags in zip(columns, first, strict=True)]
    return pl.select(pl.coalesce(chosen)).to_series()


def _outcome(
    index: SubjectIndex,
    endpoint: Endpoint,
    origin: Ints,
    spells: SpellDays,
    columns: _Columns,
    episodes: Episodes | None = None,
    parts: tuple[Outcome, ...] = (),
) -> Outcome:
    names, number = index.subjects["subject_id"], None
    if episodes is not None:
        spells, names, origin = episodes.spells, names.gather(episodes.subject), origin[episodes.subject]
        number = pl.Series(episodes.number)
    nobody, count = NO_NAME.new_from_index(0, names.len()), names.len()
    # Words are taken by place: a word for each code once, and no comparison of each row with each reason.
    # The first status is none, and so is the reason of an event.
    why = np.where(spells.event, len(REASONS), spells.reason)
    reason, status = words_at(_WORDS, [why, spells.status + len(REASONS)])
    days = as_series([origin, spells.entry, spells.exit, spells.last_free])
    found = {
        "subject_id": names,
        "episode": _FIRST.new_from_index(0, count) if number is None else number,
        "origin_day": days[0],
        "entry_day": days[1],
        "exit_day": days[2],
        "event": pl.Series(spells.event),
        "cause": columns.cause,
        "also": nobody if columns.also is None else columns.also,
        "reason": reason,
        "last_free_day": emptied(days[3], spells.last_free == UNKNOWN_DAY),
        # Always the same so far; in every frame already, so that readers of the files need not change when they are
        # not.
        "strategy": _AS_OBSERVED.new_from_index(0, count),
        "weight": _WEIGHT.new_from_index(0, count),
        "status": status,
        "relation": nobody if columns.relation is None else columns.relation,
        **{role: columns.rows.get(role, nobody) for role in ROLES},
    }
    # Named series and no expressions: a query would take longer than all else that is done here.
    frame = pl.DataFrame([series.alias(name) for name, series in found.items()])
    return Outcome(endpoint, frame, index.cohort.provenance, parts)
