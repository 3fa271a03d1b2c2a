"""A design that cannot be read as a whole: what else is wrong is told too, and what is right is not called wrong."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from made_up.planned_trials import DESIGNS_AS_WRITTEN
from remission.inputs.strict_records import RecordReader
from remission.trials.design.check import wrong_design
from remission.trials.design.records import TrialDesign
from remission.trials.design.unread import wrong_anyhow

# Neither text nor a number, a list or a table of anything; or the key is not there at all.
UNREADABLE = {"neither": "this nor that"}
LEFT_OUT = object()


def places(written: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key of a file, also within its tables and lists."""
    items = written.items() if isinstance(written, dict) else enumerate(written) if isinstance(written, list) else ()
    for key, value in items:
        yield (*at, key)
        yield from places(value, (*at, key))


def spoilt(written: dict[str, Any], at: tuple[Any, ...], value: object) -> dict[str, Any]:
    """The same file with something else at one place."""
    changed: Any = copy.deepcopy(written)
    within = changed
    for key in at[:-1]:
        within = within[key]
    if value is LEFT_OUT:
        del within[at[-1]]
    else:
        within[at[-1]] = value
    return changed  # type: ignore[no-any-return]


def below(problem_key: str | None, at: tuple[Any, ...]) -> bool:
    """Is a problem told of this place, or of one within it, or of one that it is within?"""
    said = ".".join(f"[{one + 1}]" if isinstance(one, int) else one for one in at).replace(".[", "[")
    told = problem_key or ""
    return told.startswith(said) or said.startswith(told)


@pytest.mark.parametrize("value", [UNREADABLE, LEFT_OUT])
@pytest.mark.parametrize("name", DESIGNS_AS_WRITTEN)
def test_nothing_that_is_right_is_called_wrong_for_a_key_that_cannot_be_read(name: str, value: object) -> None:
    written = DESIGNS_AS_WRITTEN[name]
    told = 0
    for at in places(written):
        file = spoilt(written, at, value)
        if RecordReader("").record(TrialDesign, file) is None:
            told += 1
            assert [one.column for one in wrong_anyhow(file, "mine.toml") if not below(one.column, at)] == [], at
    assert told > 10


@pytest.mark.parametrize(
    ("name", "wrong", "value", "key"),
    [
        ("hsct-against-therapy", ("time_to_event", "control", 0, "per_year"), -1, "control[1].per_year"),
        ("hsct-against-therapy", ("time_to_event", "accrual", 1, "people_per_month"), 1, "accrual"),
        ("hsct-against-therapy", ("time_to_event", "fractions"), [0.5, 0.4, 1.0], "fractions"),
        ("late-effect", ("time_to_event", "weights"), [[0, 0]] * 5, "weights"),
        ("two-courses", ("time_to_event", "strata", 0, "share"), 0.9, "strata.share"),
        ("months-gained", ("time_to_event", "restricted_mean_month"), 400, "restricted_mean_month"),
        ("relapse-rate", ("rates", "most_years"), 99, "most_years"),
        ("one-arm-24", ("one_arm", "history_free", "value"), 1.5, "history_free.value"),
        ("free-at-two-years", ("shares", "lost", "value"), 0.95, "lost.value"),
    ],
)
def test_what_else_is_wrong_is_told_beside_any_key_that_cannot_be_read(
    name: str, wrong: tuple[Any, ...], value: object, key: str
) -> None:
    written = spoilt(DESIGNS_AS_WRITTEN[name], wrong, value)
    told = 0
    for at in places(written):
        if at[: len(wrong)] == wrong or wrong[: len(at)] == at:
            continue
        file = spoilt(written, at, UNREADABLE)
        told += sum((one.column or "").endswith(key) for one in wrong_anyhow(file, "mine.toml"))
    # Beside a key that the bound hangs on it may go unsaid: accrual that never reaches how many?
    others = [at for at in places(written) if at[: len(wrong)] != wrong and wrong[: len(at)] != at]
    assert told >= 0.8 * len(others), (told, len(others))


def test_a_file_of_two_kinds_is_told_so_also_where_one_of_them_cannot_be_read() -> None:
    both = DESIGNS_AS_WRITTEN["one-arm-24"] | {"rates": DESIGNS_AS_WRITTEN["relapse-rate"]["rates"]}
    file = spoilt(both, ("rates", "people"), "many")
    assert "rates, one_arm" in str([one.found for one in wrong_anyhow(file, "mine.toml")])


def test_a_key_that_hides_nothing_hides_nothing() -> None:
    """The same as where all can be read."""
    written = spoilt(DESIGNS_AS_WRITTEN["relapse-rate"], ("rates", "control", "value"), -1)
    design = RecordReader("").record(TrialDesign, written)
    assert design is not None
    assert wrong_anyhow(written, "mine.toml") == list(wrong_design(design, "mine.toml"))
