"""Hazard ratios by group: models, small trials, what cannot be estimated, and what is said of it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from made_up.model_cohort import trial, two_arms
from remission.exhibits.page import Picture, tables_of
from remission.inputs.problems import InputProblems
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report.asked import Asked, ask
from remission.report.curves.first_events import estimate_whole
from remission.report.frame.framing import frame_page
from remission.report.groups import Grouping
from remission.report.hazards.cox import cox
from remission.report.hazards.fitted import FittedModel
from remission.report.hazards.ratio_words import (
    AN_AVERAGE,
    FIRST_EVENTS,
    IF_LOST_ALIKE,
    SEVERAL,
    answer_sentences,
    caution_sentences,
    short_sentences,
    time_sentences,
)
from remission.report.hazards.wording import ratio_number
from remission.report.models import averaged, first_events, hazard_ratios, proportional
from remission.report.models.hazard_ratios import HazardRatios, estimate_hazard_ratios_by_group
from remission.report.page_sections import make_sections
from remission.report.pictures.hazard_ratio_tables import model_table, ratios_table
from remission.report.sections.hazard_ratios import make_section
from remission.stats.multiplicity import holm
from remission.stats.regression import cox as stats_cox
from remission.stats.regression.concordance import estimate_concordance
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.permutation import permutation_log_rank

ENDPOINT = "relapse-free"


def asked_of(cohort: Cohort, *adjust: str, by: str | Grouping = "arm", strata: tuple[str, ...] = ()) -> Asked:
    return ask(cohort, ENDPOINT, group_by=by, adjust=adjust, strata=strata)


def ratios(cohort: Cohort, *adjust: str, **options: object) -> HazardRatios:
    found = estimate_hazard_ratios_by_group(asked_of(cohort, *adjust, **options))  # type: ignore[arg-type]
    assert found is not None
    return found


def quiet(asked: Asked) -> Asked:
    return replace(asked, picture=lambda figure: Picture(figure, "", ""))


def fitted(model: object) -> FittedModel:
    assert isinstance(model, FittedModel)
    return model


def test_crude_and_adjusted_are_coxs_model_of_the_same_columns() -> None:
    cohort = two_arms(120, 0.5)
    found = ratios(cohort, "age_years", strata=("centre",))
    arrays = evaluate(cohort, ENDPOINT).arrays()
    old = (cohort.subjects["arm"] == "old").cast(pl.Float64).to_numpy()
    alone = stats_cox.cox(arrays.exit, arrays.event, {"old": old})
    held = stats_cox.cox(
        arrays.exit, arrays.event, {"old": old, "age": cohort.subjects["age_years"].to_numpy()},
        strata=np.asarray(cohort.subjects["centre"].to_list()),
    )  # fmt: skip
    crude, adjusted = fitted(found.crude), fitted(found.adjusted)
    assert crude.rows[0]["value"] == pytest.approx(np.exp(alone.coefficients[0]))
    assert adjusted.rows[0]["value"] == pytest.approx(np.exp(held.coefficients[0]))
    assert adjusted.rows[0]["p"] == pytest.approx(held.wald(["old"]).p)
    assert (crude.rows[0]["group"], crude.rows[0]["against"], crude.rows[0]["adjusted_for"]) == ("old", "new", None)
    assert adjusted.rows[0]["adjusted_for"] == "age_years, strata of centre"
    assert adjusted.rows[1]["adjusted_for"] == "arm, strata of centre"
    assert found.shown is adjusted


def test_the_crude_model_of_the_same_people_stands_beside_one_that_lacks_some() -> None:
    cohort = two_arms(60, 0.5)
    subjects = cohort.subjects.with_columns(
        age_years=pl.when(pl.col("subject_id") < "S010").then(None).otherwise("age_years")
    )
    found = ratios(replace(cohort, tables={**cohort.tables, "subjects": subjects}), "age_years")
    assert [model.design.people.height for model in found.fitted] == [60, 50, 50]
    assert "10 of 60 persons without age are left out of the adjusted model." in caution_sentences(found)
    assert short_sentences(found)[0].endswith("adjusted for age, of 50 of 60 persons.")
    rows = ratios_table(found).rows()
    assert [row[1] for row in rows] == ["not adjusted", "not adjusted, the same persons", "adjusted for age"]


def test_where_an_arm_has_no_event_firths_likelihood_is_taken_and_named() -> None:
    people = two_arms(40, 1.0).subjects.select("subject_id", "arm", "last_day")
    events = {
        name: 100 + at for at, (name, arm) in enumerate(people.select("subject_id", "arm").rows()) if arm == "old"
    }
    found = ratios(trial(people, events), by=Grouping("arm", reference="old"))
    model = fitted(found.crude)
    assert model.penalised
    row = model.rows[0]
    assert row["value"] < 0.1
    assert row["high"] < 0.5
    assert "Firth's penalised likelihood" in row["method"]
    assert "profile interval" in row["method"]
    assert found.proportional is None
    said = " ".join([*short_sentences(found), *caution_sentences(found)])
    assert "'Arm: new against old' tells on every event day who has the event, so Cox's estimate is infinite" in said
    assert "Firth's penalised likelihood, profile limits" in said
    assert "nan" not in said.lower()


def test_of_few_people_firth_and_the_permutation_test_stand_beside_the_usual_answer() -> None:
    cohort = two_arms(24, 0.3, seed=3)
    found = ratios(cohort)
    arrays = evaluate(cohort, ENDPOINT).arrays()
    assert found.permutation is not None
    expected = permutation_log_rank(arrays.exit, arrays.event, np.asarray(cohort.subjects["arm"].to_list()))
    assert found.permutation.p == expected.p
    assert "all 2,704,156 ways" in found.permutation.method
    assert [model.penalised for model in found.fitted] == [False, True]
    assert any(IF_LOST_ALIKE in one for one in caution_sentences(found))
    more = ratios(two_arms(26, 0.3))
    assert (more.permutation, more.in_few) == (None, ())


def test_one_page_has_one_exact_test() -> None:
    # Three of eighteen in one arm: the comparison of curves has an exact p already.
    people = two_arms(18, 1.0).subjects.select("subject_id", "last_day").with_columns(
        arm=pl.when(pl.col("subject_id") < "S003").then(pl.lit("new")).otherwise(pl.lit("old"))
    )  # fmt: skip
    found = ratios(trial(people, {f"S{at:03d}": 50 + at for at in range(12)}))
    assert found.permutation is None


def test_what_cannot_be_estimated_is_told_in_words() -> None:
    people = two_arms(30, 1.0).subjects.select("subject_id", "arm", "age_years", "last_day")
    asked = asked_of(trial(people, {}), "age_years")
    found = estimate_hazard_ratios_by_group(asked)
    assert found is not None
    assert isinstance(found.crude, NotEstimable)
    assert found.shown is None
    assert "not estimable, because no event" in short_sentences(found)[0]
    section = make_section(asked)
    assert section is not None
    said = " ".join(section.blocks[0].sentences)
    assert "Hazard ratio, adjusted: not estimable. No event: nobody has shown who is at higher risk" in said
    assert "nan" not in said.lower()
    assert tables_of([section]) == []
    assert hazard_ratios.compared(asked).estimates.frame.is_empty()  # type: ignore[union-attr]


def test_more_columns_than_events_and_collinear_columns_say_what_to_do() -> None:
    cohort = two_arms(30, 1.0)
    subjects = cohort.subjects.with_columns(sex=pl.when(arm="new").then(pl.lit("male")).otherwise(pl.lit("female")))
    found = ratios(replace(cohort, tables={**cohort.tables, "subjects": subjects}), "sex")
    assert isinstance(found.adjusted, NotEstimable)
    assert "leave one of them out" in found.refused[0][1].reasons[0]
    assert found.shown is found.crude, "the answer is then the one that there is"
    assert any("not estimable" in one for one in answer_sentences(found, estimate_whole(asked_of(cohort))))
    # Who asked for an adjusted answer must not take the other for it.
    assert "; not adjusted (asked for and not estimable: the adjusted ratio, because sex: " in short_sentences(found)[0]


def test_three_groups_have_holms_p_and_the_sentence() -> None:
    cohort = two_arms(90, 0.5)
    arms = pl.Series("arm", [("a", "b", "c")[at % 3] for at in range(90)])
    found = ratios(replace(cohort, tables={**cohort.tables, "subjects": cohort.subjects.with_columns(arms)}))
    rows = fitted(found.crude).group_rows
    assert [row["p_holm"] for row in rows] == pytest.approx(holm([row["p"] for row in rows]).tolist())
    assert SEVERAL in caution_sentences(found)
    table = ratios_table(found)
    assert "Holm's p" in [column.header for column in table.columns]
    assert table.raw is not None
    assert table.raw["p_holm"].null_count() == 0
    two = ratios(cohort)
    assert SEVERAL not in caution_sentences(two)
    assert "Holm's p" not in [column.header for column in ratios_table(two).columns]


def test_where_curves_cross_the_average_time_stands_first() -> None:
    cohort = two_arms(300, 1.0, crossing=True)
    asked = asked_of(cohort)
    found = ratios(cohort)
    assert found.misleads
    assert [(one.group, one.against) for one in found.crossings] == [("old", "new")]
    assert 200 < found.crossings[0].day < 900
    said = answer_sentences(found, estimate_whole(asked))
    assert said[0].startswith("On average old had ")
    assert "the curves of old and new cross" in said[1]
    assert AN_AVERAGE in said[1]
    assert said[2].startswith("Hazard ratio, old to new")
    assert "it is not the same at all times" in short_sentences(found)[0]


def test_curves_of_a_constant_ratio_do_not_cross_and_the_ratio_stands_first() -> None:
    for seed in range(6):
        cohort = two_arms(200, 0.5, seed=seed)
        found = ratios(cohort)
        assert found.crossings == ()
    said = answer_sentences(found, estimate_whole(asked_of(cohort)))
    assert said[0].startswith("Hazard ratio, old to new, not adjusted: ")
    assert "times as often on any one day in old as in new" in said[1]
    assert "It is no ratio of the shares" in said[1]


def test_a_ratio_that_moves_is_found_and_drawn() -> None:
    found = ratios(two_arms(300, 1.0, crossing=True))
    assert found.proportional is not None
    assert found.proportional.speaks_against == ("Arm: old against new",)
    smooth = found.proportional.smooth("arm: old")
    assert smooth is not None
    assert smooth.effect[0] < 0 < smooth.effect[-1], "fewer events in the old arm at first, more later"
    rows = found.proportional.residuals("arm: old")
    spells = evaluate(two_arms(300, 1.0, crossing=True), ENDPOINT).spells.filter("event")
    days = dict(zip(spells["subject_id"].to_list(), spells["exit_day"].to_list(), strict=True))
    assert {row["subject_id"]: row["day"] for row in rows} == days, "each dot stands on the day of its own person"


def test_averaged_shares_stand_beside_an_adjusted_ratio_only() -> None:
    cohort = two_arms(80, 0.5)
    assert averaged.compared(asked_of(cohort)) is None
    asked = asked_of(cohort, "age_years")
    section = make_section(asked)
    assert section is not None
    block = next(one for one in section.blocks if one.title == "Had everybody been in each group")
    assert any(one.startswith("Adjusting changes a hazard ratio even where") for one in block.sentences)
    found = averaged.compared(asked)
    assert found is not None
    assert set(found.estimates.frame["adjusted_for"]) == {"age_years"}
    assert set(found.estimates.frame["against"]) == {"new"}
    assert "1000 bootstrap draws (seed 0)" in found.estimates.frame["method"][0]


def test_what_is_compared_are_contrasts_with_their_tests() -> None:
    asked = asked_of(two_arms(80, 0.5), "age_years", "sex")
    found = hazard_ratios.compared(asked)
    assert found is not None
    assert found.estimates.frame["against"].null_count() == 0
    assert found.estimates.frame["adjusted_for"].to_list() == [None, "age_years, sex"]
    assert found.said[0].startswith("Hazard ratio, old to new: ")
    tested = proportional.compared(asked)
    assert tested is not None
    assert [(one.what, one.adjusted_for) for one in tested.tests] == [("proportional hazards (zph)", "age_years, sex")]


def test_nothing_can_be_held_alike_where_people_are_not_divided() -> None:
    cohort = two_arms(20, 1.0)
    assert estimate_hazard_ratios_by_group(ask(cohort, ENDPOINT)) is None
    with pytest.raises(InputProblems) as caught:
        estimate_hazard_ratios_by_group(ask(cohort, ENDPOINT, adjust=["age_years"], strata=["centre"]))
    assert len(caught.value.problems) == 2


def test_residuals_of_persons_are_not_drawn_where_only_aggregates_may_be_shown() -> None:
    asked = asked_of(two_arms(80, 0.5), "age_years")
    drawn = {table.name for table in tables_of(make_sections(asked))}
    assert "ratio-over-time-relapse-free-1" in drawn
    made = []
    hidden = replace(asked, aggregates_only=True, picture=lambda figure: made.append(figure) or asked.picture(figure))  # type: ignore[func-returns-value]
    left = tables_of(make_sections(hidden))
    assert "ratio-over-time-relapse-free-1" not in {table.name for table in left}
    assert not any(figure.name.startswith("ratio-over-time") for figure in made)
    assert "proportional-relapse-free" in {table.name for table in left}, "the test is of no single person"


def test_the_top_of_the_page_has_one_sentence_of_it_and_says_what_is_adjusted() -> None:
    page = frame_page(asked_of(two_arms(80, 0.5), "age_years"))
    (first, *_) = page.in_short
    assert first.startswith("old against new: hazard ratio 2.")
    assert "adjusted for age; " in first
    assert first.index("hazard ratio") < first.index("fewer days without a relapse within") < first.index("log-rank p")
    assert len(page.in_short) <= 3
    assert "only the hazard ratio is adjusted" in page.in_short[-1]
    crude = frame_page(asked_of(two_arms(80, 0.5)))
    assert "nothing is adjusted for" in crude.in_short[-1]


def test_the_table_of_the_model_has_every_column() -> None:
    model = fitted(ratios(two_arms(80, 0.5), "age_years", "sex").adjusted)
    assert [row[0] for row in model_table(model).rows()] == [
        "Arm: old against new", "Age on day zero, per year", "Sex: male against female",
    ]  # fmt: skip
    assert "Likelihood-ratio test" in model_table(model).note
    assert isinstance(model.fit, stats_cox.CoxFit)
    share = float(str(estimate_concordance(model.fit).rows()[0]["value"]))
    assert f"Concordance {share:.2f} (" in model_table(model).note


def test_weighted_people_have_robust_errors_and_no_likelihood_ratio() -> None:
    cohort = two_arms(60, 0.5)
    outcome = evaluate(cohort, ENDPOINT)
    half = outcome.spells.with_columns(weight=pl.when(pl.int_range(pl.len()) % 3 == 0).then(0.5).otherwise(1.0))
    model = cox(replace(outcome, spells=half), cohort, by="arm")
    assert "infinitesimal jackknife" in model.estimates.frame["method"][0]
    assert model.likelihood_ratio is None


@pytest.mark.parametrize(
    ("value", "words"), [(0.31, "0.31"), (0.0213, "0.021"), (0.0001, "under 0.001"), (12.34, "12.3"), (1783.4, "1,783")]
)
def test_ratios_keep_the_digits_that_they_need(value: float, words: str) -> None:
    assert ratio_number(value) == words


# ---------------------------------------------------------------- from Python


def test_a_model_from_python_is_rows_a_table_and_notes() -> None:
    cohort = two_arms(100, 0.5)
    model = cox(evaluate(cohort, ENDPOINT), cohort, ["age_years", "sex"], by="arm", strata=["centre"], level=0.9)
    assert model.estimates.frame["level"].unique().to_list() == [0.9]
    assert list(model.tests) == ["arm: old", "age_years", "sex: male"]
    assert list(model.proportional)[-1] == "All columns together"
    assert model.likelihood_ratio is not None
    assert "<table" in model._repr_html_()
    assert model.table.csv().startswith("what,group,against,population,adjusted_for,value")
    assert repr(model).startswith("CoxModel(relapse-free adjusted for age and sex, in strata of centre in ")
    assert model.to_polars().height == 3


def test_a_model_needs_no_groups() -> None:
    cohort = two_arms(100, 0.5)
    model = cox(evaluate(cohort, ENDPOINT), cohort, ["age_years"])
    assert model.estimates.frame["adjusted_for"].to_list() == [None]


def test_clusters_are_those_of_the_column() -> None:
    cohort = two_arms(100, 0.5)
    outcome, arrays = evaluate(cohort, ENDPOINT), evaluate(cohort, ENDPOINT).arrays()
    model = cox(outcome, cohort, by="arm", cluster="centre")
    old = (cohort.subjects["arm"] == "old").cast(pl.Float64).to_numpy()
    centres = np.asarray(cohort.subjects["centre"].to_list())
    expected = stats_cox.cox(arrays.exit, arrays.event, {"old": old}, cluster=centres)
    assert model.model.fit.covariance == pytest.approx(expected.covariance)
    with pytest.raises(InputProblems, match="1 problem"):
        cox(outcome, cohort, by="arm", cluster="end_reason")


def test_firth_can_be_asked_for() -> None:
    cohort = two_arms(100, 0.5)
    model = cox(evaluate(cohort, ENDPOINT), cohort, by="arm", penalised=True)
    assert "Firth" in model.estimates.frame["method"][0]
    assert model.proportional == {}
    assert model.notes[-1] == "Asked for: by Firth's penalised likelihood."


def test_a_model_that_cannot_be_fitted_says_why() -> None:
    cohort = two_arms(30, 1.0)
    with pytest.raises(NotEstimable, match="no column differs between people"):
        cox(evaluate(cohort, ENDPOINT), cohort)


def test_at_the_top_of_a_comparison_stands_every_pair_of_groups() -> None:
    cohort = two_arms(90, 0.5)
    arms = pl.Series("arm", [("a", "b", "c")[at % 3] for at in range(90)])
    subjects = cohort.subjects.with_columns(arms)
    asked = asked_of(replace(cohort, tables={**cohort.tables, "subjects": subjects}), "sex")
    for model in (hazard_ratios, averaged, proportional, first_events):
        found = model.compared(asked)
        assert found is not None
        # Of a model the first sentence alone stands there.
        assert all(re.search(rf"\b{name}\b", found.said[0]) for name in "bc"), model.__name__


def test_the_section_says_which_day_an_event_is_taken_to_have() -> None:
    def said(endpoint: str) -> str:
        section = make_section(quiet(ask(load_cohort("two-arm"), endpoint, group_by="arm")))
        assert section is not None
        return " ".join(section.blocks[0].sentences)

    assert "The event is only seen at visits: hazards here are by the day of the visit" in said("cdp-24w")
    assert "only seen at visits" not in said("relapse-free")
    assert FIRST_EVENTS in said("relapse-30d")
    assert FIRST_EVENTS not in said("relapse-free")


def test_of_events_on_one_day_no_change_is_tested_and_none_is_denied() -> None:
    people = two_arms(24, 1.0).subjects.select("subject_id", "arm", "last_day")
    said = " ".join(time_sentences(ratios(trial(people, dict.fromkeys(people["subject_id"], 300)))))
    assert "the ratio cannot be tested for a change with time (p not estimable)" in said.replace("\xa0", " ")
    assert "is not seen to change" not in said


def test_a_ratio_says_of_whom_it_is_where_some_lack_a_covariate() -> None:
    arms, ages = ["new", "old"] * 30, [None if at % 5 == 0 else 30 + at * 7 % 20 for at in range(60)]
    names = [f"S{at:02d}" for at in range(60)]
    subjects = pl.DataFrame({"subject_id": names, "arm": arms, "age_years": ages, "last_day": [900] * 60})
    asked = asked_of(trial(subjects, {name: 20 + at * 37 % 800 for at, name in enumerate(names[:50])}), "age_years")
    found = estimate_hazard_ratios_by_group(asked)
    contrasts = hazard_ratios.compared(asked)
    assert found is not None
    assert contrasts is not None
    known = "entered, with every column of the adjusted model"
    rows = contrasts.estimates.frame.select("population", "adjusted_for", "n").rows()
    assert rows == [("entered", None, 60), (known, None, 48), (known, "age_years", 48)]
    assert "population" in ratios_table(found).csv().splitlines()[0].split(",")


def test_one_column_may_be_named_without_a_list() -> None:
    cohort = two_arms(60, 0.5)
    outcome = evaluate(cohort, ENDPOINT)
    alone = cox(outcome, cohort, "age_years", by="arm", strata="centre")
    listed = cox(outcome, cohort, ["age_years"], by="arm", strata=["centre"])
    assert alone.estimates.frame.equals(listed.estimates.frame)
