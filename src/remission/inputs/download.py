"""Getting a file from the web whole, or saying why not.

A transfer that breaks off leaves its bytes in a `.part` file with a note of what they belong to, and goes on from there
next time, if the server still has the same content (Range and If-Range of RFC 9110). A page instead of data, a length
that does not agree and a server that does not answer are each told apart, because what to do differs.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, cast

from remission.inputs.fingerprint import sha256_of

Why = Literal["unreachable", "refused", "not a file", "truncated", "not an address"]

# Told the bytes so far, and in all where that is known.
SayBytes = Callable[[int, int | None], None]

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
}


class DownloadFailed(Exception):  # noqa: N818 - says what happened
    """A file could not be had; `why` says in a word what to do about it."""

    def __init__(self, url: str, why: Why, detail: str) -> None:
        self.url, self.why, self.detail = url, why, detail
        super().__init__(f"{url}: {detail}")


class Progress(NamedTuple):
    """How far a fetch has come: the file, its bytes so far and in all (None: unknown), and which file of how many."""

    file: str
    received: int
    total: int | None
    number: int = 1
    of: int = 1


@dataclass(frozen=True)
class Patience:
    """How long to wait for an answer, how often to try, and how long to rest between tries (doubled each time)."""

    timeout_seconds: float = 30.0
    tries: int = 3
    rest_seconds: float = 1.0


@dataclass(frozen=True)
class Downloaded:
    """A file that is here whole. `etag` is what the server calls this content, empty if it does not say."""

    path: Path
    bytes: int
    sha256: str
    etag: str = ""


class _Answer(Protocol):
    """What is used of an answer of urllib."""

    status: int
    headers: Message

    def read(self, amount: int = -1, /) -> bytes: ...

    def close(self) -> None: ...


class _Note(NamedTuple):
    """What the bytes of a `.part` file belong to."""

    url: str
    validator: str


def fetch_json(url: str, patience: Patience) -> Any:
    """The JSON at an address; DownloadFailed when there is none.

    A server that answers in HTML is told apart from one that does not answer.
    """
    for rest in _rests(patience):
        try:
            with closing(_opened(url, {}, patience)) as answer:
                text = b"".join(iter(lambda: _read(url, answer), b""))
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DownloadFailed(url, "not a file", "an answer that is not JSON") from error
        except DownloadFailed as failed:
            _give_up_or_rest(failed, rest)
    raise AssertionError("the last try either answers or raises")


def download(
    url: str, part: Path, patience: Patience, known_etag: str = "", say: SayBytes | None = None
) -> Downloaded | None:
    """Fetch an address into `part`, going on from bytes that are there; None when the server still has `known_etag`.

    `say` is told bytes so far and in all. The file stays at `part`, whole and with its SHA-256; its owner moves it.
    DownloadFailed when it cannot be had: a part that has begun is kept for next time, unless it is a page of HTML.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    for rest in _rests(patience):
        try:
            return _try_once(url, part, patience, known_etag, say or (lambda _received, _total: None))
        except DownloadFailed as failed:
            _give_up_or_rest(failed, rest)
    raise AssertionError("the last try either answers or raises")


def _rests(patience: Patience) -> Iterator[float | None]:
    """The rest after each try, in seconds; None after the last."""
    yield from (patience.rest_seconds * 2**number for number in range(patience.tries - 1))
    yield None


def _give_up_or_rest(failed: DownloadFailed, rest: float | None) -> None:
    """Only a silent server or a broken transfer may be better in a moment."""
    if rest is None or failed.why not in ("unreachable", "truncated"):
        raise failed
    time.sleep(rest)


def _try_once(url: str, part: Path, patience: Patience, known_etag: str, say: SayBytes) -> Downloaded | None:
    start = _resumable_bytes(url, part)
    # If-Range: the server sends the rest only of the same content, and the whole of another one.
    headers = {"Range": f"bytes={start}-", "If-Range": _read_note(part).validator} if start else {}
    # Not both: half of a file cannot be answered with "you have it already".
    if known_etag and not start:
        headers["If-None-Match"] = known_etag
    with closing(_opened(url, headers, patience)) as answer:
        if answer.status == NOT_MODIFIED:
            return None
        if answer.status == UNSATISFIABLE:
            _forget(part)
            raise DownloadFailed(url, "truncated", "what had arrived does not fit what is there now")
        # Another part than was asked for, put at the end, would spoil the file in silence.
        if answer.status == PARTIAL and not _continues(answer, start):
            _forget(part)
            raise DownloadFailed(url, "truncated", "another part of the file than was asked for")
        # A server that knows no parts sends the whole: then it begins anew.
        start = start if answer.status == PARTIAL else 0
        _check_is_data(url, answer)
        etag = answer.headers.get("ETag", "")
        # Before the first byte: a transfer that breaks off must leave behind what its bytes belong to.
        _note_path(part).write_text(json.dumps([url, etag or answer.headers.get("Last-Modified", "")]), "utf-8")
        total = _total(answer, start)
        received = _save(url, answer, part, start, lambda received: say(received, total))
    if total is not None and received != total:
        if received > total:
            _forget(part)
        raise DownloadFailed(url, "truncated", f"{received:,} of {total:,} bytes")
    _note_path(part).unlink(missing_ok=True)
    return Downloaded(part, received, sha256_of(part), etag)


