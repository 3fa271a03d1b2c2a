"""Coverage by hand: one trust, one therapy, what is called used, not used, not visible and not reported, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from remission.supply.coverage.month_arrays import months_between
from remission.supply.coverage.reasons import REASONS, Supply
from remission.supply.coverage.rule import load_coverage_rule
from remission.supply.coverage.states import derive_coverage
from remission.supply.coverage.truth import confusion_matrix, false_not_used
from remission.supply.rows import COVERAGE

MONTHS = months_between(date(2019, 1, 1), date(2024, 12, 1))
HOSPITAL, HOMECARE = Supply("x"), Supply("x", homecare="yes")
RULE = load_coverage_rule()


def covered(
    issued: Sequence[float],
    supply: Supply = HOSPITAL,
    rows: Sequence[int] | None = None,
    answers: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Coverage of a trust that issued so many patient-years (0: nothing), from January 2019 on."""
    months = MONTHS[: len(issued)]
    reported = [900] * len(months) if rows is None else rows
    years = [float(amount) for amount in issued]
    amounts = {"month": months, "code": "RJ1", "therapy": "x", "units": years, "patient_years": years}
    frame = pl.DataFrame(amounts).filter(pl.col("units") != 0)
    submissions = pl.DataFrame({"month": months, "code": "RJ1", "rows": reported})
    return derive_coverage(frame, submissions, [supply], RULE, answers).frame


def states(frame: pl.DataFrame) -> str:
    """One letter a month: u used, n not used, v not visible, r not reported."""
    letters = {"used": "u", "not used": "n", "not visible": "v", "not reported": "r"}
    return "".join(letters[state] for state in frame.sort("month")["state"])


def reason_of(frame: pl.DataFrame, place: int) -> str:
    words = frame.sort("month")["reason"][place]
    return next(name for name, (_, said) in REASONS.items() if said == words)


def test_supply_of_a_continuous_therapy_lasts_three_months_and_bridges_two_more() -> None:
    assert states(covered([1, 0, 0, 0, 0, 0, 1, 0])) == "uuuuuuuu"
    assert states(covered([1, 0, 0, 0, 0, 0, 0, 1])) == "uuuuvuuu"


def test_a_therapy_that_homecare_supplies_is_never_not_used_for_its_silence() -> None:
    frame = covered([0] * 72, HOMECARE)
    assert states(frame) == "v" * 72
    assert reason_of(frame, 0) == "homecare"
    assert reason_of(covered([1] + [0] * 71, HOMECARE), 40) == "possible"
    assert states(covered([8, 7, 6, 5, 4, 3, 2, 2, 1, 1] + [0] * 62, HOMECARE)).endswith("v" * 50)


def test_a_therapy_that_only_hospitals_supply_is_not_used_where_it_never_comes() -> None:
    frame = covered([0] * 72)
    assert states(frame) == "n" * 72
    assert reason_of(frame, 0) == "never"


def test_silence_of_a_code_that_reports_seldom_says_nothing() -> None:
    every_other = [900 if place % 2 else 0 for place in range(72)]
    frame = covered([0] * 72, rows=every_other)
    assert states(frame) == "rv" * 36
    assert reason_of(frame, 1) == "seldom"


def test_a_month_without_any_row_is_not_reported_whatever_the_therapy() -> None:
    rows = [900] * 12
    rows[3] = 0
    frame = covered([1, 1, 1, 0] + [1] * 8, rows=rows)
    assert states(frame) == "uuuruuuuuuuu"
    assert reason_of(frame, 3) == "silent"


def test_a_month_with_under_a_fifth_of_the_usual_rows_is_a_partial_submission() -> None:
    rows = [900] * 12
    rows[3], rows[4] = 179, 180
    frame = covered([1] * 3 + [0, 0] + [1] * 7, rows=rows)
    assert states(frame)[3:5] == "ru"
    assert reason_of(frame, 3) == "partial"


def test_an_end_at_full_level_is_not_visible_even_of_a_hospital_therapy() -> None:
    frame = covered([2.0] * 24 + [0] * 48)
    assert states(frame) == "u" * 27 + "v" * 45
    assert reason_of(frame, 71) == "stopped"


def test_a_beginning_at_full_level_leaves_the_months_before_not_visible() -> None:
    frame = covered([0] * 40 + [2.0] * 32)
    assert states(frame) == "v" * 40 + "u" * 32
    assert reason_of(frame, 0) == "began"


def test_a_decline_to_nothing_is_an_end_after_a_year() -> None:
    decline = [2.0] * 24 + [2 * 0.8**month for month in range(12)]
    frame = covered(decline + [0] * 36)
    assert states(frame) == "u" * 39 + "v" * 8 + "n" * 25
    assert reason_of(frame, 71) == "declined"


