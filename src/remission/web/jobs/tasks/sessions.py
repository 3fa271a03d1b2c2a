"""What has expired is taken away: sessions, links of letters, counts of tries, and jobs that were done."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django_tasks_db.models import DBTaskResult

from remission.web.clock import now
from remission.web.databases import IDENTITIES
from remission.web.identities.models import Ticket

NAME = "sessions"
EVERY = timedelta(hours=1)
# For so long a page can still say that a link was used or is too old.
KEPT = timedelta(days=30)


def run() -> None:
    """Take them away."""
    moment = now()
    Session.objects.filter(expire_date__lt=moment).delete()
    Ticket.objects.filter(expires_at__lt=moment - KEPT).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=moment - KEPT).delete()
    with connections[IDENTITIES].cursor() as cursor:
        table = connections[IDENTITIES].ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment.replace(tzinfo=None).isoformat(" ")])
