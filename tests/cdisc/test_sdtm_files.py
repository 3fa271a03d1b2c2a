"""Transport files and Dataset-JSON: what is kept, what is lost and told, what is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from remission.cdisc.dataset_json import read_dataset_json, write_dataset_json
from remission.cdisc.datasets import Dataset
from remission.cdisc.folder import read_dataset
from remission.cdisc.transport import LOSSES, Version, read_transport, write_transport
from remission.inputs.problems import InputProblems

FRAME = pl.DataFrame(
    {"TEXT": ["Ann\u2028\x85", None, "Zoë"], "N": [1, None, 3], "X": [0.1, 1e10, None], "FLAG": [True, None, False]}
)


def test_dataset_json_keeps_everything(tmp_path: Path) -> None:
    dataset = Dataset("QS", "Questions", FRAME, {"TEXT": "A text"})
    for ending in ("json", "ndjson"):
        path = tmp_path / f"qs.{ending}"
        write_dataset_json(dataset, path, study="T")
        back = read_dataset(path)
        assert_frame_equal(back.frame, FRAME)
        assert (back.name, back.label, back.labels["TEXT"]) == ("QS", "Questions", "A text")


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize(
    ("values", "back", "what", "only_in_5"),
    [
        ([1, None], [1.0, None], "integer", False),
        ([True, False], [1.0, 0.0], "integer", False),
        (["", "a"], [None, "a"], "empty text", False),
        (["a ", "a"], ["a", "a"], "trailing blanks", False),
        (["x" * 201], ["x" * 200], "long text", True),
        (["Zoë"], ["Zo?"], "not ASCII", True),
        ([1e-90, 1e80], [0.0, None], "number", False),
    ],
)
def test_each_loss_of_a_transport_file_is_real_and_told(
    tmp_path: Path, version: Version, values: list[Any], back: list[Any], what: str, only_in_5: bool
) -> None:
    frame = pl.DataFrame({"V": values})
    told = write_transport(Dataset("D", "", frame), tmp_path / "d.xpt", version)
    read = read_transport(tmp_path / "d.xpt").frame["V"].to_list()
    if only_in_5 and version == 8:
        assert (read, told.height) == (values, 0)
    else:
        assert read == back
        assert told["what"].to_list() == [what]


def test_nothing_but_the_listed_losses(tmp_path: Path) -> None:
    frame = pl.DataFrame({"TEXT": ["Ann", None, " b"], "X": [0.1, -1e70, None], "Y": [1 / 3, 5.0, 1e-70]})
    for version in (5, 8):
        told = write_transport(Dataset("D", "L", frame), tmp_path / "d.xpt", version)
        assert_frame_equal(read_transport(tmp_path / "d.xpt").frame, frame)
        assert not told.height
    assert set(LOSSES) == {"integer", "empty text", "trailing blanks", "long text", "not ASCII", "number"}


def test_what_a_transport_file_cannot_hold_is_refused(tmp_path: Path) -> None:
    dataset = Dataset("D", "l" * 41, pl.DataFrame({"LONGNAME9": ["a"], "B": ["a"]}), {"B": "b" * 41})
    with pytest.raises(InputProblems) as refused:
        write_transport(dataset, tmp_path / "d.xpt", 5)
    assert [problem.column for problem in refused.value.problems] == [None, "B", "LONGNAME9"]
    assert not (tmp_path / "d.xpt").exists()
    write_transport(dataset, tmp_path / "d.xpt", 8)
    long = Dataset("D", "", pl.DataFrame({"A": ["x" * 32_768]}))
    with pytest.raises(InputProblems):
        write_transport(long, tmp_path / "d.xpt", 8)


def good() -> dict[str, Any]:
    return {
        "datasetJSONCreationDateTime": "2026-01-01T00:00:00Z",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.QS",
        "records": 1,
        "name": "QS",
        "label": "Q",
        "columns": [
            {"itemOID": "IT.A", "name": "A", "label": "a", "dataType": "string"},
            {"itemOID": "IT.B", "name": "B", "label": "b", "dataType": "decimal", "targetDataType": "decimal"},
            {"itemOID": "IT.C", "name": "C", "label": "c", "dataType": "integer"},
        ],
        "rows": [["x", "1.5", 2]],
    }


def test_a_decimal_may_be_a_text(tmp_path: Path) -> None:
    (tmp_path / "qs.json").write_text(json.dumps(good()))
    assert read_dataset_json(tmp_path / "qs.json").frame.row(0) == ("x", 1.5, 2)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"label": ...}, "label"),
        ({"datasetJSONVersion": "1.0.0"}, "datasetJSONVersion"),
        ({"records": 2}, "records"),
        ({"rows": [["x", "1.5"]]}, None),
        ({"rows": [[1, "1.5", 2]]}, "A"),
        ({"rows": [["x", "a", 2]]}, "B"),
        ({"rows": [["x", "1.5", 2.5]]}, "C"),
        ({"rows": [["x", "1.5", True]]}, "C"),
        ({"rows": [["x", "1.5", 2**53]]}, "C"),
        ({"rows": [["x", "1.5", -(10**400)]]}, "C"),
        ({"rows": [["x", "1.5", 1e300]]}, "C"),
        ({"rows": [["x", str(2**53 + 1), 2]]}, "B"),
        ({"columns": [{"itemOID": "I", "name": "A", "label": "a", "dataType": "text"}], "rows": [["x"]]}, "A"),
        ({"columns": [{"name": "A", "label": "a", "dataType": "string"}], "rows": [["x"]]}, "A"),
        ({"clinicalData": {}}, None),
    ],
)
def test_a_structure_that_is_wrong_is_told(tmp_path: Path, change: dict[str, Any], column: str | None) -> None:
    said = {key: value for key, value in (good() | change).items() if value is not ...}
    (tmp_path / "qs.json").write_text(json.dumps(said))
    with pytest.raises(InputProblems) as wrong:
        read_dataset_json(tmp_path / "qs.json")
    assert [problem.column for problem in wrong.value.problems] == [column]


def test_a_whole_number_that_is_not_exact_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as refused:
        write_dataset_json(Dataset("D", "", pl.DataFrame({"A": [2**53], "B": [2**53 - 1]})), tmp_path / "d.json")
    assert [problem.column for problem in refused.value.problems] == ["A"]


def test_text_that_is_no_dataset_is_told(tmp_path: Path) -> None:
    for text in (b"{", b"[1]", b"\xff"):
        (tmp_path / "qs.json").write_bytes(text)
        with pytest.raises(InputProblems, match="1 problem"):
            read_dataset_json(tmp_path / "qs.json")
    with pytest.raises(InputProblems) as refused:
        write_dataset_json(Dataset("D", "", pl.DataFrame({"A": [float("nan")]})), tmp_path / "d.json")
    assert refused.value.problems[0].column == "A"


def test_without_pyreadstat_a_transport_file_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(InputProblems) as absent:
        read_transport(tmp_path / "d.xpt")
    assert "remission[standards]" in absent.value.problems[0].next_step
