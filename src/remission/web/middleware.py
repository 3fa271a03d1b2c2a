"""What happens around every view: our own names, a refusal in words where nothing can be written, private pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from remission.web import refusals

Answer = Callable[[HttpRequest], HttpResponseBase]


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


def private_pages(answer: Answer) -> Answer:
    """Let no browser and no proxy keep a page of an account: phones are lent, and the button back shows what was."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return answered
