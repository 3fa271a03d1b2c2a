"""Until when people of a target trial are followed: pairs that end together, the lost, those who leave, the dead."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.designs import changed_design, refused_design
from remission.comparison.design.estimate import Trial, estimate_trial
from remission.comparison.design.leaving import departures, lost_to_follow_up
from remission.comparison.design.reading import designs, load_design
from remission.comparison.design.remaining import weigh_remaining
from remission.comparison.trial_page.page import effects_table
from remission.comparison.trial_page.pictures import draw_curves
from remission.comparison.trial_page.wording import not_addressed
from remission.comparison.trial_page.write import trial_json
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.stats.propensity.contrasts import GroupRows
from remission.stats.regression.refusals import NotEstimable

SHIPPED = designs()["transplant-or-therapy"].read_text(encoding="utf-8").replace("bootstrap = 500", "bootstrap = 0")
PAIRED = (('by = "overlap"', 'by = "nearest neighbour"\ncaliper = 0.2'), ('"the overlap"', '"the matched"'))
WEIGHTED = ("years = 5", 'years = 5\ncensoring = "weighted"\ncensoring_covariates = ["age_years"]')
PROTOCOL = ("bootstrap = 0", "bootstrap = 0\nper_protocol = true")
TOGETHER = ("years = 5", "years = 5\npairs_end_together = true")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """The registry of 500."""
    return load_cohort("hsct-500")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The shipped design without draws, with some lines changed; each must be there."""
    return changed_design(SHIPPED, folder, *changes)


def found(cohort: Cohort, folder: Path, *changes: tuple[str, str]) -> Trial:
    """The design carried out."""
    return estimate_trial(cohort, written(folder, *changes))


def test_pairs_end_when_the_first_of_them_is_no_longer_watched(cohort: Cohort, tmp_path: Path) -> None:
    apart, together = found(cohort, tmp_path, *PAIRED), found(cohort, tmp_path, *PAIRED, TOGETHER)
    watched = together.emulated.watched[together.weighed.held.places]
    assert (watched >= apart.rows.exit).all()
    half = watched.size // 2
    shortest = np.tile(np.minimum(watched[:half], watched[half:]), 2)
    assert together.rows.exit.tolist() == np.minimum(apart.rows.exit, shortest).tolist()
    assert (together.rows.event == (apart.rows.event & (apart.rows.exit <= shortest))).all()
    # Some end sooner, and an event of one does not end the other.
    assert 10 < (together.rows.exit < apart.rows.exit).sum() < watched.size / 2
    other = np.roll(np.arange(watched.size), half)
    event = together.rows.event
    assert (together.rows.exit[other][event] > together.rows.exit[event]).any()
    assert "pairs end together" in trial_json(together)


def test_pairs_that_end_together_count_as_people_when_losses_are_weighted(cohort: Cohort, tmp_path: Path) -> None:
    apart = found(cohort, tmp_path, *PAIRED)
    weighted = WEIGHTED[1] + "\npairs_end_together = true"
    trial = found(cohort, tmp_path, *PAIRED, (WEIGHTED[0], weighted))
    assert trial.people == apart.people == 2 * np.unique(trial.rows.cluster).size < trial.rows.exit.size
    # Whom the other of the pair ended was not lost.
    lost = int(trial.emulated.people["lost"].to_numpy()[apart.weighed.held.places].sum())
    said = int(trial.weighed.method.partition(" losses")[0].rpartition(" ")[2])
    assert 0 < said < lost


def test_only_pairs_can_end_together(cohort: Cohort, tmp_path: Path) -> None:
    assert "false, but for nearest neighbour" in refused_design(cohort, written(tmp_path, TOGETHER))


