"""Rows of a league: where each error is from, and that each row is used or says why it is not."""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import product
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.league import (
    CLADRIBINE,
    FINGOLIMOD,
    OCRELIZUMAB,
    PLACEBO,
    RATE,
    RATIO,
    TERIFLUNOMIDE_7,
    TERIFLUNOMIDE_14,
    TRANSPLANT,
    people,
    rate,
    ratio,
    trial,
)  # fmt: skip
from made_up.studies import together
from remission.inputs.problems import InputProblems
from remission.studies.league.bases import ASSUMED, over_dispersion
from remission.studies.league.compared import Analysis, Compared, What
from remission.studies.league.league import League, contrasts_of, make_league
from remission.studies.league.nodes import node_sets
from remission.studies.league.rows import COHORT, EXTENSION, ONLY_COUNTED, RELAPSING
from remission.studies.league.telling import league_data, league_words
from remission.studies.load import Studies, load_studies
from remission.studies.overlap import overlaps_of
from remission.studies.study import Arm, Number, Overlap, Study

Z = 1.959963984540054
EVERY = tuple(product(get_args(What), node_sets(), get_args(Analysis)))
# Three arms and their control, as PRISMS or TEMSO have them.
DOSES = (TERIFLUNOMIDE_14, PLACEBO, TERIFLUNOMIDE_7)


def of(league: League, study: str) -> list[Compared]:
    return [row for row in league.rows if row.study.name == study]


def one_of(league: League, study: str) -> Compared:
    (row,) = of(league, study)
    return row


def used(league: League) -> set[str]:
    return {row.study.name for row in league.used}


def test_the_53_rows_that_nobody_pooled_are_18_printed_21_counted_and_14_nothing() -> None:
    league = make_league(load_studies(), nodes="fine", analysis="sensitivity")
    lots = [
        row for row in league.rows
        if row.study.kind == "randomised" and row.study.arms[1].course in RELAPSING
    ]  # fmt: skip
    found = Counter("printed" if "printed" in row.basis else row.basis for row in lots)
    assert (len(lots), found) == (53, {"printed": 18, "Poisson": 21, "not known": 14})
    # One of the 18 shares a control, and one that others pooled is used in place of trials that print too little.
    assert Counter(row.basis for row in league.used) == {
        "printed interval": 14 + 1 - 1 + 1, "both arms' printed intervals": 3, "Poisson": 21,
    }  # fmt: skip
    # And 8 that others pooled or extended, 5 trials of progressive MS, 7 comparisons of cohorts.
    others = Counter("by lot" if row.study.kind in ("randomised", "pooled by others", "extension") else "cohort"
                     for row in league.rows if row not in lots)  # fmt: skip
    assert others == {"by lot": 8 + 5, "cohort": 7}
    main = make_league(load_studies(), nodes="fine")
    assert [row.study.name for row in lots if "printed" in row.basis and row.study.name not in used(main)] == []


@pytest.mark.parametrize(("what", "nodes", "analysis"), EVERY)
def test_every_row_is_used_or_says_why_and_nothing_that_nobody_read_is_in(
    what: What, nodes: str, analysis: Analysis
) -> None:
    league = make_league(load_studies(), what, nodes, analysis)
    assert len(league.rows) == len(league.used) + len(league.left_out)
    assert len({(row.study.name, row.arm.split(" and ")[0], row.against) for row in league.rows}) == len(league.rows)
    assert all(bool(row.why) != row.used for row in league.rows)
    for row in league.used:
        assert row.error is not None
        assert row.value is not None
        assert row.low is not None
        assert row.high is not None
        assert row.low < row.value < row.high
        assert row.method
        assert row.numbers
        assert row.status in ("verified", "secondary", "derived")
        assert all(one.is_showable for one in row.numbers)
        assert analysis == "sensitivity" or row.basis != "Poisson"
        assert "hsct" not in {arm.therapy for arm in row.study.arms}
    graph = overlaps_of(load_studies())
    assert not any(other in used(league) for name in used(league) for other in graph[name])


@pytest.mark.parametrize(("what", "nodes"), [(one, other) for one, other, analysis in EVERY if analysis == "main"])
def test_rows_found_are_the_same_in_every_analysis(what: What, nodes: str) -> None:
    names = [[(row.study.name, row.against) for row in make_league(load_studies(), what, nodes, analysis).rows]
             for analysis in get_args(Analysis)]  # fmt: skip
    assert names[0] == names[1]


