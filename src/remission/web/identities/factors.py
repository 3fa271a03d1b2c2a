"""Who has a second factor, and who must have one before anything but the pages of their account opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator

from remission.web.roles import NEED_FACTOR, roles_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from remission.web.identities.models import Account

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(account: Account) -> bool:
    """Has it an app or a passkey? Recovery codes alone stand in for a factor, and are none."""
    return bool(Authenticator.objects.filter(user=account, type__in=FACTORS).exists())


def must_have_factor(account: Account) -> bool:
    """Does it run the place, or see the records of others?"""
    return bool(NEED_FACTOR & roles_of(account))


def lacks_factor(account: Account | AnonymousUser) -> bool:
    """Must it have one and has none?"""
    return not account.is_anonymous and must_have_factor(account) and not has_factor(account)
