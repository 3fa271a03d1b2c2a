"""Who is sent no letters about visits: because they asked, or because letters to them come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from remission.web import clock
from remission.web.audit.chain import SYSTEM, note, noting
from remission.web.identities.models import NoMail
from remission.web.mail.tickets import look_at, use_ticket

if TYPE_CHECKING:
    from remission.web.identities.models import Account

Why = Literal["asked", "bounced"]


def stop_mail(account: Account, why: Why) -> None:
    """Send no more letters that may be stopped; done twice it is done once."""
    with noting("identities"):
        _, new = NoMail.objects.get_or_create(account=account, defaults={"since": clock.now(), "why": why})
        if new:
            note("identities", "letters stopped", actor=account.actor if why == "asked" else SYSTEM, detail=why)


def begin_mail(account: Account) -> None:
    """Send letters about visits again, also to an address from which they came back: it may have been mended."""
    with noting("identities"):
        deleted, _ = NoMail.objects.filter(account=account).delete()
        if deleted:
            note("identities", "letters begun", actor=account.actor)


def why_none(account: Account) -> str:
    """Why no letters about visits go to an account; empty where they do."""
    found = NoMail.objects.filter(account=account).first()
    return found.why if found else ""


def stop_by_letter(token: str) -> bool:
    """Stop letters by the link of one of them, however often it is pressed; False where the link is none."""
    ticket = look_at(token, "stop", used=True)
    if ticket is None or ticket.account is None:
        return False
    use_ticket(token, "stop")
    stop_mail(ticket.account, "asked")
    return True
