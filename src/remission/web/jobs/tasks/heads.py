"""Once a day the head of each chain is written into the list of the home, and sent to every host."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from remission.web.audit.head import publish_heads
from remission.web.identities.models import Account

NAME = "heads"
# More often than it is due, so that no day is left out where a server was down at its hour: of a day it is done once.
EVERY = timedelta(hours=6)
KIND = "heads"


def run() -> None:
    """Publish the heads of today, unless they are."""
    published = publish_heads()
    if not published:
        return
    queue_letter = import_module("remission.web.mail.letters").queue_letter
    for host in Account.objects.filter(duty="host", is_active=True):
        queue_letter(KIND, account=host, opens=published[0].day)
