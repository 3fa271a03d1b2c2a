"""What a trial would print of simulated arms, beside plain twins and beside the engine that reads the records."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from made_up.virtual import DRUG, TRANSPLANT
from remission.outcomes.evaluation import evaluate
from remission.simulation.course.lives import Lives, draw_lives
from remission.simulation.course.measures import measured, seen_late_lesions
from remission.simulation.course.write import simulate_cohort
from remission.stats.horizons import MONTH_DAYS


@pytest.fixture(scope="module")
def sample() -> list[Lives]:
    return list(draw_lives(DRUG, 300, seed=3))


def test_rates_and_changes_are_those_of_a_plain_twin(sample: list[Lives]) -> None:
    (lives,) = sample
    day, place = round(12 * MONTH_DAYS), 3
    events, years, changes = 0, 0.0, []
    for who in range(lives.n):
        if lives.people.arm[who] != 1:
            continue
        until = min(int(lives.last[who]), day)
        years += until / 365.25
        last = -99
        for one in lives.relapses.whole_days[lives.relapses.person == who]:
            if one <= until and one - last >= 30:
                events, last = events + 1, one
        if lives.scores.scored[who, place]:
            changes.append(lives.scores.score[who, place] - lives.scores.baseline[who])
    assert measured("relapse-rate", sample, 1, 12)[0] == pytest.approx(events / years, rel=1e-12)
    assert measured("edss-change", sample, 1, 12)[0] == pytest.approx(np.mean(changes), rel=1e-12)


def test_late_lesions_are_those_the_engine_finds_in_the_records() -> None:
    plan = TRANSPLANT
    (lives,) = draw_lives(plan, 240, seed=4)
    spells = evaluate(simulate_cohort(plan, 240, seed=4), "halt-ms-mri").spells.sort("subject_id")
    found = seen_late_lesions(lives)
    assert found.event.sum() > 50
    assert spells["event"].to_list() == found.event.tolist()
    assert spells.filter(pl.col("event"))["exit_day"].to_list() == found.exit[found.event].tolist()
