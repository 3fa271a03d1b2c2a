"""Confirmed change of a measure: a Progression as numbers for the walk, and what the walk found as a Finding."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.problems import InputProblems, Problem
from remission.outcomes import walk
from remission.outcomes.definitions.changes import (
    MOST_THRESHOLDS,
    MOST_WINDOWS,
    Baseline,
    Confirmation,
    Onset,
    RelapseAssociation,
    Relation,
    Window,
)
from remission.outcomes.definitions.rules.progression import Progression, Rater, SameDay, Unconfirmed
from remission.outcomes.definitions.units import GRADED_SYSTEMS, MEASURES, Measure, in_units
from remission.outcomes.finding import Assessments, Baselines, Events, Finding, last_day
from remission.outcomes.measures import threshold_rows, values_of
from remission.records.segments import NEVER, Flags, Ints, Positions, Segments, SubjectIndex

if TYPE_CHECKING:
    from remission.outcomes.watch import Watch

# Before any day, and far enough from the end of 64 bits that adding to it is safe.
_FIRST_DAY = -(2**40)
# "error" walks like "first": the walk marks the clash, and whoever asked for an error raises it with the names of
# rows.
_SAME_DAY: dict[SameDay, int] = {
    "error": walk.FIRST,
    "first": walk.FIRST,
    "last": walk.LAST,
    "worst": walk.WORST,
    "best": walk.BEST,
}
_UNCONFIRMED: dict[Unconfirmed, int] = {"ignored": walk.IGNORED, "censored": walk.CENSORED, "event": walk.EVENT}
_CHOICES = {
    "first": walk.FIRST_BASELINE,
    "last": walk.LAST_BASELINE,
    "last by day 0, else first": walk.LAST_BY_ZERO,
}
_EXTREMES = {"kept": walk.KEPT_EXTREMES, "skipped beyond threshold": walk.BEYOND_THRESHOLD, "skipped": walk.ANY_EXTREME}
_PRECEDING = {
    "baseline": walk.PRECEDING_BASELINE,
    "last visit": walk.PRECEDING_VISIT,
    "last lower visit": walk.PRECEDING_LOWER,
}


def find_progression(index: SubjectIndex, rule: Progression, watch: Watch) -> Finding:
    """Every subject's first confirmed (or pending) change on the records that are used; all of them when it recurs.

    Raises InputProblems naming the rows when two values of one day meet the same-day rule `error`.
    """
    segments = index.segments("visits")
    walked = _walked(index, rule, watch)
    events = _events(walked.log, rule, segments)
    first = _first_of_each(events)
    leaves = np.where(walked.counts_as == walk.CENSORED, walked.pending, NEVER)
    assessments = Assessments(segments, walked.looked, walked.free)
    return Finding(
        event=_of_first(events.day, first, index.count, NEVER),
        onset=_of_first(events.onset, first, index.count, NEVER),
        pending=leaves,
        no_baseline=walked.baseline < 0,
        # Decision 3: observation ends at the last score, for without one nobody knows.
        kind_end=last_day(assessments, watch.entry),
        places={role: _of_first(place, first, index.count, -1) for role, place in events.places.items()},
        assessments=assessments,
        gap_assessments=assessments,
        waiting=walked.pending,
        relation=_of_first(events.relation, first, index.count, walk.NO_RELATION),
        confirmed=_of_first(events.confirmed, first, index.count, False),
        events=events if rule.events == "all" else None,
        baselines=Baselines(walked.baseline, walked.pending_base),
    )


class _Search(NamedTuple):
    """A walk and what it was asked: rules that search alike under one watch find the same."""

    rule: Progression
    watch: Watch
    found: walk.Walked


def _walked(index: SubjectIndex, rule: Progression, watch: Watch) -> walk.Walked:
    """The walk of a rule, or that of one that searches alike and was asked of this index before it."""
    for one in index.beside:
        if isinstance(one, _Search) and one.watch is watch and one.rule.searched == rule.searched:
            return one.found
    search = _Search(rule, watch, walk_visits(index, rule, watch))
    index.beside.append(search)
    return search.found


def walk_visits(index: SubjectIndex, rule: Progression, watch: Watch, *, listing: bool = False) -> walk.Walked:
    """Walk everybody's visits by a rule; with `listing` every change looked at is in the log, not only the events."""
    segments = index.segments("visits")
    visits = walk.Visits(
        segments.offsets,
        segments.day,
        _values(index, rule, segments),
        _planned(index, rule, segments),
        _eligible(index, rule, segments),
        _systems(index, rule, segments),
    )
    death = index.days("death_day")
    # 8: a death after the data cut is not known yet, and decides nothing about a pending change.
    known_death = np.where(death <= index.days("cut_day"), death, NEVER).astype(np.int32)
    people = walk.People(*_relapses(index, rule), watch.last_usable, known_death, watch.shift)
    walked = walk.walk(visits, people, as_numbers(rule, listing=listing))
    if rule.same_day == "error" and walked.clash.any():
        raise InputProblems(_clashes(index, segments.order[walked.clash]))
    return walked


