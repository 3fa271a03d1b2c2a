"""Sessions: sealed where they lie, and ended for an account wherever it is signed in.

A session holds, for some minutes, the secret of a factor that is being set up, and the form that was sent before the
password was asked for again. So what lies in the database is sealed like everything else of an account.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from remission.inputs.problems import InputProblems
from remission.web.instance import instance

if TYPE_CHECKING:
    from remission.web.identities.models import Account


class Sealed:
    """How Django writes a session as bytes: as JSON under the key of identities."""

    def dumps(self, said: dict[str, Any]) -> bytes:
        """Sealed."""
        return instance().keyring.hide(json.dumps(said, separators=(",", ":"))).encode("ascii")

    def loads(self, sealed: bytes) -> dict[str, Any]:
        """Opened; empty where it was sealed under a key that is gone, so that one signs in anew."""
        try:
            opened: dict[str, Any] = json.loads(instance().keyring.reveal(sealed.decode("ascii")))
        except InputProblems:
            return {}
        return opened


def end_sessions(account: Account) -> int:
    """Sign an account out everywhere; how many sessions that were."""
    mine = [one.pk for one in Session.objects.all() if one.get_decoded().get(SESSION_KEY) == str(account.pk)]
    return Session.objects.filter(pk__in=mine).delete()[0]
