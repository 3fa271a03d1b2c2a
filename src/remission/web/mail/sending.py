"""Letters handed to the mail server: each by one process, again where the server is down, and never twice in silence.

No transaction spans a mail server. Between handing a letter over and writing down that it was, a process can die, and
a server can fall silent. So each letter is leased before it is handed over; a lease that ran out says that nobody
knows whether it went out, and its kind says what is right then (`Kind.if_unsure`): a reminder is left, for somebody
would be asked once too often; a notice of safety is sent again, under the same name, for none may be lost. A server
that can not be reached, or that says "not now", has not taken the letter: it waits, longer each time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from django.db.models import Q

from remission.inputs.problems import InputProblems
from remission.web import clock
from remission.web.identities.models import Letter
from remission.web.mail.bounces import came_back
from remission.web.mail.kinds import kinds
from remission.web.mail.letters import message_of
from remission.web.mail.server import ServerDown, mail_server
from remission.web.mail.stopping import why_none

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.db.models import QuerySet

    from remission.web.mail.server import Hand

# Why a letter will not go out.
Failed = Literal["not wanted", "no words", "refused", "no answer", "server down", "unsure"]
# Longer than any answer is waited for, so that no letter is leased anew while it is handed over.
LEASE = timedelta(minutes=10)
# Minutes until the next try; after five days in all there is none.
WAITS = (1, 5, 15, 60, 240, *(480,) * 14)
KEPT = timedelta(days=40)


def send_waiting() -> int:
    """Hand over every letter whose time has come; how many the server took."""
    _settle_unsure()
    names = list(_due().values_list("name", flat=True))
    if not names:
        return 0
    taken = 0
    try:
        with mail_server() as hand:
            for name in names:
                taken += _send(name, hand)
    except ServerDown:
        _all_wait()
    return taken


def waiting() -> int:
    """How many letters wait."""
    return _open().count()


def forget_old() -> None:
    """Delete letters that were settled long ago: what comes back of them later says nothing new."""
    old = clock.now() - KEPT
    Letter.objects.filter(Q(sent_at__lt=old) | (Q(made_at__lt=old) & ~Q(failed=""))).delete()


def _open() -> QuerySet[Letter]:
    return Letter.objects.filter(sent_at=None, failed="")


def _due() -> QuerySet[Letter]:
    return _open().filter(leased_until=None, not_before__lte=clock.now()).order_by("not_before", "made_at")


def _send(name: str, hand: Hand) -> bool:
    """Lease one letter, hand it over, and write down what came of it; `ServerDown` where the server is gone."""
    # One statement: of two processes that want it one finds it free.
    if not _due().filter(name=name).update(leased_until=clock.now() + LEASE):
        return False
    letter = Letter.objects.select_related("account").get(name=name)
    message = _message(letter)
    if message is None:
        return False
    try:
        answer = hand(message)
    except ServerDown:
        _open().filter(name=name).update(leased_until=None)
        raise
    if answer == "taken":
        _settle(name, sent_at=clock.now())
    elif answer == "refused":
        _settle(name, failed="refused")
        came_back(letter)
    elif answer == "not now":
        _wait(_open().filter(name=name))
    else:
        _when_unsure(letter, "no answer")
        raise ServerDown
    return answer == "taken"


def _message(letter: Letter) -> EmailMessage | None:
    """The letter in words. Where it has none it is settled: one that can not be written must hold up no other."""
    try:
        unwanted = letter.account is not None and (
            not letter.account.is_active or (kinds()[letter.kind].may_be_stopped and why_none(letter.account))
        )
        message = None if unwanted else message_of(letter)
    except (InputProblems, LookupError, ValueError):
        _settle(letter.name, failed="no words")
        return None
    if message is None:
        _settle(letter.name, failed="not wanted")
    return message


def _settle_unsure() -> None:
    """Letters of a process that died while it handed them over; a lease that is far ahead is of another clock."""
    at = clock.now()
    for letter in _open().filter(Q(leased_until__lt=at) | Q(leased_until__gt=at + LEASE)):
        _when_unsure(letter, "unsure")


def _when_unsure(letter: Letter, why: Failed) -> None:
    this = _open().filter(name=letter.name, leased_until=letter.leased_until)
    kind = kinds().get(letter.kind)
    if kind is not None and kind.if_unsure == "send again":
        _wait(this)
    else:
        this.update(leased_until=None, failed=why, address="")


def _settle(name: str, **how: object) -> None:
    # What was settled needs no address any more.
    Letter.objects.filter(name=name).update(leased_until=None, address="", **how)


def _all_wait() -> None:
    """Nobody else is tried where the server is gone: whoever is due waits, each as long as it has waited before."""
    _wait(_due())


def _wait(letters: QuerySet[Letter]) -> None:
    """Put letters off, longer at each try; after the last try they have failed."""
    at = clock.now()
    # The longest first: who is put off once more is not met again.
    for tries in letters.order_by("-tries").values_list("tries", flat=True).distinct():
        those = letters.filter(tries=tries)
        if tries < len(WAITS):
            those.update(leased_until=None, tries=tries + 1, not_before=at + timedelta(minutes=WAITS[tries]))
        else:
            those.update(leased_until=None, failed="server down", address="")
