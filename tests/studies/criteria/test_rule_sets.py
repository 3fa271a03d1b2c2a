"""The rule sets of the library: each row that was read is carried or explained, and a file dropped in is a set."""

from __future__ import annotations

import csv
import shutil
from math import prod
from pathlib import Path

import pytest

from criteria_facts import NOTHING_BUT_A_SCAN, fact_sets
from made_up.plain_criteria import fits, named, plain_decisive, plain_set, plain_to_know, possible
from reading_ease import school_grade
from remission.inputs.problems import InputProblems
from remission.library import catalogue
from remission.library.catalogue import LIBRARY, NotInLibrary, library_files
from remission.studies.criteria.check import judge, judge_all
from remission.studies.criteria.exported import exported
from remission.studies.criteria.facts import vocabulary
from remission.studies.criteria.load import chosen_rule_sets, load_rule_sets, read_rule_sets
from remission.studies.criteria.refusals import refusals
from remission.studies.criteria.rules import KINDS, RuleSet
from remission.studies.criteria.telling import MET_MEANS, PURPOSE
from remission.studies.load import load_studies
from remission.studies.study import SHOWABLE

ROWS = Path(__file__).parents[4] / "shared/facts/evidence/eligibility.csv"
# The rule set of the library that carries the rows of one name.
CARRIED = {
    "ECTRIMS-EBMT 2025": "ectrims-ebmt-2025",
    "EBMT 2020 (Sharrack)": "ebmt-2020",
    "EBMT OMST categories": "ebmt-omst",
    "UK NHS London and Sheffield": "uk-nhs-london-sheffield",
    "UK NHS Pan-London": "uk-nhs-pan-london",
    "London AHSCT group 2016": "london-2016",
    "SHTG Scotland 2019": "shtg-scotland-2019",
    "ASTCT/ASBMT 2019 (Cohen)": "astct-2019",
    "NMSS 2021 (Miller)": "nmss-2021",
    "HALT-MS": "halt-ms",
    "MS BMT Canada": "ms-bmt-canada",
    "ASTIMS": "astims",
    "MIST (Northwestern)": "mist",
    "BEAT-MS": "beat-ms",
    "RAM-MS": "ram-ms",
    "StarMS": "starms",
    "HSCT Mexico (commercial)": "hsct-mexico",
    "Pirogov Moscow (commercial)": "pirogov-moscow",
    "Israel clinics": "israel-clinics",
    "NHS England policy B04/P/a": "nhs-england-b04",
    "Norway 2015-2018": "norway-2015",
    "COAST (Germany)": "coast",
}
# Rows that one criterion carries with others, by the name of that criterion.
TOGETHER = {
    ("StarMS", "or_rapidly_evolving_severe_naive"): "activity-12mo-on-dmt",
    ("StarMS", "res_definition"): "activity-12mo-on-dmt",
}
# What is no criterion of whom anybody takes.
ENDPOINTS = ("HALT-MS endpoint", "MIST endpoint", "Muraro 2017 endpoint", "UK series endpoint")
EMPTY = ("NET-MS",)


def rows() -> list[dict[str, str]]:
    if not ROWS.is_file():
        pytest.skip("the rows from which the rule sets were made are not there")
    with ROWS.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def names_in(one: RuleSet) -> list[str]:
    return [*(each.name for each in one.criteria), *(note.name for note in one.notes)]


def test_every_row_that_was_read_is_carried_or_explained() -> None:
    told = {one.name: set(names_in(one)) for one in load_rule_sets()}
    found = rows()
    assert len(found) == 94
    lost = [
        (row["rule_set"], row["criterion"])
        for row in found
        if row["rule_set"] not in (*ENDPOINTS, *EMPTY)
        and TOGETHER.get((row["rule_set"], row["criterion"]), row["criterion"].replace("_", "-"))
        not in told[CARRIED[row["rule_set"]]]
    ]
    assert lost == []
    assert {row["rule_set"] for row in found} == {*CARRIED, *ENDPOINTS, *EMPTY}


