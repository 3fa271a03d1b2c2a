"""The forms of a record: the short one on one page, the long one a part at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from remission.exhibits.page import Link
from remission.exhibits.wording import day_words
from remission.registry.answers import current
from remission.registry.forms.form import forms
from remission.registry.forms.in_words import section_at
from remission.registry.forms.laid_out import new_episode
from remission.registry.forms.standing import WHOLE, filled, place_named, shown_in
from remission.web.acts.telling import consent_now, drop_left, save_draft, saved_draft, send_form
from remission.web.clock import today
from remission.web.form_pages import LOOK_AGAIN, Around, form_response, one_more, read_sent
from remission.web.records.reading import answers_of_person
from remission.web.records.told import record_of
from remission.web.routes import RecordRoute
from remission.web.shell import page_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest

    from remission.registry.answers import Answer
    from remission.registry.forms.check import Trouble
    from remission.registry.forms.form import Form
    from remission.web.form_pages import Sent
    from remission.web.records.told import Record
    from remission.web.roles import Acting

SAVED = "Saved. You can stop here and come back at any time."
# A script saves as well, and needs no page in answer.
BY_SCRIPT = "X-Draft"


def form(request: HttpRequest, acting: Acting, name: str) -> HttpResponse:
    """A form on one page; of the long one the list of its parts."""
    found = _form(acting, name)
    if found.name == WHOLE and request.method != "POST":
        record = record_of(acting.person_id, acting.account.actor, today())
        if record.may_tell:
            return _parts(request, acting, found, record)
    return _page(request, acting, found, "")


def form_part(request: HttpRequest, acting: Acting, name: str, section: str) -> HttpResponse:
    """One part of the long form."""
    found = _form(acting, name)
    if found.name != WHOLE or section not in [one.name for one in found.sections]:
        raise Http404
    return _page(request, acting, found, section)


def _form(acting: Acting, name: str) -> Form:
    found = forms().get(name)
    if found is None or (found.teller == "delegate" and acting.teller != "delegate"):
        raise Http404
    return found


def _page(request: HttpRequest, acting: Acting, form: Form, section: str) -> HttpResponse:
    if consent_now(acting.person_id) is None:
        return page_response(request, "stopped.html.jinja", title="Your consent is stopped", status=409, acting=acting)
    if request.method == "POST":
        return _sent(request, acting, form, section, read_sent(request.POST))
    draft = saved_draft(acting, form.name)
    standing = current(answers_of_person(acting.person_id))
    raw = filled(form, standing, draft.raw, today())
    notices = [SAVED] if "saved" in request.GET else []
    of_here = {name for name in draft.raw if not section or section_at(place_named(name)) == section}
    if draft.saved_at and of_here and not notices:
        notices = [f"What you wrote on {day_words(draft.saved_at.date())} and did not send stands here."]
    return _shown(request, acting, form, section, raw, (), standing, notices=notices)


def _parts(request: HttpRequest, acting: Acting, form: Form, record: Record) -> HttpResponse:
    names, told = [one.name for one in form.sections], record.by_section
    waiting = {section_at(place_named(name)) for name in saved_draft(acting, form.name).raw}
    first = next((name for name in names if name in waiting or not told[name]), names[0])
    return page_response(
        request, "parts.html.jinja", title=form.title, acting=acting, form=form, told=told, waiting=waiting,
        first=first, begun=bool(waiting or told), trail=_trail(acting),
    )  # fmt: skip


def _sent(request: HttpRequest, acting: Acting, form: Form, section: str, sent: Sent) -> HttpResponse:
    here = request.path
    if sent.do in ("save", "drop"):
        kept = save_draft(acting, form.name, sent.raw)
        if sent.do == "drop":
            drop_left(acting, form.name)
        if BY_SCRIPT in request.headers:
            return HttpResponse(status=204 if kept else 409)
        return redirect(f"{here}?saved=1")
    if sent.do.startswith("add:"):
        more = sent.do.removeprefix("add:")
        if more not in [one.name for one in form.sections if one.another]:
            raise Http404
        episode = new_episode(more)
        save_draft(acting, form.name, one_more(sent, form, more, episode))
        return redirect(f"{here}#{episode}")
    checked = send_form(acting, form.name, sent.version, sent.raw, shown=sent.shown)
    if checked.troubles:
        standing = current(answers_of_person(acting.person_id))
        return _shown(request, acting, form, section, sent.raw, checked.troubles, standing, status=LOOK_AGAIN)
    return redirect(_next(acting, form, section))


def _shown(
    request: HttpRequest,
    acting: Acting,
    form: Form,
    section: str,
    raw: Mapping[str, str],
    troubles: Sequence[Trouble],
    standing: Sequence[Answer],
    *,
    status: int = 200,
    notices: Sequence[str] = (),
) -> HttpResponse:
    shown = shown_in(form, standing, today())
    names = [one.name for one in form.sections]
    around = Around(standing=shown, lead=form.lead, trail=_trail(acting))
    if section:
        around = Around(
            sections=(section,), standing=shown, on="Keep this and go on", skip=_next(acting, form, section),
            progress=f"Part {names.index(section) + 1} of {len(names)}", title=form.section(section).title,
            trail=(*_trail(acting), Link(form.title, f"{acting.base.lstrip('/')}form/{form.name}/")),
        )  # fmt: skip
    return form_response(
        request, form, raw, troubles, action=request.path, base=acting.base, status=status, notices=notices,
        around=around,
    )  # fmt: skip


def _next(acting: Acting, form: Form, section: str) -> str:
    """Where one goes from a form, or a part of it: to the next part, and from the last to what was kept."""
    names = [one.name for one in form.sections]
    after = names[names.index(section) + 1 :] if section else []
    return f"{acting.base}form/{form.name}/{after[0]}/" if after else f"{acting.base}told/"


def _trail(acting: Acting) -> tuple[Link, ...]:
    words = "My record" if acting.teller == "self" else "The record"
    return (Link(words, acting.base.lstrip("/")),)


ROUTES = (
    RecordRoute("form/<str:name>/", "form", form, ("GET", "HEAD", "POST"), fills=True),
    RecordRoute("form/<str:name>/<str:section>/", "form_part", form_part, ("GET", "HEAD", "POST"), fills=True),
)
