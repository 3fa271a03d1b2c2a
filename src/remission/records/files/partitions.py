"""The parts of a cohort, used only as they were written.

`load_partitions` refuses a set of parts that is incomplete, changed, or has somebody in two of them, for each would be
counted as a whole person. The rules of single records are checked when a part is loaded; that no row_id is in two parts
is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.strict_records import parse_toml
from remission.records.cohort import Manifest
from remission.records.files.folder import PARTS, digest_of
from remission.records.files.manifest import FILE as MANIFEST_FILE
from remission.records.files.manifest import parse_manifest
from remission.records.files.part_hash import RULE, Hashes, hash_ids
from remission.records.files.tables import table_files
from remission.records.files.texts import trimmed

FILE = PARTS
ANEW = "Cut the cohort anew: remission partition COHORT -n N -o DIR."


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
    """All parts of a cohort in order; `digest` is that of the cohort they were cut from.

    `warnings` are what was found of the whole when it was cut, and no part can show.
    """

    manifest: Manifest
    digest: str
    parts: tuple[Partition, ...]
    warnings: tuple[Problem, ...] = ()


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


def part_name(number: int) -> str:
    """The folder of a part, numbered from 1.

    >>> part_name(12)
    'part-0012'
    """
    return f"part-{number:04}"


def _read_list(folder: Path) -> Partitions:
    """What partitions.toml says, if it says it as it was written; the manifest is that of the first part."""
    path = folder / FILE
    if not path.is_file():
        raise InputProblems(Problem.of_file(FILE, found="no such file", allowed="a folder of parts", do=ANEW))
    try:
        said = parse_toml(path.read_bytes(), FILE)
        parts = tuple(Partition(folder / one["folder"], one["digest"], dict(one["rows"])) for one in said["parts"])
        whole = _is_whole(said, parts)
    # Whatever is wrong with the list, the parts can be cut anew: one message instead of a diagnosis.
    except (InputProblems, KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        found = "parts, rows or a rule that do not fit together"
        raise InputProblems(Problem.of_file(FILE, found=found, allowed="the file as it was written", do=ANEW))
    manifest_path = parts[0].folder / MANIFEST_FILE
    parsed = parse_manifest(manifest_path.read_bytes()) if manifest_path.is_file() else None
    if parsed is None or parsed.manifest is None:
        found = f"no {MANIFEST_FILE} that can be read"
        raise InputProblems(
            Problem.of_file(f"{parts[0].name}/{MANIFEST_FILE}", found=found, allowed="that of the cohort", do=ANEW)
        )
    return Partitions(parsed.manifest, said["source_digest"], parts)


def _is_whole(said: Mapping[str, Any], parts: tuple[Partition, ...]) -> bool:
    """Are all parts listed, by their names and in order, with every row of every table in one of them?"""
    names = [part_name(number) for number, _ in enumerate(parts, 1)]
    total = {name: sum(part.rows[name] for part in parts) for name in said["rows"]}
    tables = all(part.rows.keys() == said["rows"].keys() for part in parts)
    listed = [part["folder"] for part in said["parts"]] == names and said["count"] == len(parts) > 0
    return (
        listed and tables and total == said["rows"] and said["rule"] == RULE and isinstance(said["source_digest"], str)
    )


def _unlike_list(folder: Path, listed: Partitions) -> Iterator[Problem]:
    known = {part.name for part in listed.parts}
    # A part left over from another cut holds people who are in a part of this one as well.
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
    # Parsed: a comment may change, what is said may not (decision 41).
    own = parse_manifest((part.folder / MANIFEST_FILE).read_bytes()).manifest
    return own == manifest and digest_of(part.folder, manifest) == part.digest


def _misplaced(parts: tuple[Partition, ...]) -> Iterator[Problem]:
    """Persons who are in two parts, and persons in a part where the rule does not put them."""
    # Hashes and not names: 8 bytes a person, and no name can get into a message.
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
    # All persons of all parts sorted once; whoever is in two of them then stands beside himself.
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
                ids = scan.select(trimmed(pl.col("subject_id").cast(pl.String)).unique()).collect().to_series()
            except pl.exceptions.PolarsError:
                continue  # it is not what was written, and that is a problem already
            found.append(hash_ids(ids))
    return np.unique(np.concatenate(found))