def test_nothing_is_in_the_library_that_no_row_says() -> None:
    """But for the words that the rest could not be read, what follows from a row that was split, and its siblings."""
    split = {
        ("halt-ms", "disease-duration"), ("halt-ms", "t2"), ("ms-bmt-canada", "failed-drug"),
        ("astims", "edss-increase"), ("shtg-scotland-2019", "activity"), ("astct-2019", "high-efficacy"),
        ("shtg-scotland-2019", "failed-high-efficacy-dmt"), ("coast", "after-dmt-start"),
        ("uk-nhs-pan-london", "only-group"),
    }  # fmt: skip
    said = {
        (CARRIED[row["rule_set"]], row["criterion"].replace("_", "-")) for row in rows() if row["rule_set"] in CARRIED
    }
    have = {(one.name, name) for one in load_rule_sets() for name in names_in(one) if name != "rest"}
    assert have - said == split


def test_every_bound_of_a_row_stands_in_its_criterion() -> None:
    """Row by row: the numbers of simple rows are those of the file, and their ends are in or out as there."""
    names = {"age": "age", "edss": "edss"}
    ends = {"<": "below", "<=": "at_most", ">=": "at_least"}
    compared = 0
    for row in rows():
        if row["rule_set"] not in CARRIED or row["criterion"] not in names or row["operator"] == "any":
            continue
        low, _, high = row["value"].partition("-")
        asked = {"at_least": float(low), "at_most": float(high)} if high else {ends[row["operator"]]: float(low)}
        (criterion,) = [
            one for one in chosen_rule_sets(CARRIED[row["rule_set"]])[0].criteria if one.name == row["criterion"]
        ]
        assert {"fact": names[row["criterion"]], **asked} in [
            *criterion.readings_said,
            *parts(criterion.readings_said),
        ], row
        compared += 1
    assert compared >= 25


def parts(said: object) -> list[object]:
    """Every table in some tables."""
    if isinstance(said, dict):
        return [said, *(one for value in said.values() for one in parts(value))]
    return [one for each in said for one in parts(each)] if isinstance(said, list | tuple) else []


def test_there_are_22_of_four_kinds_by_kind_and_name() -> None:
    sets = load_rule_sets()
    assert len(sets) == len(library_files("criteria", ".toml")) == 22
    assert [(KINDS.index(one.kind), one.name) for one in sets] == sorted(
        (KINDS.index(one.kind), one.name) for one in sets
    )
    assert {one.kind for one in sets} == set(KINDS)


def test_every_set_and_criterion_has_a_source_that_may_be_shown_and_a_place_in_it() -> None:
    for one in load_rule_sets():
        assert one.source, one.name
        assert one.locus, one.name
        assert {one.status, *(each.status for each in one.criteria), *(note.status for note in one.notes)} <= set(
            SHOWABLE
        )
        assert not one.study or load_studies().of_name(one.study)
        if one.kind == "trial" and one.study and (trial := load_studies().of_name(one.study).trial):
            assert one.open == trial.recruiting, one.name


def test_every_fact_is_asked_by_some_rule_and_asks_a_question() -> None:
    asked = {name for one in exported()["sets"] for name in named(one["criteria"], "fact")}
    assert asked == set(vocabulary().by_name)
    for fact in vocabulary().every:
        assert fact.asks.endswith("?"), fact.name
        assert not fact.never_more_than or fact.never_more_than in vocabulary().by_name


def test_published_refusals_name_a_rule_set_that_there_is() -> None:
    names = {one.name for one in load_rule_sets()}
    assert len(refusals()) >= 4
    assert all(one.rule_set in names | {""} and one.source for one in refusals())


PLANTED = """\
name = "planted"
title = "A set that only this test has"
kind = "centre"
dated = "2031"
open = "yes"
source = "nowhere"
status = "unverified"
locus = "page 1"

[[criteria]]
name = "age"
says = "at least 18 years"
readings = [{ fact = "age", at_least = 18 }]
"""


