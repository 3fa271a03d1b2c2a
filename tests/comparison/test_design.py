"""A target trial from a file: who is in it, what is refused, and what the estimate is worth."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from made_up.designs import changed_design, refused_design
from remission.cli import command_line
from remission.comparison.design.emulated import emulate
from remission.comparison.design.estimate import Trial, estimate_trial
from remission.comparison.design.follows import immortal_time
from remission.comparison.design.known import Known
from remission.comparison.design.positivity import empty_strata
from remission.comparison.design.reading import designs, load_design
from remission.comparison.design.records import Strategy
from remission.comparison.trial_page.page import followed_table, protocol_table, trial_page
from remission.comparison.trial_page.pictures import draw_curves, draw_people_overlap
from remission.comparison.trial_page.target_items import AUTHORS, items_table, target_items, where
from remission.comparison.trial_page.wording import answer, cautions, not_addressed
from remission.comparison.trial_page.write import trial_json
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort

DESIGN = """
title = "A design"
question = "Is it so?"
estimand = "the overlap"

[time_zero]
at = "day zero"

[[eligibility]]
column = "age_years"
at_most = 55

[[strategies]]
name = "HSCT"
where = [{ column = "arm", one_of = ["HSCT"] }]

[[strategies]]
name = "Other"
where = [{ column = "arm", one_of = ["Best available therapy"] }]

[assignment]
covariates = ["age_years", "sex", "baseline_edss", "x_relapses_before"]
by = "overlap"
missing = "complete cases"

[follow_up]
years = 5

[outcome]
endpoint = "cdp-24w"

[analysis]
at_years = [1, 5]
bootstrap = 0
seed = 1
"""


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """The registry of 500."""
    return load_cohort("hsct-500")


@pytest.fixture(scope="module")
def trial(cohort: Cohort) -> Trial:
    """The design that is shipped, carried out."""
    return estimate_trial(cohort, "transplant-or-therapy")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The design with some lines changed; each must be there."""
    return changed_design(DESIGN, folder, *changes)


def test_everybody_is_in_the_trial_or_left_for_a_reason(trial: Trial) -> None:
    left = [one.persons for step in trial.emulated.flow for one in step.left]
    assert trial.emulated.everybody == 500
    assert sum(left) + trial.emulated.people.height == 500
    assert left == [52, 6]
    after = 500
    for step in trial.emulated.flow:
        after -= sum(one.persons for one in step.left)
        assert step.after == after


def test_the_planted_effect_is_in_the_interval_and_nearer_than_as_treated(trial: Trial) -> None:
    _, low, high = trial.limits(0)
    # What truth.toml beside the cohort says of the hazard ratio at 5 years.
    assert low < 0.4476 < high
    assert trial.crude[0].limits(0.95)[0] < trial.contrasts[0].limits(0.95)[0]


def test_overlap_weights_balance_every_column_exactly(trial: Trial) -> None:
    assert max(abs(before.difference) for before, _ in trial.balances) > 0.5
    assert max(abs(after.difference) for _, after in trial.balances) < 1e-6


def test_the_same_file_gives_the_same_bits(cohort: Cohort, tmp_path: Path) -> None:
    path = written(tmp_path, ("bootstrap = 0", "bootstrap = 20"))
    one, other = (trial_json(estimate_trial(cohort, path)) for _ in range(2))
    assert one == other
    assert "20 draws" in one
    assert trial_json(estimate_trial(cohort, written(tmp_path, ("bootstrap = 0", "bootstrap = 20"),
                                                     ("seed = 1", "seed = 2")))) != one  # fmt: skip


