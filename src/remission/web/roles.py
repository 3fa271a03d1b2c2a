"""Who somebody is to a page: their roles, and as whom they act on a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from remission.web.identities.models import Account, Delegation, Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from remission.registry.answers import Teller

Role = Literal["visitor", "person", "delegate", "host", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
# Whoever sees the records of others, or runs the place, has a second factor.
NEED_FACTOR: frozenset[Role] = frozenset(("host", "auditor", "delegate"))


@dataclass(frozen=True)
class Acting:
    """Somebody at a record: which account, whose record, as whom, and whether they may fill it in.

    `base` is the address under which the pages of this record lie for them.
    """

    account: Account
    person_id: str
    teller: Teller
    fills: bool
    base: str


def roles_of(account: Account | AnonymousUser) -> frozenset[Role]:
    """The roles of an account; "visitor" without one.

    Whoever has an account and no duty may begin a record, so they are a person before they have one.
    """
    if not isinstance(account, Account) or not account.is_active:
        return frozenset(("visitor",))
    if account.duty:
        return frozenset(("host",) if account.duty == "host" else ("auditor",))
    return frozenset(("person", "delegate") if is_delegate(account) else ("person",))


def roles_in(request: HttpRequest) -> frozenset[Role]:
    """The roles of whoever asks, worked out once a request: the guard of a page and its menu both need them."""
    found: frozenset[Role] | None = getattr(request, "roles_found", None)
    if found is None:
        found = roles_of(request.user)
        request.roles_found = found  # type: ignore[attr-defined]
    return found


def is_delegate(account: Account) -> bool:
    """Is the record of somebody else open to this account now?"""
    return delegations_of(account).exists()


def delegations_of(account: Account) -> QuerySet[Delegation]:
    """The delegations that an account has taken up and that have not ended, of persons whose record is still there."""
    there = Membership.objects.values("person_id")
    return Delegation.objects.filter(
        delegate=account, taken_at__isnull=False, ended_at__isnull=True, person_id__in=there
    )


def acting_for_self(account: Account) -> Acting | None:
    """An account at its own record; None where it has none yet."""
    mine = Membership.objects.filter(account=account).first()
    return None if mine is None else Acting(account, mine.person_id, "self", fills=True, base="/my/")


def acting_for(account: Account, name: str) -> Acting | None:
    """A delegate at the record of a delegation; None where it is not theirs, or not any more."""
    found = delegations_of(account).filter(name=name).first()
    if found is None:
        return None
    return Acting(account, found.person_id, "delegate", fills=found.may == "fill", base=f"/for/{name}/")
