"""Getting a file from the web whole, or saying why not.

A transfer that breaks off leaves its bytes in a `.part` file with a note of what they belong to, and goes on from there
next time, if the server still has the same content (Range and If-Range of RFC 9110). A page instead of data, a length
that does not agree and a server that does not answer are each told apart, because what to do differs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from remission.inputs.as_they_come import looks_like_a_page
from remission.inputs.fingerprint import sha256_of
from remission.inputs.problems import shown
from remission.inputs.web import (
    ADVICE,
    NOT_MODIFIED,
    PARTIAL,
    UNSATISFIABLE,
    Answer,
    DownloadFailed,
    Patience,
    Until,
    Why,
    check_size,
    length_of,
    opened,
    read,
    tried,
)

__all__ = ["ADVICE", "DownloadFailed", "Downloaded", "Patience", "Progress", "SayBytes", "Why", "download",
           "fetch_json"]  # fmt: skip

# Told the bytes so far, and in all where that is known.
SayBytes = Callable[[int, int | None], None]


class Progress(NamedTuple):
    """How far a fetch has come: the file, its bytes so far and in all (None: unknown), and which file of how many."""

    file: str
    received: int
    total: int | None
    number: int = 1
    of: int = 1


@dataclass(frozen=True)
class Downloaded:
    """A file that is here whole. `etag` is what the server calls this content, empty if it does not say."""

    path: Path
    bytes: int
    sha256: str
    etag: str = ""


class _Note(NamedTuple):
    """What the bytes of a `.part` file belong to: the address, what the server called the content, and its size."""

    url: str
    validator: str
    total: int | None


def fetch_json(url: str, patience: Patience) -> Any:
    """The JSON at an address; DownloadFailed when there is none.

    A server that answers in HTML is told apart from one that does not answer, and from one that breaks off.
    """
    text = tried(patience, lambda until: _whole(url, until))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DownloadFailed(url, "not a file", "an answer that is not JSON") from error


def _whole(url: str, until: Until) -> bytes:
    """All bytes of a short answer."""
    with closing(opened(url, {}, until)) as answer:
        length, text = length_of(answer), bytearray()
        check_size(url, length, until.patience)
        while chunk := read(url, answer, until):
            text += chunk
            check_size(url, len(text), until.patience)
    _check_whole(url, len(text), length)
    return bytes(text)


def download(
    url: str, part: Path, patience: Patience, known_etag: str = "", say: SayBytes | None = None
) -> Downloaded | None:
    """Fetch an address into `part`, going on from bytes that are there; None when the server still has `known_etag`.

    `say` is told bytes so far and in all. The file stays at `part`, whole and with its SHA-256; its owner moves it.
    DownloadFailed when it cannot be had: a part that has begun is kept for next time, unless it is a page of HTML or
    larger than a file may be.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    told = say or (lambda _received, _total: None)
    return tried(patience, lambda until: _try_once(url, part, until, known_etag, told))


def _try_once(url: str, part: Path, until: Until, known_etag: str, say: SayBytes) -> Downloaded | None:
    note, start = _read_note(part), _resumable_bytes(url, part)
    # If-Range: the server sends the rest only of the same content, and the whole of another one.
    headers = {"Range": f"bytes={start}-", "If-Range": note.validator} if start else {}
    # Not both: half of a file cannot be answered with "you have it already".
    if known_etag and not start:
        headers["If-None-Match"] = known_etag
    with closing(opened(url, headers, until)) as answer:
        if answer.status == NOT_MODIFIED:
            return None
        # Another part than was asked for, or a part of another file, put at the end would spoil the file in silence.
        wrong = _wrong_part(answer, start, note)
        if not wrong:
            return _received(url, answer, part, start if answer.status == PARTIAL else 0, until, say)
    _forget(part)
    if not start:
        raise DownloadFailed(url, "truncated", wrong)
    return _try_once(url, part, until, known_etag, say)


