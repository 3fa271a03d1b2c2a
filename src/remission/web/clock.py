"""What time it is: the only place of this room that asks the clock, so that a test can set it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import DatabaseError
from django.db.models import Max

from remission.web.instance import instance

# A clock that is a little slow, or was set right by a minute, was not set back.
SET_BACK = timedelta(days=1)
# Of each database of records that this process asked: up to which row of the chain it looked, and the latest moment.
_seen: dict[str, tuple[int, str]] = {}


def now() -> datetime:
    """This moment, in UTC, as the clock says it."""
    return datetime.now(UTC)


def today() -> date:
    """The day on which something is told or done, in UTC: never before the day of anything that was recorded.

    Where the clock was set back it stays the last day: days that run backwards would put an answer before the consent
    under which it was given.
    """
    last = last_recorded()
    return max(now().date(), last.date()) if last else now().date()


def last_recorded() -> datetime | None:
    """The latest moment in the chain of records; None where nothing is recorded, or nobody can say now.

    Each row is looked at once by each process, so it costs next to nothing.
    """
    from remission.web.records.models import RecordAudit  # noqa: PLC0415 - its rows are written by this clock

    home = instance().home
    if home is None:
        return None
    row, latest = _seen.get(str(home.records), (0, ""))
    try:
        found = RecordAudit.objects.filter(row__gt=row).aggregate(row=Max("row"), at=Max("at"))
    except DatabaseError:
        found = {"row": None}
    if found["row"] is not None:
        row, latest = found["row"], max(latest, found["at"])
        _seen[str(home.records)] = row, latest
    return datetime.fromisoformat(latest) if latest else None


def set_back() -> timedelta | None:
    """By how much the clock stands before what was recorded last; None where it does not, or by less than a day."""
    last = last_recorded()
    behind = last - now() if last else timedelta(0)
    return behind if behind > SET_BACK else None
