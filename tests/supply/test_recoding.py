"""A merged trust is counted once, whether its series changed code, goes on beside the new one, or was told again."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.places.organisations import load_organisations
from remission.supply.recoding import RECODING, derive_as_now, derive_submissions_as_now
from remission.supply.reference.recoding import plain_verdicts, plainly_dropped
from remission.supply.verdicts import VERDICTS, cells_of, verdicts_of

EXTRACTS = Path(__file__).parents[2] / "../shared/atlas/scmd_extracts"
MONTH, JUNE = date(2019, 5, 1), date(2019, 6, 1)
Row = tuple[date, str, str, float]
MERGED = [(("RM2", "RW3"), "R0A"), (("RE9", "RLN"), "R0B")]
JOINED = [("RR1", "RRK"), ("RJF", "RTG"), ("RQ6", "REM"), ("RGQ", "RDE"), ("RVJ", "RA7")]


def issued(*rows: tuple[str, str, float], month: date = MONTH) -> pl.DataFrame:
    return frame([(month, *row) for row in rows])


def months_of(*rows: tuple[str, str, float], months: int = 3) -> pl.DataFrame:
    """The same rows in so many months from May 2019 on."""
    return pl.concat([issued(*rows, month=date(2019, 5 + at, 1)) for at in range(months)])


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
    told_again = [(old[0], "x", 3.0), (old[1], "x", 4.25), (new, "x", 7.25), (old[0], "y", 2.0), (new, "y", 2.0)]
    kept, told = recoded(months_of(*told_again))
    assert kept == 3 * [(new, new, 7.25), (new, new, 2.0)]
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
    kept, told = recoded(months_of((old, "x", 3.0), (old, "y", 8.0), (new, "x", 3.0), (new, "y", 8.0)))
    assert kept == 3 * [(new, new, 3.0), (new, new, 8.0)]
    assert told == {old: "rebuilt"}


CHANCE = (("RE9", "a", 80.0), ("RLN", "a", 60.0), ("R0B", "a", 140.0), ("RE9", "b", 340.0), ("RLN", "b", 320.0),
          ("R0B", "b", 660.0), ("RE9", "c", 30.0), ("R0B", "c", 90.0))  # fmt: skip


def test_amounts_that_are_equal_in_one_month_by_chance_stay() -> None:
    """140 = 80 + 60 and 660 = 340 + 320 of three strengths, and in no month beside it."""
    beside = [(code, vmp, quantity + (3.0 if code == "R0B" else 0.0)) for code, vmp, quantity in CHANCE]
    rows = [*[issued(*beside, month=date(2019, month, 1)) for month in (4, 5, 7, 8)], issued(*CHANCE, month=JUNE)]
    kept, report = derive_as_now(pl.concat(rows), load_organisations())
    assert kept.height == 5 * len(CHANCE)
    assert set(report["verdict"]) == {"both"}


def test_the_plain_twin_is_right_by_hand_too() -> None:
    """Chance in one month of three; three months of two medicines; two of one; and a month with the old code alone."""
    months = [date(2019, month, 1) for month in (5, 6, 7)]
    chance = [(JUNE, *row) for row in CHANCE]
    chance += [(month, code, "a", 80.0) for month in (months[0], months[2]) for code in ("RE9", "R0B")]
    unlike = [row if row[1] != "R0B" or row[0] == JUNE else (*row[:3], 97.0) for row in chance]
    assert set(plain_verdicts(unlike, NOW).values()) == {"both"}
    again = [(month, code, vmp, 4.0) for month in months for vmp in "xy" for code in ("RVJ", "RA7")]
    assert plain_verdicts(again, NOW) == {("RA7", month): "rebuilt" for month in months}
    assert plainly_dropped(again, NOW) == [row for row in again if row[1] == "RVJ"]
    assert set(plain_verdicts(again[:2] + again[4:6], NOW).values()) == {"in doubt"}
    assert plain_verdicts([(JUNE, "RVJ", "x", 1.0)], NOW) == {("RA7", JUNE): "moved"}


def test_only_what_agrees_is_left_out_of_a_history_told_again() -> None:
    """Three months with ten equal medicines and one that is not, which is kept and said to be in doubt."""
    equal = [(code, str(vmp), 3.0) for vmp in range(10) for code in ("RE9", "R0B")]
    kept, report = derive_as_now(months_of(*equal, ("RE9", "z", 4.0), ("R0B", "z", 9.0)), load_organisations())
    assert kept.filter(ods_code="RE9").select("vmp_code", "quantity").rows() == 3 * [("z", 4.0)]
    assert report.select("verdict", "rows_dropped", "rows_in_doubt").rows() == 3 * [("rebuilt", 10, 1)]


def test_equality_that_cannot_be_proven_is_kept_and_in_doubt() -> None:
    for months, verdict in ((2, "in doubt"), (5, "in doubt"), (6, "rebuilt")):
        kept, told = recoded(months_of(("RVJ", "x", 3.0), ("RA7", "x", 3.0), months=months))
        assert told == {"RVJ": verdict}
        assert len(kept) == (months if verdict == "rebuilt" else 2 * months)


def test_a_month_between_others_that_do_not_agree_proves_nothing() -> None:
    """Two months in a row agree in all of three medicines, the others in none: 6 equal amounts, and too few months."""
    equal = [("RVJ", vmp, 3.0) for vmp in "xyz"] + [("RA7", vmp, 3.0) for vmp in "xyz"]
    unlike = [("RVJ", vmp, 3.0) for vmp in "xyz"] + [("RA7", vmp, 5.0) for vmp in "xyz"]
    rows = [issued(*(equal if month in (4, 5) else unlike), month=date(2019, month, 1)) for month in range(1, 9)]
    report = derive_as_now(pl.concat(rows), load_organisations())[1]
    assert set(report["verdict"]) == {"both"}


def test_equal_nothings_say_nothing() -> None:
    kept, told = recoded(months_of(("RE9", "x", 2.0), ("RLN", "x", -2.0), ("R0B", "x", 0.0), ("R0B", "y", 1.0)))
    assert (len(kept), set(told.values())) == (12, {"both"})


@pytest.mark.parametrize(("equal", "verdict"), [(5, "both"), (7, "both"), (8, "rebuilt"), (10, "rebuilt")])
def test_four_in_five_of_the_shared_medicines_must_agree(equal: int, verdict: str) -> None:
    shared = [
        (code, str(at), 5.0 if code == "RE9" or at < equal else 6.0) for code in ("RE9", "R0B") for at in range(10)
    ]
    assert recoded(months_of(*shared))[1] == {"RE9": verdict}


def test_quantities_are_compared_in_hundredths() -> None:
    for own, verdict in ((0.3, "rebuilt"), (0.31, "both")):
        assert (
            recoded(months_of(("RE9", "x", 0.1), ("RLN", "x", 0.2), ("R0B", "x", own), months=6))[1]["RE9"] == verdict
        )


def test_a_medicine_that_only_the_old_code_has_is_kept_in_a_history_told_again() -> None:
    kept, told = recoded(months_of(("RE9", "x", 3.0), ("R0B", "x", 3.0), ("RE9", "y", 9.0), months=6))
    assert kept == 6 * [("R0B", "R0B", 3.0), ("RE9", "R0B", 9.0)]
    assert told == {"RE9": "rebuilt"}


def test_the_report_counts_what_was_dropped_of_each_month() -> None:
    rows = pl.concat(
        [
            months_of(("RE9", "x", 3.0), ("R0B", "x", 3.0), ("RE9", "y", 1.5), ("R0B", "y", 1.5)),
            issued(("RE9", "x", 3.0), month=date(2019, 8, 1)),
        ]
    )
    report = derive_as_now(rows, load_organisations())[1]
    assert dict(report.schema) == {name: kind() for name, kind in RECODING.items()}
    assert report.rows() == [
        *[("R0B", "RE9", date(2019, month, 1), "rebuilt", 2, 4.5, 0) for month in (5, 6, 7)],
        ("R0B", "RE9", date(2019, 8, 1), "moved", 0, 0.0, 0),
    ]


def test_unknown_codes_stay_themselves() -> None:
    assert recoded(issued(("X99", "x", 3.0))) == ([("X99", "X99", 3.0)], {})


def test_submissions_are_added_up_by_todays_code() -> None:
    sent = pl.DataFrame({"month": [MONTH] * 4, "ods_code": ["RE9", "RLN", "R0B", "X99"], "rows": [5, 6, 7, 8]})
    found = derive_submissions_as_now(sent, load_organisations())
    assert found.rows() == [(MONTH, "R0B", 18, False), (MONTH, "X99", 8, False)]


MONTHS = [date(2026, month, 1) for month in range(4, 10)]
NOW = {"RE9": "R0B", "RLN": "R0B", "RVJ": "RA7"}


def merged_history(seed: int) -> list[Row]:
    """Rows of merged trusts in small round amounts; each cell is told again in none, half or nearly all of a case."""
    dice = Random(seed)
    cells: dict[tuple[date, str, str], float] = {}
    again, there = dice.choice([0.0, 0.5, 0.95]), dice.choice([0.5, 0.95])
    for month in MONTHS:
        for vmp in "xyz"[: dice.randint(1, 3)]:
            told = {code: dice.randint(-1, 6) / 2 for code in ("RJ1", *NOW) if dice.random() < there}
            own = {code: dice.randint(0, 6) / 2 for code in ("R0B", "RA7") if dice.random() < there}
            for old, new in NOW.items():
                if old in told and dice.random() < again:
                    own[new] = sum(told.get(code, 0.0) for code in NOW if NOW[code] == new)
            cells |= {(month, code, vmp): quantity for code, quantity in (told | own).items()}
    return [(*cell, quantity) for cell, quantity in cells.items()]


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_the_plain_twin_decides_the_same_and_nothing_is_lost(seed: int) -> None:
    rows = merged_history(seed)
    mapping = load_organisations().as_now(frame(rows)["ods_code"]).select("ods_code", "code")
    told = verdicts_of(cells_of(frame(rows).join(mapping, on="ods_code")))
    assert {(code, month): verdict for month, code, verdict in told.rows()} == plain_verdicts(rows, NOW)
    kept, report = derive_as_now(frame(rows), load_organisations())
    dropped = set(plainly_dropped(rows, NOW))
    left = [row for row in rows if row not in dropped]
    assert kept.select("month", "ods_code", "vmp_code", "quantity").rows() == left
    assert kept.height + report["rows_dropped"].sum() == len(rows)
    both = sum(kept["quantity"].to_list()) + sum(report["quantity_dropped"].to_list())
    assert both == pytest.approx(sum(row[3] for row in rows))


def test_random_histories_meet_every_verdict() -> None:
    met = Counter(verdict for seed in range(60) for verdict in plain_verdicts(merged_history(seed), NOW).values())
    assert set(met) == set(VERDICTS)
    assert min(met.values()) > 10


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
