"""The mapping from SDTM to the tables of a cohort, as data: a TOML file that a standards person reads and edits.

Read strictly: a key that is not known, or one that is missing, is a problem, for a misspelt entry would leave rows out.
Texts of the mapping are compared without regard to capitals.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.provenance import STATUSES
from remission.records.schema import TABLES

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
    status: str
    source: str


@dataclass(frozen=True)
class Disposition:
    """How the last disposition event becomes the reason why follow-up ended."""

    domain: str
    categories: tuple[str, ...]
    values: Words
    status: str
    source: str


@dataclass(frozen=True)
class History:
    """Words of medical history that say when MS began and of which course it is."""

    domain: str
    onset: tuple[str, ...]
    course: Words
    status: str
    source: str


@dataclass(frozen=True)
class Handedness:
    """The finding that says which hand is the dominant one."""

    domain: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    status: str
    source: str


@dataclass(frozen=True)
class Merge:
    """A table whose rows are made of several findings of one person and day, split by rater or region."""

    table: str
    split: str
    suffix: str
    values: Words


@dataclass(frozen=True)
class Test:
    """A finding, by its test code or name, and the column it fills; `{hand}` in the column is dominant or other."""

    __test__ = False  # not one of pytest's

    table: str
    column: str
    domains: tuple[str, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    status: str
    source: str
    units: tuple[str, ...] = ()
    unknown: tuple[float, ...] = ()
    repeats: str = "rows"
    hand_suffixes: tuple[str, ...] = ()
    hand_values: Words = field(default_factory=dict)
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
    table: str
    days: tuple[Days, ...]
    values: tuple[Variable, ...]
    status: str
    source: str
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


_NESTED: dict[tuple[type, str], type] = {
    (SdtmMapping, "subjects"): Subjects,
    (SdtmMapping, "disposition"): Disposition,
    (SdtmMapping, "history"): History,
    (SdtmMapping, "handedness"): Handedness,
    (SdtmMapping, "merge"): Merge,
    (SdtmMapping, "test"): Test,
    (SdtmMapping, "record"): Record,
    (Subjects, "variable"): Variable,
    (Record, "days"): Days,
    (Record, "values"): Variable,
    (Record, "where"): Where,
}


def parse_mapping(text: str, file: str = "sdtm.toml") -> SdtmMapping:
    """The mapping that a TOML text says; InputProblems with everything that is wrong with it.

    >>> parse_mapping("title = 'x'")
    Traceback (most recent call last):
        ...
    remission.inputs.problems.InputProblems: 7 problem(s) in sdtm.toml
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = f"text that is not TOML ({error})"
        raise InputProblems([Problem.of_file(file, found=what, allowed="TOML", do="Mend that line.")]) from None
    problems = list(_key_problems(SdtmMapping, said, file, ""))
    if problems:
        raise InputProblems(problems)
    mapping = _fill(SdtmMapping, said)
    assert isinstance(mapping, SdtmMapping)
    problems = list(_meaning_problems(mapping, file))
    if problems:
        raise InputProblems(problems)
    return mapping


def _key_problems(kind: type, said: object, file: str, prefix: str) -> Iterator[Problem]:
    if not isinstance(said, dict):
        yield Problem.at_key(file, prefix, found="no table", allowed="a table of keys", do="Write its keys.")
        return
    known = {key.name: key for key in fields(kind)}
    for name in said.keys() - known.keys():
        advice = nearest(name, known) or "Remove the key."
        yield Problem.at_key(
            file, f"{prefix}{name}", found="a key that is not known", allowed=", ".join(known), do=advice
        )
    for name, key in known.items():
        where, nested = f"{prefix}{name}", _NESTED.get((kind, name))
        if name not in said:
            if key.default is MISSING and key.default_factory is MISSING:
                yield Problem.at_key(file, where, found="no such key", allowed="this key", do="Add it.")
        elif nested is not None:
            many = isinstance(said[name], list)
            for place, one in enumerate(said[name] if many else [said[name]], 1):
                yield from _key_problems(nested, one, file, f"{where}.{place}." if many else f"{where}.")


def _fill(kind: type, said: Mapping[str, Any]) -> object:
    values: dict[str, Any] = {}
    for name, value in said.items():
        nested = _NESTED.get((kind, name))
        if nested is not None:
            values[name] = (
                tuple(_fill(nested, one) for one in value) if isinstance(value, list) else _fill(nested, value)
            )
        elif isinstance(value, dict):
            values[name] = {key.upper(): word for key, word in value.items()}
        elif isinstance(value, list):
            values[name] = tuple(one.upper() if isinstance(one, str) else one for one in value)
        else:
            values[name] = value
    return kind(**values)


def _meaning_problems(mapping: SdtmMapping, file: str) -> Iterator[Problem]:
    """Tables, columns and statuses that do not exist."""
    targets = [("subjects", variable.column) for variable in mapping.subjects.variable]
    for test in mapping.test:
        hands = ("dominant", "other") if "{hand}" in test.column else ("",)
        targets += [(test.table, test.column.format(hand=hand)) for hand in hands]
        targets += [(test.table, test.unable_column)] if test.unable_column else []
        if test.repeats not in ("rows", "mean"):
            yield Problem.at_key(file, "repeats", found=test.repeats, allowed="rows or mean", do="Correct the word.")
    for record in mapping.record:
        columns = [days.column for days in record.days] + [variable.column for variable in record.values]
        targets += [(record.table, column) for column in columns]
    targets += [(merge.table, merge.split) for merge in mapping.merge]
    for table, column in targets:
        if table not in TABLES:
            yield Problem.at_key(file, "table", found=table, allowed=", ".join(TABLES), do=nearest(table, TABLES))
        elif column not in TABLES[table]:
            known = [one.name for one in TABLES[table].columns]
            yield Problem.at_key(
                file, "column", found=f"{table}.{column}", allowed=", ".join(known), do=nearest(column, known)
            )
    merged = {merge.table for merge in mapping.merge}
    for test in mapping.test:
        if test.table not in merged:
            yield Problem.at_key(
                file, "table", found=test.table, allowed=", ".join(sorted(merged)), do="Add a [[merge]] for it."
            )
    statuses = [mapping.subjects.status, mapping.disposition.status, mapping.history.status, mapping.handedness.status]
    statuses += [test.status for test in mapping.test] + [record.status for record in mapping.record]
    for status in statuses:
        if status not in STATUSES:
            yield Problem.at_key(file, "status", found=status, allowed=", ".join(STATUSES), do="Correct the word.")
