"""What is one treatment: two sets found by walking, a file of one's own, all that is wrong in one at once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remission.inputs.problems import InputProblems
from remission.library import catalogue
from remission.library.catalogue import NotInLibrary
from remission.studies import check
from remission.studies.check import check_library
from remission.studies.league.league import make_league
from remission.studies.league.nodes import NodeSet, check_nodes, load_nodes, node_sets
from remission.studies.league.rows import BY_LOT, RELAPSING
from remission.studies.league.telling import league_words
from remission.studies.load import load_studies
from remission.studies.study import Arm

MINE = """\
name = "mine"
title = "Mine"
says = "Two nodes."

[[nodes]]
name = "placebo"
short = "P"
group = "placebo"
holds = [{ therapy = "placebo" }]

[[nodes]]
name = "pills"
short = "PILL"
group = "pill"
holds = [{ therapy = "fingolimod" }, { therapy = "cladribine", given = ["cladribine 3.5 mg/kg"] }]
"""
VALUES = ("-1", "1e400", '"text"', "true", "[]", "{}", "", '["placebo"]', '[{ therapy = "hsct" }]', '"placebo"')


def written(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def wrong(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputProblems) as caught:
        load_nodes(str(written(folder, text)))
    return [str(one) for one in caught.value.problems]


@pytest.mark.parametrize("name", node_sets())
def test_nodes_stand_by_how_they_work_and_then_by_name_after_the_reference(name: str) -> None:
    first, *others = load_nodes(name).nodes
    assert first.name == "placebo"
    keys = [(one.group.casefold(), one.name.casefold()) for one in others]
    assert keys == sorted(keys)


@pytest.mark.parametrize("name", node_sets())
def test_every_arm_of_a_trial_of_relapsing_ms_stands_at_a_node_or_is_named_with_a_reason(name: str) -> None:
    nodes = load_nodes(name)
    check_nodes(nodes, load_studies())
    arms = [
        arm
        for study in load_studies().every
        for arm in study.arms
        if study.kind in BY_LOT and arm.course in RELAPSING and arm.therapy not in ("hsct", "")
    ]
    assert len(arms) > 100
    assert [nodes.why_not(arm) for arm in arms if nodes.node_of(arm) is None and "no node" in nodes.why_not(arm)] == []


@pytest.mark.parametrize("name", node_sets())
def test_two_drugs_together_are_one_more_and_mixtures_and_transplants_join_none(name: str) -> None:
    nodes, library = load_nodes(name), load_studies()
    together, alone = library.of_name("sentinel").arms[0], library.of_name("affirm").arms[0]
    assert getattr(nodes.node_of(together), "name", "") == "natalizumab with interferon beta-1a IM"
    assert getattr(nodes.node_of(alone), "name", "") == "natalizumab"
    assert [nodes.node_of(arm) for study in ("mist", "astims") for arm in library.of_name(study).arms] == [None] * 4


def test_the_finer_set_keeps_doses_apart_that_the_coarser_puts_together() -> None:
    arms = load_studies().of_name("prisms").arms
    assert len({load_nodes("fine").node_of(arm) for arm in arms}) == 3
    assert len({load_nodes("coarse").node_of(arm) for arm in arms}) == 2


def test_a_file_of_ones_own_is_read_and_a_name_that_is_not_there_is_told(tmp_path: Path) -> None:
    mine = load_nodes(str(written(tmp_path, MINE)))
    assert isinstance(mine, NodeSet)
    assert getattr(mine.node_of(Arm("a", "fingolimod", given="any dose")), "name", "") == "pills"
    assert mine.node_of(Arm("a", "cladribine", given="another dose")) is None
    assert "no node of the set mine holds another dose" in mine.why_not(Arm("a", "cladribine", given="another dose"))
    with pytest.raises(NotInLibrary, match="coarse, fine"):
        load_nodes("finest")


def test_all_that_is_wrong_in_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = MINE.replace('name = "mine"', 'name = "yours"\nreference = "placbo"').replace('"fingolimod"', '"fingolimot"')
    text += '\n[[nodes]]\nname = "pills"\nshort = "A"\ngroup = "b"\nholds = [{ therapy = "hsct" }]\n'
    text += '\n[[left_out]]\ntherapy = "cladribine"\n'
    found = wrong(tmp_path, text)
    assert len(found) == 7
    for said in (
        "key name: found yours",
        "key reference: found placbo",
        "found pills twice",
        "found fingolimot; allowed: a name of therapies.csv. Did you mean fingolimod?",
        "nodes[3].holds.therapy: found hsct",
        "left_out[1].why: found no reason",
        "left_out[1]: found cladribine, which nodes[2].holds holds too",
    ):
        assert any(said in one for one in found), said


def test_what_no_arm_was_given_is_most_likely_misspelt(tmp_path: Path) -> None:
    mine = load_nodes(str(written(tmp_path, MINE.replace("3.5 mg/kg", "35 mg/kg"))))
    with pytest.raises(InputProblems) as caught:
        check_nodes(mine, load_studies())
    assert "Did you mean cladribine 3.5 mg/kg?" in str(caught.value.problems[0])


def test_sets_of_nodes_of_the_library_are_checked_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_library() == []
    path = written(tmp_path, MINE.replace("3.5 mg/kg", "35 mg/kg"))
    monkeypatch.setattr(check, "library_files", lambda folder, _: [path] if folder == "nodes" else [])
    assert ["Did you mean cladribine 3.5 mg/kg?" in str(one) for one in check_library()] == [True]


def test_a_set_of_nodes_dropped_in_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nodes").mkdir()
    written(tmp_path / "nodes", MINE)
    monkeypatch.setattr(catalogue, "LIBRARY", tmp_path)
    assert node_sets() == ("mine",)
    assert load_nodes("mine").title == "Mine"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 400), st.sampled_from(("take", "twice", "value", "cut")), st.sampled_from(VALUES))
def test_a_file_spoilt_anywhere_is_told_in_words_or_is_a_set(tmp_path: Path, at: int, how: str, value: str) -> None:
    lines = MINE.splitlines()
    line = lines[at % len(lines)]
    spoilt = {"take": [], "twice": [line, line], "value": [f"{line.split('=')[0]}= {value}"], "cut": [line[: at % 20]]}
    lines[at % len(lines) : at % len(lines) + 1] = spoilt[how]
    path = written(tmp_path, "\n".join(lines))
    with suppress(InputProblems):
        nodes = load_nodes(str(path))
        check_nodes(nodes, load_studies())
        assert list(league_words(make_league(load_studies(), nodes=nodes)))
