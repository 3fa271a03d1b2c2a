"""A multiverse says of each definition what the definition says alone, and goes on where it was stopped."""

from __future__ import annotations

import hashlib
import html
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from made_up.small_report_cohort import tiny
from remission.inputs.problems import InputProblems
from remission.inputs.provenance import STANDING_WORDS
from remission.multiverse.files import load_multiverse
from remission.multiverse.specification_curve import NO_TEST
from remission.multiverse.write import Multiverse, derive_multiverse, write_multiverse
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.report.event_free import estimate_event_free

RUN = """
import os, signal, sys
from remission.outcomes.load import load_cohort
from remission.multiverse.write import write_multiverse
stop = int(sys.argv[2])
def progress(done, of):
    if done == stop:
        os.kill(os.getpid(), signal.SIGKILL)
found = write_multiverse(load_cohort("two-arm"), "cdp", sys.argv[1], command="remission", progress=progress)
print(found.reused)
"""


@cache
def two_arm() -> Multiverse:
    return derive_multiverse(load_cohort("two-arm"), "cdp")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody stopped."""
    folder = tmp_path_factory.mktemp("whole")
    assert run(folder, -1).stdout == "0\n"
    return folder


def run(folder: Path, stop: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", RUN, folder, str(stop)], capture_output=True, text=True, check=False)


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_each_definition_says_what_it_says_alone() -> None:
    cohort, found = load_cohort("two-arm"), two_arm()
    for place in (0, 7, 29):
        definition, row = found.definitions[place], found.specifications.rows[place]
        outcome = evaluate(cohort, definition.endpoint)
        alone = estimate_event_free(outcome).at_times.frame.filter(pl.col("at_days") == found.at_days).to_dicts()[0]
        assert (row.value, row.low, row.high) == pytest.approx(
            (1 - alone["value"], 1 - alone["high"], 1 - alone["low"])
        )
        followed = outcome.spells.filter(pl.col("exit_day") > pl.col("entry_day"))
        assert (row.persons, row.assessed, row.events) == (
            outcome.spells.height,
            followed.height,
            int(followed["event"].sum()),
        )
        days = int((followed["exit_day"] - followed["entry_day"]).sum())
        assert row.per_100_person_years == pytest.approx(100 * 365.25 * row.events / days)


def test_status_and_agreement_are_those_of_the_outcomes() -> None:
    cohort, found = load_cohort("two-arm"), two_arm()
    first, last = (evaluate(cohort, found.definitions[place].endpoint).spells for place in (0, -1))
    judged = ((first["exit_day"] > first["entry_day"]) & (last["exit_day"] > last["entry_day"])).to_numpy()
    one, other = first["event"].to_numpy()[judged], last["event"].to_numpy()[judged]
    expected = one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean())
    assert found.agreement.kappa[0, -1] == pytest.approx(((one == other).mean() - expected) / (1 - expected))
    assert found.agreement.judged[0, -1] == judged.sum()
    yes = np.stack([result.yes for result in found.evaluated])
    assert found.votes.yes.tolist() == yes.sum(axis=0).tolist()


def test_shares_of_variance_are_of_the_estimates_at_the_time_of_the_file() -> None:
    found = two_arm()
    assert found.at_days == 1096
    values = [row.value for row in found.specifications.rows if row.value is not None]
    assert found.shares.total == pytest.approx(len(values) * np.var(values))
    assert sum(found.shares.factors) + found.shares.interactions == pytest.approx(1)
    assert not found.shares.balanced  # because a rule of the file takes combinations out


def test_progress_counts_every_definition_once() -> None:
    told: list[tuple[int, int]] = []
    derive_multiverse(load_cohort("two-arm"), "cdp", progress=lambda done, of: told.append((done, of)))
    assert told == [(done, 30) for done in range(31)]


@pytest.mark.parametrize("stop", [1, 17])
def test_a_run_that_was_killed_goes_on_and_ends_in_the_same_bytes(tmp_path: Path, written: Path, stop: int) -> None:
    killed = run(tmp_path, stop)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "index.html").exists()
    resumed = run(tmp_path, -1)
    assert resumed.stdout == f"{stop // 12 * 12}\n", resumed.stderr
    assert contents(tmp_path) == contents(written)


def test_a_torn_chunk_is_worked_out_again(tmp_path: Path, written: Path) -> None:
    cohort = load_cohort("two-arm")
    write_multiverse(cohort, "cdp", tmp_path, command="remission")
    chunk = min((tmp_path / "kept").glob("*.parquet"))
    chunk.write_bytes(chunk.read_bytes()[:100])
    found = write_multiverse(cohort, "cdp", tmp_path, command="remission")
    assert found.reused < found.definitions
    assert contents(tmp_path) == contents(written)


def test_other_choices_reuse_nothing(tmp_path: Path) -> None:
    cohort = load_cohort("two-arm")
    text = 'endpoint = "cdp-24w"\n[[vary]]\nvalue = "progression.confirmation.days"\noptions = [84, 168]\n'
    file = tmp_path / "mine.toml"
    file.write_text(text)
    assert write_multiverse(cohort, file, tmp_path / "out").reused == 0
    again = write_multiverse(cohort, file, tmp_path / "out")
    assert (again.reused, again.thrown_away) == (2, False)
    file.write_text("at_years = 2\n" + text)
    other = write_multiverse(cohort, file, tmp_path / "out")
    assert (other.reused, other.thrown_away) == (0, True)


def test_a_definition_that_the_records_cannot_answer_is_listed(tmp_path: Path) -> None:
    visits = "".join(
        f"{who},{who}{day},{day},{score}\n" for who in "abc" for day, score in ((0, 2.0), (400, 4.0), (800, 4.0))
    )
    cohort = tiny(
        tmp_path / "c", "a,,yes,900,completed,\nb,,yes,900,completed,\nc,,yes,900,completed,\n", visits=visits
    )
    relapses = '"progression.baseline.after_relapse_days" = {0}, "progression.confirmation.after_relapse_days" = {0}'
    options = ", ".join(f'{{ label = "{days}", set = {{ {relapses.format(days)} }} }}' for days in (0, 30))
    days = '[[vary]]\nvalue = "progression.confirmation.days"\noptions = [84, 168]\n'
    file = tmp_path / "mine.toml"
    file.write_text(f'endpoint = "cdp-24w"\n{days}[[vary]]\nlabel = "Relapses"\noptions = [{options}]\n')
    found = derive_multiverse(cohort, load_multiverse(file))
    assert [one.places for one in found.definitions] == [(0, 0), (1, 0)]
    assert [(one.places, one.by) for one in found.refused] == [((0, 1), "the records"), ((1, 1), "the records")]
    assert "no table 'relapses'" in found.refused[0].why
    file.write_text('endpoint = "relapse-free"\n[[vary]]\nvalue = "relapse.minimum_days"\noptions = [0, 2]\n')
    with pytest.raises(InputProblems) as nothing:
        derive_multiverse(cohort, load_multiverse(file))
    assert "no table 'relapses'" in nothing.value.report()


def test_a_reason_names_no_row_of_a_person(tmp_path: Path) -> None:
    rows = "a,SECRET1,0,2.0\na,SECRET2,0,3.0\na,SECRET3,300,4.0\nb,b1,0,2.0\nb,b2,300,2.0\n"
    cohort = tiny(tmp_path / "c", "a,,yes,900,completed,\nb,,yes,900,completed,\n", visits=rows, relapses="")
    file = tmp_path / "mine.toml"
    file.write_text(
        'endpoint = "cdp-24w"\n[[vary]]\nvalue = "progression.same_day"\noptions = ["error", "first", "worst"]\n'
    )
    found = derive_multiverse(cohort, load_multiverse(file))
    assert [one.by for one in found.refused] == ["the records"]
    assert "one score a day" in found.refused[0].why
    assert "SECRET" not in found.refused[0].why


def test_with_aggregates_only_nothing_is_kept_of_a_person_and_the_page_is_the_same_below_its_top(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "records"
    persons = "".join(f"S{number},,yes,900,completed,\n" for number in range(4))
    rows = "".join(
        f"S{who},S{who}v{day},{day},{2 + (day > 0) * who}\n" for who in range(4) for day in (0, 300, 600, 900)
    )
    tiny(folder, persons, visits=rows, relapses="")
    observed = (folder / "cohort.toml").read_text().replace('"simulated"', '"observed"')
    (folder / "cohort.toml").write_text(observed)
    cohort = load_cohort(folder)
    pages = [write_multiverse(cohort, "cdp", tmp_path / "whole").page.read_text("utf-8")]
    # Into a folder that has what an earlier run kept.
    shutil.copytree(tmp_path / "whole", tmp_path / "part")
    pages.append(write_multiverse(cohort, "cdp", tmp_path / "part", aggregates_only=True).page.read_text("utf-8"))
    tops, rests = zip(*((top, rest) for top, _, rest in (page.partition("<main") for page in pages)), strict=True)
    assert rests[0] == rests[1]
    assert "The folder kept/ beside this page says of every person" in tops[0]
    assert "Aggregates only: no file says anything of a single person. That is not anonymous" in tops[1]
    whole, part = (set(contents(tmp_path / place)) for place in ("whole", "part"))
    assert {name for name in whole - part if not name.startswith("kept/")} == set()
    assert {"kept/lock.json"} < whole - part
    assert not (tmp_path / "part" / "kept").exists()


def test_the_page_warns_and_every_file_says_what_its_rows_are(written: Path) -> None:
    page = (written / "index.html").read_text(encoding="utf-8")
    assert NO_TEST in page
    assert "without confirmation there is no confirming visit" in page
    figures = sorted((written / "figures").glob("*.svg"))
    assert {path.name.partition(".")[0] for path in figures} == {
        "agreement", "persons", "specification-curve", "variance-shares",
    }  # fmt: skip
    assert STANDING_WORDS["simulated"] in html.unescape(page)
    for path in figures:
        assert "SIMULATED" in path.read_text(encoding="utf-8"), path.name
    tables = list((written / "tables").glob("*.csv"))
    assert len(tables) == 10
    assert all(path.name.endswith(".simulated.csv") for path in tables)
    assert pl.read_csv(written / "tables" / "pairs.simulated.csv").height == 30 * 29 // 2
    assert pl.read_csv(written / "tables" / "left-out.simulated.csv").height == 6
