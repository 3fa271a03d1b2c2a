"""Confirmed progression of the EDSS, vectorised: the same rules as the plain twin, one pass over sorted visits.

Scores are integer half-points. The rule enters the kernel as numbers and arrays, so no definition triggers a
recompilation and no cached kernel can serve an old one. Instead of scanning forward from every onset, the kernel looks
up the next visit that can confirm and the next that shows no rise: its work is linear (times a logarithm) in visits.
"""

from __future__ import annotations

from typing import NamedTuple, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.outcomes.definitions import Baseline, Confirmation, Onset, Progression, Rater, SameDay, Unconfirmed
from remission.outcomes.finding import Assessments, Finding
from remission.outcomes.watch import Watch
from remission.records.kernels import kernel
from remission.records.problems import InputProblems, Problem
from remission.records.segments import NEVER, Flags, Ints, Positions, Segments, SubjectIndex, last_flagged_before

NO_SCORE = -1
_FIRST_DAY = -(2**31) + 1

# Codes in which kernels are told a choice. They stand in this file, so that editing them recompiles the kernels here.
FIRST, LAST, WORST, BEST = 0, 1, 2, 3
IGNORED, CENSORED, EVENT = 0, 1, 2
_SAME_DAY: dict[SameDay, int] = {"error": FIRST, "first": FIRST, "last": LAST, "worst": WORST, "best": BEST}
_UNCONFIRMED: dict[Unconfirmed, int] = {"ignored": IGNORED, "censored": CENSORED, "event": EVENT}


class Rule(NamedTuple):
    """A Progression as numbers: what the kernel is given. Windows are (from, to) days, blocks are (after, before)."""

    baseline_window: Ints
    baseline_is_last: int
    baseline_block: Ints
    counts_from: int
    onset_block: Ints
    confirm_days: int
    confirm_tolerance: Ints
    confirm_all: int
    confirm_block: Ints
    dated_at_confirmation: int
    same_day: int
    pending_at_death: int
    pending_at_end: int


class Visits(NamedTuple):
    """Usable scores of all subjects: places in the segments, days, half-points; score NO_SCORE is not usable."""

    offsets: Positions
    day: Ints
    score: Ints


class People(NamedTuple):
    """What else is known of each subject: days of relapses, last day records are used, death known by then or NEVER."""

    relapse_offsets: Positions
    relapse_day: Ints
    last_usable: Ints
    death: Ints


class _Found(NamedTuple):
    event: Ints
    onset: Ints
    pending: Ints
    baseline: Positions
    onset_place: Positions
    confirmation: Positions
    looked: Flags
    free: Flags
    clash: Flags


def find_progression(index: SubjectIndex, rule: Progression, watch: Watch) -> Finding:
    """Every subject's first confirmed (or pending) progression on the records that are used.

    Raises InputProblems naming the rows when two scores of one day meet the same-day rule `error`.
    """
    segments = index.segments("visits")
    visits = Visits(segments.offsets, segments.day, _scores(index, rule, segments))
    relapses = _relapses(index, rule)
    death = index.days("death_day")
    known_death = np.where(death <= index.days("cut_day"), death, NEVER).astype(np.int32)
    people = People(relapses.offsets, relapses.day, watch.last_usable, known_death)
    found = _Found(*_find(visits, people, as_numbers(rule), thresholds(rule)))
    if rule.same_day == "error" and found.clash.any():
        raise InputProblems(_clashes(index, segments.order[found.clash]))
    places = {"baseline_row": found.baseline, "onset_row": found.onset_place, "confirmation_row": found.confirmation}
    assessments = Assessments(segments, found.looked, found.free)
    kind_end = last_day(assessments, watch.entry)
    no_baseline = found.baseline < 0
    return Finding(found.event, found.onset, found.pending, no_baseline, kind_end, places, assessments, assessments)


def thresholds(rule: Progression) -> Ints:
    """Smallest rise for every baseline from 0 to 10, in half-points; shape (21,).

    >>> from remission.outcomes.endpoint_files import load_endpoint
    >>> thresholds(load_endpoint("cdp-12w").progression)[[0, 2, 11, 12]].tolist()
    [3, 2, 2, 1]
    """
    table = np.zeros(21, np.int32)
    for row in rule.thresholds:
        table[round(2 * row.baseline_from) :] = round(2 * row.rise)
    return table


def as_numbers(rule: Progression) -> Rule:
    """The rule as the kernel takes it; a window without an end reaches to the end of time."""
    baseline, confirmation = rule.baseline, rule.confirmation
    after = NEVER if confirmation.tolerance_after_days is None else confirmation.tolerance_after_days
    from_day = _FIRST_DAY if baseline.from_day is None else baseline.from_day
    return Rule(
        np.array([from_day, baseline.to_day], np.int32),
        int(baseline.choose == "last"),
        _block(baseline),
        rule.onset.counts_from_day,
        _block(rule.onset),
        0 if confirmation.days is None else confirmation.days,
        np.array([confirmation.tolerance_before_days, after], np.int32),
        int(confirmation.visits == "all"),
        _block(confirmation),
        int(rule.event_date == "confirmation"),
        _SAME_DAY[rule.same_day],
        _UNCONFIRMED[rule.unconfirmed_before_death],
        _UNCONFIRMED[rule.unconfirmed_at_end],
    )


