"""A dataset that cannot be read is a problem of its own, whatever broke its reader, and stops no other."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from remission.cdisc.folder import read_datasets

COLUMNS = {"USUBJID": "string", "AGE": "integer", "WEIGHT": "double", "DOSE": "decimal"}
GOOD: dict[str, Any] = {
    "datasetJSONCreationDateTime": "2026-01-01T00:00:00Z",
    "datasetJSONVersion": "1.1.0",
    "itemGroupOID": "IG.DM",
    "records": 1,
    "name": "DM",
    "label": "Demographics",
    "columns": [{"itemOID": name, "name": name, "label": name, "dataType": kind} for name, kind in COLUMNS.items()],
    "rows": [["S1", 40, 61.5, "2.5"]],
}


def cell(place: int, value: object) -> str:
    return json.dumps(GOOD | {"rows": [[*GOOD["rows"][0][:place], value, *GOOD["rows"][0][place + 1 :]]]})


BROKEN = {
    "half a letter in a text": (cell(0, "S\ud800"), "found half a letter"),
    "a number longer than a column": (cell(1, 2**63), "row 1, column AGE: found 9.223372036854776e+18"),
    "a number of 400 digits": (cell(2, 10**400), "row 1, column WEIGHT: found inf"),
    "a number beyond all": (cell(2, 0.5).replace("0.5", "1e999"), "row 1, column WEIGHT: found inf"),
    "no number": (cell(2, float("nan")), "JSON has no number NaN"),
    "a number of 5,000 digits": (cell(1, 0).replace("0,", "9" * 5_000 + ","), "found inf"),
    "lists without end": ("[" * 100_000, "in each other too deep"),
    "a list that is deep and whole": (cell(0, None).replace("null", "[" * 600 + "]" * 600), "column USUBJID: found"),
    "a name that is a list": (json.dumps(GOOD | {"name": ["DM"]}), "column name: found ['DM']; allowed: text"),
    "a label that is a number": (json.dumps(GOOD | {"label": 1}), "column label: found 1; allowed: text"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("ending", ["json", "ndjson"])
def test_broken_dataset_json_is_told_in_words(tmp_path: Path, name: str, ending: str) -> None:
    content, said = BROKEN[name]
    if ending == "ndjson" and content.startswith("{"):
        metadata, _, rows = content.partition(', "rows": [')
        content = metadata + "}\n" + rows[:-2] + "\n"
    (tmp_path / f"dm.{ending}").write_text(content)
    read = read_datasets(tmp_path)
    assert read.datasets == ()
    assert len(read.problems) == 1
    assert said in str(read.problems[0])


def test_the_one_that_was_broken_above_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "dm.json").write_text(json.dumps(GOOD | {"label": None}))
    read = read_datasets(tmp_path)
    assert read.problems == ()
    assert read.datasets[0].frame.row(0) == ("S1", 40, 61.5, 2.5)


@pytest.mark.parametrize("ending", ["json", "xpt"])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_named_and_not_waited_for(
    tmp_path: Path, ending: str, make: Callable[[Path], object]
) -> None:
    make(tmp_path / f"ae.{ending}")
    (tmp_path / "dm.ndjson").write_text("\n".join(json.dumps(one) for one in (GOOD, *GOOD["rows"])))
    read = read_datasets(tmp_path)
    assert [one.domain for one in read.datasets] == ["DM"]
    assert [problem.file for problem in read.problems] == [f"ae.{ending}"]
