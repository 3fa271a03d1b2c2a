"""What happens around every view: our own names, a refusal in words where nothing can be written, private pages."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase

from remission.web import refusals
from remission.web.clock import now

Answer = Callable[[HttpRequest], HttpResponseBase]
ASKED, RENEWED_SECONDS = "asked_at", 60


def known_names(answer: Answer) -> Answer:
    """Answer to our own names alone, the site's files too: a page elsewhere can give its name this address."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # DisallowedHost otherwise, which Django answers with 400
        return answer(request)

    return answered


def unavailable(answer: Answer) -> Answer:
    """Say in words that nothing can be saved now (503), where a database or a disk says so to a view.

    What other middleware meets (a session that cannot be read or saved) comes to `refusals`, which asks the same.
    """

    def answered(request: HttpRequest) -> HttpResponseBase:
        return answer(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return refusals.unavailable(request) if refusals.passes(error) else None

    answered.process_exception = process_exception  # type: ignore[attr-defined]
    return answered


def lasting_sessions(answer: Answer) -> Answer:
    """Let a session end two hours after the last page and not after the first, and write that once a minute at most.

    Written with each page, it made every reader wait for the disk and for each other.
    """

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        session = request.session
        if session.session_key and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            since, moment = session.get(ASKED, 0), int(now().timestamp())
            # Read by now: one that has ended is no session, and none is begun for whoever has none.
            if session.session_key and not 0 <= moment - since < RENEWED_SECONDS:
                session[ASKED] = moment
        return response

    return answered


def private_pages(answer: Answer) -> Answer:
    """Let no browser and no proxy keep a page of an account: phones are lent, and the button back shows what was."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return answered
