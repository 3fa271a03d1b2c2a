"""The map of an import: what each file, column, value and date means. Read strictly, and written for people to edit.

A map may be short: what it leaves out is proposed from the files, and only what they do not settle is asked. It holds
no id and no free text: names of columns, and values of columns of choices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remission.inputs.declared import key, keys_of
from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.inputs.strict_records import read_record, read_toml
from remission.intake.patterns import DECIMALS, ORDERS
from remission.records.cohort import Covariate
from remission.records.files.dates import YEARS
from remission.records.files.manifest import check_covariate, toml_value
from remission.records.schema import TABLES

OPEN = "?"
"""What stands in a map where somebody has to answer."""
LEFT = "none"
"""The table of a file that is left alone."""


@dataclass(frozen=True)
class FileMap:
    """What one table of a file means; each key that is left out is proposed from the file."""

    table: str = key("The table that it holds, or none to leave it alone", OPEN, choices=(OPEN, LEFT, *TABLES))
    encoding: str = key("How its letters are written: utf-8, windows-1252, iso-8859-2", "", example='"windows-1252"')
    separator: str = key("The sign between its cells", "", example='";"')
    decimal: str = key("The sign before decimals", "", choices=("", OPEN, *DECIMALS))
    missing: tuple[str, ...] = key("Texts that mean nothing is known, in columns of days, numbers and choices", ())
    columns: Mapping[str, str] = key("For a column of the cohort, the column of the file", make=dict)
    dates: Mapping[str, str] = key("For a column of days, the order of its dates", make=dict)
    years_from: str = key("The first of the hundred years in which years of two digits lie", "", example='"1930"')
    values: Mapping[str, Mapping[str, str]] = key(
        "For a column of choices and a value of the file, the value of the cohort; an empty one for nothing known",
        make=dict,
    )
    fixed: Mapping[str, str] = key("For a column of the cohort that the file lacks, the value of every row", make=dict)
    aside: tuple[str, ...] = key("Columns of the file that are kept beside the cohort", ())


@dataclass(frozen=True)
class ImportMap:
    """How files become a cohort; the first keys are those of its cohort.toml."""

    kind: str = key(
        "What the records are, which nobody can assume for you",
        OPEN,
        choices=(OPEN, "observed", "reconstructed", "simulated"),
    )
    day_zero: str = key("What day zero is: transplant, randomisation, treatment start", OPEN)
    licence: str = key("What the records may be used for", OPEN)
    partial_dates: str = key("How 2021-05 becomes a day", "", choices=("", OPEN, "refuse", "first", "middle", "last"))
    time: str = key("Whether days are dates or counted from day zero", "", choices=("", OPEN, "dates", "days"))
    name: str = key("Short name", "")
    title: str = key("Title on reports", "")
    covariates: tuple[Covariate, ...] = key("What the x_ columns of subjects hold", (), words="tables [covariates.x_]")
    files: Mapping[str, FileMap] = key("What each file means", make=dict)


def read_map(path: Path) -> dict[str, Any]:
    """What a map says, as plain data; InputProblems when it is missing or no TOML."""
    return read_toml(path)


def as_map(said: Mapping[str, Any], file: str) -> ImportMap:
    """The map that plain data say; InputProblems with everything that is wrong with it.

    >>> as_map({"files": {"v.csv": {"table": "visits"}}}, "map.toml").files["v.csv"].table
    'visits'
    """
    read = read_record(ImportMap, said, file)
    covariates = said.get("covariates", {})
    problems = [problem for name, about in covariates.items() for problem in check_covariate(name, about, file)]
    problems += [problem for label, one in read.files.items() for problem in _problems(file, label, one, read)]
    if problems:
        raise InputProblems(problems)
    return read


def _declare(table: str, name: str) -> str:
    """What to do about a covariate that the map does not say anything of; nothing of another name."""
    if table != "subjects" or not name.startswith("x_"):
        return ""
    return f"Declare it under [covariates.{name}], with type and measured_day, as in cohort.toml."


def _problems(file: str, label: str, one: FileMap, whole: ImportMap) -> Iterator[Problem]:
    """Columns that the table does not have, and orders of dates that there are not."""
    if len(one.separator) > 1:
        at, allowed, do = f"files.{label}.separator", "one sign, or nothing", "Give the sign between cells."
        yield Problem.at_key(file, at, found=shown(one.separator), allowed=allowed, do=do)
    if one.years_from not in ("", OPEN) and not _begins_a_hundred(one.years_from):
        at, allowed, do = f"files.{label}.years_from", "a year from 1900 to 2001", "By 1930, 29 is 2029 and 30 is 1930."
        yield Problem.at_key(file, at, found=shown(one.years_from), allowed=allowed, do=do)
    known = known_columns(one.table, whole)
    for part in ("columns", "dates", "values", "fixed"):
        for name in getattr(one, part) if known else ():
            if name not in known:
                at, do = (
                    f"files.{label}.{part}.{name}",
                    _declare(one.table, name) or nearest(name, known) or "Take it out.",
                )
                yield Problem.at_key(file, at, found=name, allowed=", ".join(known), do=do)
    for at, name, value in _answers(one):
        column = next((each for each in TABLES[one.table].columns if each.name == name), None) if known else None
        if column and column.choices and value not in (OPEN, "", *column.choices):
            do = nearest(value, column.choices) or "Use one of those."
            allowed = ", ".join(column.choices)
            yield Problem.at_key(file, f"files.{label}.{at}", found=shown(value), allowed=allowed, do=do)
    for name, order in one.dates.items():
        if order not in (OPEN, *ORDERS):
            at, do = f"files.{label}.dates.{name}", nearest(order, ORDERS) or "Use one of those."
            yield Problem.at_key(file, at, found=order, allowed=", ".join(ORDERS), do=do)


def _begins_a_hundred(year: str) -> bool:
    """Is it a year from which a hundred are all years that a date may have?"""
    return year.isascii() and year.isdigit() and YEARS[0] <= int(year) <= YEARS[1] - 99


def _answers(one: FileMap) -> Iterator[tuple[str, str, str]]:
    """Every value of the cohort that a map names: where, for which column, and the value."""
    yield from ((f"fixed.{name}", name, value) for name, value in one.fixed.items())
    for name, words in one.values.items():
        yield from ((f"values.{name}.{text}", name, value) for text, value in words.items())


def known_columns(table: str, whole: ImportMap) -> tuple[str, ...]:
    """The columns that a file of this table may fill; none while the table is not known."""
    if table not in TABLES:
        return ()
    more = ("day_zero_date", *(one.name for one in whole.covariates)) if table == "subjects" else ()
    return (*(column.name for column in TABLES[table].columns), *more)


def map_text(said: ImportMap) -> str:
    """The map as TOML, each key that says something.

    >>> print(map_text(ImportMap("observed", "start", "none", files={"a.csv": FileMap("visits")})))
    kind = "observed"
    day_zero = "start"
    licence = "none"
    <BLANKLINE>
    [files."a.csv"]
    table = "visits"
    <BLANKLINE>
    """
    lines = _lines({one.name: getattr(said, one.field) for one in keys_of(ImportMap)}, ("covariates", "files"))
    for covariate in said.covariates:
        about = {one.name: getattr(covariate, one.field) for one in keys_of(Covariate)}
        lines += ["", f"[covariates.{toml_value(covariate.name)}]", *_lines(about)]
    for label, one in said.files.items():
        heading = f"files.{toml_value(label)}"
        plain = {each.name: getattr(one, each.field) for each in keys_of(FileMap)}
        lines += ["", f"[{heading}]", *_lines(plain, ("columns", "dates", "values", "fixed"))]
        for part in ("columns", "dates", "fixed"):
            lines += _table(f"{heading}.{part}", getattr(one, part))
        for column, words in one.values.items():
            lines += _table(f"{heading}.values.{_bare(column)}", words)
    return "\n".join(lines) + "\n"


def _table(heading: str, pairs: Mapping[str, str]) -> list[str]:
    return ["", f"[{heading}]", *(f"{_bare(name)} = {toml_value(value)}" for name, value in pairs.items())] * bool(
        pairs
    )


def _lines(pairs: Mapping[str, Any], without: tuple[str, ...] = ()) -> list[str]:
    said = {name: value for name, value in pairs.items() if name not in without and value not in ("", (), None)}
    return [f"{name} = {toml_value(value)}" for name, value in said.items()]


def _bare(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else toml_value(name)
