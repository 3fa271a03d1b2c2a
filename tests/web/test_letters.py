"""Letters in words: discreet, laid out for every program, and with nothing of a header in them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest

from reading_ease import school_grade
from remission.inputs.problems import InputProblems
from remission.web import clock
from remission.web.identities.models import Letter
from remission.web.instance import Instance
from remission.web.mail.kinds import Kind, kinds, problems_of, telling_words
from remission.web.mail.letters import check_address, laid_out, message_of, queue_letter, sender, unfilled_places

PLAIN = {"name": "visit", "when": "w", "subject": "Your form", "body": "Hello", "if_unsure": "leave it"}
VISIT = "baseline long 2030-01-01"
HARD = ["ms", "Multiple  Sclerosis", "hsct", "after your transplant", "Relapse?", "Ocrevus", "alemtuzumab", "REMISSION"]


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_letter_is_read_with_ease(name: str) -> None:
    assert school_grade(f"{kinds()[name].subject}.\n{kinds()[name].body}") <= 8


def test_every_place_of_every_letter_is_filled_by_something() -> None:
    assert [unfilled_places(one) for one in kinds().values()] == [()] * len(kinds())
    assert unfilled_places(Kind(**PLAIN | {"body": "Hello {name}, {link}"})) == ("name",)


@pytest.mark.parametrize("words", HARD)
def test_a_letter_that_names_an_illness_or_a_treatment_is_refused(words: str) -> None:
    if words == "Multiple  Sclerosis":
        assert telling_words(words) == ("Sclerosis",)
    assert list(problems_of(Kind(**PLAIN | {"subject": f"Your form: {words}"})))
    assert list(problems_of(Kind(**PLAIN | {"body": f"Hello,\n{words}"})))
    assert not list(problems_of(Kind(**PLAIN)))


def test_a_subject_is_one_line_and_a_link_has_a_line_of_its_own() -> None:
    assert list(problems_of(Kind(**PLAIN | {"subject": "Form\nBcc: eve@example.org"})))
    assert list(problems_of(Kind(**PLAIN | {"body": "Go to {home} now"})))
    assert not list(problems_of(Kind(**PLAIN | {"body": "Go to\n{home}"})))
    assert list(problems_of(Kind(**PLAIN, may_be_stopped=True)))


def test_the_sender_names_no_illness(observatory: Instance, settings: Any) -> None:
    assert not telling_words(sender())
    settings.DEFAULT_FROM_EMAIL = "MS records <a@example.org>"
    with pytest.raises(RuntimeError):
        sender()
    settings.DEFAULT_FROM_EMAIL = "Records\nBcc: eve@example.org <a@example.org>"
    with pytest.raises(RuntimeError):
        sender()


@pytest.mark.parametrize(
    "address", ["a@b.org\nBcc: eve@example.org", "ann@example.org\r\n", "ann", "", "a@b.org, c@d.org", "<a@b.org>"]
)
def test_what_is_no_address_is_refused_and_said_nowhere(observatory: Instance, address: str) -> None:
    with pytest.raises(InputProblems) as refused:
        queue_letter("helper", address=address)
    assert not address or address not in str(refused.value) + refused.value.report() + str(refused.value.__notes__)
    with pytest.raises(InputProblems):
        check_address(address)
    assert not Letter.objects.exists()


def test_a_kind_that_is_not_there_is_refused(sign_in: Callable[..., Any]) -> None:
    with pytest.raises(InputProblems):
        queue_letter("advertisement", account=sign_in().account)


def test_words_are_laid_out_for_every_program() -> None:
    link = "http://localhost:8000/visit/" + "a" * 60 + "/"
    text = laid_out("Hello {name},\n\n" + "word " * 40 + "\n{link}\n", {"name": "Zoë {link}", "link": link})
    assert link in text.splitlines()
    assert all(len(line) <= 72 for line in text.splitlines() if line != link)
    # What stands in a place is words, and no place of its own.
    assert "Zoë {link}" in text


def test_a_letter_of_a_visit_can_be_stopped_by_the_button_of_a_mail_program(
    join: Callable[..., Any],
) -> None:
    member = join()
    letter = Letter.objects.get(name=queue_letter("visit", account=member.account, opens=VISIT))
    message = message_of(letter)
    assert message is not None
    mail = message_from_bytes(message.message().as_bytes())
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip().strip("<>")
    assert link.startswith("http://localhost:8000/stop/")
    assert link in message.body.splitlines()
    assert mail["To"] == "ann@example.org"
    assert mail["X-Letter"] == letter.name
    assert mail["Message-ID"] == f"<{letter.name}@localhost>"
    assert not telling_words(message.body + mail["From"] + mail["Subject"])
    assert all(len(line) <= 72 or line.startswith("http") for line in message.body.splitlines())


def test_a_letter_waits_as_names_alone(join: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        queue_letter("visit", account=join().account, opens=VISIT, not_before=clock.now() + timedelta(1))
    letter = Letter.objects.get()
    assert letter.address == ""
    assert "ann@" not in repr(letter) + caplog.text.replace("INSERT", "")
