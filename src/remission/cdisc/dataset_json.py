"""CDISC Dataset-JSON v1.1, as one JSON object (.json) or as lines (.ndjson): read with its structure checked, written.

A file is metadata (name, label, the columns with their types) and rows, each an array of values in the order of the
columns. In lines, the first is the metadata and each further one a row. Source: CDISC Dataset-JSON v1.1; names of the
attributes and types as in its public tools, the specification itself not read in full (status: secondary).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from remission.cdisc.datasets import Dataset, tidy
from remission.inputs.notations import parse_json
from remission.inputs.problems import InputProblems, Problem, shown
from remission.inputs.strict_records import as_found
from remission.inputs.writing import write_whole

VERSION = "1.1.0"
REQUIRED = (
    "datasetJSONCreationDateTime",
    "datasetJSONVersion",
    "itemGroupOID",
    "records",
    "name",
    "label",
    "columns",
)
# Attributes that no other JSON has, those of version 1.0 among them.
OWN = {"datasetJSONVersion", "itemGroupOID", "columns", "clinicalData", "referenceData"}
COLUMN_REQUIRED = ("itemOID", "name", "label", "dataType")
DTYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "float": pl.Float64(),
    "double": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.String(),
    "datetime": pl.String(),
    "time": pl.String(),
    "URI": pl.String(),
}
SHOWN = 50
# From here on a double takes two neighbours for one; programs of other languages read every number of JSON as a double.
EXACT = 2**53


class OtherJson(InputProblems):
    """A file of JSON that is no dataset and does not say it is one."""


def read_dataset_json(path: Path, *, as_is: bool = False) -> Dataset:
    """The dataset of a Dataset-JSON v1.1 file; InputProblems with everything that is wrong with its structure.

    Dates stay texts, as SDTM has them. A decimal may be a number or a text that is one. Texts lose the blanks at their
    end and empty ones are null, as in a transport file, unless they are wanted `as_is`.
    """
    said, rows = _parse(path)
    problems = list(_structure(path.name, said, rows))
    if problems:
        raise InputProblems(problems)
    columns = said["columns"]
    problems = list(_values(path.name, columns, rows))
    if problems:
        raise InputProblems(problems)
    series = [
        pl.Series(column["name"], [_value(column, row[place]) for row in rows], dtype=DTYPES[column["dataType"]])
        for place, column in enumerate(columns)
    ]
    labels = {column["name"]: column["label"] for column in columns}
    frame = pl.DataFrame(series) if as_is else tidy(pl.DataFrame(series))
    notes = () if "rows" in said or path.suffix.lower() == ".ndjson" else (_metadata_alone(path.name),)
    return Dataset(said["name"].upper(), said["label"] or "", frame, labels, path.name, notes)


def _metadata_alone(file: str) -> Problem:
    found, allowed = "metadata alone: no rows, and records says 0", "a dataset with its rows"
    do = "It was taken for a dataset without any row."
    return Problem.of_file(file, found=found, allowed=allowed, do=do, severity="warning")


def name_in(path: Path) -> str:
    """What a dataset calls itself; empty where the file cannot be read so far."""
    try:
        said = _parse(path)[0].get("name")
    except InputProblems:
        return ""
    return said.upper() if isinstance(said, str) else ""


def _parse(path: Path) -> tuple[dict[str, Any], list[Any]]:
    content = path.read_bytes()
    if path.suffix.lower() == ".ndjson":
        numbered = enumerate(content.split(b"\n"), 1)
        lines = [parse_json(line, path.name, number) for number, line in numbered if line.strip()]
        said, rows = (lines[0], lines[1:]) if lines else ({}, [])
    else:
        said = parse_json(content, path.name)
        rows = said.get("rows", []) if isinstance(said, dict) else []
    if not isinstance(said, dict) or not said.keys() & OWN:
        what, advice = "JSON that is no dataset", "Take it out of the folder, or leave it: nothing of it is read."
        raise OtherJson(Problem.of_file(path.name, found=what, allowed="Dataset-JSON v1.1", do=advice))
    if not isinstance(rows, list):
        what, advice = "JSON of another structure", "Write it again as Dataset-JSON v1.1."
        raise InputProblems(
            Problem.of_file(path.name, found=what, allowed="one object with columns and rows", do=advice)
        )
    return said, rows


def _structure(file: str, said: dict[str, Any], rows: list[Any]) -> Iterator[Problem]:
    if "clinicalData" in said or "referenceData" in said:
        what, advice = "Dataset-JSON v1.0", "Convert it to version 1.1."
        yield Problem.of_file(file, found=what, allowed="Dataset-JSON v1.1", do=advice)
        return
    yield from _attributes(file, said)
    yield from _names(file, said)
    columns = said.get("columns", [])
    if not isinstance(columns, list) or not all(isinstance(column, dict) for column in columns):
        yield Problem.at_key(
            file, "columns", found="no list of objects", allowed="one object a column", do="Write it again."
        )
        return
    yield from _columns(file, columns)
    yield from _row_count(file, said, rows)
    uneven = [i for i, row in enumerate(rows, 1) if not isinstance(row, list) or len(row) != len(columns)]
    for place, number in enumerate(uneven[:SHOWN], 1):
        more = max(len(uneven) - SHOWN, 0) if place == SHOWN else 0
        what, allowed = "a row of another length", f"{len(columns)} values, one a column"
        yield Problem.at_row(file, number, found=what, allowed=allowed, do="Correct the row.", more=more)


def _attributes(file: str, said: dict[str, Any]) -> Iterator[Problem]:
    for key in REQUIRED:
        if key not in said:
            yield Problem.at_key(file, key, found="no such attribute", allowed=", ".join(REQUIRED), do="Add it.")
    said_version = str(said.get("datasetJSONVersion", VERSION))
    if said_version != "1.1" and not said_version.startswith("1.1."):
        yield Problem.at_key(
            file, "datasetJSONVersion", found=shown(said_version), allowed="1.1", do="Convert the file."
        )


def _columns(file: str, columns: list[dict[str, Any]]) -> Iterator[Problem]:
    for column in columns:
        name = str(column.get("name", "columns"))
        for key in COLUMN_REQUIRED:
            if not isinstance(column.get(key), str):
                yield Problem.at_key(
                    file, name, found=f"no {key}", allowed=", ".join(COLUMN_REQUIRED), do=f"Add {key}."
                )
        kind = column.get("dataType")
        if isinstance(kind, str) and kind not in DTYPES:
            yield Problem.at_key(file, name, found=shown(kind), allowed=", ".join(DTYPES), do="Correct the dataType.")
    names = [column.get("name") for column in columns]
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        yield Problem.at_key(file, name, found="the column twice", allowed="each column once", do="Remove one.")


def _row_count(file: str, said: dict[str, Any], rows: list[Any]) -> Iterator[Problem]:
    if not rows and said.get("records"):
        found = f"metadata alone: no rows, where records says {as_found(said['records'])}"
        do = "Ask for the file with its rows: the standard allows metadata alone, and nothing can be read from it."
        yield Problem.of_file(file, found=found, allowed="a dataset with its rows", do=do)
    elif "records" in said and said["records"] != len(rows):
        allowed = f"the number of rows, {len(rows)}"
        yield Problem.at_key(
            file, "records", found=as_found(said["records"]), allowed=allowed, do="The file may have been cut off."
        )


def _names(file: str, said: dict[str, Any]) -> Iterator[Problem]:
    for key in ("name", "label"):
        if not isinstance(said.get(key) or "", str):
            yield Problem.at_key(file, key, found=as_found(said[key]), allowed="text", do="Correct it.")


def _values(file: str, columns: list[dict[str, Any]], rows: list[list[Any]]) -> Iterator[Problem]:
    for place, column in enumerate(columns):
        wrong = [(i, row[place]) for i, row in enumerate(rows, 1) if not _fits(column["dataType"], row[place])]
        for count, (number, value) in enumerate(wrong[:SHOWN], 1):
            more = max(len(wrong) - SHOWN, 0) if count == SHOWN else 0
            bound = ", whole numbers below 2 ** 53" if DTYPES[column["dataType"]].is_numeric() else ""
            allowed = f"{column['dataType']} or null{bound}"
            yield Problem.at_row(
                file,
                number,
                column["name"],
                found=shown(value) if isinstance(value, str) else as_found(value),
                allowed=allowed,
                do="Correct the value.",
                more=more,
            )


def _fits(kind: str, value: object) -> bool:
    if value is None:
        return True
    dtype = DTYPES[kind]
    if dtype == pl.Boolean:
        return isinstance(value, bool)
    if dtype == pl.String:
        return isinstance(value, str)
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return kind == "decimal" and (value == "" or _is_number(value))
    # A float that is whole is an integer as many programs write it.
    whole = isinstance(value, int) or (isinstance(value, float) and kind == "integer" and value.is_integer())
    if whole:
        return abs(value) < EXACT  # type: ignore[arg-type]
    # 1e999 is read as infinite.
    return isinstance(value, float) and kind != "integer" and abs(value) <= sys.float_info.max


def _is_number(text: str) -> bool:
    try:
        number = float(text)
    except ValueError:
        return False
    return abs(number) < EXACT or not text.strip("+-").isdigit()


def _value(column: dict[str, Any], value: Any) -> Any:
    dtype = DTYPES[column["dataType"]]
    if value is None or (value == "" and dtype == pl.Float64):
        return None
    if dtype == pl.Float64:
        return float(value)
    return int(value) if dtype == pl.Int64 else value


def write_dataset_json(dataset: Dataset, path: Path, *, study: str = "", created: datetime | None = None) -> None:
    """Write Dataset-JSON v1.1; every value comes back as it was, an empty text as none.

    `created` is the time that the file says it was made; now, when it is not given. Raises InputProblems for a number
    that JSON does not have (infinite, or not a number), and for a whole number that a double does not hold.
    """
    if problems := tuple(_unwritable(dataset, path)):
        raise InputProblems(problems)
    moment = (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    columns = [_column(dataset, name, kind) for name, kind in dataset.frame.schema.items()]
    said: dict[str, Any] = {
        "datasetJSONCreationDateTime": moment,
        "datasetJSONVersion": VERSION,
        "fileOID": f"remission.{dataset.name}",
        "originator": "Remission",
        "sourceSystem": {"name": "remission", "version": version("remission")},
        "studyOID": study,
        "metaDataVersionOID": f"MDV.{study}",
        "itemGroupOID": f"IG.{dataset.name}",
        "records": dataset.frame.height,
        "name": dataset.name,
        "label": dataset.label,
        "columns": columns,
    }
    texts = [pl.col(name).cast(pl.String) for name, kind in dataset.frame.schema.items() if kind == pl.Date]
    rows = [list(row) for row in dataset.frame.with_columns(texts).iter_rows()]
    with write_whole(path) as new:
        if path.suffix.lower() == ".ndjson":
            lines = [json.dumps(line, ensure_ascii=False, allow_nan=False) for line in (said, *rows)]
            new.write_text("\n".join(lines) + "\n", encoding="utf-8")
        else:
            new.write_text(json.dumps(said | {"rows": rows}, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def _unwritable(dataset: Dataset, path: Path) -> Iterator[Problem]:
    for name, kind in dataset.frame.schema.items():
        values = dataset.frame[name]
        if kind.is_float() and not values.is_finite().all():
            what, advice = "a number that is not finite", "Correct it: JSON has no such number."
            yield Problem.at_key(path.name, name, found=what, allowed="finite numbers", do=advice)
        if kind.is_integer() and (values.cast(pl.Float64).abs() >= EXACT).any():
            what, allowed = "a whole number of 2 ** 53 or more", "smaller ones, which every program reads exactly"
            yield Problem.at_key(path.name, name, found=what, allowed=allowed, do="Write it as a text.")


def _column(dataset: Dataset, name: str, kind: pl.DataType) -> dict[str, Any]:
    label = dataset.labels.get(name, name)
    column: dict[str, Any] = {"itemOID": f"IT.{dataset.name}.{name}", "name": name, "label": label}
    if kind == pl.Date:
        return column | {"dataType": "date", "targetDataType": "integer", "displayFormat": "E8601DA."}
    if kind == pl.Boolean:
        return column | {"dataType": "boolean"}
    if kind.is_numeric():
        return column | {"dataType": "integer" if kind.is_integer() else "double"}
    longest = max((len(text) for text in dataset.frame[name].drop_nulls()), default=1)
    return column | {"dataType": "string", "length": max(longest, 1)}
