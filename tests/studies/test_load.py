"""The study library reads whole, and a file with mistakes is told of all of them at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from made_up.studies import series, together, write_series
from remission.inputs.problems import InputProblems
from remission.library.catalogue import LIBRARY, NotInLibrary, therapies
from remission.studies.load import load_studies, read_studies
from remission.studies.quantities import quantities

LIBRARY_STUDIES = load_studies()


def test_every_file_is_a_study_and_every_study_is_read_once() -> None:
    files = sorted(path.stem for path in (LIBRARY / "studies").glob("*.toml"))
    assert [one.name for one in LIBRARY_STUDIES.every] == files
    assert len(files) >= 56


def test_what_the_library_names_is_there() -> None:
    endpoints = {path.stem for path in (LIBRARY / "endpoints").glob("*.toml")}
    for study in LIBRARY_STUDIES.every:
        arms = {"", *(one.name for one in study.arms)}
        assert {one.therapy for one in study.arms} <= {"", *therapies()}, study.name
        assert {one.what for one in study.numbers} <= quantities().keys(), study.name
        assert {one.arm for one in study.numbers} | {one.against for one in study.numbers} <= arms, study.name
        assert {one.study for one in study.overlaps} <= LIBRARY_STUDIES.by_name.keys(), study.name
        assert {one.endpoint for one in study.definitions} <= {"", *endpoints}, study.name
        assert study.trial is None or study.trial.endpoint in {"", *endpoints}, study.name


def test_every_number_can_be_shown_and_says_where_it_was_read() -> None:
    every = list(LIBRARY_STUDIES.numbers(showable=False))
    assert len(every) == len(list(LIBRARY_STUDIES.numbers()))
    assert all(one.source and one.locus for _, one in every)
    assert Counter(one.status for _, one in every)["verified"] > 200


def test_a_number_that_nobody_checked_is_only_there_when_asked_for() -> None:
    one = series("a", 10)
    unread = replace(one, numbers=(one.numbers[0], replace(one.numbers[1], status="unverified")))
    studies = together(unread)
    assert list(studies.numbers("transplant-deaths")) == []
    assert [study.name for study, _ in studies.numbers("transplant-deaths", showable=False)] == ["a"]
    assert unread.number("transplant-deaths", "HSCT") is None


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotInLibrary, match="Did you mean halt-ms"):
        LIBRARY_STUDIES.of_name("halt-mz")


def test_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write_series(tmp_path, "good", 10)
    write_series(tmp_path, "odd", 10, more='doy = "10.1/2"\n')
    write_series(tmp_path, "named", 10).rename(tmp_path / "otherwise.toml")
    (tmp_path / "broken.toml").write_text("name = ", encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        read_studies([tmp_path])
    told = {(one.file, one.column) for one in caught.value.problems}
    assert told == {("broken.toml", None), ("odd.toml", "numbers[2].doy"), ("otherwise.toml", "name")}


def test_one_study_in_two_folders_is_told(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_series(tmp_path / folder, "same", 10)
    with pytest.raises(InputProblems) as caught:
        load_studies(tmp_path / "a", tmp_path / "b")
    assert "same a second time" in caught.value.report()


def test_a_folder_without_studies_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as caught:
        load_studies(tmp_path)
    assert "a folder without a .toml file" in caught.value.report()
    with pytest.raises(InputProblems):
        load_studies(tmp_path / "none")


def test_a_study_is_added_or_put_in_place_of_the_one_of_its_name() -> None:
    studies = together(series("a", 10), series("c", 10))
    assert [one.name for one in studies.with_study(series("b", 1)).every] == ["a", "b", "c"]
    assert studies.with_study(series("a", 99)).of_name("a").people("HSCT") == 99
    assert [one.name for one in studies.without("a").every] == ["c"]
