"""What was fetched, when, and that it is still the same: dated files that are only ever added to.

`raw/snapshots.csv` has one line for each content that a published file has had. A month that is issued again is a
second snapshot, and the first stays; the same content again is none. A file whose bytes are no longer those of its
SHA-256 is refused by name. What a file is (published or synthetic) is written down when it arrives, never assumed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from remission.inputs.csvtext import open_csv
from remission.inputs.fingerprint import sha256_of
from remission.inputs.problems import InputProblems, Problem, shown
from remission.inputs.provenance import RowStanding
from remission.inputs.typed_rows import day_of
from remission.inputs.writing import with_line, write_whole

COLUMNS = ("source", "series", "month", "file", "url", "fetched", "bytes", "sha256", "standing")
LISTED = Path("raw/snapshots.csv")
MOST_DIGITS = 19
STANDINGS = ("published", "synthetic")


@dataclass(frozen=True)
class Arrival:
    """A file as it arrives: which source, series and month (its first day), and what it is."""

    source: str
    series: str
    month: date
    name: str
    url: str
    fetched: date
    standing: RowStanding


@dataclass(frozen=True)
class Snapshot:
    """One line of the list. `file` is where it lies, from the home folder; `month` is the first day of its month."""

    source: str
    series: str
    month: date
    file: str
    url: str
    fetched: date
    bytes: int
    sha256: str
    standing: RowStanding


def keep(home: Path, content: Path, arrival: Arrival) -> Snapshot | None:
    """Move a file among the snapshots and add its line; None when it is the newest content of its address already.

    ValueError for a standing that is not one. Nothing that is there is overwritten.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     content = Path(home, "arrived")
    ...     _ = content.write_bytes(b"YEAR_MONTH")
    ...     arrival = Arrival("scmd", "final", date(2025, 5, 1), "m.csv", "", date(2026, 11, 1), "synthetic")
    ...     keep(Path(home), content, arrival).file
    'raw/scmd/final/m_2026-11-01_341e7403.csv'
    """
    if arrival.standing not in STANDINGS:
        raise ValueError(f"standing must be published or synthetic, found {arrival.standing!r}")
    # From before the list is read until it is written: of two fetches at once neither loses the lines of the other.
    with write_whole(home / LISTED, waits=True) as new:
        one = _snapshot_of(content, arrival)
        # Held against the newest only: content that came back after another one is news again.
        if one.sha256 in (known.sha256 for known in newest_of(read_snapshots(home), arrival)):
            content.unlink()
            return None
        # Before its line: a line without its file would be an error, a file without its line is found by the next run.
        with write_whole(home / one.file) as file:
            shutil.move(content, file)
        new.write_bytes(with_line(home / LISTED, COLUMNS, [str(getattr(one, name)) for name in COLUMNS]))
    return one


def _snapshot_of(content: Path, arrival: Arrival) -> Snapshot:
    digest, size = sha256_of(content), content.stat().st_size
    # The digest is in the name, so that two contents of one day lie beside each other.
    file = Path("raw", arrival.source, arrival.series, _name(arrival, digest)).as_posix()
    return Snapshot(
        arrival.source,
        arrival.series,
        arrival.month,
        file,
        arrival.url,
        arrival.fetched,
        size,
        digest,
        arrival.standing,
    )


class Tags:
    """What the server called the content of each address when it was fetched: saves fetching the same again."""

    def __init__(self, home: Path, source: str) -> None:
        self._path = home / "raw" / source / "etags.json"
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            found = {}
        # It only saves fetching: what is not as we write it is not known.
        known = found.items() if isinstance(found, dict) else ()
        self._known: dict[str, list[str]] = {url: one for url, one in known if isinstance(one, list) and len(one) == 2}

    def of(self, snapshot: Snapshot) -> str:
        """The tag of a snapshot; empty where none is known for this content."""
        tag, digest = self._known.get(snapshot.url, ["", ""])
        return tag if digest == snapshot.sha256 else ""

    def put(self, url: str, tag: str, digest: str) -> None:
        """Remember the tag of what was fetched from an address."""
        if tag:
            self._known[url] = [tag, digest]
            with write_whole(self._path) as new:
                new.write_text(json.dumps(self._known, indent=1, sort_keys=True), "utf-8")


def newest_of(snapshots: Iterable[Snapshot], arrival: Arrival) -> tuple[Snapshot, ...]:
    """The newest snapshot from the same address, of the same series and month; none or one."""
    same = [one for one in snapshots if _identity(one) == _identity(arrival)]
    return (same[-1],) if same else ()


def read_snapshots(home: Path) -> tuple[Snapshot, ...]:
    """Every snapshot in the order of arrival; InputProblems, all at once, for lines that cannot be one.

    >>> read_snapshots(Path("a folder without any"))
    ()
    """
    if not (home / LISTED).exists():
        return ()
    with open_csv(home / LISTED, LISTED.as_posix()) as opened:
        # Not even a header: somebody emptied it, and to take it for new would lose what was known.
        rows = list(csv.reader(opened)) or [[]]
    problems = tuple(problem for number, row in enumerate(rows, 1) for problem in _wrong(number, row))
    if problems:
        raise InputProblems(problems)
    return tuple(_snapshot(dict(zip(COLUMNS, row, strict=True))) for row in rows[1:])


def bytes_of(home: Path, snapshot: Snapshot) -> tuple[bytes | None, tuple[Problem, ...]]:
    """The bytes of a snapshot; None and a problem when the file is gone or is no longer what was fetched."""
    path = home / snapshot.file
    content = path.read_bytes() if path.is_file() else None
    if content is not None and hashlib.sha256(content).hexdigest() == snapshot.sha256:
        return content, ()
    found = "no such file" if content is None else "other bytes than were fetched (its SHA-256 differs)"
    allowed = f"the file of SHA-256 {snapshot.sha256[:8]}…, fetched on {snapshot.fetched}"
    advice = "It is not read. Put the file back as it was fetched; the list and the files are only ever added to."
    return None, (Problem.of_file(snapshot.file, found=found, allowed=allowed, do=advice),)


def _identity(one: Snapshot | Arrival) -> tuple[object, ...]:
    return one.source, one.series, one.month, one.url, one.standing


def _name(arrival: Arrival, digest: str) -> str:
    stem, dot, ending = arrival.name.rpartition(".")
    return f"{stem or ending}_{arrival.fetched}_{digest[:8]}{dot}{ending if stem else ''}"


def _wrong(number: int, row: list[str]) -> tuple[Problem, ...]:
    """What is wrong with a line of the list."""
    advice = "Restore the list from a copy; it is only ever added to."
    file = LISTED.as_posix()
    if number == 1:
        good = tuple(row) == COLUMNS
        return (
            () if good else (Problem.at_row(file, 1, found=shown(",".join(row)), allowed=",".join(COLUMNS), do=advice),)
        )
    if len(row) != len(COLUMNS):
        return (Problem.at_row(file, number, found=f"{len(row)} value(s)", allowed=f"{len(COLUMNS)}", do=advice),)
    wrong = []
    line = dict(zip(COLUMNS, row, strict=True))
    if line["standing"] not in STANDINGS:
        wrong.append(("standing", " or ".join(STANDINGS)))
    wrong += [(name, "a date") for name in ("month", "fetched") if not _is_date(line[name])]
    # A raised 2 is a digit too, and no number; and no file has as many bytes as 19 digits say.
    if not (line["bytes"].isascii() and line["bytes"].isdigit() and len(line["bytes"]) < MOST_DIGITS):
        wrong.append(("bytes", "a whole number"))
    return tuple(
        Problem.at_row(file, number, name, found=shown(line[name]) or "nothing", allowed=what, do=advice)
        for name, what in wrong
    )


def _is_date(text: str) -> bool:
    try:
        day_of(text)
    except ValueError:
        return False
    return True


def _snapshot(line: dict[str, str]) -> Snapshot:
    return Snapshot(
        line["source"],
        line["series"],
        date.fromisoformat(line["month"]),
        line["file"],
        line["url"],
        date.fromisoformat(line["fetched"]),
        int(line["bytes"]),
        line["sha256"],
        cast(RowStanding, line["standing"]),
    )