def test_a_printed_interval_comes_before_one_that_is_derived_and_that_before_counting() -> None:
    league = make_league(load_studies(), analysis="sensitivity")
    affirm, clarity, define = (one_of(league, name) for name in ("affirm", "clarity", "define"))
    assert (affirm.basis, affirm.value, affirm.months) == ("printed interval", 0.325, 12.0)
    assert affirm.error == pytest.approx(math.log(0.412 / 0.256) / (2 * Z), rel=1e-12)
    # 0.14 (0.12 to 0.17) and 0.33 (0.29 to 0.38), each on the log scale.
    assert clarity.basis == "both arms' printed intervals"
    by_hand = math.hypot(math.log(0.17 / 0.12), math.log(0.38 / 0.29)) / (2 * Z)
    assert clarity.error == pytest.approx(by_hand, rel=1e-12)
    assert clarity.value == pytest.approx(0.14 / 0.33)
    assert "0.14 (0.12 to 0.17) and 0.33 (0.29 to 0.38)" in clarity.method
    # 410 people at 0.17 and 408 at 0.36 for two years.
    assert define.basis == "Poisson"
    counted = league.spread.factor * (1 / (410 * 2 * 0.17) + 1 / (408 * 2 * 0.36))
    assert define.variance == pytest.approx(counted, rel=1e-12)
    assert "1.52" in define.method
    assert one_of(make_league(load_studies()), "define").why == ONLY_COUNTED


def test_derived_limits_say_what_they_are_derived_from() -> None:
    row = one_of(make_league(load_studies()), "optimum")
    assert (row.status, row.basis) == ("derived", "printed interval")
    assert "99 %" in row.method
    assert "derived" in row.method


def test_counting_is_widened_by_what_trials_that_print_both_show() -> None:
    found = over_dispersion(load_studies())
    assert found.k == 12
    assert (round(found.low, 2), round(found.factor, 2), round(found.high, 2)) == (1.02, 1.52, 2.10)
    few = over_dispersion(Studies(tuple(load_studies().of_name(one) for one in ("opera-i", "opera-ii"))))
    assert (few.factor, few.k) == (ASSUMED, 0)
    assert "assumed" in few.says


def test_a_limit_of_another_level_is_brought_to_95_per_cent() -> None:
    study = trial("a", OCRELIZUMAB, PLACEBO, numbers=(ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.625, level=0.99),))
    row = one_of(make_league(together(study)), "a")
    assert row.error == pytest.approx(math.log(0.625 / 0.4) / (2 * 2.5758293035489004), rel=1e-9)
    assert row.low == pytest.approx(0.5 * math.exp(-Z * (row.error or 0)))


@pytest.mark.parametrize("fields", [{"status": "unverified"}, {"among": "EDSS over 3"}, {"course": "SPMS"}])
def test_what_nobody_read_and_what_is_of_a_part_of_the_arm_is_not_used(fields: dict[str, str]) -> None:
    said = ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.6)
    whole = trial("a", OCRELIZUMAB, PLACEBO, numbers=(said,))
    part = trial("a", OCRELIZUMAB, PLACEBO, numbers=(Number(**{**vars(said), **fields}),))
    assert one_of(make_league(together(whole)), "a").used
    row = one_of(make_league(together(part)), "a")
    assert (row.used, row.value) == (False, None)


def test_of_what_others_pooled_its_parts_count_or_the_whole_and_never_both() -> None:
    library = load_studies()
    worsening = make_league(library, "progression-12w-hazard-ratio")
    assert {"opera-pooled", "ultimate-pooled", "temso", "tower"} <= used(worsening)
    assert not {"temso-tower-pooled", "opera-i", "opera-ii"} & used(worsening)
    assert "TEMSO 2011, TOWER 2014, which are used" in one_of(worsening, "temso-tower-pooled").why
    assert "gemini-pooled" in used(make_league(library))
    assert "gemini-1" not in used(make_league(library))
    whole = Overlap("one", "contains", "invented"), Overlap("two", "contains", "invented")
    said = (ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.6),)
    one, two = (trial(name, OCRELIZUMAB, PLACEBO, numbers=said) for name in ("one", "two"))
    silent = trial("two", OCRELIZUMAB, PLACEBO)
    both = trial("both", OCRELIZUMAB, PLACEBO, numbers=said, kind="pooled by others", overlaps=whole)
    assert used(make_league(together(one, two, both))) == {"one", "two"}
    assert used(make_league(together(one, silent, both))) == {"both"}
    assert "Both" in one_of(make_league(together(one, silent, both)), "one").why


