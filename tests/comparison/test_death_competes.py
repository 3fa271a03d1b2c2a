"""A target trial in which death competes with the event: shares, what is said of them, and what still is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from made_up.designs import changed_design, refused_design
from remission.comparison.design.estimate import Trial, estimate_trial
from remission.comparison.design.reading import designs
from remission.comparison.trial_page.page import effects_table, trial_page
from remission.comparison.trial_page.pictures import draw_curves
from remission.comparison.trial_page.wording import answer, cautions, not_addressed
from remission.comparison.trial_page.write import trial_json
from remission.outcomes.deaths.competing import derive_endings
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.simulation.cohorts.fates import Population
from remission.simulation.cohorts.hsct_500 import PLAN
from remission.stats.propensity.contrasts import COMPETING, EVENT
from remission.stats.propensity.unmeasured import e_value

DESIGN = designs()["transplant-death-competes"].read_text(encoding="utf-8")
FEW = ("bootstrap = 200", "bootstrap = 0")
DIFFERENCE = "difference in cumulative incidence"


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """The registry of 500, in which some die."""
    return load_cohort("hsct-500")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The bundled design with changes."""
    return changed_design(DESIGN, folder, *changes)


@pytest.fixture(scope="module")
def trial(cohort: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The bundled design, without its draws."""
    return estimate_trial(cohort, written(tmp_path_factory.mktemp("design"), FEW))


def test_the_planted_difference_lies_within_the_interval(cohort: Cohort, tmp_path: Path) -> None:
    by_weights = ('by = "overlap"', 'by = "stabilised"'), ('estimand = "the overlap"', 'estimand = "everybody"')
    found = estimate_trial(cohort, written(tmp_path, FEW, *by_weights))
    population = Population.of(PLAN, 40_000, seed=7)
    asked = (population.people.age_years >= 18) & (population.people.age_years <= 55)
    fates = population.treated, population.untreated
    had, died = (
        [((getattr(one, of) <= 1826) & (one.seen > 1826 if of == "death" else True))[asked].mean() for one in fates]
        for of in ("seen", "death")
    )
    told = {(one.what, one.day): one.limits(0.95) for one in found.contrasts}
    _, low, high = told[DIFFERENCE, 1826]
    assert low < had[0] - had[1] < high < 0
    _, low, high = told[f"{DIFFERENCE} of the competing event", 1826]
    assert low < died[0] - died[1] < high
    for treated, share in zip((True, False), had, strict=True):
        assert found.incidence(treated=treated).share_on(EVENT, [1826])[0] == pytest.approx(share, abs=0.06)


def test_who_died_is_followed_until_then_and_is_no_loss(cohort: Cohort, trial: Trial) -> None:
    people = trial.emulated.people
    endings = derive_endings(cohort, trial.emulated.outcome, 365).select("subject_id", "ended_by", "until_day")
    joined = people.join(endings, on="subject_id", how="left", maintain_order="left")
    within = joined["until_day"] <= trial.emulated.design.horizon_days
    assert (joined["competed"] == ((joined["ended_by"] == "death") & within)).all()
    died = joined.filter("competed")
    assert died.height > 5
    assert (died["exit"] == died["until_day"]).all()
    assert not (died["lost"] | died["event"]).any()
    rows = trial.emulated.rows
    assert rows.competed is not None
    assert rows.competed.sum() == died.height


def test_answer_cautions_picture_and_files_say_that_death_competes(trial: Trial) -> None:
    said = answer(trial)
    assert "with death competing" in said
    assert "cause-specific hazard ratio" in said
    assert "Died before disability progression" in said
    cautioned = " ".join(cautions(trial))
    assert "is not one less a Kaplan-Meier curve" in cautioned
    assert "ratio of shares away" in cautioned
    assert "it competes, and its share stands beside" in " ".join(not_addressed(trial))
    told = json.loads(trial_json(trial))
    assert {"cause-specific hazard ratio", DIFFERENCE, "cumulative incidence of the competing event",
            "free of both"} <= {one["what"] for one in told["estimates"]}  # fmt: skip
    assert "event-free" not in {one["what"] for one in told["estimates"]}
    last = [one for one in trial.contrasts if one.what == "ratio of cumulative incidence"][-1]
    assert trial.e_value is not None
    assert trial.e_value.value == pytest.approx(e_value(last.limits(0.95)[0]))
    figure = draw_curves(trial)
    assert figure.title.startswith("Cumulative incidence")
    shares = figure.table.raw.filter(pl.col("group") == "HSCT")["value"].to_list()
    assert shares[2] == pytest.approx(trial.incidence(treated=True).share_on(EVENT, [1826])[0])
    assert any("death without the event" in one for one in effects_table(trial).frame["what"])
    assert trial_page(trial).headlines == [said]


def test_shares_with_the_event_of_the_dead_and_of_those_free_add_up(trial: Trial) -> None:
    for treated in (True, False):
        one = trial.incidence(treated=treated)
        free = trial.curve(treated=treated).survival_on([1826])[0]
        assert sum(one.share_on(cause, [1826])[0] for cause in (EVENT, COMPETING)) + free == pytest.approx(1)


@pytest.mark.parametrize(
    "changes",
    [
        (('by = "overlap"', 'by = "nearest neighbour"'), ('estimand = "the overlap"', 'estimand = "the treated"')),
        (("years = 5", 'years = 5\ncensoring = "weighted"\ncensoring_covariates = ["age_years"]'),),
        (("seed = 1", "seed = 1\nper_protocol = true"),),
        (('death = "competes"', 'death = "competes"\nnegative_control = "relapse-free"'),),
        (('missing = "complete cases"', 'missing = "impute"\nimputations = 3'),),
    ],
)
def test_every_way_to_make_people_alike_works(
    cohort: Cohort, trial: Trial, tmp_path: Path, changes: tuple[tuple[str, str], ...]
) -> None:
    found = estimate_trial(cohort, written(tmp_path, FEW, *changes))
    told = next(one for one in found.contrasts if one.what == DIFFERENCE and one.day == 1826)
    same = next(one for one in trial.contrasts if one.what == DIFFERENCE and one.day == 1826)
    assert told.value == pytest.approx(same.value, abs=0.08)
    assert told.error > 0
    assert found.rows.competed is not None
    assert "with death competing" in answer(found)


def test_draws_estimate_everything_anew(cohort: Cohort, tmp_path: Path) -> None:
    found = estimate_trial(cohort, written(tmp_path, ("bootstrap = 200", "bootstrap = 10")))
    place = [one.what for one in found.contrasts].index(DIFFERENCE)
    drawn = found.drawn(place)
    assert drawn is not None
    assert drawn[1] < found.contrasts[place].value < drawn[2]


def test_clones_keep_each_death_once_in_an_arm(tmp_path: Path) -> None:
    cohort = load_cohort("registry-late")
    # No death is recorded there: some of those lost die instead.
    lost = (pl.col("end_reason") == "lost") & (pl.col("last_day") > 400)
    subjects = cohort.subjects.with_columns(
        death_day=pl.when(lost).then(pl.col("last_day")),
        end_reason=pl.when(lost).then(pl.lit("died")).otherwise("end_reason"),
    )
    dying = Cohort(cohort.manifest, {**cohort.tables, "subjects": subjects}, cohort.digest)
    text = designs()["hard-and-early"].read_text(encoding="utf-8")
    competes = (
        ('endpoint = "cdp-24w"', 'endpoint = "cdp-24w"\ndeath = "competes"'),
        ("bootstrap = 500", "bootstrap = 0"),
    )
    found = estimate_trial(dying, changed_design(text, tmp_path, *competes))
    rows, people = found.rows, found.emulated.people
    died = set(people.filter("competed")["person"])
    assert len(died) > 20
    assert rows.competed is not None
    ended = np.flatnonzero(rows.competed)
    for treated in (True, False):
        mine = rows.cluster[ended[rows.treated[ended] == treated]]
        assert np.unique(mine).size == mine.size
    assert set(rows.cluster[ended].tolist()) == died
    assert (rows.exit[ended] == people["exit"].to_numpy()[rows.cluster[ended]]).all()


def test_what_cannot_be_had_is_refused_all_at_once(cohort: Cohort, tmp_path: Path) -> None:
    alive = cohort.subjects.with_columns(death_day=pl.lit(None, pl.Int32))
    nobody = Cohort(cohort.manifest, {**cohort.tables, "subjects": alive}, cohort.digest)
    pairs = ('by = "overlap"', 'by = "nearest neighbour"'), ('estimand = "the overlap"', 'estimand = "the treated"')
    path = written(tmp_path, FEW, *pairs, ("years = 5", "years = 5\npairs_end_together = true"))
    said = refused_design(nobody, path)
    assert "no death of anybody in this cohort" in said
    assert "Until when somebody who died would have been watched nobody knows" in said
    part = written(tmp_path, FEW, ('endpoint = "cdp-24w"', 'endpoint = "death"'))
    assert "of which death is the event" in refused_design(cohort, part)
