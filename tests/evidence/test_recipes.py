"""What pages are made from: lines of numbers, tracks over years, people of large series, what is absent and unknown."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.studies import number, series, together
from remission.evidence.pages.beyond_five_years import beyond_page, halves_words
from remission.evidence.pages.progressive import absent_words
from remission.evidence.recipes.card import headline, main_number, not_known, sides_of
from remission.evidence.recipes.changes import change_rows, difference_words, reading_rows
from remission.evidence.recipes.known import know
from remission.evidence.recipes.later_years import answer as later_answer
from remission.evidence.recipes.later_years import compared, hazard_rows, later_tracks
from remission.evidence.recipes.listing import study_rows, total_people
from remission.evidence.recipes.many_people import answer as large_answer
from remission.evidence.recipes.many_people import deaths_in_500, mix_words, small_and_large
from remission.evidence.recipes.parted import PARTED_BY, parted_lines, parted_rows
from remission.evidence.recipes.progression import absent_rows, registered_rows, transplant_lines, trial_lines
from remission.evidence.recipes.progression import answer as progressive_answer
from remission.evidence.recipes.regimens import (
    NOT_READ,
    between_lines,
    confounding_words,
    severe_words,
    within_lines,
    within_words,
)
from remission.evidence.recipes.second_looks import (
    slope_caution,
    slope_rows,
    slope_words,
    without_lines,
    without_rows,
)
from remission.evidence.recipes.study_lines import EXACT, FROM_ERROR, in_order_of_year, line_of
from remission.evidence.recipes.transplants import course_of, tracks
from remission.evidence.recipes.unknown import fact_rows, groups_of, unread_words
from remission.evidence.words import begun
from remission.studies.difference import difference
from remission.studies.grouping import GROUPINGS
from remission.studies.load import load_studies
from remission.studies.pools import ask_pool
from remission.studies.quantities import quantities
from remission.studies.study import Arm, Said, Study

LIBRARY = load_studies()


def of(name: str) -> Study:
    return LIBRARY.of_name(name)


def test_a_count_gets_an_exact_interval_that_says_it_was_worked_out_here() -> None:
    study = series("a", 21, 3)
    line = line_of(study, study.numbers[1], "../")
    assert (line.events, line.n, line.method, line.href) == (3, 21, EXACT, "../study/a.html")
    assert (line.low, line.high) == pytest.approx((0.0305, 0.3634), abs=1e-4)


def test_a_printed_interval_is_kept_as_it_is_and_a_share_is_of_1() -> None:
    line = line_of(of("halt-ms"), next(one for one in of("halt-ms").numbers if one.what == "event-free"), "")
    assert (line.value, line.low, line.high, line.level) == pytest.approx((0.692, 0.502, 0.821, 0.9))
    assert line.role == "study"


def test_without_an_interval_it_stands_apart() -> None:
    study = series("a", 50)
    line = line_of(study, number("neda", value=77.0), "")
    assert (line.role, line.low, line.why) == ("apart", None, "no interval printed")


@given(st.floats(2, 98), st.floats(0.1, 15))
def test_a_printed_error_gives_an_interval_that_holds_the_share_and_stays_within_bounds(
    share: float, error: float
) -> None:
    line = line_of(series("a", 50), number("neda", value=share, standard_error=error), "")
    assert line.method == FROM_ERROR
    low, value, high = (float(one or 0) for one in (line.low, line.value, line.high))
    assert 0 <= low <= value <= high <= 1
    assert high > low
    # A small error gives nearly what the plain formula gives.
    if error < 0.5 and 20 < share < 80:
        assert high - low == pytest.approx(2 * 1.959964 * error / 100, rel=0.02)


def test_people_of_a_part_are_not_those_of_the_whole() -> None:
    line = line_of(series("a", 109), number("neda", value=94.4, among="core criteria"), "")
    assert line.n is None


def test_a_comparison_is_of_the_people_of_both() -> None:
    found = next(one for one in of("oratorio").numbers if one.against and one.has_interval)
    assert line_of(of("oratorio"), found, "").n == 488 + 244


def test_lines_stand_in_order_of_year_and_never_of_value() -> None:
    lines = [line_of(one, one.numbers[1], "") for one in (series("b", 9, 1, 2020), series("a", 9, 0, 1999))]
    assert [line.year for line in in_order_of_year(lines)] == [1999, 2020]


def test_the_main_number_of_a_trial_is_its_ratio_and_of_a_series_its_longest_share() -> None:
    assert main_number(of("mist")).what == "progression-hazard-ratio"  # type: ignore[union-attr]
    found = main_number(of("silfverberg-2023"))
    assert (found.what, found.months) == ("neda", 120)  # type: ignore[union-attr]


def test_the_headline_says_how_far_and_when_it_was_checked() -> None:
    said = headline(of("halt-ms"))
    assert "69.2\u00a0% (90\u00a0% interval 50.2 to 82.1; of 24 people)" in said
    assert said.endswith("It was read where the authors printed it, on 22 November 2026.")
    assert "AHSCT" not in said


def test_shares_and_ratios_have_pictures_of_their_own() -> None:
    sides = sides_of(of("mist"), "../")
    assert sides.ratios
    assert all(0 <= (line.value or 0) <= 1 for line in sides.shares)


def test_what_was_not_read_is_told() -> None:
    said = " ".join(not_known(of("halt-ms")))
    assert "mobilisation" in said
    assert "conditioning" not in said
    assert "not the same as low" in said


def test_a_number_that_is_only_remembered_is_counted_and_kept_back() -> None:
    study = series("a", 50)
    remembered = replace(study, numbers=(*study.numbers, number("neda", value=1.5, months=60)))
    remembered = replace(remembered, numbers=(*study.numbers, replace(remembered.numbers[-1], status="unverified")))
    assert "1 number of it is remembered and not read, and so not shown." in list(not_known(remembered))
    assert len(sides_of(remembered, "").shares) == len(sides_of(study, "").shares)


def test_a_study_without_a_number_says_so() -> None:
    assert headline(replace(series("a", 5), numbers=())).startswith("No number of this study")


def test_people_of_arms_that_share_some_are_not_added_up() -> None:
    arms = (Arm("a", "hsct", shares_people_with=("b",)), Arm("b", "hsct", shares_people_with=("a",)), Arm("c", "x"))
    numbers = tuple(number("people", arm, value=value) for arm, value in (("a", 60.0), ("b", 40.0), ("c", 9.0)))
    assert total_people(replace(series("a", 1), arms=arms, numbers=numbers)) == 69


def test_every_study_is_a_row_in_order_of_year() -> None:
    rows = study_rows(LIBRARY)
    assert rows.height == len(LIBRARY.every)
    years = rows["year"].drop_nulls().to_list()
    assert years == sorted(years)


def test_the_second_five_years_in_sweden_took_fewer_and_in_italy_as_many() -> None:
    rows = {(row["study"], row["what"], row["whom"]): row for row in hazard_rows(later_tracks(LIBRARY)).to_dicts()}
    sweden, italy = rows["silfverberg-2023", "neda", "RRMS"], rows["boffa-2021", "progression-free", "RRMS"]
    assert (sweden["first_hazard"], sweden["second_hazard"]) == pytest.approx((0.31, 0.12), abs=0.006)
    assert (italy["first_hazard"], italy["second_hazard"]) == pytest.approx((0.16, 0.18), abs=0.006)
    assert (compared(sweden), compared(italy)) == ("fewer", "about as many")
    assert sweden["first_hazard"] == pytest.approx(-math.log(0.73))
    # A hyphen would let a line break between the sign and its logarithm.
    assert sweden["arithmetic"].startswith("\u2212ln(73/100) = 0.31; \u2212ln(")


def test_two_groups_of_one_study_are_told_apart_where_their_second_five_years_are() -> None:
    said = halves_words(later_tracks(LIBRARY))
    assert "Boffa 2021, Italy, RRMS (Free of progression): about as many." in said
    assert "Boffa 2021, Italy, progressive (Free of progression): fewer." in said


def test_free_of_activity_of_worsening_and_of_relapses_are_never_on_one_axis() -> None:
    found = later_tracks(LIBRARY)
    blocks = beyond_page(know(date(2026, 11, 30))).sections[0].blocks
    asked = list(dict.fromkeys(track.what for track in found))
    assert {"neda", "progression-free", "relapse-free"} <= set(asked)
    assert [block.title for block in blocks] == [quantities()[what].title for what in asked]
    for what, block in zip(asked, blocks, strict=True):
        assert block.picture is not None
        figure = block.picture.figure
        drawn = [row["y"] for row in figure.specs["wide"]["datasets"]["points"]]
        printed = [(one.value or 0) / 100 for track in found if track.what == what for one in track.numbers]
        assert sorted(drawn) == pytest.approx(sorted(printed))
        assert figure.title == f"Beyond five years: {quantities()[what].title.lower()}"
    assert len({block.picture.figure.name for block in blocks if block.picture}) == len(blocks)


def test_only_groups_followed_beyond_five_years_are_there() -> None:
    assert all((track.longest.months or 0) > 60 for track in later_tracks(LIBRARY))
    assert later_answer([]).startswith("No number with an interval")


def test_numbers_of_one_group_are_one_track_in_order_of_time() -> None:
    for track in tracks(LIBRARY):
        months = [one.months or 0 for one in track.numbers]
        assert months == sorted(months)


def test_the_answer_counts_nobody_twice() -> None:
    said = large_answer(small_and_large(LIBRARY), LIBRARY)
    assert "of 271 (United Kingdom 2025" in said
    assert "of 174" in said
    # The later report of the same people by regimen is a part of the 174.
    assert "of 141" not in said


def test_deaths_of_500_are_the_rate_times_500_with_what_chance_leaves_open() -> None:
    uk = next(one for one in deaths_in_500(LIBRARY) if one.title.startswith("United Kingdom"))
    assert (uk.expected, uk.low, uk.high) == (pytest.approx(500 * 5 / 364), 2, 12)
    assert "(500 x 5 / 364)" in uk.sentence


def test_who_was_treated_is_said_from_the_records() -> None:
    (said,) = mix_words(small_and_large(LIBRARY))
    assert "209 RRMS and 130 progressive of 364 [verified]" in said


def test_without_the_trial_there_is_no_answer() -> None:
    less = LIBRARY.without("halt-ms")
    assert large_answer(small_and_large(less), less).startswith("No series")


def test_absent_evidence_is_a_count_of_none() -> None:
    rows = {row["course"]: row for row in absent_rows(LIBRARY).to_dicts()}
    assert rows["PPMS"]["transplant_compared"] == 0
    assert rows["non-active SPMS"]["transplant_compared"] == 0
    assert rows["active SPMS"]["transplant_compared"] == 1
    assert rows["PPMS"]["randomised"] >= 3


def test_absent_evidence_is_said_to_be_absent() -> None:
    said = absent_words(absent_rows(LIBRARY))
    assert said.startswith("Transplantation compared with something else: no study in the library for primary")
    assert "without activity" in said
    assert "with activity" not in said


def test_an_answer_that_rests_on_second_hand_numbers_says_so() -> None:
    assert "ORATORIO 2017; second-hand)" in progressive_answer(LIBRARY)
    assert "second-hand" not in later_answer(later_tracks(LIBRARY))


def test_only_randomised_trials_of_progressive_ms_are_drawn_with_their_course() -> None:
    lines = trial_lines(LIBRARY, "")
    assert {"ORATORIO 2017", "EXPAND 2018"} <= {line.name.partition(":")[0] for line in lines}
    assert all("progressive" in line.group for line in lines)


def test_relapsing_ms_of_the_same_study_stands_beside() -> None:
    names = [line.name for line in transplant_lines(LIBRARY, "")]
    assert any("Boffa 2021, Italy (RRMS)" in name for name in names)
    assert any("Boffa 2021, Italy (progressive)" in name for name in names)


def test_registered_trials_say_where_they_stand() -> None:
    rows = {row["title"]: row for row in registered_rows(LIBRARY).to_dicts()}
    assert rows["StarMS"]["people"] == "104 planned (at first 198), 94 reached"
    assert rows["StarMS"]["recruiting"] == "no"


def test_a_regimen_that_is_only_remembered_is_not_read() -> None:
    said = Said("BEAM", "unverified", "memory", kind="BEAM")
    study = series("a", 50)
    arm = replace(study.arms[0], conditioning=said)
    study = replace(study, arms=(arm,), numbers=(*study.numbers, number("neda", value=70.0, months=60)))
    assert [line.group for line in between_lines(together(study), "", "neda")] == [NOT_READ]


def test_comparisons_inside_one_study_stand_apart() -> None:
    names = {line.group.partition(":")[0] for line in within_lines(LIBRARY, "")}
    assert names == {"Hamerschlak 2010, Brazil", "Silfverberg 2024, Sweden, by regimen"}
    said = " ".join(within_words(LIBRARY))
    assert "p 0.29 [verified]" in said
    assert "0.27 (95\u00a0% interval 0.14 to 0.5)" in said


def test_the_sentence_under_the_picture_counts_what_is_known() -> None:
    said = confounding_words(LIBRARY)
    assert f"of {len(groups_of(LIBRARY))} groups" in said
    assert "era and course" in said


def test_known_and_unknown_groups_of_a_fact_add_up() -> None:
    groups = groups_of(LIBRARY)
    for row in fact_rows(groups).to_dicts():
        unknown = row["unknown"].split("; ") if row["unknown"] else []
        assert row["known"] + len(unknown) == row["groups"] == len(groups)


def test_what_was_not_read_is_counted() -> None:
    said = list(unread_words(LIBRARY))
    assert "13 series are known by name and could not be read." in said
    assert any("has not been judged" in one for one in said)


def test_days_of_reading_stand_newest_first_and_count_every_number() -> None:
    rows = reading_rows(LIBRARY)
    assert rows["numbers"].sum() == sum(1 for _ in LIBRARY.numbers())
    days = rows["day"].drop_nulls().to_list()
    assert days == sorted(days, reverse=True)


def test_a_study_that_is_added_changes_what_is_told() -> None:
    found = difference(LIBRARY, LIBRARY.with_study(series("lee-2027", 140, 4, 2027)), date(2026, 12, 1))
    assert difference_words(found).endswith("changed on 1 December 2026: 1 study was added.")
    rows = change_rows(found).to_dicts()
    crude = next(row for row in rows if (row["name"], row["line"]) == ("Deaths of the transplant", "crude"))
    assert crude["before"].startswith("0.60 %")
    assert crude["after"].startswith("0.72 %")
    assert crude["after"].endswith("20 cohorts")


def test_the_course_of_an_arm_is_that_of_its_people_where_all_have_one() -> None:
    found = next(one for one in of("silfverberg-2023").numbers if one.what == "neda")
    assert course_of(of("silfverberg-2023"), found) == "RRMS"
    assert course_of(of("uk-2025"), next(one for one in of("uk-2025").numbers if one.what == "neda")) == ""


def test_each_cohort_is_left_out_once_and_the_others_stay() -> None:
    pools = ask_pool("hsct-mortality", LIBRARY)
    lines = without_lines(pools, "crude", "../")
    assert len(lines) == 19
    assert {line.studies for line in lines} == {18, 17} or {line.studies for line in lines} == {18}
    uk = next(line for line in lines if "United Kingdom" in line.name)
    assert uk.value == pytest.approx(10 / (2509 - 364))
    assert uk.href == "../study/uk-2025.html"


def test_the_table_has_every_estimator_for_every_cohort() -> None:
    rows = without_rows(ask_pool("hsct-mortality", LIBRARY))
    assert rows.height == 19
    assert set(rows.columns) == {"study", "name", "crude", "binomial-normal", "beta-binomial",
                                 "half added to zeros", "half added to all"}  # fmt: skip
    assert rows.null_count().sum_horizontal().item() == 0


def test_a_slope_under_ten_cohorts_is_refused_in_words_and_the_others_carry_the_caution() -> None:
    pools = ask_pool("hsct-mortality", LIBRARY)
    said = {row["covariate"]: slope_words(row) for row in slope_rows(pools).to_dicts()}
    assert said["EDSS at the start"].startswith("not estimable: 4 studies")
    assert said["year of publication"].startswith("odds times 0.92 a step")
    assert "says nothing of one person" in slope_caution(pools)


def test_a_card_says_in_which_pools_its_study_stands_and_why_not() -> None:
    found = know(date(2026, 11, 30)).memberships
    assert "Deaths of the transplant: in the pool." in found["uk-2025"]
    (kozak,) = [said for said in found["kozak-2001"] if said.startswith("Deaths of the transplant:")]
    assert "not in the pool: contained in Krasulova 2010" in kozak
    assert "sormani-2017" not in found


def test_a_comparison_of_two_arms_is_told_with_both_sides() -> None:
    said = headline(of("hamerschlak-2010"))
    assert "47\u00a0% with BEAM and horse ATG against 70\u00a0% with cyclophosphamide and rabbit ATG (p 0.288)" in said


def test_deaths_are_parted_by_every_grouping_and_too_few_cohorts_say_so() -> None:
    known = know(date(2026, 11, 30))
    lines = parted_lines(known)
    assert {line.group for line in lines} == {begun(GROUPINGS[by].title) for by in PARTED_BY}
    assert all(line.value is not None or "fewer than 3 studies" in line.why for line in lines)
    # A part has three estimators in the table; one of them is drawn.
    assert parted_rows(known).height == 3 * len(lines)


def test_severe_events_of_two_regimens_stand_beside_each_other() -> None:
    (said,) = severe_words(LIBRARY)
    assert "3.1 per person with BEAM and ATG against 1.4 per person with cyclophosphamide and ATG [verified]" in said
