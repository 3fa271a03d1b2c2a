"""Pages that say why something was not done: the same words whatever it was, and what to do next."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from remission.web import fault_log
from remission.web.shell import page_response

# Words of SQLite for what passes: a full disk, another writer that takes too long, a disk that went read-only.
PASSES = ("disk is full", "locked", "readonly", "disk i/o", "unable to open database file")
OF_DISKS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)
RETRY_SECONDS = 120


def passes(error: BaseException | None) -> bool:
    """Is it a disk or a database that cannot take anything now, and will be able to again?

    >>> passes(OSError(errno.ENOSPC, "")), passes(FileNotFoundError()), passes(ZeroDivisionError())
    (True, False, False)
    """
    return any(_passes(one) for one in _behind(error))


def _passes(error: BaseException) -> bool:
    if isinstance(error, DatabaseError):
        return any(words in str(error).casefold() for words in PASSES)
    return isinstance(error, OSError) and error.errno in OF_DISKS


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from: a library may tell of a full disk in an error of its own."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is here, or nothing for this account: the two are not told apart."""
    return _refusal(request, 404, "Nothing is here", "Look at the address again, or start from the first page.")


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or from one that was left open for long."""
    said = "This page had been open for too long, or was opened from elsewhere. Go back, load it again, and send it."
    return _refusal(request, 403, "This could not be taken", f"{said} Nothing that was saved is lost.")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What no page of ours sends; or a session that a disk or a database did not take, which Django tells so."""
    if passes(exception):
        return unavailable(request)
    return _refusal(request, 400, "This could not be read", "Go back, load the page again, and try once more.")


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or what middleware met of a disk or a database that cannot take anything."""
    if passes(sys.exc_info()[1]):
        return unavailable(request)
    # Whatever is wrong, this page is not to meet it again.
    request.is_told_apart = False  # type: ignore[attr-defined]
    said = "This is a fault of ours. Nothing that was saved before is lost. Please try again later."
    return _refusal(request, 500, "Something went wrong", said)


def too_often(request: HttpRequest) -> HttpResponse:
    """Too many tries in too little time."""
    said = "This was tried too often in a short time. Wait a few minutes and try again. Nothing was changed."
    return _refusal(request, 429, "Please wait a little", said)


def no_letter(request: HttpRequest) -> HttpResponse:
    """A letter is needed, and can not be sent."""
    said = "We can not send letters just now, and this needs one. Please try again in an hour."
    return _refusal(request, 503, "Please come back later", said)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The disk is full, or a database is locked: nothing was half written, and no database is asked for this page."""
    fault_log.say("nothing could be written", sys.exc_info()[1])
    request.is_told_apart = False  # type: ignore[attr-defined]
    session = getattr(request, "session", None)
    if session is not None and not hasattr(session, "_session_cache"):
        # One that was not read by now would be read on the way out, after another ten seconds of waiting.
        session._session_cache = {}
    said = "We can not save anything just now. What you sent was not kept in part: please send it again later."
    answer = _refusal(request, 503, "Please come back in a few minutes", said)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _refusal(request: HttpRequest, status: int, title: str, said: str) -> HttpResponse:
    return page_response(request, "refusal.html.jinja", title=title, status=status, said=said, path="")
