"""What a league says of papers, of its own numbers and of decades is no more than what is known."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from made_up.league import OCRELIZUMAB, PLACEBO, people, rate, trial
from made_up.studies import together
from remission.stats.network.trends import Trend, YearTrends
from remission.studies.league.answers import baseline_words, caveat, method
from remission.studies.league.compared import Analysis, What
from remission.studies.league.in_short import in_short
from remission.studies.league.league import make_league
from remission.studies.league.nodes import node_sets
from remission.studies.league.telling import league_data, league_words
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
    said = in_short(make_league(load_studies(), "progression-24w-hazard-ratio", "fine"))
    assert " 1 pairs" not in said


def test_an_indirect_number_is_called_so() -> None:
    league = make_league(load_studies(), nodes="coarse")
    lines = {line.split(":")[0].strip(): line for line in league_words(league) if "P-score" in line}
    assert ", 1 study of both, " in lines["natalizumab"]
    assert ", indirect, no study of both, " in lines["ocrelizumab"]
    direct = {row.treatment for row in league.used if row.comparator == "placebo"}
    assert {name for name, line in lines.items() if "indirect" not in line} == direct
    assert "8 of the 14 numbers against placebo are indirect: no trial that is used compares the two." in caveat(league)
    assert "1 of the 7 numbers against placebo is indirect" in caveat(make_league(load_studies(), nodes="fine"))


def test_where_a_number_is_indirect_for_its_own_trials_are_left_out_they_are_named() -> None:
    # By TENERE alone teriflunomide cannot be told from placebo; two trials against placebo lack an interval.
    said = "TEMSO 2011 and TOWER 2014, which compared teriflunomide with placebo, are left out."
    assert said in caveat(make_league(load_studies(), nodes="coarse"))
    # Here both doses of TEMSO stand in one row, and it is used.
    assert "TEMSO" not in caveat(make_league(load_studies(), nodes="coarse", analysis="sensitivity"))
    # Tolebrutinib was compared with placebo in progressive MS: no trial of these people is left out.
    assert "tolebrutinib" not in caveat(make_league(load_studies(), "progression-24w-hazard-ratio", "coarse"))


def test_where_ratios_move_more_with_the_slope_it_takes_nothing_of_the_decades_out() -> None:
    found = make_league(load_studies(), nodes="coarse", analysis="sensitivity").baseline
    assert found is not None

    def said(off: float, on: float) -> str:
        trends = YearTrends(*(Trend(one, 0.001, one - 0.002, one + 0.002, 9) for one in (off, on)))
        return baseline_words(replace(found, trends=trends))

    assert "so far it takes the decades out" in said(0.01, 0.004)
    assert "so it takes nothing of the decades out" in said(0.01, 0.02)
    assert "so it takes nothing of the decades out" in said(0.01, -0.02)
    assert "so no drift over the decades can be told" in said(0.001, 0.02)


@pytest.mark.parametrize("value", [1e-12, 0.009, 0.01])
def test_arms_with_less_than_one_relapse_are_not_counted(value: float) -> None:
    # A rate that was rounded to nearly nothing: the normal error of its logarithm means nothing then.
    study = trial("a", OCRELIZUMAB, PLACEBO, numbers=(
        rate(OCRELIZUMAB, value), rate(PLACEBO, 0.4), people(OCRELIZUMAB, 50), people(PLACEBO, 50)))  # fmt: skip
    (row,) = make_league(together(study), analysis="sensitivity").rows
    assert row.used == (value == 0.01)
    if not row.used:
        assert row.why == (
            "rates were found without intervals that can be used, and for counting is not known: "
            "one relapse or more in each arm at one time"
        )


def test_a_counted_row_is_no_better_checked_than_its_people() -> None:
    rows = {row.study.name: row for row in make_league(load_studies(), nodes="fine", analysis="sensitivity").used}
    # The rates of PRISMS were read in print, and how many people had each treatment in others' copies.
    assert rows["prisms"].status == "secondary"
    assert {one.what for one in rows["prisms"].numbers} == {"relapse-rate", "people"}
    assert rows["define"].status == "verified"
    assert rows["prisms"].number is not None
    assert rows["prisms"].number.what == "relapse-rate"


def test_a_row_on_which_sources_disagree_says_so() -> None:
    league = make_league(load_studies(), nodes="coarse")
    line = next(one for one in league_words(league) if one.startswith("  ASCLEPIOS II"))
    said = "0.42 (0.31 to 0.56); one repository prints 0.51 (0.41 to 0.62). Kept: 0.42 (0.31 to 0.56)"
    assert line.endswith(f"; sources disagree: {said}")
    rows = {row["study"]: row["sources_disagree"] for row in league_data(league)["contrasts"]}
    assert [study for study, each in rows.items() if each] == ["asclepios-i", "asclepios-ii", "opera-i", "opera-ii"]
    assert rows["asclepios-ii"] == [said]
    # A conflict on another number of the same trial (of OPTIMUM's, who had no activity) is none of this one.
    assert rows["optimum"] == []


def test_how_far_numbers_were_checked_is_said_before_they_are_listed() -> None:
    said = caveat(make_league(load_studies(), nodes="coarse"))
    second = "second-hand (read in somebody else's table or summary)"
    assert f"Of the 18, 7 are {second} and 3 are derived; on 4 sources disagree." in said
    assert "Of the 17," not in caveat(make_league(load_studies(), "progression-12w-hazard-ratio", "coarse"))
