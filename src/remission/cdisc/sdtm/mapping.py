"""The mapping from SDTM to the tables of a cohort, as data: a TOML file that a standards person reads and edits.

Read strictly: a key that is not known, or one that is missing, is a problem, for a misspelt entry would leave rows out.
Texts of the mapping are compared without regard to capitals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.provenance import Status
from remission.inputs.strict_records import parse_toml, read_record
from remission.library.catalogue import LIBRARY, therapies
from remission.records.schema import TABLES

MAPPING = LIBRARY / "standards" / "sdtm.toml"

Words = Mapping[str, str]


@dataclass(frozen=True)
class Variable:
    """A column filled from a variable; `values` translates its texts ("" for a known way of saying unknown)."""

    column: str
    variable: str
    values: Words | None = None
    number: bool = False
    therapy: bool = False
    unit_variable: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Days:
    """A day column filled from an ISO 8601 variable, or from a study day where there is no date."""

    column: str
    date: str
    study_day: str


@dataclass(frozen=True)
class Subjects:
    """How DM becomes the subjects table."""

    variable: tuple[Variable, ...]
    not_entered_arms: tuple[str, ...]
    status: Status = key("How far the codes were checked")
    source: str = key("Where the codes are from")


@dataclass(frozen=True)
class Disposition:
    """How the last disposition event becomes the reason why follow-up ended."""

    domain: str
    categories: tuple[str, ...]
    values: Words
    status: Status = key("How far the codes were checked")
    source: str = key("Where the codes are from")


@dataclass(frozen=True)
class History:
    """Words of medical history that say when MS began and of which course it is."""

    domain: str
    onset: tuple[str, ...]
    course: Words
    status: Status = key("How far the codes were checked")
    source: str = key("Where the codes are from")


@dataclass(frozen=True)
class Handedness:
    """The finding that says which hand is the dominant one."""

    domain: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    status: Status = key("How far the codes were checked")
    source: str = key("Where the codes are from")


@dataclass(frozen=True)
class Merge:
    """A table whose rows are made of several findings of one person and day, split by rater or region."""

    table: str = key("A table of the cohort", choices=TABLES)
    split: str = key("The column that tells such rows apart")
    suffix: str = key("How the variable ends that fills it")
    values: Words = key("What its texts mean")


@dataclass(frozen=True)
class Test:
    """A finding, by its test code or name, and the column it fills; `{hand}` in the column is dominant or other."""

    __test__ = False  # not one of pytest's

    table: str = key("A table of the cohort", choices=TABLES)
    column: str = key("The column that it fills")
    domains: tuple[str, ...] = key("Domains in which it is looked for")
    codes: tuple[str, ...] = key("Its test codes")
    names: tuple[str, ...] = key("Names by which it is known too")
    status: Status = key("How far the codes were checked")
    source: str = key("Where the codes are from")
    units: tuple[str, ...] = ()
    unknown: tuple[float, ...] = ()
    repeats: Literal["rows", "mean"] = "rows"
    hand_suffixes: tuple[str, ...] = ()
    hand_values: Words = key("Which hand a text means", make=dict)
    unable: tuple[str, ...] = ()
    unable_column: str = ""


@dataclass(frozen=True)
class Where:
    """Which rows of a domain are meant: any of the variables has any of the values."""

    variables: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """A domain whose rows become rows of a table, each on its own (or several doses one period)."""

    domain: str
    table: str = key("A table of the cohort", choices=TABLES)
    days: tuple[Days, ...] = key("Its day columns")
    values: tuple[Variable, ...] = key("Its other columns")
    status: Status = key("How far the codes were checked")
    source: str = key("Where the codes are from")
    where: Where | None = None
    occurred: str = ""
    join_gap_days: int | None = None


@dataclass(frozen=True)
class SdtmMapping:
    """The whole mapping; `domains` are those it reads."""

    title: str
    subjects: Subjects
    disposition: Disposition
    history: History
    handedness: Handedness
    merge: tuple[Merge, ...]
    test: tuple[Test, ...]
    record: tuple[Record, ...]

    @property
    def domains(self) -> tuple[str, ...]:
        """Every domain that an entry reads, DM first."""
        single = [self.disposition.domain, self.history.domain, self.handedness.domain]
        many = [domain for test in self.test for domain in test.domains] + [record.domain for record in self.record]
        return tuple(dict.fromkeys(["DM", *single, *many]))

    @property
    def unverified(self) -> tuple[str, ...]:
        """What rests on codes that nobody checked against a source: table and column."""
        tests = [f"{test.table}.{test.column}" for test in self.test if test.status == "unverified"]
        return tuple(tests + [record.table for record in self.record if record.status == "unverified"])


def load_mapping(file: str | Path | None = None) -> SdtmMapping:
    """The mapping of the library, or the one in your own file; InputProblems when it cannot be used.

    >>> "visits.edss" in {f"{test.table}.{test.column}" for test in load_mapping().test}
    True
    """
    path = MAPPING if file is None else Path(file)
    if not path.is_file():
        raise InputProblems(
            Problem.of_file(path.name, found="no such file", allowed="a mapping in TOML", do="Correct the path.")
        )
    return parse_mapping(path.read_bytes(), path.name)


def therapy_words() -> dict[str, str]:
    """The therapies of the library by name and brand, in capitals, as SDTM writes names of medicines."""
    words = {therapy.name.upper(): therapy.name for therapy in therapies().values()}
    return words | {brand.upper(): therapy.name for therapy in therapies().values() for brand in therapy.brands}


def parse_mapping(text: str | bytes, file: str = "sdtm.toml") -> SdtmMapping:
    """The mapping that a TOML text says, or its bytes; InputProblems with everything that is wrong with it.

    >>> try:
    ...     parse_mapping("title = 'x'")
    ... except InputProblems as wrong:
    ...     print(wrong)
    7 problem(s) in sdtm.toml
    """
    content = text.encode() if isinstance(text, str) else text
    mapping = read_record(SdtmMapping, parse_toml(content, file), file)
    if problems := list(_meaning_problems(mapping, file)):
        raise InputProblems(problems)
    in_capitals: SdtmMapping = _in_capitals(mapping)
    return in_capitals


def _in_capitals(said: Any) -> Any:
    """Texts that are compared with those of datasets, in capitals: items of lists, and what is translated."""
    if isinstance(said, tuple):
        return tuple(one.upper() if isinstance(one, str) else _in_capitals(one) for one in said)
    if isinstance(said, Mapping):
        return {text.upper(): word for text, word in said.items()}
    if is_dataclass(said) and not isinstance(said, type):
        return replace(said, **{one.name: _in_capitals(getattr(said, one.name)) for one in fields(said)})
    return said


def _meaning_problems(mapping: SdtmMapping, file: str) -> Iterator[Problem]:
    """Columns that do not exist, and tables that no rows are made of."""
    for at, table, column in _targets(mapping):
        if column not in TABLES[table]:
            known = [one.name for one in TABLES[table].columns]
            do = nearest(column, known) or f"Name a column of {table}."
            yield Problem.at_key(file, at, found=f"{table}.{column}", allowed=", ".join(known), do=do)
    merged = {merge.table for merge in mapping.merge}
    for place, test in enumerate(mapping.test, 1):
        if test.table not in merged:
            allowed, do = ", ".join(sorted(merged)), "Add a [[merge]] for it."
            yield Problem.at_key(file, f"test[{place}].table", found=test.table, allowed=allowed, do=do)


def _targets(mapping: SdtmMapping) -> Iterator[tuple[str, str, str]]:
    """Every column that an entry fills: where the mapping names it, the table and the column."""
    for place, variable in enumerate(mapping.subjects.variable, 1):
        yield f"subjects.variable[{place}].column", "subjects", variable.column
    for place, test in enumerate(mapping.test, 1):
        for hand in ("dominant", "other") if "{hand}" in test.column else ("",):
            yield f"test[{place}].column", test.table, test.column.format(hand=hand)
        if test.unable_column:
            yield f"test[{place}].unable_column", test.table, test.unable_column
    for place, record in enumerate(mapping.record, 1):
        days = [("days", row, day.column) for row, day in enumerate(record.days, 1)]
        others = [("values", row, variable.column) for row, variable in enumerate(record.values, 1)]
        for part, row, column in (*days, *others):
            yield f"record[{place}].{part}[{row}].column", record.table, column
    for place, merge in enumerate(mapping.merge, 1):
        yield f"merge[{place}].split", merge.table, merge.split
