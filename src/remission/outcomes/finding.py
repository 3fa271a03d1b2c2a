"""What a rule found in the records, before anybody asked whether observation had ended by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from remission.outcomes.definitions.changes import Relation
from remission.records.segments import NEVER, Flags, Ints, Positions, Segments, first_flagged, last_flagged_before

if TYPE_CHECKING:
    from remission.outcomes.watch import Watch

RELATIONS = get_args(Relation)
# The same number as the walk writes into its log, for relations are handed on as they are.
NO_RELATION = -1
# Their order is that of the columns of a spell. A rule whose events lie in another table
# adds its deciding row here, and every frame has it.
ROLES = {
    "baseline_row": "visits",
    "onset_row": "visits",
    "confirmation_row": "visits",
    "relapse_row": "relapses",
    "scan_row": "scans",
    "treatment_row": "treatments",
    "course_row": "courses",
}


class Assessments(NamedTuple):
    """The rows on which a subject was looked at: all of them (`looked`) and those that were negative (`free`)."""

    segments: Segments
    looked: Flags
    free: Flags


class Events(NamedTuple):
    """Every event of a rule that recurs, sorted by subject and onset: shape (events,), places as in Finding.

    `relation` is a code of RELATIONS or NO_RELATION; `confirmed` is False for one that counts without confirmation.
    """

    subject: Ints
    day: Ints
    onset: Ints
    places: dict[str, Positions]
    relation: Ints
    confirmed: Flags


class Baselines(NamedTuple):
    """Baseline visits of those without an event: the first one, and that of a pending change; -1 for none."""

    first: Positions
    pending: Positions


class Finding(NamedTuple):
    """Events of one part, shape (subjects,); days are NEVER and places -1 where there is none.

    `kind_end` is the last day of the part's own observation: its last assessment, or the last day records are used.
    `onset` is the first day of what became the event, `pending` that of a rise which ends observation unconfirmed.
    `places` are rows (by role) in the order of the part's segments; `assessments` is None where the day of an event is
    known by itself (relapse, death), and `gap_assessments` are the days between which a gap is looked for.
    `waiting` is the onset of a change that could neither be confirmed nor refuted, whatever the definition makes of it.
    `events` are all events when the rule recurs; the fields above then hold each subject's first. `baselines` stand for
    the baseline row of somebody whose event does not count in the end.
    """

    event: Ints
    onset: Ints
    pending: Ints
    no_baseline: Flags
    kind_end: Ints
    places: dict[str, Positions]
    assessments: Assessments | None = None
    gap_assessments: Assessments | None = None
    waiting: Ints | None = None
    relation: Ints | None = None
    confirmed: Flags | None = None
    events: Events | None = None
    baselines: Baselines | None = None


def finding_on(segments: Segments, place: Positions, role: str, kind_end: Ints) -> Finding:
    """A Finding whose event is the row at `place` (none where -1) and that is dated by its own day."""
    # Dated by its own day, so the onset is the event and nothing can be pending.
    nothing = np.full(place.size, NEVER, np.int32)
    event = segments.day_at(place, nothing)
    return Finding(event, event, nothing, np.zeros(place.size, np.bool_), kind_end, {role: place})


def events_on(segments: Segments, flags: Flags, role: str) -> Events:
    """Each flagged row as an event that is dated by its own day."""
    place = np.flatnonzero(flags)
    # The offsets are sorted, so the person of each place is found by halving, without an array for all rows.
    subject = (np.searchsorted(segments.offsets, place, side="right") - 1).astype(np.int32)
    day = segments.day[place]
    relation = np.full(place.size, NO_RELATION, np.int32)
    return Events(subject, day, day, {role: place}, relation, np.ones(place.size, np.bool_))


def finding_on_assessments(segments: Segments, used: Flags, active: Flags, role: str, watch: Watch) -> Finding:
    """A Finding whose event is the first active row, and whose other used rows show that there was nothing."""
    # `watch.entry` is put in its place just below: observation ends with the last assessment (decision 3).
    finding = finding_on(segments, first_flagged(segments.offsets, active), role, watch.entry)
    assessments = Assessments(segments, used, used & ~active)
    return finding._replace(
        kind_end=last_day(assessments, watch.entry), assessments=assessments, gap_assessments=assessments
    )


def last_day(assessments: Assessments, otherwise: Ints) -> Ints:
    """Day of each subject's last assessment; `otherwise` where there was none."""
    segments, looked = assessments.segments, assessments.looked
    place = last_flagged_before(segments.offsets, looked, segments.day, np.full(otherwise.size, NEVER, np.int32))
    return segments.day_at(place, otherwise)


def usable_rows(segments: Segments, watch: Watch) -> Flags:
    """Rows on a day whose records are used."""
    return segments.day <= each_row(segments, watch.last_usable)


def each_row(segments: Segments, days: Ints) -> Ints:
    """A day of each subject, for each of the subject's rows."""
    repeated: Ints = np.repeat(days, np.diff(segments.offsets))
    return repeated
