"""What a league says of papers, of its own numbers and of decades is no more than what is known."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from remission.studies.league.answers import answer, caveat, method
from remission.studies.league.compared import Analysis, What
from remission.studies.league.league import make_league
from remission.studies.league.nodes import node_sets
from remission.studies.load import load_studies

EVERY = tuple(product(get_args(What), node_sets(), get_args(Analysis)))


@pytest.mark.parametrize(("what", "nodes", "analysis"), EVERY)
def test_a_reason_speaks_of_what_was_found_and_never_of_what_a_paper_prints(
    what: What, nodes: str, analysis: Analysis
) -> None:
    league = make_league(load_studies(), what, nodes, analysis)
    # GALA, DECIDE and CONFIRM print intervals that nobody has read in them: they are not shown, and not denied.
    said = [row.why for row in league.left_out] + [caveat(league), method(league)]
    # Of trials that were counted with it is said truly that they print an interval.
    true = (league.spread.says, "from the printed interval of the ratio")
    assert [one for one in said if "print" in one.replace(true[0], "").replace(true[1], "")] == []


def test_an_interval_that_was_derived_for_an_arm_is_not_called_printed() -> None:
    used = {row.study.name: row.method for row in make_league(load_studies(), nodes="coarse").used}
    assert used["allegro"].startswith("derived from both arms' intervals, which are derived themselves: 0.3 (0.26")
    assert used["clarity"].startswith("derived from both arms' printed intervals: 0.14 (0.12")


def test_one_pair_is_spoken_of_as_one() -> None:
    said = answer(make_league(load_studies(), "progression-24w-hazard-ratio", "fine"))
    assert "The one pair of the others can be told apart." in said
    assert "The one pair of the others cannot be told apart." in said
    assert " 1 pairs" not in said
