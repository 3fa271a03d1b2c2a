"""Is this text a CSV at all? Looked at as bytes, before any value is read.

A reader that is lenient here (short rows filled up, long rows cut) would change values in silence. The whole file is
scanned at once in NumPy: which separators and line ends stand outside quotation marks, and so how many fields each
record has.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from remission.inputs.problems import InputProblems, Problem

Positions = NDArray[np.intp]
# No table has such lines: a quotation mark that was never closed has swallowed the rest of the file.
LONGEST_LINE = 1_000_000
SHOWN_ROWS = 50
NAMES_FIRST = "a first line with the names of the columns"
# Where decimals have a comma, a spreadsheet's list separator is a semicolon, whatever the file is called.
SAVE_WITH_COMMAS = (
    "Save it again with commas between columns and points in decimals. LibreOffice: File, Save As, Text CSV, tick Edit "
    "filter settings, field delimiter a comma. Excel writes the list separator of the computer: in Windows set it "
    "under Region, Additional settings, List separator a comma and Decimal symbol a point, then save as CSV UTF-8."
)


@dataclass(frozen=True)
class CsvText:
    """The bytes of a CSV without byte-order mark and trailing empty lines, or why they are none.

    Rows with more or fewer values than the header are problems and not in `content`; `rows` are the numbers that a
    spreadsheet shows beside the others. Without a header nothing can be read. `blanks` is how many runs of blanks stood
    between a quotation mark and the comma or line end beside it; they are not in `content`.
    """

    content: bytes
    header: tuple[str, ...] = ()
    rows: Positions = field(default_factory=lambda: np.empty(0, np.intp))
    problems: tuple[Problem, ...] = ()
    blanks: int = 0


@dataclass(frozen=True)
class _Scan:
    """Where records end and how many separators stand before each end, outside quotation marks."""

    ends: Positions
    separators_before: Positions
    closed: bool

    @property
    def uneven(self) -> Positions:
        """The records with another number of fields than the header."""
        fields = self.fields
        return np.flatnonzero(fields != fields[0])

    @property
    def fields(self) -> Positions:
        """How many fields each record has."""
        return np.diff(self.separators_before, prepend=0) + 1


def inspect_csv(file: str, content: bytes) -> CsvText:
    """Check the form of a CSV; a byte-order mark and either kind of line end are accepted.

    >>> inspect_csv("visits.csv", b"subject_id;day").problems[0].found
    'a semicolon-separated table'
    """
    text = content.removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n")
    # In this order: bytes, separators, line ends. Each one takes the one before for granted.
    problem = _unreadable(file, text) or _wrong_separator(file, text)
    if problem is not None:
        return CsvText(text, problems=(problem,))
    text, blanks = _without_blanks_beside_quotes(text)
    scan = _scan(text)
    problem = _endless(file, scan)
    if problem is not None:
        return CsvText(text, problems=(problem,))
    try:
        header = next(csv.reader([text[: scan.ends[0]].decode("utf-8")], strict=True))
    except csv.Error:
        return CsvText(text, problems=(unlike_csv(file, 1),))
    if not header:  # said here, for a table without a name for any column would be left out in silence
        found, do = "an empty line", "Take the empty lines above the table out."
        problem = Problem.at_row(file, 1, found=found, allowed=NAMES_FIRST, do=do)
        return CsvText(text, problems=(problem,))
    uneven = scan.uneven
    # Numbers of rows as a spreadsheet shows them, also after ragged ones were taken out.
    rows = np.delete(np.arange(1, len(scan.ends) + 1), [0, *uneven])
    return CsvText(_without(text, scan, uneven), tuple(header), rows, tuple(_ragged(file, scan)), blanks)


def _without_blanks_beside_quotes(text: bytes) -> tuple[bytes, int]:
    """The text without blanks between a quotation mark and the comma or line end beside it, and how many runs they are.

    Some programs write `"S1" ,"V1"`, which is no CSV to a strict reader, and to a lenient one a cell of its own kind.
    """
    if not any(pair in text for pair in (b'" ', b' "', b'"\t', b'\t"')):
        return text, 0
    data = np.frombuffer(b"\n" + text + b"\n", dtype=np.uint8)
    outside = ~np.logical_xor.accumulate(data == ord('"'))
    blank = ((data == ord(" ")) | (data == ord("\t"))) & outside
    # Where a run of blanks begins, and the place after its end: line ends stand around the text, so each has both.
    edges = np.flatnonzero(np.diff(blank))
    before, after = edges[::2], edges[1::2] + 1
    quote, end = ord('"'), np.array([ord(","), ord("\r"), ord("\n")], np.uint8)
    closing = (data[before] == quote) & np.isin(data[after], end)
    opening = (data[after] == quote) & np.isin(data[before], end)
    gone = np.zeros(len(data), np.int8)
    gone[before[closing | opening] + 1] += 1
    gone[after[closing | opening]] -= 1
    kept = data[np.cumsum(gone, dtype=np.int8) == 0]
    return kept[1:-1].tobytes(), int((closing | opening).sum())


def _without(text: bytes, scan: _Scan, records: Positions) -> bytes:
    """The text without these records; the header is never one of them."""
    if not len(records):
        return text
    begins = [0, *(int(end) + 1 for end in scan.ends[records])]
    ends = [*(int(end) + 1 for end in scan.ends[records - 1]), len(text)]
    return b"".join(text[begin:end] for begin, end in zip(begins, ends, strict=True))


def unlike_csv(file: str, row: int | None) -> Problem:
    """Text that follows no rule of CSV; a reader's own message is not repeated, for it may quote a cell."""
    advice = "Open it in a spreadsheet and save it as a CSV in UTF-8."
    return Problem.at_row(
        file, row, found="text that cannot be read as a CSV", allowed="a CSV as in RFC 4180", do=advice
    )


