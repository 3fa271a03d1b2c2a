"""Trials that begin in every eligible period, pairs that end together, weights for those who stayed: plain twins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.emulation.censoring import weigh_staying
from remission.stats.emulation.pairs import censor_pairs
from remission.stats.emulation.trials import expand_trials
from remission.stats.propensity.logistic import fit_propensity

Month = tuple[bool, bool, bool]
histories = st.lists(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=7),
                     min_size=1, max_size=5)  # fmt: skip


def plain_trials(history: list[Month], most: int | None) -> list[tuple[int, bool, int, bool, int, bool]]:
    """Of one person: month of beginning, arm, months, event in the last, months kept to the arm, event in the last."""
    trials = []
    for begin, (eligible, arm, _) in enumerate(history):
        if any(event for _, _, event in history[:begin]) or not eligible:
            continue
        months = kept = 0
        event = kept_event = False
        keeping = True
        for _, on, had in history[begin:]:
            if event or months == most:
                break
            keeping = keeping and on == arm
            months, event = months + 1, had
            if keeping:
                kept, kept_event = kept + 1, had
        trials.append((begin, arm, months, event, kept, kept_event))
    return trials


@given(histories, st.none() | st.integers(1, 4))
def test_the_plain_twin_begins_the_same_trials(people: list[list[Month]], most: int | None) -> None:
    person = np.repeat(np.arange(len(people)), [len(one) for one in people])
    eligible, treated, event = (np.array([month[at] for one in people for month in one]) for at in range(3))
    found = expand_trials(person, eligible, treated, event, most=most)
    starts = np.cumsum([0, *(len(one) for one in people)])
    expected = [(int(starts[who]) + begin, *rest) for who, one in enumerate(people)
                for begin, *rest in plain_trials(one, most)]  # fmt: skip
    columns = (found.begins, found.assigned, found.periods, found.event, found.keeps, found.keeps_event)
    assert list(zip(*(one.tolist() for one in columns), strict=True)) == expected
    for keeps in (False, True):
        rows = found.person_periods(per_protocol=keeps)
        lengths = [row[4 if keeps else 2] for row in expected]
        assert rows.trial.tolist() == [place for place, length in enumerate(lengths) for _ in range(length)]
        assert rows.followup.tolist() == [month for length in lengths for month in range(length)]
        assert rows.row.tolist() == [row[0] + month for row, n in zip(expected, lengths, strict=True)
                                     for month in range(n)]  # fmt: skip


def test_records_out_of_order_and_other_mistakes_are_refused() -> None:
    yes = [True, True, True]
    with pytest.raises(ValueError, match="must lie together"):
        expand_trials([1, 2, 1], yes, yes, yes)
    with pytest.raises(ValueError, match="treated must be true or false"):
        expand_trials([1, 1, 2], yes, [1, 0, 1], yes)
    with pytest.raises(ValueError, match="at least one period"):
        expand_trials([1, 1, 2], yes, yes, yes, most=0)


spells = st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.integers(0, 3), st.integers(0, 5)), min_size=1,
                  max_size=9)  # fmt: skip


@given(spells)
def test_a_pair_ends_when_its_first_ends_and_events_of_that_day_count(rows: list[tuple[int, bool, int, int]]) -> None:
    exit, event, pair, more = map(np.array, zip(*rows, strict=True))
    ends, happened = censor_pairs(exit, event, pair)
    watched_ends, watched = censor_pairs(exit, event, pair, followed=exit + more)
    for row in range(len(rows)):
        others = [other for other in range(len(rows)) if pair[other] == pair[row]]
        first = min(exit[other] for other in others)
        assert (ends[row], happened[row]) == (first, event[row] and exit[row] == first)
        until = min(exit[other] + more[other] for other in others)
        assert (watched_ends[row], watched[row]) == (min(exit[row], until), event[row] and exit[row] <= until)


def test_a_pair_followed_for_less_long_than_to_its_exit_is_refused() -> None:
    with pytest.raises(ValueError, match="1 rows are followed for less long"):
        censor_pairs([5, 6], [True, False], [1, 1], followed=[4, 6])


@given(st.integers(0, 10_000))
def test_the_plain_twin_weighs_who_stayed_row_by_row(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 5, 30)
    unit, x = np.repeat(np.arange(30), lengths), rng.normal(size=lengths.sum())
    leaves = np.zeros(x.size, np.bool_)
    leaves[np.cumsum(lengths)[::3] - 1] = True
    found = weigh_staying(unit, leaves, {"x": x}, over={"odd": np.arange(x.size) % 2})
    under, above = (
        fit_propensity(leaves, {"x": x}).scores,
        fit_propensity(leaves, {"odd": np.arange(x.size) % 2}).scores,
    )
    for row in range(x.size):
        before = [other for other in range(row) if unit[other] == unit[row]]
        expected = np.prod([(1 - above[one]) / (1 - under[one]) for one in before])
        assert found.weight[row] == pytest.approx(expected)


def test_weights_give_back_those_who_were_lost() -> None:
    rng = np.random.default_rng(2)
    n, periods = 20_000, 4
    x = rng.normal(size=n)
    gone = rng.random((n, periods)) < 1 / (1 + np.exp(2 - x[:, None]))
    there: np.ndarray = np.cumsum(gone, axis=1) - gone == 0
    unit, period = np.nonzero(there)
    found = weigh_staying(unit, gone[there], {"x": x[unit]})
    last = period == periods - 1
    assert x[unit[last]].mean() < -0.2
    assert abs(np.average(x[unit[last]], weights=found.weight[last])) < 0.05
    assert found.weight[last].sum() == pytest.approx(n, rel=0.03)


def test_rows_of_a_unit_that_lie_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="must lie together"):
        weigh_staying([1, 2, 1], [False, True, False], {"x": [1, 2, 3]})


def test_where_nobody_can_leave_the_weight_is_carried() -> None:
    rng = np.random.default_rng(4)
    unit, x = np.repeat(np.arange(60), 3), np.repeat(rng.normal(size=60), 3)
    there, can = np.ones(180, np.bool_), np.tile([True, False, False], 60)
    leaves = can & (rng.random(180) < 0.4)
    there[np.flatnonzero(leaves) + 1] = there[np.flatnonzero(leaves) + 2] = False
    found = weigh_staying(unit[there], leaves[there], {"x": x[there]}, can=can[there])
    one = fit_propensity(leaves[can], {"x": x[can]}).scores
    for who in np.flatnonzero(~leaves[can]):
        assert found.weight[unit[there] == who].tolist() == pytest.approx([1, 1 / (1 - one[who]), 1 / (1 - one[who])])
    with pytest.raises(ValueError, match="leave where nobody could"):
        weigh_staying(unit[there], leaves[there], {"x": x[there]}, can=~can[there])