def test_two_trials_that_may_share_people_are_not_both_used() -> None:
    said = (ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.6),)
    small = trial("small", OCRELIZUMAB, PLACEBO, numbers=(*said, people(OCRELIZUMAB, 10)),
                  overlaps=(Overlap("large", "may share people with", "invented"),))  # fmt: skip
    large = trial("large", OCRELIZUMAB, PLACEBO, numbers=(*said, people(OCRELIZUMAB, 100)))
    league = make_league(together(small, large))
    assert used(league) == {"large"}
    assert one_of(league, "small").why == "may share people with Large (invented)"


def test_other_courses_transplants_cohorts_and_extensions_are_no_part_of_it() -> None:
    said = (ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.6),)
    progressive = Arm("ocrelizumab 600 mg", "ocrelizumab", course="PPMS", given="ocrelizumab 600 mg")
    found = make_league(
        together(
            trial("a", progressive, PLACEBO, numbers=said),
            trial("b", OCRELIZUMAB, PLACEBO, numbers=said, kind="comparison"),
            trial("c", OCRELIZUMAB, PLACEBO, numbers=said, kind="extension"),
            trial("d", TRANSPLANT, PLACEBO, numbers=(ratio(TRANSPLANT, PLACEBO, 0.1, 0.05, 0.2),)),
        )
    )
    whys = {row.study.name: row.why for row in found.left_out}
    assert found.used == ()
    assert found.parts == ()
    assert whys["a"].startswith("a trial of PPMS")
    assert (whys["b"], whys["c"]) == (COHORT, EXTENSION)
    assert whys["d"].startswith("a transplant stands beside the network, not in it")


def test_what_both_arms_share_with_their_control_is_that_arms_own_variance() -> None:
    shown = (ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.6), ratio(CLADRIBINE, PLACEBO, 0.6, 0.45, 0.8),
             rate(PLACEBO, 0.4, 0.36, 0.44))  # fmt: skip
    league = make_league(together(trial("a", OCRELIZUMAB, PLACEBO, CLADRIBINE, numbers=shown)))
    assert len(league.used) == 2
    own = (math.log(0.44 / 0.36) / (2 * Z)) ** 2
    assert [row.shared for row in league.used] == [pytest.approx(own)] * 2
    assert contrasts_of(league.used).covariance([0, 1])[0, 1] == pytest.approx(own)


def test_a_control_that_errs_more_than_its_contrast_cannot_be_true_and_is_refused_by_name() -> None:
    shown = (ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.6), ratio(CLADRIBINE, PLACEBO, 0.6, 0.45, 0.8),
             rate(PLACEBO, 0.4, 0.2, 0.8))  # fmt: skip
    with pytest.raises(InputProblems) as caught:
        make_league(together(trial("a", OCRELIZUMAB, PLACEBO, CLADRIBINE, numbers=shown)))
    assert "a with a shared variance that cannot be true" in str(caught.value.problems[0])


def test_without_the_controls_own_error_one_row_of_a_trial_stays_that_which_most_trials_have() -> None:
    bravo = of(make_league(load_studies()), "bravo")
    assert [(row.arm, row.used) for row in bravo] == [
        ("laquinimod 0.6 mg", False), ("interferon beta-1a IM 30 micrograms", True)
    ]  # fmt: skip
    assert bravo[0].why.startswith("shares its control with interferon beta-1a IM 30 micrograms, which is used")
    # 7 mg is printed with the narrower interval, and 14 mg is what all others compare with.
    temso = of(make_league(load_studies(), "progression-12w-hazard-ratio"), "temso")
    assert [(row.treatment, row.used) for row in temso] == [
        ("teriflunomide 14 mg", True),
        ("teriflunomide 7 mg", False),
    ]


def test_counted_arms_share_their_counted_control_and_of_one_treatment_are_put_together() -> None:
    fine = [row for row in make_league(load_studies(), analysis="sensitivity").used if row.study.name == "prisms"]
    control = make_league(load_studies(), analysis="sensitivity").spread.factor / (187 * 2 * 1.28)
    assert [row.shared for row in fine] == [pytest.approx(control)] * 2
    together_rows = of(make_league(load_studies(), nodes="coarse", analysis="sensitivity"), "prisms")
    (row,) = [one for one in together_rows if one.used]
    events = 2 * (184 * 0.865 + 189 * 0.91)
    assert row.value == pytest.approx(events / (2 * (184 + 189)) / 1.28)
    assert row.variance == pytest.approx(control + control * (187 * 2 * 1.28) / events)
    assert row.arm == "interferon beta-1a SC 44 micrograms and interferon beta-1a SC 22 micrograms"
    assert "counted in that row" in next(one.why for one in together_rows if not one.used)
    # Printed contrasts of two doses cannot be put together: the dose that the node holds first stays.
    temso = of(make_league(load_studies(), "progression-12w-hazard-ratio", "coarse"), "temso")
    assert [(one.arm, one.used) for one in temso] == [("teriflunomide 14 mg", True), ("teriflunomide 7 mg", False)]