def test_a_file_dropped_in_is_a_set_and_an_absent_bound_is_no_bound(tmp_path: Path) -> None:
    path = tmp_path / "planted.toml"
    path.write_text(PLANTED, encoding="utf-8")
    (planted,) = read_rule_sets([path])
    assert judge(planted, {"age": 120}).value == "met"
    assert judge(planted, {"age": 17, "edss": 0}).value == "not met"
    assert judge(planted, {"edss": 0}).to_know == ("age",)


def test_what_says_nothing_of_how_far_it_was_checked_was_checked_as_far_as_its_set(tmp_path: Path) -> None:
    path = tmp_path / "planted.toml"
    beside = '\n[[notes]]\nname = "more"\nsays = "More."\n'
    path.write_text(PLANTED.replace('"unverified"', '"secondary"') + beside, encoding="utf-8")
    (planted,) = read_rule_sets([path])
    assert [planted.criteria[0].status, planted.notes[0].status] == ["secondary", "secondary"]


SECOND_HAND = ("as summed up at", "mssociety.org.uk", "wordpress.com", "hsctstopsms.com")


def test_rules_that_others_told_are_second_hand() -> None:
    """Verified is what was read in the rules' own paper, register or page, or in an official answer."""
    own = "halt-ms.org/eligibility"
    for one in load_rule_sets():
        if any(sign in one.source for sign in SECOND_HAND) or (own in one.source and one.name != "halt-ms"):
            assert one.status == "secondary", one.name
        for each in one.criteria:
            if not each.source:
                assert each.status == one.status, (one.name, each.name)


def test_a_set_is_confirmed_on_a_day_only_where_all_of_its_rows_were_read_on_noted_days() -> None:
    noted: dict[str, list[str]] = {}
    for row in rows():
        if row["rule_set"] in CARRIED:
            noted.setdefault(CARRIED[row["rule_set"]], []).append(row["verified_on"])
    for one in load_rule_sets():
        days = noted[one.name]
        assert (one.last_confirmed.isoformat() if one.last_confirmed else "") == ("" if "" in days else min(days)), one


def test_a_file_in_the_folder_of_the_library_is_found_by_walking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A copy of the folder: other tests read the library at the same time.
    shutil.copytree(LIBRARY / "criteria", tmp_path / "criteria")
    vocabulary()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(catalogue, "LIBRARY", tmp_path)
            (tmp_path / "criteria" / "planted.toml").write_text(PLANTED, encoding="utf-8")
            load_rule_sets.cache_clear()
            assert "planted" in {one.name for one in load_rule_sets()}
            assert len(judge_all({})) == 23
    finally:
        load_rule_sets.cache_clear()
    assert len(load_rule_sets()) == 22


