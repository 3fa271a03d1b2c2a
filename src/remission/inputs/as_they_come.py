"""Files as people have them: packed or not, in any encoding and with any separator, and what is no table at all.

Nothing is judged here beyond the kind of the bytes; what a table says is for those who know what it should hold.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
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
OTHERWISE = "windows-1252"
"""What text that is no UTF-8 is taken for: nearly every program that writes such files runs under Windows."""
SEPARATORS = (";", ",", "\t", "|")
_TAG = re.compile(rb"<[a-z!?/]")
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
    if not content:
        return "nothing"
    begins: tuple[tuple[Kind, bytes], ...] = (
        ("old workbook", b"\xd0\xcf\x11\xe0"),
        ("archive", b"PK"),
        ("packed", b"\x1f\x8b"),
    )
    known = next((kind for kind, mark in begins if content.startswith(mark)), None)
    if known:
        return known
    if looks_like_a_page(content[:512]):
        return "page"
    if _start(content).startswith(b"%pdf"):
        return "pdf"
    return "no text" if b"\0" in content[:4096] and not content.startswith(UTF_16) else "text"


def looks_like_a_page(begin: bytes) -> bool:
    """Do these first bytes of a file begin a page of HTML or XML, whatever its name or type says?

    >>> looks_like_a_page(b" <!DOCTYPE html>"), looks_like_a_page(b"<Error>"), looks_like_a_page(b"<5,month")
    (True, True, False)
    """
    return _TAG.match(_start(begin)) is not None


def _start(content: bytes) -> bytes:
    return content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()


def encoding_of(content: bytes) -> str:
    """The encoding that bytes of text show; empty where they are no UTF-8, and so may be one of several others.

    >>> encoding_of("é".encode()), encoding_of("é".encode("utf-16")), encoding_of("é".encode("cp1252"))
    ('utf-8', 'utf-16', '')
    """
    if content.startswith(UTF_16):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "utf-8"


def decoded(content: bytes) -> str:
    """Text in UTF-16 or UTF-8, each with or without its mark; anything else is taken for Windows-1252.

    >>> decoded("50 µg".encode("utf-16")), decoded("50 µg".encode("cp1252"))
    ('50 µg', '50 µg')
    """
    return content.decode(encoding_of(content) or OTHERWISE, errors="replace").removeprefix("\ufeff")


def separators_of(text: str, *, headed: bool = True) -> tuple[str, ...]:
    """The sign that cuts most lines into equally many cells; several where they do so alike, and none without any.

    Of a text that is `headed` the first line names the columns: a sign that does not stand in it separates nothing, and
    lines are held against it. Else the commonest number of cells is taken: letters and titles may stand above.

    >>> separators_of("year_month;ods_code;total"), separators_of("a;b\\n1,5;2,5\\n"), separators_of("a;b,c")
    ((';',), (';',), (';', ','))
    """
    uneven: dict[str, int] = {}
    for sign in SEPARATORS:
        widths = _widths(text, sign)
        several = [width for width in widths if width > 1]
        if not several or (headed and widths[0] == 1):
            continue
        wanted = widths[0] if headed else max(set(several), key=several.count)
        uneven[sign] = sum(width != wanted for width in widths)
    return tuple(sign for sign, lines in uneven.items() if lines == min(uneven.values()))


def _widths(text: str, sign: str) -> list[int]:
    """How many cells each line has that holds any."""
    try:
        widths = [len(cells) for cells in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)]
    except csv.Error:  # a quotation without end: what reads it says so
        widths = [line.count(sign) + 1 for line in text.splitlines() if line.strip()]
    return [width for width in widths if width]


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
