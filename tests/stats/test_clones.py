"""Clones depart on the day on which their person leaves the strategy, and no time is left that one group alone has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.emulation.clones import Clones, Grace, clone
from remission.stats.emulation.compare import bootstrap_clones, clone_curves, clone_hazard_ratio
from remission.stats.emulation.staying import weigh_clones
from remission.stats.regression.cox import cox
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.kaplan_meier import kaplan_meier

Row = tuple[int, bool, bool]
Person = tuple[int, bool, int]


def plain_clone(exit: int, event: bool, start: int, grace: int, *, should_start: bool) -> Row:
    """One clone of one person, day by day: exit, event, departed."""
    on = False
    for day in range(exit + 1):
        if day == exit:
            return day, event, False
        on = on or start == day
        if should_start and day == grace and not on:
            return day, False, True
        if not should_start and on and start <= grace:
            return day, False, True
    raise AssertionError


people = st.lists(st.tuples(st.integers(1, 40), st.booleans(), st.integers(-1, 40)), min_size=1, max_size=8)


@given(people, st.integers(1, 20))
def test_the_plain_twin_departs_on_the_same_day(people: list[Person], days: int) -> None:
    people = [*people, (days + 1, False, -1)]
    exit, event, start = map(np.array, zip(*people, strict=True))
    found = clone(exit, event, start, Grace(days, 1))
    rows = list(zip(found.exit.tolist(), found.event.tolist(), found.departed.tolist(), strict=True))
    assert rows == [plain_clone(*one, days, should_start=strategy) for strategy in (True, False) for one in people]
    assert found.person.tolist() == [*range(len(people))] * 2


@given(people, st.integers(1, 20), st.integers(1, 20))
def test_rows_of_weighted_clones_are_the_clones_cut_into_pieces(people: list[Person], days: int, period: int) -> None:
    people = [*people, (days + 5, False, 0), (days + 5, True, days), (days + 9, True, -1), (days + 9, False, -1)]
    exit, event, start = map(np.array, zip(*people, strict=True))
    clones = clone(exit, event, start, Grace(days, min(period, days)))
    weighted = weigh_clones(clones, {"x": np.arange(len(people)) % 2})
    for strategy in (True, False):
        for person in range(len(people)):
            mine = (weighted.person == person) & (weighted.starts == strategy)
            which = person + (0 if strategy else len(people))
            pieces = list(zip(weighted.entry[mine].tolist(), weighted.exit[mine].tolist(), strict=True))
            ends = [0, *(end for _, end in pieces)]
            assert [begin for begin, _ in pieces] == ends[:-1]
            assert ends[-1] == clones.exit[which]
            assert weighted.event[mine].sum() == (clones.event[which] and clones.exit[which] > 0)


def invented(n: int = 600, ratio: float = 1.0, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """exit, event, start and a column that hastens the start and slows the event."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    starts = rng.exponential(365 / (0.5 * np.exp(0.6 * x)))
    hazard, risk = 0.15 * np.exp(-0.5 * x) / 365, rng.exponential(size=n)
    free = np.where(risk < hazard * starts, risk / hazard, starts + (risk / hazard - starts) / ratio)
    lost = rng.uniform(3, 8, n) * 365
    exit = np.ceil(np.minimum(free, lost)).astype(np.int64)
    return exit, free <= lost, np.where(starts < exit, starts, -1).astype(np.int64), x


def test_without_an_effect_ever_started_looks_like_a_rescue_and_clones_do_not() -> None:
    exit, event, start, x = invented(3_000)
    naive = cox(exit, event, {"ever": (start >= 0).astype(np.float64)})
    assert np.exp(naive.coefficients[0]) < 0.3
    rows = weigh_clones(clone(exit, event, start, Grace(365)), {"x": x})
    fit = cox(rows.exit, rows.event, {"starts": rows.starts * 1.0}, entry=rows.entry, weight=rows.weight,
              cluster=rows.person)  # fmt: skip
    assert abs(fit.coefficients[0]) < 2 * fit.standard_errors[0] < 0.2


def test_weights_make_clones_that_stayed_like_all_who_could() -> None:
    exit, event, start, x = invented(4_000)
    # Nobody has the event or is lost before the grace ends: then those who stayed must stand for everybody.
    exit = np.maximum(exit, 400)
    for model in ("hazard", "logistic"):
        rows = weigh_clones(clone(exit, event, start, Grace(365, 10)), {"x": x}, model=model)
        for strategy in (True, False):
            late = (rows.starts == strategy) & (rows.entry == 365)
            plain = x[rows.person[late]].mean()
            weighted = np.average(x[rows.person[late]], weights=rows.weight[late])
            assert abs(plain - x.mean()) > 0.1 > 0.05 > abs(weighted - x.mean())
            assert rows.weight[late].sum() == pytest.approx(4_000, rel=0.05)