def spoilt(text: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "planted.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        read_rule_sets([path])
    return [f"{one.column}: {one.found}" for one in caught.value.problems]


@pytest.mark.parametrize(
    ("reading", "problem"),
    [
        ('{ fact = "agee", at_least = 18 }', "criteria[1].readings[1].fact: agee"),
        ('{ fact = "age" }', "criteria[1].readings[1]: no bound"),
        ('{ fact = "age", at_least = 180 }', "criteria[1].readings[1].at_least: 180"),
        ('{ fact = "age", at_least = 30, below = 30 }', "criteria[1].readings[1]: at_least 30, below 30"),
        ('{ fact = "age", is = true }', "criteria[1].readings[1]: is"),
        ('{ fact = "course", one_of = ["RRSM"] }', "criteria[1].readings[1].one_of: RRSM"),
        ('{ fact = "can_transfer", at_least = 1 }', "criteria[1].readings[1]: at_least"),
        ("{ any = [] }", "criteria[1].readings[1]: any"),
        ('{ all = [], not_decided = "Is it?" }', "criteria[1].readings[1].not_decided: a second form"),
        ('{ not = { fact = "agee", at_least = 18 } }', "criteria[1].readings[1].not.fact: agee"),
        ("3", "criteria[1].readings[1]: 3"),
        ("{ all = [] }, { all = [] }", "criteria[1].raw: nothing"),
    ],
)
def test_a_reading_that_cannot_be_meant_is_refused_by_its_place(reading: str, problem: str, tmp_path: Path) -> None:
    assert spoilt(PLANTED.replace('{ fact = "age", at_least = 18 }', reading), tmp_path) == [problem]


def test_a_set_that_asks_for_nothing_is_refused_for_everybody_would_meet_it(tmp_path: Path) -> None:
    assert spoilt(PLANTED.replace("says =", 'strength = "ideal"\nsays ='), tmp_path) == [
        "criteria: none that must be so"
    ]


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    assert (
        len(
            spoilt(
                PLANTED.replace('"age", at_least = 18', '"agee", at_least = 18') + PLANTED.partition("\n\n")[2],
                tmp_path,
            )
        )
        == 2
    )


def test_a_set_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(NotInLibrary, match=r"no rule set called ram; there are: .* Did you mean ram-ms"):
        chosen_rule_sets("ram")


def test_the_5000_sets_of_facts_are_different_possible_and_the_same_every_time() -> None:
    sets = fact_sets()
    assert len(sets) == len({tuple(one.items()) for one in sets}) == 5000
    assert sets == fact_sets()
    assert all(fits(one, vocabulary()) for one in sets)
    assert sets[0] == {}
    assert NOTHING_BUT_A_SCAN in sets


def test_what_the_library_says_is_what_the_long_way_says() -> None:
    """And what decides, where not too many subsets would have to be tried."""
    for given in fact_sets()[::250]:
        for one in load_rule_sets():
            asked = [each.readings_said for each in one.hard]
            verdict = judge(one, given)
            assert verdict.value == plain_set(asked, given, vocabulary()), (one.name, given)
            mine = {name: given[name] for name in given if name in related(asked)}
            if len(mine) <= 4:
                assert {frozenset(way) for way in verdict.decisive} == plain_decisive(asked, mine, vocabulary())


def related(asked: object) -> set[str]:
    names = set(named(asked, "fact"))
    return names | {other for name in names for other in (*vocabulary().smaller[name], *vocabulary().larger[name])}


def test_what_is_to_know_is_what_the_long_way_finds_where_little_is_unknown() -> None:
    compared = 0
    for given in fact_sets()[::60]:
        for one in load_rule_sets():
            asked = [each.readings_said for each in one.hard]
            unknown = set(named(asked, "fact")) - set(given)
            ways = prod(len(possible(name, given, vocabulary())) for name in unknown)
            if 1 < ways <= 300:
                assert set(judge(one, given).to_know) == plain_to_know(asked, given, vocabulary()), (one.name, given)
                compared += 1
    assert compared > 30


def test_no_set_of_the_library_is_unknown_for_the_weakness_of_the_logic() -> None:
    """An unknown answer has a fact to know, a question that no fact decides, or a text with two ways to read it."""
    for given in fact_sets()[::50]:
        for verdict in judge_all(given):
            if verdict.value == "unknown":
                assert verdict.to_know or verdict.still_open or verdict.ambiguous, (verdict.rule_set.name, given)


def test_what_people_read_has_a_school_grade_of_at_most_8() -> None:
    asked = [one.asks for one in vocabulary().every]
    told = [f"{each.says}. {each.raw}" for one in load_rule_sets() for each in one.criteria]
    open_ones = {said for one in exported()["sets"] for said in named(one["criteria"], "not_decided")}
    for some in (asked, told, sorted(open_ones), [PURPOSE, MET_MEANS], [f"{one.says} {one.why}" for one in refusals()]):
        assert school_grade("\n".join(some)) <= 8
