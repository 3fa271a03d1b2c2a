"""Measures are files, read strictly: what is counted, over what, for which question; and all problems at once."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from made_up.trusts import MEDICINES
from remission.inputs.problems import InputProblems
from remission.inputs.strict_records import read_toml
from remission.library.catalogue import NotInLibrary, library_files
from remission.supply.measures.definitions import Measure, library_measures, load_measure, load_measures, read_measures
from remission.supply.medicines.medicines import library_medicines

FILES = {path.stem: path for path in library_files("measures", ".toml")}


def counted(measure: Measure) -> set[str]:
    return {one.therapy for one in library_medicines() if measure.numerator.covers(one)}


def test_every_file_of_the_library_is_a_measure_for_made_up_medicines_too() -> None:
    assert len(FILES) >= 10
    for path in FILES.values():
        for measure in load_measures(path, MEDICINES):
            assert measure.direction == "neither"
            assert measure.question.endswith("?")
            assert "{" not in measure.name + measure.title + measure.question + measure.note + measure.why


def test_ofatumumab_is_no_first_line_injectable() -> None:
    assert counted(load_measure("injectables")) == {
        "interferon beta-1a im",
        "interferon beta-1a sc",
        "interferon beta-1b",
        "peginterferon beta-1a",
        "glatiramer acetate",
    }


def test_natalizumab_under_the_skin_is_counted_over_natalizumab_alone() -> None:
    measure = load_measure("subcutaneous-natalizumab")
    assert counted(measure) == {"natalizumab"}
    over = [one for one in library_medicines() if measure.denominator.covers(one)]
    assert {one.therapy for one in over} == {"natalizumab"}
    assert {one.route_group for one in over if measure.numerator.covers(one)} == {"injection_hcp"}
    assert len({one.route_group for one in over}) == 2


def test_one_file_is_a_measure_for_each_therapy_and_starts_only_where_there_is_a_pack() -> None:
    names = set(library_measures())
    therapies = {one.therapy for one in library_medicines() if one.withdrawn is None}
    assert {f"share-{name.replace(' ', '-')}" for name in therapies} <= names
    starts = {measure.therapy for measure in library_measures().values() if measure.kind == "starts"}
    assert starts == {one.therapy for one in library_medicines() if one.use in ("titration", "both")}
    assert "ocrelizumab" not in starts


def test_everything_wrong_in_a_file_is_said_at_once() -> None:
    written = copy.deepcopy(read_toml(FILES["injectables"]))
    written |= {"kind": "shares", "least_patient_years": -1, "direction": "higher is better", "whi": written.pop("why")}
    written["numerator"] |= {"therapy": ["glatiramer"], "tier": "moderate", "class": ["interferon beta"]}
    written["sources"][0]["status"] = "sure"
    with pytest.raises(InputProblems) as raised:
        read_measures(written, "mine.toml", MEDICINES)
    found = {problem.column for problem in raised.value.problems}
    assert found >= {"kind", "least_patient_years", "direction", "why", "whi", "sources[1].status"}
    assert found >= {"numerator.therapy", "numerator.tier", "numerator.class"}
    assert "Did you mean glatiramer acetate?" in raised.value.report()


def test_a_part_that_is_not_in_its_whole_is_refused() -> None:
    written = read_toml(FILES["injectables"]) | {"denominator": {"route_group": ["oral"]}}
    with pytest.raises(InputProblems) as raised:
        read_measures(written, "mine.toml", MEDICINES)
    assert [problem.column for problem in raised.value.problems] == ["numerator"]


def test_a_total_has_no_denominator_of_its_own() -> None:
    written = read_toml(FILES["volume"]) | {"denominator": {"route_group": ["oral"]}}
    with pytest.raises(InputProblems, match="1 problem"):
        read_measures(written, "mine.toml", MEDICINES)


def test_persons_expected_lie_between_their_bounds() -> None:
    written = copy.deepcopy(read_toml(FILES["issued-per-expected"]))
    written["expected"]["people"] = 90_000
    with pytest.raises(InputProblems) as raised:
        read_measures(written, "mine.toml", MEDICINES)
    assert [problem.column for problem in raised.value.problems] == ["expected.people"]


def test_an_unknown_measure_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotInLibrary, match="Did you mean injectables"):
        load_measure("injectable")
