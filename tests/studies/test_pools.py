"""A pooling question answered: who is in, who is left out and why, five estimators, groups, and none under three."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from made_up.studies import number, series, together
from remission.inputs.problems import InputProblems
from remission.stats.pooling.effects import log_minus_log
from remission.studies import pools as pools_module
from remission.studies.estimators import survival_effects
from remission.studies.load import Studies, load_studies
from remission.studies.overlap import Chosen, Entry
from remission.studies.pools import ARMS_TOGETHER, Pools, ask_pool, pool_question
from remission.studies.questions import By, Question, WithoutSome, load_question
from remission.studies.study import Arm, Number, Said, Study, Years
from remission.studies.telling import pool_data, pool_words

DEATHS = Question(
    "deaths", "T", "Q?", ("transplant-deaths",), ("crude", "binomial-normal"), answer="{events} of {people}: {value}"
)
NEDA = Question(
    "neda", "T", "Q?", ("neda",), ("log(-log)",), months=60.0, answer="{value} ({low} to {high})", without="none"
)


def survey(name: str, value: float, **fields: Any) -> Study:
    """A series of 50 people with a Kaplan-Meier share at five years."""
    kept = number("people", value=50)
    share = number("neda", value=value, months=60.0, how="Kaplan-Meier", **fields)
    return replace(series(name, 50), numbers=(kept, share))


def three_surveys() -> Studies:
    return together(
        survey("a", 73.0, low=66.0, high=81.0, level=0.95),
        survey("b", 69.2, low=50.2, high=82.1, level=0.90),
        survey("c", 82.8, standard_error=4.9),
    )


def why(pools: Pools) -> dict[str, str]:
    return {one.entry.study.name: one.why for one in pools.left_out}


def test_mortality_is_five_numbers_that_each_say_what_they_are_of() -> None:
    pools = ask_pool("hsct-mortality", load_studies())
    of_all = {one.estimator: one for one in pools.lines if not one.group}
    found = {name: (round(100 * (one.pooled.value or 0), 2), one.pooled.k) for name, one in of_all.items()}
    assert found == {
        "crude": (0.60, 19),
        "binomial-normal": (0.38, 19),
        "beta-binomial": (1.11, 19),
        "half added to zeros": (1.59, 19),
        "half added to all": (1.81, 19),
    }
    assert {name: one.estimates for name, one in of_all.items()} == {
        "crude": "all people together",
        "binomial-normal": "the median cohort",
        "beta-binomial": "the mean of cohorts",
        "half added to zeros": "the median cohort",
        "half added to all": "the median cohort",
    }
    glmm = of_all["binomial-normal"].pooled
    assert [round(100 * (one or 0), 2) for one in (glmm.low, glmm.high, glmm.mean)] == [0.10, 1.39, 1.24]
    assert pools.read == date(2026, 11, 29)


def test_without_mexico_and_moscow_nobody_takes_their_place() -> None:
    line = ask_pool("hsct-mortality", load_studies()).line("binomial-normal", "without Mexico and Moscow")
    assert line is not None
    assert (line.pooled.k, line.people, line.events, line.left_out) == (17, 1634, 15, 14)
    assert round(100 * (line.pooled.value or 0), 2) == 0.75


@pytest.mark.parametrize("name", ["intensity", "conditioning", "serotherapy", "graft", "era", "course", "edss"])
def test_groups_part_the_nineteen_cohorts(name: str) -> None:
    pools = ask_pool(f"hsct-mortality-by-{name}", load_studies())
    crude = [one for one in pools.lines if one.estimator == "crude"]
    assert sum(one.pooled.k for one in crude) == 19
    assert (sum(one.people for one in crude), sum(one.events or 0 for one in crude)) == (2509, 15)
    assert crude[-1].group == "not told"


def test_high_intensity_is_two_of_85() -> None:
    line = ask_pool("hsct-mortality-by-intensity", load_studies()).line("crude", "high")
    assert line is not None
    assert (line.events, line.people, round(100 * (line.pooled.value or 0), 2)) == (2, 85, 2.35)


def test_groups_are_told_in_a_sentence() -> None:
    assert ask_pool("hsct-mortality-by-graft", load_studies()).sentence == (
        "Deaths of the transplant by graft: "
        "CD34 selected (2 of 88), unmanipulated (1 of 1,124), not told (12 of 1,297)."
    )


def test_what_nobody_checked_groups_nobody() -> None:
    def with_status(status: str) -> Study:
        told = Said("BEAM", status, "invented", "table 1", "BEAM")  # type: ignore[arg-type]
        years = Years("2010", status, "invented", "table 1", 2010, 2012)  # type: ignore[arg-type]
        return replace(series("a", 10), arms=(Arm("HSCT", "hsct", conditioning=told),), years=years)

    wanted: tuple[tuple[By, str], ...] = (("conditioning", "BEAM"), ("era", "from 2007 on"))
    for by, group in wanted:
        asked = replace(DEATHS, by=by, everybody=False)
        for status, expected in (("verified", group), ("unverified", "not told")):
            pools = pool_question(asked, together(with_status(status), series("b", 10)))
            assert next(one.group for one in pools.kept if one.study == "a") == expected


def test_a_number_that_nobody_checked_changes_who_is_in() -> None:
    library = load_studies()
    uk = library.of_name("uk-2025")
    numbers = tuple(replace(one, status="unverified") if one.what == "transplant-deaths" else one for one in uk.numbers)
    pools = ask_pool("hsct-mortality", library.with_study(replace(uk, numbers=numbers)))
    assert why(pools)["uk-2025"] == "its number was not checked"
    kept = {one.study for one in pools.kept}
    assert "nicholas-2021" in kept  # whose people were inside it
    assert "uk-2025" not in kept


def test_one_number_moved_moves_the_sentence_and_the_date() -> None:
    library = load_studies()
    halt = library.of_name("halt-ms")
    numbers = tuple(
        replace(one, events=2, date_read=date(2026, 12, 24)) if one.what == "transplant-deaths" else one
        for one in halt.numbers
    )
    before, after = (
        ask_pool("hsct-mortality", one) for one in (library, library.with_study(replace(halt, numbers=numbers)))
    )
    assert before.sentence.startswith("15 of 2,509 people")
    assert after.sentence.startswith("17 of 2,509 people")
    assert after.read == date(2026, 12, 24)


def test_there_is_no_pooled_line_under_three_studies_that_share_nobody() -> None:
    two = together(series("a", 50), series("b", 60, 1), series("c", 10, b="contained in"))
    pools = pool_question(DEATHS, two)
    assert {one.pooled.value for one in pools.lines} == {None}
    assert pools.lines[0].pooled.absent_reason == "not estimable: fewer than 3 studies that share nobody"
    three = pool_question(DEATHS, two.without("c").with_study(series("d", 10)))
    assert three.lines[0].pooled.value == pytest.approx(1 / 120)


def test_two_arms_are_no_two_studies() -> None:
    arms = (Arm("HSCT", "hsct"), Arm("other", "hsct"))
    told = tuple(number("transplant-deaths", one.name, events=1, denominator=30, how="count") for one in arms)
    two = together(replace(series("a", 30), arms=arms, numbers=told), series("b", 30))
    line = pool_question(DEATHS, two).lines[0]
    assert (line.pooled.k, line.studies, line.pooled.value) == (3, 2, None)


def test_where_nobody_died_only_the_crude_share_is_there() -> None:
    none = pool_question(DEATHS, together(*(series(name, 50) for name in "abc")))
    crude, model = none.lines
    assert (crude.pooled.value, crude.pooled.low) == (0, 0)
    assert crude.pooled.high == pytest.approx(1 - 0.025 ** (1 / 150))
    assert model.pooled.value is None
    assert "no event in any study" in str(model.pooled.absent_reason)


def test_a_study_in_which_everybody_died_is_pooled() -> None:
    pools = pool_question(DEATHS, together(series("a", 5, 5), series("b", 50), series("c", 50, 1)))
    assert pools.lines[0].pooled.value == pytest.approx(6 / 105)


def test_a_percentage_without_a_count_is_shown_and_not_pooled() -> None:
    share = number("transplant-deaths", value=2.0)
    bare = replace(series("d", 40), numbers=(number("people", value=40), share))
    pools = pool_question(DEATHS, together(*(series(name, 50) for name in "abc"), bare))
    assert why(pools) == {"d": "no count of people is printed"}
    assert pools.lines[0].people == 150


def test_survival_without_an_interval_is_shown_and_not_pooled() -> None:
    pools = pool_question(NEDA, three_surveys().with_study(survey("d", 46.2)))
    assert why(pools) == {"d": "no interval is printed"}
    assert pools.lines[0].pooled.k == 3


def test_printed_intervals_are_taken_at_their_own_level() -> None:
    entries = [Entry(*one) for one in three_surveys().numbers("neda")]
    effects = survival_effects(entries)
    at_their_level = [log_minus_log([0.73], [0.66], [0.81]), log_minus_log([0.692], [0.502], [0.821], 0.90)]
    assert effects.values[:2] == pytest.approx([one.values[0] for one in at_their_level])
    assert effects.variances[:2] == pytest.approx([one.variances[0] for one in at_their_level])
    # The delta method, worked out here by a difference.
    step = 1e-6
    slope = (np.log(-np.log(0.828 + step)) - np.log(-np.log(0.828 - step))) / (2 * step)
    assert effects.variances[2] == pytest.approx((slope * 0.049) ** 2, rel=1e-6)


def test_a_survival_pool_says_its_share_and_interval() -> None:
    pools = pool_question(NEDA, three_surveys())
    (line,) = pools.lines
    value, low, high = (100 * (one or 0) for one in (line.pooled.value, line.pooled.low, line.pooled.high))
    assert 69.2 < value < 82.8
    assert pools.sentence == f"{value:.1f} ({low:.1f} to {high:.1f})"
    assert pool_question(NEDA, three_surveys().without("a")).sentence == "none"


def test_people_who_were_not_told_are_no_nobody() -> None:
    silent = replace(survey("d", 80.0, low=70.0, high=88.0, level=0.95), title="D")
    bare = replace(silent, numbers=silent.numbers[1:])
    assert Entry(bare, bare.numbers[0]).people is None
    pools = pool_question(NEDA, three_surveys().with_study(bare))
    (line,) = pools.lines
    assert (line.pooled.k, line.people) == (4, None)
    assert pools.estimates.rows()[0]["n"] is None
    assert any("people not told in 4 cohorts" in said for said in pool_words(pools))
    assert [one["people"] for one in pool_data(pools)["cohorts"]] == [50, 50, 50, None]


def test_only_the_asked_time_therapy_and_course_are_taken() -> None:
    studies = three_surveys().with_study(survey("d", 80.0, low=70.0, high=88.0, level=0.95))
    d = studies.of_name("d")
    other = replace(d, arms=(Arm("HSCT", "placebo"),))
    early = replace(d, numbers=(d.numbers[0], replace(d.numbers[1], months=24.0)))
    part = replace(d, numbers=(d.numbers[0], replace(d.numbers[1], among="EDSS under 4")))
    pooled = replace(d, kind="pooled by others")
    assert pool_question(NEDA, studies).lines[0].pooled.k == 4
    for one in (other, early, part, pooled):
        assert pool_question(NEDA, studies.with_study(one)).lines[0].pooled.k == 3
    of_course = replace(d, arms=(Arm("HSCT", "hsct", "RRMS"),))
    assert pool_question(replace(NEDA, course="RRMS"), studies.with_study(of_course)).lines[0].pooled.k == 1


def test_overlapping_cohorts_are_never_pooled_whoever_chose_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools_module, "non_overlapping", lambda entries, _: Chosen(tuple(entries), ()))
    with pytest.raises(InputProblems) as caught:
        pool_question(DEATHS, together(series("a", 50, b="contained in"), series("b", 60), series("c", 70)))
    assert "a, contained in b" in caught.value.report()


def test_pools_and_extensions_never_stand_beside_their_parts() -> None:
    library = load_studies()
    rates = Question("rates", "T", "Q?", ("relapse-rate-ratio",), ("log ratio",), therapy="ocrelizumab", fewest=2)
    assert {one.study for one in pool_question(rates, library).kept} == {"opera-i", "opera-ii"}
    worse = Question("w", "T", "Q?", ("progression-12w-hazard-ratio",), ("log ratio",), therapy="ofatumumab", fewest=2)
    assert pool_question(worse, library).kept == ()


def test_estimates_name_their_studies_and_those_left_out() -> None:
    rows = ask_pool("hsct-mortality", load_studies()).estimates.rows()
    first = rows[0]
    assert (first["what"], first["group"], first["studies"], first["studies_left_out"]) == (
        "transplant-deaths",
        None,
        18,
        12,
    )
    assert (first["n"], first["events"], first["standing"]) == (2509, 15, "secondary")
    assert "prediction interval of transplant-deaths" in {row["what"] for row in rows}
    assert all(str(row["method"]).split(":")[0].split(",")[0] for row in rows)


def test_a_pool_is_checked_as_far_as_its_least_checked_cohort() -> None:
    library = load_studies()
    line = ask_pool("hsct-mortality", library).line("crude")
    assert line is not None
    assert (line.standing, line.second_hand) == ("secondary", 5)
    pools = ask_pool("hsct-mortality", library)
    assert (
        "  crude: 0.60 % (0.33 to 0.98), 15 of 2,509 people in 19 cohorts of 18 studies; it is of all people "
        "together; 5 of 19 second-hand" in list(pool_words(pools))
    )
    first = pool_data(pools)["estimates"][0]
    assert (first["standing"], first["second_hand"]) == ("secondary", 5)
    together_line = pools.line("crude", ARMS_TOGETHER)
    assert together_line is not None
    assert together_line.second_hand == 5
    of = [replace(one, numbers=tuple(replace(told, status="derived") for told in one.numbers))
          for one in together(*(series(name, 50, 1) for name in "abc")).every]  # fmt: skip
    assert pool_question(DEATHS, together(*of)).estimates.rows()[0]["standing"] == "derived"


def test_what_others_printed_stands_beside_and_says_of_whom() -> None:
    printed = {study.name: found for study, found in ask_pool("hsct-mortality", load_studies()).printed}
    assert (printed["sormani-2017"].value, printed["ge-2019"].value) == (2.1, 1.34)
    by_group = ask_pool("hsct-mortality-by-intensity", load_studies()).printed
    assert "high-intensity regimens" in {found.among for _, found in by_group}


def test_a_forest_needs_no_second_computation() -> None:
    kept = {one.study: one for one in ask_pool("hsct-mortality", load_studies()).kept}
    uk = kept["uk-2025"]
    assert (uk.arm, uk.entry.people, uk.entry.number.events) == ("AHSCT", 364, 5)
    assert [round(100 * (one or 0), 2) for one in (uk.value, uk.low, uk.high)] == [1.37, 0.45, 3.18]
    assert sum(one.weight or 0 for one in kept.values()) > 0.9


def test_a_second_look_counts_the_arms_of_a_study_as_one_cohort() -> None:
    lines = {
        one.estimator: one for one in ask_pool("hsct-mortality", load_studies()).lines if one.group == ARMS_TOGETHER
    }
    assert {one.pooled.k for one in lines.values()} == {18}
    assert (lines["crude"].events, lines["crude"].people) == (15, 2509)
    apart = pool_question(DEATHS, together(*(series(name, 50, 1) for name in "abc"))).lines
    assert {one.group for one in apart} == {""}


def test_a_line_without_some_is_of_the_chosen_ones() -> None:
    asked = replace(DEATHS, lines=(WithoutSome("without b", ("b",), "why"),))
    studies = together(*(series(name, 50, 1) for name in "abcd"), series("e", 20, b="contained in"))
    lines = {one.group: one for one in pool_question(asked, studies).lines if one.estimator == "crude"}
    assert (lines[""].people, lines["without b"].people) == (200, 150)


def test_the_question_of_the_library_asks_for_three_of_them() -> None:
    assert {load_question(name).fewest for name in ("hsct-mortality", "hsct-neda-5y")} == {3}
    assert isinstance(next(load_studies().numbers())[1], Number)
