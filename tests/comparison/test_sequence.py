"""A sequence of trials from a file: who is in which, what is refused, and whether a planted effect is found."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.designs import changed_design
from remission.comparison.design.emulated import emulate
from remission.comparison.design.estimate import Trial, estimate_trial
from remission.comparison.design.positivity import Stratum, empty_strata, where_unlikely
from remission.comparison.design.reading import designs, load_design
from remission.comparison.design.records import Design
from remission.comparison.design.sequence import trials_of
from remission.comparison.trial_page.page import trial_page
from remission.comparison.trial_page.pictures import draw_curves, draw_people_alike, draw_people_overlap
from remission.comparison.trial_page.strata import absent_words, strata_table
from remission.comparison.trial_page.wording import answer, cautions, not_addressed
from remission.comparison.trial_page.write import trial_json
from remission.inputs.problems import InputProblems
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.stats.propensity.contrasts import COMPETING, EVENT, GroupRows

DESIGN = """
title = "A sequence"
question = "Is it so?"
estimand = "everybody"

[time_zero]
at = "sequence"

[[strategies]]
name = "Transplant"
starts = ["hsct"]
by_day = 170

[[strategies]]
name = "No transplant"
not_starts = ["hsct"]
by_day = 170

[assignment]
covariates = ["age_years"]
by = "stabilised"
missing = "complete cases"

[follow_up]
years = 4

[outcome]
endpoint = "death"

