"""What a model is fitted to: who takes part, which columns there are, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from made_up.model_cohort import trial, two_arms
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort
from remission.report.groups import Grouping
from remission.report.models.design import Design
from remission.stats.regression.cox import cox
from remission.stats.regression.refusals import NotEstimable

SIX = pl.DataFrame({
    "subject_id": ["A", "B", "C", "D", "E", "F"],
    "arm": ["new", "old", "new", "old", "new", "old"],
    "age_years": [30.0, 40.0, None, 60.0, 35.0, 45.0],
    "sex": ["female", "male", "female", "female", None, "male"],
    "onset_day": [-3652, -730, -365, -1461, -1826, -3652],
    "last_day": [900, 900, 900, 900, 900, 900],
    "x_centre_kind": ["a", "b", "a", "b", "a", "b"],
})  # fmt: skip
EVENTS = {"A": 100, "B": 50, "D": 300}


def of(subjects: pl.DataFrame = SIX, *args: object, **options: object) -> Design:
    there = set(subjects["subject_id"])
    cohort = trial(subjects, {name: day for name, day in EVENTS.items() if name in there})
    return Design.of(evaluate(cohort, "relapse-free"), cohort, *args, **options)  # type: ignore[arg-type]


def test_who_lacks_a_covariate_is_left_out_and_counted() -> None:
    design = of(SIX, "arm", ["age_years", "sex"])
    assert design.people["subject_id"].to_list() == ["A", "B", "D", "F"]
    assert design.compared == 6
    assert design.said == ("2 of 6 persons without age or sex are left out of the adjusted model.",)


def test_a_category_stands_against_its_most_frequent_level_and_a_number_as_it_is() -> None:
    design = of(SIX.with_columns(sex=pl.Series(["male", "male", "female", "male", "female", "male"])), "arm", ["sex"])
    assert [(one.name, one.label) for one in design.columns] == [
        ("arm: old", "Arm: old against new"),
        ("sex: female", "Sex: female against male"),
    ]
    assert design.values["sex: female"].tolist() == [0, 0, 1, 0, 1, 0]
    assert of(SIX, "arm", ["onset_day"]).values["onset_day"][0] == pytest.approx(3652 / 365.25)
    assert of(SIX, "arm", ["onset_day"]).columns[1].label == "Years since the first symptom, per year"


def test_groups_stand_against_the_reference_and_nobody_without_a_group_takes_part() -> None:
    arms = SIX.with_columns(arm=pl.Series(["new", "old", "new", "old", None, "mid"]))
    design = of(arms, Grouping("arm", reference="old"))
    assert [one.name for one in design.columns] == ["arm: mid", "arm: new"]
    assert "E" not in design.people["subject_id"].to_list()
    assert design.values["arm: new"].tolist() == [1, 0, 1, 0, 0]
    assert (design.reference, design.groups) == ("old", ("mid", "new", "old"))
    assert design.said == ("1 of 6 persons followed, without arm, takes no part.",)


def test_a_group_in_which_nobody_has_every_covariate_is_named() -> None:
    arms = SIX.with_columns(arm=pl.Series(["new", "old", "mid", "old", "new", "new"]))
    design = of(arms, "arm", ["age_years"])
    assert design.groups == ("new", "old")
    assert "Nobody in mid has every covariate that was asked for: not in the adjusted model." in design.said


def test_strata_and_arrays_are_those_of_the_people_who_are_left() -> None:
    design = of(SIX, "arm", ["age_years"], ["x_centre_kind"])
    assert design.arrays["strata"].tolist() == ["a", "b", "b", "a", "b"]
    assert design.arrays["exit"].tolist() == [100, 50, 300, 900, 900]
    assert design.arrays["entry"] is None
    assert design.adjusted_for == "age_years, strata of x_centre_kind"
    alone = design.crude()
    assert (alone.adjusted_for, list(alone.values), alone.people.height) == (None, ["arm: old"], 5)
    assert alone.arrays["strata"] is None


def test_everything_that_is_wrong_is_told_at_once() -> None:
    many = pl.DataFrame({
        "subject_id": [f"S{n}" for n in range(14)], "arm": ["a", "b"] * 7, "sex": ["male", "female"] * 7,
        "age_years": [30.5] * 14, "end_reason": ["lost"] * 14, "last_day": [900] * 14,
        "x_site": [f"site {n}" for n in range(14)],
    })  # fmt: skip
    adjust = ["arm", "end_reason", "nothing", "x_site", "sex", "baseline_edss"]
    with pytest.raises(InputProblems) as caught:
        of(many, "arm", adjust, ["sex", "age_years"])
    said = caught.value.report()
    assert "column arm: found the groups in --adjust" in said
    assert "column end_reason: found 'end_reason', which is not known as of day zero" in said
    assert "column nothing: found no column 'nothing'; allowed: " in said
    assert "column x_site: found 14 different values" in said
    assert "column sex: found it in both --adjust and --strata" in said
    assert "column age_years: found a number with fractions" in said
    assert len(caught.value.problems) == 7


def test_a_text_that_may_stand_for_nothing_is_asked_about() -> None:
    cohort = trial(SIX, EVENTS)
    # Made in memory, past the checks of files and frames.
    subjects = cohort.subjects.with_columns(sex=pl.Series(["female", "NA", "female", "female", "female", "male"]))
    cohort = replace(cohort, tables={**cohort.tables, "subjects": subjects})
    with pytest.raises(InputProblems) as caught:
        Design.of(evaluate(cohort, "relapse-free"), cohort, "arm", ["sex"])
    assert 'missing = ["NA"]' in caught.value.report()
    assert "NA" not in caught.value.__notes__[0], "a value of a person is told to whoever asked, and not noted"


def test_strata_may_have_any_number_of_values() -> None:
    many = pl.DataFrame({
        "subject_id": [f"S{n}" for n in range(40)], "arm": ["a", "b"] * 20, "last_day": [900] * 40,
        "centre": [f"centre {n // 2}" for n in range(40)],
    })  # fmt: skip
    assert len(set(of(many, "arm", [], ["centre"]).arrays["strata"].tolist())) == 20


def test_a_baseline_edss_needs_scores() -> None:
    with pytest.raises(InputProblems) as caught:
        of(SIX, "arm", ["baseline_edss"])
    assert "column edss: found no EDSS score in this cohort" in caught.value.report()


def test_without_two_groups_there_is_nothing_to_compare() -> None:
    with pytest.raises(NotEstimable, match="nobody in more than one group was followed"):
        of(SIX.with_columns(arm=pl.lit("one")), "arm")
    ages = SIX.with_columns(age_years=pl.Series([30.0, None, 31.0, None, 32.0, None]))
    with pytest.raises(NotEstimable, match="has every covariate that was asked for"):
        of(ages, "arm", ["age_years"])
    with pytest.raises(NotEstimable, match="nobody in old was followed and has every covariate"):
        of(ages, Grouping("arm", reference="old"), ["age_years"])


def test_a_column_without_differences_is_told_and_left_out() -> None:
    design = of(SIX.with_columns(sex=pl.lit("male")), "arm", ["sex"])
    assert [one.name for one in design.columns] == ["arm: old"]
    assert design.said == ("sex is the same in everybody compared, so there is nothing to adjust for.",)


def test_some_persons_can_be_chosen() -> None:
    assert of(SIX, "arm", among=["A", "B", "F"]).people["subject_id"].to_list() == ["A", "B", "F"]


# ---------------------------------------------------------------- the EDSS at baseline


def scored(scores: dict[str, list[tuple[int, float]]]) -> Cohort:
    rows = [
        {"subject_id": name, "row_id": f"{name}{day}", "day": day, "edss": edss}
        for name, list_of in scores.items()
        for day, edss in list_of
    ]
    return trial(SIX, EVENTS, visits=pl.DataFrame(rows))


SCORES = {
    "A": [(-10, 2.0), (90, 2.0), (180, 2.0), (360, 2.0)],
    "B": [(-200, 3.0), (0, 4.0), (90, 4.0), (180, 5.5), (360, 5.5), (540, 7.0), (720, 7.0)],
    "C": [(5, 1.0), (90, 1.0)],
    "D": [(-1, 6.0), (90, 6.0)],
    "E": [(0, 1.5), (90, 1.5)],
    "F": [(0, 2.5), (90, 2.5)],
}


def test_the_baseline_edss_is_that_of_the_definition() -> None:
    cohort = scored(SCORES)
    first = load_changed_endpoint("cdp-12w", {"progression.baseline.choose": "first"})
    for endpoint, of_b in ((load_endpoint("cdp-12w"), 4.0), (first, 3.0)):
        design = Design.of(evaluate(cohort, endpoint), cohort, "arm", ["baseline_edss"])
        found = dict(zip(design.people["subject_id"].to_list(), design.values["baseline_edss"].tolist(), strict=True))
        assert found["B"] == of_b
        assert "C" not in found, "C has no score up to day zero"
        assert (
            design.said[-1] == "EDSS at baseline is the score at the visit that the definition takes for its baseline."
        )


def test_an_endpoint_without_a_baseline_takes_the_last_score_up_to_day_zero() -> None:
    cohort = scored(SCORES)
    design = Design.of(evaluate(cohort, "relapse-free"), cohort, "arm", ["baseline_edss"])
    assert design.values["baseline_edss"].tolist() == [2.0, 4.0, 6.0, 1.5, 2.5]
    assert "the last score up to day zero" in design.said[-1]


def test_a_baseline_that_moves_is_the_first_one() -> None:
    # Better for good, and then worse than that: the event of B is counted from the better score.
    better = [(-200, 3.0), (0, 4.0), (90, 2.0), (180, 2.0), (360, 2.0), (540, 4.0), (720, 4.0), (810, 4.0)]
    cohort = scored(SCORES | {"B": better})
    moving = load_changed_endpoint("cdp-12w", {"progression.baseline.moves": "roving"})
    outcome = evaluate(cohort, moving)
    assert outcome.spells.filter(subject_id="B")["baseline_row"].item() not in ("B0", None), "it has moved"
    design = Design.of(outcome, cohort, "arm", ["baseline_edss"])
    assert design.values["baseline_edss"][design.people["subject_id"].to_list().index("B")] == 4.0


def test_a_baseline_after_time_has_begun_is_refused() -> None:
    cohort = scored(SCORES)
    late = load_changed_endpoint("cdp-12w", {"progression.baseline.to_day": 100})
    with pytest.raises(InputProblems) as caught:
        Design.of(evaluate(cohort, late), cohort, "arm", ["baseline_edss"])
    assert "takes its baseline after time has begun in " in caught.value.report()


def test_a_model_of_a_design_is_that_of_its_arrays() -> None:
    design = of(SIX, "arm")
    by_hand = cox([100, 50, 900, 300, 900, 900], [True, True, False, True, False, False], {"old": [0, 1, 0, 1, 0, 1]})
    assert np.allclose(cox(**design.arrays).coefficients, by_hand.coefficients)


def test_a_covariate_that_everybody_has_alike_is_not_said_to_be_held() -> None:
    cohort = two_arms(30, 0.5)
    alike = cohort.subjects.with_columns(age_years=pl.lit(40.0))
    design = Design.of(*_evaluated(replace(cohort, tables={**cohort.tables, "subjects": alike})), "arm", ["age_years"])
    assert (design.adjust, design.adjusted_for) == ((), None)
    assert design.said == ("age_years is the same in everybody compared, so there is nothing to adjust for.",)


def test_an_infinite_number_is_a_problem_of_the_records() -> None:
    cohort = two_arms(30, 0.5)
    beyond = cohort.subjects.with_columns(age_years=pl.lit(float("inf")))
    with pytest.raises(InputProblems, match="infinity"):
        Design.of(*_evaluated(replace(cohort, tables={**cohort.tables, "subjects": beyond})), "arm", ["age_years"])


def _evaluated(cohort: Cohort) -> tuple[Outcome, Cohort]:
    return evaluate(cohort, "relapse-free"), cohort
