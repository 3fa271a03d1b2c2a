"""Counts at their edges: nobody, one person, equal numbers, names that get in each other's way, and groups of many."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.small_report_cohort import tiny
from made_up.written_cohort import written
from remission.inputs.problems import InputProblems
from remission.outcomes.evaluation import evaluate
from remission.report.adverse_events import derive_adverse_events
from remission.report.edss_change import estimate_edss_change
from remission.report.event_free import EventFree, estimate_event_free
from remission.report.groups import MOST_GROUPS, label_groups
from remission.report.pictures.adverse_events import draw_adverse_events
from remission.report.pictures.flow import FlowStep, draw_flow
from remission.report.pictures.swimmer import MOST_PERSONS
from remission.report.population import derive_baseline, derive_flow, estimate_time_known
from remission.report.timelines import _choose

NOBODY = "S1,a,no,,,\n"
# Often on the borders of what counts as early, late or known.
DAYS = st.one_of(st.sampled_from([-1, 0, 100, 101, 200, 201]), st.integers(-5, 230))
EVENT = st.tuples(st.integers(1, 4), DAYS, st.sampled_from(["", "1", "2", "3", "5"]), st.sampled_from(["", "x", "y"]))


def baseline(folder: Path, *arms: str) -> dict[str, dict[str, str]]:
    subjects = "subject_id,arm,sex,entered\n" + "".join(f"S{at},{arm},female,yes\n" for at, arm in enumerate(arms))
    frame = derive_baseline(written(folder, subjects=subjects), "arm").frame
    return {row["what"]: row for row in frame.to_dicts()}


@pytest.mark.parametrize("arm", ["All", "of", "what"])
def test_an_arm_may_be_called_as_a_column_is_and_hides_nothing(tmp_path: Path, arm: str) -> None:
    rows = baseline(tmp_path, arm, arm, "b")
    assert rows["Persons"] == {"what": "Persons", "of": "", "All": "3", f"{arm} (group)": "2", "b": "1"}
    assert rows["Sex"]["All"] == "3 (100\u00a0%)"


def test_of_three_hundred_one_is_not_nought_per_cent_and_the_others_are_not_all(tmp_path: Path) -> None:
    subjects = "subject_id,sex,entered\nS0,male,yes\n" + "".join(f"S{at},female,yes\n" for at in range(1, 300))
    rows = derive_baseline(written(tmp_path, subjects=subjects)).frame.filter(what="Sex")
    assert [said.replace("\u00a0", " ") for said in rows["All"]] == ["299 (over 99 %)", "1 (under 1 %)"]


def test_of_nobody_nothing_is_known_and_nothing_is_nought_per_cent(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, NOBODY, visits="", adverse_events="", relapses="")
    assert derive_baseline(cohort, "arm").frame.rows() == [("Persons", "", "0")]
    assert estimate_time_known(cohort).rows()[0]["value"] is None
    change = estimate_edss_change(cohort)
    assert change.changes.is_empty()
    assert change.tests == ()
    (found,) = derive_adverse_events(cohort) or []
    assert found.at_risk == {"early": 0, "late": 0}
    assert draw_adverse_events(found).specs["narrow"]["datasets"]["rows"] == []
    steps = derive_flow(cohort, evaluate(cohort, "relapse-free"))
    assert [step.persons for step in steps] == [1, 1, 0, 0, 0]
    assert steps[-1].details == ("0 had an event",)


def test_a_box_that_nobody_left_by_is_not_drawn_and_stands_in_the_table(tmp_path: Path) -> None:
    steps = [FlowStep("Evaluated", 0), FlowStep("Did not enter", 0, aside=True), FlowStep("Entered", 0)]
    figure = draw_flow(steps, tiny(tmp_path, NOBODY).provenance)
    assert [box["words"] for box in figure.specs["wide"]["datasets"]["bold"]] == ["Evaluated: 0", "Entered: 0"]
    assert [row[0] for row in figure.table.rows()] == ["Evaluated", "Did not enter", "Entered"]


def of_groups(folder: Path, names: Iterable[str]) -> pl.DataFrame:
    subjects = "subject_id,arm,entered\n" + "".join(f"S{at},{name},yes\n" for at, name in enumerate(names))
    return label_groups(written(folder, subjects=subjects), "arm")


def test_twelve_groups_are_kept_apart_and_thirteen_are_refused_those_without_one_counted(tmp_path: Path) -> None:
    names = [f"g{at}" for at in range(MOST_GROUPS)]
    assert of_groups(tmp_path / "most", names)["group"].to_list() == names
    with pytest.raises(InputProblems) as caught:
        of_groups(tmp_path / "more", [*names, ""])
    assert "13 different values" in str(caught.value.problems[0])


def curve(folder: Path, subjects: str, relapses: str) -> EventFree:
    return estimate_event_free(evaluate(tiny(folder, subjects, relapses=relapses), "relapse-free"), at_years=[1])


def test_a_curve_that_fell_to_nothing_is_not_labelled_as_one_on_which_nothing_happened(tmp_path: Path) -> None:
    two = "S1,a,yes,365,completed,\nS2,a,yes,365,completed,\n"
    said = {
        "all": curve(tmp_path / "all", two, "S1,R1,100\nS2,R2,365\n").draw(),
        "none": curve(tmp_path / "none", two, "").draw(),
    }
    assert "0.0\u00a0% (limits not estimable) at 1\u00a0year" in said["all"].description
    assert "no event seen" not in said["all"].description
    assert "no event seen" in said["none"].description
    assert not any("100.0" in figure.description for figure in said.values())


def test_one_person_is_one_person_on_the_curve_too(tmp_path: Path) -> None:
    figure = curve(tmp_path, "S1,a,yes,400,completed,\n", "").draw()
    assert figure.subtitle.startswith("1 person. ")


def plain_counts(events: list[tuple[int, int, str, str]]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Persons, events, and of grade 3 or more persons and events at least and at most, of each category and window.

    Last the events without a grade; everyone is followed for 200 days.
    """
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for person, day, grade, category in events:
        if 0 <= day <= 200:
            window = "early" if day <= 100 else "late"
            found.setdefault((category or "Category not recorded", window), []).append((person, grade))
    return {key: _plain_row(rows) for key, rows in found.items()}