@contextmanager
def open_csv(path: Path, file: str) -> Iterator[TextIO]:
    """A small CSV opened for Python's own reader; InputProblems for whatever breaks that reader while it is open.

    >>> from remission.library.catalogue import LIBRARY
    >>> with open_csv(LIBRARY / "therapies.csv", "therapies.csv") as opened:
    ...     next(csv.reader(opened))[0]
    'name'
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            yield opened
    except (csv.Error, UnicodeDecodeError):
        raise InputProblems(unlike_csv(file, None)) from None


def _scan(text: bytes) -> _Scan:
    data = np.frombuffer(text, dtype=np.uint8)
    outside = np.ones(len(data), dtype=np.bool_)
    if b'"' in text:
        # Every quotation mark turns "inside" into "outside" and back; a doubled one does so twice, and changes
        # nothing.
        outside = ~np.logical_xor.accumulate(data == ord('"'))
    ends = np.append(np.flatnonzero((data == ord("\n")) & outside), len(data))
    separators = np.flatnonzero((data == ord(",")) & outside)
    # Both are in order, so separators are counted by halving, without a loop over records.
    return _Scan(ends, np.searchsorted(separators, ends), bool(outside[-1]))


def _unreadable(file: str, text: bytes) -> Problem | None:
    if not text:
        return Problem.of_file(
            file,
            found="an empty file",
            allowed=NAMES_FIRST,
            do="Write that line, even when there are no rows, or take the table out of collected.",
        )
    # UTF-16, nearly always: its every second byte is zero.
    if b"\x00" in text:
        return Problem.of_file(file, found="bytes that are zero", allowed="text in UTF-8", do="Save the file as UTF-8.")
    if b"\n" not in text and b"\r" in text:
        return Problem.of_file(
            file,
            found="line ends of old Macintosh computers",
            allowed="line ends LF or CRLF",
            do="Save it with another kind of line end.",
        )
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        found = f"a byte that is not UTF-8 (0x{text[error.start]:02X}, byte {error.start + 1} of the file)"
        return Problem.at_row(file, line, found=found, allowed="text in UTF-8", do="Save the file as UTF-8.")
    return None


def _wrong_separator(file: str, text: bytes) -> Problem | None:
    first = text.split(b"\n", 1)[0]
    for mark, name in ((b";", "semicolon"), (b"\t", "tab")):
        if mark in first and b"," not in first:
            return Problem.at_row(
                file, 1, found=f"a {name}-separated table", allowed="commas between columns", do=SAVE_WITH_COMMAS
            )
    return None


def _endless(file: str, scan: _Scan) -> Problem | None:
    """A record that is too long, or a quotation that never ends."""
    lengths = np.diff(scan.ends, prepend=-1)
    if lengths.max() > LONGEST_LINE:
        row = int(lengths.argmax()) + 1
        return Problem.at_row(
            file,
            row,
            found=f"a line of {lengths.max():,} bytes",
            allowed=f"at most {LONGEST_LINE:,} bytes a line",
            do="Look for a quotation mark that is opened and not closed, or for a file that is not a table.",
        )
    if not scan.closed:
        return Problem.at_row(
            file,
            len(scan.ends),
            found="a quotation mark that is opened and not closed",
            allowed='quotation marks in pairs, and "" inside a quotation',
            do="Close it.",
        )
    return None


def _ragged(file: str, scan: _Scan) -> Iterator[Problem]:
    """Records with another number of fields than the header."""
    fields, uneven = scan.fields, scan.uneven
    for record in uneven[:SHOWN_ROWS]:
        more = len(uneven) - SHOWN_ROWS if record == uneven[:SHOWN_ROWS][-1] else 0
        yield Problem.at_row(
            file,
            int(record) + 1,
            found=f"{fields[record]} value(s)",
            allowed=f"{fields[0]}, as in the header",
            do="Look for a comma that is missing, or one that should be in quotation marks.",
            more=max(more, 0),
        )
