"""A cohort cut into parts by subject: each an ordinary cohort folder, all rows of a person in one of them.

Which part a subject belongs to follows from the subject_id alone, by a published hash that any other program can
compute, so the same cohort is cut in the same way on every machine and in every year. Tables in Parquet are read and
written in batches, so that a cohort need not fit in memory; one in CSV is read a table at a time.

A set of parts is used only as it was written: `load_partitions` refuses one that is incomplete, changed, or has
somebody in two parts, for each would be counted as a whole person. The rules of single records are checked when a part
is loaded; that no row_id is in two parts is not.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.problems import InputProblems, Problem
from remission.records.cohort import Manifest
from remission.records.files.folder import PARTS, digest_of
from remission.records.files.manifest import FILE as MANIFEST_FILE
from remission.records.files.manifest import parse_manifest
from remission.records.files.tables import FORMATS, read_tables, table_files
from remission.records.kernels import kernel
from remission.records.schema import TABLES

FILE = PARTS
RULE = "XXH64 with seed 0 of subject_id in UTF-8, modulo count; part 1 is remainder 0"
MOST_PARTS = 9999
CELLS_OF_A_PART = 8_000_000
"""Rows times columns of a part unless told otherwise: while it is loaded and evaluated, some 500 MB of memory."""

BATCH_ROWS = 500_000
ANEW = "Cut the cohort anew: remission partition COHORT -n N -o DIR."

Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Partition:
    """One part: a cohort folder, the digest it must have when it is loaded, and how many rows each table has."""

    folder: Path
    digest: str
    rows: Mapping[str, int]

    @property
    def name(self) -> str:
        """The folder's name, such as part-0001."""
        return self.folder.name


@dataclass(frozen=True)
class Partitions:
    """All parts of a cohort in order; `digest` is that of the cohort they were cut from."""

    manifest: Manifest
    digest: str
    parts: tuple[Partition, ...]