# ---------------------------------------------------------------- the rule as numbers


@lru_cache(maxsize=1024)
def as_numbers(rule: Progression, *, listing: bool = False) -> walk.Record:
    """The rule as the kernel takes it: a record of `walk.RULE`; a window without an end reaches to the end of time.

    Kept by the values of the rule, so that one with another value has other numbers; nobody may write to the record.
    """
    numbers = np.zeros(1, walk.RULE)[0]
    for part in (_baseline_numbers(rule), _change_numbers(rule), _relation_numbers(rule)):
        # By name: a field that is left out stays 0, and one that does not exist is an error.
        for name, value in part.items():
            numbers[name] = value
    numbers["listing"] = listing
    return numbers


def _baseline_numbers(rule: Progression) -> dict[str, Any]:
    baseline = rule.baseline
    moves_worse = baseline.moves in ("roving", "roving-worsening")
    moves_better = baseline.moves in ("roving", "roving-improvement")
    return {
        "baseline_window": (_or(baseline.from_day, _FIRST_DAY), baseline.to_day),
        "baseline_choice": _CHOICES[baseline.choose],
        "baseline_block": _block(baseline),
        "moves_worse": moves_worse,
        "moves_better": moves_better,
        "moves_to_onset": baseline.moves_to == "onset",
        # A small change can only move a baseline, so where the baseline stays none is looked for.
        "small_worse": moves_worse and baseline.sub_threshold in ("any", "worsening"),
        "small_better": moves_better and baseline.sub_threshold in ("any", "improvement"),
        "any_difference": baseline.sub_threshold != "none",
        "moves_after": _or(baseline.moves_after_relapse_days, walk.OPEN),
        "never_better": baseline.never_better,
        "extremes": _EXTREMES[baseline.local_extremes],
    }


def _change_numbers(rule: Progression) -> dict[str, Any]:
    confirmation, measure = rule.confirmation, rule.measure
    worse = threshold_rows(measure, rule.thresholds)
    # Without a table of its own an improvement is measured like a worsening.
    better = threshold_rows(measure, rule.improvement) if rule.improvement else worse
    windows = _windows(confirmation)
    return {
        "worse_rows": _filled_up(worse, MOST_THRESHOLDS),
        "worse_count": len(worse),
        "better_rows": _filled_up(better, MOST_THRESHOLDS),
        "better_count": len(better),
        "target": walk.OPEN if rule.reaches is None else in_units(measure, rule.reaches),
        "mirrored": MEASURES[measure].worse < 0,
        "direction": walk.WORSENING if rule.direction == "worsening" else walk.IMPROVEMENT,
        "counts_from": rule.onset.counts_from_day,
        "onset_block": _block(rule.onset),
        "unconfirmed": confirmation.days is None,
        "windows": _filled_up(windows, MOST_WINDOWS),
        "window_count": len(windows),
        # Windows may overlap, so the last to close need not be the last written.
        "closes": windows[:, 1].max(),
        "confirm_all": confirmation.visits == "all",
        "confirm_block": _block(confirmation),
        "planned_only": confirmation.scheduled_only,
        "sustained": _or(confirmation.sustained_days, walk.OPEN),
        "minimum": walk.OPEN if rule.minimum_value is None else in_units(measure, rule.minimum_value),
        "asks_eligible": rule.minimum_pyramidal is not None,
        "leading": rule.leading_system == "must worsen",
        "all_events": rule.events == "all",
        "same_day": _SAME_DAY[rule.same_day],
        "pending_at_death": _UNCONFIRMED[rule.unconfirmed_before_death],
        "pending_at_end": _UNCONFIRMED[rule.unconfirmed_at_end],
    }


