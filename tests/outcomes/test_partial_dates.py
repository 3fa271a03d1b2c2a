"""A relapse known to the month or year only is a relapse: by hand, for engine and twin once agreed on none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from made_up.agreement import compare, decided
from made_up.small_cohorts import Folder
from made_up.worlds import person, small
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.definitions.changes import Confirmation, Onset, Threshold
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Censoring, Endpoint, Readings, ReadingWindow
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.definitions.rules.therapy import TherapyStart
from remission.outcomes.epochs import derive_epochs
from remission.outcomes.evaluation import evaluate
from remission.outcomes.explain import explain
from remission.outcomes.readings import evaluate_readings
from remission.records.cohort import Cohort

NAMES = ("A", "B", "C", "D", "E")
# Of A the year of its beginning is known and of B the month, of C the month of its end, of D the month of both; E is
# whole and lasted one day.
RELAPSES = """\
subject_id,row_id,day,end_day
A,r1,2020,2020-04-10
B,r2,2020-06,2020-06-08
C,r3,2020-07-24,2020-07
D,r4,2020-09,2020-09
E,r5,2020-09-04,2020-09-05
"""
RELAPSES_IN_DAYS = """\
subject_id,row_id,day,day_precision,end_day,end_day_precision
A,r1,152,year,69,day
B,r2,135,month,135,
C,r3,174,day,165,month
D,r4,227,month,227,month
E,r5,216,,217,day
"""


def folder(path: Path, time: str, more: str, **tables: str) -> Folder:
    manifest = (
        f'name = "partial"\ntitle = "Partial dates"\nkind = "simulated"\nday_zero = "start"\ntime = "{time}"\n'
        f"collected = {list(tables)}\nlicence = 'MIT'\n{more}"
    )
    files = {"cohort.toml": manifest, **{f"{name}.csv": text for name, text in tables.items()}}
    return Folder(path / "cohort", {name: text.encode() for name, text in files.items()})


def dated(path: Path, rule: str) -> Folder:
    """Five people from 2020-02-01 (day zero) to 2021-02-01 (day 366), each with one relapse."""
    return folder(
        path, "dates", f'partial_dates = "{rule}"\n',
        subjects="subject_id,entered,day_zero_date,last_day,end_reason\n"
        + "".join(f"{name},yes,2020-02-01,2021-02-01,completed\n" for name in NAMES),
        visits="subject_id,row_id,day,edss\n"
        + "".join(f"{name},{name}0,2020-02-01,2\n{name},{name}1,2021-02-01,2\n" for name in NAMES),
        relapses=RELAPSES,
    )  # fmt: skip


def in_days(path: Path) -> Folder:
    """The same in days that the source completed: A's first day to after its end, C's end to before its first day."""
    return folder(
        path, "days", "",
        subjects="subject_id,entered,last_day,end_reason\n" + "".join(f"{name},yes,800,lost\n" for name in NAMES),
        visits="subject_id,row_id,day,edss\n"
        + "".join(f"{name},{name}{day},{day},2\n" for name in NAMES for day in (0, 400, 800)),
        scans="subject_id,row_id,day,new_t2,enlarging_t2,gd_lesions\n"
        + "".join(f"{name},m{name}{day},{day},0,0,0\n" for name in NAMES for day in (0, 400, 800)),
        relapses=RELAPSES_IN_DAYS,
    )  # fmt: skip


@pytest.fixture(scope="module")
def cohorts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cohort]:
    """Both, read once."""
    path = tmp_path_factory.mktemp("partial")
    return {"days": in_days(path / "days").load(), "dates": dated(path / "dates", "middle").load()}


def event_days(cohort: Cohort, endpoint: Endpoint | str) -> dict[str, int | None]:
    """The day of each person's event; engine and twin have to agree on every spell."""
    chosen = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    outcome = evaluate(cohort, chosen)
    compare(outcome, decided(cohort, chosen) or [])
    return {row["subject_id"]: row["exit_day"] if row["event"] else None for row in outcome.spells.to_dicts()}


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        # Days since 2020-02-01. A: 1 January is before day zero, but the relapse ended 69 days after it: day 1. B:
        # 1 June is 29 + 31 + 30 + 31 = 121. C: 24 July is 121 + 30 + 23 = 174. D: 1 September is 121 + 30 + 31 + 31 =
        # 213, and E 3 days later.
        ("first", [1, 121, 174, 213, 216]),
        # A: 1 July is after 10 April, the day it ended: 29 + 31 + 9 = 69. B: 15 June is after 8 June, 121 + 7 = 128.
        ("middle", [69, 128, 174, 213 + 14, 216]),
        ("last", [69, 128, 174, 213 + 29, 216]),
    ],
)
def test_a_relapse_known_to_the_month_or_year_is_a_relapse(tmp_path: Path, rule: str, days: list[int]) -> None:
    cohort = dated(tmp_path, rule).load()
    assert list(event_days(cohort, "relapse-free").values()) == days
    # Five relapses, one each: the annual rate counts them as well.
    assert evaluate_counts(cohort, "relapse-30d").counts["events"].to_list() == [1] * 5


