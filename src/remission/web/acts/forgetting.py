"""Addresses that nobody confirmed: forgotten after some days, for somebody else may have given them."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress

from remission.web.audit.chain import SYSTEM, note, noting
from remission.web.clock import now
from remission.web.identities.models import Account, Membership

KEPT = timedelta(days=7)


def forget_unconfirmed() -> int:
    """Delete every account that never confirmed an address within the days; how many that were."""
    with noting("identities"):
        confirmed = EmailAddress.objects.filter(verified=True).values("user")
        joined = Membership.objects.values("account")
        forgotten = Account.objects.filter(joined_at__lt=now() - KEPT, duty="").exclude(pk__in=confirmed)
        count = len([one.delete() for one in forgotten.exclude(pk__in=joined)])
        if count:
            note("identities", "unconfirmed forgotten", actor=SYSTEM, detail=f"accounts {count}")
    return count
