"""A form of the registry as a page that is whole without a script, and what comes back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from remission.registry.forms.check import input_name
from remission.registry.forms.laid_out import lay_out
from remission.registry.forms.standing import Shown
from remission.web.shell import page_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from remission.exhibits.page import Link
    from remission.registry.answers import Answer
    from remission.registry.forms.check import Trouble
    from remission.registry.forms.form import Form

# Inputs that belong to the page and to no question.
OURS = frozenset(("csrfmiddlewaretoken", "version", "stood", "out", "do"))
# Something is to be looked at again; a page that says so is no success to a machine either.
LOOK_AGAIN = 422


@dataclass(frozen=True, repr=False)
class Sent:
    """What came back from a page of a form: its version, the inputs as typed, what it showed, and the button."""

    version: int
    raw: Mapping[str, str]
    shown: Shown
    do: str


@dataclass(frozen=True)
class Around:
    """What stands around a form: which sections it is of, what it shows of the record, and which buttons there are.

    `saves` says whether a draft can be kept; `on` are the words of the button that sends, `skip` where one goes
    without answering.
    """

    sections: Sequence[str] = ()
    standing: Sequence[Answer] = field(default=(), repr=False)
    saves: bool = True
    on: str = "Send"
    skip: str = ""
    progress: str = ""
    title: str = ""
    lead: str = ""
    trail: Sequence[Link] = ()


def form_response(
    request: HttpRequest,
    form: Form,
    raw: Mapping[str, str],
    troubles: Sequence[Trouble],
    *,
    action: str,
    base: str,
    status: int = 200,
    notices: Sequence[str] = (),
    around: Around = Around(),
) -> HttpResponse:
    """The page of a form with what is typed into it and what is to be looked at again.

    It is sent to `action`; `base` is the address of the record, where other pages of it lie.
    """
    laid = lay_out(form, raw, troubles, around.standing, sections=around.sections)
    return page_response(
        request, "form.html.jinja", title=around.title or form.title, status=status, notices=notices,
        script="form.js" if around.saves else "", trail=around.trail, laid=laid, around=around,
        troubles=laid.linked(troubles), action=action, base=base,
    )  # fmt: skip


def read_sent(post: QueryDict) -> Sent:
    """What came back from a form; of a box that was ticked twice the last."""
    raw = {name: text for name, text in post.items() if isinstance(text, str) and name not in OURS}
    version = post.get("version", "")
    number = int(version) if version.isdecimal() and version.isascii() and len(version) < len("10000") else 0
    shown = Shown(frozenset(post.getlist("stood")), frozenset(filter(None, post.getlist("out"))))
    return Sent(number, raw, shown, post.get("do", ""))


def one_more(sent: Sent, form: Form, section: str, episode: str) -> dict[str, str]:
    """The inputs with those of one more episode, empty; KeyError for a section that the form has not."""
    questions = form.section(section).questions
    return {**sent.raw, input_name(questions[0].field, episode): ""}
