"""Who looked at a record, and what was done with it: for the person whose record it is, in words.

The chain holds random names alone. Whom one of them means is looked up among those who ever were a helper of this very
person, and nowhere else: nobody learns here who is behind any other name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from django.db.models import Q

from remission.web.audit.chain import LOOKED, SYSTEM
from remission.web.identities.models import Account, Delegation, IdentityAudit, Membership
from remission.web.instance import instance
from remission.web.records.models import PersonRow, RecordAudit

if TYPE_CHECKING:
    from remission.web.audit.rows import AuditRow

Kind = Literal["self", "helper", "observatory", "other"]
# What each act is in words to the person; of any other its own name is read.
IN_WORDS: Mapping[str, str] = {
    LOOKED: "looked at your record",
    "told": "sent a form",
    "wrote a draft": "saved a form that is not sent yet",
    "exported": "took a copy of your record",
    "joined": "began the record",
    "consented": "gave consent",
    "changed consent": "changed the consent",
    "stopped": "stopped",
    "letter opened": "opened a form from a letter",
    "helper asked": "asked somebody to help",
    "helper began": "said yes to helping you",
    "helper changed": "changed what a helper may do",
    "helper ended": "ended the help",
}
OF_EVERYBODY = "took out the answers of all who agreed to research"


@dataclass(frozen=True)
class Look:
    """One act on a record: when, by whom and what, in words. `kind` tells one's own acts from those of others."""

    at: datetime
    who: str
    what: str
    kind: Kind


@dataclass(frozen=True)
class Looks:
    """The same act by the same one on one day, as a page shows it: the last time, and how often."""

    last: Look
    times: int

    @property
    def day(self) -> date:
        """The day, in UTC."""
        return self.last.at.date()


def looks_at(person_id: str) -> tuple[Look, ...]:
    """Every act on the record of a person, the newest first: their own, those of helpers, those of the observatory."""
    names = _names(person_id)
    rows: list[AuditRow] = [*_on_record(person_id), *IdentityAudit.objects.filter(person=person_id)]
    looks = [_look(row, names) for row in rows]
    return tuple(sorted(looks, key=lambda one: one.at, reverse=True))


def by_day(looks: Sequence[Look]) -> list[Looks]:
    """Acts that follow each other and are the same, of one day, as one."""
    grouped = groupby(looks, key=lambda one: (one.at.date(), one.who, one.what))
    return [Looks(same[0], len(same)) for same in (list(group) for _, group in grouped)]


def _on_record(person_id: str) -> Sequence[RecordAudit]:
    """Rows about this person, and those about everybody since they are there."""
    person = PersonRow.objects.filter(person_id=person_id).first()
    mine = Q(person=person_id)
    if person is not None:
        mine |= Q(person="", act="exported", at__gte=person.registered_on.isoformat())
    return list(RecordAudit.objects.filter(mine))


def _names(person_id: str) -> dict[str, tuple[Kind, str]]:
    """Whom the names of the chain mean to this person."""
    own = Membership.objects.filter(person_id=person_id).select_related("account").first()
    helpers = Delegation.objects.filter(person_id=person_id, delegate__isnull=False).select_related("delegate")
    hosts = Account.objects.filter(duty="host").values_list("actor", flat=True)
    return {
        **dict.fromkeys(hosts, ("other", "The host of this observatory")),
        **{one.delegate.actor: ("helper", f"Your helper {_called(one)}") for one in helpers if one.delegate},
        **({own.account.actor: ("self", "You")} if own else {}),
        SYSTEM: ("observatory", "This observatory"),
    }


def _called(one: Delegation) -> str:
    """What the person calls a helper; the address that they gave where they gave no name."""
    hidden = str(getattr(one, "called_hidden", ""))
    if hidden:
        return instance().keyring.reveal(hidden)
    return one.invited or (one.delegate.email if one.delegate else "")


def _look(row: AuditRow, names: Mapping[str, tuple[Kind, str]]) -> Look:
    kind, who = names.get(row.actor, ("other", "Somebody whose account is closed"))
    what = OF_EVERYBODY if not row.person else IN_WORDS.get(row.act, row.act)
    return Look(datetime.fromisoformat(row.at), who, what, kind)
