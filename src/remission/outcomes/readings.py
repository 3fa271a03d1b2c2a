"""`evaluate_readings(cohort, endpoint)`: the status of everyone in windows of time, as NEDA is usually reported.

Free of it, not free of it, or not assessable, with the reason: nobody is dropped from the denominator in silence, and
nobody is free of an event because nobody looked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.provenance import Provenance
from remission.inputs.tabular import Tabular
from remission.outcomes.definitions.records import REASON_WORDS, REASONS, Endpoint, ReadingWindow
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.evaluation import evaluate_days
from remission.outcomes.needs import checked_endpoint
from remission.records.segments import NEVER, Flags, Ints, SubjectIndex

if TYPE_CHECKING:
    from remission.outcomes.spells import SpellDays
    from remission.records.cohort import Cohort

YES, NO, NOT_ASSESSABLE = "yes", "no", "not assessable"
LATE_ENTRY = "late-entry"
READING_REASON_WORDS = REASON_WORDS | {LATE_ENTRY: "observation began after the window did"}
READING_COLUMNS: dict[str, type[pl.DataType]] = {
    "subject_id": pl.String,
    "from_day": pl.Int32,
    "to_day": pl.Int32,
    "status": pl.String,
    "event_day": pl.Int32,
    "cause": pl.String,
    "also": pl.String,
    "reason": pl.String,
    "unassessed": pl.String,
}


@dataclass(frozen=True, repr=False)
class ReadOutcome(Tabular):
    """One endpoint read in windows: a row of `readings` for each window of each subject who entered.

    `status` is "yes" (free of it), "no" or "not assessable". A "no" has the day of the first event in the window, its
    part in `cause` and the others with an event in the window in `also`; a "not assessable" has a `reason` and the
    part that was `unassessed`.
    """

    endpoint: Endpoint
    readings: pl.DataFrame
    provenance: Provenance

    @property
    def said(self) -> str:
        """Which endpoint in which cohort, with how many windows of persons were read."""
        counted = f"{self.readings.height:,} windows of {self.readings['subject_id'].n_unique():,} persons"
        return self._in_cohort(self.endpoint.name, self.provenance, counted)

    def _rows(self) -> pl.DataFrame:
        return self.readings


class _Window(NamedTuple):
    """Spells of the parts on the clock of one window; arrays of shape (parts, subjects)."""

    entry: Ints
    exit: Ints
    event: Flags
    reason: Ints


def evaluate_readings(cohort: Cohort, endpoint: Endpoint | str) -> ReadOutcome:
    """The status of everyone who entered in every window of the endpoint: `docs/rules.md`, "Readings".

    Raises InputProblems when the endpoint has no windows, when one ends before it begins, when its time begins at an
    event, and as `evaluate` does.

    >>> from remission.outcomes.load import load_cohort
    >>> read = evaluate_readings(load_cohort("two-arm"), "neda-3-rebaselined")
    >>> sorted(read.readings["status"].unique().to_list())
    ['no', 'not assessable', 'yes']
    """
    endpoint = checked_endpoint(cohort, endpoint)
    check_readings(endpoint)
    assert endpoint.readings is not None
    people = SubjectIndex.of(cohort).subjects["subject_id"]
    frames = []
    for window in endpoint.readings.windows:
        # Days only: the names and rows of each window would be thrown away. It is the evaluation that a curve rests
        # on, begun at the window (decision 24).
        spells = [evaluate_days(cohort, part) for part in window_parts(endpoint, window)]
        frames.append(_read(people, endpoint, window, _stacked(spells)).with_row_index("place"))
    # By place of the person, stable: a person's windows stand together, in the order in which they are declared.
    every = pl.concat(frames).sort("place", maintain_order=True)
    return ReadOutcome(endpoint, every.select(list(READING_COLUMNS)), cohort.provenance)


def check_readings(endpoint: Endpoint) -> None:
    """Refuse an endpoint that cannot be read in windows, naming everything in the way."""
    problems = []
    if endpoint.readings is None:
        advice = "Add them, or choose another endpoint."
        problems.append(
            Problem.at_key(endpoint.name, "readings", found="nothing", allowed="[readings] with its windows", do=advice)
        )
    # Windows count from day zero; those of a person whose time begins at an event would be windows of nothing.
    if endpoint.origin_event is not None:
        at_event = f"origin_event = '{endpoint.origin_event}'"
        advice = "Take one of the two out."
        problems.append(
            Problem.at_key(endpoint.name, "origin_event", found=at_event, allowed="windows from day zero", do=advice)
        )
    for window in () if endpoint.readings is None else endpoint.readings.windows:
        if window.to_day <= window.from_day:
            days = f"days {window.from_day} to {window.to_day}"
            allowed = "a window that ends after it begins"
            problems.append(
                Problem.at_key(endpoint.name, "readings.windows", found=days, allowed=allowed, do="Correct its days.")
            )
    if problems:
        raise InputProblems(problems)


def window_parts(endpoint: Endpoint, window: ReadingWindow) -> tuple[Endpoint, ...]:
    """The parts of an endpoint (itself, when it is no composite) as they are asked in one window."""
    assert endpoint.readings is not None
    anew = endpoint.readings.baseline == "of each window"
    return tuple(_in_window(part, window.from_day, anew=anew) for part in endpoint.parts or (endpoint,))


def _in_window(part: Endpoint, from_day: int, *, anew: bool) -> Endpoint:
    # Without `readings`: the part is asked on its own, and a window within a window has no meaning.
    part = replace(part, origin_day=from_day, readings=None)
    rule = part.of(Progression)
    if rule is not None:
        # Readings, 1: from the day after the window begins, unless the rule itself counts from later on.
        onset = replace(rule.onset, counts_from_day=max(rule.onset.counts_from_day, from_day + 1))
        # Readings, 2: with a baseline of each window a lasting change is lost once; where it stays, in each later
        # window too.
        baseline = replace(rule.baseline, to_day=max(rule.baseline.to_day, from_day)) if anew else rule.baseline
        return replace(part, record=replace(rule, onset=onset, baseline=baseline, events="first"))
    # Asked for its first event: a window is lost or not, and further events in it change nothing.
    changes: dict[str, Any] = {"events": "first"} if part.recurs else {}
    first_day: int | None = getattr(part.record, "counts_from_day", None)
    # A death counts whenever it comes: a rule may have no first day that could be moved.
    if first_day is not None:
        changes["counts_from_day"] = max(first_day, from_day + 1)
    return replace(part, record=replace(part.record, **changes))


def _stacked(spells: list[SpellDays]) -> _Window:
    def stack(name: str) -> NDArray[Any]:
        return np.stack([getattr(part, name) for part in spells])

    return _Window(stack("entry"), stack("exit"), stack("event"), stack("reason"))


def _read(people: pl.Series, endpoint: Endpoint, window: ReadingWindow, found: _Window) -> pl.DataFrame:
    assert endpoint.readings is not None
    followed = found.exit > found.entry
    # Readings, 3: an event after the window is none of its own, and proof of observation up to there (4).
    event_day = np.where(found.event & (found.exit <= window.to_day), found.exit, NEVER)
    late = followed & (found.entry > window.from_day)
    enough = np.where(
        found.event, found.exit > window.to_day, found.exit >= window.to_day - endpoint.readings.early_days
    )
    # Readings, 4: each part by itself must have been seen from the first day to the last.
    free = followed & ~late & enough
    lost = (event_day < NEVER).any(axis=0)
    # Lost goes first: one part with an event is enough, whether or not the others were observed. Free needs all of
    # them, and everybody else is in neither.
    status = np.select([lost, free.all(axis=0)], [NO, YES], NOT_ASSESSABLE)
    names = [part.name for part in endpoint.parts or (endpoint,)]
    first, also = _causes(event_day, names)
    # The first part in the declared order that was not free; past the last name for those who have a status.
    unassessed = np.where(status == NOT_ASSESSABLE, (~free).argmax(axis=0), len(names))
    # One place beyond the reasons of spells is `late-entry`, the one after it is empty.
    reasons = np.where(late, len(REASONS), found.reason)
    # Everybody is looked up, also who has a status; the place is kept inside the array and written over below.
    why = np.take_along_axis(reasons, np.minimum(unassessed, len(names) - 1)[None], axis=0)[0]
    why = np.where(status == NOT_ASSESSABLE, why, len(REASONS) + 1)
    day = event_day.min(axis=0, initial=NEVER)
    return pl.DataFrame(
        {
            "subject_id": people,
            "from_day": pl.Series([window.from_day], dtype=pl.Int32).new_from_index(0, people.len()),
            "to_day": pl.Series([window.to_day], dtype=pl.Int32).new_from_index(0, people.len()),
            "status": pl.Series(status, dtype=pl.String),
            "event_day": pl.Series(day.astype(np.int32)).set(pl.Series(~lost), None),
            "cause": _named(first, names),
            "also": also,
            "reason": pl.Series([*REASONS, LATE_ENTRY, None], dtype=pl.String)[why.astype(np.uint32)],
            "unassessed": _named(unassessed, names),
        },
        schema=READING_COLUMNS,
    )


def _named(place: NDArray[Any], names: list[str]) -> pl.Series:
    """The name at each place; none past the last."""
    return pl.Series([*names, None], dtype=pl.String)[place.astype(np.uint32)]


def _causes(event_day: Ints, names: list[str]) -> tuple[NDArray[Any], pl.Series]:
    """Place of the part with the first event of each subject, and the others' names in order of day, then of parts."""
    # Stable, so that parts with an event on one day keep the order in which they are declared.
    order = np.argsort(event_day, axis=0, kind="stable")
    happened = np.take_along_axis(event_day, order, axis=0) < NEVER
    # Parts without an event sort last, for NEVER is after every day, and get the empty name.
    place = np.where(happened, order, len(names))
    others = [_named(row, names).alias(f"{number}") for number, row in enumerate(place[1:])]
    # A single part has no others; joining no columns at all would be an error.
    if not others:
        return place[0], pl.Series([None], dtype=pl.String).new_from_index(0, place.shape[1])
    also = pl.select(pl.concat_str(others, separator=", ", ignore_nulls=True)).to_series()
    return place[0], also.set(also == "", None)
