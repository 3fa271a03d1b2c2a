"""Every engine gives the same results in the same order, and tells of every failure."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from made_up.engine_work import Refused, refuse_odd, slow_at_first, where
from remission.engines.cluster import ClusterEngine
from remission.engines.engine import Engine, Failure, in_order
from remission.engines.load import load_engine
from remission.engines.serial import SerialEngine
from remission.inputs.problems import InputProblems, Problem

ENGINES = [("serial", None), ("threads", 1), ("threads", 3), ("processes", 2), ("cluster", None)]


@pytest.fixture(params=ENGINES, ids=lambda engine: "-".join(map(str, engine)))
def engine(request: pytest.FixtureRequest) -> Engine:
    name, workers = request.param
    address = request.getfixturevalue("scheduler") if name == "cluster" else None
    return load_engine(name, workers, address)


def test_results_come_in_the_order_of_the_items(engine: Engine) -> None:
    assert list(engine.map(slow_at_first, range(20))) == [item * item for item in range(20)]


def test_every_failure_is_told_at_once_in_order_and_whole(engine: Engine) -> None:
    given, told = [], []
    with pytest.raises(ExceptionGroup, match="3 of 7 items failed") as failed:
        given.extend(engine.map(refuse_odd, range(7), told.append))
    assert given == [0]
    assert told == [1, 2, 3, 4, 5, 6, 7]
    assert all(type(error) is Refused for error in failed.value.exceptions)
    assert [error.rows for error in failed.value.exceptions] == [[("visits", item)] for item in (1, 3, 5)]
    assert "refuse_odd" in failed.value.exceptions[0].__notes__[0]


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        KeyError("a"),
        FileNotFoundError(2, "No such file", "visits.csv"),
        OSError(28, "No space left"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        ImportError("no module", name="x"),
        json.JSONDecodeError("no value", "[", 1),
        InputProblems(Problem.of_file("a.csv", found="x", allowed="y", do="Mend it.")),
        Refused([("visits", 1)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_failure_says_the_same_after_it_travelled(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(Failure.of(error))).error()
    assert type(again) is type(error)
    assert (str(again), again.args) == (str(error), error.args)
    for name in ("filename", "errno", "start", "problems", "rows", "pos"):
        assert getattr(again, name, None) == getattr(error, name, None)


def test_a_missing_file_is_named_whatever_runs_it() -> None:
    for engine in (load_engine(), load_engine("threads", 2)):
        with pytest.raises(ExceptionGroup) as failed:
            list(engine.map(os.stat, ["no such file.csv"]))
        assert "'no such file.csv'" in str(failed.value.exceptions[0])


def test_nothing_to_do_is_nothing(engine: Engine) -> None:
    assert list(engine.map(slow_at_first, [])) == []


def test_processes_are_others_and_share_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLARS_MAX_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    ran = list(load_engine("processes", 2).map(where, range(4)))
    assert os.getpid() not in {process for process, _ in ran}
    assert {threads for _, threads in ran} == {"3"}
    assert "POLARS_MAX_THREADS" not in os.environ


def test_few_items_are_ahead_of_the_one_that_is_given() -> None:
    taken = []

    class AtOnce(Event):
        def result(self) -> int:
            return len(taken)

    def items() -> Iterator[int]:
        for item in range(10):
            taken.append(item)
            yield item

    assert list(in_order(lambda _: AtOnce(), items(), 3)) == [3, 4, 5, 6, 7, 8, 9, 10, 10, 10]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("theads",), "no engine is called theads: use one of serial, threads, processes, cluster"),
        (("threads", 0), "0 workers"),
        (("cluster",), "give both or neither"),
        (("serial", None, "tcp://nowhere:8786"), "give both or neither"),
    ],
)
def test_an_engine_that_cannot_be_had_is_refused_in_words(asked: tuple[object, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        load_engine(*asked)


def test_without_dask_a_cluster_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remission.engines.load.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install 'remission\[cluster\]'"):
        load_engine("cluster", address="tcp://10.0.0.5:8786")


def test_a_cluster_that_does_not_answer_is_named() -> None:
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with pytest.raises(OSError, match="no scheduler answers") as refused:
        list(ClusterEngine("tcp://127.0.0.1:9", timeout_seconds=0.5).map(slow_at_first, [1]))
    assert refused.value.filename == "tcp://127.0.0.1:9"


def test_the_serial_engine_takes_an_item_only_when_its_result_is_asked_for() -> None:
    asked = []
    running = SerialEngine().map(lambda item: asked.append(item), range(3))
    assert asked == []
    next(running)
    assert asked == [0]


def test_workers_end_with_a_run_that_is_killed(tmp_path: Path) -> None:
    """They hold what it was told to print to: who reads that would wait for ever."""
    places = [str(tmp_path / name) for name in ("one", "two")]
    run = (
        "from made_up.engine_work import stay\nfrom remission.engines.processes import ProcessEngine\n"
        f"list(ProcessEngine(2).map(stay, {places}))"
    )
    search = os.pathsep.join((str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")))
    command = [sys.executable, "-c", run]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": search}) as killed:
        while not all(Path(place).exists() for place in places):
            assert killed.poll() is None
            time.sleep(0.02)
        killed.kill()
        assert killed.communicate(timeout=60)[0] == b""
