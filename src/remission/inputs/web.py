"""One answer of a server, asked for with patience; ways of getting none are told apart, because what to do differs.

Nothing a server says is taken on trust: it may answer slowly, too much, from elsewhere, or ask to come back later.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import IO, Literal, Protocol, TypeVar, cast

Why = Literal["unreachable", "refused", "not a file", "truncated", "not an address", "too large", "out of time"]

CHUNK_BYTES = 1 << 18
PARTIAL, NOT_MODIFIED, UNSATISFIABLE = 206, 304, 416
# Answers that may be others in a moment; any other refusal stays one, however often one asks.
TRY_AGAIN = (429, 500, 502, 503, 504)
AGENT = "remission-atlas (open-source research software)"

ADVICE: dict[Why, str] = {
    "unreachable": "Check the connection and run it again; what has been fetched and built stays usable.",
    "refused": "Open the address in a browser; if it moved, name the new one with --base-url.",
    "not a file": "The site may be under maintenance or ask to sign in; open the address in a browser, or try later.",
    "truncated": "Run it again: what has arrived is kept, and the transfer goes on from there.",
    "not an address": "Only addresses that begin with http:// or https:// are fetched.",
    "too large": "No file of this kind is so large: open the address in a browser and see what it is.",
    "out of time": "The server is slow. Run it again: what has arrived is kept, and the transfer goes on from there.",
}

Given = TypeVar("Given")


class DownloadFailed(Exception):  # noqa: N818 - says what happened
    """A file could not be had; `why` says in a word what to do about it.

    `wait_seconds`: how long the server asks us to wait before we ask again; None where it does not say.
    """

    def __init__(self, url: str, why: Why, detail: str, wait_seconds: float | None = None) -> None:
        self.url, self.why, self.detail, self.wait_seconds = url, why, detail, wait_seconds
        super().__init__(f"{url}: {detail}")


@dataclass(frozen=True)
class Clock:
    """Time as a download meets it; tests give another one and wait for nothing."""

    def now(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    def today(self) -> float:
        """Seconds since 1970, to which a server's dates are compared."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True)
class Patience:
    """How long to wait for an answer, how often to try, and how long to rest between tries (doubled each time).

    A server that asks for a longer rest gets it, up to `longest_rest_seconds`. A file may have `most_bytes`, and take
    `total_seconds`, all tries together.
    """

    timeout_seconds: float = 30.0
    tries: int = 3
    rest_seconds: float = 1.0
    longest_rest_seconds: float = 60.0
    total_seconds: float = 3600.0
    most_bytes: int = 4_000_000_000
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True)
class Until:
    """The moment at which patience ends, and the clock that says so."""

    patience: Patience
    end: float

    @classmethod
    def of(cls, patience: Patience) -> Until:
        """From now on."""
        return cls(patience, patience.clock.now() + patience.total_seconds)

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.end - self.patience.clock.now()

    def check(self, url: str) -> None:
        """DownloadFailed when nothing is left."""
        if self.left <= 0:
            raise DownloadFailed(url, "out of time", f"not here after {self.patience.total_seconds:,.0f} seconds")


class Answer(Protocol):
    """What is used of an answer of urllib."""

    status: int
    headers: Message

    def read1(self, amount: int = -1, /) -> bytes: ...

    def close(self) -> None: ...


def tried(patience: Patience, ask: Callable[[Until], Given]) -> Given:
    """What `ask` gives, tried again where that may help: of a silent server, a busy one, and a broken transfer.

    DownloadFailed of the last try.
    """
    until = Until.of(patience)
    for number in range(patience.tries):
        try:
            return ask(until)
        except DownloadFailed as failed:
            rest = _rest(failed, patience, number)
            # Not when the rest would outlast our patience: the answer is known by then.
            if rest is None or rest >= until.left:
                raise
            patience.clock.sleep(rest)
    raise AssertionError("the last try either answers or raises")


