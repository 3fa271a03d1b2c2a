"""Letters that come back: read by their own name, and nobody is written to at an address that takes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from remission.web.acts.delegating import Asking, helpers_of, invite
from remission.web.identities.models import IdentityAudit, Letter, NoMail
from remission.web.mail.bounces import take_bounces
from remission.web.mail.letters import queue_letter
from remission.web.mail.sending import send_waiting

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: no-reply@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry to inform you that ann@example.org could not be reached.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; ann@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: {kind}

From: Your records <no-reply@localhost>
To: ann@example.org
Message-ID: {message_id}
{more}Subject: Your form is ready

--b--
"""


def report(name: str, *, action: str = "failed", status: str = "5.1.1", own: bool = True, **more: str) -> bytes:
    """What a mail server sends back about a letter."""
    told = {"kind": "text/rfc822-headers", "message_id": f"<{name}@localhost>", "more": f"X-Letter: {name}\n", **more}
    if not own:
        told["more"] = ""
    return REPORT.format(action=action, status=status, **told).encode()


@pytest.fixture
def sent(sign_in: Callable[..., Any]) -> str:
    """The name of a letter that went out."""
    name = queue_letter("helper_began", account=sign_in().account)
    assert send_waiting() == 1
    return name


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
@pytest.mark.parametrize("own", [True, False])
def test_a_letter_that_comes_back_stops_the_next(sent: str, kind: str, own: bool) -> None:
    assert take_bounces(report(sent, kind=kind, own=own)) == "letters stopped: 1"
    assert NoMail.objects.get().why == "bounced"
    assert Letter.objects.get(name=sent).failed == "refused"
    audited = IdentityAudit.objects.get(act="letters stopped")
    assert (audited.actor, audited.detail) == ("system", "bounced")


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("delivered", "2.0.0"), ("failed", "5.7.1")]
)
def test_what_may_pass_or_is_said_of_us_stops_nobody(sent: str, action: str, status: str) -> None:
    assert take_bounces(report(sent, action=action, status=status)) == "may pass: 1"
    assert not NoMail.objects.exists()


@pytest.mark.parametrize("name", ["23456789abcdefgh", "ann", "' OR 1=1", ""])
def test_a_report_about_no_letter_of_ours_stops_nobody(sent: str, name: str) -> None:
    assert take_bounces(report(name)) == "of no letter of ours: 1"
    assert not NoMail.objects.exists()


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\x00", b"I am on holiday", b"Content-Type: multipart/report\n\nx"])
def test_what_is_no_report_stops_nobody(sent: str, text: bytes) -> None:
    assert take_bounces(text) == "of no letter of ours: 1"
    assert not NoMail.objects.exists()


def test_an_address_is_stopped_by_hand_and_not_said_again(sent: str) -> None:
    assert take_bounces("Ann@Example.org\n") == "letters stopped: 1"
    assert take_bounces("bob@example.org") == "of no letter of ours: 1"
    assert NoMail.objects.count() == 1


def test_a_helpers_letter_that_comes_back_is_shown_to_the_person(join: Callable[..., Any]) -> None:
    member = join()
    invite(member.account, member.person_id, Asking("bob@example.org", "Bob", "Ann", "read"))
    assert send_waiting() == 1
    assert not helpers_of(member.person_id)[0].came_back
    take_bounces(report(Letter.objects.get().name))
    assert helpers_of(member.person_id)[0].came_back
