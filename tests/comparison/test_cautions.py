"""What a design says against its own answer: negative controls, missing values, and regression to the mean."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from made_up.designs import changed_design, refused_design
from remission.comparison.design.before_after import WARNING, BeforeAfter
from remission.comparison.design.estimate import estimate_trial
from remission.comparison.design.filling import cumulative_hazard
from remission.comparison.trial_page.page import effects_table, trial_page
from remission.comparison.trial_page.wording import cautions, not_addressed
from remission.comparison.trial_page.write import trial_json
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.stats.propensity.contrasts import GroupRows
from remission.stats.regression_to_the_mean import AfterSelection

DESIGN = """
title = "A design"
question = "Is it so?"
estimand = "everybody"

[time_zero]
at = "day zero"

[[strategies]]
name = "HSCT"
where = [{ column = "arm", one_of = ["HSCT"] }]

[[strategies]]
name = "Other"
where = [{ column = "arm", one_of = ["Best available therapy"] }]

[assignment]
covariates = ["age_years", "sex", "x_relapses_before"]
by = "stabilised"
missing = "complete cases"

[follow_up]
years = 5

[outcome]
endpoint = "relapse-free"

[analysis]
at_years = [1, 5]
bootstrap = 0
seed = 1
"""
CONTROLLED = ('endpoint = "relapse-free"', 'endpoint = "relapse-free"\nnegative_control = "death"')


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """The registry of 500."""
    return load_cohort("hsct-500")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The design with some lines changed; each must be there."""
    return changed_design(DESIGN, folder, *changes)


def with_subjects(cohort: Cohort, **columns: pl.Expr) -> Cohort:
    """The cohort with other columns of subjects."""
    return replace(cohort, tables={**cohort.tables, "subjects": cohort.subjects.with_columns(**columns)})


def test_a_control_is_compared_by_the_same_weights(cohort: Cohort, tmp_path: Path) -> None:
    found = estimate_trial(cohort, written(tmp_path, CONTROLLED))
    alone = estimate_trial(cohort, written(tmp_path, ('"relapse-free"', '"death"')))
    assert found.control is not None
    # The same people with the same covariates: weights are those of a design of the control itself.
    assert found.control.people == alone.people == 500
    assert found.control.events == alone.events
    for one, other in zip(found.control.contrasts, alone.contrasts, strict=True):
        assert (one.what, one.day) == (other.what, other.day)
        assert one.value == pytest.approx(other.value, nan_ok=True)
        assert one.error == pytest.approx(other.error, nan_ok=True)
    # The registry was given no effect on death; as treated it seems to have one.
    assert not found.control.differs
    assert "The interval holds 1, as it should" in " ".join(cautions(found))


def test_a_control_that_differs_says_what_it_means(cohort: Cohort, tmp_path: Path) -> None:
    chosen = pl.when(pl.col("arm") == "HSCT", pl.int_range(pl.len()) % 3 == 0)
    sooner = chosen.then(pl.col("last_day").clip(upper_bound=400))
    died = with_subjects(
        cohort, death_day=sooner.otherwise("death_day").cast(pl.Int32),
        last_day=sooner.otherwise("last_day").cast(pl.Int32),
        end_reason=chosen.then(pl.lit("died")).otherwise("end_reason"),
    )  # fmt: skip
    found = estimate_trial(died, written(tmp_path, CONTROLLED))
    assert found.control is not None
    assert found.control.differs
    assert any("the groups still differ in people or in how they were recorded" in one for one in cautions(found))
    assert found.control.said in trial_page(found).in_short


def test_a_control_stands_beside_the_main_estimate_everywhere(cohort: Cohort, tmp_path: Path) -> None:
    found, without = (estimate_trial(cohort, written(tmp_path, *one)) for one in ([CONTROLLED], []))
    rows = found.estimates.frame.filter(pl.col("method").str.starts_with("negative control, death"))
    assert rows.height == 2 * len(found.contrasts)
    assert set(rows["n"]) == {500}
    assert effects_table(found).frame["what"].to_list()[-1] == "Negative control, Death: hazard ratio"
    told = json.loads(trial_json(found))
    assert told["negative_control"]["endpoint"] == "death"
    assert json.loads(trial_json(without))["negative_control"] is None
    assert any("No outcome that the strategies cannot change" in one for one in not_addressed(without))
    assert not any("No outcome that the strategies cannot change" in one for one in not_addressed(found))