def test_every_fault_of_a_file_is_told_at_once(cohort: Cohort, tmp_path: Path) -> None:
    text = DESIGN.replace('[time_zero]\nat = "day zero"\n', "").replace(
        'estimand = "the overlap"', 'estimand = "everybody"'
    )
    text = text.replace('"sex", ', '"sex", "last_day", "colour", ').replace("at_years = [1, 5]", "at_years = [1, 9]")
    text = text.replace('where = [{ column = "arm", one_of = ["HSCT"] }]', 'starts = ["hsct", "magic"]\nby_day = 2000')
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    said = refused_design(cohort, path)
    for key, word in (
        ("time_zero", "no such key"),
        ("estimand", "the overlap, for that is of whom 'overlap' answers"),
        ("assignment.covariates[3]", "'last_day', which is not known on day zero"),
        ("assignment.covariates[4]", "no column 'colour'"),
        ("analysis.at_years", "found 9"),
        ("strategies[1].starts", "magic"),
        ("strategies[1].by_day", "a day before follow-up ends"),
    ):
        assert [line for line in said.splitlines() if f"key {key}:" in line and word in line], (key, word, said)


def test_a_strategy_known_only_later_is_refused_with_the_cohorts_own_numbers(cohort: Cohort, tmp_path: Path) -> None:
    late = late_starters(cohort)
    path = written(
        tmp_path,
        ('where = [{ column = "arm", one_of = ["HSCT"] }]', 'starts = ["hsct"]\nby_day = 365'),
        ('where = [{ column = "arm", one_of = ["Best available therapy"] }]', 'not_starts = ["hsct"]\nby_day = 365'),
    )
    said = refused_design(late, path)
    spells = evaluate(late, "cdp-24w").first.spells
    began = late.tables["treatments"].filter(therapy="hsct", start_day=200)["subject_id"]
    mine = spells.filter(pl.col("subject_id").is_in(began.implode()), pl.col("exit_day") > pl.col("entry_day"))
    days = int(mine.select(pl.min_horizontal("exit_day", 200) - pl.col("entry_day")).sum().item())
    assert f"followed for {days:,} days" in said
    assert f"{began.len()} persons began 'HSCT' after time zero" in said
    assert "time is immortal" in said
    assert 'time_zero.at = "landmark"' in said


def late_starters(cohort: Cohort) -> Cohort:
    """The registry, in which every second transplant was done on day 200."""
    moved = pl.when(pl.col("therapy") == "hsct", pl.int_range(pl.len()) % 2 == 0).then(200).otherwise("start_day")
    treatments = cohort.tables["treatments"].with_columns(start_day=moved.cast(pl.Int32))
    return replace(cohort, tables={**cohort.tables, "treatments": treatments})


def test_at_a_landmark_it_is_taken_and_those_before_are_left_out_and_counted(cohort: Cohort, tmp_path: Path) -> None:
    late = late_starters(cohort)
    path = written(
        tmp_path,
        ('at = "day zero"', 'at = "landmark"\nday = 365'),
        ('where = [{ column = "arm", one_of = ["HSCT"] }]', 'starts = ["hsct"]\nby_day = 365'),
        ('where = [{ column = "arm", one_of = ["Best available therapy"] }]', 'not_starts = ["hsct"]\nby_day = 365'),
    )
    found = estimate_trial(late, path)
    at = next(step for step in found.emulated.flow if "landmark" in step.name)
    spells = evaluate(late, "cdp-24w").first.spells.join(
        late.subjects.filter(pl.col("age_years") <= 55), on="subject_id"
    )
    early = spells.filter(pl.col("exit_day") <= 365, pl.col("exit_day") > pl.col("entry_day"))
    assert {one.why: one.persons for one in at.left} == {
        "had the event by then": early["event"].sum(),
        "was no longer followed": (~early["event"]).sum(),
    }
    # Nobody in the trial has time before the landmark, and the clock begins there.
    longest = spells["exit_day"].max()
    assert isinstance(longest, int)
    assert found.emulated.people["exit"].max() == min(longest - 365, 1826)
    assert found.emulated.people["entry"].max() == 0
    assert "landmark" in not_addressed(found)[0]


def test_immortal_time_is_the_days_before_the_start_and_what_happened_in_them(cohort: Cohort) -> None:
    late = late_starters(cohort)
    outcome = evaluate(late, "death")
    told = immortal_time(Strategy("HSCT", starts=("hsct",), by_day=365), Known(late, "x"), outcome, 0)
    assert told.people > 100
    # Whoever was moved is known to have lived to day 0 only: nobody of the others died before it.
    assert told.deaths == told.events
    none = immortal_time(Strategy("HSCT", starts=("hsct",), by_day=365), Known(cohort, "x"), outcome, 0)
    assert (none.people, none.days, none.events) == (0, 0, 0)


