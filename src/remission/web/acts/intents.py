"""Acts over both databases: begun with an intent, and finished at the next start where a process died in between.

There is no transaction across two databases. So an act first says in one of them what it is about to do (in random
names alone), then does it in steps of which each may be done twice, then takes the word back. What was begun is
finished: nothing that somebody was told is done can be undone by a power cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction

from remission.web.clock import now
from remission.web.databases import IDENTITIES
from remission.web.identities.models import Intent

Steps = Callable[[Mapping[str, str]], None]
_ACTS: dict[str, Steps] = {}


class Later(Exception):  # noqa: N818  # nothing went wrong
    """Raised by steps that are done but for what must wait: their intent stays, and they are done again later."""


def finishes(act: str) -> Callable[[Steps], Steps]:
    """Say that a function does the steps of an act; called with what its intent names, perhaps a second time."""

    def registered(steps: Steps) -> Steps:
        _ACTS[act] = steps
        return steps

    return registered


def carry_out(act: str, named: Mapping[str, str], *, first: Callable[[], object] | None = None) -> None:
    """Do an act over both databases. `first` is done in the same transaction as its intent: both are there, or none."""
    with transaction.atomic(using=IDENTITIES):
        intent = Intent.objects.create(act=act, named=dict(named), begun_at=now())
        if first is not None:
            first()
    _finish(intent)


def finish_intents() -> int:
    """Finish what a process that died had begun; how many there were. Called before anything is served."""
    begun = list(Intent.objects.order_by("begun_at"))
    for intent in begun:
        _finish(intent)
    return len(begun)


def _finish(intent: Intent) -> None:
    try:
        _ACTS[intent.act](intent.named)
    except Later:
        return
    intent.delete()