def losing(*, lose: bool, people: int = 4_000) -> Cohort:
    """Records in which the old die sooner and, if `lose`, are lost far more often; every second has a transplant."""
    random = np.random.default_rng(12)
    age = np.clip(random.normal(45, 9, people), 20, 70).round(1)
    death = np.ceil(365.25 * random.exponential(1 / (0.15 * np.exp(0.08 * (age - 45))))).astype(int)
    gone = np.ceil(365.25 * random.exponential(1 / (0.15 * np.exp(0.1 * (age - 45))))).astype(int) if lose else 10**6
    last = np.minimum(np.minimum(death, gone), 2_000)
    died = death <= last
    subjects = pl.DataFrame({
        "subject_id": [f"P{number:04}" for number in range(people)], "entered": ["yes"] * people, "age_years": age,
        "last_day": last, "death_day": pl.Series(np.where(died, last, -1)).replace(-1, None),
        "end_reason": np.where(died, "died", np.where(last < 2_000, "lost", "cut-off")),
    })  # fmt: skip
    who = subjects["subject_id"].gather_every(2)
    begun = {"subject_id": who, "therapy": ["hsct"] * who.len(), "start_day": [0] * who.len()}
    return Cohort.from_frames(
        kind="simulated", day_zero="entry", subjects=subjects, treatments=pl.DataFrame(begun)
    )  # fmt: skip


OF_DEATH = (
    ('column = "course"\none_of = ["RRMS"]', 'column = "age_years"\nat_least = 1'),
    ("at_most = 55", "at_most = 99"),
    ('starts = ["natalizumab", "ocrelizumab", "fingolimod"]\n', ""),
    ('["age_years", "sex", "onset_day", "baseline_edss", "x_relapses_before", "centre"]', '["age_years"]'),
    ('"cdp-24w"', '"death"'),
)


def test_weights_for_losses_find_what_all_would_have_shown(tmp_path: Path) -> None:
    def share(cohort: Cohort, *changes: tuple[str, str]) -> float:
        curve = found(cohort, tmp_path, *OF_DEATH, *changes).curve(treated=True)
        return float(curve.survival_on([1_461])[0])

    known, lost = share(losing(lose=False)), losing(lose=True)
    assert share(lost) - known > 0.03
    assert abs(share(lost, WEIGHTED) - known) < 0.015
    trial = found(lost, tmp_path, *OF_DEATH, WEIGHTED)
    assert "losses, weighted by the inverse" in trial.weighed.method
    # Pieces are no people: errors are by person, and people are counted.
    assert trial.people == 4_000 < trial.rows.exit.size
    assert np.unique(trial.rows.cluster).size == 4_000
    assert trial.events == int(trial.emulated.people["event"].sum())
    # Pieces of time are no late entry, and errors under weights are not Greenwood's.
    drawn = draw_curves(trial)
    said = drawn.table.caption
    assert "weighted Kaplan-Meier, infinitesimal jackknife by cluster" in said
    assert "late entry" not in said + drawn.subtitle
    assert "lost who were like them in age" in " ".join(not_addressed(trial))


def test_who_is_lost_and_whose_records_end() -> None:
    reasons = [("not-observed", "lost"), ("not-observed", "cut-off"), ("not-observed", None), ("gap", "completed"),
               ("died", "lost"), ("data-cut", "lost"), ("new-therapy", "withdrew"), ("lost", "lost")]  # fmt: skip
    names = [f"P{place}" for place in range(len(reasons))]
    spells = pl.DataFrame({"subject_id": names, "event": [False] * 8, "reason": [one for one, _ in reasons]})
    subjects = pl.DataFrame({"subject_id": names, "entered": ["yes"] * 8, "end_reason": [end for _, end in reasons]})
    cohort = Cohort.from_frames(kind="simulated", day_zero="entry", subjects=subjects)
    assert lost_to_follow_up(cohort, spells).to_list() == [True, False, True, True, False, False, False, True]
    assert not lost_to_follow_up(cohort, spells.with_columns(event=pl.lit(value=True))).any()


