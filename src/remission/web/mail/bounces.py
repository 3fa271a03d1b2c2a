"""Letters that come back: read by the letter's own random name, and no more are sent to that account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from typing import Literal

from remission.web.identities.models import Account, Letter
from remission.web.ids import is_id
from remission.web.mail.server import STATUS, is_gone
from remission.web.mail.stopping import stop_mail

Found = Literal["stopped", "passes", "unknown"]
WORDS = {"stopped": "letters stopped", "passes": "may pass", "unknown": "of no letter of ours"}


def take_bounces(text: bytes | str) -> str:
    """Stop letters by what came back: an address, or one mail about a letter that could not be delivered (RFC 3464).

    What was found in words, without an address.
    """
    raw = text.encode(errors="surrogateescape") if isinstance(text, str) else text
    one = raw.strip().decode(errors="replace")
    found = [_of_address(one)] if "@" in one and not one.split()[1:] else list(_of_report(raw))
    counted = Counter(found or ["unknown"])
    return ", ".join(f"{WORDS[what]}: {number}" for what, number in sorted(counted.items()))


def came_back(letter: Letter) -> None:
    """A letter that nobody takes: it has failed, and its account is sent no more that may be stopped."""
    Letter.objects.filter(name=letter.name).update(failed="refused", address="")
    if letter.account is not None:
        stop_mail(letter.account, "bounced")


def _of_address(address: str) -> Found:
    account = Account.objects.filter(email__iexact=address).first()
    if account is None:
        return "unknown"
    stop_mail(account, "bounced")
    return "stopped"


def _of_report(raw: bytes) -> Iterator[Found]:
    """What a report says of each recipient of one letter; nothing where it is no report of a letter of ours."""
    mail = message_from_bytes(raw, policy=policy.compat32)
    letter = _letter(mail)
    for status in _statuses(mail):
        if letter is None:
            yield "unknown"
        elif _failed(status):
            came_back(letter)
            yield "stopped"
        else:
            yield "passes"


def _letter(mail: Message) -> Letter | None:
    """The letter that a report is about, by the name that stands in the headers which it gives back."""
    for part in mail.walk():
        for header in ("X-Letter", "Message-ID"):
            name = str(part.get(header, "")).strip().lstrip("<").partition("@")[0]
            if is_id(name) and (letter := Letter.objects.select_related("account").filter(name=name).first()):
                return letter
        if part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            letter = _letter(message_from_bytes(headers)) if isinstance(headers, bytes) else None
            if letter is not None:
                return letter
    return None


def _statuses(mail: Message) -> Iterator[Message]:
    """The part of a report about each recipient."""
    for part in mail.walk():
        said = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        if isinstance(said, list):
            yield from (one for one in said if isinstance(one, Message) and "Action" in one)


def _failed(status: Message) -> bool:
    said = str(status.get("Status", ""))
    permanent = STATUS.search(said)
    code = 100 * int(permanent.group(1)) if permanent else 0
    return str(status["Action"]).strip().casefold() == "failed" and is_gone(code, said)