def _plain_row(rows: list[tuple[int, str]]) -> tuple[int, ...]:
    bad, perhaps = ([one for one, grade in rows if grade in of] for of in (("3", "5"), ("3", "5", "")))
    persons = (len(set(bad)), len(set(perhaps)))
    return (len({one for one, _ in rows}), len(rows), *persons, len(bad), len(perhaps), len(perhaps) - len(bad))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("adverse")


@settings(max_examples=25)
@given(st.lists(EVENT, max_size=12))
def test_adverse_events_are_counted_as_one_would_on_paper(
    folder: Path, events: list[tuple[int, int, str, str]]
) -> None:
    people = "".join(f"S{at},a,yes,200,completed,\n" for at in range(1, 5))
    rows = "".join(f"S{person},A{at},{day},{kind},{grade}\n" for at, (person, day, grade, kind) in enumerate(events))
    (found,) = derive_adverse_events(tiny(folder, people, adverse_events=rows)) or []
    counted = {(category, window): tuple(rest) for category, window, *rest in found.categories.rows()}
    assert counted == plain_counts(events)
    assert found.before + found.after == len(events) - sum(numbers[1] for numbers in counted.values())
    # By worst grade everybody who had anything in a window is counted in it once.
    for window in ("early", "late"):
        had = {person for person, day, *_ in events if 0 <= day <= 200 and (day <= 100) == (window == "early")}
        assert found.grades.filter(window=window)["persons"].sum() == len(had)


@given(st.integers(0, 90), st.integers(0, 120))
def test_of_many_persons_sixty_are_drawn_in_their_order_the_dead_first_of_all(dead: int, alive: int) -> None:
    # 211 is a prime: the steps of 64 spread the dead over the whole list.
    died = [place < dead for place in sorted(range(dead + alive), key=lambda at: at * 64 % 211)]
    chosen = _choose(pl.DataFrame({"person": range(len(died)), "died": died}, {"person": pl.Int64, "died": pl.Boolean}))
    places = chosen["person"].to_list()
    assert len(places) == min(len(died), MOST_PERSONS)
    assert places == sorted(set(places))
    assert sum(died[at] for at in places) == min(sum(died), MOST_PERSONS)


def test_scores_that_all_stay_as_they_were_give_no_p_that_reads_as_a_finding(tmp_path: Path) -> None:
    people = "".join(f"S{at},a,yes,400,completed,\n" for at in range(4))
    visits = "".join(f"S{at},V{at}a,0,2.0\nS{at},V{at}b,390,2.0\n" for at in range(4))
    change = estimate_edss_change(tiny(tmp_path, people, visits=visits))
    row = change.summary.rows()[0]
    assert (row["value"], row["low"], row["high"]) == (0.0, 0.0, 0.0)
    (test,) = change.tests
    assert test is not None
    assert not test.p < 1
