"""Who is to be asked today about a form that is due."""

from __future__ import annotations

from datetime import timedelta

from remission.web.mail.reminders import queue_reminders

NAME = "reminders"
# More often than once a day: a computer that is on by day only is asked at some hour of it. Nobody is asked twice.
EVERY = timedelta(hours=6)


def run() -> None:
    """Let the letters wait."""
    queue_reminders()
