"""The vocabulary of therapies is usable as one, and every line says where it comes from."""

from __future__ import annotations

import pytest

from remission.library.catalogue import LIBRARY, NotInLibrary, cohort_folder, cohort_names, library_files, therapies


def test_a_name_stands_once_and_in_lower_case() -> None:
    lines = (LIBRARY / "therapies.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) - 1 == len(therapies())
    assert [name for name in therapies() if name != name.lower().strip()] == []


def test_every_therapy_has_a_kind_and_a_source() -> None:
    assert {therapy.kind for therapy in therapies().values()} == {"continuous", "course", "procedure"}
    assert [therapy.name for therapy in therapies().values() if not therapy.source or not therapy.group] == []


def test_transplantation_is_called_hsct() -> None:
    assert therapies()["hsct"].kind == "procedure"


def test_an_unknown_cohort_is_named_with_those_there_are() -> None:
    with pytest.raises(NotInLibrary, match=r"no bundled cohort called halt-mss; there are: .*Did you mean halt-ms\?"):
        cohort_folder("halt-mss")


def test_files_are_found_by_walking_the_folder() -> None:
    assert (cohort_folder("halt-ms") / "cohort.toml").is_file()
    assert "halt-ms" in cohort_names()
    assert [path.suffix for path in library_files("endpoints", ".toml")] != []
    assert library_files("endpoints", ".nothing") == ()
