"""Second factors of those who lost theirs: removed once the days of waiting are over."""

from __future__ import annotations

from datetime import timedelta

from remission.web.acts.recovering import finish_recoveries

NAME = "recoveries"
EVERY = timedelta(hours=1)


def run() -> None:
    """Finish what is due."""
    finish_recoveries()
