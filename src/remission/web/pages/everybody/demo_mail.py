"""The letters of a demo, on a page: there is no mail server, and whoever tries it wants to go on by the link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from markupsafe import Markup, escape

from remission.web.instance import instance
from remission.web.routes import Route
from remission.web.serving.invented import ways_in
from remission.web.shell import page_response

if TYPE_CHECKING:
    from pathlib import Path

# What Django writes between letters in one file.
BETWEEN = b"-" * 79 + b"\n"
LINK = re.compile(r"https?://[^\s<>\"']+")
MOST = 30


@dataclass(frozen=True)
class Shown:
    """One letter as the page shows it."""

    to: str
    subject: str
    body: Markup


def demo_mail(request: HttpRequest) -> HttpResponse:
    """The page; in a demo only."""
    if instance().mode != "demo":
        raise Http404
    letters = letters_in(instance().folder.outbox)
    return page_response(request, "demo_mail.html.jinja", title="Mail of this demo", letters=letters, ways=ways_in())


def letters_in(outbox: Path) -> list[Shown]:
    """The letters that were written to a folder, the newest first."""
    files = sorted(outbox.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    parts = (part for path in files[:MOST] for part in reversed(path.read_bytes().split(BETWEEN)) if part.strip())
    return [_shown(part) for part in parts]


def _shown(part: bytes) -> Shown:
    letter = message_from_bytes(part, _class=EmailMessage, policy=policy.default)
    body = letter.get_body(("plain",))
    return Shown(str(letter["To"]), str(letter["Subject"]), _with_links(body.get_content() if body else ""))


def _with_links(text: str) -> Markup:
    """A text with its addresses as links; all else is escaped."""
    whole, at = Markup(), 0
    for found in LINK.finditer(text):
        whole += escape(text[at : found.start()]) + Markup('<a href="{0}">{0}</a>').format(found[0])
        at = found.end()
    return whole + escape(text[at:])


ROUTES = (Route("demo/mail/", "demo_mail", demo_mail, ("visitor", "person", "delegate", "host", "auditor")),)
