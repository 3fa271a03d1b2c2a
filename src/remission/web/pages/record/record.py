"""A record: what is due, what was told so far in words, and what comes of telling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.exhibits.wording import day_words
from remission.registry.forms.form import forms
from remission.registry.forms.standing import WHOLE
from remission.web.clock import today
from remission.web.records.told import record_of
from remission.web.routes import RecordRoute
from remission.web.shell import page_response

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from remission.registry.day_zero import DayZero
    from remission.web.records.told import Record
    from remission.web.roles import Acting

NEW = "short"


def my_record(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The page of a record."""
    day = today()
    record = record_of(acting.person_id, acting.account.actor, day)
    filling = acting.fills and record.may_tell
    titles = {one.name: one.title for one in forms()[WHOLE].sections} if filling else {}
    return page_response(
        request, "record.html.jinja", title="My record" if acting.teller == "self" else "The record I help with",
        acting=acting, record=record, forms=forms(), whole=WHOLE, new=NEW, day_words=day_words, drafts=_drafts(record),
        counted_from=counted_from(record.visits.zero, acting), filling=filling, titles=titles,
    )  # fmt: skip


def told(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What was kept today, what is asked again, and when the next form comes."""
    day = today()
    record = record_of(acting.person_id, acting.account.actor, day)
    return page_response(
        request, "told.html.jinja", title="Thank you", acting=acting, record=record, groups=record.told_on(day),
        forms=forms(), day_words=day_words, drafts=_drafts(record),
    )  # fmt: skip


def counted_from(zero: DayZero, acting: Acting) -> str:
    """From which day the days of a person are counted, in words."""
    self = acting.teller == "self"
    your, you = ("your", "you") if self else ("the", "they")
    if zero.date is None:
        return (
            f"We do not know the day of {your} transplant yet. Till then no time can be counted from it. "
            "The year alone will do."
        )
    day = ("about " if zero.precision != "day" else "") + day_words(zero.date)
    if zero.what == "transplant":
        return f"All times are counted from {your} transplant: {day}."
    if zero.what == "start of therapy":
        return (
            f"You told of no transplant. So all times are counted from the start of {your} treatment: {day}."
            if self
            else f"No transplant was told. So all times are counted from the start of the treatment: {day}."
        )
    return f"No transplant or treatment was told. So all times are counted from the day {you} joined: {day}."


def _drafts(record: Record) -> Iterator[tuple[str, str]]:
    return ((name, day_words(saved.date())) for name, saved in record.drafts.items() if name in forms())


ROUTES = (
    RecordRoute("", "record", my_record),
    RecordRoute("told/", "told", told),
)
