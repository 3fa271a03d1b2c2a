"""Status in windows: nobody leaves the denominator in silence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from made_up.small_report_cohort import tiny
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint, Readings, ReadingWindow
from remission.outcomes.load import load_cohort
from remission.outcomes.readings import evaluate_readings
from remission.report.pictures.window_status import (
    WindowStatus,
    draw_window_status,
    share_sentence,
    why_table,
    window_words,
    windows_table,
)
from remission.report.window_status import estimate_window_status

PEOPLE = """\
S1,a,yes,800,completed,
S2,a,yes,800,completed,
S3,a,yes,200,lost,
S4,b,yes,100,withdrew,
S5,b,no,,,
"""


def endpoint(*windows: tuple[int, int]) -> Endpoint:
    made = tuple(ReadingWindow(*window) for window in windows)
    return replace(load_endpoint("relapse-free"), readings=Readings(made))


def status(folder: Path, group_by: str | None = None, relapses: str = "S2,R1,300\n") -> WindowStatus:
    cohort = tiny(folder, PEOPLE, relapses=relapses)
    read = evaluate_readings(cohort, endpoint((365, 731), (0, 365)))
    return estimate_window_status(read, cohort=cohort, group_by=group_by, level=0.9)


def test_counts_and_bounds_by_hand(tmp_path: Path) -> None:
    found = status(tmp_path)
    later, first = found.counts.to_dicts()
    assert (later["from_day"], first["from_day"]) == (365, 0)
    assert [first[name] for name in ("persons", "free", "not_free", "not_assessable")] == [4, 1, 1, 2]
    assert (first["value"], first["lowest"], first["highest"]) == (0.5, 0.25, 0.75)
    assert [later[name] for name in ("persons", "free", "not_free", "not_assessable")] == [4, 2, 0, 2]
    # Wilson at 90 % with 1 of 2: 0.5 -+ z sqrt(1/8 + z2/16) / (1 + z2/2), z = 1.6449
    z = 1.6448536269514722
    half = z * (1 / 8 + z * z / 16) ** 0.5 / (1 + z * z / 2)
    assert (first["low"], first["high"]) == pytest.approx((0.5 - half, 0.5 + half))


def test_the_sentence_says_what_the_missing_could_do(tmp_path: Path) -> None:
    found = status(tmp_path)
    said = [share_sentence(row, found.level).replace("\u00a0", " ") for row in found.counts.to_dicts()]
    assert said[1] == (
        "Months 0 to 12: 1 of 2 assessable free: 50.0 % (90 % interval 12.1 to 87.9). "
        "2 of 4 not assessable: if none of them were free 25.0 %, if all were 75.0 %."
    )


def test_a_window_in_which_nobody_is_assessable_has_no_share(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, "S4,b,yes,100,withdrew,\n", relapses="")
    found = estimate_window_status(evaluate_readings(cohort, endpoint((0, 365))))
    row = found.counts.to_dicts()[0]
    assert row["value"] is None
    assert share_sentence(row, 0.95) == "Months 0 to 12: nobody of 1 was assessable, so no share can be given."
    assert "not estimable" in windows_table(found).rows()[0]


def test_nobody_entered_is_an_empty_table(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, "S4,b,no,,,\n", relapses="")
    found = estimate_window_status(evaluate_readings(cohort, endpoint((0, 365))), cohort=cohort, group_by="arm")
    assert found.counts.is_empty()
    assert draw_window_status(found).svg().startswith("<svg")


def test_reasons_are_counted_by_group_in_the_order_of_the_windows(tmp_path: Path) -> None:
    table = why_table(status(tmp_path, "arm"))
    assert table.rows() == [
        ["Months 12 to 24", "a", "Not assessable", "a relapse: no follow-up", "1"],
        ["Months 12 to 24", "b", "Not assessable", "a relapse: no follow-up", "1"],
        ["Months 0 to 12", "a", "Not free", "first a relapse", "1"],
        ["Months 0 to 12", "a", "Not assessable", "a relapse: lost to follow-up", "1"],
        ["Months 0 to 12", "b", "Not assessable", "a relapse: withdrew", "1"],
    ]


def test_the_picture_shows_everyone_and_hatches_those_not_assessable(tmp_path: Path) -> None:
    figure = draw_window_status(status(tmp_path, "arm"))
    data = figure.spec("narrow")["datasets"]
    bars = [bar for bar in data["bars"] if "status" in bar]
    assert len({(bar["status"], bar["ink"]) for bar in bars}) == 3
    widths = {y: sum(bar["x2"] - bar["x"] for bar in bars if bar["y"] == y) for y in {bar["y"] for bar in bars}}
    assert set(map(round, widths.values())) == {270}
    assert any("not assessable 1" in line["words"] for line in data["plain"])
    for bar in bars:
        inside = [line for line in data["hatches"] if bar["y"] <= line["y2"] <= line["y"] <= bar["y2"]]
        crossed = any(bar["x"] - 1e-6 <= line["x"] and line["x2"] <= bar["x2"] + 1e-6 for line in inside)
        assert crossed == (bar["status"] == "not_assessable")


def test_every_person_is_in_every_window_of_the_library() -> None:
    cohort = load_cohort("two-arm")
    found = estimate_window_status(evaluate_readings(cohort, "neda-3-rebaselined"), cohort=cohort, group_by="arm")
    for row in found.counts.to_dicts():
        assert row["free"] + row["not_free"] + row["not_assessable"] == row["persons"] == 100
        assert row["lowest"] <= row["value"] <= row["highest"]
        why = found.why.filter(from_day=row["from_day"], to_day=row["to_day"], group=row["group"])
        assert why.filter(status="no")["persons"].sum() == row["not_free"]
        assert why.filter(status="not assessable")["persons"].sum() == row["not_assessable"]


def test_a_window_is_in_months_only_when_it_is() -> None:
    assert window_words(183, 548) == "Months 6 to 18"
    assert window_words(183, 540) == "Days 184 to 540"
