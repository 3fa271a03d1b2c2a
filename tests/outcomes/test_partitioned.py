"""A partitioned cohort gives the answers of the whole one, to the bit, on every engine."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from made_up.written_cohort import written
from remission.engines.engine import Engine
from remission.inputs.problems import InputProblems, Problem
from remission.outcomes import partitioned
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.files import outcome_rows
from remission.outcomes.load import load_cohort
from remission.outcomes.outcome import Outcome
from remission.outcomes.partitioned import (
    PartOfOutcome,
    choose_engine,
    evaluate_part,
    evaluate_partitioned,
    evaluate_partitions,
    run,
    write_partitions,
)
from remission.records.cohort import Cohort
from remission.records.files.partitions import load_partitions

PARTS = 5
ENGINES = [("serial", None), ("threads", 1), ("threads", 8), ("processes", 3), ("cluster", None)]


@pytest.fixture(params=ENGINES, ids=lambda engine: "-".join(map(str, engine)))
def engine(request: pytest.FixtureRequest) -> Engine:
    name, workers = request.param
    return choose_engine(name, workers, request.getfixturevalue("scheduler") if name == "cluster" else None)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two-arm") / "parts"
    write_partitions("two-arm", PARTS, folder)
    return folder


def check_same(found: Outcome, whole: Outcome) -> None:
    assert found.spells.equals(whole.spells.sort("subject_id", "episode"))
    assert found.spells.schema == whole.spells.schema
    assert found.provenance == whole.provenance
    assert found.endpoint == whole.endpoint
    assert len(found.parts) == len(whole.parts)
    for part, of_whole in zip(found.parts, whole.parts, strict=True):
        check_same(part, of_whole)


def test_one_outcome_is_that_of_the_whole_cohort(parts: Path, engine: Engine) -> None:
    whole = evaluate(load_cohort("two-arm"), "neda-3")
    assert min(part.spells["event"].sum() for part in whole.parts) > 10
    check_same(evaluate_partitioned(parts, "neda-3", engine), whole)


@pytest.mark.parametrize("engine", [("threads", 2), ("processes", 2)], indirect=True)
def test_the_files_are_the_same_bytes_and_hold_the_rows_of_the_whole_cohort(
    parts: Path, engine: Engine, tmp_path: Path
) -> None:
    done: list[int] = []
    rows = evaluate_partitions(parts, "neda-3", engine, tmp_path / "rows", done.append)
    evaluate_partitions(parts, "neda-3", choose_engine("serial"), tmp_path / "serial")
    names = [f"part-{number:04}.parquet" for number in range(1, PARTS + 1)]
    assert sorted(path.name for path in (tmp_path / "rows").iterdir()) == names
    assert all((tmp_path / "rows" / name).read_bytes() == (tmp_path / "serial" / name).read_bytes() for name in names)
    found = pl.read_parquet(tmp_path / "rows" / "*.parquet")
    order = ["endpoint", "subject_id", "episode"]
    cohort = load_cohort("two-arm")
    whole = outcome_rows(evaluate(cohort, "neda-3"), cohort)
    assert found.sort(order).equals(whole.sort(order))
    assert rows == whole.height
    assert done == list(range(1, PARTS + 1))


def test_problems_of_all_parts_are_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    subjects = "".join(f"S{number},yes,400\n" for number in range(12))
    visits = "".join(f"S{number},V{number},0,{3.3 if number < 6 else 3.5}\n" for number in range(12))
    with pytest.raises(InputProblems):
        written(
            tmp_path / "cohort",
            subjects="subject_id,entered,last_day\n" + subjects,
            visits="subject_id,row_id,day,edss\n" + visits,
        )
    write_partitions(tmp_path / "cohort", 3, tmp_path / "parts")
    with pytest.raises(InputProblems) as found:
        evaluate_partitions(tmp_path / "parts", "cdp-12w", choose_engine("processes", 2), tmp_path / "rows")
    assert len(found.value.problems) == 6
    assert {problem.file.partition("/")[2] for problem in found.value.problems} == {"visits.csv"}
    assert len({problem.file for problem in found.value.problems}) > 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cohort", "parts"]


def test_a_part_that_changes_between_the_check_and_its_turn_is_refused(parts: Path) -> None:
    part = load_partitions(parts).parts[1]
    endpoint = load_endpoint("cdp-12w")
    assert evaluate_part(PartOfOutcome(part, endpoint)).spells.height == part.rows["subjects"]
    with pytest.raises(InputProblems) as found:
        evaluate_part(PartOfOutcome(replace(part, digest="0" * 64), endpoint))
    assert found.value.report().startswith("part-0002: found files that are not those written")


def test_a_part_that_was_evaluated_is_not_kept_in_memory(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[weakref.ref[Cohort]] = []

    def load_and_remember(folder: Path) -> Cohort:
        assert not any(cohort() for cohort in known)
        loaded = load_cohort(folder)
        known.append(weakref.ref(loaded))
        return loaded

    monkeypatch.setattr(partitioned, "load_cohort", load_and_remember)
    work = [PartOfOutcome(part, load_endpoint("neda-3")) for part in load_partitions(parts).parts[:3]]
    gc.disable()  # it would come too late: a large part makes few objects
    try:
        kept = [evaluate_part(one) for one in work]
        assert not any(cohort() for cohort in known)
    finally:
        gc.enable()
    assert len(kept) == len(known) == 3


def test_outcome_rows_are_not_written_over(parts: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputProblems, match="1 problem"):
        evaluate_partitions(parts, "cdp-12w", choose_engine("serial"), tmp_path)


def test_another_failure_is_not_hidden_behind_problems_of_the_input() -> None:
    def fail(item: int) -> int:
        if item == 1:
            raise ZeroDivisionError
        raise InputProblems([Problem.at_row("visits.csv", item, found="x", allowed="y", do="z")])

    with pytest.raises(ExceptionGroup) as failed:
        list(run(choose_engine("serial"), fail, [1, 2]))
    assert [type(error) for error in failed.value.exceptions] == [ZeroDivisionError, InputProblems]


def test_an_engine_that_cannot_be_had_is_a_problem_of_the_input() -> None:
    with pytest.raises(InputProblems) as found:
        choose_engine("threads", 0)
    assert found.value.report().startswith("--engine: found threads; allowed: 0 workers: use 1 or more")
