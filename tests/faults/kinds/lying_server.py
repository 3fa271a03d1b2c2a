"""A server that lies while a file is fetched: what is kept is the true file, or nothing is said to be."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from faults.trials import Asked, Tried
from made_up.lying_server import Liar, TestClock, lying_server, says
from remission.inputs import download as guarded
from remission.inputs.download import DownloadFailed, download
from remission.inputs.web import Patience

TITLE = "a server that lies"
TAG, OTHER = '"this"', '"other"'
MOST_BYTES = 50_000
PIECE = 300

Draw = random.Random


@dataclass(frozen=True)
class Lie:
    """What it says, one answer a try, and whether the true file can be had in the end."""

    name: str
    answers: Callable[[bytes, Draw], Sequence[bytes]]
    ends_well: bool


def tries(asked: Asked) -> Iterator[Tried]:
    """Each lie of many files, each cut at a place of its own."""
    with lying_server() as liar:
        for number in range(asked.of(30 * len(LIES), len(LIES))):
            yield _try(liar, LIES[number % len(LIES)], asked.folder / f"{number}.part", Draw(asked.seed + number))


def control(asked: Asked) -> Iterator[Tried]:
    """With nobody counting what arrived, half a file is taken for all of it."""
    with lying_server() as liar, mock.patch.object(guarded, "_check_whole", return_value=None):
        yield from (_try(liar, LIES[0], asked.folder / f"{number}.part", Draw(number)) for number in range(3))


def _try(liar: Liar, lie: Lie, part: Path, draw: Draw) -> Tried:
    truth = _file(draw)
    liar.answers = list(lie.answers(truth, draw))
    try:
        found = download(liar.address, part, Patience(5, 4, 1.0, clock=TestClock(), most_bytes=MOST_BYTES))
    except DownloadFailed as failed:
        return Tried(lie.name, "refused without words", str(failed)) if lie.ends_well else Tried(lie.name)
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        return Tried(lie.name, "traceback", repr(error)[:200])
    if found is None or found.path.read_bytes() != truth:
        return Tried(lie.name, "invalid accepted")
    return Tried(lie.name) if lie.ends_well else Tried(lie.name, "invalid accepted", "no answer held the file")


def _file(draw: Draw) -> bytes:
    # Longer than the largest number of bytes that may lie between two answers of one try.
    return b"YEAR_MONTH,ODS_CODE\n" + b"".join(
        b"%06d,RJ1\n" % draw.randrange(10**6) for _ in range(draw.randint(99, 999))
    )


def _half(truth: bytes, draw: Draw) -> bytes:
    return says(truth[: draw.randrange(1, len(truth))], length=len(truth), ETag=TAG)


def _rest(truth: bytes, start: int, **said: str) -> bytes:
    return says(truth[start:], 206, Content_Range=f"bytes {start}-{len(truth) - 1}/{len(truth)}", **said)


def _joined(truth: bytes, draw: Draw) -> list[bytes]:
    at = draw.randrange(1, len(truth))
    return [says(truth[:at], length=len(truth), ETag=TAG), _rest(truth, at, ETag=TAG)]


def _of_another(truth: bytes, draw: Draw) -> list[bytes]:
    """A part of a file that has taken the place of the one that was begun."""
    begun, at = _file(draw), draw.randrange(1, 500)
    return [says(begun[:at], length=len(begun), ETag=OTHER), _rest(truth, at, ETag=TAG), says(truth, ETag=TAG)]


def _longer(truth: bytes, draw: Draw) -> list[bytes]:
    """A part of a file that has grown under the same tag."""
    at = draw.randrange(1, len(truth))
    span = f"bytes {at}-{len(truth)}/{len(truth) + 1}"
    return [
        says(truth[:at], length=len(truth), ETag=TAG),
        says(truth[at:] + b"x", 206, Content_Range=span, ETag=TAG),
        says(truth, ETag=TAG),
    ]


def _chunks(truth: bytes, draw: Draw) -> list[bytes]:
    return [says(chunks=[truth[: draw.randrange(1, len(truth))]], ETag=TAG)]


LIES = (
    Lie("half a body", lambda truth, draw: [says(truth[: draw.randrange(1, len(truth))], length=len(truth))], False),
    Lie("half a body, then the rest", _joined, True),
    Lie("half a body, then all", lambda truth, draw: [_half(truth, draw), says(truth, ETag=TAG)], True),
    Lie("a part of another file", _of_another, True),
    Lie("a part of a file that has grown", _longer, True),
    Lie("pieces without an end", _chunks, False),
    Lie("a page", lambda _, __: [says(b"<!DOCTYPE html><p>Sign in</p>", Content_Type="text/html")], False),
    Lie("a page called a file", lambda _, __: [says(b"<!DOCTYPE html><p>Sign in</p>")], False),
    Lie("a file without end", lambda truth, _: [says(truth * 60, length=-1)], False),
    Lie("packed unasked", lambda truth, _: [says(b"\x1f\x8b" + truth, Content_Encoding="gzip")], False),
    Lie("off the web", lambda _, __: [says(status=302, Location="file:///etc/hostname")], False),
    Lie("in a circle", lambda _, __: [says(status=302, Location="/")], False),
    Lie("busy, then all", lambda truth, _: [says(status=503, Retry_After="99999"), says(truth)], True),
    Lie("busy for ever", lambda _, __: [says(status=429, Retry_After="-1")], False),
    Lie("no answer", lambda _, __: [b"hello\r\n\r\n"], False),
)
