"""Letters that the observatory wrote as files, as a person reads them."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from remission.web.instance import Instance

LINK = re.compile(r"http://[^\s]+")


def letters(observatory: Instance) -> list[EmailMessage]:
    """Every letter in the outbox, in the order of writing."""
    files = sorted(observatory.folder.outbox.glob("*.log"), key=lambda one: one.stat().st_mtime_ns)
    texts = [text for one in files for text in re.split(rb"\n-{79}\n", one.read_bytes()) if text.strip()]
    return [cast(EmailMessage, message_from_bytes(text, policy=policy.default)) for text in texts]


def text_of(letter: EmailMessage) -> str:
    """Its words."""
    return str(letter.get_content())


def link_in(letter: EmailMessage) -> str:
    """The path of the first link in it."""
    found = LINK.search(text_of(letter))
    assert found is not None
    return "/" + found.group().split("/", 3)[3]
