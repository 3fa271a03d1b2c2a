"""A cohort's folder: loaded and checked. Dates, formats and vocabularies stop here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import polars as pl

from remission.inputs.problems import InputProblems, Problem, Severity
from remission.records.checks.run import ALL, check_columns, check_manifest_columns, check_tables
from remission.records.checks.sheets import Reading, Sheet, finish, open_sheet, subject_facts
from remission.records.cohort import Cohort, Manifest
from remission.records.files.completion import completed_words, last_watched
from remission.records.files.manifest import FILE, has_manifest, manifest_text, parse_manifest
from remission.records.files.tables import RawTable, read_tables, table_files
from remission.records.files.trimming import trim_table
from remission.records.observation import Observation, derive_observed

PARTS = "partitions.toml"
"""The file that lists the parts of a partitioned cohort."""


@dataclass(frozen=True)
class _Examined:
    """A folder after every check: the sheets that could be opened, and all problems of the wanted severities."""

    manifest: Manifest | None
    reading: Reading | None
    sheets: dict[str, Sheet]
    problems: tuple[Problem, ...]


Vocabulary = tuple[Collection[str], Mapping[str, str]]


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
    wrong = any(problem.severity == "error" for problem in examined.problems)
    if wrong or examined.manifest is None or examined.reading is None:
        raise InputProblems(examined.problems)
    # Only after every check: `finish` casts without looking.
    tables = {name: finish(sheet, examined.reading) for name, sheet in examined.sheets.items()}
    observation = _observation(tables)
    digest = digest_of(folder, examined.manifest)
    # In a cohort of days the source completed them, by a rule that we do not know.
    rule = examined.manifest.partial_dates if examined.reading.dated else None
    completed = completed_words({name: sheet.frame for name, sheet in examined.sheets.items()}, rule)
    # Put in place last: what is counted above is what was in files.
    tables["observed"] = observation.table
    return Cohort(examined.manifest, tables, digest, observation.rule, completed), InputProblems(
        examined.problems
    ).problems


def check_cohort(
    folder: str | Path, *, therapies: Collection[str], brands: Mapping[str, str] = MappingProxyType({})
) -> tuple[Problem, ...]:
    """Every problem of a folder, warnings included, in the order of files and rows; empty when there is none."""
    problems = _examine(Path(folder), (therapies, brands), ALL).problems
    return InputProblems(problems).problems


def _examine(folder: Path, vocabulary: Vocabulary, severities: tuple[Severity, ...]) -> _Examined:
    # Without a manifest nothing can be read, and a list of consequences would hide the cause.
    missing = _missing_manifest(folder)
    if missing is not None:
        return _Examined(None, None, {}, (missing,))
    parsed = parse_manifest((folder / FILE).read_bytes())
    if parsed.manifest is None:
        return _Examined(None, None, {}, parsed.problems)
    reading = Reading(parsed.manifest, frozenset(vocabulary[0]), vocabulary[1])
    raw = read_tables(folder, parsed.manifest.collected)
    tables = {name: trim_table(table, parsed.manifest.missing or ()) for name, table in raw.tables.items()}
    # In the order in which somebody would mend them: the manifest, the files, their columns, and values last.
    problems = [*parsed.problems, *raw.problems]
    for table in tables.values():
        problems += [*table.notes, *check_columns(table, parsed.manifest)]
    if "subjects" in tables:
        problems += check_manifest_columns(parsed.manifest, tables["subjects"])
    sheets = _open_sheets(tables, reading)
    problems += check_tables(sheets, reading, severities)
    return _Examined(parsed.manifest, reading, sheets, tuple(p for p in problems if p.severity in severities))


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


def _open_sheets(raw: dict[str, RawTable], reading: Reading) -> dict[str, Sheet]:
    """Subjects first, for the rows of every other table are checked against them; relapses after what
    tells until when somebody looked for them."""
    sheets: dict[str, Sheet] = {}
    facts = None
    if "subjects" in raw:
        sheets["subjects"] = open_sheet(raw["subjects"], reading, None)
        # Rows of subjects that could not be read are not in the table: nobody may then be called a stranger.
        whole = "subject_id" in sheets["subjects"] and not raw["subjects"].problems
        facts = subject_facts(sheets["subjects"], reading) if whole else None
    for name in sorted(raw.keys() - {"subjects"}, key=lambda name: (name == "relapses", name)):
        known = _with_watch(facts, sheets) if name == "relapses" and reading.completing else facts
        sheets[name] = open_sheet(raw[name], reading, known)
    # Back in the order of the manifest as it was read (subjects first), which is the order in which problems are told.
    return {name: sheets[name] for name in raw}


def _with_watch(facts: pl.DataFrame | None, sheets: Mapping[str, Sheet]) -> pl.DataFrame | None:
    """The facts of the subjects and the last day on which somebody looked for their relapses."""
    watched = last_watched({name: sheet.frame for name, sheet in sheets.items()})
    if facts is None or watched is None:
        return facts
    return facts.join(watched, on="subject_id", how="left", maintain_order="left")


def _observation(tables: dict[str, pl.DataFrame]) -> Observation:
    if "observed" in tables:
        return Observation(tables["observed"], Cohort.observed_rule)
    return derive_observed(tables)


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
