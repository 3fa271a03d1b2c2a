"""Who does a job now, and from when on it may be done again: a row for each, so that two runners never do one at once.

A row says "not before a moment". Who takes it puts the moment past the longest time that a job may take; who is done
puts it where the job is due again. A runner that dies leaves its row, and the job is taken up when the moment passes.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from remission.web.clock import now
from remission.web.databases import IDENTITIES
from remission.web.identities.models import Lease

LONGEST = timedelta(minutes=30)


def take(name: str, holder: str, every: timedelta) -> bool:
    """Take a job, for `LONGEST` at most; False where it is not due, or somebody else has it."""
    moment = now()
    # IMMEDIATE (see `databases`): between reading and writing no other process comes.
    with transaction.atomic(using=IDENTITIES):
        row = Lease.objects.filter(name=name).first()
        # Farther away than it can have been put: the clock was set back, and the job would never be done.
        if row is not None and moment < row.until <= moment + max(every, LONGEST):
            return False
        Lease.objects.update_or_create(name=name, defaults={"holder": holder, "until": moment + LONGEST})
    return True


def give_back(name: str, holder: str, after: timedelta) -> bool:
    """Say that a job is due again after some time; False where the lease ran out and somebody else has it."""
    kept = Lease.objects.filter(name=name, holder=holder)
    return kept.update(holder="", until=now() + after) == 1