def test_follow_up_ends_at_the_horizon_and_what_comes_later_is_no_event(cohort: Cohort, tmp_path: Path) -> None:
    path = written(tmp_path, ("years = 5", "years = 1"), ("at_years = [1, 5]", "at_years = [1]"))
    people = emulate(cohort, path).people
    spells = evaluate(cohort, "cdp-24w").first.spells.join(people.select("subject_id"), on="subject_id")
    assert people["exit"].max() == 365
    assert people["event"].sum() == spells.filter("event", pl.col("exit_day") <= 365).height < spells["event"].sum()


def test_strategies_that_somebody_follows_both_are_refused(cohort: Cohort, tmp_path: Path) -> None:
    path = written(tmp_path, ('one_of = ["Best available therapy"]', 'one_of = ["Best available therapy", "HSCT"]'))
    assert "who follow both 'HSCT' and 'Other'" in refused_design(cohort, path)


def test_a_covariate_measured_after_day_zero_is_refused(cohort: Cohort, tmp_path: Path) -> None:
    manifest = cohort.manifest
    later = replace(manifest, covariates=tuple(replace(one, measured_day=90) for one in manifest.covariates))
    said = refused_design(replace(cohort, manifest=later), written(tmp_path))
    assert "'x_relapses_before', which is not known on day zero" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("at_most = 55", "at_most = 55\nat_least = 60", "bounds that a number can meet"),
        ("at_most = 55", 'one_of = ["old"]', "texts for age_years, a number"),
        ("at_most = 55", "", "no bound and no text"),
        ('column = "age_years"', 'column = "sex"', "bounds for sex, a text"),
        ('one_of = ["HSCT"]', 'one_of = ["HSTC"]', "Did you mean HSCT?"),
        ('by = "overlap"', 'by = "overlap"\ncaliper = 0.2', "Weights have no caliper"),
        ('at = "day zero"', 'at = "landmark"', "a day after day zero"),
        ('at = "day zero"', 'at = "day zero"\nday = 5', "time begins on day zero"),
        ('name = "Other"', 'name = "HSCT"', "'HSCT' twice"),
        ('endpoint = "cdp-24w"', 'endpoint = "cdp-24"', "cdp-24"),
        ('by = "overlap"', 'by = "magic"', "assignment.by"),
        ("years = 5", "years = 5\nmonths = 3", "unknown key 'months'"),
        ('"sex", ', '"sex", "sex", ', "sex twice"),
        ("at_most = 55", "at_most = 20", "left in"),
    ],
)
def test_what_is_wrong_is_named(cohort: Cohort, tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refused_design(cohort, written(tmp_path, (old, new)))


def test_pairs_have_errors_by_pair_and_no_bootstrap(cohort: Cohort, tmp_path: Path) -> None:
    changes = (('by = "overlap"', 'by = "nearest neighbour"\ncaliper = 0.2'), ('"the overlap"', '"the matched"'))
    found = estimate_trial(cohort, written(tmp_path, *changes))
    assert found.rows.exit.size == 2 * np.unique(found.rows.cluster).size
    treated = int(found.emulated.people["treated"].sum())
    assert found.weighed.unmatched == treated - found.rows.exit.size // 2 > 0
    assert "errors by pair" in trial_json(found)
    assert "found nobody near" in " ".join(cautions(found))
    said = refused_design(cohort, written(tmp_path, *changes, ("bootstrap = 0", "bootstrap = 50")))
    assert "analysis.bootstrap" in said


def test_people_without_a_covariate_are_counted_or_refused(cohort: Cohort, tmp_path: Path) -> None:
    missing = cohort.subjects.with_columns(
        x_relapses_before=pl.when(pl.int_range(pl.len()) % 10 == 0).then(None).otherwise("x_relapses_before")
    )
    fewer = replace(cohort, tables={**cohort.tables, "subjects": missing})
    found = emulate(fewer, written(tmp_path))
    step = found.flow[-1]
    assert step.name == "has every covariate"
    assert [one.why for one in step.left] == ["relapses before not recorded"]
    assert step.after == found.people.height == found.flow[-2].after - step.left[0].persons
    said = refused_design(fewer, written(tmp_path, ('missing = "complete cases"', 'missing = "refuse"')))
    assert f"{step.left[0].persons} persons without a covariate" in said


def test_a_stratum_in_which_nobody_could_choose_is_named(cohort: Cohort, tmp_path: Path) -> None:
    # All men were transplanted.
    arm = pl.when(pl.col("sex") == "male").then(pl.lit("HSCT")).otherwise("arm")
    apart = replace(cohort, tables={**cohort.tables, "subjects": cohort.subjects.with_columns(arm=arm)})
    said = refused_design(apart, written(tmp_path))
    assert "Sex: male" in said
    assert "all on 'HSCT'" in said
    ridge = estimate_trial(apart, written(tmp_path, ('by = "overlap"', 'by = "overlap"\nridge = 1.0')))
    assert [one.words for one in empty_strata(ridge.emulated)] == ["Sex: male"]
    assert any("Sex: male" in one for one in cautions(ridge))


def test_an_effect_without_events_is_refused_by_the_name_of_the_file(cohort: Cohort, tmp_path: Path) -> None:
    alive = cohort.subjects.with_columns(death_day=pl.lit(None, pl.Int32))
    nobody = replace(cohort, tables={**cohort.tables, "subjects": alive})
    said = refused_design(nobody, written(tmp_path, ('"cdp-24w"', '"death"')))
    assert said.startswith("mine.toml, key outcome.endpoint: found no effect that can be estimated")


def test_weights_that_are_cut_are_said(cohort: Cohort, tmp_path: Path) -> None:
    changes = (('by = "overlap"', 'by = "stabilised"\ncut_at = 0.95'), ('"the overlap"', '"everybody"'))
    found = estimate_trial(cohort, written(tmp_path, *changes))
    assert found.weighed.cut > 10
    assert any("were cut to it" in one for one in cautions(found))
    assert f"{found.weighed.cut} weights cut at" in found.estimates.frame["method"][0]


def test_the_page_says_the_answer_first_and_what_it_does_not_address(trial: Trial) -> None:
    page = trial_page(trial, "remission compare hsct-500 --design transplant-or-therapy -o out")
    assert page.headlines == [answer(trial)]
    assert "hazard ratio 0.52 (0.34 to 0.81)" in answer(trial)
    assert "Nobody drew lots" in page.in_short[0]
    assert [section.name for section in page.sections] == [
        "effect", "protocol", "people", "all-estimates", "not-addressed", "target-items"
    ]  # fmt: skip
    pictures = [block.picture.figure.name for section in page.sections for block in section.blocks if block.picture]
    assert pictures == ["curve-cdp-24w", "flow", "balance", "overlap"]
    alike = next(
        block.picture.figure for section in page.sections for block in section.blocks
        if block.picture and block.picture.figure.name == "balance"
    )  # fmt: skip
    assert alike.table.frame.height == len(trial.balances)


def test_the_facts_name_effective_numbers_weights_and_the_formula_of_the_e_value(trial: Trial) -> None:
    facts = {one.name: one.text for one in trial_page(trial).facts}
    assert facts["Effective number of people"] == "HSCT 192, Best available therapy 179"
    # A weight of a person of whom there are few is what an answer hangs on, cut or not.
    largest = trial.weighed.weight.max() / trial.weighed.weight.mean()
    assert facts["Weights"] == f"the largest is {largest:.1f} times the mean; none cut"
    assert trial.share_with_event > 0.15
    assert "RR = (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1 / HR))" in facts["E-value"]


def test_every_item_of_the_target_statement_has_its_number_and_a_place(trial: Trial) -> None:
    items, answered = target_items(), where(trial)
    assert [one.item for one in items] == list(answered)
    assert {one.status for one in items} == {"secondary"}
    assert items_table(trial).frame["here"].str.len_chars().min()
    # What a program cannot know it does not claim.
    assert {one for one, place in answered.items() if place == AUTHORS} == {"4", "17", "18", "20", "21"}
    assert [row["part"][-8:] for row in protocol_table(trial).frame.to_dicts()] == [f"(6{a}, 7{a})" for a in "abcdefgh"]
    headings = " ".join(section.title for section in trial_page(trial).sections)
    assert all(said in headings for said in ("items 13, 14", "items 6, 7", "items 8 to 12", "item 16"))


def test_ends_of_follow_up_add_up_in_each_strategy(trial: Trial) -> None:
    told = followed_table(trial).frame
    assert told["number"].sum() == trial.emulated.people.height
    assert (told.select(pl.sum_horizontal("event", "lost", "whole", "earlier")).to_series() == told["number"]).all()
    assert told["event"].sum() == trial.emulated.people["event"].sum() > 0
    assert (told["low_days"] <= told["median_days"]).all()


def test_a_command_writes_the_rows_the_page_and_the_whole(tmp_path: Path) -> None:
    path = written(tmp_path)
    out = tmp_path / "out"
    ran = CliRunner().invoke(command_line(), ["compare", "hsct-500", "--design", str(path), "-o", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "hazard ratio" in ran.output
    told: dict[str, Any] = json.loads((out / "comparison.json").read_text(encoding="utf-8"))
    assert told["persons"] == 500
    rows = pl.read_csv(out / "estimates.csv")
    assert rows.height == len(told["estimates"])
    assert set(rows["standing"]) == {"simulated"}
    assert (out / "index.html").is_file()


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--by", "arm"], "goes without"), (["--adjust", "sex"], "goes without"), (["--aggregates-only"], "is for --by")],
)
def test_a_design_stands_alone(tmp_path: Path, options: list[str], said: str) -> None:
    command = ["compare", "hsct-500", "--design", str(written(tmp_path)), "-o", str(tmp_path / "out"), *options]
    ran = CliRunner().invoke(command_line(), command)
    assert ran.exit_code == 2
    assert said in " ".join(ran.output.split())


def test_neither_a_design_nor_groups_is_said() -> None:
    ran = CliRunner().invoke(command_line(), ["compare", "hsct-500", "-o", "out"])
    assert ran.exit_code == 2


def test_every_shipped_design_can_be_read() -> None:
    assert designs()
    for name in designs():
        assert load_design(name).question.endswith("?")


CLONED = (
    ('at = "day zero"', 'at = "clones"'),
    ('where = [{ column = "arm", one_of = ["HSCT"] }]', 'starts = ["hsct"]\nby_day = 180'),
    ('where = [{ column = "arm", one_of = ["Best available therapy"] }]', 'not_starts = ["hsct"]\nby_day = 180'),
    ('by = "overlap"', 'by = "inverse probability"'),
    ('"the overlap"', '"everybody"'),
    ('"cdp-24w"', '"death"'),
    ('["age_years", "sex", "baseline_edss", "x_relapses_before"]', '["age_years"]'),
    ("at_most = 55", "at_most = 120"),
)


def registry(seed: int, people: int, ratio: float) -> Cohort:
    """Records in which younger people begin a transplant within months, and live longer whatever they do.

    `ratio` multiplies the hazard of death from the start on.
    """
    random = np.random.default_rng(seed)
    age = np.clip(random.normal(45, 9, people), 18, 75).round(1)
    before = 365.25 * random.exponential(1 / (0.3 * np.exp(0.06 * (age - 45))))
    begins = random.random(people) < 1 / (1 + np.exp(0.08 * (age - 45)))
    starts = np.where(begins, random.integers(1, 176, people), 10**6)
    # Before the start the hazard is that of everybody; what is left of the time after it is stretched.
    death = np.ceil(np.where(before > starts, starts + (before - starts) / ratio, before)).astype(int)
    last = np.minimum(np.maximum(death, 1), 1826)
    names = [f"P{number:04}" for number in range(people)]
    subjects = pl.DataFrame({
        "subject_id": names, "entered": ["yes"] * people, "age_years": age, "last_day": last,
        "death_day": pl.Series(np.where(death <= 1826, last, -1)).replace(-1, None),
        "end_reason": np.where(death <= 1826, "died", "cut-off"),
    })  # fmt: skip
    began = np.flatnonzero(starts < last)
    treatments = pl.DataFrame({
        "subject_id": [names[row] for row in began], "therapy": ["hsct"] * began.size, "start_day": starts[began],
    })  # fmt: skip
    return Cohort.from_frames(kind="simulated", day_zero="registry entry", subjects=subjects, treatments=treatments)


def test_clones_find_a_planted_null_that_immortal_time_hides(tmp_path: Path) -> None:
    found = estimate_trial(registry(3, 1500, 1.0), written(tmp_path, *CLONED))
    value, low, high = found.contrasts[0].limits(0.95)
    assert found.crude[0].limits(0.95)[0] < 0.7
    assert low < 1 < high
    assert 0.85 < value < 1.18
    # Each strategy holds everybody, and nobody is counted for each piece of time.
    told = found.estimates.frame
    assert set(told["n"].drop_nulls()) == {1500, *(int(one) for one in np.bincount(found.emulated.rows.treated))}
    at_start = draw_curves(found).table.frame
    assert at_start.filter(pl.col("at_days") == 0)["at_risk"].to_list() == [1500, 1500]
    assert draw_curves(found).subtitle.startswith("1,500 persons, each in both strategies. ")
    # A copy that leaves is nobody's end of follow-up.
    assert "without an event" not in draw_curves(found).subtitle
    assert "people who followed" in draw_people_overlap(found).subtitle
    # Errors are by person: as many clusters as people, though each is in both strategies.
    assert np.unique(found.rows.cluster).size == found.emulated.people.height
    assert found.emulated.everybody == found.emulated.people.height + sum(
        one.persons for step in found.emulated.flow for one in step.left
    )


def test_clones_find_a_planted_effect(tmp_path: Path) -> None:
    found = estimate_trial(registry(4, 1500, 0.5), written(tmp_path, *CLONED))
    value, _, high = found.contrasts[0].limits(0.95)
    assert 0.4 < value < 0.75
    assert high < 1
    assert any("immortal time" in one for one in cautions(found))
    assert "leaves the strategy of starting on that day" in trial_json(found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('not_starts = ["hsct"]\nby_day = 180', 'not_starts = ["hsct"]\nby_day = 90', "one by_day of 1 or more"),
        ('not_starts = ["hsct"]', 'not_starts = ["ocrelizumab"]', "the same therapies"),
        ('by = "inverse probability"', 'by = "stabilised"', "inverse probability, for clones"),
    ],
)
def test_clones_that_could_follow_nothing_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refused_design(registry(5, 60, 1.0), written(tmp_path, *CLONED, (old, new)))


def test_draws_of_clones_are_of_people(tmp_path: Path) -> None:
    found = estimate_trial(registry(6, 300, 0.5), written(tmp_path, *CLONED, ("bootstrap = 0", "bootstrap = 30")))
    assert found.draws is not None
    assert found.draws.failed == 0
    low, high = found.draws.limits(0.95)[0]
    assert low < found.contrasts[0].value < high


def test_two_models_at_once_stand_beside_the_weights(cohort: Cohort, tmp_path: Path) -> None:
    path = written(tmp_path, ('by = "overlap"', 'by = "stabilised"'), ('"the overlap"', '"everybody"'))
    found = estimate_trial(cohort, path)
    rows = found.estimates.frame.filter(pl.col("method").str.starts_with("augmented"))
    assert rows["at_days"].to_list() == [365, 1826]
    weighted = next(one for one in found.contrasts if one.day == 1826)
    assert abs(rows["value"][1] - weighted.value) < 2 * weighted.error


def test_whoever_began_before_day_zero_leaves(cohort: Cohort, tmp_path: Path) -> None:
    earlier = cohort.tables["treatments"].with_columns(
        start_day=pl.when(pl.int_range(pl.len()) == 0).then(-30).otherwise("start_day").cast(pl.Int32)
    )
    shifted = replace(cohort, tables={**cohort.tables, "treatments": earlier})
    step = next(one for one in emulate(shifted, "transplant-or-therapy").flow if "before day zero" in one.name)
    assert [(one.persons, one.why) for one in step.left] == [(1, "had begun one")]