def test_a_small_supply_that_ends_is_not_used_only_after_years() -> None:
    frame = covered([0.1] * 24 + [0] * 48)
    assert states(frame) == "u" * 27 + "v" * 32 + "n" * 13
    assert (reason_of(frame, 30), reason_of(frame, 71)) == ("pause", "ended")


def test_nothing_is_used_before_the_first_supply_in_england() -> None:
    new = Supply("x", homecare="yes", nice_date=date(2022, 6, 15))
    assert states(covered([0] * 72, new)) == "n" * 29 + "v" * 43
    # Somebody issued it earlier than the margin before its guidance: then that month is the first.
    assert states(covered([0] * 10 + [0.1] * 62, new)) == "n" * 10 + "u" * 62


def test_before_its_first_issue_a_new_hospital_therapy_is_not_used_but_for_the_last_year() -> None:
    frame = covered([0] * 60 + [0.1] * 12, Supply("x", nice_date=date(2021, 1, 1)))
    assert states(frame) == "n" * 48 + "v" * 12 + "u" * 12
    assert (reason_of(frame, 20), reason_of(frame, 59)) == ("later", "soon")


def test_a_withdrawn_therapy_is_not_used_any_more() -> None:
    frame = covered([0] * 72, Supply("x", homecare="yes", withdrawn=date(2019, 3, 7)))
    assert states(frame) == "vv" + "n" * 70


def test_returns_that_exceed_issues_are_no_use() -> None:
    assert states(covered([-1.0] + [0] * 71))[0] == "n"


def answer(low: int, high: int) -> pl.DataFrame:
    row = {"code": "RJ1", "therapy": "x", "from_month": MONTHS[6], "to_month": MONTHS[7], "low": low, "high": high}
    return pl.DataFrame([row, row | {"code": "unknown"}])


def test_an_answer_overrules_a_silence_and_never_an_issue() -> None:
    silent = [0.0] * 12
    assert states(covered(silent, HOMECARE, answers=answer(0, 0))) == "vvvvvvnnvvvv"
    assert states(covered(silent, HOSPITAL, answers=answer(7, 7))) == "nnnnnnvvnnnn"
    assert states(covered(silent, HOMECARE, answers=answer(0, 4))) == "v" * 12
    assert states(covered([1.0] * 12, HOSPITAL, answers=answer(0, 0))) == "u" * 12
    rows = [900] * 6 + [0] + [900] * 5
    assert states(covered(silent, HOMECARE, rows, answer(0, 0))) == "vvvvvvrnvvvv"


def test_every_cell_has_one_state_with_a_reason() -> None:
    frame = covered([1.0] * 5 + [0] * 67)
    assert dict(frame.schema) == {name: dtype() for name, dtype in COVERAGE.items()}
    assert frame.select("month", "code", "therapy").is_unique().all()
    assert frame.height == 72
    assert frame["reason"].null_count() == 0


def test_an_issue_without_a_submission_is_refused() -> None:
    with pytest.raises(ValueError, match="1 issues without a submission, such as RJ1 in 2019-02-01"):
        covered([1.0, 1.0, 1.0], rows=[9, 0, 9])


def test_the_confusion_matrix_counts_every_true_cell() -> None:
    truth = pl.DataFrame({"month": MONTHS[:4], "ods_code": ["RJ1"] * 3 + ["silent"], "therapy": "x", "in_use": "yes"})
    frame = pl.DataFrame({"month": MONTHS[:1], "code": "RJ1", "therapy": "x", "units": 1.0, "patient_years": 1.0})
    submissions = pl.DataFrame({"month": MONTHS[:3], "code": "RJ1", "rows": [9, 0, 9]})
    matrix = confusion_matrix(derive_coverage(frame, submissions, [HOSPITAL], RULE), truth)
    assert dict(matrix.select("state", "in_use").iter_rows()) == {
        "used": 2, "not used": 0, "not visible": 0, "not reported": 1, "no cell": 1,
    }  # fmt: skip
    assert false_not_used(matrix) != false_not_used(matrix)  # NaN: no cell was called not used


def test_a_month_in_which_a_part_of_the_trust_is_silent_is_not_reported() -> None:
    issued = pl.DataFrame({"month": MONTHS[:3], "code": "RA7", "therapy": "x", "units": 1.0, "patient_years": 1.0})
    sent = pl.DataFrame({"month": MONTHS[:3], "code": "RA7", "rows": 900, "lacking": [False, True, False]})
    found = derive_coverage(issued, sent, [HOSPITAL], RULE).frame
    assert found["state"].to_list() == ["used", "not reported", "used"]