def test_rows_of_one_trial_are_to_one_arm_of_it() -> None:
    shown = (ratio(OCRELIZUMAB, PLACEBO, 0.5, 0.4, 0.6), ratio(CLADRIBINE, PLACEBO, 0.6, 0.45, 0.8),
             ratio(OCRELIZUMAB, CLADRIBINE, 0.8, 0.6, 1.1), rate(PLACEBO, 0.4, 0.36, 0.44))  # fmt: skip
    league = make_league(together(trial("a", OCRELIZUMAB, PLACEBO, CLADRIBINE, numbers=shown)))
    assert [row.against for row in league.used] == ["placebo", "placebo"]
    assert [row.why for row in league.left_out] == ["rows of one trial are to one arm of it, and here that is placebo"]


def test_arms_that_are_one_treatment_are_not_compared() -> None:
    study = trial("a", *DOSES[::2], numbers=(ratio(TERIFLUNOMIDE_14, TERIFLUNOMIDE_7, 0.9, 0.7, 1.1),))
    assert one_of(make_league(together(study)), "a").used
    assert (
        one_of(make_league(together(study), nodes="coarse"), "a").why
        == "both arms are teriflunomide in this set of nodes"
    )


@st.composite
def trials(draw: st.DrawFn) -> Study:
    """A trial of one drug against placebo that prints some of all that can be printed, of any status."""
    status = st.sampled_from(["verified", "secondary", "derived", "unverified"])
    numbers: list[Number] = []
    for arm in (FINGOLIMOD, PLACEBO):
        if draw(st.booleans()):
            numbers.append(Number(**{**vars(people(arm, draw(st.integers(20, 500)))), "status": draw(status)}))
        for months in draw(st.lists(st.sampled_from([12.0, 24.0, None]), max_size=2, unique=True)):
            value = draw(st.sampled_from([0.0, 0.2, 0.5]))
            limits = (0.8 * value, 1.25 * value) if draw(st.booleans()) and value else (None, None)
            one = rate(arm, value, *limits, months=months)
            numbers.append(Number(**{**vars(one), "status": draw(status)}))
    for months in draw(st.lists(st.sampled_from([12.0, 24.0, None]), max_size=2, unique=True)):
        limits = (0.4, 0.9) if draw(st.booleans()) else (None, None)
        one = ratio(FINGOLIMOD, PLACEBO, 0.6, *limits, months=months)
        numbers.append(Number(**{**vars(one), "status": draw(status)}))
    return trial("a", FINGOLIMOD, PLACEBO, numbers=tuple(numbers))


def plain_pick(study: Study, *, counts: bool) -> tuple[str, float, float] | None:
    """The rule by itself: basis, value and variance of the one comparison of a trial; None where there is none."""
    may = [one for one in study.numbers if one.status != "unverified"]
    ratios = [one for one in may if one.what == RATIO and one.low is not None]
    if ratios:
        best = sorted(ratios, key=lambda one: -(one.months or 0))[0]
        return "printed interval", best.value or 0, ((math.log(best.high or 0) - math.log(best.low or 1)) / 2 / Z) ** 2
    size: dict[str, float] = {}
    for one in may:
        if one.what == "people":
            size[one.arm] = one.value or 0
    printed, counted = [], []
    for drug in may:
        for control in may:
            if (drug.what, control.what, drug.arm, control.arm) != (RATE, RATE, FINGOLIMOD.name, PLACEBO.name):
                continue
            if drug.months != control.months:
                continue
            value = (drug.value or 0) / control.value if control.value else 0
            if drug.low is not None and control.low is not None:
                each = [(math.log(one.high or 0) - math.log(one.low or 1)) / 2 / Z for one in (drug, control)]
                printed.append((drug.months or 0, value, each[0] ** 2 + each[1] ** 2))
            elif drug.value and control.value and drug.months and len(size) == 2:
                years = drug.months / 12
                events = [size[one.arm] * years * (one.value or 0) for one in (drug, control)]
                counted.append((drug.months, value, ASSUMED / events[0] + ASSUMED / events[1]))
    if printed:
        _, value, variance = max(printed)
        return "both arms' printed intervals", value, variance
    if counts and counted:
        _, value, variance = max(counted)
        return "Poisson", value, variance
    return None


