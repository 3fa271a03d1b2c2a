"""Files that somebody has already: a published month, or an extract of many, put among the snapshots by its rows.

The months are those of the rows and never those of a name. Rows in = rows kept + rows left out, each of which is told.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.as_they_come import UTF_16, Part, decoded, parts_of, separators_of
from remission.inputs.problems import Problem
from remission.inputs.snapshots import Arrival, keep, read_snapshots
from remission.supply.stock.choice import ADDED, BY_HAND, candidates, why_not
from remission.supply.stock.extracts import WHOLE_MONTH_NAMES
from remission.supply.stock.rows import About, month_of, named
from remission.supply.stock.text import MARK, Text, read_text, with_line_feeds

if TYPE_CHECKING:
    from remission.inputs.provenance import RowStanding

SERIES_IN_NAME = {"final": "final", "provisional": "provisional", "wip": "provisional"}
CALLED = {";": "semicolons", "\t": "tabs", "|": "bars"}
COMMA_DECIMAL = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True)
class AddedFile:
    """What became of one file: rows in, rows kept by month, and how many months were there already.

    `rows_in` is the sum of `kept` and `left_out`; AssertionError where a row has got lost.
    """

    name: str
    rows_in: int
    kept: dict[date, int]
    left_out: int
    known: int
    problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        # Checked when it is made, so that no account can exist in which a row is lost.
        if self.rows_in != sum(self.kept.values()) + self.left_out:
            raise AssertionError(f"{self.name}: {self.rows_in} rows in, {sum(self.kept.values())} kept")


def add_files(
    home: Path, files: Sequence[Path], source: str, today: date, standing: RowStanding
) -> tuple[AddedFile, ...]:
    """Each table of some files (.csv, .zip, .gz; any separator and encoding), its months kept as snapshots of `source`.

    Nothing is kept of a file without a known header; the others are added all the same.
    """
    added = [_add(home, part, source, today, standing) for file in files for part in parts_of(file)]
    return tuple(added)


def _add(home: Path, part: Part, source: str, today: date, standing: RowStanding) -> AddedFile:
    if part.problem is not None:
        return AddedFile(part.name, 0, {}, 0, 0, (part.problem,))
    content, problems = _as_published(part)
    text = read_text(part.name, content)
    if text.header is None:
        return AddedFile(part.name, 0, {}, 0, 0, (*problems, *text.problems))
    rows = _with_months(text)
    kept, known = {}, 0
    # Two files may have one name; months of one file are one extract, and of two files they are two.
    which = hashlib.sha256(part.content).hexdigest()[:12]
    for month, numbers in _months_of(rows):
        arrival = _arrival(part.name, which, source, month, today, standing)
        known += not _keep(home, arrival, _lines_of(content, numbers))
        kept[month] = len(numbers)
        problems = (*problems, *_not_used(home, arrival))
    told = (*text.problems, *_without_month(part.name, text, rows), *_extract(part.name, text, rows))
    return AddedFile(part.name, text.records, kept, text.records - sum(kept.values()), known, (*problems, *told))


def _months_of(rows: pl.DataFrame) -> list[tuple[date, list[int]]]:
    """Each month with the numbers of its rows, in order."""
    dated = rows.drop_nulls("month").group_by("month").agg("row").sort("month")
    return list(dated.iter_rows())


def _as_published(part: Part) -> tuple[bytes, tuple[Problem, ...]]:
    """The bytes with commas and line feeds, in the encoding that the reader of published files knows."""
    content = part.content
    if content.startswith(UTF_16):
        content = decoded(content).encode()
    content = with_line_feeds(content.removeprefix(MARK))
    # The names of columns are enough: a month has a line for every medicine and trust.
    separator = next(iter(separators_of(decoded(content.partition(b"\n")[0]))), ",")
    return (content, ()) if separator == "," else _with_commas(part.name, decoded(content), separator)


def _with_commas(file: str, text: str, separator: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Another separator turned into commas, and decimals with a comma into points where nothing else can be meant."""
    # Line by line: a quotation mark that is never closed must not swallow the next rows.
    records = [next(csv.reader([line], delimiter=separator), []) for line in text.split("\n")]
    cells = [cell for record in records for cell in record if COMMA_DECIMAL.fullmatch(cell.strip())]
    # Three digits after every comma may be thousands, and then nothing is changed: such amounts are told as no number.
    decimals = any(len(cell.strip().rpartition(",")[2]) != 3 for cell in cells)
    if decimals:
        records = [[_with_point(cell) for cell in record] for record in records]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(records)
    found = f"columns between {CALLED[separator]}"
    do = f"It is read so{', and its decimal commas as points' if decimals else ''}."
    told = Problem.of_file(file, found=found, allowed="commas between columns", do=do, severity="warning")
    return written.getvalue().encode(), (told,)


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if COMMA_DECIMAL.fullmatch(cell.strip()) else cell