def _block(window: Baseline | Onset | Confirmation) -> Ints:
    return np.array([window.after_relapse_days, window.before_relapse_days], np.int32)


def last_day(assessments: Assessments, otherwise: Ints) -> Ints:
    """Day of each subject's last assessment; `otherwise` where there was none."""
    segments, looked = assessments.segments, assessments.looked
    place = last_flagged_before(segments.offsets, looked, segments.day, np.full(otherwise.size, NEVER, np.int32))
    return segments.day_at(place, otherwise)


def _scores(index: SubjectIndex, rule: Progression, segments: Segments) -> Ints:
    """Half-points of the visits in segment order, NO_SCORE where there is none or the rater is not among the rule's."""
    edss = index.cohort.select("visits", "edss")["edss"].to_numpy()
    asked = _asked_rater(index.cohort.tables["visits"], rule)
    return _half_points(edss if asked is None else np.where(asked, edss, np.nan), segments.order)


@kernel
def _half_points(edss: NDArray[np.float64], order: Positions) -> Ints:
    """Twice the score at each place, so that every comparison is one of whole numbers."""
    half = np.full(order.size, NO_SCORE, np.int32)
    for i in range(order.size):
        score = edss[order[i]]
        if not np.isnan(score):
            half[i] = np.int32(np.rint(2 * score))
    return half


def _asked_rater(visits: pl.DataFrame, rule: Progression) -> Flags | None:
    """Which visits were rated by somebody the rule asks for; None when all were, without looking at every row."""
    recorded = "rater" in visits.columns
    if set(rule.raters) == set(get_args(Rater)) or (not recorded and "not recorded" in rule.raters):
        return None
    if not recorded:
        return np.zeros(visits.height, np.bool_)
    asked: Flags = visits["rater"].fill_null("not recorded").is_in(list(rule.raters)).to_numpy()
    return asked


def _relapses(index: SubjectIndex, rule: Progression) -> Segments:
    windows = (rule.baseline, rule.onset, rule.confirmation)
    if any(window.after_relapse_days or window.before_relapse_days for window in windows):
        return index.segments("relapses")
    none = np.zeros(0, np.int64)
    return Segments(np.zeros(index.count + 1, np.int64), none, none.astype(np.int32))


def _clashes(index: SubjectIndex, rows: NDArray[np.int64]) -> list[Problem]:
    names = index.cohort.tables["visits"]["row_id"].gather(np.sort(rows)).to_list()
    return [
        Problem(
            "visits",
            int(row) + 1,
            "day",
            f"row_id {name} shares its day with another score",
            "one score a day",
            "Correct the records, or choose a same_day rule in the endpoint.",
        )
        for row, name in zip(np.sort(rows), names, strict=True)
    ]


@kernel
def _find(
    visits: Visits, people: People, rule: Rule, rises: Ints
) -> tuple[Ints, Ints, Ints, Positions, Positions, Positions, Flags, Flags, Flags]:
    count, rows = visits.offsets.size - 1, visits.day.size
    days = np.full((3, count), NEVER, np.int32)  # event, onset, pending
    places = np.full((3, count), -1, np.int64)  # baseline, onset, confirmation
    looked, free, clash = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    for s in range(count):
        segment = visits.offsets[s], visits.offsets[s + 1]
        used = _use(visits, segment, people.last_usable[s], rule.same_day, clash)
        # A visit was an assessment even when no baseline makes sense of it: observation of the kind lasted until then.
        looked[used] = True
        day, score = visits.day[used], visits.score[used]
        relapses = people.relapse_day[people.relapse_offsets[s] : people.relapse_offsets[s + 1]]
        since, until = _nearest_relapses(day, relapses, people.last_usable[s])
        base = _baseline(day, since, until, rule)
        if base < 0:
            continue
        # Everything below compares with one number: a score is a rise when it reaches `needed` half-points.
        needed = score[base] + rises[score[base]]
        places[0, s] = used[base]
        free[used[base:]] = score[base:] < needed
        first, confirming = _first_progression(day, score, since, until, base, needed, rule)
        if first < 0:
            continue
        counts_as = EVENT
        if confirming < 0:
            counts_as = _unconfirmed_counts_as(day[first], people.death[s], rule)
        if counts_as == EVENT:
            dated = confirming if rule.dated_at_confirmation == 1 and confirming >= 0 else first
            days[0, s], days[1, s] = day[dated], day[first]
            places[1, s] = used[first]
            places[2, s] = used[confirming] if confirming >= 0 else -1
        elif counts_as == CENSORED:
            days[2, s] = day[first]
    return days[0], days[1], days[2], places[0], places[1], places[2], looked, free, clash


