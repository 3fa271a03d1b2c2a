"""Letters and a mail server that is there, down, slow, silent or firm; and processes that die in the middle."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_string
from typing import TYPE_CHECKING, Any

import pytest

from mail_server import MailServer, listening
from remission.web import clock
from remission.web.identities.models import Letter, NoMail
from remission.web.mail import sending, server
from remission.web.mail.kinds import Kind, kinds
from remission.web.mail.letters import queue_letter
from remission.web.mail.sending import LEASE, WAITS, forget_old, send_waiting, waiting
from remission.web.mail.stopping import stop_mail

if TYPE_CHECKING:
    from remission.web.instance import Instance

SAFE, ONCE = "helper_began", "notice"


@pytest.fixture(autouse=True)
def plain_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind that is left where nobody knows, with no words of its own, beside those of the library."""
    one = Kind(ONCE, "in a test", "A form", "Hello,\n\n{stop}", "leave it", may_be_stopped=True)
    for module in (sending, sys.modules["remission.web.mail.letters"]):
        monkeypatch.setattr(module, "kinds", lambda: {**kinds(), ONCE: one})


@pytest.fixture
def smtp(observatory: Instance, settings: Any) -> Iterator[MailServer]:
    """A mail server of the test, which the settings name."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with listening(MailServer()) as one:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", one.port, 5
        yield one


class Time:
    """A clock that a test turns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = clock.now()
        monkeypatch.setattr(clock, "now", self.now)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def test_without_a_server_letters_are_files_of_the_outbox(observatory: Instance, sign_in: Callable[..., Any]) -> None:
    queue_letter(SAFE, account=sign_in().account)
    assert (waiting(), send_waiting(), waiting()) == (1, 1, 0)
    assert send_waiting() == 0
    (file,) = observatory.folder.outbox.iterdir()
    assert "ann@example.org" in file.read_text()


def test_a_server_takes_each_letter_once(smtp: MailServer, sign_in: Callable[..., Any]) -> None:
    account = sign_in().account
    names = [queue_letter(SAFE, account=account) for _ in range(3)]
    assert send_waiting() == 3
    assert send_waiting() == 0
    assert [message_from_string(one)["X-Letter"] for one in smtp.letters] == names


