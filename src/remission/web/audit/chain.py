"""Adding to a chain. What a row says is hashed with a key that lies outside, together with the row before it.

Its number is among what it says, and each is one more than the last: whoever gives rows other numbers is found too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Literal

from django.db import connections, transaction

from remission.web.clock import now
from remission.web.databases import IDENTITIES, RECORDS
from remission.web.identities.models import IdentityAudit
from remission.web.instance import instance
from remission.web.records.models import RecordAudit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.web.audit.rows import AuditRow

Chain = Literal["identities", "records"]
CHAINS: dict[Chain, tuple[str, type[AuditRow]]] = {
    "identities": (IDENTITIES, IdentityAudit),
    "records": (RECORDS, RecordAudit),
}
# Acts of no account: of the observatory itself, and of whoever is not signed in.
SYSTEM, NOBODY = "system", "nobody"
# That somebody was shown a record that is not theirs.
LOOKED = "looked"
FIRST = "0" * 64


def note(chain: Chain, act: str, *, actor: str, person: str = "", detail: str = "") -> AuditRow:
    """Add one act to a chain; in the same transaction as what was done, so that neither is there without the other.

    `detail` is in words of ours (names of fields, counts), never a value of anybody. RuntimeError outside a
    transaction.
    """
    using, model = CHAINS[chain]
    if not connections[using].in_atomic_block:
        raise RuntimeError("an act is noted in the transaction that does it: please report this")
    last = model._default_manager.using(using).order_by("-row").first()
    # The database is locked for writing by now, so that nobody else takes this number.
    number, before = (last.row + 1, last.mac) if last else (1, FIRST)
    row = model(row=number, at=now().isoformat(), act=act, actor=actor, person=person, detail=detail)
    said = (number, row.at, act, actor, person, detail)
    row.mac = mac_of(said, before, instance().keyring.chain)
    row.save(using=using, force_insert=True)
    return row


def mac_of(said: Sequence[object], before: str, key: bytes) -> str:
    """What proves a row: over everything it says (its number first) and the proof of the row before."""
    # As a list in JSON: joined by any sign, a letter could move from one column into the next and nobody would see.
    return hmac.new(key, json.dumps([before, *said]).encode(), hashlib.sha256).hexdigest()


def noting(chain: Chain) -> transaction.Atomic:
    """A transaction of the database of a chain."""
    return transaction.atomic(using=CHAINS[chain][0])