@pytest.mark.parametrize(
    ("minimum_days", "unknown", "with_event"),
    [
        (0, "does not count", "ABCDE"),  # no duration is asked for
        (1, "counts", "ABCDE"),
        (1, "does not count", "E"),  # E lasted 1 day, of the others nobody knows
        (2, "counts", "ABCD"),
        (2, "does not count", ""),
    ],
)
@pytest.mark.parametrize("time", ["days", "dates"])
def test_a_duration_that_touches_a_completed_day_is_unknown(
    cohorts: dict[str, Cohort], time: str, minimum_days: int, unknown: Any, with_event: str
) -> None:
    cohort = cohorts[time]
    if time == "days":
        # Of B the end is exact as far as anybody says, and the beginning is not: unknown all the same.
        assert cohort.tables["relapses"]["end_day_precision"].to_list()[1] is None
    record = Relapse(minimum_days=minimum_days, duration_unknown=unknown)
    found = event_days(cohort, Endpoint("r", "Relapse", "Relapse-free", record=record))
    assert "".join(name for name, day in found.items() if day is not None) == with_event


def test_nobody_has_no_evidence_of_activity_because_a_date_was_partial(cohorts: dict[str, Cohort]) -> None:
    cohort = cohorts["days"]
    assert list(event_days(cohort, "neda-3").values()) == [152, 135, 174, 227, 216]
    endpoint = replace(load_endpoint("neda-3"), readings=Readings((ReadingWindow(0, 800),)))
    found = evaluate_readings(cohort, endpoint).readings
    assert [tuple(row) for row in found.select("status", "cause").rows()] == [("no", "relapse-free")] * 5


def test_explain_says_that_nobody_knows_how_long_it_lasted(cohorts: dict[str, Cohort]) -> None:
    record = Relapse(minimum_days=1, duration_unknown="does not count")
    told = explain(cohorts["days"], "D", Endpoint("r", "Relapse", "Relapse-free", record=record))
    assert "nobody knows how long it lasted" in " ".join(told.lines)


def test_a_completed_day_that_was_moved_is_told(tmp_path: Path) -> None:
    found = dated(tmp_path, "middle")
    assert found.report()[0] == (
        "warning: relapses.csv, row 2, column day: found 2020, put on 2020-04-10; allowed: a day that agrees with the "
        "other days of the row and with day zero. The middle day of that period does not, so the nearest day that does "
        "was taken: write the whole date if you have it."
    )
    assert found.load().completed_dates == (
        "5 dates were given as a month or a year (day in relapses 3, end_day in relapses 2), and the middle day of it "
        "was taken; 3 of them moved to agree with the rest of their rows"
    )


def test_a_month_that_cannot_agree_with_the_other_day_is_left_and_told(tmp_path: Path) -> None:
    # C began on 24 July and ended in June: no day of June is right.
    found = dated(tmp_path, "middle").cell("relapses.csv", 4, "end_day", "2020-06")
    assert any("end_day: found 2020-06 with day = 2020-07-24; allowed: day or later" in line for line in found.report())
    assert found.load().tables["relapses"]["end_day"].to_list()[2] == 121 + 14


def test_a_year_of_a_relapse_that_may_have_been_over_by_day_zero_stays_before_it(tmp_path: Path) -> None:
    # Without an end day nothing says that it was still going on: the rule of the manifest decides, here 1 January.
    found = dated(tmp_path, "first").cell("relapses.csv", 2, "end_day", "")
    assert event_days(found.load(), "relapse-free")["A"] is None


def test_a_therapy_whose_end_was_completed_to_before_its_start_was_on_that_day() -> None:
    # Begun on day zero and ended in its month, which the source completed to 3 days before; begun again on day 100.
    treated = person("0:2 360:2")
    treated["treatments"] = [
        {"therapy": "natalizumab", "start_day": 0, "lasted": -3},
        {"therapy": "natalizumab", "start_day": 100, "lasted": None},
    ]
    cohort = small(treated)
    # On at day zero, so day 100 is neither a new therapy nor a start of one.
    relapse = Endpoint("r", "Relapse", "Free", record=Relapse(), censoring=Censoring(new_therapy="censors"))
    assert evaluate(cohort, relapse).spells["exit_day"].to_list() == [360]
    started = Endpoint("t", "Therapy", "Free", record=TherapyStart("new", ("continuous",)))
    assert event_days(cohort, relapse) == event_days(cohort, started) == {"S0": None}
    assert derive_epochs(cohort).select("start_day", "end_day").rows() == [(0, 0), (100, None)]


def test_a_relapse_whose_end_was_completed_to_before_its_start_ends_with_its_first_day() -> None:
    # Day 85 is 25 days after day 60, too soon to count as an onset; it is 65 days after the completed end, day 20.
    someone = person("0:2 85:3 175:3")
    someone["relapses"] = [{"day": 60, "lasted": -40, "end_day_precision": "month", "confirmed": None, "fever": None}]
    change = (Threshold(0.0, 1.0),)
    blocked = Onset(after_relapse_days=30)
    rule = Progression(change, Confirmation(None), onset=blocked, relapses_last="to their end")
    assert event_days(small(someone), Endpoint("p", "Progression", "Free", record=rule)) == {"S0": 175}
