"""Any valid design gives a cohort that is in order; an invalid one is told with all that is wrong in it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from made_up.virtual import DRUG, TRANSPLANT, effect, share, with_arms, with_numbers
from remission.inputs.declared import keys_of
from remission.inputs.problems import InputProblems
from remission.library.catalogue import LIBRARY, NotInLibrary, therapies
from remission.records.files.folder import check_cohort
from remission.records.files.write import write_cohort
from remission.simulation.course.design import Arm, Effect, Plan, Rescue, Visits
from remission.simulation.course.load import load_cohort_design, wrong_design
from remission.simulation.course.parameters import PARAMETERS, Course, Parameter, wrong_course
from remission.simulation.course.truths import planted_truths, truth_text
from remission.simulation.course.write import simulate_cohort

BOUNDS = {one.name: (one.about["low"], one.about["high"]) for one in keys_of(Course) if "unit" in one.about}
# What no study has is left out where it would only cost time.
LARGEST = {
    "relapse_rate": 8.0,
    "lesion_rate": 30.0,
    "step_rate": 5.0,
    "leaving_rate": 5.0,
    "leaving_after_worsening": 5.0,
}


def numbers() -> st.SearchStrategy[dict[str, float]]:
    each = {name: st.floats(low, min(high, LARGEST.get(name, high))) for name, (low, high) in BOUNDS.items()}
    return st.fixed_dictionaries({}, optional=each)


effects = st.none() | st.builds(
    Effect,
    st.sampled_from([0.05, 0.5, 1.0, 3.0]),
    st.just("assumed"),
    st.just("test"),
    st.sampled_from([0.0, 1.0, 11.0]),
    st.sampled_from([None, 0.5, 12.0]),
)
shares = st.none() | st.sampled_from([0.0, 0.3, 1.0]).map(share)
rescues = st.none() | st.builds(
    Rescue,
    st.just("rituximab"),
    st.sampled_from([("relapse",), ("worsening",), ("relapse", "worsening")]),
    st.sampled_from([0.0, 0.5, 1.0]).map(share),
    st.integers(0, 400),
    effects,
    effects,
    effects,
)


def arms(name: str) -> st.SearchStrategy[Arm]:
    parts: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(("relapses", "lesions", "steps", "death", "leaving"), effects)
    }
    parts |= {"quiet_share": shares, "early_death_share": shares, "rescue": rescues, "weight": st.integers(1, 3)}
    gain = st.none() | st.just(Parameter(2.0, "points", "assumed", "test"))
    return st.builds(Arm, st.just(name), st.sampled_from(["hsct", "placebo", "ocrelizumab"]), gain=gain, **parts)


visits = st.builds(
    Visits,
    st.sampled_from([(12.0,), (3.0, 6.0, 12.0), (1.0, 2.0, 3.0, 12.0, 36.0)]),
    st.sampled_from([(), (12.0,)]),
    st.integers(0, 14),
    *[st.sampled_from([0.0, 0.3, 1.0])] * 3,
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    named = ("One", "Two", "Three")[: draw(st.integers(1, 3))]
    every = tuple(draw(arms(name)) for name in named)
    design = replace(DRUG.design, visits=draw(visits), arms=every, control="One")
    return with_numbers(Plan(design, DRUG.course), **draw(numbers()))


@settings(max_examples=20, deadline=None)
@given(plans(), st.integers(1, 30))
def test_any_valid_design_gives_a_cohort_without_errors(plan: Plan, n: int) -> None:
    assert list(wrong_design(plan.design, "any.toml")) == []
    assume(not list(wrong_course(plan.course, "any.toml")))
    with TemporaryDirectory() as home:
        write_cohort(simulate_cohort(plan, n, seed=1), home, "parquet")
        found = check_cohort(home, therapies=therapies())
    assert [str(one) for one in found if one.severity == "error"] == []


def test_names_with_quotation_marks_come_back_from_the_truth() -> None:
    names = ('The "old" one', "back\\slash")
    plan = Plan(replace(DRUG.design, name=names[0], control=names[0]), DRUG.course)
    plan = with_arms(plan, {"name": names[0]}, {"name": names[1]})
    truths = tuple(planted_truths(plan, people=500))
    said = tomllib.loads(truth_text(plan, truths, cohort_seed=1, n=2))
    assert said["cohort"]["design"] == names[0]
    assert {row["arm"] for row in said["truth"]} == set(names)
    assert said["arms"]["2"]["name"] == names[1]


def test_the_truth_says_what_a_switch_does() -> None:
    told = tomllib.loads(truth_text(TRANSPLANT, (), cohort_seed=1, n=2))["arms"]["2"]
    assert told["rescue_after"] == "relapse or worsening"
    assert (told["rescue_steps_ratio"], told["rescue_steps_delay_months"]) == (0.8, 3)
    assert told["rescue_share_status"] == "assumed"


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = (LIBRARY / "cohort_designs" / "hsct-against-therapy.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> dict[str, str]:
    with pytest.raises(InputProblems) as told:
        load_cohort_design(path)
    return {str(one.column): str(one) for one in told.value.problems}


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        ("ratio = 0.0796", "ratio = -0.0796"),
        ("value = 0.6, unit", "value = 1.6, unit"),
        ("delay_months = 1\n", "delay_months = 90\n"),
        ('therapy = "natalizumab"', 'therapy = "natalizumap"'),
        ("jitter_days = 10", "jitter_days = 60"),
        ('control = "Best available therapy"', 'control = "Best therapy"'),
        ("missed_share", "mised_share"),
    )
    # Also what is wrong beside keys that cannot be read.
    assert set(problems(path)) == {
        "arms[1].relapses.ratio",
        "visits.mised_share",
        "visits.missed_share",
        "arms[1].quiet_share.value",
        "arms[1].lesions.delay_months",
        "arms[2].therapy",
        "visits.jitter_days",
        "control",
    }


def test_a_course_and_a_design_are_judged_together(tmp_path: Path) -> None:
    text = (LIBRARY / "courses" / "breakthrough-relapsing.toml").read_text(encoding="utf-8")
    text = text.replace("[relapse_rate]\nvalue = 1.62", "[relapse_rate]\nvalue = -1.62").replace(
        '[step_rate]\nvalue = 0.523\nunit = "per year"', '[step_rate]\nvalue = 0.523\nunit = "per month"'
    )
    (tmp_path / "own.toml").write_text(
        text.replace('name = "breakthrough-relapsing"', 'name = "own"'), encoding="utf-8"
    )
    path = changed(tmp_path, ('"breakthrough-relapsing"', '"own.toml"'), ("value = 0.6, unit", "value = 1.6, unit"))
    told = problems(path)
    assert set(told) == {"relapse_rate.value", "step_rate.unit", "arms[1].quiet_share.value"}
    assert "allowed: 0 to 20 (per year)" in told["relapse_rate.value"]
    assert "own.toml" in told["relapse_rate.value"]
    assert "mine.toml" in told["arms[1].quiet_share.value"]
    # Nor do keys that cannot be read hide numbers that cannot be.
    own = (tmp_path / "own.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(own.replace("[age_sd]\nvalue = 9", '[age_sd]\nvalue = "9"'), encoding="utf-8")
    path = changed(
        tmp_path,
        ('"breakthrough-relapsing"', '"own.toml"'),
        ("value = 0.6, unit", "value = 1.6, unit"),
        ("[visits]", '[changes.relaps_rate]\nvalue = 1\n[changes.step_rate]\nvalue = 99\nunit = "per year"\n'
                     'status = "assumed"\nsource = "mine"\n[visits]'),
    )  # fmt: skip
    both = {"changes.relaps_rate", "changes.step_rate.value", "changes.relaps_rate.unit"}
    assert set(told) | both | {"age_sd.value"} <= set(problems(path))


def test_a_change_is_of_a_parameter_that_there_is_and_within_its_bounds(tmp_path: Path) -> None:
    said = 'unit = "per year"\nstatus = "assumed"\nsource = "mine"\n'
    wrong = f"[changes.relaps_rate]\nvalue = 1\n{said}\n[changes.step_rate]\nvalue = 99\n{said}\n[visits]\n"
    told = problems(changed(tmp_path, ("[visits]\n", wrong)))
    assert set(told) == {"changes.relaps_rate", "changes.step_rate.value"}
    assert "Did you mean relapse_rate?" in told["changes.relaps_rate"]
    right = f"[changes.relapse_rate]\nvalue = 2\n{said}\n[visits]\n"
    assert load_cohort_design(changed(tmp_path, ("[visits]\n", right))).course["relapse_rate"] == 2
    # Neither is wrong alone.
    beyond = '[changes.age_lowest]\nvalue = 60\nunit = "years"\nstatus = "assumed"\nsource = "mine"\n\n[visits]\n'
    assert set(problems(changed(tmp_path, ("[visits]\n", beyond)))) == {"age_lowest.value"}


def test_numbers_that_are_too_many_together_are_told_before_they_are_drawn(tmp_path: Path) -> None:
    many = ("[arms.lesions]\nratio = 0.108", "[arms.lesions]\nratio = 50")
    told = problems(changed(tmp_path, many))
    assert set(told) == {"lesion_rate.value"}
    assert "a person at the highest ratio; allowed: at most 1,000" in told["lesion_rate.value"]
    assert (
        load_cohort_design(changed(tmp_path, (many[0], "[arms.lesions]\nratio = 20"))).design.arms[0].lesions
        is not None
    )


def test_a_month_of_scans_is_named_once(tmp_path: Path) -> None:
    told = problems(changed(tmp_path, ("scans_at_months = [6, 12,", "scans_at_months = [6, 12, 12,")))
    assert set(told) == {"visits.scans_at_months"}


def test_effects_need_an_arm_and_a_course_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (LIBRARY / "cohort_designs" / "placebo-against-drug.toml").read_text(encoding="utf-8")
    path.write_text(text[: text.index("[[arms]]")] + "[arms.relapses]\nratio = 0.5\n", encoding="utf-8")
    assert set(problems(path)) == {"arms"}
    assert (
        "Did you mean" in problems(changed(tmp_path, ('"breakthrough-relapsing"', '"breakthru-relapsing"')))["course"]
    )
    with pytest.raises(NotInLibrary):
        load_cohort_design("no-such-design")


def test_an_effect_that_ends_everything_cannot_fade(tmp_path: Path) -> None:
    told = problems(changed(tmp_path, ("ratio = 0.0796", "ratio = 0\nhalves_after_months = 24")))
    assert set(told) == {"arms[1].relapses.ratio"}


@pytest.mark.parametrize("name", ["breakthrough-relapsing", "relapsing-remitting"])
def test_every_number_of_a_shipped_course_says_where_it_is_from(name: str) -> None:
    plan = load_cohort_design({"breakthrough-relapsing": "hsct-against-therapy"}.get(name, "placebo-against-drug"))
    parameters: dict[str, Any] = dict(plan.course.parameters)
    assert plan.course.name == name
    assert tuple(parameters) == PARAMETERS
    # What is no assumption names its publication.
    named = {key: any(word in one.source for word in ("doi:", "PMID")) for key, one in parameters.items()}
    assert [key for key, one in parameters.items() if one.status != "assumed" and not named[key]] == []
    assert effect(0.5).status == "assumed"


def test_two_years_have_their_truth_also_where_everybody_comes_on_time() -> None:
    on_time = replace(DRUG.design, visits=replace(DRUG.design.visits, jitter_days=0))
    plan = Plan(on_time, DRUG.course)
    # Month 24 is day 730.5: taken for day 730 it would end a day before the two years of every curve.
    assert plan.design.visits.plan.days[-1] == 731
    told = {one.at_years for one in planted_truths(plan, 2_000) if one.quantity == "event-free"}
    assert told == {1, 2}
