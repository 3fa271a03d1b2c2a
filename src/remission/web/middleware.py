"""What happens around every view: a refusal in words where nothing can be written, and pages that nobody may keep."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponseBase

from remission.web import refusals

Answer = Callable[[HttpRequest], HttpResponseBase]
# Words of SQLite for what passes: a full disk, another writer that takes too long, a disk that went read-only.
PASSES = ("disk is full", "database or disk is full", "locked", "readonly", "disk i/o")


def unavailable(answer: Answer) -> Answer:
    """Say in words that nothing can be saved now (503), where a database says so."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        return answer(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        passes = isinstance(error, OperationalError | DatabaseError) and any(
            words in str(error).casefold() for words in PASSES
        )
        return refusals.unavailable(request) if passes or isinstance(error, OSError) else None

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
