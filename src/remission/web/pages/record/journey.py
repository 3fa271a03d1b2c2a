"""The person's own journey: their timeline as a picture and in words, and what studies say of the treatments named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from remission.web.clock import today
from remission.web.instance import instance
from remission.web.journey.page import NOT_ALL, journey_sections, picture_of, summary
from remission.web.journey.studies import studies_section
from remission.web.journey.timeline import Timeline, timeline_of
from remission.web.records.reading import answers_of_person, person_of
from remission.web.routes import RecordRoute
from remission.web.shell import page_response

if TYPE_CHECKING:
    from remission.web.roles import Acting


def journey(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The page."""
    timeline = _timeline(acting)
    studies = studies_section([one.what for one in timeline.treatments], instance().site)
    return page_response(
        request, "journey.html.jinja", title="My journey", in_short=summary(timeline), not_all=NOT_ALL,
        sections=(*journey_sections(timeline, instance().notice), *((studies,) if studies else ())),
        drawn=not timeline.is_empty, record=acting.base, picture=f"{acting.base}journey.svg",
    )  # fmt: skip


def picture(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The picture as a file of its own."""
    headers = {"Content-Disposition": 'attachment; filename="my-journey.svg"'}
    return HttpResponse(
        picture_of(_timeline(acting), instance().notice), content_type="image/svg+xml; charset=utf-8", headers=headers
    )


def _timeline(acting: Acting) -> Timeline:
    return timeline_of(person_of(acting.person_id), answers_of_person(acting.person_id), today())


ROUTES = (
    RecordRoute("journey/", "journey", journey),
    RecordRoute("journey.svg", "journey_picture", picture),
)
