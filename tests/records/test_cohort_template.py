"""The template is complete, explains itself, and is a good cohort once the person has filled it."""

from __future__ import annotations

from pathlib import Path

import pytest

from remission.records.files import check_cohort, load_cohort
from remission.records.manifest_keys import COVARIATE_KEYS, KEYS, SOURCE_KEYS
from remission.records.schema import SCHEMA
from remission.records.template import DICTIONARY, data_dictionary, manifest_template, write_template


def filled(folder: Path) -> Path:
    write_template(folder)
    manifest = folder / "cohort.toml"
    manifest.write_text(manifest.read_text().replace('kind = ""', 'kind = "observed"'))
    return folder


def test_a_filled_template_is_a_cohort_in_which_nobody_is(tmp_path: Path) -> None:
    assert [str(problem) for problem in check_cohort(filled(tmp_path), therapies=())] == [
        "observed.csv: found no row: nobody was looking; allowed: when somebody was looking. "
        "Fill it, or remove it and take observed out of collected in cohort.toml: then it is derived.",
        "subjects.csv: found no subject; allowed: one row a subject. Add the subjects.",
    ]
    assert load_cohort(tmp_path, therapies=()).subjects.height == 0


def test_the_kind_must_be_said_by_the_person(tmp_path: Path) -> None:
    write_template(tmp_path)
    problems = check_cohort(tmp_path, therapies=())
    assert [problem.column for problem in problems if problem.severity == "error"] == ["kind"]


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("mine")
    with pytest.raises(FileExistsError, match=r"already holds visits\.csv; choose a folder without them"):
        write_template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["visits.csv"]


@pytest.mark.parametrize("key", [*KEYS, *SOURCE_KEYS, *COVARIATE_KEYS])
def test_the_manifest_template_explains_every_key(key: object) -> None:
    nested = getattr(key, "name") in ("covariates", "sources")  # noqa: B009 - the three lists are of one type
    assert nested or f"# {getattr(key, 'meaning')}." in manifest_template()  # noqa: B009


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
