"""Empty tables, an explained `cohort.toml` and the data dictionary: where a new cohort begins.

All three are read off the schema and the keys of the manifest's records, so they cannot go stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from remission.inputs.declared import Key, keys_of
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.provenance import Source
from remission.inputs.writing import write_into
from remission.records.cohort import Covariate, Manifest
from remission.records.files.manifest import FILE
from remission.records.schema import ABSENT_CODES, DICTIONARY, SCHEMA, Column, Table

Vocabulary = Mapping[str, Sequence[str]]
"""The names of therapies, each with its brands."""
NO_NAMES: Vocabulary = MappingProxyType({})


COLLECTED_BY_THE_PERSON = (
    "Nobody can assume this for you: name a table here only if somebody did collect it, and remove",
    "the files of the others. An empty table that is named makes everybody free of such events.",
)


def write_template(folder: str | Path, therapies: Vocabulary = NO_NAMES) -> None:
    """Write an empty CSV a table, `cohort.toml` and the data dictionary into a new or empty folder.

    `therapies` are listed in the dictionary. Raises InputProblems when a file of that name is there: records are
    never overwritten.
    """
    target = Path(folder)
    texts = {FILE: manifest_template(), DICTIONARY: data_dictionary(therapies)}
    texts |= {f"{table.name}.csv": f"{','.join(column.name for column in table.columns)}\n" for table in SCHEMA}
    # In this order: whatever another run wrote before this one had the folder to itself is seen.
    with write_into(target, listed=False) as result:
        # All that are there, before anything is written: half of a template among records would be worse than none.
        there = [name for name in texts if (target / name).exists()]
        if there:
            advice = "Choose another folder: records are never overwritten."
            found = f"a folder that already holds {', '.join(there)}"
            raise InputProblems(Problem.of_file(str(target), found=found, allowed="a new or empty folder", do=advice))
        for name, text in texts.items():
            result.write(name, text)


def manifest_template() -> str:
    """A `cohort.toml` with every key explained; `kind` is left for the person who knows."""
    lines = ["# What these records are. Lines that begin with # are comments.", ""]
    for key in keys_of(Manifest):
        if key.example:
            lines += [*_comment(key), _assignment(key), ""]
    # Tables of tables are shown at the end, as TOML has it: a key after them would belong to them.
    for heading, record in (("[covariates.x_nfl]", Covariate), ("[[sources]]", Source)):
        keys = keys_of(record)
        lines += [f"# {heading}", *(f"# {line}" for key in keys for line in (*_comment(key), _assignment(key))), "#"]
    return "\n".join(lines[:-1]) + "\n"


def _comment(key: Key) -> Iterator[str]:
    yield from key.explained
    if key.name == "collected":
        yield from (f"# {line}" for line in COLLECTED_BY_THE_PERSON)


def _assignment(key: Key) -> str:
    if key.name == "collected":
        return f"collected = {json.dumps([table.name for table in SCHEMA if table.collected_by_default])}"
    return f"{'' if key.required else '# '}{key.name} = {key.example}"


def data_dictionary(therapies: Vocabulary = NO_NAMES) -> str:
    """The data dictionary in Markdown: every table and column with unit, allowed values and meaning.

    >>> print(data_dictionary().splitlines()[0])
    # Data dictionary
    """
    lines = [
        "# Data dictionary",
        "",
        f"One file a table, CSV (UTF-8, commas) or Parquet, beside a `{FILE}`. Bold columns are required.",
        "",
        f"Any other column may have a companion `<column>_absent` that says why: {', '.join(ABSENT_CODES)}.",
        "A day column of a cohort of days may have a companion `<column>_precision` (day, month, year) that says how",
        "exact it was. Columns of your own begin with `x_`, stand in subjects, and are declared in the manifest. A",
        "cohort of dates writes YYYY-MM-DD in every day column and has a column `day_zero_date` in subjects.",
        "",
    ]
    for table in SCHEMA:
        lines += _section(table)
    if therapies:
        lines += _names(therapies)
    return "\n".join(lines).rstrip() + "\n"


def _section(table: Table) -> list[str]:
    rows = [_row(column) for column in table.columns]
    head = ["| column | kind | unit | allowed | meaning |", "|---|---|---|---|---|"]
    unique = f"One row is {table.row_is}; {', '.join(f'`{name}`' for name in table.unique)} may not repeat."
    return [f"## {table.name}", "", unique, "", *head, *rows, ""]


def _names(therapies: Vocabulary) -> list[str]:
    rows = [f"| {name} | {', '.join(brands)} |" for name, brands in therapies.items()]
    head = ["## Names of therapies", "", "What `therapy` in treatments may be; write the name, not the brand.", ""]
    return [*head, "| name | brands |", "|---|---|", *rows, ""]


def _row(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    return f"| {name} | {column.kind} | {column.unit} | {column.allowed} | {column.meaning} |"