def test_pieces_are_the_rows_and_weights_are_carried_on_after_the_last_who_left() -> None:
    random = np.random.default_rng(1)
    entry, exits = np.zeros(80, np.int64), np.full(80, 200)
    entry[1], exits[:3] = 10, (100, 40, 70)
    exits[3:43] = random.integers(20, 60, 40)
    leaves = exits < 75
    event = exits == 100
    x = np.where(leaves, 1.0, 0.0) + random.normal(size=80)
    rows = GroupRows(entry, exits, event, np.ones(80, np.bool_), np.arange(80))
    pieces = weigh_remaining(rows, np.full(80, 2.0), ((leaves, {"x": x}),))
    told = list(zip(pieces.rows.cluster.tolist(), pieces.rows.entry.tolist(), pieces.rows.exit.tolist(), strict=True))
    assert told[:6] == [(0, 0, 30), (0, 30, 61), (0, 61, 91), (0, 91, 100), (1, 10, 30), (1, 30, 40)]
    assert pieces.rows.event.nonzero()[0].tolist() == [3]
    assert pieces.left == (42, 0)
    of_last = pieces.weight[pieces.rows.cluster == 79]
    assert of_last[0] == 2 != of_last[1]
    # The last leaves in the third month: from the fourth on nobody can.
    assert np.unique(of_last[3:]).size == 1 < np.unique(of_last).size


