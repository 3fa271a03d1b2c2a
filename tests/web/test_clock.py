"""The clock may be set back; days do not run backwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from remission.web import clock, fault_log
from remission.web.audit.chain import note, noting
from remission.web.instance import Instance
from remission.web.jobs.tasks import watch_clock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def act(observatory: Instance, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def acted(moment: datetime) -> None:
        with monkeypatch.context() as patch, noting("records"):
            patch.setattr("remission.web.audit.chain.now", lambda: moment)
            note("records", "tested", actor="system")

    return acted


def test_an_empty_chain_leaves_the_clock_alone(observatory: Instance, at: Callable[[datetime], None]) -> None:
    at(NOON)
    assert clock.today() == NOON.date()
    assert clock.last_recorded() is None
    assert clock.set_back() is None


def test_no_day_comes_before_one_that_was_recorded(
    observatory: Instance, at: Callable[[datetime], None], act: Callable[[datetime], None]
) -> None:
    act(NOON)
    at(NOON - timedelta(days=40))
    assert clock.today() == NOON.date()
    assert clock.set_back() == timedelta(days=40)
    # Acts since then carry the clock's own time, and yet the day does not go back with them.
    act(NOON - timedelta(days=40))
    assert clock.today() == NOON.date()
    at(NOON + timedelta(days=3))
    assert clock.today() == (NOON + timedelta(days=3)).date()
    assert clock.set_back() is None


def test_a_clock_that_was_set_back_while_the_server_runs_is_said_in_its_log(
    observatory: Instance, at: Callable[[datetime], None], act: Callable[[datetime], None]
) -> None:
    act(NOON)
    log = observatory.folder.logs / fault_log.FILE
    at(NOON)
    watch_clock.run()
    assert not log.exists()
    at(NOON - timedelta(days=12))
    watch_clock.run()
    assert "the clock stands 12 days before the last act that was recorded" in log.read_text()


def test_an_hour_is_no_clock_that_was_set_back(
    observatory: Instance, at: Callable[[datetime], None], act: Callable[[datetime], None]
) -> None:
    act(NOON)
    at(NOON - timedelta(hours=23))
    assert clock.set_back() is None


def test_each_row_is_looked_at_once(observatory: Instance, act: Callable[[datetime], None]) -> None:
    for _ in range(5):
        act(NOON)
    clock.today()
    with connections["records"].execute_wrapper(_no_scan_from_the_start):
        clock.today()


def _no_scan_from_the_start(execute: Callable[..., object], sql: str, params: object, *rest: object) -> object:
    assert tuple(params or ()) == (5,)  # type: ignore[arg-type]
    return execute(sql, params, *rest)
