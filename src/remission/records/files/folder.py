"""A cohort's folder: loaded and checked. Dates, formats and vocabularies stop here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from remission.inputs.problems import MOST_ALIKE, InputProblems, Problem, Severity
from remission.records.checks.run import ALL
from remission.records.files.examined import Examined, Vocabulary, examine
from remission.records.files.manifest import FILE, has_manifest, manifest_text, parse_manifest
from remission.records.files.tables import read_tables, table_files

if TYPE_CHECKING:
    from remission.records.cohort import Cohort, Manifest

PARTS = "partitions.toml"
"""The file that lists the parts of a partitioned cohort."""


def load_cohort(
    folder: str | Path, *, therapies: Collection[str], brands: Mapping[str, str] = MappingProxyType({})
) -> Cohort:
    """The cohort in a folder of `cohort.toml` and one CSV or Parquet file a table.

    `therapies` are the names allowed in treatments; `brands` gives for a brand the name to write. Raises InputProblems
    with every error at once; warnings do not stop loading, `check_cohort` tells them.
    """
    return _load(Path(folder), (therapies, brands), ("error",))[0]


def load_with_warnings(
    folder: str | Path, *, therapies: Collection[str], brands: Mapping[str, str] = MappingProxyType({})
) -> tuple[Cohort, tuple[Problem, ...]]:
    """The cohort in a folder and what to know of its records; one reading of the files for both."""
    return _load(Path(folder), (therapies, brands), ALL)


def _load(folder: Path, vocabulary: Vocabulary, severities: tuple[Severity, ...]) -> tuple[Cohort, tuple[Problem, ...]]:
    examined = _examine(folder, vocabulary, severities)
    # Only what passed is read once more for its digest: records may be larger than memory.
    digest = digest_of(folder, examined.passed.manifest)
    return examined.cohort(digest), InputProblems(examined.problems).problems


def check_cohort(
    folder: str | Path,
    *,
    therapies: Collection[str],
    brands: Mapping[str, str] = MappingProxyType({}),
    named_rows: int = MOST_ALIKE,
) -> tuple[Problem, ...]:
    """Every problem of a folder, warnings included, in the order of files and rows; empty when there is none.

    Of a kind in one column `named_rows` have a problem of their own, and the others are counted.
    """
    problems = _examine(Path(folder), (therapies, brands), ALL, named_rows).problems
    return InputProblems(problems).problems


def _examine(
    folder: Path, vocabulary: Vocabulary, severities: tuple[Severity, ...], named_rows: int = MOST_ALIKE
) -> Examined:
    # Without a manifest nothing can be read, and a list of consequences would hide the cause.
    missing = _missing_manifest(folder)
    if missing is not None:
        return Examined(None, {}, (missing,))
    parsed = parse_manifest((folder / FILE).read_bytes())
    if parsed.manifest is None:
        return Examined(None, {}, parsed.problems)
    raw = read_tables(folder, parsed.manifest.collected)
    known = replace(raw, problems=(*parsed.problems, *raw.problems))
    return examine(parsed.manifest, known, vocabulary, severities, named_rows)


def _missing_manifest(folder: Path) -> Problem | None:
    if not folder.is_dir():
        return Problem.of_file(
            str(folder), found="no such folder", allowed=f"a folder with a {FILE}", do="Correct the path."
        )
    if has_manifest(folder):
        return None
    # A folder of parts has tables and no manifest of its own; without this one would be told to write one.
    if (folder / PARTS).is_file():
        advice = "'remission outcomes' evaluates the parts; for the rest give the whole cohort, or one part-... folder."
        return Problem.of_file(FILE, found=f"a partitioned cohort ({PARTS})", allowed="a cohort", do=advice)
    return Problem.of_file(
        FILE,
        found="no file (a folder, a pipe or a device)" if (folder / FILE).exists() else "no such file",
        allowed=f"a {FILE} in the folder of the cohort",
        do="Write one: 'remission template DIR' makes an example that explains every key.",
    )


def digest_of(folder: Path, manifest: Manifest) -> str:
    """SHA-256 over what the manifest says, and names and bytes of the table files.

    Each length goes in, so that no two layouts collide. Comments and order of keys of `cohort.toml` do not: they say
    nothing of the records.
    """
    # Decision 41: what the manifest says, not how it is written. The tables byte for byte, so that records larger
    # than memory can be digested.
    digest = hashlib.sha256(_sized(FILE, manifest_text(manifest).encode()))
    for path in sorted(path for name in manifest.collected for path in table_files(folder, name)):
        digest.update(f"{path.name}\n{path.stat().st_size}\n".encode())
        with path.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def _sized(name: str, content: bytes) -> bytes:
    return f"{name}\n{len(content)}\n".encode() + content
