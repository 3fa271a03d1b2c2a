"""A history told again under a trust that was there before, beside old rows that stay, is said to be there twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

from remission.places.organisations import load_organisations
from remission.supply.recoding import derive_as_now

OLD, NEW = "RVJ", "RA7"
MONTHS = [date(2023 + at // 12, at % 12 + 1, 1) for at in range(36)]
MERGED = 24
Amounts = Callable[[int], float]


def in_doubt(rows: list[tuple[date, str, str, float]]) -> list[date]:
    schema = {"month": pl.Date, "ods_code": pl.String, "vmp_code": pl.String, "quantity": pl.Float64}
    issued = pl.DataFrame(rows, schema=schema, orient="row")
    kept, report = derive_as_now(issued, load_organisations())
    assert kept.height == issued.height  # said, and never dropped
    return report.filter(verdict="in doubt")["month"].to_list()


def level(own: Amounts, before: Amounts) -> list[tuple[date, str, str, float]]:
    """One medicine in amounts that never vary by chance; nothing of nothing is no row."""
    told = [(month, code, "x", of(at)) for at, month in enumerate(MONTHS) for code, of in ((NEW, own), (OLD, before))]
    return [row for row in told if row[3]]


def test_a_total_that_falls_by_two_fifths_as_the_old_code_ends_was_told_twice() -> None:
    """The trust gives 100 and the old one 40: told twice they make 140 + 40, and 140 once the old rows end."""
    twice = level(lambda _: 140.0, lambda at: 40.0 * (at < MERGED))
    assert in_doubt(twice) == MONTHS[:MERGED]


def test_people_who_move_from_one_code_to_the_other_are_counted_once() -> None:
    """100 + 40, then 140."""
    assert not in_doubt(level(lambda at: 100.0 + 40.0 * (at >= MERGED), lambda at: 40.0 * (at < MERGED)))


def test_the_months_are_those_from_which_the_history_was_told_again() -> None:
    """100 + 40 for a year, then 140 + 40 until the old code ends, or to the last month."""
    for last in (MERGED, len(MONTHS)):
        rows = level(lambda at: 100.0 + 40.0 * (at >= 12), lambda at, last=last: 40.0 * (at < last))  # type: ignore[misc]
        assert in_doubt(rows) == MONTHS[12:last]


def test_a_telling_again_that_stops_is_seen_too() -> None:
    """Old files told again and new ones not: 140 + 40, then 100 + 40."""
    assert in_doubt(level(lambda at: 100.0 + 40.0 * (at < 12), lambda _: 40.0)) == MONTHS[:12]


def test_a_trust_that_stops_for_good_is_no_jump_of_its_predecessor() -> None:
    """A fall from 100 + 40 to 20 is three times what the predecessor gave: something else ended."""
    assert not in_doubt(level(lambda at: 100.0 if at < MERGED else 20.0, lambda at: 40.0 * (at < MERGED)))


def test_a_silence_of_the_old_code_is_no_end_of_it() -> None:
    silent = range(10, 16)
    assert not in_doubt(level(lambda _: 100.0, lambda at: 40.0 * (at not in silent)))


def test_two_of_one_size_that_move_with_the_seasons_are_no_echo() -> None:
    """What holds another's amounts is never less than it: 90 to 100 in each month, winter and summer."""
    seasons = [1.0 + 0.2 * (at % 12 in (0, 1, 2, 6)) for at in range(len(MONTHS))]
    assert not in_doubt(level(lambda at: 90.0 * seasons[at], lambda at: 100.0 * seasons[at]))


def stock(seed: int, *, own: float, twice_from: int | None) -> list[tuple[date, str, str, float]]:
    """Four medicines in whole packs, as many as chance gives; the old code stays to the end, so nothing jumps then."""
    dice = np.random.default_rng(seed)
    part = np.array([1.0, 0.6, 0.4, 0.2])[:, None]
    packs = {code: dice.poisson(size * part, (4, len(MONTHS))) for code, size in ((NEW, own), (OLD, 20.0))}
    if twice_from is not None:
        packs[NEW][:, twice_from:] += packs[OLD][:, twice_from:]
    return [
        (month, code, f"v{vmp}", float(amount[vmp, at] * (15, 28, 56, 1)[vmp]))
        for code, amount in packs.items()
        for vmp in range(4)
        for at, month in enumerate(MONTHS)
        if amount[vmp, at]
    ]


def share_in_doubt(own: float, twice_from: int | None, seeds: range) -> float:
    said = [in_doubt(stock(seed, own=own, twice_from=twice_from)) for seed in seeds]
    return sum(map(len, said)) / (len(seeds) * len(MONTHS))


@pytest.mark.parametrize(("own", "least"), [(20.0, 0.95), (50.0, 0.75), (100.0, 0.4)])
def test_of_invented_stock_told_twice_most_months_are_seen(own: float, least: float) -> None:
    """Truth is planted, with an old code as large as the other or down to a fifth. Nothing jumps where all is twice."""
    assert share_in_doubt(own, 0, range(10)) > least


@pytest.mark.parametrize("own", [20.0, 50.0, 100.0])
def test_of_invented_stock_told_once_hardly_any_month_is_in_doubt(own: float) -> None:
    assert share_in_doubt(own, None, range(20, 30)) < 0.02


def test_of_invented_stock_told_twice_from_a_month_on_the_months_are_about_those() -> None:
    said = [set(in_doubt(stock(seed, own=50.0, twice_from=18))) for seed in range(8)]
    right = sum(len(months & set(MONTHS[18:])) for months in said)
    wrong = sum(len(months - set(MONTHS[18:])) for months in said)
    assert right > 0.6 * 8 * 18
    # A month or two before it: a stretch that reaches over the beginning echoes as well.
    assert wrong < 0.25 * 8 * 18