def test_while_the_server_is_down_letters_wait_longer_each_time(
    smtp: MailServer, sign_in: Callable[..., Any], settings: Any, time: Time
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    for number in range(3):
        queue_letter(SAFE, account=sign_in(f"p{number}@example.org").account)
    for wait in WAITS[:4]:
        assert send_waiting() == 0
        assert {one.not_before - time.at for one in Letter.objects.all()} == {timedelta(minutes=wait)}
        time.at += timedelta(minutes=wait)
    settings.EMAIL_PORT = port
    assert send_waiting() == 3
    assert len(smtp.letters) == 3


def test_a_letter_is_given_up_after_days_with_a_reason(
    smtp: MailServer, sign_in: Callable[..., Any], settings: Any, time: Time
) -> None:
    began, settings.EMAIL_PORT = time.at, 9
    queue_letter(SAFE, account=sign_in().account)
    while waiting():
        send_waiting()
        time.at = max(one.not_before for one in Letter.objects.all())
    assert timedelta(days=4) < time.at - began < timedelta(days=6)
    assert Letter.objects.get().failed == "server down"


def test_two_runners_send_nothing_twice(smtp: MailServer, sign_in: Callable[..., Any], observatory: Instance) -> None:
    smtp.seconds = 0.02
    account = sign_in().account
    names = {queue_letter(SAFE, account=account) for _ in range(12)}
    runs = [_process(observatory, smtp, SENDS_WHEN_TOLD) for _ in range(3)]
    for one in runs:
        assert one.stdout is not None
        assert one.stdout.readline() == b"ready\n"
    for one in runs:
        assert one.stdin is not None
        one.stdin.close()
    assert [one.wait(60) for one in runs] == [0, 0, 0]
    for one in runs:
        one.stdout.close()
    sent = [message_from_string(one)["X-Letter"] for one in smtp.letters]
    assert sorted(sent) == sorted(names)


@pytest.mark.parametrize(("kind", "in_all"), [(SAFE, 2), (ONCE, 1)])
def test_where_a_process_died_before_it_wrote_that_a_letter_went_out_its_kind_decides(
    smtp: MailServer, sign_in: Callable[..., Any], observatory: Instance, time: Time, kind: str, in_all: int
) -> None:
    """At least once for what keeps people safe, at most once for what asks them something."""
    name = queue_letter(SAFE, account=sign_in().account)
    died = _process(observatory, smtp, DIES_AFTER_HANDING_OVER)
    died.communicate(timeout=60)
    assert died.returncode == 9
    assert len(smtp.letters) == 1
    Letter.objects.filter(name=name).update(kind=kind)
    # Leased: nobody else touches it.
    assert send_waiting() == 0
    time.at += LEASE + timedelta(seconds=1)
    send_waiting()
    time.at += timedelta(minutes=WAITS[0])
    send_waiting()
    assert len(smtp.letters) == in_all
    assert len({message_from_string(one)["Message-ID"] for one in smtp.letters}) == 1
    assert Letter.objects.get().failed == ("" if kind == SAFE else "unsure")


@pytest.mark.parametrize(("kind", "failed"), [(SAFE, ""), (ONCE, "no answer")])
def test_a_server_that_falls_silent_may_have_taken_it(
    smtp: MailServer, sign_in: Callable[..., Any], time: Time, kind: str, failed: str
) -> None:
    smtp.silent = True
    account = sign_in().account
    queue_letter(kind, account=account)
    time.at += timedelta(seconds=1)
    queue_letter(SAFE, account=account)
    assert send_waiting() == 0
    first, second = Letter.objects.order_by("made_at")
    assert first.failed == failed
    # Nobody else is tried at such a server.
    assert (second.tries, second.sent_at, len(smtp.letters)) == (1, None, 1)


def test_a_slow_server_is_waited_for(smtp: MailServer, sign_in: Callable[..., Any]) -> None:
    smtp.seconds = 0.5
    queue_letter(ONCE, account=sign_in().account)
    assert send_waiting() == 1


def test_a_letter_that_is_refused_stops_the_next_to_that_account(smtp: MailServer, sign_in: Callable[..., Any]) -> None:
    smtp.to_recipient = b"550 5.1.1 no such user"
    account = sign_in().account
    queue_letter(ONCE, account=account)
    assert send_waiting() == 0
    assert Letter.objects.get().failed == "refused"
    assert NoMail.objects.get().why == "bounced"
    smtp.to_recipient = b"250 ok"
    queue_letter(ONCE, account=account)
    assert send_waiting() == 0
    # What keeps people safe is tried all the same.
    queue_letter(SAFE, account=account)
    assert send_waiting() == 1


@pytest.mark.parametrize("answer", [b"450 4.2.1 later", b"550 5.7.1 relaying denied", b"530 sign in first"])
def test_a_no_for_now_or_to_ourselves_stops_nobody(
    smtp: MailServer, sign_in: Callable[..., Any], time: Time, answer: bytes
) -> None:
    smtp.to_recipient = answer
    queue_letter(ONCE, account=sign_in().account)
    assert send_waiting() == 0
    assert not NoMail.objects.exists()
    smtp.to_recipient = b"250 ok"
    time.at += timedelta(minutes=1)
    assert send_waiting() == 1


def test_words_that_are_not_taken_wait(smtp: MailServer, sign_in: Callable[..., Any]) -> None:
    smtp.to_words = b"452 full"
    queue_letter(ONCE, account=sign_in().account)
    assert send_waiting() == 0
    assert (Letter.objects.get().tries, NoMail.objects.count()) == (1, 0)


def test_who_wants_none_is_sent_none_and_safety_all_the_same(smtp: MailServer, sign_in: Callable[..., Any]) -> None:
    account = sign_in().account
    queue_letter(ONCE, account=account)
    queue_letter(SAFE, account=account)
    stop_mail(account, "asked")
    assert send_waiting() == 1
    assert Letter.objects.get(kind=ONCE).failed == "not wanted"


def test_a_letter_that_can_not_be_written_holds_up_no_other(smtp: MailServer, sign_in: Callable[..., Any]) -> None:
    account = sign_in().account
    Letter.objects.filter(name=queue_letter(SAFE, account=account)).update(kind="gone")
    queue_letter(SAFE, account=account)
    assert send_waiting() == 1
    assert Letter.objects.get(kind="gone").failed == "no words"


def test_no_address_is_kept_after_sending_or_said_in_a_log(
    smtp: MailServer, sign_in: Callable[..., Any], settings: Any, caplog: pytest.LogCaptureFixture, time: Time
) -> None:
    name = queue_letter(SAFE, address="bob@example.org")
    with caplog.at_level(logging.DEBUG):
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
        send_waiting()
        settings.EMAIL_PORT, smtp.to_recipient = port, b"550 5.1.1 bob@example.org is not here"
        time.at += timedelta(minutes=1)
        send_waiting()
    assert "bob" not in caplog.text
    letter = Letter.objects.get(name=name)
    assert (letter.address, letter.failed) == ("", "refused")


def test_a_lease_of_a_clock_that_ran_ahead_holds_no_letter_for_years(
    smtp: MailServer, sign_in: Callable[..., Any], time: Time
) -> None:
    queue_letter(SAFE, account=sign_in().account)
    Letter.objects.update(leased_until=time.at + timedelta(days=700))
    send_waiting()
    time.at += timedelta(minutes=1)
    assert send_waiting() == 1


def test_letters_that_were_settled_long_ago_are_forgotten(sign_in: Callable[..., Any], time: Time) -> None:
    account = sign_in().account
    queue_letter(SAFE, account=account)
    send_waiting()
    Letter.objects.filter(name=queue_letter(SAFE, account=account)).update(failed="unsure")
    queue_letter(SAFE, account=account)
    time.at += timedelta(days=41)
    forget_old()
    assert waiting() == Letter.objects.count() == 1


def test_an_answer_is_waited_for_no_longer_than_a_lease_holds(smtp: MailServer, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = None
    assert server._connection().timeout * 10 < LEASE.total_seconds()


SENDS_WHEN_TOLD = """
import sys
from remission.web.mail.sending import send_waiting, waiting
waiting()
print("ready", flush=True)
sys.stdin.read()
send_waiting()
"""
DIES_AFTER_HANDING_OVER = """
import os
from remission.web.mail import sending
sending._settle = lambda *_, **__: os._exit(9)
sending.send_waiting()
"""


def _process(observatory: Instance, smtp: MailServer, code: str) -> subprocess.Popen[bytes]:
    """A process of its own at this observatory and this mail server."""
    setup = f"""
import django
from django.conf import settings
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", {smtp.port}
django.setup()
"""
    environment = {
        **os.environ, "REMISSION_HOME": str(observatory.folder.folder),
        "DJANGO_SETTINGS_MODULE": "remission.web.settings",
    }  # fmt: skip
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", setup + code], env=environment, stdin=pipe, stdout=pipe)
