"""Who checks an observatory is named by its host: an account that holds no record and helps nobody."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from remission.web.audit.chain import note, noting
from remission.web.identities.models import Account, Delegation, Membership


def name_auditor(host: Account, email: str) -> bool:
    """Give the duty of an auditor to the account of an address; False where there is none that can take it.

    Whoever has a record, helps with one, or has a duty, cannot: who checks must not be who is checked.
    """
    address = email.strip().casefold()
    with noting("identities"):
        account = Account.objects.filter(email=address, is_active=True, duty="").first()
        if account is None or not _is_free(account):
            return False
        Account.objects.filter(pk=account.pk).update(duty="auditor")
        note("identities", "auditor named", actor=host.actor, detail=f"account {account.actor}")
    return True


def end_auditor(host: Account, actor: str) -> bool:
    """Take the duty from an account, by its random name; False where it is no auditor's."""
    with noting("identities"):
        ended = Account.objects.filter(actor=actor, duty="auditor").update(duty="")
        if ended:
            note("identities", "auditor ended", actor=host.actor, detail=f"account {actor}")
    return bool(ended)


def _is_free(account: Account) -> bool:
    """Is its address its own, and does it neither hold a record nor help with one?"""
    verified = EmailAddress.objects.filter(user=account, verified=True).exists()
    records = Membership.objects.filter(account=account), Delegation.objects.filter(delegate=account)
    return verified and not any(found.exists() for found in records)
