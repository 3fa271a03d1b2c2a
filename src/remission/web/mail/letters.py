"""Letters that wait: a row says which kind goes to whom about what, and its words are made only when it is sent.

So a link in it is made as late as it can be, its token stands in no database, and what changed in the meantime (an
address, a consent, a name) is as it is now.
"""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.walking import modules_in
from remission.web import clock
from remission.web.identities.models import Letter
from remission.web.ids import new_id
from remission.web.instance import instance
from remission.web.mail import words
from remission.web.mail.kinds import OF_ALL, WIDTH, Kind, kinds, telling_words
from remission.web.mail.tickets import make_ticket

if TYPE_CHECKING:
    from datetime import datetime

    from remission.web.identities.models import Account

Words = Callable[[Letter], Mapping[str, str] | None]
# Whoever finds an old letter can still stop the next.
STOP_DAYS = 400


@dataclass(frozen=True)
class Filling:
    """What fills the places of a kind that needs more than every letter has."""

    places: tuple[str, ...]
    words: Words


def queue_letter(
    kind: str,
    account: Account | None = None,
    address: str = "",
    opens: str = "",
    not_before: datetime | None = None,
) -> str:
    """Let a letter wait to be sent: to an account, or to an address that has none; the random name of the letter.

    InputProblems where there is no such kind or where the address can be none; nothing is sent here.
    """
    if kind not in kinds():
        raise InputProblems(_problem("kind", "no such kind of letter", ", ".join(kinds())))
    if places := unfilled_places(kinds()[kind]):
        raise InputProblems(_problem("kind", f"words with {', '.join(places)}, which nothing fills", "other places"))
    if account is None:
        check_address(address)
    at, name = clock.now(), new_id()
    Letter.objects.create(
        name=name, account=account, address="" if account else address, kind=kind, opens=opens, made_at=at,
        not_before=not_before or at,
    )  # fmt: skip
    return name


def check_address(address: str) -> None:
    """Refuse what no letter can be sent to, a line break within it first of all; InputProblems without the address."""
    try:
        validate_email(address)
    except ValidationError:
        raise InputProblems(_problem("address", "no address", "an address such as name@example.org")) from None


def message_of(letter: Letter) -> EmailMessage | None:
    """The letter in words, with links that are made now; None where it is not wanted any more."""
    kind = kinds()[letter.kind]
    filled = _filling(letter.kind).words(letter)
    if filled is None:
        return None
    places = {"home": address_of(""), "record": address_of("my/"), **_standing(kind, letter), **filled}
    headers = {"Message-ID": message_id(letter), "X-Letter": letter.name, "Auto-Submitted": "auto-generated"}
    if kind.may_be_stopped:
        # RFC 8058: the button of a mail program stops them, without a page of ours.
        headers |= {"List-Unsubscribe": f"<{places['stop']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(kind.subject, laid_out(kind.body, places), sender(), [_address(letter)], headers=headers)


def laid_out(body: str, places: Mapping[str, str]) -> str:
    """The words of a letter with their places filled, no line longer than can be shown, each link on its own."""
    filled = [[line.format_map(places) for line in paragraph.splitlines()] for paragraph in body.strip().split("\n\n")]
    return "\n\n".join("\n".join(map(_wrapped, lines)) for lines in filled) + "\n"


def address_of(path: str) -> str:
    """A whole address of this observatory."""
    return f"{instance().address}/{path}"


def message_id(letter: Letter) -> str:
    """The same at each try, so that a server that was given it twice can tell; a random name and no person in it."""
    return f"<{letter.name}@{urlsplit(address_of('')).hostname}>"


def sender() -> str:
    """Who the letter is from; RuntimeError where the name of the sender tells of an illness."""
    name, _ = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if telling_words(name) or not settings.DEFAULT_FROM_EMAIL.isprintable():
        raise RuntimeError("the name of the sender tells of an illness or is no line: change it")
    return str(settings.DEFAULT_FROM_EMAIL)


def unfilled_places(kind: Kind) -> tuple[str, ...]:
    """Places in the words of a kind that nothing fills."""
    known = {*OF_ALL, *_of_kind(kind), *_filling(kind.name).places}
    return tuple(place for place in kind.places if place not in known)


def _wrapped(line: str) -> str:
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def _standing(kind: Kind, letter: Letter) -> dict[str, str]:
    """The places that a kind has without a file of its own."""
    made = {"link": address_of(kind.path.format(opens=letter.opens))} if kind.path else {}
    if kind.may_be_stopped:
        made["stop"] = address_of(f"stop/{make_ticket('stop', account=letter.account, days=STOP_DAYS)}/")
    return made


def _of_kind(kind: Kind) -> tuple[str, ...]:
    return (*(("link",) if kind.path else ()), *(("stop",) if kind.may_be_stopped else ()))


def _address(letter: Letter) -> str:
    address = letter.account.email if letter.account else letter.address
    check_address(address)
    return str(Address(addr_spec=address))


@cache
def _fillings() -> Mapping[str, Filling]:
    """What `mail/words` holds, by kind."""
    found = [importlib.import_module(name) for name in modules_in(words).values()]
    return {kind: Filling(one.PLACES, one.words) for one in found for kind in one.KINDS}


def _filling(kind: str) -> Filling:
    return _fillings().get(kind, Filling((), lambda _: {}))


def _problem(argument: str, found: str, allowed: str) -> Problem:
    return Problem.at_key("queue_letter()", argument, found=found, allowed=allowed, do="Mend it.")