[analysis]
at_years = [1, 3]
bootstrap = 0
seed = 1
"""
LAST_START, FOLLOWED = 176, 1826


def written(folder: Path, *changes: tuple[str, str], text: str = DESIGN) -> Path:
    """The design with some lines changed; each must be there."""
    return changed_design(text, folder, *changes)


class Made:
    """Records in which the younger begin a transplant within months, and live longer whatever they do.

    `ratio` multiplies the hazard of death from the start on; `before` is when each would die without any.
    """

    def __init__(self, seed: int, people: int, ratio: float) -> None:
        random = np.random.default_rng(seed)
        self.ratio = ratio
        self.age = np.clip(random.normal(45, 9, people), 18, 75).round(1)
        self.before = 365.25 * random.exponential(1 / (0.3 * np.exp(0.06 * (self.age - 45))))
        begins = random.random(people) < 1 / (1 + np.exp(0.08 * (self.age - 45)))
        self.starts = np.where(begins, random.integers(1, LAST_START, people), 10**6)
        self.death = np.maximum(self.death_if(self.starts), 1)

    def death_if(self, starts: np.ndarray) -> np.ndarray:
        """The day of death of everybody, were these the days of the start."""
        stretched = starts + (self.before - starts) / self.ratio
        return np.ceil(np.where(self.before > starts, stretched, self.before)).astype(int)

    @property
    def cohort(self) -> Cohort:
        """As records."""
        last, died = np.minimum(self.death, FOLLOWED), self.death <= FOLLOWED
        names = [f"P{number:05}" for number in range(self.age.size)]
        subjects = pl.DataFrame({
            "subject_id": names, "entered": ["yes"] * len(names), "age_years": self.age, "last_day": last,
            "death_day": pl.Series(np.where(died, last, -1)).replace(-1, None),
            "end_reason": np.where(died, "died", "cut-off"),
        })  # fmt: skip
        began = np.flatnonzero(self.starts < last)
        treatments = pl.DataFrame({
            "subject_id": [names[row] for row in began], "therapy": ["hsct"] * began.size,
            "start_day": self.starts[began],
        })  # fmt: skip
        return Cohort.from_frames(kind="simulated", day_zero="registry entry", subjects=subjects, treatments=treatments)


def refused(cohort: Cohort, path: Path) -> str:
    """What is said of a design that is refused."""
    with pytest.raises(InputProblems) as wrong:
        estimate_trial(cohort, path)
    return wrong.value.report()


@pytest.fixture(scope="module")
def null(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """1,500 people whom the transplant does nothing."""
    return estimate_trial(Made(3, 1_500, 1.0).cohort, written(tmp_path_factory.mktemp("null")))


def plain_trials(made: Made, begins: tuple[int, ...], horizon: int) -> list[tuple[int, int, int, int, bool]]:
    """The plain twin: person, day of the trial, treated, days to the end, event; by counting."""
    found = []
    for person in range(made.age.size):
        last, died = int(min(made.death[person], FOLLOWED)), bool(made.death[person] <= FOLLOWED)
        start = int(made.starts[person]) if made.starts[person] < last else 10**9
        before = -1
        for day in begins:
            if day < last and start > before:
                left = last - day
                found.append((person, day, int(start <= day), min(left, horizon), died and left <= horizon))
            before = day
    return found


def test_trials_are_those_of_a_plain_count(tmp_path: Path) -> None:
    made = Made(8, 120, 0.5)
    found = emulate(made.cohort, written(tmp_path))
    assert found.design.begins == (30, 61, 91, 122, 152)
    told = found.people.select("person", "begins", pl.col("treated").cast(pl.Int64), "exit", "event").rows()
    assert sorted(told) == sorted(plain_trials(made, found.design.begins, found.design.horizon_days))
    assert found.rows.cluster.tolist() == found.people["person"].to_list()
    # Each begins once: nobody is on the first strategy twice, or in a trial after that one.
    assert found.people.filter("treated")["person"].is_unique().all()


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> Design:
    """The design as it is read."""
    return load_design(written(tmp_path_factory.mktemp("design")))


@given(st.integers(0, 10_000))
def test_the_plain_twin_finds_the_same_trials_whenever_people_enter(design: Design, seed: int) -> None:
    random = np.random.default_rng(seed)
    entry = np.where(random.random(25) < 0.5, 0, random.integers(0, 120, 25))
    last, event = entry + random.integers(1, 1_700, 25), random.random(25) < 0.5
    died = random.random(25) < 0.4
    start = np.where(random.random(25) < 0.6, random.integers(0, 200, 25), np.nan)
    people = pl.DataFrame({
        "subject_id": [str(one) for one in range(25)], "person": range(25), "entry": entry, "exit": last,
        "event": event, "lost": ~event & ~died, "competed": ~event & died,
    })  # fmt: skip
    expected = []
    for person in range(25):
        before = -1
        for day in design.begins:
            began = np.inf if np.isnan(start[person]) else start[person]
            if entry[person] <= day < last[person] and began > before:
                whole = last[person] - day <= design.horizon_days
                until = min(last[person] - day, design.horizon_days)
                had, dead = whole and event[person], whole and died[person] and not event[person]
                lost = whole and not had and not dead
                expected.append((person, day, began <= day, until, had, lost, dead))
            before = day
    told = trials_of(people, start, design)
    assert told.select("person", "begins", "treated", "exit", "event", "lost", "competed").rows() == expected
    assert told["entry"].sum() == 0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=20), st.lists(st.integers(0, 10), min_size=1, max_size=6))
def test_the_plain_twin_draws_the_same_rows(cluster: list[int], wanted: list[int]) -> None:
    labels = sorted(set(cluster))
    drawn = [one % len(labels) for one in wanted]
    n = len(cluster)
    rows = GroupRows(np.zeros(n, np.int64), np.arange(n) + 1, np.zeros(n, np.bool_), np.zeros(n, np.bool_),
                     np.array(cluster))  # fmt: skip
    found, places = rows.redrawn(np.array(drawn))
    expected = [(place, new) for new, one in enumerate(drawn) for place in range(n) if cluster[place] == labels[one]]
    assert list(zip(places.tolist(), found.cluster.tolist(), strict=True)) == expected
    assert found.exit.tolist() == [place + 1 for place, _ in expected]


def test_a_null_that_immortal_time_hides_is_found(null: Trial) -> None:
    value, low, high = null.contrasts[0].limits(0.95)
    assert low < 1 < high
    assert 0.85 < value < 1.18
    assert high / low < 1.6
    # As treated it is not found: the younger began.
    assert null.crude[0].limits(0.95)[2] < 1


def truth(ratio: float, begins: tuple[int, ...], horizon: int) -> float:
    """The hazard ratio of beginning against not beginning then, in all trials of 60,000 people who do both."""
    made = Made(99, 60_000, ratio)
    chance = 1 / (1 + np.exp(0.08 * (made.age - 45)))
    random = np.random.default_rng(97)
    events, days = np.zeros(2), np.zeros(2)
    before = -1
    for day in begins:
        there = (made.death > day) & (made.starts > before)
        # Who does not begin by now begins later with the chance of somebody alike who has not yet.
        left = chance * (LAST_START - 1 - day) / (LAST_START - 1)
        begins_later = random.random(day_size := made.age.size) < left / (left + 1 - chance)
        later = np.where(begins_later, random.integers(day + 1, LAST_START, day_size), 10**6)
        for place, starts in enumerate((np.full(day_size, day), later)):
            death = made.death_if(starts)[there] - day
            events[place] += (death <= horizon).sum()
            days[place] += np.minimum(death, horizon).sum()
        before = day
    return float((events[0] / days[0]) / (events[1] / days[1]))


def test_a_planted_effect_is_found_as_intention_to_treat(tmp_path: Path) -> None:
    found = estimate_trial(Made(4, 2_500, 0.4).cohort, written(tmp_path))
    design = found.emulated.design
    known = truth(0.4, design.begins, design.horizon_days)
    rate = found.contrasts[1]
    assert rate.what == "rate ratio"
    assert abs(rate.value - math.log(known)) < 1.96 * rate.error < 0.25
    # Nearer to 1 than the therapy's own ratio, for others begin later; and held alike it moves.
    assert 0.45 < known < 0.8
    assert found.crude[1].value < rate.value - rate.error


def test_per_protocol_finds_the_ratio_of_the_therapy_itself(tmp_path: Path) -> None:
    changes = ("bootstrap = 0", "bootstrap = 0\nper_protocol = true")
    found = estimate_trial(Made(4, 2_500, 0.4).cohort, written(tmp_path, changes))
    assert found.protocol is not None
    _, low, high = found.protocol.contrasts[0].limits(0.95)
    assert low < 0.4 < high < found.contrasts[0].limits(0.95)[0]
    assert high / low < 1.4
    # Nobody stops a procedure; whoever begins it later leaves the other strategy.
    assert found.protocol.left[0] == 0 < 1_000 < found.protocol.left[1]


def test_a_person_counts_once_where_people_are_counted(null: Trial) -> None:
    people = null.emulated.people
    assert null.people == people["subject_id"].n_unique() == np.unique(null.rows.cluster).size
    assert people.height > 2 * null.people
    assert null.events == people.filter("event")["subject_id"].n_unique()
    assert null.emulated.everybody == null.people + sum(
        one.persons for step in null.emulated.flow for one in step.left
    )  # fmt: skip


def test_pictures_and_facts_of_a_sequence_count_trials_as_trials(null: Trial) -> None:
    people, trials = null.people, null.emulated.people.height
    assert draw_curves(null).subtitle.startswith(f"{people:,} persons in {trials:,} trials. ")
    assert {row[0] for row in draw_people_alike(null).table.rows()} >= {"Age on day zero", "Months since day zero"}
    likely = draw_people_overlap(null)
    assert "people" not in likely.subtitle + likely.description + likely.table.caption
    assert "trials" in likely.subtitle
    facts = {one.name for one in trial_page(null).facts}
    assert {"Effective number of trials", "Trials made alike by"} <= facts
    told = null.estimates.frame.filter(pl.col("what").is_in(["event-free", "restricted mean"]))
    # Their n is of trials, beside contrasts whose n is of people; and without weights they are not called weighted.
    assert told["method"].str.contains("n and events are of trials").all()
    as_treated = told.filter(pl.col("population") == "as treated")["method"]
    assert not as_treated.str.contains("weighted").any()
    assert len(as_treated) == 6


def test_a_stratum_of_one_strategy_counts_people_and_not_trials(tmp_path: Path) -> None:
    made = Made(7, 400, 1.0)
    oldest = made.age > np.quantile(made.age, 0.6)
    made.starts[oldest] = 10**6
    made.death = np.maximum(made.death_if(made.starts), 1)
    emulated = emulate(made.cohort, written(tmp_path))
    ages = emulated.people["held age_years"].to_numpy()
    (one,) = empty_strata(emulated)
    cut = np.quantile(ages, 2 / 3)
    assert one.only == "No transplant"
    assert one.people == emulated.people.filter(pl.Series(ages > cut))["subject_id"].n_unique() < (ages > cut).sum()


@pytest.fixture(scope="module")
def by_month() -> Trial:
    """The shipped sequence, in which most began nothing in most months."""
    return estimate_trial(load_cohort("registry-late"), "hard-and-early-by-month")


def test_where_a_strategy_was_nearly_absent_is_named_and_counted_by_each_covariate(by_month: Trial) -> None:
    people = by_month.emulated.people
    chance = by_month.weighed.propensity.scores
    small = np.minimum(chance, 1 - chance)
    older = people["held age_years"].to_numpy() > np.quantile(people["held age_years"].to_numpy(), 2 / 3)
    unlikely, rows = int((older & (small < 0.025)).sum()), int(older.sum())
    said = " ".join(cautions(by_month))
    assert f"{(small < 0.025).sum():,} trials had a chance under" in said
    assert f"commonest where: Age on day zero: above 47 ({unlikely:,} of {rows:,});" in said
    none = people.filter(pl.col("held x_relapses_before") == 0)
    few, many = none["treated"].sum(), none.height
    where = "Relapses in the two years before day zero: 0"
    assert f"{where}: only {few} of {many:,} followed High-efficacy this month." in said
    table = strata_table(by_month)
    for source, values in {"Sex": 2, "Age on day zero": 3, "EDSS at baseline": 3}.items():
        mine = table.frame.filter(pl.col("stratum").str.starts_with(f"{source}: "))
        assert mine.height == values
        assert mine["rows"].sum() == people.height
        assert mine["first"].sum() == people["treated"].sum()
        assert mine["unlikely"].sum() == (small < 0.025).sum()
    told = json.loads(trial_json(by_month))
    assert [one["words"] for one in told["strata"]] == table.frame["stratum"].to_list()
    assert told["strata_of_one_strategy"] == []


def test_where_chances_are_small_only_strata_with_more_than_their_share_are_named(by_month: Trial) -> None:
    overall = 0.6
    named = where_unlikely(by_month.strata, overall)
    assert [one.words.partition(":")[0] for one in named] == ["Age on day zero"]
    assert all(one.unlikely_share > overall for one in named)
    assert len(where_unlikely(by_month.strata, 0.0)) == 3


def test_strata_with_some_on_both_strategies_are_not_spoken_of() -> None:
    def told(first: int) -> str:
        return " ".join(absent_words([Stratum("Sex: male", 200, 200, first, ("A", "B"))]))

    assert told(100) == told(5) == told(195) == ""
    assert told(4) == "Sex: male: only 4 of 200 followed A. Little is known of it there."
    assert told(196) == "Sex: male: only 4 of 200 followed B. Little is known of it there."
    assert told(0) == "Sex: male: all 200 people followed B. Of the other nothing is known there."
    assert told(200) == "Sex: male: all 200 people followed A. Of the other nothing is known there."


def test_what_changes_over_time_and_is_not_held_alike_is_said(null: Trial) -> None:
    said = " ".join(cautions(null))
    assert f"{null.people:,} persons are in {null.emulated.people.height:,} trials" in said
    assert "EDSS and scans between day zero and the start of a trial are not held alike" in said
    assert "as they were on day zero" in not_addressed(null)[0]
    assert {one.name for one, _ in null.balances} >= {"months since day zero", "months since day zero, squared"}
    assert "one at the end of each month, the last on day 152" in trial_json(null)
    assert "of trials and not of people" in trial_page(null).sections[0].blocks[0].sentences[0]
    assert trial_page(null).headlines[0].startswith("Overall survival at 3")


DEATH_COMPETES = ('endpoint = "death"', 'endpoint = "relapse-free"\ndeath = "competes"')


def with_relapses(made: Made) -> Cohort:
    """The same records, with a relapse of some halfway to their end, whatever they began."""
    cohort, last = made.cohort, np.minimum(made.death, FOLLOWED)
    relapsed = np.flatnonzero((np.arange(made.age.size) % 3 == 0) & (last > 20))
    relapses = pl.DataFrame({
        "subject_id": [f"P{row:05}" for row in relapsed], "day": (last[relapsed] // 2).astype(int),
    })  # fmt: skip
    return Cohort.from_frames(
        kind="simulated", day_zero="registry entry", subjects=cohort.subjects,
        treatments=cohort.tables["treatments"], relapses=relapses,
    )  # fmt: skip


def test_in_a_sequence_death_competes_in_each_trial_of_a_person(tmp_path: Path) -> None:
    made = Made(11, 700, 1.0)
    cohort = with_relapses(made)
    found = estimate_trial(cohort, written(tmp_path, DEATH_COMPETES))
    people, days = found.emulated.people, found.emulated.design.horizon_days
    had = dict(cohort.tables["relapses"].select("subject_id", "day").iter_rows())
    for who, begins, exits, event, lost, competed in people.select(
        "subject_id", "begins", "exit", "event", "lost", "competed").iter_rows():  # fmt: skip
        died, relapse = int(made.death[int(who[1:])]) - begins, had.get(who, 10**6) - begins
        assert event == (relapse <= days)
        assert competed == (not event and died <= min(days, FOLLOWED - begins))
        assert not (lost and competed)
        assert exits == min(relapse, died, days, FOLLOWED - begins)
    assert people.filter("competed")["subject_id"].n_unique() < people["competed"].sum()
    for treated in (True, False):
        one = found.incidence(treated=treated)
        shares = [one.share_on(cause, [1096])[0] for cause in (EVENT, COMPETING)]
        assert sum(shares) + found.curve(treated=treated).survival_on([1096])[0] == pytest.approx(1)
    told = {(one.what, one.day): one.limits(0.95) for one in found.contrasts}
    # The transplant does nothing to either: both differences may be none.
    for what in ("difference in cumulative incidence", "difference in cumulative incidence of the competing event"):
        _, low, high = told[what, 1096]
        assert low < 0 < high
    assert "with death competing" in answer(found)
    assert "Died before" in answer(found)
    assert trial_page(found).headlines == [answer(found)]


def test_draws_are_of_people_with_all_their_trials(tmp_path: Path) -> None:
    found = estimate_trial(Made(6, 300, 0.5).cohort, written(tmp_path, ("bootstrap = 0", "bootstrap = 60")))
    assert found.draws is not None
    spread = float(np.nanstd(found.draws.values[:, 0]))
    assert 0.6 * found.contrasts[0].error < spread < 1.5 * found.contrasts[0].error
    drawn, places = found.emulated.rows.redrawn(np.array([7, 7, 2]))
    assert np.unique(drawn.cluster).tolist() == [0, 1, 2]
    assert found.emulated.people["person"][places.tolist()].unique(maintain_order=True).to_list() == [7, 2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('by = "stabilised"', 'by = "nearest neighbour"', "weights, for a sequence of trials"),
        ('not_starts = ["hsct"]', 'not_starts = ["ocrelizumab"]', "the same therapies as not_starts"),
        ('at = "sequence"', 'at = "day zero"\nevery = "quarter"', "none, but in a sequence"),
        ('at = "sequence"', 'at = "sequence"\nevery = "week"', "time_zero.every"),
        ('at = "sequence"', 'at = "sequence"\nevery = "half-year"', "a half-year or more"),
        ('at = "sequence"', 'at = "sequence"\nday = 5', "time_zero.day"),
    ],
)
def test_a_sequence_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refused(Made(5, 60, 1.0).cohort, written(tmp_path, (old, new)))


def test_the_refusal_of_what_is_known_later_names_every_way(tmp_path: Path) -> None:
    said = refused(Made(5, 60, 1.0).cohort, written(tmp_path, ('at = "sequence"', 'at = "day zero"')))
    assert "time is immortal" in said
    for way in ("clones", "landmark", "sequence"):
        assert f'time_zero.at = "{way}"' in said


def test_the_refusal_stands_where_deaths_were_not_collected(tmp_path: Path) -> None:
    text = designs()["hard-and-early"].read_text(encoding="utf-8")
    said = refused(load_cohort("registry-late"), written(tmp_path, ('at = "clones"', 'at = "day zero"'), text=text))
    assert "time is immortal" in said
    assert "and 0 deaths" not in said


def test_the_shipped_sequence_runs_on_the_registry_of_late_starts(by_month: Trial) -> None:
    found = by_month
    value, low, high = found.contrasts[0].limits(0.95)
    # The hazard ratio of the therapy itself is 0.4, that of strategies over a year 0.67, and who ever began it has one
    # below 0.25.
    assert 0.4 < value < 1
    assert low < 0.673 < high
    assert found.protocol is not None
    kept, lowest, highest = found.protocol.contrasts[0].limits(0.95)
    assert lowest < 0.4 < highest
    assert kept < value
    assert max(abs(after.difference) for _, after in found.balances) < 0.1