def test_pairs_keep_their_errors_by_pair_in_the_control(cohort: Cohort, tmp_path: Path) -> None:
    changes = (('by = "stabilised"', 'by = "nearest neighbour"\ncaliper = 0.2'), ('"everybody"', '"the matched"'))
    found = estimate_trial(cohort, written(tmp_path, *changes, CONTROLLED))
    alone = estimate_trial(cohort, written(tmp_path, *changes, ('"relapse-free"', '"death"')))
    assert found.control is not None
    assert found.control.contrasts[0].error == pytest.approx(alone.contrasts[0].error)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("relapse-free", "the outcome itself"),
        ("deaht", "deaht"),
        ("sdmt-4pts", "key outcome.negative_control: found no difference"),
    ],
)
def test_a_control_that_cannot_be_is_refused(cohort: Cohort, tmp_path: Path, asked: str, said: str) -> None:
    change = CONTROLLED[0], CONTROLLED[1].replace('"death"', f'"{asked}"')
    assert said in refused_design(cohort, written(tmp_path, change))


def test_a_control_without_events_is_refused_by_its_key(cohort: Cohort, tmp_path: Path) -> None:
    alive = with_subjects(cohort, death_day=pl.lit(None, pl.Int32))
    assert "key outcome.negative_control: found no difference" in refused_design(alive, written(tmp_path, CONTROLLED))


def test_clones_have_no_control(cohort: Cohort, tmp_path: Path) -> None:
    path = written(tmp_path, CONTROLLED, ('at = "day zero"', 'at = "clones"'))
    assert "their weights belong" in refused_design(cohort, path).lower()


IMPUTED = ('missing = "complete cases"', 'missing = "impute"\nimputations = 10')


def lacking(seed: int = 11, people: int = 1600) -> Cohort:
    """A therapy that does nothing, given to the sicker, of whom those who died on it often lack how sick they were."""
    random = np.random.default_rng(seed)
    sick = random.normal(0, 1, people)
    treated = random.random(people) < 1 / (1 + np.exp(-0.8 * sick))
    death = np.ceil(365.25 * random.exponential(1 / (0.12 * np.exp(0.8 * sick)))).astype(int)
    died, last = death <= 1826, np.minimum(np.maximum(death, 1), 1826)
    lacks = random.random(people) < np.where(treated & died, 0.6, 0.1)
    subjects = pl.DataFrame({
        "subject_id": [f"P{number:04}" for number in range(people)], "entered": ["yes"] * people,
        "arm": np.where(treated, "HSCT", "Best available therapy"), "last_day": last,
        "death_day": pl.Series(np.where(died, last, -1)).replace(-1, None), "age_years": random.normal(45, 9, people),
        "end_reason": np.where(died, "died", "cut-off"),
        "x_sick": pl.Series(np.where(lacks, np.nan, sick)).fill_nan(None),
    })  # fmt: skip
    held = {"x_sick": {"type": "number", "measured_day": 0}}
    return Cohort.from_frames(kind="simulated", day_zero="registry entry", subjects=subjects, covariates=held)


SICK = (('["age_years", "sex", "x_relapses_before"]', '["age_years", "x_sick"]'), ('"relapse-free"', '"death"'))


def test_values_filled_in_find_a_null_that_complete_cases_hide(tmp_path: Path) -> None:
    found = estimate_trial(lacking(), written(tmp_path, *SICK, IMPUTED))
    alone = estimate_trial(lacking(), written(tmp_path, *SICK))
    value, low, high = found.limits(0)
    assert found.crude[0].limits(0.95)[1] > 1.2
    assert alone.limits(0)[2] < 0.8
    assert low < 1 < high
    assert 0.8 < value < 1.2
    # Both are told: those who lack nothing have an answer of their own, and it is that of a design of complete cases.
    assert found.complete is not None
    assert found.complete[0].value == pytest.approx(alone.contrasts[0].value)
    assert found.complete[1] == alone.people
    assert found.people == 1600
    assert any("who lack nothing alone" in one for one in cautions(found))


