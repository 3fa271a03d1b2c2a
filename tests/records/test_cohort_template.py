"""The template is complete, explains itself, and is a good cohort once the person has filled it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from remission.inputs.declared import Key, keys_of
from remission.inputs.problems import InputProblems
from remission.inputs.provenance import Source
from remission.records.cohort import Covariate, Manifest
from remission.records.files.folder import check_cohort, load_cohort
from remission.records.files.template import data_dictionary, manifest_template, write_template
from remission.records.schema import DICTIONARY, SCHEMA

EVENTS = tuple(table.name for table in SCHEMA if not table.collected_by_default)


def filled(folder: Path, *collected: str) -> Path:
    """The template after its person has said the kind and named the tables, and removed the others."""
    write_template(folder)
    manifest = folder / "cohort.toml"
    said = manifest.read_text().replace('kind = ""', 'kind = "observed"')
    manifest.write_text(said.replace('["subjects"]\n', json.dumps(["subjects", *collected]) + "\n"))
    for name in set(EVENTS) - set(collected):
        (folder / f"{name}.csv").unlink()
    return folder


def test_a_filled_template_is_a_cohort_in_which_nobody_is(tmp_path: Path) -> None:
    assert [str(problem) for problem in check_cohort(filled(tmp_path, "observed", "scans"), therapies=())] == [
        "observed.csv: found no row: nobody was looking; allowed: when somebody was looking. "
        "Fill it, or remove it and take observed out of collected in cohort.toml: then it is derived.",
        "scans.csv: found no row; allowed: rows, or none if nobody had one. Collected and empty means that nobody had "
        "one: if nobody asked, take scans out of collected in cohort.toml.",
        "subjects.csv: found no subject; allowed: one row a subject. Add the subjects.",
    ]
    assert load_cohort(tmp_path, therapies=()).subjects.height == 0


def test_the_kind_and_what_was_collected_must_be_said_by_the_person(tmp_path: Path) -> None:
    write_template(tmp_path)
    problems = [problem for problem in check_cohort(tmp_path, therapies=()) if problem.severity == "error"]
    assert {(problem.file, problem.column) for problem in problems} == {
        ("cohort.toml", "kind"),
        *((f"{name}.csv", None) for name in EVENTS),
    }
    assert "an empty table that is named makes everybody free" in manifest_template().casefold()


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("mine")
    with pytest.raises(InputProblems) as refused:
        write_template(tmp_path)
    assert refused.value.report() == (
        f"{tmp_path}: found a folder that already holds visits.csv; allowed: a new or empty folder. "
        "Choose another folder: records are never overwritten."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["visits.csv"]


@pytest.mark.parametrize("key", [key for kind in (Manifest, Source, Covariate) for key in keys_of(kind)])
def test_the_manifest_template_explains_every_key(key: Key) -> None:
    assert key.meaning
    assert key.name in ("covariates", "sources") or f"# {key.meaning}." in manifest_template()


@pytest.mark.parametrize("table", SCHEMA, ids=lambda table: table.name)
def test_the_dictionary_has_every_column_with_what_is_allowed(table: object, tmp_path: Path) -> None:
    write_template(tmp_path)
    text = (tmp_path / DICTIONARY).read_text()
    assert text == data_dictionary()
    assert f"## {table.name}\n" in text  # type: ignore[attr-defined]
    section = text.split(f"## {table.name}\n")[1].split("\n## ")[0]  # type: ignore[attr-defined]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][1:]
    assert [(row[0].strip("*"), row[-2].strip(), row[-1]) for row in rows] == [
        (column.name, column.allowed, column.meaning)
        for column in table.columns  # type: ignore[attr-defined]
    ]


def test_the_dictionary_lists_the_names_of_therapies_and_their_brands() -> None:
    lines = data_dictionary({"natalizumab": ("Tysabri", "Tyruko"), "hsct": ()}).splitlines()
    assert {"| natalizumab | Tysabri, Tyruko |", "| hsct |  |"} <= set(lines)
