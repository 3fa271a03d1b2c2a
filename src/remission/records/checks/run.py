"""Everything that is wrong with the tables of a cohort, all at once.

First the columns of each file (missing, unknown), then every value and every relation by the rules. `Severity` decides
what follows: an error stops loading, a warning is told and the row is used as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from remission.inputs.problems import Problem, Severity, alike, nearest
from remission.records.checks.columns import column_rules
from remission.records.checks.names import check_names
from remission.records.checks.relations import relation_rules
from remission.records.checks.rules import judge
from remission.records.checks.sheets import DAY_ZERO, Reading, Sheet, expected_columns
from remission.records.files.manifest import FILE

if TYPE_CHECKING:
    from remission.records.cohort import Manifest
    from remission.records.files.tables import RawTable
    from remission.records.schema import Column

ALL: tuple[Severity, ...] = ("error", "warning")


def check_columns(raw: RawTable, manifest: Manifest) -> Iterator[Problem]:
    """Columns that are missing from a table, and columns it may not have."""
    expected = expected_columns(raw.table, manifest)
    wanted = [column.name for column in expected.values() if column.required]
    # A covariate that the manifest declares and no table has would be missing for everybody.
    wanted += [x.name for x in manifest.covariates if raw.table.name == "subjects"]
    there = set(raw.frame.columns)
    yield from alike(
        [name for name in wanted if name not in there],
        lambda name: Problem.at_key(
            raw.file, name, found="no such column", allowed=", ".join(wanted), do=f"Add it. {_meaning(expected[name])}"
        ),
    )
    # Unknown columns are errors: a misspelt optional one would be absent, and nobody would know.
    unknown, known = [name for name in raw.frame.columns if name not in expected], _known(raw, expected)
    yield from alike(
        unknown,
        lambda name: Problem.at_key(
            raw.file, name, found="a column that is not known", allowed=known, do=_advice(name, raw, expected)
        ),
    )


def check_manifest_columns(manifest: Manifest, subjects: RawTable) -> Iterator[Problem]:
    """What the manifest says of columns that the subjects table does not bear out."""
    expected = expected_columns(subjects.table, manifest)
    for covariate in manifest.covariates:
        day = covariate.measured_day
        held = isinstance(day, int) or (day in subjects.frame.columns and day in expected)
        if not held:
            yield Problem.at_key(
                FILE,
                f"covariates.{covariate.name}.measured_day",
                found=str(day),
                allowed="a day, or a column of subjects that holds days",
                do=f"Add the column {day}, or declare the day.",
            )
    # A calendar date cannot be placed in days unless each subject says which day of its own it was.
    if manifest.time == "days" and isinstance(manifest.data_cut, str) and "cut_day" not in subjects.frame.columns:
        yield Problem.at_key(
            FILE,
            "data_cut",
            found=manifest.data_cut,
            allowed="a whole number of days, because time is days and subjects has no cut_day",
            do="Write the day of the data cut, or add the column cut_day.",
        )


def check_tables(
    sheets: Mapping[str, Sheet], reading: Reading, severities: tuple[Severity, ...] = ALL
) -> tuple[Problem, ...]:
    """Every problem of these severities in the values of the tables."""
    return tuple(problem for sheet in sheets.values() for problem in _check(sheet, reading, severities))


def _check(sheet: Sheet, reading: Reading, severities: Iterable[Severity]) -> Iterator[Problem]:
    # Values before relations: a relation between values that cannot be read is null, and says nothing.
    rules = (*column_rules(sheet, reading), *relation_rules(sheet, reading))
    yield from judge(sheet, [rule for rule in rules if rule.severity in severities], reading.named_rows)
    yield from (one for one in check_names(sheet, reading.manifest) if one.severity in severities)
    if "warning" in severities and not sheet.frame.height and not sheet.raw.problems:
        yield from _empty(sheet)


def _empty(sheet: Sheet) -> Iterator[Problem]:
    """Collected and empty says something of everybody: is it meant?"""
    name, file = sheet.table.name, sheet.raw.file
    found, allowed = "no row", "rows, or none if nobody had one"
    advice = f"Collected and empty means that nobody had one: if nobody asked, take {name} out of collected in {FILE}."
    if name == "subjects":
        found, allowed, advice = "no subject", "one row a subject", "Add the subjects."
    if name == "observed":
        found, allowed = "no row: nobody was looking", "when somebody was looking"
        advice = f"Fill it, or remove it and take observed out of collected in {FILE}: then it is derived."
    yield Problem.of_file(file, found=found, allowed=allowed, do=advice, severity="warning")


def _known(raw: RawTable, expected: Mapping[str, Column]) -> str:
    """The columns in words, the companions not one by one."""
    # Every column has two: listed one by one they would bury the names that somebody is looking for.
    companions = {f"{name}_{suffix}" for name in expected for suffix in ("absent", "precision")}
    own = [name for name in expected if name not in companions]
    return ", ".join(own) + ", and companions such as " + f"{raw.table.columns[-1].name}_absent"


def _meaning(column: Column) -> str:
    # A question has its own sign.
    end = "" if column.meaning.endswith("?") else "."
    return f"{column.meaning}{end}" if column.meaning else "It is declared in cohort.toml."


def _advice(name: str, raw: RawTable, expected: Mapping[str, Column]) -> str:
    if name == DAY_ZERO.name and raw.table.name == "subjects":
        return 'cohort.toml says time = "days": remove the column, or set time = "dates".'
    if name.startswith("x_"):
        declare = f"Declare it in cohort.toml under [covariates.{name}]."
        return declare if raw.table.name == "subjects" else "Columns of your own (x_) belong in the subjects table."
    return nearest(name, expected) or "Remove the column; one of your own belongs in subjects and begins with x_."