def test_the_answer_is_that_of_the_sets_pooled_and_says_how(tmp_path: Path) -> None:
    found = estimate_trial(lacking(), written(tmp_path, *SICK, IMPUTED))
    assert len(found.each) == 10
    told = found.contrasts[0].pooled
    assert told is not None
    assert told.between > 0
    assert found.contrasts[0].error == pytest.approx(math.sqrt(told.within + 1.1 * told.between))
    # By t with the degrees of freedom of the sets, and not by the normal distribution.
    half = math.log(found.limits(0)[2]) - found.contrasts[0].value
    assert half == pytest.approx(told.quantile(0.95) * found.contrasts[0].error)
    assert half > 1.96 * found.contrasts[0].error
    method = found.estimates.frame["method"][0]
    assert "filled in 10 times by chained equations (seed 1), answers pooled by Rubin's rules" in method
    assert f"within sets {told.within:.3g}, between {told.between:.3g}, df {told.df:.4g}" in method
    about = json.loads(trial_json(found))["filled_in"]
    assert (about["imputations"], about["seed"]) == (10, 1)
    lacked = lacking().subjects["x_sick"].null_count()
    assert about["lacked"] == [{"column": "x_sick", "persons": lacked}]
    assert about["pooled"][0]["between"] == told.between
    assert "Missing covariates are not filled in." not in not_addressed(found)
    assert f"stays, with covariates of {lacked} persons filled in" in [step.name for step in found.emulated.flow]
    assert trial_json(found) == trial_json(estimate_trial(lacking(), written(tmp_path, *SICK, IMPUTED)))


def test_where_nobody_lacks_anything_the_answer_is_that_of_complete_cases(cohort: Cohort, tmp_path: Path) -> None:
    found, alone = (estimate_trial(cohort, written(tmp_path, *one)) for one in ([IMPUTED], []))
    for one, other in zip(found.contrasts, alone.contrasts, strict=True):
        assert one.limits(0.95) == pytest.approx(other.limits(0.95), nan_ok=True)
    assert [after.difference for _, after in found.balances] == pytest.approx(
        [after.difference for _, after in alone.balances]
    )
    assert "Nobody lacked a covariate" in " ".join(cautions(found))


def test_texts_and_controls_take_part_in_filling(cohort: Cohort, tmp_path: Path) -> None:
    some = pl.int_range(pl.len()) % 7 == 0
    fewer = with_subjects(
        cohort, sex=pl.when(some).then(None).otherwise("sex"),
        x_relapses_before=pl.when(some.shift(2)).then(None).otherwise("x_relapses_before"),
    )  # fmt: skip
    found = estimate_trial(fewer, written(tmp_path, IMPUTED, CONTROLLED))
    assert found.emulated.filled is not None
    assert dict(found.emulated.filled.lacked) == {"sex": 72, "x_relapses_before": 72}
    sex = next(values for name, values in found.emulated.filled.sets[0].items() if name.startswith("Sex"))
    assert set(sex) == {0.0, 1.0}
    assert found.control is not None
    assert found.control.contrasts[0].pooled is not None
    assert found.control.people == 500
    # Made alike in what was filled in, too.
    assert max(abs(after.difference) for _, after in found.balances) < 0.1
    assert trial_page(found).headlines


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((('at = "day zero"', 'at = "clones"'),), "for clones and sequences"),
        (
            (('by = "stabilised"', 'by = "nearest neighbour"'), ('"everybody"', '"the treated"')),
            "Pairs would be others",
        ),
        ((('by = "stabilised"', 'by = "stabilised"\ncut_at = 0.99'),), "Which weights are cut"),
        ((("bootstrap = 0", "bootstrap = 100"),), "analysis.bootstrap"),
        ((("bootstrap = 0", "bootstrap = 0\nper_protocol = true"),), "key analysis.per_protocol: found true"),
        ((("years = 5", 'years = 5\ncensoring = "weighted"'),), "key follow_up.censoring: found weighted"),
    ],
)
def test_what_cannot_be_had_with_filling_is_refused(
    cohort: Cohort, tmp_path: Path, changes: tuple[tuple[str, str], ...], said: str
) -> None:
    assert said in refused_design(cohort, written(tmp_path, IMPUTED, *changes))


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pl.lit(None, pl.Int32), "relapses before, which everybody lacks"),
        (pl.when(pl.int_range(pl.len()) % 5 < 3).then(None).otherwise("x_relapses_before"), "which 300 of 500 persons"),
        (pl.when(pl.int_range(pl.len()) % 5 == 0).then(None).otherwise(1), "is the same in all others"),
    ],
)
def test_a_column_of_which_too_little_is_known_is_refused(
    cohort: Cohort, tmp_path: Path, column: pl.Expr, said: str
) -> None:
    assert said in refused_design(with_subjects(cohort, x_relapses_before=column), written(tmp_path, IMPUTED))


def test_a_text_of_many_values_is_not_filled_in(cohort: Cohort, tmp_path: Path) -> None:
    fewer = with_subjects(cohort, centre=pl.when(pl.int_range(pl.len()) % 5 == 0).then(None).otherwise("centre"))
    assert "different texts" in refused_design(fewer, written(tmp_path, IMPUTED, ('"sex"', '"centre"')))