def _opened(url: str, headers: dict[str, str], patience: Patience) -> _Answer:
    """An answer, to be closed; every way of getting none becomes a DownloadFailed."""
    if not url.lower().startswith(("http://", "https://")):
        raise DownloadFailed(url, "not an address", "an address that is not one of the web")
    # Unpacked: a length and a digest are to be those of the file itself.
    sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
    try:
        request = urllib.request.Request(url, headers=sent)
        return cast(_Answer, urllib.request.urlopen(request, timeout=patience.timeout_seconds))
    except urllib.error.HTTPError as error:
        if error.code in (NOT_MODIFIED, UNSATISFIABLE):  # urllib takes these two for errors; here they are answers
            return cast(_Answer, error)
        error.close()
        why: Why = "unreachable" if error.code in TRY_AGAIN else "refused"
        raise DownloadFailed(url, why, f"the answer {error.code} {error.reason}") from error
    except (http.client.HTTPException, OSError, ValueError) as error:
        raise DownloadFailed(url, "unreachable", f"no answer ({_reason(error)})") from error


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason) or type(reason).__name__


def _check_is_data(url: str, answer: _Answer) -> None:
    if answer.headers.get_content_type() in ("text/html", "application/xhtml+xml"):
        raise DownloadFailed(url, "not a file", "a web page (HTML)")


def looks_like_a_page(begin: bytes) -> bool:
    """Do these first bytes of a file begin a page of HTML or XML, whatever its name or type says?

    >>> looks_like_a_page(b" <!DOCTYPE html>"), looks_like_a_page(b"YEAR_MONTH,ODS_CODE")
    (True, False)
    """
    return begin.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _save(url: str, answer: _Answer, part: Path, start: int, say: Callable[[int], None]) -> int:
    """Append what arrives from byte `start` on; the bytes that are there then."""
    received = start
    with part.open("r+b" if start else "wb") as opened:
        opened.seek(start)
        while chunk := _read(url, answer):
            if received == 0 and looks_like_a_page(chunk):
                raise DownloadFailed(url, "not a file", "a web page (HTML), although it is called a CSV")
            opened.write(chunk)
            received += len(chunk)
            say(received)
        # What an earlier, longer transfer left behind this one's end would look like data.
        opened.truncate()
    return received


def _read(url: str, answer: _Answer) -> bytes:
    try:
        return answer.read(CHUNK_BYTES)
    except http.client.IncompleteRead as broken:
        raise DownloadFailed(url, "truncated", "the transfer broke off") from broken
    except (http.client.HTTPException, OSError) as error:
        raise DownloadFailed(url, "unreachable", f"the transfer broke off ({_reason(error)})") from error


def _total(answer: _Answer, start: int) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else None


def _continues(answer: _Answer, start: int) -> bool:
    return answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")


def _resumable_bytes(url: str, part: Path) -> int:
    """Bytes of this address that are here and can be gone on from; without a validator none can be trusted."""
    note = _read_note(part)
    # A weak validator (W/) promises the same meaning, not the same bytes.
    same = note.url == url and note.validator and not note.validator.startswith("W/")
    return part.stat().st_size if same and part.exists() else 0


def _note_path(part: Path) -> Path:
    return part.with_name(part.name + ".note")


def _read_note(part: Path) -> _Note:
    try:
        url, validator = json.loads(_note_path(part).read_text("utf-8"))
    except (OSError, ValueError, TypeError):  # no such note, no JSON, or JSON of something else
        return _Note("", "")
    return _Note(str(url), str(validator))


def _forget(part: Path) -> None:
    """Drop a transfer that cannot be gone on with; it is no data yet."""
    part.unlink(missing_ok=True)
    _note_path(part).unlink(missing_ok=True)
