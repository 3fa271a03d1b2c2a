"""A short form of the campaign of faults (`make faults`): every kind finds nothing, and finds it with the guard off."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.mutations import HARMLESS, INVALID
from faults.trials import Asked, Tried, kinds, told

KINDS = kinds()


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_half_written_accepted_or_told_in_a_traceback(name: str, tmp_path: Path) -> None:
    tried = list(KINDS[name].tries(Asked(tmp_path, short=True)))
    assert tried != []
    assert [one for one in tried if one.wrong] == []


@pytest.mark.parametrize("name", KINDS)
def test_with_the_guard_off_the_same_finds_it(name: str, tmp_path: Path) -> None:
    assert [one for one in KINDS[name].control(Asked(tmp_path, short=True)) if one.wrong] != []


def test_a_kind_dropped_in_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rain.py").write_text("TITLE = 'rain'\n")
    package = __import__("faults.kinds", fromlist=["kinds"])
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    assert kinds()["rain"].TITLE == "rain"


def test_failures_are_listed_and_counted_and_a_control_that_finds_nothing_is_one() -> None:
    kind, tried = KINDS["full_disk"], [Tried("one"), Tried("two", "traceback", "E")]
    assert list(told("x", kind, tried, control=False)) == [
        (True, "  traceback: two. E"),
        (True, "x (full disk): 2 tried, 1 failed (traceback 1)"),
    ]
    assert [bad for bad, _ in told("x", kind, tried, control=True)] == [False]
    assert [bad for bad, _ in told("x", kind, tried[:1], control=True)] == [True]
    assert [bad for bad, _ in told("x", kind, [], control=False)] == [True]


def test_every_mutation_is_declared_once() -> None:
    names = [one.name for one in HARMLESS + INVALID]
    assert len(names) == len(set(names))
    assert {one.verdict for one in HARMLESS} == {"harmless"}
    assert {one.verdict for one in INVALID} == {"invalid"}
