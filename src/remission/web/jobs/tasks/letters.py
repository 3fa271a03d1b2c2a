"""Letters that wait are handed to the mail server, and old ones forgotten."""

from __future__ import annotations

from datetime import timedelta

from remission.web.mail.sending import forget_old, send_waiting

NAME = "letters"
EVERY = timedelta(minutes=1)


def run() -> None:
    """Send what waits."""
    send_waiting()
    forget_old()