def _relation_numbers(rule: Progression) -> dict[str, Any]:
    # Where nobody asks, the defaults fill the fields and `relation` keeps them from being read.
    relation = rule.relapse_association or RelapseAssociation()
    return {
        "relation": rule.relapse_association is not None,
        "raw": (relation.raw_after_days, relation.raw_before_days),
        "preceding": _PRECEDING[relation.preceding],
        "pira": _pira_windows(relation),
        "own_class": relation.relapse_during_confirmation == "a class of its own",
        "counts": [name in relation.counts for name in get_args(Relation)],
    }


def _filled_up(rows: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    filled = np.zeros((length, rows.shape[1]), np.int64)
    filled[: len(rows)] = rows
    return filled


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _block(window: Baseline | Onset | Confirmation) -> tuple[int, int]:
    return window.after_relapse_days, window.before_relapse_days


def _windows(confirmation: Confirmation) -> NDArray[np.int64]:
    """First and last day of each window, counted from the onset; never before the day after it; shape (windows, 2)."""
    # One window of no length: the kernel asks nothing of it, but reads `closes`.
    if confirmation.days is None:
        return np.zeros((1, 2), np.int64)
    every: tuple[Confirmation | Window, ...] = (confirmation, *confirmation.further)
    return np.array(
        [
            (
                # 5.4: confirming visits come after the onset, so a window never opens on its day.
                max((one.days or 0) - one.tolerance_before_days, 1),
                int(NEVER) if one.tolerance_after_days is None else (one.days or 0) + one.tolerance_after_days,
            )
            for one in every
        ],
        np.int64,
    )


def _pira_windows(relation: RelapseAssociation) -> tuple[tuple[int, int], ...]:
    """Days before and after the three visits around which no relapse may lie; OPEN ends join a window with the next."""
    days = (
        (relation.preceding_before_days, relation.preceding_after_days),
        (relation.onset_before_days, relation.onset_after_days),
        (relation.confirmation_before_days, relation.confirmation_after_days),
    )
    return tuple((_or(before, 0), _or(after, walk.OPEN)) for before, after in days)


# ---------------------------------------------------------------- what the walk reads


def _values(index: SubjectIndex, rule: Progression, segments: Segments) -> Ints:
    """Values in segment order, NO_VALUE where there is none or the rater is not among the rule's."""
    values = _kept_values(index, rule.measure, segments)
    asked = _asked_rater(index.cohort.tables["visits"], rule)
    return values if asked is None else np.where(asked[segments.order], values, np.int32(walk.NO_VALUE))


def _kept_values(index: SubjectIndex, measure: Measure, segments: Segments) -> Ints:
    # Kept with the cohort: a hundred definitions of one measure read and sort its columns once.
    key = f"values of {measure}"
    if key not in index.cohort.kept:
        index.cohort.kept[key] = values_of(index, measure, segments.order)
    kept = index.cohort.kept[key]
    assert isinstance(kept, np.ndarray)
    return kept


def _asked_rater(visits: pl.DataFrame, rule: Progression) -> Flags | None:
    """Which visits were rated by somebody the rule asks for; None when all were, without looking at every row."""
    recorded = "rater" in visits.columns
    # None for all: an array of a million trues would be read and change nothing.
    if set(rule.raters) == set(get_args(Rater)) or (not recorded and "not recorded" in rule.raters):
        return None
    # Nobody recorded who rated, and the rule does not take such visits: none is left.
    if not recorded:
        return np.zeros(visits.height, np.bool_)
    asked: Flags = visits["rater"].fill_null("not recorded").is_in(list(rule.raters)).to_numpy()
    return asked


def _planned(index: SubjectIndex, rule: Progression, segments: Segments) -> Flags:
    # Empty: the kernel does not read it, so it need not be made.
    if not rule.confirmation.scheduled_only:
        return np.zeros(0, np.bool_)
    scheduled = index.cohort.select("visits", "scheduled")["scheduled"]
    # Not recorded as no: most records name only the visits that were not planned.
    planned: Flags = (scheduled != "no").fill_null(True).to_numpy()[segments.order]
    return planned


def _eligible(index: SubjectIndex, rule: Progression, segments: Segments) -> Flags:
    if rule.minimum_pyramidal is None:
        return np.zeros(0, np.bool_)
    pyramidal = index.cohort.select("visits", "fs_pyramidal")["fs_pyramidal"]
    # 5.6: a pyramidal score that is not recorded does not reach what is asked.
    eligible: Flags = (pyramidal >= rule.minimum_pyramidal).fill_null(False).to_numpy()[segments.order]
    return eligible


def _systems(index: SubjectIndex, rule: Progression, segments: Segments) -> NDArray[np.int8]:
    if rule.leading_system == "not asked":
        return np.zeros((0, 7), np.int8)
    frame = index.cohort.select("visits", *GRADED_SYSTEMS).select(pl.col(GRADED_SYSTEMS).fill_null(-1).cast(pl.Int8))
    # Polars hands out columns, and the walk reads all systems of one visit.
    return np.ascontiguousarray(frame.to_numpy()[segments.order])


def _relapses(index: SubjectIndex, rule: Progression) -> tuple[Positions, Ints, Ints]:
    """Offsets, first days and last days of relapses; none when no window asks for them."""
    # No table need have been collected by somebody whose definition asks nothing of it.
    if not rule.uses_relapses:
        none = np.zeros(0, np.int32)
        return np.zeros(index.count + 1, np.int64), none, none
    segments = index.segments("relapses")
    # The first day is the last: the kernel need not know which of the two the rule means.
    if rule.relapses_last == "a day":
        return segments.offsets, segments.day, segments.day
    # 2: without an end day a relapse lasts its first day, and with one that was completed to before it as well.
    days = index.cohort.select("relapses", "day", "end_day").select(end_day=pl.max_horizontal("day", "end_day"))
    return segments.offsets, segments.day, days["end_day"].to_numpy()[segments.order].astype(np.int32)


def _clashes(index: SubjectIndex, rows: NDArray[np.integer]) -> list[Problem]:
    names = index.cohort.tables["visits"]["row_id"].gather(np.sort(rows)).to_list()
    return [
        Problem.at_row(
            "visits",
            int(row) + 1,
            "day",
            found=f"row_id {name} shares its day with another score",
            allowed="one score a day",
            do="Correct the records, or choose a same_day rule in the endpoint.",
        )
        for row, name in zip(np.sort(rows), names, strict=True)
    ]


# ---------------------------------------------------------------- what the walk found


def _events(log: NDArray[np.int64], rule: Progression, segments: Segments) -> Events:
    onset, confirming = log[:, walk.ONSET], log[:, walk.CONFIRMING]
    nothing = np.full(log.shape[0], NEVER, np.int32)
    onset_day = segments.day_at(onset, nothing)
    # Without a confirming row (it confirms itself, or counts unconfirmed) it is dated at its onset.
    dated = segments.day_at(confirming, onset_day) if rule.event_date == "confirmation" else onset_day
    return Events(
        subject=log[:, walk.SUBJECT].astype(np.int32),
        day=dated,
        onset=onset_day,
        places={
            "baseline_row": log[:, walk.BASELINE],
            "onset_row": onset,
            "confirmation_row": confirming,
            "relapse_row": log[:, walk.RELAPSE],
        },
        relation=log[:, walk.RELATION].astype(np.int32),
        confirmed=(confirming >= 0) | (rule.confirmation.days is None),
    )


class _First(NamedTuple):
    """The subjects who have an event, and the row of the first one of each; both of shape (subjects with one,)."""

    subject: Ints
    row: Positions


def _first_of_each(events: Events) -> _First:
    # The log is in order of person and onset, so the first row of each person is the first event.
    other = np.ones(events.subject.size, np.bool_)
    np.not_equal(events.subject[1:], events.subject[:-1], out=other[1:])
    row = np.flatnonzero(other)
    return _First(events.subject[row], row)


def _of_first(values: NDArray[Any], first: _First, count: int, otherwise: int | np.int32) -> NDArray[Any]:
    """The value of each subject's first event, `otherwise` without one; shape (subjects,)."""
    chosen = np.full(count, otherwise, values.dtype)
    chosen[first.subject] = values[first.row]
    return chosen