def write_partitions(cohort_folder: str | Path, count: int | None, out: str | Path) -> Partitions:
    """Cut the cohort in a folder into `count` parts: folders part-0001, ... in `out`, and a partitions.toml.

    Without a count there are as many parts as `count_parts` says. Files keep their format, and rows their order. `out`
    must not exist or be empty, and appears only when everything is written. Raises InputProblems when the folder cannot
    be read or the count is not from 1 to 9999.
    """
    source, target = Path(cohort_folder), Path(out)
    manifest = _check_source(source, 1 if count is None else count, target)
    count = count_parts(source, manifest.collected) if count is None else count
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _write(source, manifest, [unfinished / part_name(number) for number in range(1, count + 1)])
        unfinished.chmod(0o755)
        unfinished.replace(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return load_partitions(target)


def load_partitions(folder: str | Path) -> Partitions:
    """The parts in a folder, after looking at every byte of them.

    Raises InputProblems when a part is missing, more than those written, or changed, and when a person is in two
    parts or in the wrong one; the message counts persons and names none.
    """
    listed = _read_list(Path(folder))
    problems = [*_unlike_list(Path(folder), listed), *_misplaced(listed.parts)]
    if problems:
        raise InputProblems(problems)
    return listed


def count_parts(cohort_folder: str | Path, collected: tuple[str, ...]) -> int:
    """How many parts of about CELLS_OF_A_PART cells a cohort makes, by rows and columns of its files; none is read."""
    cells = sum(_cells(path) for name in collected for path in table_files(Path(cohort_folder), name))
    return min(max(1, -(-cells // CELLS_OF_A_PART)), MOST_PARTS)


def _cells(path: Path) -> int:
    scan = pl.scan_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.scan_parquet(path)
    try:
        return int(scan.select(pl.len()).collect().item()) * len(scan.collect_schema())
    except pl.exceptions.PolarsError:
        return 0  # what is wrong with the file is said when it is cut


def part_name(number: int) -> str:
    """The folder of a part, numbered from 1.

    >>> part_name(12)
    'part-0012'
    """
    return f"part-{number:04}"


def part_of(ids: pl.Series, count: int) -> NDArray[np.uint64]:
    """The part of each subject_id, from 0; shape (ids,).

    >>> part_of(pl.Series(["S1", "S2", "S1"]), 4).tolist()
    [2, 2, 2]
    """
    return hash_ids(ids) % np.uint64(count)


def hash_ids(ids: pl.Series) -> Hashes:
    """XXH64 with seed 0 of each text in UTF-8; an empty cell is hashed as an empty text; shape (ids,).

    The hash that Polars has is of its own and may change with a version; this one is specified at
    https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.

    >>> f"{hash_ids(pl.Series(['abc']))[0]:x}"
    '44bc2cf5ad770999'
    """
    texts = ids.cast(pl.String).fill_null("")
    ends = np.cumsum(texts.str.len_bytes().to_numpy(), dtype=np.int64)
    joined = np.frombuffer((texts.str.join("").item() or "").encode(), np.uint8)
    hashes = np.empty(texts.len(), np.uint64)
    _hash_each(joined, ends, hashes)
    return hashes


# ---------------------------------------------------------------- writing


def _check_source(source: Path, count: int, target: Path) -> Manifest:
    problems = list(_unusable_request(count, target))
    if not (source / MANIFEST_FILE).is_file():
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
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
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
        elif paths[0].suffix == ".parquet" and "subject_id" not in _parquet_columns(paths[0]):
            yield Problem.at_key(
                paths[0].name, "subject_id", found="no such column", allowed="every table has it", do="Add it."
            )
    for path in sorted(source.iterdir()):
        if path.suffix[1:] in FORMATS and path.stem in TABLES and path.stem not in collected:
            found = f"a table that {MANIFEST_FILE} does not list as collected"
            yield Problem.of_file(
                path.name, found=found, allowed=", ".join(collected), do="Add it to collected, or remove it."
            )


def _parquet_columns(path: Path) -> list[str]:
    try:
        return list(pl.read_parquet_schema(path))
    except pl.exceptions.PolarsError:
        return []


def _write(source: Path, manifest: Manifest, parts: list[Path]) -> None:
    for part in parts:
        part.mkdir()
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
    unreadable = [problem for problem in read.problems if problem.file == path.name and problem.severity == "error"]
    if unreadable or "subject_id" not in read.tables[path.stem].frame.columns:
        missing = Problem.at_key(
            path.name, "subject_id", found="no such column", allowed="every table has it", do="Add it."
        )
        raise InputProblems(unreadable or [missing])
    frame = read.tables[path.stem].frame
    pieces = _pieces(frame, len(parts))
    for number, part in enumerate(parts):
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
        for batch in pl.scan_parquet(path).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
            for number, piece in _pieces(batch, len(parts)).items():
                files[number].append(Path(folder, f"{number}-{len(files[number])}.arrow"))
                piece.write_ipc(files[number][-1])
        rows = []
        for number, part in enumerate(parts):
            pieces = [pl.read_ipc(file) for file in files[number]]
            whole = pl.concat(pieces) if pieces else pl.DataFrame(schema=schema)
            whole.write_parquet(part / path.name)
            rows.append(whole.height)
            for file in files[number]:
                file.unlink()
    _check_complete(path, sum(rows), pl.scan_parquet(path).select(pl.len()).collect().item())
    return rows


def _check_complete(path: Path, written: int, held: int) -> None:
    if written != held:
        raise RuntimeError(f"{path.name} has {held} rows and {written} were written: please report this")


def _pieces(frame: pl.DataFrame, count: int) -> dict[int, pl.DataFrame]:
    """The rows of each part, those of a part in their order; a part without rows is left out."""
    place = part_of(frame["subject_id"], count)
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


# ---------------------------------------------------------------- reading


def _read_list(folder: Path) -> Partitions:
    """What partitions.toml says, if it says it as it was written; the manifest is that of the first part."""
    path = folder / FILE
    if not path.is_file():
        raise InputProblems([Problem.of_file(FILE, found="no such file", allowed="a folder of parts", do=ANEW)])
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        parts = tuple(Partition(folder / one["folder"], one["digest"], dict(one["rows"])) for one in said["parts"])
        whole = _is_whole(said, parts)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        found = "parts, rows or a rule that do not fit together"
        raise InputProblems([Problem.of_file(FILE, found=found, allowed="the file as it was written", do=ANEW)])
    manifest_path = parts[0].folder / MANIFEST_FILE
    parsed = parse_manifest(manifest_path.read_bytes()) if manifest_path.is_file() else None
    if parsed is None or parsed.manifest is None:
        found = f"no {MANIFEST_FILE} that can be read"
        raise InputProblems(
            [Problem.of_file(f"{parts[0].name}/{MANIFEST_FILE}", found=found, allowed="that of the cohort", do=ANEW)]
        )
    return Partitions(parsed.manifest, said["source_digest"], parts)


def _is_whole(said: Mapping[str, Any], parts: tuple[Partition, ...]) -> bool:
    """Are all parts listed, by their names and in order, with every row of every table in one of them?"""
    names = [part_name(number) for number in range(1, said["count"] + 1)]
    total = {name: sum(part.rows[name] for part in parts) for name in said["rows"]}
    tables = all(part.rows.keys() == said["rows"].keys() for part in parts)
    listed = [part["folder"] for part in said["parts"]] == names and bool(names)
    return (
        listed and tables and total == said["rows"] and said["rule"] == RULE and isinstance(said["source_digest"], str)
    )


def _unlike_list(folder: Path, listed: Partitions) -> Iterator[Problem]:
    known = {part.name for part in listed.parts}
    for path in sorted(folder.glob("part-*")):
        if path.name not in known:
            yield Problem.of_file(
                path.name, found=f"a part that {FILE} does not list", allowed="the parts as written", do=ANEW
            )
    for part in listed.parts:
        if not part.folder.is_dir():
            yield Problem.of_file(part.name, found="no such folder", allowed=f"every part that {FILE} lists", do=ANEW)
        elif not _is_unchanged(part, listed.manifest):
            yield Problem.of_file(
                part.name, found="files that are not those written", allowed="the part as written", do=ANEW
            )


def _is_unchanged(part: Partition, manifest: Manifest) -> bool:
    if not (part.folder / MANIFEST_FILE).is_file():
        return False
    own = parse_manifest((part.folder / MANIFEST_FILE).read_bytes()).manifest
    return own == manifest and digest_of(part.folder, manifest) == part.digest


def _misplaced(parts: tuple[Partition, ...]) -> Iterator[Problem]:
    """Persons who are in two parts, and persons in a part where the rule does not put them."""
    hashes = [_hashes_in(part) for part in parts]
    for place, (part, own) in enumerate(zip(parts, hashes, strict=True)):
        strange = int((own % np.uint64(len(parts)) != place).sum())
        if strange:
            found = f"{_persons(strange)} of another part"
            yield Problem.at_key(
                part.name, "subject_id", found=found, allowed="only those whom the rule puts there", do=ANEW
            )
    where = np.repeat(np.arange(len(parts)), [own.size for own in hashes])
    everybody = np.concatenate(hashes)
    order = np.argsort(everybody, kind="stable")
    again = np.flatnonzero(everybody[order][1:] == everybody[order][:-1])
    pairs = np.stack([where[order[again]], where[order[again + 1]]], axis=1)
    for (one, other), count in zip(*np.unique(pairs, axis=0, return_counts=True), strict=True):
        found = f"{_persons(int(count))} of {parts[one].name} too"
        yield Problem.at_key(parts[other].name, "subject_id", found=found, allowed="every person in one part", do=ANEW)


def _persons(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} persons"


def _hashes_in(part: Partition) -> Hashes:
    """The hash of everybody who has a row in any table of a part, each once."""
    found = [np.zeros(0, np.uint64)]
    for name in part.rows:
        for path in table_files(part.folder, name):
            scan = pl.scan_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.scan_parquet(path)
            try:
                ids = scan.select(pl.col("subject_id").cast(pl.String).unique()).collect().to_series()
            except pl.exceptions.PolarsError:
                continue  # it is not what was written, and that is a problem already
            found.append(hash_ids(ids))
    return np.unique(np.concatenate(found))


# ---------------------------------------------------------------- XXH64

_P1, _P2, _P3 = np.uint64(0x9E3779B185EBCA87), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
_P4, _P5 = np.uint64(0x85EBCA77C2B2AE63), np.uint64(0x27D4EB2F165667C5)
_STRIPE, _LANE, _HALF = 32, 8, 4  # bytes


@kernel
def _hash_each(joined: NDArray[np.uint8], ends: NDArray[np.int64], hashes: Hashes) -> None:
    start = 0
    for i in range(ends.size):
        hashes[i] = _xxh64(joined[start : ends[i]])
        start = ends[i]


@kernel
def _xxh64(text: NDArray[np.uint8]) -> np.uint64:
    at, size = 0, text.size
    hashed = _P5
    if size >= _STRIPE:
        lanes = np.array([_P1 + _P2, _P2, np.uint64(0), np.uint64(0) - _P1])
        while at + _STRIPE <= size:
            for lane in range(4):
                lanes[lane] = _mixed(lanes[lane], _word(text, at, _LANE))
                at += _LANE
        hashed = _turned(lanes[0], 1) + _turned(lanes[1], 7) + _turned(lanes[2], 12) + _turned(lanes[3], 18)
        for lane in range(4):
            hashed = (hashed ^ _mixed(np.uint64(0), lanes[lane])) * _P1 + _P4
    hashed += np.uint64(size)
    while at + _LANE <= size:
        hashed = _turned(hashed ^ _mixed(np.uint64(0), _word(text, at, _LANE)), 27) * _P1 + _P4
        at += _LANE
    if at + _HALF <= size:
        hashed = _turned(hashed ^ (_word(text, at, _HALF) * _P1), 23) * _P2 + _P3
        at += _HALF
    while at < size:
        hashed = _turned(hashed ^ (np.uint64(text[at]) * _P5), 11) * _P1
        at += 1
    hashed = (hashed ^ (hashed >> np.uint64(33))) * _P2
    hashed = (hashed ^ (hashed >> np.uint64(29))) * _P3
    return hashed ^ (hashed >> np.uint64(32))


@kernel
def _mixed(lane: np.uint64, word: np.uint64) -> np.uint64:
    return _turned(lane + word * _P2, 31) * _P1


@kernel
def _turned(value: np.uint64, bits: int) -> np.uint64:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@kernel
def _word(text: NDArray[np.uint8], at: int, size: int) -> np.uint64:
    """The number that `size` bytes are, least significant first."""
    word = np.uint64(0)
    for place in range(size):
        word |= np.uint64(text[at + place]) << np.uint64(8 * place)
    return word
