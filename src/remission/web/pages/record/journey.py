"""The person's own journey: their timeline as a picture and in words, and what studies say of the treatments named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from remission.web.clock import today
from remission.web.instance import instance
from remission.web.journey.page import journey_sections, picture_of, summary
from remission.web.journey.studies import studies_section
from remission.web.journey.timeline import Timeline, timeline_of
from remission.web.journey.voice import voice_for
from remission.web.records.reading import answers_of_person, person_of
from remission.web.routes import RecordRoute
from remission.web.shell import page_response

if TYPE_CHECKING:
    from remission.web.roles import Acting


def journey(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The page."""
    timeline, voice = _timeline(acting), voice_for(acting.teller)
    studies = studies_section([one.what for one in timeline.treatments], instance().site, voice)
    return page_response(
        request, "journey.html.jinja", title=voice.title, in_short=summary(timeline, voice), voice=voice,
        sections=(*journey_sections(timeline, voice, instance().notice), *((studies,) if studies else ())),
        drawn=not timeline.is_empty, record=acting.base, picture=f"{acting.base}journey.svg",
    )  # fmt: skip


def picture(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The picture as a file of its own."""
    headers = {"Content-Disposition": 'attachment; filename="my-journey.svg"'}
    return HttpResponse(
        picture_of(_timeline(acting), voice_for(acting.teller), instance().notice),
        content_type="image/svg+xml; charset=utf-8",
        headers=headers,
    )


def _timeline(acting: Acting) -> Timeline:
    return timeline_of(person_of(acting.person_id), answers_of_person(acting.person_id), today())


ROUTES = (
    RecordRoute("journey/", "journey", journey),
    RecordRoute("journey.svg", "journey_picture", picture),
)
