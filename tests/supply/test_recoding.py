"""A merged trust is counted once, whether its series changed code, goes on beside the new one, or was told again."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.places.organisations import load_organisations
from remission.supply.recoding import RECODING, derive_as_now, derive_submissions_as_now

EXTRACTS = Path(__file__).parents[2] / "../shared/atlas/scmd_extracts"
MONTH = date(2019, 5, 1)
Row = tuple[date, str, str, float]
MERGED = [(("RM2", "RW3"), "R0A"), (("RE9", "RLN"), "R0B")]
JOINED = [("RR1", "RRK"), ("RJF", "RTG"), ("RQ6", "REM"), ("RGQ", "RDE"), ("RVJ", "RA7")]


def issued(*rows: tuple[str, str, float], month: date = MONTH) -> pl.DataFrame:
    return frame([(month, *row) for row in rows])


def frame(rows: list[Row]) -> pl.DataFrame:
    schema = {"month": pl.Date, "ods_code": pl.String, "vmp_code": pl.String, "quantity": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def recoded(rows: pl.DataFrame) -> tuple[list[tuple[str, str, float]], dict[str, str]]:
    """Rows kept, as (reported by, counted under, quantity), and the verdict on each old code."""
    kept, report = derive_as_now(rows, load_organisations())
    told = dict(report.select("predecessor", "verdict").rows())
    return kept.select("ods_code", "code", "quantity").rows(), told


@pytest.mark.parametrize(("old", "new"), MERGED)
def test_old_codes_alone_are_counted_under_the_new_one(old: tuple[str, str], new: str) -> None:
    kept, told = recoded(issued((old[0], "x", 3.0), (old[1], "x", 4.0)))
    assert kept == [(old[0], new, 3.0), (old[1], new, 4.0)]
    assert told == dict.fromkeys(old, "moved")


@pytest.mark.parametrize(("old", "new"), MERGED)
def test_a_history_told_again_is_counted_once(old: tuple[str, str], new: str) -> None:
    kept, told = recoded(issued((old[0], "x", 3.0), (old[1], "x", 4.25), (new, "x", 7.25)))
    assert kept == [(new, new, 7.25)]
    assert told == dict.fromkeys(old, "rebuilt")


@pytest.mark.parametrize(("old", "new"), MERGED)
def test_in_a_month_of_change_what_both_issued_is_added_up(old: tuple[str, str], new: str) -> None:
    kept, told = recoded(issued((old[0], "x", 3.0), (old[1], "x", 4.0), (new, "x", 2.0)))
    assert sum(quantity for _, _, quantity in kept) == 9.0
    assert told == dict.fromkeys(old, "both")


@pytest.mark.parametrize(("old", "new"), JOINED)
def test_a_trust_that_joined_another_is_counted_under_it(old: str, new: str) -> None:
    month = date(2026, 7, 1) if old == "RVJ" else MONTH
    assert recoded(issued((old, "x", 3.0), month=month)) == ([(old, new, 3.0)], {old: "moved"})


@pytest.mark.parametrize(("old", "new"), JOINED)
def test_what_it_and_the_other_issued_beside_it_is_added_up(old: str, new: str) -> None:
    kept, told = recoded(issued((old, "x", 3.0), (new, "x", 5.0)))
    assert kept == [(old, new, 3.0), (new, new, 5.0)]
    assert told == {old: "both"}


@pytest.mark.parametrize(("old", "new"), JOINED)
def test_a_trust_told_again_under_one_that_was_there_before_is_counted_once(old: str, new: str) -> None:
    kept, told = recoded(issued((old, "x", 3.0), (old, "y", 8.0), (new, "x", 3.0), (new, "y", 8.0)))
    assert kept == [(new, new, 3.0), (new, new, 8.0)]
    assert told == {old: "rebuilt"}


def test_one_equal_amount_of_a_trust_that_was_there_before_is_chance() -> None:
    kept, told = recoded(issued(("RVJ", "x", 3.0), ("RA7", "x", 3.0)))
    assert (len(kept), told) == (2, {"RVJ": "both"})


def test_equal_nothings_say_nothing() -> None:
    kept, told = recoded(issued(("RE9", "x", 2.0), ("RLN", "x", -2.0), ("R0B", "x", 0.0), ("R0B", "y", 1.0)))
    assert (len(kept), set(told.values())) == (4, {"both"})


@pytest.mark.parametrize(("equal", "verdict"), [(1, "both"), (2, "rebuilt"), (3, "rebuilt")])
def test_half_of_the_shared_medicines_must_agree(equal: int, verdict: str) -> None:
    shared = [
        (code, str(at), 5.0 if code == "RE9" or at < equal else 6.0) for code in ("RE9", "R0B") for at in range(4)
    ]
    assert recoded(issued(*shared))[1] == {"RE9": verdict}


def test_quantities_are_compared_in_hundredths() -> None:
    assert recoded(issued(("RE9", "x", 0.1), ("RLN", "x", 0.2), ("R0B", "x", 0.3)))[1]["RE9"] == "rebuilt"
    assert recoded(issued(("RE9", "x", 0.1), ("RLN", "x", 0.2), ("R0B", "x", 0.31)))[1]["RE9"] == "both"


def test_a_medicine_that_only_the_old_code_has_is_kept_in_a_history_told_again() -> None:
    kept, told = recoded(issued(("RE9", "x", 3.0), ("R0B", "x", 3.0), ("RE9", "y", 9.0)))
    assert kept == [("R0B", "R0B", 3.0), ("RE9", "R0B", 9.0)]
    assert told == {"RE9": "rebuilt"}


def test_each_month_is_judged_by_itself_and_the_report_counts_what_was_dropped() -> None:
    rows = pl.concat(
        [
            issued(("RE9", "x", 3.0), ("RE9", "y", 1.5), ("R0B", "x", 3.0), ("R0B", "y", 1.5)),
            issued(("RE9", "x", 3.0), month=date(2019, 6, 1)),
        ]
    )
    report = derive_as_now(rows, load_organisations())[1]
    assert dict(report.schema) == {name: kind() for name, kind in RECODING.items()}
    assert report.rows() == [
        ("R0B", "RE9", date(2019, 5, 1), "rebuilt", 2, 4.5),
        ("R0B", "RE9", date(2019, 6, 1), "moved", 0, 0.0),
    ]


def test_unknown_codes_stay_themselves() -> None:
    assert recoded(issued(("X99", "x", 3.0))) == ([("X99", "X99", 3.0)], {})


def test_submissions_are_added_up_by_todays_code() -> None:
    sent = pl.DataFrame({"month": [MONTH] * 4, "ods_code": ["RE9", "RLN", "R0B", "X99"], "rows": [5, 6, 7, 8]})
    found = derive_submissions_as_now(sent, load_organisations())
    assert found.rows() == [(MONTH, "R0B", 18, False), (MONTH, "X99", 8, False)]


CODES = st.sampled_from(["RE9", "RLN", "R0B", "RVJ", "RA7", "RJ1"])
CELLS = st.tuples(st.sampled_from([MONTH, date(2026, 8, 1)]), CODES, st.sampled_from("xyz"))


@settings(max_examples=60)
@given(st.dictionaries(CELLS, st.integers(-2, 4)))
def test_nothing_is_counted_twice_and_nothing_is_lost(cells: dict[tuple[date, str, str], int]) -> None:
    rows = [(*cell, quantity / 2) for cell, quantity in cells.items()]
    kept, report = derive_as_now(frame(rows), load_organisations())
    assert kept.select("month", "ods_code", "vmp_code", "quantity").rows() == plainly_kept(rows)
    assert kept.height + report["rows_dropped"].sum() == len(rows)
    told = sum(kept["quantity"].to_list()) + sum(report["quantity_dropped"].to_list())
    assert told == pytest.approx(sum(row[3] for row in rows))


NOW = {"RE9": "R0B", "RLN": "R0B", "RVJ": "RA7"}


def plainly_kept(rows: list[Row]) -> list[Row]:
    """The same, month by month and row by row."""
    dropped = []
    for month, new, fewest in [
        (month, *kind) for month in {row[0] for row in rows} for kind in (("R0B", 1), ("RA7", 2))
    ]:
        own = {vmp: quantity for when, code, vmp, quantity in rows if (when, code) == (month, new)}
        before: dict[str, float] = defaultdict(float)
        old = [row for row in rows if row[0] == month and NOW.get(row[1]) == new]
        for _, _, vmp, quantity in old:
            before[vmp] += quantity
        shared = [vmp for vmp in own if before.get(vmp, 0) != 0]
        equal = sum(own[vmp] == before[vmp] for vmp in shared)
        if equal >= fewest and 2 * equal >= len(shared):
            dropped += [row for row in old if row[2] in own]
    return [row for row in rows if row not in dropped]


def test_the_real_extract_loses_nothing() -> None:
    files = sorted(EXTRACTS.glob("*.csv"))
    if not files:
        pytest.skip("the extract is not here")
    named = {"year_month": "month", "vmp_snomed_code": "vmp_code", "total_quantity": "quantity"}
    rows = pl.read_csv(files[0], schema_overrides={"vmp_snomed_code": pl.String}, try_parse_dates=True).rename(named)
    kept, report = derive_as_now(rows, load_organisations())
    assert kept.height + report["rows_dropped"].sum() == rows.height
    assert set(report["verdict"]) <= {"moved", "both"}
    assert {"RM2", "RW3", "RQ6", "RVJ", "RGQ"} <= set(report["predecessor"])


def test_a_merged_trust_is_not_whole_while_a_large_part_is_silent() -> None:
    """RVJ joined RA7 on 1 July 2026: until then its own silence is a gap of the whole."""
    months = [date(2026, month, 1) for month in range(3, 9)]
    sent = [{"month": month, "ods_code": "RA7", "rows": 50} for month in months]
    sent += [{"month": month, "ods_code": "RVJ", "rows": 100} for month in months[:2]]
    found = derive_submissions_as_now(pl.DataFrame(sent), load_organisations()).filter(pl.col("code") == "RA7")
    assert found["lacking"].to_list() == [False, False, True, True, False, False]
    assert found["rows"].to_list() == [150, 150, 50, 50, 50, 50]


def test_a_small_part_may_be_silent() -> None:
    months = [date(2026, month, 1) for month in range(3, 7)]
    sent = [{"month": month, "ods_code": "RA7", "rows": 100} for month in months]
    sent += [{"month": months[0], "ods_code": "RVJ", "rows": 10}]
    assert not derive_submissions_as_now(pl.DataFrame(sent), load_organisations())["lacking"].any()