def test_nobody_is_weighted_before_anybody_could_depart() -> None:
    exit, event, start, x = invented()
    rows = weigh_clones(clone(exit, event, start, Grace(365)), {"x": x})
    assert (rows.weight[rows.starts & (rows.entry == 0)] == 1).all()
    assert rows.weight[~rows.starts & (rows.entry == 0)].max() < 1.02
    assert (rows.weight >= 1).all()


def test_a_column_that_changes_weighs_only_starts_of_the_last_period() -> None:
    exit, event, start, x = invented(1_500)
    grace = Grace(360, 90)
    wide = np.repeat(x[:, None], 4, axis=1)
    # What follows the start may not be read.
    wide[(start >= 0)[:, None] & (np.arange(0, 360, 90) > start[:, None])] = np.nan
    clones = clone(exit, event, start, grace)
    rows = weigh_clones(clones, {"x": wide}, model="logistic")
    mine = rows.starts & (rows.entry == 360)
    late = start[rows.person[mine]] > 270
    assert (rows.weight[mine][~late] == 1).all()
    assert (rows.weight[mine][late] > 1.5).all()
    same = weigh_clones(clones, {"x": x}, model="logistic")
    assert rows.weight[~rows.starts] == pytest.approx(same.weight[~same.starts])


def test_cut_weights_are_counted_and_said() -> None:
    exit, event, start, x = invented()
    clones = clone(exit, event, start, Grace(365))
    rows = weigh_clones(clones, {"x": x}, cut=0.95)
    assert rows.cut > 0
    assert f"{rows.cut} weights cut at" in rows.method
    assert rows.weight.max() == rows.most
    assert weigh_clones(clones, {"x": x}).weight.max() > rows.weight.max()


def nobody_starts() -> Clones:
    return clone([200, 200], [True, False], [-1, 150], Grace(90))


def test_strategies_that_nobody_or_everybody_follows_are_refused_in_words() -> None:
    with pytest.raises(NotEstimable, match="nobody starts within the grace"):
        weigh_clones(nobody_starts(), {"x": [1, 2]})
    with pytest.raises(NotEstimable, match="everybody followed so long starts"):
        weigh_clones(clone([200, 200], [True, False], [3, 40], Grace(90)), {"x": [1, 2]})
    with pytest.raises(NotEstimable, match="followed beyond the grace of 90 days"):
        clone([80, 90], [True, False], [-1, 3], Grace(90))


@pytest.mark.parametrize(
    ("exit", "event", "start", "said"),
    [
        ([1.5, 2.0], [True, False], [-1, 0], "exit must be whole days"),
        ([100, 200], [1, 0], [-1, 0], "event must be true or false"),
        ([100, 0], [True, False], [-1, 0], "1 people have no follow-up"),
        ([100, 200], [True, False], [-7, 0], "1 people started before day zero"),
        ([100, 200], [True], [-1, 0], "one value a person"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_words(exit: object, event: object, start: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        clone(exit, event, start, Grace(50))  # type: ignore[arg-type]


def test_a_missing_value_is_refused_and_named() -> None:
    exit, event, start, x = invented(50)
    x[3] = np.nan
    with pytest.raises(ValueError, match="x lacks 1 values"):
        weigh_clones(clone(exit, event, start, Grace(365)), {"x": x})


@pytest.mark.parametrize(("days", "period"), [(0, 1), (30, 31), (30, 0)])
def test_a_grace_that_is_none_is_refused(days: int, period: int) -> None:
    with pytest.raises(ValueError, match="a grace of at least one day"):
        Grace(days, period)


def test_curves_of_clones_name_people_as_clusters() -> None:
    exit, event, start, x = invented(400)
    rows = weigh_clones(clone(exit, event, start, Grace(365)), {"x": x})
    fit = clone_hazard_ratio(rows)
    assert fit.data.rows.cluster is not None
    assert np.unique(fit.data.rows.cluster).size == 400
    for curve, strategy in zip(clone_curves(rows), (True, False), strict=True):
        mine = rows.starts == strategy
        plain = kaplan_meier(rows.exit[mine], rows.event[mine], entry=rows.entry[mine], weight=rows.weight[mine])
        assert curve.survival == pytest.approx(plain.survival)
        assert curve.clusters is not None


def test_the_bootstrap_draws_people_and_weighs_anew_and_is_the_same_for_a_seed() -> None:
    exit, event, start, x = invented(300)
    asked = (exit, event, start, Grace(365), {"x": x}, lambda rows: float(clone_hazard_ratio(rows).coefficients[0]))
    found = bootstrap_clones(*asked, draws=100, seed=3)
    assert (bootstrap_clones(*asked, draws=100, seed=3).draws == found.draws).all()
    robust = clone_hazard_ratio(weigh_clones(clone(exit, event, start, Grace(365)), {"x": x})).standard_errors[0]
    assert found.error == pytest.approx(robust, rel=0.3)
    assert found.low < found.value < found.high
