"""Which file speaks for a month, by a plain comparison of two at a time, and why the others do not."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.inputs.provenance import RowStanding
from remission.inputs.snapshots import Snapshot
from remission.supply.stock.choice import SERIES, candidates, months_twice, why_not

STANDINGS: tuple[RowStanding, ...] = ("published", "synthetic")
DAYS = (date(2026, 10, 1), date(2026, 11, 1))


def snapshot(series: str, month: int, day: date, standing: RowStanding, url: str = "u", file: str = "f") -> Snapshot:
    return Snapshot("scmd", series, date(2026, month, 1), file, url, day, 1, "ab", standing)


def goes_before(one: tuple[int, Snapshot], other: tuple[int, Snapshot]) -> bool:
    """Does the first speak rather than the second, of one month? Each with its place in the order of arrival."""
    (at, a), (place, b) = one, other
    if a.standing != b.standing:
        return a.standing == "published"
    if a.series != b.series:
        # What was added by hand comes after every published series.
        return a.series == "final" or b.series == "added" or (a.series != "added" and b.series == "old")
    return a.fetched > b.fetched or (a.fetched == b.fetched and at > place)


KINDS = st.builds(
    snapshot, st.sampled_from(SERIES), st.integers(1, 2), st.sampled_from(DAYS), st.sampled_from(STANDINGS)
)


@settings(max_examples=150)
@given(st.lists(KINDS, max_size=8))
def test_every_snapshot_is_a_candidate_of_its_month_once_in_the_order_of_the_plain_rule(kinds: list[Snapshot]) -> None:
    arrived = [snapshot(k.series, k.month.month, k.fetched, k.standing, file=str(at)) for at, k in enumerate(kinds)]
    found = candidates(arrived)
    assert sorted(one.file for ones in found.values() for one in ones) == sorted(one.file for one in arrived)
    assert list(found) == sorted({one.month for one in arrived})
    for month, ones in found.items():
        assert all(one.month == month for one in ones)
        places = [(int(one.file), one) for one in ones]
        assert all(goes_before(one, other) for one, other in combinations(places, 2))


def test_a_series_unknown_to_us_is_refused_by_the_name_of_its_file() -> None:
    with pytest.raises(
        ValueError, match=r"lost\.csv: series must be one of final, provisional, old, added, found 'draft'"
    ):
        candidates([snapshot("draft", 1, DAYS[0], "published", file="lost.csv")])


def test_the_reason_is_the_first_difference_that_counts() -> None:
    used = snapshot("final", 1, DAYS[1], "published")
    assert why_not(snapshot("final", 1, DAYS[1], "synthetic"), used) == "no: a published file is there"
    assert why_not(snapshot("old", 1, DAYS[1], "published"), used) == "no: final is there"
    assert why_not(snapshot("final", 1, DAYS[0], "published"), used) == "no: a newer snapshot is there"


@pytest.mark.parametrize(
    ("url", "series", "day", "named"),
    [("v", "final", 0, 1), ("u", "final", 0, 0), ("v", "old", 0, 0), ("v", "final", 1, 0)],
)
def test_only_two_addresses_of_one_month_series_and_fetch_are_named(
    url: str, series: str, day: int, named: int
) -> None:
    both = [snapshot("final", 1, DAYS[0], "published"), snapshot(series, 1, DAYS[day], "published", url, "other")]
    found = list(months_twice(candidates(both)))
    assert len(found) == named
    assert all(one.severity == "warning" for one in found)
    # The one that was listed last is used, so the first is the one that is named.
    assert all((one.file, one.found.rpartition(" ")[2]) == ("f", "other") for one in found)