def _with_months(text: Text) -> pl.DataFrame:
    """The number of each row and its month, null where none can be told."""
    months = {found: month_of(found) for found in text.rows["month"].unique().to_list() if found is not None}
    read = pl.col("month").replace_strict(months, return_dtype=pl.Date, default=None)
    return text.rows.select("row", "month").with_columns(read)


def _lines_of(content: bytes, numbers: Sequence[int]) -> bytes:
    """The header and the lines of these rows, as they stand: no value is written anew."""
    lines = content.split(b"\n")
    return b"\n".join([lines[0], *(lines[number - 1] for number in numbers), b""])


def _arrival(title: str, which: str, source: str, month: date, today: date, standing: RowStanding) -> Arrival:
    name = PurePosixPath(title.rpartition(", ")[2]).name.lower().removesuffix(".gz")
    words = re.findall(r"[a-z]+", name)
    series = next((SERIES_IN_NAME[word] for word in words if word in SERIES_IN_NAME), ADDED)
    # What is not of a name stays out of the folder: a name may hold a path.
    stem = re.sub(r"[^a-z0-9_-]+", "_", name.rpartition(".")[0] or name).strip("_") or "added"
    return Arrival(source, series, month, f"{stem}_{month:%Y%m}.csv", f"{BY_HAND}{stem} {which}", today, standing)


def _keep(home: Path, arrival: Arrival, content: bytes) -> bool:
    """Whether it is new."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "arrived")
        path.write_bytes(content)
        return keep(home, path, arrival) is not None


def _not_used(home: Path, arrival: Arrival) -> Iterator[Problem]:
    """Of the files of a month only one speaks, and it is told when that is not the one added."""
    ones = candidates(one for one in read_snapshots(home) if one.source == arrival.source)[arrival.month]
    own = next(one for one in ones if (one.series, one.url) == (arrival.series, arrival.url))
    if ones[0] != own:
        reason = why_not(own, ones[0]).removeprefix("no: ")
        found, allowed = f"{arrival.month:%Y-%m}, for which {reason}", "one file for a month"
        do = f"It is kept and not counted: {ones[0].file} speaks for the month."
        yield Problem.of_file(arrival.name, found=found, allowed=allowed, do=do, severity="warning")


def _without_month(file: str, text: Text, rows: pl.DataFrame) -> Iterator[Problem]:
    lost = text.rows.filter(rows["month"].is_null())
    allowed, do = "a month as YYYYMM or YYYY-MM", "The row is left out; look at it in the file."
    if lost.height:
        yield from named(About(file, "YEAR_MONTH", "no month", allowed, do), lost["row"], lost["month"])


def _extract(file: str, text: Text, rows: pl.DataFrame) -> Iterator[Problem]:
    """A file of few medicines is an extract: what is not in it may have been issued all the same."""
    by_month = text.rows.select("vmp_name", month=rows["month"]).drop_nulls("month").group_by("month")
    names = by_month.agg(pl.col("vmp_name").n_unique())["vmp_name"].max()
    if isinstance(names, int) and names < WHOLE_MONTH_NAMES:
        found = f"an extract: at most {names} names of medicines in a month"
        do = (
            "Of therapies that are not in it the atlas says “not in the extract”, and never that they were not issued: "
            "the list of names after `remission atlas build` shows which it holds."
        )
        allowed = "months of all medicines"
        yield Problem.of_file(file, found=found, allowed=allowed, do=do, severity="warning")
