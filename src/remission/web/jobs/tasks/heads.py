"""Once a day the head of each chain is written into the list of the home, and sent to every host."""

from __future__ import annotations

from datetime import timedelta

from remission.web.audit.head import publish_heads
from remission.web.identities.models import Account
from remission.web.mail.letters import queue_letter

NAME = "heads"
# More often than it is due, so that no day is left out where a server was down at its hour: of a day it is done once.
EVERY = timedelta(hours=6)
KIND = "heads"


def run() -> None:
    """Publish the heads of today, unless they are."""
    published = publish_heads()
    if not published:
        return
    for host in Account.objects.filter(duty="host", is_active=True):
        queue_letter(KIND, account=host, opens=published[0].day)