def _rest(failed: DownloadFailed, patience: Patience, number: int) -> float | None:
    """How long to rest after a try, in seconds; None where another one would not help."""
    if number + 1 == patience.tries or failed.why not in ("unreachable", "truncated"):
        return None
    own, asked = patience.rest_seconds * float(2**number), failed.wait_seconds or 0.0
    return max(own, min(asked, patience.longest_rest_seconds))


def opened(url: str, headers: dict[str, str], until: Until) -> Answer:
    """An answer, to be closed; every way of getting none becomes a DownloadFailed."""
    if not is_of_the_web(url):
        raise DownloadFailed(url, "not an address", "an address that is not one of the web")
    until.check(url)
    # Unpacked: a length and a digest are to be those of the file itself.
    sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
    try:
        request = urllib.request.Request(url, headers=sent)
        timeout = min(until.patience.timeout_seconds, until.left)
        return cast(Answer, _web().open(request, timeout=timeout))
    except urllib.error.HTTPError as error:
        if error.code in (NOT_MODIFIED, UNSATISFIABLE):  # urllib takes these two for errors; here they are answers
            return cast(Answer, error)
        error.close()
        why: Why = "unreachable" if error.code in TRY_AGAIN else "refused"
        wait = wait_of(error.headers.get("Retry-After", ""), until.patience.clock.today())
        raise DownloadFailed(url, why, f"the answer {error.code} {error.reason}", wait) from error
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise DownloadFailed(url, "unreachable", f"no answer ({_reason(error)})") from error


def read(url: str, answer: Answer, until: Until) -> bytes:
    """The next bytes that have arrived; none at the end. DownloadFailed when it breaks off or takes too long."""
    # Not more at once than has arrived: a server that sends a byte a minute would hold a longer reading for years.
    until.check(url)
    try:
        return answer.read1(CHUNK_BYTES)
    except http.client.IncompleteRead as broken:
        raise DownloadFailed(url, "truncated", "the transfer broke off") from broken
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise DownloadFailed(url, "unreachable", f"the transfer broke off ({_reason(error)})") from error


def check_size(url: str, size: int | None, patience: Patience) -> None:
    """DownloadFailed for more bytes than a file may have; `size` None: it is not known yet."""
    if size is not None and size > patience.most_bytes:
        most = f"more than {patience.most_bytes:,} bytes"
        raise DownloadFailed(url, "too large", most)


def length_of(answer: Answer) -> int | None:
    """How many bytes an answer says that it brings; None where it does not."""
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def wait_of(asked: str, now: float) -> float | None:
    """Seconds that a server asks us to wait, in seconds or until a date (RFC 9110, 10.2.3); None where it says nothing.

    >>> wait_of("120", 0.0), wait_of("Thu, 01 Jan 1970 00:01:00 GMT", 20.0), wait_of("soon", 0.0)
    (120.0, 40.0, None)
    """
    if asked.isascii() and asked.strip().isdigit():
        return float(asked)
    try:
        return max(parsedate_to_datetime(asked).timestamp() - now, 0.0)
    except (ValueError, OverflowError):
        return None


def is_of_the_web(url: str) -> bool:
    """Is it an address that we fetch?"""
    return url.lower().startswith(("http://", "https://"))


class _OnTheWeb(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to another page of the web and to nothing else: not to ftp, as urllib does by itself."""

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message
    ) -> object:
        """Follow it, or say why not."""
        target = urllib.parse.urljoin(req.full_url, headers.get("Location", ""))
        if not is_of_the_web(target):
            fp.close()
            raise DownloadFailed(req.full_url, "not an address", "it leads to an address that is not one of the web")
        return super().http_error_302(req, fp, code, msg, headers)  # type: ignore[arg-type]  # headers are a Message

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _web() -> urllib.request.OpenerDirector:
    """What opens addresses of the web and of nothing else: the usual one knows files and ftp too."""
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _OnTheWeb(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        director.add_handler(handler)
    return director


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason) or type(reason).__name__
