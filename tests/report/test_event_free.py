"""How long people stay free of an endpoint: everyone, by group, and in the corners."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from made_up.small_report_cohort import tiny
from remission.inputs.problems import InputProblems
from remission.inputs.provenance import STANDING_WORDS
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.report.event_free import EventFree, estimate_event_free


@cache
def halt_ms() -> EventFree:
    cohort = load_cohort("halt-ms")
    return estimate_event_free(evaluate(cohort, "halt-ms-efs"), cohort=cohort)


def relapse_free(tmp_path: Path, subjects: str, relapses: str = "", visits: str = "") -> EventFree:
    cohort = tiny(tmp_path, subjects, relapses=relapses, visits=visits)
    return estimate_event_free(evaluate(cohort, "relapse-free"), cohort=cohort, group_by="arm")


def test_level_interval_and_times_are_the_endpoints_unless_said() -> None:
    assert (halt_ms().level, halt_ms().interval) == (0.9, "log-log")
    said = estimate_event_free(halt_ms().outcome, level=0.95, interval="plain", at_years=[4])
    assert said.at_times.frame.select("at_days", "level").rows() == [(1461, 0.95)]
    assert said.at_times.frame["method"].item().endswith("plain interval")


def test_every_row_says_of_whom_and_what_it_is() -> None:
    frame = halt_ms().estimates.frame
    assert set(frame["standing"]) == {"reconstructed"}
    assert set(frame["study"]) == {"halt-ms"}
    assert set(frame["population"]) == {"entered"}
    assert frame["method"].null_count() == 0


def test_the_restricted_mean_of_a_group_runs_to_the_last_time_it_reaches(tmp_path: Path) -> None:
    result = relapse_free(tmp_path, "S1,a,yes,900,completed,\nS2,a,yes,2000,completed,\nS3,b,yes,800,completed,\n")
    assert result.restricted_mean.frame["to_day"].to_list() == [1826, 731]


def test_people_without_a_group_are_a_group_of_their_own(tmp_path: Path) -> None:
    result = relapse_free(tmp_path, "S1,a,yes,900,completed,\nS2,,yes,900,completed,\n", "S1,R1,300\n")
    assert [one.name for one in result.curves] == ["a", "arm not recorded"]
    assert [one.curve.n for one in result.curves] == [1, 1]
    assert result.unrecorded == "arm not recorded"


def test_one_group_alone_is_not_compared(tmp_path: Path) -> None:
    assert relapse_free(tmp_path, "S1,a,yes,900,completed,\n").comparison is None


def test_the_difference_is_of_each_group_to_the_first(tmp_path: Path) -> None:
    people = "S1,a,yes,1200,completed,\nS2,a,yes,1200,completed,\nS3,b,yes,1200,completed,\nS4,b,yes,1200,completed,\n"
    result = relapse_free(tmp_path, people, "S1,R1,100\nS3,R2,600\n")
    assert result.comparison is not None
    row = result.comparison.differences.rows()[0]
    assert (row["group"], row["against"], row["to_day"], row["value"]) == ("b", "a", 1096, 250.0)


def test_an_unknown_column_names_those_there_are(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, "S1,a,yes,900,completed,\n", relapses="")
    with pytest.raises(InputProblems) as caught:
        estimate_event_free(evaluate(cohort, "relapse-free"), cohort=cohort, group_by="arms")
    assert "no column 'arms' to group by" in str(caught.value.problems[0])
    assert "allowed: arm." in str(caught.value.problems[0])


def test_too_many_groups_are_refused(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, "".join(f"S{n},a{n},yes,900,completed,\n" for n in range(13)), relapses="")
    with pytest.raises(InputProblems) as caught:
        estimate_event_free(evaluate(cohort, "relapse-free"), cohort=cohort, group_by="arm")
    assert "13 different values" in str(caught.value.problems[0])


def test_to_group_it_needs_the_cohort() -> None:
    with pytest.raises(ValueError, match="give cohort="):
        estimate_event_free(halt_ms().outcome, group_by="arm")


def test_it_is_shown_in_a_notebook_with_its_warning() -> None:
    shown = halt_ms()._repr_html_()
    assert shown.startswith("<figure><svg")
    assert STANDING_WORDS["reconstructed"] in shown