def test_the_plain_twin_adds_up_the_hazard_day_by_day() -> None:
    random = np.random.default_rng(3)
    entry = random.integers(0, 20, 60)
    exits, event = entry + random.integers(1, 30, 60), random.random(60) < 0.6
    never = np.zeros(60, np.bool_)
    told = cumulative_hazard(GroupRows(entry, exits, event, never, np.arange(60)))
    for place in range(60):
        hazard = 0.0
        for day in range(1, exits[place] + 1):
            at_risk = sum(1 for one in range(60) if entry[one] < day <= exits[one])
            had = sum(1 for one in range(60) if exits[one] == day and event[one])
            hazard += had / at_risk if had else 0
        assert told[place] == pytest.approx(hazard)


RULE = """
[selection]
relapses = "x_relapses_before"
within_years = 2
at_least = 2
mean = 0.4
dispersion = 1
source = "A registry 2020, Table 2"
"""
ENTERED = (
    '[[strategies]]\nname = "HSCT"',
    '[[eligibility]]\ncolumn = "x_relapses_before"\nat_least = 2\n\n[[strategies]]\nname = "HSCT"',
)
SELECTED = ("seed = 1", f"seed = 1\n{RULE}")


def test_rates_before_and_after_have_their_warning_and_the_share_of_selection(cohort: Cohort, tmp_path: Path) -> None:
    found = estimate_trial(cohort, written(tmp_path, ENTERED, SELECTED))
    told = found.emulated.selected
    assert told is not None
    # By hand: a mean of 0.8 in the window and dispersion 1, so P(N >= 2) = (4/9)^2 and rates as for shape 2.
    q = 0.8 / 1.8
    assert told.expected.before == pytest.approx(0.4 * (1 - (1 - q) ** 2) / q**2)
    assert told.expected.after == pytest.approx(0.4 * (1 - (1 - q) ** 2 * (1 + 2 * q)) / q**2)
    arms = cohort.subjects.filter(pl.col("x_relapses_before") >= 2, pl.col("last_day") > 0)
    relapses = cohort.tables["relapses"].filter(pl.col("day") > 0)
    for one, arm in zip(told.groups, ("HSCT", "Best available therapy"), strict=True):
        mine = arms.filter(pl.col("arm") == arm)
        assert one.people == mine.height
        mean = mine["x_relapses_before"].mean()
        assert isinstance(mean, float)
        assert one.before == pytest.approx(mean / 2)
        events = relapses.filter(pl.col("subject_id").is_in(mine["subject_id"].implode())).height
        assert one.after == pytest.approx(events / (float(mine["last_day"].to_numpy().sum()) / 365.25), rel=0.05)
    assert WARNING in list(cautions(found))
    page = trial_page(found)
    section = next(one for one in page.sections if one.name == "before-after")
    assert section.blocks[0].sentences[0] == WARNING
    assert "A registry 2020, Table 2" in section.blocks[0].sentences[-1]
    about = json.loads(trial_json(found))["before_and_after"]
    assert about["warning"] == WARNING
    assert about["groups"][0]["by_selection"] == told.expected.part_of(told.groups[0].before, told.groups[0].after)


def test_without_a_rule_nothing_is_shown_before_and_after(cohort: Cohort, tmp_path: Path) -> None:
    found = estimate_trial(cohort, written(tmp_path))
    assert found.emulated.selected is None
    assert json.loads(trial_json(found))["before_and_after"] is None
    assert "before-after" not in [one.name for one in trial_page(found).sections]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((), "without 2 or more (relapses before)"),
        ((('x_relapses_before"\nwithin', 'sex"\nwithin'),), "sex, a text"),
        ((('x_relapses_before"\nwithin', 'x_relapse"\nwithin'),), "no column 'x_relapse'"),
        ((("A registry 2020, Table 2", " "),), "key selection.source: found nothing"),
        ((("mean = 0.4", "mean = 0"),), "selection.mean"),
        ((("dispersion = 1", 'dispersion = 1\ncounted = "cdp-24w"'),), "cdp-24w"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    cohort: Cohort, tmp_path: Path, changes: tuple[tuple[str, str], ...], said: str
) -> None:
    assert said in refused_design(cohort, written(tmp_path, SELECTED, *changes))


def test_what_is_said_of_a_fall_of_none_and_of_one_that_selection_explains() -> None:
    expected = AfterSelection(0.2, 2.0, 1.0)
    assert BeforeAfter("A", 9, 1.0, 1.2).said(expected).endswith("No fall was seen.")
    assert "expected to explain all of it or more" in BeforeAfter("A", 9, 1.0, 0.6).said(expected)
    assert "a fall of 80" in BeforeAfter("A", 9, 1.0, 0.2).said(expected)
