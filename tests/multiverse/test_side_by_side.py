"""Definitions that search alike share one walk, and each says what it says alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from remission.multiverse.evaluation import Evaluated, evaluate_definition
from remission.multiverse.files import load_multiverse
from remission.multiverse.grid import Grid, derive_grid
from remission.multiverse.side_by_side import evaluate_side_by_side, searching_alike
from remission.outcomes import walk
from remission.outcomes.load import load_cohort

CHOICES = """\
endpoint = "cdp-24w"

[[vary]]
value = "progression.event_date"
options = ["onset", "confirmation"]

[[vary]]
value = "progression.confirmation.days"
options = [84, 168]

[[vary]]
value = "progression.confirmation.visits"
options = ["all", "last"]

[[vary]]
value = "censoring.gap_days"
options = ["none", 200]
"""


@pytest.fixture
def grid(tmp_path: Path) -> Grid:
    (tmp_path / "alike.toml").write_text(CHOICES)
    return derive_grid(load_multiverse(tmp_path / "alike.toml"))


def said(one: Evaluated) -> tuple[object, ...]:
    return one.id, one.judged.tolist(), one.yes.tolist(), one.person_days, one.value, one.low, one.high, one.events


@pytest.mark.parametrize("workers", [1, 3])
def test_each_says_what_it_says_alone_and_in_the_order_given(grid: Grid, workers: int) -> None:
    cohort, estimation = load_cohort("two-arm"), grid.vary.endpoint.estimation
    chunks = [grid.definitions[:9], grid.definitions[9:]]
    together = [said(one) for one in evaluate_side_by_side(cohort, chunks, estimation, workers)]
    assert together == [said(evaluate_definition(cohort, one, estimation)) for one in grid.definitions]
    # Otherwise sharing too much would not show.
    assert len({one[1:] for one in map(str, together)}) > 8


def test_definitions_that_date_or_censor_otherwise_are_walked_once(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    walks, plain = [], walk.walk
    monkeypatch.setattr(walk, "walk", lambda *asked: walks.append(1) or plain(*asked))
    groups = searching_alike(grid.definitions)
    assert sorted(map(len, groups)) == [4, 4, 4, 4]
    found = evaluate_side_by_side(load_cohort("two-arm"), [grid.definitions], grid.vary.endpoint.estimation)
    assert len(list(found)) == 16
    assert len(walks) == 4


def test_definitions_that_would_share_nothing_stay_apart_for_the_threads(tmp_path: Path) -> None:
    gaps = '[[vary]]\nvalue = "censoring.gap_days"\noptions = ["none", 100, 200]\n'
    (tmp_path / "relapses.toml").write_text(f'endpoint = "relapse-free"\n{gaps}')
    definitions = derive_grid(load_multiverse(tmp_path / "relapses.toml")).definitions
    assert searching_alike(definitions) == [[one] for one in definitions]


def test_without_definitions_nothing_is_said() -> None:
    grid = derive_grid(load_multiverse("cdp"))
    assert list(evaluate_side_by_side(load_cohort("two-arm"), [], grid.vary.endpoint.estimation)) == []
