"""Leagues: a network worked out by hand, one that others pooled, parts that stand apart, and what favours whom."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np
import pytest

from made_up.league import CLADRIBINE, OCRELIZUMAB, PLACEBO, TERIFLUNOMIDE_7, ratio, trial
from made_up.studies import together
from remission.studies.league.answers import NO_EFFECT, caveat, method, named
from remission.studies.league.asked import OUTCOMES
from remission.studies.league.cells import Cell, Ratio, cell_of, cells
from remission.studies.league.compared import Analysis, What
from remission.studies.league.in_short import in_short
from remission.studies.league.league import League, make_league
from remission.studies.league.nodes import node_sets
from remission.studies.league.telling import league_data, league_words
from remission.studies.load import load_studies

Z = 1.959963984540054
ANTI_CD20 = ("opera-i", "opera-ii", "asclepios-i", "asclepios-ii", "ultimate-i", "ultimate-ii", "tenere")
# An earlier network of the same trials by other code: errors counted at 1.15 times Poisson's for 88 % of months, and
# some numbers that nobody has read since.
EARLIER = {
    "ofatumumab": 0.31, "ublituximab": 0.31, "natalizumab": 0.32, "alemtuzumab": 0.32, "ocrelizumab": 0.38,
    "daclizumab": 0.40, "ozanimod": 0.41, "cladribine": 0.42, "fingolimod": 0.45, "ponesimod": 0.47,
    "dimethyl fumarate": 0.51, "teriflunomide": 0.68, "glatiramer acetate": 0.68, "interferon beta": 0.71,
    "laquinimod": 0.78,
}  # fmt: skip


def by_hand() -> League:
    """Three trials in a triangle: placebo, ocrelizumab, cladribine. Variances 0.04, 0.04 and 0.08."""
    wide, wider = math.exp(Z * 0.2), math.exp(Z * math.sqrt(0.08))
    return make_league(
        together(
            trial("a", OCRELIZUMAB, PLACEBO, numbers=(ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.5 / wide, 0.5 * wide),)),
            trial("b", CLADRIBINE, PLACEBO, numbers=(ratio(CLADRIBINE, PLACEBO, 0.8, 0.8 / wide, 0.8 * wide),)),
            trial("c", OCRELIZUMAB, CLADRIBINE,
                  numbers=(ratio(OCRELIZUMAB, CLADRIBINE, 0.9, 0.9 / wider, 0.9 * wider),)),
        )
    )  # fmt: skip


def test_a_triangle_by_hand() -> None:
    (part,) = by_hand().parts
    # Ocrelizumab against cladribine: direct log 0.9 with 0.08, indirect log 0.5 - log 0.8 with 0.04 + 0.04.
    direct, indirect = math.log(0.9), math.log(0.5 / 0.8)
    cell = cell_of(part, "ocrelizumab", "cladribine")
    assert cell.common.value == pytest.approx(math.exp((direct + indirect) / 2), rel=1e-12)
    assert math.log(cell.common.high / cell.common.value) / Z == pytest.approx(0.2, rel=1e-9)
    # The disagreement d moves each effect by its share of the loop's variance of 0.16.
    against_placebo = math.log(0.5) + 0.04 / 0.16 * (direct - indirect)
    assert part.common.effects[part.common.names.index("ocrelizumab")] == pytest.approx(against_placebo, rel=1e-12)
    assert part.common.q == pytest.approx((direct - indirect) ** 2 / 0.16, rel=1e-12)
    assert (part.designs.within_df, part.designs.between_df) == (0, 1)
    (split,) = [one for one in part.splits if {one.one, one.other} == {"ocrelizumab", "cladribine"}]
    assert abs(split.difference) == pytest.approx(abs(direct - indirect), rel=1e-9)
    assert [one.cut_off for one in part.without] == [(), (), ()]
    without = {one.study: one.network for one in part.without}["c"]
    assert without is not None
    assert np.exp(without.against("ocrelizumab", "cladribine")[0]) == pytest.approx(0.5 / 0.8)


def test_the_anti_cd20_trials_of_the_library_give_what_metafor_made_of_them() -> None:
    library = load_studies()
    league = make_league(together(*(library.of_name(one) for one in ANTI_CD20)), reference="teriflunomide 14 mg")
    (part,) = league.parts
    found = {
        one.one: round(one.common.value, 3) for one in (cell_of(part, name, part.reference) for name in part.names)
    }
    assert found == {"ocrelizumab": 0.446, "ofatumumab": 0.455, "ublituximab": 0.456, "interferon beta-1a SC 44": 0.833,
                     "teriflunomide 14 mg": 1.0}  # fmt: skip
    assert (part.random.tau2, round(part.common.q, 3), part.common.df) == (0.0, 1.067, 3)
    assert (round(part.designs.within, 3), part.designs.between_df, part.splits) == (1.067, 0, ())


def test_an_earlier_network_of_the_same_trials_says_nearly_the_same_where_its_numbers_were_read() -> None:
    (part,) = make_league(load_studies(), nodes="coarse", analysis="sensitivity").parts
    found = {name: cell_of(part, name, "placebo").random.value for name in EARLIER}
    far = {name for name, value in EARLIER.items() if abs(math.log(found[name] / value)) > 0.05}
    # It had an interval of DECIDE from memory, which said more than SELECT's; without DECIDE only SELECT speaks.
    assert far == {"daclizumab"}
    assert found["daclizumab"] == pytest.approx(0.46)


def test_parts_that_no_trial_joins_stand_apart_and_nothing_is_said_between_them() -> None:
    league = make_league(load_studies(), nodes="fine")
    first, second = league.parts
    assert first.reference == "placebo"
    assert "natalizumab" in first.names
    assert "ocrelizumab" not in first.names
    assert second.reference == "teriflunomide 14 mg"
    assert "ocrelizumab" in second.names
    assert league.part_of("ocrelizumab") is second
    assert league.part_of("rituximab") is None
    assert set(league.unknown) | set(first.names) | set(second.names) == {one.name for one in league.nodes.nodes}
    with pytest.raises(ValueError, match="not in"):
        cell_of(first, "ocrelizumab", "placebo")
    assert "falls into 2 parts that no trial joins" in caveat(league)
    # The coarser set takes all interferons for one, and BRAVO joins the two.
    (joined,) = make_league(load_studies(), nodes="coarse").parts
    assert {"natalizumab", "ocrelizumab"} <= set(joined.names)


def test_another_reference_turns_the_effects_and_changes_none() -> None:
    one, other = (make_league(load_studies(), nodes="coarse", reference=name).parts[0]
                  for name in ("placebo", "interferon beta"))  # fmt: skip
    assert other.reference == "interferon beta"
    for name in one.names:
        placebo, interferon = (cell_of(part, name, "fingolimod").random for part in (one, other))
        assert placebo.value == pytest.approx(interferon.value)
        assert placebo.high == pytest.approx(interferon.high)


def test_a_cell_names_whom_the_number_favours_and_says_when_nobody_is() -> None:
    cell = Cell("a", "b", Ratio(0.5, 0.4, 0.6), Ratio(0.5, 0.4, 0.6), 1)
    assert (cell.favours, cell.says, cell.turned.favours, cell.turned.one) == ("a", "favours a", "a", "b")
    assert cell.turned.random == Ratio(2.0, 1 / 0.6, 2.5)
    wide = replace(cell, random=Ratio(1.2, 0.8, 1.8))
    assert (wide.favours, wide.leans) == ("", "b")
    assert wide.says == "neither is favoured: the interval holds 1; the number itself leans to b"
    assert replace(cell, random=Ratio(1.0, 0.8, 1.25)).says == "neither is favoured: the interval holds 1"
    assert replace(cell, random=Ratio(2.0, 1.0, 4.0)).favours == ""


def test_every_pair_has_a_cell_in_the_order_of_the_nodes_and_k_counts_direct_trials() -> None:
    league = make_league(load_studies(), nodes="coarse")
    (part,) = league.parts
    found = cells(part)
    count = len(part.names)
    assert len(found) == count * (count - 1) // 2
    places = league.nodes.places
    assert all(places[one.one] < places[one.other] for one in found)
    direct = {(one.one, one.other): one.k for one in found if one.k}
    assert direct["alemtuzumab", "interferon beta"] == 2
    assert ("natalizumab", "ocrelizumab") not in direct


@pytest.mark.parametrize(("what", "nodes", "analysis"), [*product(get_args(What), node_sets(), get_args(Analysis))])
def test_a_transplant_stands_beside_and_in_no_part(what: What, nodes: str, analysis: Analysis) -> None:
    league = make_league(load_studies(), what, nodes, analysis)
    assert not any(arm in row.arm for part in league.parts for row in part.rows for arm in ("HSCT", "continued DMT"))
    beside = {one.study.name: one for one in league.beside}
    assert "a mixture of drugs" in beside["mist"].why
    assert beside["mist"].evidence == "trial"
    assert {one.evidence for one in league.beside if one.study.kind != "randomised"} == {"cohort"}
    kinds = [one.evidence for one in league.beside]
    assert kinds == sorted(kinds, reverse=True)
    if what == "relapse-rate-ratio":
        assert "ratio of new T2 lesions" in beside["astims"].why
        mist = beside["mist"]
        assert mist.other is not None
        assert (mist.number.events, mist.other.events) == (1, 36)
    else:
        assert (beside["mist"].number.value, beside["mist"].other) == (0.07, None)


def test_a_rank_is_told_with_its_range_and_that_it_is_no_effect() -> None:
    league = make_league(load_studies(), nodes="coarse")
    data = league_data(league)
    (part,) = data["parts"]
    assert all(sum(one["chances"]) == pytest.approx(1, abs=1e-3) for one in part["ranks"])
    assert all(one["low"] <= one["mean_rank"] <= one["high"] for one in part["ranks"])
    assert any(one["high"] - one["low"] > 3 for one in part["ranks"])
    assert data["rank_is_no_effect"] == NO_EFFECT
    assert NO_EFFECT in data["caveat"]


def test_a_program_reads_every_contrast_with_where_its_error_is_from() -> None:
    league = make_league(load_studies(), nodes="coarse", analysis="sensitivity")
    data = json.loads(json.dumps(league_data(league), allow_nan=False))
    assert data["rows"] == {"found": len(league.rows), "used": len(league.used), "left_out": len(league.left_out),
                            "errors_from": data["rows"]["errors_from"]}  # fmt: skip
    assert sum(data["rows"]["errors_from"].values()) == len(data["contrasts"]) == len(league.used)
    for row in data["contrasts"]:
        assert row["error_from"] in ("printed interval", "both arms' printed intervals", "Poisson")
        assert row["method"]
        assert all(one["source"] and one["locus"] and one["status"] for one in row["numbers"])
    assert all(row["why"] and not row["used"] for row in data["left_out"])
    assert data["over_dispersion"]["k"] == 12
    (part,) = data["parts"]
    assert [one["treatment"] for one in part["effects"]] == [name for name in part["treatments"] if name != "placebo"]
    assert len(part["without_each"]) == part["trials"]
    assert {one["method"] for one in part["splits"]} == {"back-calculation"}
    assert all(one["favours"] is None or one["favours"] in (one["treatment"], one["against"]) for one in part["cells"])


def test_the_answer_stands_first_and_in_the_order_of_the_nodes() -> None:
    league = make_league(load_studies(), nodes="coarse")
    lines = list(league_words(league))
    assert lines[1:4] == [in_short(league), caveat(league), method(league)]
    shown = [line.split(":")[0].strip() for line in lines if "P-score" in line]
    assert shown == [name for name in league.parts[0].names if name != "placebo"]
    # Names stand below, a line each: a sentence that lists them all is read by nobody.
    assert len(lines[1].split(". ")[-1].split()) < 30
    assert named(league).startswith("In 18 studies that are joined to placebo, natalizumab, ocrelizumab")
    assert any(line.startswith("Left out, ") for line in lines)


def test_one_trial_alone_is_a_network_and_none_is_said_to_be_none() -> None:
    study = trial("a", TERIFLUNOMIDE_7, PLACEBO, numbers=(ratio(TERIFLUNOMIDE_7, PLACEBO, 0.8, 0.6, 1.1),))
    league = make_league(together(study))
    (part,) = league.parts
    assert (part.without, part.splits, part.random.df) == ((), (), 0)
    assert "could not be told from placebo" in named(league)
    data = league_data(league)["parts"][0]
    assert (data["p"], data["between_p"]) == (None, None)
    assert "nothing tells whether trials agree" in "\n".join(league_words(league))
    nothing = make_league(together(trial("a", TERIFLUNOMIDE_7, PLACEBO)))
    assert in_short(nothing) == named(nothing) == "No trial has a number that can be used."
    assert list(league_words(nothing))


def test_disability_at_12_and_24_weeks_are_leagues_of_their_own() -> None:
    found = {name: make_league(load_studies(), what, "coarse") for name, what in OUTCOMES.items()}
    assert {name: len(one.used) for name, one in found.items()} == {
        "relapse": 18, "disability-12w": 17, "disability-24w": 15
    }  # fmt: skip
    # Counting makes errors of relapse rates only.
    for what in ("progression-12w-hazard-ratio", "progression-24w-hazard-ratio"):
        rows = [make_league(load_studies(), what, "fine", analysis).used for analysis in get_args(Analysis)]
        assert rows[0] == rows[1]


def test_the_slope_on_the_rate_of_the_control_is_off_and_on_and_says_how_far_it_takes_decades_out() -> None:
    league = make_league(load_studies(), nodes="coarse", analysis="sensitivity")
    found = league.baseline
    assert found is not None
    assert found.risk is not None
    assert found.trends is not None
    # Of 16 trials of placebo with a rate of each arm, those of what no other trial leads to inform no slope (ADVANCE
    # is one of interferon here); nor do head-to-head trials.
    assert (found.risk.k, found.risk.k_alone, found.risk.k_without) == (11, 5, 17)
    assert {"tenere", "opera-i"} <= set(found.studies)
    assert "bravo" not in found.studies
    assert found.risk.low < 0 < found.risk.high
    changed = {one.treatment: one for one in found.changed}
    # The slope is common, so two active treatments keep their ratio, and the interval to placebo grows: but where 64
    # people had placebo, their rate leans on that of other trials, and the number moves by that and not by the slope.
    narrower = {one.treatment for one in found.changed if one.on.high / one.on.low < one.off.high / one.off.low}
    assert narrower == {"atacicept"}
    assert changed["atacicept"].on.value < 0.9 * changed["atacicept"].off.value
    assert set(changed) <= set(league.parts[0].names)
    said = next(line for line in league_words(league) if line.startswith("Baseline risk"))
    assert "11 trials of placebo tell it; 5 hold placebo beside what no other trial leads to, and 17 hold no" in said
    assert "decades" in said
    assert "a small control group leans on those of other trials" in said
    data = league_data(league)["baseline_risk"]
    assert data["slope"]["trials_that_tell_it"] == 11
    assert data["at_rate"] == found.rate
    assert set(data["trend_a_year"]) == {"off", "on"}


def test_where_arms_tell_no_slope_it_is_said_why() -> None:
    few = make_league(load_studies(), nodes="coarse").baseline
    assert few is not None
    assert few.risk is None
    assert few.studies == ("affirm", "allegro", "clarity")
    other = make_league(load_studies(), "progression-24w-hazard-ratio", "coarse").baseline
    assert other is not None
    assert "relapse rates only" in other.why
    alone = make_league(together(trial("a", OCRELIZUMAB, TERIFLUNOMIDE_7,
                                       numbers=(ratio(OCRELIZUMAB, TERIFLUNOMIDE_7, 0.5, 0.4, 0.6),))))  # fmt: skip
    assert alone.baseline is None
    assert league_data(alone)["baseline_risk"] is None
    arms = make_league(
        together(trial("a", OCRELIZUMAB, PLACEBO, numbers=(ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.6),)))
    )
    assert arms.baseline is not None
    assert "no trial of placebo has rates with an error" in arms.baseline.why


def test_a_small_trial_would_flatter_what_came_later() -> None:
    (part,) = make_league(load_studies(), nodes="coarse", analysis="sensitivity").parts
    funnel = part.funnel
    assert len(funnel.studies) == len(part.rows)
    placed = dict(zip(funnel.studies, zip(funnel.ones, funnel.others, strict=True), strict=True))
    assert placed["tenere"] == ("teriflunomide", "interferon beta")
    assert placed["transforms"] == ("fingolimod", "interferon beta")
    assert funnel.slope is not None
    assert funnel.slope.low < 0 < funnel.slope.high
    data = league_data(make_league(load_studies(), nodes="fine"))["parts"][0]["funnel"]
    assert data["slope"] is None
    assert "fewer than 10" in data["why_no_slope"]


def test_without_a_trial_what_only_it_led_to_is_cut_off_and_named() -> None:
    (part,) = make_league(load_studies(), nodes="coarse").parts
    without = {one.study: one for one in part.without}
    assert without["affirm"].cut_off == ("natalizumab",)
    assert without["opera-i"].cut_off == ()
    # The one trial of teriflunomide against an interferon leads to all that was compared with teriflunomide.
    assert set(without["tenere"].cut_off) == {"teriflunomide", "ofatumumab", "ublituximab", "ponesimod", "tolebrutinib"}


def test_a_reference_that_no_study_has_is_said_and_harm_is_told_as_what_it_is() -> None:
    league = make_league(load_studies(), nodes="coarse", analysis="sensitivity", reference="rituximab")
    assert "No study that could be used has rituximab" in caveat(league)
    assert "No study" not in caveat(make_league(load_studies()))
    harm = make_league(load_studies(), nodes="coarse", analysis="sensitivity")
    assert "; atacicept had more relapses than placebo" in named(harm)
    assert "relapses than placebo and 1 had more relapses, but of the " in in_short(harm)


def test_a_part_without_the_reference_is_shown_against_what_its_trials_compare_with() -> None:
    parts = make_league(load_studies(), "progression-12w-hazard-ratio", "fine").parts
    assert [(part.reference, part.k) for part in parts] == [("placebo", 16), ("interferon beta-1a SC 44", 1)]
    assert "1 study that is joined to interferon beta-1a SC 44, ocrelizumab had less worsening" in named(
        make_league(load_studies(), "progression-12w-hazard-ratio", "fine")
    )