@given(st.integers(0, 10_000))
def test_the_plain_twin_weighs_month_by_month(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = 60
    entry = np.where(random.random(n) < 0.7, 0, random.integers(0, 80, n))
    exits = entry + random.integers(1, 150, n)
    event, treated = random.random(n) < 0.3, random.random(n) < 0.5
    leaves = ~event & (random.random(n) < 0.5)
    x = random.normal(size=n)
    rows = GroupRows(entry, exits, event, treated, np.arange(n))
    try:
        found = weigh_remaining(rows, np.ones(n), ((leaves, {"x": x}),))
    except NotEstimable:
        return
    expected = []
    bounds = [round(month * 365.25 / 12) for month in range(12)]
    for row in range(n):
        for low, high in itertools.pairwise(bounds):
            begins, ends = max(low, entry[row]), min(high, exits[row])
            if begins < ends:
                expected.append((row, begins, ends, bool(event[row] and ends == exits[row])))
    pieces = found.rows
    told = zip(pieces.cluster, pieces.entry, pieces.exit, pieces.event, strict=True)
    assert list(told) == expected
    # The first piece of everybody has the weight of the person; so have all of a strategy that nobody left.
    first = np.append(True, pieces.cluster[1:] != pieces.cluster[:-1])
    assert (found.weight[first] == 1).all()
    assert sum(found.left) == leaves.sum()


def test_who_leaves_a_strategy_and_when(tmp_path: Path) -> None:
    taken = [("A", "hsct", 0, 0), ("B", "natalizumab", 0, 100), ("C", "natalizumab", 0, 100),
             ("C", "ocrelizumab", 150, None), ("D", "fingolimod", 0, None), ("D", "hsct", 300, None),
             ("E", "natalizumab", 0, 100), ("E", "natalizumab", 170, None)]  # fmt: skip
    table = pl.DataFrame(taken, ["subject_id", "therapy", "start_day", "end_day"], orient="row")
    subjects = pl.DataFrame({"subject_id": list("ABCDE"), "entered": ["yes"] * 5})
    cohort = Cohort.from_frames(kind="simulated", day_zero="entry", subjects=subjects, treatments=table)
    people = subjects.select("subject_id", treated=pl.col("subject_id") == "A")
    days = departures(cohort, load_design(written(tmp_path)), people)
    # A procedure is not stopped; who goes on with another of its therapies within 60 days has not left.
    assert days.tolist() == [np.inf, 161, np.inf, 300, 161]
    # Of a later trial days count from its begin, and whoever had stopped before leaves at once.
    later = departures(cohort, load_design(written(tmp_path)), people.with_columns(begins=pl.lit(165)))
    assert later.tolist() == [np.inf, 1, np.inf, 135, np.inf]


def test_per_protocol_stands_beside_and_its_estimand_is_said(cohort: Cohort, tmp_path: Path) -> None:
    # Half of those on the second strategy have a transplant later.
    who = cohort.subjects.filter(pl.col("arm") != "HSCT")["subject_id"].gather_every(2)
    late = np.random.default_rng(5).integers(100, 1_500, who.len())
    more = pl.DataFrame({"subject_id": who, "therapy": ["hsct"] * who.len(), "start_day": late,
                         "row_id": [f"late-{one}" for one in who]})  # fmt: skip
    treatments = pl.concat([cohort.tables["treatments"], more], how="diagonal_relaxed")
    crossed = Cohort(cohort.manifest, {**cohort.tables, "treatments": treatments}, cohort.digest)
    trial = found(crossed, tmp_path, PROTOCOL)
    assert trial.protocol is not None
    assert trial.protocol.left[0] == 0 < 50 < trial.protocol.left[1]
    assert trial.protocol.contrasts[0].error > trial.contrasts[0].error
    rows = trial.estimates.frame.filter(pl.col("method").str.contains("per protocol"))
    assert rows.height == len(trial.contrasts)
    assert "had everybody kept to the strategy" in trial_json(trial)
    assert "kept" in effects_table(trial).frame.columns
    assert "made somebody change is not in it" in " ".join(not_addressed(trial))
    # Without anybody who leaves the two are the same.
    same = found(cohort, tmp_path, PROTOCOL)
    assert same.protocol is not None
    assert same.protocol.contrasts[0].value == pytest.approx(same.contrasts[0].value, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((("years = 5", 'years = 5\ncensoring = "weighted"'),), "one or more of assignment.covariates"),
        ((("years = 5", 'years = 5\ncensoring_covariates = ["sex"]'),), "none, but for censoring"),
        ((("years = 5", WEIGHTED[1].replace("age_years", "country")),), "Add it to assignment.covariates"),
        ((("years = 5", WEIGHTED[1]), ('at = "day zero"', 'at = "clones"')), "as those who stay, for clones"),
        ((PROTOCOL, ('at = "day zero"', 'at = "clones"')), "false, for clones"),
        (
            (PROTOCOL, ('starts = ["hsct"]\nby_day = 0', 'where = [{ column = "arm", one_of = ["HSCT"] }]')),
            "a strategy without starts or not_starts",
        ),
    ],
)
def test_what_cannot_be_weighted_is_refused(
    cohort: Cohort, tmp_path: Path, changes: tuple[tuple[str, str], ...], said: str
) -> None:
    assert said in refused_design(cohort, written(tmp_path, *changes))


def test_losses_cannot_be_weighted_where_no_reason_is_recorded(cohort: Cohort, tmp_path: Path) -> None:
    silent = cohort.subjects.with_columns(end_reason=pl.lit(None, pl.String))
    unknown = Cohort(cohort.manifest, {**cohort.tables, "subjects": silent}, cohort.digest)
    assert "no end_reason of anybody" in refused_design(unknown, written(tmp_path, WEIGHTED))


def test_who_died_first_is_counted_and_what_that_means_is_said(cohort: Cohort, tmp_path: Path) -> None:
    trial = found(cohort, tmp_path)
    people = trial.emulated.people.join(cohort.subjects.select("subject_id", "death_day"), on="subject_id")
    died = people.filter(~pl.col("event"), pl.col("death_day").is_between(1, 1_826)).height
    assert died > 0
    said = " ".join(not_addressed(trial))
    assert f"{died} person" in said
    assert "a world in which nobody dies first" in said
    alive = cohort.subjects.with_columns(death_day=pl.lit(None, pl.Int32))
    nobody = Cohort(cohort.manifest, {**cohort.tables, "subjects": alive}, cohort.digest)
    assert "no death is recorded in this cohort" in " ".join(not_addressed(found(nobody, tmp_path)))
