"""Accounts whose address nobody confirmed: forgotten after a week."""

from __future__ import annotations

from datetime import timedelta

from remission.web.acts.forgetting import forget_unconfirmed

NAME = "unconfirmed"
EVERY = timedelta(days=1)


def run() -> None:
    """Forget them."""
    forget_unconfirmed()
