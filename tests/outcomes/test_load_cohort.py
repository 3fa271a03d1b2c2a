"""A cohort by folder or by bundled name."""

from __future__ import annotations

from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.library.catalogue import brands, cohort_folder, cohort_names, therapies
from remission.outcomes.load import check_cohort, find_cohort, load_cohort, write_template

MANIFEST = """\
name = "mine"
title = "Mine"
kind = "simulated"
day_zero = "start"
time = "days"
collected = ["subjects", "treatments"]
licence = "MIT"
"""


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
    (tmp_path / "cohort.toml").write_text(MANIFEST)
    (tmp_path / "subjects.csv").write_text("subject_id,entered\nS1,yes\n")
    (tmp_path / "treatments.csv").write_text(
        "subject_id,row_id,therapy,start_day\nS1,T1,hsct,0\nS1,T2,hst,0\nS1,T3,Tysabri,0\n"
    )
    place, allowed = "treatments.csv, row {}, column therapy: found", "allowed: a name in the therapies list."
    assert [str(problem) for problem in check_cohort(tmp_path)] == [
        f"{place.format(3)} hst; {allowed} Did you mean hsct?",
        f"{place.format(4)} Tysabri; {allowed} Did you mean natalizumab (Tysabri is a brand of it)?",
    ]


def test_the_template_lists_every_therapy_of_the_library(tmp_path: Path) -> None:
    write_template(tmp_path)
    dictionary = (tmp_path / "data-dictionary.md").read_text()
    assert [
        name for name in therapies() if f"| {name} | {', '.join(therapies()[name].brands)} |" not in dictionary
    ] == []
    assert "| natalizumab | Tysabri, Tyruko |" in dictionary


def test_no_brand_is_of_two_therapies_or_a_therapy_itself() -> None:
    written = [brand for therapy in therapies().values() for brand in therapy.brands]
    assert sorted(written) == sorted(brands())
    assert not brands().keys() & therapies().keys()


def test_it_names_the_bundled_cohorts_when_it_finds_none() -> None:
    (problem,) = check_cohort("halt")
    assert str(problem) == (
        "halt: found no such folder; allowed: a folder with a cohort.toml, or a bundled cohort: "
        f"{', '.join(cohort_names())}. Did you mean halt-ms?"
    )
    with pytest.raises(InputProblems):
        load_cohort("halt")
