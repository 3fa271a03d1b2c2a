"""Whether the clock was set back while the server runs: said in the log, for days stand still until it is right."""

from __future__ import annotations

from datetime import timedelta

from remission.web import fault_log
from remission.web.clock import set_back

NAME = "watch clock"
EVERY = timedelta(hours=1)


def run() -> None:
    """Say so, if it was."""
    behind = set_back()
    if behind is not None:
        fault_log.say(f"the clock stands {behind.days} days before the last act that was recorded")
