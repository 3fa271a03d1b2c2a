"""The mail server, and what it answers to a letter: taken, no such address, not now, or nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import TYPE_CHECKING, Literal

from django.core.mail import get_connection

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.core.mail.backends.base import BaseEmailBackend

Answer = Literal["taken", "refused", "not now", "silence"]
Hand = Callable[["EmailMessage"], Answer]
SECONDS = 30
PERMANENT = 500
# The code of a status that says more than three digits do (RFC 3463): class, subject, detail.
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# Said of us and not of the address: signed in wrongly, not allowed to send, suspected. Else a host who mistypes a
# password would stop the letters of everybody.
OF_US, SUBJECT_OF_US = (503, 530, 534, 535), "7"


class ServerDown(Exception):  # noqa: N818 - it is no fault of the program
    """The mail server can not be reached: no letter was handed to it."""


@contextmanager
def mail_server() -> Iterator[Hand]:
    """What hands a letter over and says what the server answered; `ServerDown` where it can not be reached."""
    connection = _connection()
    try:
        _open(connection)
        yield lambda message: _answer(connection, message)
    finally:
        _leave(connection)


def is_gone(code: int, words: str) -> bool:
    """Does an answer, or the status of a letter that came back, say that the address takes no letters for good?

    >>> is_gone(550, "5.1.1 no such user"), is_gone(554, "5.7.1 relay access denied"), is_gone(450, "4.2.2 full")
    (True, False, False)
    """
    status = STATUS.search(words)
    of_us = code in OF_US or (status is not None and status.group(2) == SUBJECT_OF_US)
    return code >= PERMANENT and not of_us


def _connection() -> BaseEmailBackend:
    connection = get_connection()
    if hasattr(connection, "timeout"):
        connection.timeout = SECONDS if connection.timeout is None else min(connection.timeout, SECONDS)
    return connection


def _open(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except OSError:
        # Without what it said: names of servers and accounts stand in it.
        raise ServerDown from None


def _answer(connection: BaseEmailBackend, message: EmailMessage) -> Answer:
    _open(connection)
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        answer: Answer = "refused" if is_gone(code, words.decode(errors="replace")) else "not now"
    except (SMTPSenderRefused, SMTPDataError):
        # It has answered, and has not taken it: the fault is ours or passes.
        answer = "not now"
    except OSError:
        # It fell silent in between, and may have taken it.
        answer = "silence"
    else:
        return "taken"
    _leave(connection)
    return answer


def _leave(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError:
        # What went out has been answered for: how one parts changes nothing.
        return