@settings(max_examples=150, deadline=None)
@given(trials(), st.sampled_from(get_args(Analysis)))
def test_the_number_that_is_picked_is_that_of_the_plain_rule(study: Study, analysis: Analysis) -> None:
    row = one_of(make_league(together(study), analysis=analysis), "a")
    expected = plain_pick(study, counts=analysis == "sensitivity")
    assert row.used == (expected is not None)
    if expected:
        assert row.basis == expected[0]
        assert (row.value, row.variance) == pytest.approx(expected[1:], rel=1e-9)


def test_the_plain_rule_meets_every_basis() -> None:
    picked = {
        (plain_pick(study, counts=True) or ("not known",))[0]
        for study in (
            trial("a", FINGOLIMOD, PLACEBO, numbers=(ratio(FINGOLIMOD, PLACEBO, 0.6, 0.4, 0.9),)),
            trial("a", FINGOLIMOD, PLACEBO, numbers=(rate(FINGOLIMOD, 0.2, 0.1, 0.4), rate(PLACEBO, 0.4, 0.3, 0.5))),
            trial("a", FINGOLIMOD, PLACEBO, numbers=(rate(FINGOLIMOD, 0.2), rate(PLACEBO, 0.4), people(FINGOLIMOD, 9),
                                                     people(PLACEBO, 9))),
            trial("a", FINGOLIMOD, PLACEBO),
        )
    }  # fmt: skip
    assert picked == {"printed interval", "both arms' printed intervals", "Poisson", "not known"}


def test_nothing_is_read_into_a_number_that_is_not_known() -> None:
    assert np.isnan(Compared(load_studies().of_name("mims"), "a", "b", "x", "y").variance)


ACTIVE = (OCRELIZUMAB, CLADRIBINE, FINGOLIMOD, TERIFLUNOMIDE_7, TERIFLUNOMIDE_14, TRANSPLANT)
WHATS = ("relapse-rate-ratio", "progression-12w-hazard-ratio")


LIKELY = st.sampled_from((True, True, True, False))


@st.composite
def libraries(draw: st.DrawFn) -> Studies:
    """Some trials of two to four arms that print this and that, and a paper that pools two of them."""
    names = [f"t{at}" for at in range(draw(st.integers(2, 4)))]
    studies = []
    for name in [*names, "pooled"]:
        arms = draw(st.lists(st.sampled_from((PLACEBO, *ACTIVE)), min_size=2, max_size=4, unique=True))
        control = draw(st.sampled_from(arms))
        numbers = [people(arm, draw(st.integers(20, 500))) for arm in arms if draw(LIKELY)]
        for arm in arms:
            if draw(LIKELY):
                value = draw(st.sampled_from([0.1, 0.5]))
                limits = (value / 1.1, value * 1.1) if draw(LIKELY) else (None, None)
                numbers.append(rate(arm, value, *limits))
            if arm != control and draw(LIKELY):
                limits = (0.4, 0.9) if draw(LIKELY) else (None, None)
                numbers.append(ratio(arm, control, 0.6, *limits, what=draw(st.sampled_from(WHATS))))
        kind = "pooled by others" if name == "pooled" else "randomised" if draw(LIKELY) else "comparison"
        ties = tuple(Overlap(one, "contains", "invented") for one in names[:2]) if name == "pooled" else ()
        studies.append(trial(name, *arms, numbers=tuple(numbers), kind=kind, overlaps=ties))
    return together(*studies)


@settings(max_examples=100, deadline=None)
@given(libraries(), st.sampled_from(node_sets()), st.sampled_from(get_args(Analysis)), st.sampled_from(WHATS))
def test_whatever_is_printed_nobody_is_twice_and_every_row_is_told(
    studies: Studies, nodes: str, analysis: Analysis, what: What
) -> None:
    league = make_league(studies, what, nodes, analysis)
    assert all(bool(row.why) != row.used for row in league.rows)
    assert "pooled" not in used(league) or not {"t0", "t1"} & used(league)
    assert sum(len(part.rows) for part in league.parts) == len(league.used)
    for name in used(league):
        own = [row for row in league.used if row.study.name == name]
        assert len({row.comparator for row in own}) == 1
        assert len({row.treatment for row in own}) == len(own)
        assert len(own) == 1 or len({row.shared for row in own} - {None}) == 1
    for part in league.parts:
        assert set(part.names) == {name for row in part.rows for name in (row.treatment, row.comparator)}
        assert np.isfinite(part.random.effects).all()
    assert list(league_words(league))
    json.dumps(league_data(league), allow_nan=False)
