"""A sequence of trials against stored answers of pySEQTarget and of R; neither is needed.

A failure means that expansion, weights or models have changed: `validation/sequence_of_trials/` asks both again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from remission.stats.emulation.trials import expand_trials
from sequence_of_trials.compare import APART, HERE, differences
from sequence_of_trials.people import make_months

STORED = ("months.csv", "trials.csv", "models.json", "models_r.json")


def test_ours_are_the_trials_weights_and_coefficients_that_both_stored() -> None:
    told = dict(differences())
    assert len(told) == 17
    assert {what: apart for what, apart in told.items() if not apart <= APART} == {}


def test_the_stored_people_are_those_of_the_script_and_leave_both_arms() -> None:
    months = pl.read_csv(HERE / "months.csv")
    assert make_months().equals(months)
    trials = pl.read_csv(HERE / "trials.csv")
    left = trials.filter(pl.col("keeps") < pl.col("periods"))["assigned"].value_counts()
    assert left.height == 2
    assert trials.height == 1408
    # Nobody is eligible after an event: there we differ on purpose.
    last = months.group_by("person").agg(pl.col("month").max())
    assert months.filter(pl.col("event") == 1).join(last, on=["person", "month"]).height == months["event"].sum()


@pytest.mark.parametrize(
    ("column", "what"), [("assigned", "assigned of each trial"), ("weight", "weight of each trial")]
)
def test_another_answer_is_noticed(tmp_path: Path, column: str, what: str) -> None:
    for name in STORED:
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    trials = pl.read_csv(tmp_path / "trials.csv")
    changed = pl.when(pl.int_range(pl.len()) == 7).then(1 - pl.col(column) * 1.5).otherwise(pl.col(column))
    trials.with_columns(changed.alias(column)).write_csv(tmp_path / "trials.csv")
    assert [one for one, apart in differences(tmp_path) if apart > APART] == [f"pySEQTarget, {what}"]


def test_no_trial_begins_after_an_event_where_pyseqtarget_begins_one() -> None:
    """It answers with trials of months 0, 1, 2 and 3 of these records (README.md)."""
    found = expand_trials(np.ones(4), np.ones(4, bool), np.arange(4) == 3, np.arange(4) == 1)
    assert found.begins.tolist() == [0, 1]
