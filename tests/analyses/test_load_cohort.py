"""A cohort by folder or by bundled name."""

from __future__ import annotations

from pathlib import Path

import pytest

from remission.analyses.load import check_cohort, find_cohort, load_cohort
from remission.library.catalogue import cohort_folder, cohort_names
from remission.records.problems import InputProblems
from remission.records.template import write_template


def test_a_bundled_name_comes_before_a_folder_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "halt-ms").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_cohort("halt-ms") == cohort_folder("halt-ms")
    assert find_cohort("./halt-ms") == Path("halt-ms")


@pytest.mark.parametrize("name", cohort_names())
def test_every_bundled_cohort_loads(name: str) -> None:
    assert [problem for problem in check_cohort(name) if problem.severity == "error"] == []
    assert load_cohort(name).manifest.name == name


def test_it_knows_the_therapies_of_the_library(tmp_path: Path) -> None:
    write_template(tmp_path)
    manifest = tmp_path / "cohort.toml"
    manifest.write_text(manifest.read_text().replace('kind = ""', 'kind = "simulated"'))
    (tmp_path / "subjects.csv").write_text("subject_id,entered\nS1,yes\n")
    (tmp_path / "treatments.csv").write_text("subject_id,row_id,therapy,start_day\nS1,T1,hsct,0\nS1,T2,hst,0\n")
    assert [str(problem) for problem in check_cohort(tmp_path) if problem.severity == "error"] == [
        "treatments.csv, row 3, column therapy: found hst; allowed: a name in the therapies list. Did you mean hsct?"
    ]


def test_it_names_the_bundled_cohorts_when_it_finds_none() -> None:
    (problem,) = check_cohort("halt")
    assert str(problem) == (
        "halt: found no such folder; allowed: a folder with a cohort.toml, or a bundled cohort: "
        f"{', '.join(cohort_names())}. Did you mean halt-ms?"
    )
    with pytest.raises(InputProblems):
        load_cohort("halt")
