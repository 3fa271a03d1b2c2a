"""Until when a backup may be kept: it stands in its name and on its first lines, and after that day it is deleted.

Whoever had everything erased is still in the backups made before. That ends on a day that was promised to them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

NAMED = re.compile(r"remission-\d{4}-\d\d-\d\d-\d{6}-keep-until-(\d{4}-\d\d-\d\d)\.backup")


def file_name(at: datetime, until: date) -> str:
    """The name of a backup: the moment it was made, and the last day to keep it.

    >>> file_name(datetime(2026, 11, 30, 2, 15, 7), date(2027, 1, 4))
    'remission-2026-11-30-021507-keep-until-2027-01-04.backup'
    """
    return f"remission-{at:%Y-%m-%d-%H%M%S}-keep-until-{until}.backup"


def expired(folder: Path, on: date) -> list[Path]:
    """The backups in a folder whose last day is over; files of any other name are left alone."""
    return sorted(path for path in folder.glob("remission-*.backup") if (last := last_day(path)) and last < on)


def last_day(path: Path) -> date | None:
    """The last day to keep a backup, by its name; None for a file that has another name."""
    found = NAMED.fullmatch(path.name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def last_made(folder: Path) -> datetime | None:
    """When the newest backup in a folder was made; None where none is. What lies beside backups is none."""
    made = [path.stat().st_mtime for path in folder.glob("remission-*.backup") if last_day(path)]
    return datetime.fromtimestamp(max(made), UTC) if made else None


def prune(folder: Path, on: date) -> list[Path]:
    """Delete the backups in a folder whose last day is over; which."""
    gone = expired(folder, on)
    for path in gone:
        path.unlink()
    return gone
