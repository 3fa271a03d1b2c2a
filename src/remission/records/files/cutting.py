"""Cutting a cohort into parts by subject: each an ordinary cohort folder, all rows of a person in one of them.

Tables in Parquet are read and written in batches, so that a cohort need not fit in memory; one in CSV is read a table
at a time. What is written appears whole or not at all.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import is_free, write_new_folder
from remission.records.checks.names import check_alike
from remission.records.files.folder import digest_of
from remission.records.files.manifest import FILE as MANIFEST_FILE
from remission.records.files.manifest import has_manifest, parse_manifest
from remission.records.files.part_hash import RULE, part_of
from remission.records.files.partitions import FILE, Partitions, load_partitions, part_name
from remission.records.files.tables import FORMATS, UNREADABLE, broken_parquet, read_tables, table_files, unlike_parquet
from remission.records.files.texts import trimmed
from remission.records.schema import TABLES

if TYPE_CHECKING:
    from remission.records.cohort import Manifest

# Four digits in the names of folders.
MOST_PARTS = 9999
CELLS_OF_A_PART = 8_000_000
"""Rows times columns of a part unless told otherwise: while it is loaded and evaluated, some 500 MB of memory."""

BATCH_ROWS = 500_000


def write_partitions(cohort_folder: str | Path, count: int | None, out: str | Path) -> Partitions:
    """Cut the cohort in a folder into `count` parts: folders part-0001, ... in `out`, and a partitions.toml.

    Without a count there are as many parts as `count_parts` says. Files keep their format, and rows their order. `out`
    must not exist or be empty, and appears only when everything is written. Raises InputProblems when the folder cannot
    be read, the count is not from 1 to 9999, or names of two people look the same.
    """
    source, target = Path(cohort_folder), Path(out)
    manifest = _check_source(source, 1 if count is None else count, target)
    warnings = _check_people(source)
    count = count_parts(source, manifest.collected) if count is None else count
    with write_new_folder(target) as new:
        _write(source, manifest, [new / part_name(number) for number in range(1, count + 1)])
    # Read back before anybody relies on it; a disk that was full shows here.
    return replace(load_partitions(target), warnings=warnings)


def _check_people(source: Path) -> tuple[Problem, ...]:
    """Names that a person takes for one: here and not in the parts, for the two may come into two of them."""
    read = read_tables(source, ("subjects",)).tables.get("subjects")
    if read is None or "subject_id" not in read.frame.columns:
        return ()
    people = read.frame.select(trimmed(pl.col("subject_id").cast(pl.String))).to_series()
    found = tuple(check_alike(read.file, "subject_id", people))
    if errors := [one for one in found if one.severity == "error"]:
        raise InputProblems(errors)
    return found


def count_parts(cohort_folder: str | Path, collected: tuple[str, ...]) -> int:
    """How many parts of about CELLS_OF_A_PART cells a cohort makes, by rows and columns of its files; none is read."""
    cells = sum(_cells(path) for name in collected for path in table_files(Path(cohort_folder), name))
    return min(max(1, -(-cells // CELLS_OF_A_PART)), MOST_PARTS)


def _cells(path: Path) -> int:
    # Rows and columns by the file's own counts, so that no cell of a cohort larger than memory is read.
    scan = pl.scan_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.scan_parquet(path)
    try:
        return int(scan.select(pl.len()).collect().item()) * len(scan.collect_schema())
    except pl.exceptions.PolarsError:
        return 0  # what is wrong with the file is said when it is cut


def _check_source(source: Path, count: int, target: Path) -> Manifest:
    problems = list(_unusable_request(count, target))
    if not has_manifest(source):
        found = Problem.of_file(
            str(source), found=f"no {MANIFEST_FILE}", allowed="the folder of a cohort", do="Correct the path."
        )
        raise InputProblems([*problems, found])
    parsed = parse_manifest((source / MANIFEST_FILE).read_bytes())
    problems += parsed.problems
    if parsed.manifest is not None:
        problems += _unusable_files(source, parsed.manifest.collected)
    if problems or parsed.manifest is None:
        raise InputProblems(problems)
    return parsed.manifest


def _unusable_request(count: int, target: Path) -> Iterator[Problem]:
    if not 1 <= count <= MOST_PARTS:
        yield Problem.of_file(
            "the number of parts", found=str(count), allowed=f"1 to {MOST_PARTS}", do="Choose another number."
        )
    if not is_free(target):
        yield Problem.of_file(
            target.name, found="something there already", allowed="a new or empty folder", do="Choose another folder."
        )


def _unusable_files(source: Path, collected: tuple[str, ...]) -> Iterator[Problem]:
    for name in collected:
        paths = table_files(source, name)
        if len(paths) != 1:
            found = "no such file" if not paths else "two files of one table"
            yield Problem.of_file(
                f"{name}.csv", found=found, allowed="one file a table", do="Run: remission check COHORT."
            )
        elif paths[0].suffix == ".parquet":
            yield from _unusable_parquet(paths[0])
    # A table that nobody lists would be in no part, and so be lost without a word.
    for path in sorted(source.iterdir()):
        table = path.stem.lower()
        if path.suffix[1:].lower() in FORMATS and table in TABLES and table not in collected:
            found = f"a table that {MANIFEST_FILE} does not list as collected"
            yield Problem.of_file(
                path.name, found=found, allowed=", ".join(collected), do="Add it to collected, or remove it."
            )


def _unusable_parquet(path: Path) -> Iterator[Problem]:
    problems = unlike_parquet(path)
    yield from problems
    if not problems and "subject_id" not in pl.read_parquet_schema(path):
        yield Problem.at_key(
            path.name, "subject_id", found="no such column", allowed="every table has it", do="Add it."
        )


def _write(source: Path, manifest: Manifest, parts: list[Path]) -> None:
    for part in parts:
        part.mkdir()
        # Byte for byte, comments too: each part is a cohort that a person may open.
        shutil.copyfile(source / MANIFEST_FILE, part / MANIFEST_FILE)
    rows = {}
    for name in manifest.collected:
        (path,) = table_files(source, name)
        rows[name] = _cut_csv(path, parts) if path.suffix == ".csv" else _cut_parquet(path, parts)
    digests = [digest_of(part, manifest) for part in parts]
    text = _list_text(digest_of(source, manifest), digests, rows)
    (parts[0].parent / FILE).write_text(text, encoding="utf-8")


def _cut_csv(path: Path, parts: list[Path]) -> list[int]:
    """Cells are written as the text that was read: what a check says of them, it says of the parts too."""
    read = read_tables(path.parent, (path.stem,))
    # A row that cannot be read is in no part: better no parts than parts of some rows.
    unreadable = [problem for problem in read.problems if problem.file == path.name and problem.severity == "error"]
    if unreadable or "subject_id" not in read.tables[path.stem].frame.columns:
        missing = Problem.at_key(
            path.name, "subject_id", found="no such column", allowed="every table has it", do="Add it."
        )
        raise InputProblems(unreadable or [missing])
    frame = read.tables[path.stem].frame
    pieces = _pieces(frame, len(parts))
    for number, part in enumerate(parts):
        # A part without rows of a table still has the file: none would mean that it was not collected.
        pieces.get(number, frame.clear()).write_csv(part / path.name)
    rows = [pieces[number].height if number in pieces else 0 for number in range(len(parts))]
    _check_complete(path, sum(rows), frame.height)
    return rows


def _cut_parquet(path: Path, parts: list[Path]) -> list[int]:
    """Batch by batch into small files beside the parts, which then become one file a part: never more than one in
    memory."""
    schema = pl.read_parquet_schema(path)
    with tempfile.TemporaryDirectory(dir=parts[0].parent) as folder:
        files: defaultdict[int, list[Path]] = defaultdict(list)
        for batch in _batches(path):
            for number, piece in _pieces(batch, len(parts)).items():
                files[number].append(Path(folder, f"{number}-{len(files[number])}.arrow"))
                # Arrow and not Parquet on the way: nothing is compressed that is read back within the minute.
                piece.write_ipc(files[number][-1])
        rows = []
        for number, part in enumerate(parts):
            pieces = [pl.read_ipc(file) for file in files[number]]
            whole = pl.concat(pieces) if pieces else pl.DataFrame(schema=schema)
            whole.write_parquet(part / path.name)
            rows.append(whole.height)
            for file in files[number]:
                # As soon as it is used, so that the disk holds little more than twice the table.
                file.unlink()
    _check_complete(path, sum(rows), pl.scan_parquet(path).select(pl.len()).collect().item())
    return rows


def _batches(path: Path) -> Iterator[pl.DataFrame]:
    try:
        yield from pl.scan_parquet(path).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
    except UNREADABLE:  # its list of columns can be read, and a page of it cannot
        raise InputProblems(broken_parquet(path)) from None


def _check_complete(path: Path, written: int, held: int) -> None:
    if written != held:
        raise RuntimeError(f"{path.name} has {held} rows and {written} were written: please report this")


def _pieces(frame: pl.DataFrame, count: int) -> dict[int, pl.DataFrame]:
    """The rows of each part, those of a part in their order; a part without rows is left out."""
    # As the check will read it: blanks around a name, of any kind, make nobody another person.
    place = part_of(frame.select(trimmed(pl.col("subject_id").cast(pl.String))).to_series(), count)
    # Stable, so that rows of a part keep the order of the file; one sort instead of a filter for each part.
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place.astype(np.int64), minlength=count))
    grouped = frame[order]
    rows = {number: (int(ends[number - 1]) if number else 0, int(ends[number])) for number in range(count)}
    return {number: grouped.slice(start, end - start) for number, (start, end) in rows.items() if end > start}


def _list_text(source_digest: str, digests: list[str], rows: Mapping[str, list[int]]) -> str:
    lines = [
        "# Written by 'remission partition'. A change here or in a part is refused.",
        f"count = {len(digests)}",
        f"rule = {json.dumps(RULE)}",
        f'source_digest = "{source_digest}"',
        f"rows = {_inline({name: sum(of_parts) for name, of_parts in rows.items()})}",
    ]
    for place, digest in enumerate(digests):
        of_part = {name: of_parts[place] for name, of_parts in rows.items()}
        lines += ["", "[[parts]]", f'folder = "{part_name(place + 1)}"', f'digest = "{digest}"']
        lines += [f"rows = {_inline(of_part)}"]
    return "\n".join(lines) + "\n"


def _inline(rows: Mapping[str, int]) -> str:
    return "{ " + ", ".join(f"{name} = {count}" for name, count in rows.items()) + " }"
