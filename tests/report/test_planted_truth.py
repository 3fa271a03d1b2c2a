"""A planted number stands beside the estimate that it is the truth of, and beside no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.outcomes.load import load_cohort
from remission.report.asked import Asked, ask
from remission.report.curves.first_events import estimate_whole
from remission.report.curves.planted_truth import Beside, compare_with_truth, planted, truth_beside
from remission.stats.estimates import Estimates

HSCT, BEST = "HSCT", "Best available therapy"
HELD = ("age_years", "sex", "baseline_edss", "x_relapses_before")
RATIO = {"what": "Progression: hazard ratio", "group": HSCT, "against": BEST, "value": 0.4, "low": 0.3, "high": 0.5}


@pytest.fixture(scope="module")
def asked() -> Asked:
    return ask(load_cohort("hsct-500"), "cdp-24w", group_by="arm", adjust=HELD, strata=["centre"])


def _ratio(**said: object) -> Estimates:
    return Estimates.of([{**RATIO, "unit": "ratio", "method": "by hand", **said}])


def test_the_conditional_ratio_stands_beside_the_model_that_holds_all_of_it_alike(asked: Asked) -> None:
    (table,) = truth_beside(asked, Beside("hazard ratio", _ratio(adjusted_for=", ".join(HELD))))
    (row,) = table.frame.to_dicts()
    assert (row["truth"], row["truth_words"], row["estimate_words"], row["inside"]) == (
        pytest.approx(0.4476), "0.45", "0.40 (0.30 to 0.50)", "yes",
    )  # fmt: skip
    assert (row["group"], row["what"]) == (
        "HSCT to Best available therapy",
        "Hazard ratio, adjusted for age, sex, EDSS at baseline and relapses before",
    )


def test_beside_a_model_that_holds_less_alike_there_is_no_truth(asked: Asked) -> None:
    for fewer in (replace(asked, strata=()), replace(asked, adjust=HELD[:3])):
        assert truth_beside(fewer, Beside("hazard ratio", _ratio(adjusted_for="something"))) == []


def test_the_crude_ratio_stands_beside_that_of_a_trial_and_the_note_says_so(asked: Asked) -> None:
    (table,) = truth_beside(asked, Beside("hazard ratio", _ratio(value=0.3, high=0.4, low=0.2)))
    (row,) = table.frame.to_dicts()
    assert (row["truth_words"], row["inside"]) == ("0.46", "no")
    assert "that of a trial" in table.note


def test_an_incidence_is_matched_by_its_event_its_arm_and_its_day(asked: Asked) -> None:
    share = {"what": "x: incidence", "group": HSCT, "value": 0.1, "low": 0.05, "high": 0.2, "unit": "proportion"}
    rows = Estimates.of([{**share, "at_days": 1826}, {**share, "at_days": 100}, {**share, "group": "all"}])
    for event, words in (("cdp-24w", "13.9\xa0%"), ("death", "2.4\xa0%")):
        (table,) = truth_beside(asked, Beside("cumulative incidence", rows, event))
        assert table.frame["truth_words"].to_list() == [words]
        assert table.name == f"truth-cumulative-incidence-{event}"


def test_a_ratio_without_limits_is_inside_nothing(asked: Asked) -> None:
    (table,) = truth_beside(asked, Beside("hazard ratio", _ratio(low=None, high=None)))
    assert table.frame.select("estimate_words", "inside").row(0) == ("0.40 (limits not estimable)", "not estimable")


def test_nothing_is_planted_for_other_groups_or_other_records(asked: Asked) -> None:
    assert planted(asked, "hazard ratio")
    assert planted(replace(asked, group_by="sex"), "hazard ratio") == ()
    assert planted(ask(load_cohort("halt-ms"), "halt-ms-efs"), "hazard ratio") == ()
    mine = replace(asked.cohort, manifest=replace(asked.cohort.manifest, note="my own records"))
    assert planted(replace(asked, cohort=mine), "hazard ratio") == ()


@pytest.mark.parametrize(("cohort", "endpoint"), [("two-arm", "neda-3"), ("hsct-500", "cdp-24w")])
def test_curves_have_their_truths_and_areas_and_the_difference_of_areas(cohort: str, endpoint: str) -> None:
    one = ask(load_cohort(cohort), endpoint, group_by="arm")
    table = compare_with_truth(one.cohort, estimate_whole(one), "arm")
    assert table is not None
    assert table.frame.height == 4 * 2 + 2 + 1
    assert table.frame["group"][-1] == "HSCT less Best available therapy"
    assert (table.frame["inside"] == "yes").sum() >= 9


def test_a_changed_summary_keeps_the_truth_and_a_changed_event_has_none(asked: Asked) -> None:
    def changed(**sets: object) -> Asked:
        values = {name.replace("__", "."): value for name, value in sets.items()}
        return ask(asked.cohort, load_changed_endpoint("cdp-24w", values), group_by="arm")

    summary = changed(estimation__death="competes")
    assert summary.outcome.name == "cdp-24w-changed"
    assert planted(summary, "hazard ratio") == planted(asked, "hazard ratio")
    for name in ("cdp-24w", "cdp-24w-changed"):
        assert planted(summary, "cumulative incidence", name) == planted(asked, "cumulative incidence", "cdp-24w")
    assert planted(changed(progression__confirmation__days=84), "hazard ratio") == ()


def test_one_table_has_the_truths_of_a_section_and_says_of_which_event(asked: Asked) -> None:
    held, crude = _ratio(adjusted_for=", ".join(HELD)), _ratio(value=0.3, high=0.4, low=0.2)
    (table,) = truth_beside(asked, Beside("hazard ratio", held), Beside("hazard ratio", crude, of="The event"))
    first, second = table.frame["what"].to_list()
    assert first.startswith("Hazard ratio, adjusted for age, sex")
    assert second == "The event: hazard ratio, not adjusted"
    assert truth_beside(asked, Beside("something else", held)) == []
