"""Files as people have them: packed or not, in any encoding and with any separator, and what is no table at all.

Nothing is judged here beyond the kind of the bytes; what a table says is for those who know what it should hold.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from remission.inputs.problems import Problem, shown

Kind = Literal["nothing", "old workbook", "page", "pdf", "archive", "packed", "no text", "text"]
# A month of all medicines is some 40 MB; a file that says it is small and unpacks to this much is no table.
MOST_UNPACKED = 2_000_000_000
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOK = "xl/workbook.xml"
_BROKEN = (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError, OSError)


@dataclass(frozen=True)
class Part:
    """One file that was given, or that lay in an archive: its bytes, or why there are none."""

    name: str
    content: bytes = b""
    problem: Problem | None = None


def kind_of(content: bytes) -> Kind:
    """What kind of file these bytes begin as.

    >>> kind_of(b"\\x1f\\x8b\\x08"), kind_of(b"<!DOCTYPE html>"), kind_of(b"month;code")
    ('packed', 'page', 'text')
    """
    start = content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if not content:
        return "nothing"
    begins: tuple[tuple[Kind, tuple[bytes, ...], bytes], ...] = (
        ("old workbook", (b"\xd0\xcf\x11\xe0",), content),
        ("page", (b"<!doctype", b"<html", b"<?xml"), start),
        ("pdf", (b"%pdf",), start),
        ("archive", (b"PK",), content),
        ("packed", (b"\x1f\x8b",), content),
    )
    known = next((kind for kind, marks, where in begins if where.startswith(marks)), None)
    if known:
        return known
    return "no text" if b"\0" in content[:4096] and not content.startswith(UTF_16) else "text"


def decoded(content: bytes) -> str:
    """Text in UTF-16 or UTF-8, each with or without its mark; anything else is taken for Windows-1252.

    >>> decoded("50 µg".encode("utf-16")), decoded("50 µg".encode("cp1252"))
    ('50 µg', '50 µg')
    """
    if content.startswith(UTF_16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def separator_of(text: str) -> str:
    """The sign that separates columns: of comma, semicolon and tab the one that stands there most often.

    >>> separator_of("year_month;ods_code;total")
    ';'
    """
    return max(",;\t", key=text.count)


def parts_of(path: Path) -> Iterator[Part]:
    """The tables that a path holds, one at a time: the file itself, or what was packed in it; none is kept in memory.

    What holds no text is a part with a problem, and nothing is raised for a bad file.
    """
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        yield Part(path.name, problem=_problem(path.name, found, "Check the path."))
        return
    with path.open("rb") as opened:
        content = opened.read(MOST_UNPACKED + 1)
    yield from _parts(path.name, content)


def _parts(name: str, content: bytes, *, within: str = "") -> Iterator[Part]:
    title, kind = f"{within}{name}", kind_of(content)
    if len(content) > MOST_UNPACKED:
        yield Part(title, problem=_problem(title, f"more than {MOST_UNPACKED // 10**9} GB", "Give a month at a time."))
    elif kind == "packed":
        yield from _unzipped(title, content)
    elif kind == "archive" and not within:
        yield from _members(title, content)
    elif kind == "text":
        yield Part(title, content)
    else:
        yield Part(title, problem=_problem(title, *_NO_TEXT[kind]))


def _unzipped(title: str, content: bytes) -> Iterator[Part]:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as opened:
            inside = opened.read(MOST_UNPACKED + 1)
    except _BROKEN:
        yield Part(title, problem=_problem(title, *_DAMAGED))
        return
    # Once: a file packed again and again is nobody's month.
    if kind_of(inside) == "packed":
        yield Part(title, problem=_problem(title, "a file packed twice", "Unpack it."))
    else:
        yield from _parts(title, inside)


def _members(title: str, content: bytes) -> Iterator[Part]:
    """What lies in an archive, in its order; a workbook is an archive too, and no text."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one.filename)]
            if any(one.filename == _WORKBOOK for one in files):
                yield Part(title, problem=_problem(title, *_NO_TEXT["old workbook"]))
                return
            if not files:
                yield Part(title, problem=_problem(title, "an archive without a file", "Download it again."))
            for one in files:
                with archive.open(one) as opened:
                    yield from _parts(one.filename, _read(opened), within=f"{title}, ")
    except _BROKEN:
        yield Part(title, problem=_problem(title, *_DAMAGED))


def _read(opened: IO[bytes]) -> bytes:
    # Not what the archive says of its size: that may be a lie.
    return opened.read(MOST_UNPACKED + 1)


def _is_litter(name: str) -> bool:
    """What operating systems add to archives of their own."""
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts


def _problem(title: str, found: str, do: str) -> Problem:
    return Problem.of_file(shown_title(title), found=found, allowed="a CSV, or one in .zip or .gz", do=do)


def shown_title(title: str) -> str:
    """The name of a file as a message says it: archives may hold names that move a cursor.

    >>> print(shown_title("a\\x1b[2J.csv"))
    'a\\u001b[2J.csv'
    """
    return title if title.isprintable() else shown(title)


_AGAIN = "Download the file itself again."
_DAMAGED = "an archive that is damaged, cut off or locked", _AGAIN
_NO_TEXT: dict[Kind, tuple[str, str]] = {
    "nothing": ("an empty file", _AGAIN),
    "old workbook": (
        "a workbook of a spreadsheet program",
        "Give the CSV as it was published: spreadsheets round the codes of medicines.",
    ),
    "page": ("a web page", _AGAIN),
    "pdf": ("a PDF", "Give the CSV."),
    "archive": ("an archive in an archive", "Unpack it."),
    "no text": ("bytes that are no text", _AGAIN),
}