@kernel
def _unconfirmed_counts_as(onset: int, death: int, rule: Rule) -> int:
    """What an onset without a confirming visit counts as; one that needs no confirmation is an event."""
    if rule.confirm_days == 0:
        return EVENT
    died_waiting = death != NEVER and death <= _closes(onset, rule)
    return rule.pending_at_death if died_waiting else rule.pending_at_end


@kernel
def _closes(onset: int, rule: Rule) -> int:
    """Last day of the confirmation window; in 64 bits, because an unlimited tolerance is NEVER."""
    return np.int64(onset) + rule.confirm_days + rule.confirm_tolerance[1]  # type: ignore[no-any-return]


@kernel
def _use(visits: Visits, segment: tuple[int, int], last_usable: int, same_day: int, clash: Flags) -> Positions:
    """Places of the scores that are used: one a day, by the same-day rule."""
    used = np.empty(segment[1] - segment[0], np.int64)
    k = 0
    for i in range(segment[0], segment[1]):
        if visits.score[i] < 0 or visits.day[i] > last_usable:
            continue
        if k == 0 or visits.day[used[k - 1]] != visits.day[i]:
            used[k] = i
            k += 1
            continue
        clash[i] = clash[used[k - 1]] = True
        kept, new = visits.score[used[k - 1]], visits.score[i]
        if same_day == LAST or (same_day == WORST and new > kept) or (same_day == BEST and new < kept):
            used[k - 1] = i
    return used[:k]


@kernel
def _nearest_relapses(day: Ints, relapses: Ints, last_usable: int) -> tuple[Ints, Ints]:
    """Days since the last relapse at or before each visit, and until the next at or after it; NEVER without one."""
    since, until = np.full(day.size, NEVER, np.int32), np.full(day.size, NEVER, np.int32)
    count = np.searchsorted(relapses, last_usable, side="right")
    for i in range(day.size):
        after = np.searchsorted(relapses[:count], day[i], side="right")
        if after > 0:
            since[i] = day[i] - relapses[after - 1]
        at = np.searchsorted(relapses[:count], day[i], side="left")
        if at < count:
            until[i] = relapses[at] - day[i]
    return since, until


@kernel
def _baseline(day: Ints, since: Ints, until: Ints, rule: Rule) -> int:
    chosen = -1
    for i in range(day.size):
        inside = rule.baseline_window[0] <= day[i] <= rule.baseline_window[1]
        if inside and since[i] >= rule.baseline_block[0] and until[i] >= rule.baseline_block[1]:
            chosen = i
            if rule.baseline_is_last == 0:
                break
    return chosen


@kernel
def _first_progression(
    day: Ints, score: Ints, since: Ints, until: Ints, base: int, needed: int, rule: Rule
) -> tuple[int, int]:
    """The onset that is confirmed or pending and its confirming visit, as indices of the used visits; -1 for none."""
    k = day.size
    next_fall, next_usable = _look_ahead(score, since, until, needed, rule.confirm_block)
    for i in range(base + 1, k):
        blocked = since[i] < rule.onset_block[0] or until[i] < rule.onset_block[1]
        if score[i] < needed or day[i] < rule.counts_from or blocked:
            continue
        if rule.confirm_days == 0:
            return i, -1
        opens = max(day[i] + rule.confirm_days - rule.confirm_tolerance[0], day[i] + 1)
        closes = _closes(day[i], rule)
        confirming = next_usable[np.searchsorted(day, opens)]
        # A refuted rise does not end the search: a later visit may begin one that holds. A pending rise does, because
        # every visit that could confirm a later onset would have confirmed this one.
        if confirming < k and day[confirming] <= closes:
            held = next_fall[i] > confirming if rule.confirm_all == 1 else score[confirming] >= needed
            if held:
                return i, confirming
        elif next_fall[i] == k and day[k - 1] <= closes:
            return i, -1
    return -1, -1


@kernel
def _look_ahead(score: Ints, since: Ints, until: Ints, needed: int, block: Ints) -> tuple[Positions, Positions]:
    """For each visit the first one after it without a rise; for each place the first from it on that can confirm."""
    k = score.size
    next_fall, next_usable = np.full(k + 1, k, np.int64), np.full(k + 1, k, np.int64)
    for i in range(k - 1, -1, -1):
        next_fall[i] = i + 1 if i + 1 < k and score[i + 1] < needed else next_fall[i + 1]
        usable = since[i] >= block[0] and until[i] >= block[1]
        next_usable[i] = i if usable else next_usable[i + 1]
    return next_fall, next_usable