def _wrong_part(answer: Answer, start: int, note: _Note) -> str:
    """Why what is sent is not the rest of what is here; empty where it is, or where the whole is sent."""
    if answer.status == UNSATISFIABLE:
        return "what had arrived does not fit what is there now"
    # A server that knows no parts sends the whole: then it begins anew.
    if answer.status != PARTIAL:
        return ""
    begin, total = _content_range(answer)
    if not start or begin != start:
        return "another part of the file than was asked for"
    tag, day = (answer.headers.get(name) for name in ("ETag", "Last-Modified"))
    # Like is compared with like: a server may leave out what the part was begun with, and say the other.
    if note.validator not in (tag, day) and (tag or (day and note.validator.endswith("GMT"))):
        return "a part of another file than the one that was begun"
    return "" if None in (total, note.total) or total == note.total else "a part of a file of another size"


def _received(url: str, answer: Answer, part: Path, start: int, until: Until, say: SayBytes) -> Downloaded:
    """The file once it is here whole, from byte `start` on as the answer brings it."""
    _check_is_data(url, answer)
    _check_is_unpacked(url, answer)
    length = length_of(answer)
    total = _content_range(answer)[1] if start else None
    total = total if total is not None or length is None else start + length
    check_size(url, total, until.patience)
    etag = answer.headers.get("ETag", "")
    if not start:
        # Before the first byte: a transfer that breaks off must leave behind what its bytes belong to.
        _write_note(part, _Note(url, etag or answer.headers.get("Last-Modified", ""), total))
    received = _save(url, answer, part, start, until, lambda received: say(received, total))
    if total is not None and received > total:
        _forget(part)
    _check_whole(url, received, total)
    _note_path(part).unlink(missing_ok=True)
    return Downloaded(part, received, sha256_of(part), etag)


def _check_whole(url: str, received: int, total: int | None) -> None:
    if total is not None and received != total:
        raise DownloadFailed(url, "truncated", f"{received:,} of {total:,} bytes")


def _check_is_data(url: str, answer: Answer) -> None:
    if answer.headers.get_content_type() in ("text/html", "application/xhtml+xml"):
        raise DownloadFailed(url, "not a file", "a web page (HTML)")


def _check_is_unpacked(url: str, answer: Answer) -> None:
    # We asked for the bytes themselves: packed ones would be kept as if they were the file.
    packed = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if packed not in ("", "identity"):
        raise DownloadFailed(url, "not a file", f"a file packed as {shown(packed)}, which was not asked for")


def _save(url: str, answer: Answer, part: Path, start: int, until: Until, say: Callable[[int], None]) -> int:
    """Append what arrives from byte `start` on; the bytes that are there then."""
    received = start
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        while chunk := read(url, answer, until):
            if received == 0 and looks_like_a_page(chunk):
                raise DownloadFailed(url, "not a file", "a web page (HTML), although it is called a CSV")
            received += len(chunk)
            # Before it is written: a server that never ends must not fill the disk.
            if received > until.patience.most_bytes:
                _forget(part)
            check_size(url, received, until.patience)
            file.write(chunk)
            say(received)
        # What an earlier, longer transfer left behind this one's end would look like data.
        file.truncate()
    return received


def _content_range(answer: Answer) -> tuple[int | None, int | None]:
    """Where a part begins, and how large the whole is; None where it is not said."""
    found = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
    return (int(found[1]), int(found[2]) if found[2] != "*" else None) if found else (None, None)


_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)", re.ASCII)


def _resumable_bytes(url: str, part: Path) -> int:
    """Bytes of this address that are here and can be gone on from; without a validator none can be trusted."""
    note = _read_note(part)
    # A weak validator (W/) promises the same meaning, not the same bytes.
    same = note.url == url and note.validator and not note.validator.startswith("W/")
    return part.stat().st_size if same and part.exists() else 0


def _note_path(part: Path) -> Path:
    return part.with_name(part.name + ".note")


def _write_note(part: Path, note: _Note) -> None:
    _note_path(part).write_text(json.dumps(note), "utf-8")


def _read_note(part: Path) -> _Note:
    try:
        url, validator, *total = json.loads(_note_path(part).read_text("utf-8"))
    except (OSError, ValueError, TypeError):  # no such note, no JSON, or JSON of something else
        return _Note("", "", None)
    return _Note(str(url), str(validator), next((one for one in total if isinstance(one, int)), None))


def _forget(part: Path) -> None:
    """Drop a transfer that cannot be gone on with; it is no data yet."""
    part.unlink(missing_ok=True)
    _note_path(part).unlink(missing_ok=True)
