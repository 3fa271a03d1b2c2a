"""Groups compared: every model's rows, the same rows in every form, and bad input told at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from made_up.command_line import run
from remission.comparison.compare import GroupsCompared, compare_groups
from remission.comparison.models import find_models
from remission.comparison.page import comparison_page, contrasts_table
from remission.comparison.write import comparison_json, write_comparison
from remission.inputs.problems import InputProblems, Problem, check_together
from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report import models
from remission.report.curves.first_events import estimate_whole
from remission.report.event_rates import estimate_how_often
from remission.report.groups import Grouping
from remission.report.hazards.ratio_words import ONLY_RECORDED
from remission.report.models.compared import Compared
from remission.report.models.competing import estimate_competing
from remission.report.sentences import AS_RECORDED
from remission.stats.estimates import Estimates

TWO_ARM = load_cohort("two-arm")


def test_the_contrasts_are_those_of_the_report() -> None:
    found = compare_groups(TWO_ARM, "neda-3", "arm")
    beside = estimate_whole(found.asked).comparison
    assert beside is not None
    mine = found.models["first_events"]
    assert mine.estimates.frame.equals(pl.concat([beside.differences.frame, beside.shares.frame]))
    assert found.tests.filter(what="log-rank test")["p"].to_list() == [beside.log_rank.p]


def test_rates_are_compared_where_an_endpoint_recurs() -> None:
    found = compare_groups(TWO_ARM, "relapse-30d", "arm")
    rates = estimate_how_often(found.asked)
    assert rates is not None
    assert found.models["event_rates"].estimates.frame.equals(rates.ratios.frame)
    assert "rate ratio" in found.tests["what"].to_list()
    assert "event_rates" not in compare_groups(TWO_ARM, "neda-3", "arm").models


def test_the_reference_is_the_one_that_was_asked_for() -> None:
    found = compare_groups(TWO_ARM, "neda-3", Grouping("arm", reference="HSCT"))
    assert set(found.estimates.frame["against"]) == {"HSCT"}


def test_every_row_names_its_groups_and_its_method() -> None:
    frame = compare_groups(TWO_ARM, "relapse-30d", "centre", adjust=["age_years", "sex"]).estimates.frame
    assert frame.height > 4
    for column in ("what", "group", "against", "method"):
        assert frame[column].null_count() == 0
    known = frame.filter(pl.col("value").is_null() | pl.col("low").is_null() | pl.col("high").is_null())
    assert known["absent_reason"].null_count() == 0
    assert not any(frame[name].is_nan().any() for name in ("value", "low", "high"))


DROPPED = '''
"""A model that only this test has."""

from remission.report.models.compared import Compared, NamedTest
from remission.stats.estimates import Estimates, TestResult

PLACE = {place}

def compared(asked):
    result = TestResult(float("nan"), None, float("nan"), "made up: not estimable")
    return Compared(Estimates.of([]), (NamedTest("a test of nothing", result),), ("Nothing was found.",))
'''


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Lays a model beside those that are there; afterwards the folder is as it was."""
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    yield lambda place: (tmp_path / "dropped.py").write_text(DROPPED.format(place=place)) and None
    sys.modules.pop(f"{models.__name__}.dropped", None)


def test_a_model_dropped_in_is_compared_by_in_its_place(drop: Callable[[int], None]) -> None:
    drop(1)
    found = compare_groups(TWO_ARM, "neda-3", "arm")
    assert next(iter(found.models)) == "dropped"
    assert comparison_page(found).headlines == ["Nothing was found."]
    # What is not estimable has no number, in any form.
    (row,) = found.tests.filter(what="a test of nothing").to_dicts()
    assert (row["p"], row["statistic"], row["method"]) == (None, None, "made up: not estimable")
    assert json.loads(comparison_json(found))["tests"][0]["p"] is None


def test_two_models_of_one_place_are_refused(drop: Callable[[int], None]) -> None:
    drop(find_models()["first_events"].PLACE)
    with pytest.raises(ValueError, match="both stand at PLACE"):
        find_models()


def test_csv_json_and_page_say_the_same(tmp_path: Path) -> None:
    written = write_comparison(TWO_ARM, "neda-3", "arm", tmp_path / "out", command="remission compare /home/me/x")
    said = json.loads((tmp_path / "out/comparison.json").read_text(encoding="utf-8"))
    assert [row["value"] for row in said["estimates"]] == written.found.estimates.frame["value"].to_list()
    for name, rows in (("estimates", said["estimates"]), ("tests", said["tests"])):
        csv = pl.read_csv(tmp_path / f"out/{name}.csv")
        assert csv.height == len(rows)
        assert set(csv["standing"]) == {"simulated"}
        assert csv["method"].to_list() == [row["method"] for row in rows]
    assert "/home/me" not in json.dumps(said)
    page = written.page.read_text(encoding="utf-8")
    assert page.index(written.found.answers[0][:40]) < page.index("Every contrast and test")
    assert "SIMULATED" in page
    assert "nan" not in page.lower().split()


def test_the_page_has_the_sections_that_compare_and_no_others(tmp_path: Path) -> None:
    page = write_comparison(TWO_ARM, "neda-3", "arm", tmp_path / "out").page.read_text(encoding="utf-8")
    assert all(f'id="{name}"' in page for name in ("contrasts", "endpoint", "definition"))
    assert not any(f'id="{name}"' in page for name in ("people", "timelines", "therapies", "edss"))


def test_of_aggregates_only_nothing_is_of_a_person(tmp_path: Path) -> None:
    write_comparison(TWO_ARM, "neda-3", "arm", tmp_path / "out", aggregates_only=True)
    for file in (tmp_path / "out").rglob("*"):
        assert not file.is_file() or b"S014" not in file.read_bytes()


@pytest.fixture(scope="module")
def alone() -> Cohort:
    """The two arms, of whom one person of each country but the first two lives there."""
    numbers = pl.int_range(pl.len())
    country = pl.when(numbers < 4).then(pl.format("Land {}", numbers)).otherwise(pl.lit("Land of many"))
    subjects = TWO_ARM.subjects.with_columns(country=country)
    return replace(TWO_ARM, tables={**TWO_ARM.tables, "subjects": subjects})


def test_of_aggregates_only_no_row_is_of_a_group_of_one_person(alone: Cohort, tmp_path: Path) -> None:
    def lands(folder: str, *, aggregates_only: bool) -> dict[str, bool]:
        subgroups = ["country", "sex"]
        found = write_comparison(
            alone, "neda-3", "arm", tmp_path / folder, subgroups=subgroups, aggregates_only=aggregates_only
        ).found
        files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / folder).glob("*.*")}
        del files["written.json"]
        rows = found.estimates.frame["population"].str.contains("Land [0-9]").any()
        return {name: "Land 0" in text for name, text in files.items() if "tests" not in name} | {"rows": rows}

    whole, part = lands("whole", aggregates_only=False), lands("part", aggregates_only=True)
    assert set(whole) == {"index.html", "estimates.csv", "comparison.json", "rows"}
    assert set(whole.values()) == {True}
    assert set(part.values()) == {False}
    # Those of many are there, and how many rows are not is said.
    said = (tmp_path / "part/comparison.json").read_text(encoding="utf-8")
    assert "Land of many" in said
    assert "in which a group is one person are not shown" in said
    every = [path for path in (tmp_path / "part").rglob("*") if path.is_file() and path.suffix not in (".png",)]
    assert [path.name for path in every if "Land 0" in path.read_text(encoding="utf-8")] == []


def test_the_longest_wait_before_a_death_is_nobodys_in_aggregates(tmp_path: Path) -> None:
    changed = load_changed_endpoint("cdp-12w", {"estimation.death": "competes"})
    write_comparison(TWO_ARM, changed, "arm", tmp_path / "part", aggregates_only=True)
    longest = estimate_competing(compare_groups(TWO_ARM, changed, "arm").asked)
    assert longest is not None
    days = max(pl.concat([one.unseen for one in longest.groups]).to_list())
    said = json.loads((tmp_path / "part/comparison.json").read_text(encoding="utf-8"))["said"]
    assert f"up to {days:,} days" not in json.dumps(said)


def test_the_command_prints_the_answer_and_with_json_the_rows(tmp_path: Path) -> None:
    words = ("compare", "two-arm", "-e", "neda-3", "--by", "arm", "-o", str(tmp_path / "out"))
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Hazard ratio, HSCT to Best available therapy: ")
    assert "\nOn average HSCT had" in done.stdout
    as_json = run(*words, "--json")
    assert json.loads(as_json.stdout) == json.loads((tmp_path / "out/comparison.json").read_text(encoding="utf-8"))


def test_bad_input_is_told_at_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    words = ("--by", "armm", "--adjust", "agee,last_day", "--strata", "x_no", "--subgroups", "sexx", "--at", "0")
    done = run("compare", "two-arm", "-e", "neda-3", *words, "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    for found in ("'armm'", "'agee'", "'last_day'", "'x_no'", "'sexx'", "--at"):
        assert found in done.stderr
    assert "another column for --subgroups" in done.stderr
    assert "--strata" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_number_may_be_cut_into_subgroups() -> None:
    found = compare_groups(TWO_ARM, "relapse-free", "arm", subgroups=["age_years"])
    assert "interaction with Age" in found.tests["what"].to_list()
    with pytest.raises(InputProblems) as told:
        compare_groups(TWO_ARM, "relapse-free", "arm", subgroups=["arm"])
    assert told.value.problems[0].found == "the groups in --subgroups"


def test_rows_of_other_persons_and_of_other_models_are_told_apart() -> None:
    subjects = TWO_ARM.subjects.with_columns(
        age_years=pl.when(pl.col("subject_id") < "S010").then(None).otherwise("age_years")
    )
    cohort = replace(TWO_ARM, tables={**TWO_ARM.tables, "subjects": subjects})
    found = compare_groups(cohort, "cdp-24w", "arm", adjust=["age_years"], at_years=[3])
    # Contrast, people, estimate, adjusted for.
    rows = [(row[0], row[1], row[5]) for row in contrasts_table(found).rows()]
    assert len(set(rows)) == len(rows)
    whats = found.estimates.frame["what"].str.split(": ").list.last()
    assert {"hazard ratio between visits (Weibull)", "hazard ratio between visits (spline)"} <= set(whats)


def test_one_group_is_nothing_to_compare() -> None:
    with pytest.raises(InputProblems, match="one group"):
        compare_groups(TWO_ARM, "neda-3", "study")


def test_problems_of_several_checks_are_raised_together_and_each_once() -> None:
    def refuse(name: str) -> None:
        raise InputProblems(Problem.at_key("--x", name, found="a", allowed="b", do="c."))

    with pytest.raises(InputProblems) as told:
        check_together(lambda: refuse("one"), lambda: refuse("two"), lambda: refuse("one"))
    assert [problem.column for problem in told.value.problems] == ["one", "two"]
    check_together(lambda: None)


def test_the_table_of_contrasts_says_how_many_of_whom_each_is() -> None:
    found = compare_groups(TWO_ARM, "cdp-24w", "arm", adjust=["age_years"])
    ratio = found.estimates.frame.head(1)
    known = ratio.with_columns(
        population=pl.lit("entered, with every column of the adjusted model"), n=pl.lit(1243), events=None
    )
    rows = Estimates(pl.concat([ratio, known], how="vertical_relaxed"))
    table = contrasts_table(GroupsCompared(found.asked, {"made up": Compared(rows, (), ())}))
    first, second = (row[1:4] for row in table.rows())
    assert first == ["all", str(ratio["n"].item()), f"{ratio['events'].item():.0f}"]
    assert second == ["with every column of the adjusted model", "1,243", "–"]


def test_sentences_of_a_changed_definition_stay_sentences() -> None:
    changed = load_changed_endpoint("cdp-12w", {"estimation.death": "competes"})
    said = compare_groups(TWO_ARM, changed, "arm").models["first_events"].said[0]
    assert "without disability progression confirmed after 12 weeks than Best available therapy" in said


def test_the_table_of_contrasts_says_of_which_event_and_people_where_it_is_not_the_page_s() -> None:
    found = compare_groups(TWO_ARM, "neda-3", "arm")
    row = {"what": "Death: hazard ratio", "group": "HSCT", "against": "Best available therapy", "unit": "ratio"}
    other = Compared(Estimates.of([{**row, "population": "sex: male", "value": 0.5, "low": 0.2, "high": 1.1}]))
    table = contrasts_table(GroupsCompared(found.asked, found.models | {"made up": other}))
    assert table.caption == "Every contrast, HSCT to Best available therapy with 95\xa0% intervals."
    assert ["Difference in restricted mean within 5\xa0years", "all", "196"] in [row[:3] for row in table.rows()]
    assert table.rows()[-1][:5] == ["Hazard ratio: Death", "sex: male", "–", "–", "0.50 (0.20 to 1.10)"]
    three = contrasts_table(compare_groups(TWO_ARM, "neda-3", "centre"))
    assert three.columns[1].header == "Groups"
    assert {"Centre B to Centre A", "Centre B less Centre A"} <= {row[1] for row in three.rows()}


@pytest.mark.parametrize(("held", "words"), [((), "not adjusted"), (("age_years",), "adjusted for age")])
def test_a_ratio_between_visits_says_what_it_is_adjusted_for(held: tuple[str, ...], words: str) -> None:
    # Strata are asked for, and these models have none: the sentence must not be read as if they held them.
    found = compare_groups(TWO_ARM, "cdp-24w", "arm", adjust=held, strata=["sex"])
    (said,) = [one for one in found.answers if one.startswith("Hazard ratio between visits")]
    assert f", {words}: " in said
    rows = found.models["interval_hazards"].estimates.frame
    assert set(rows["adjusted_for"]) == {None, *held}


def test_the_top_of_the_page_ends_with_what_a_comparison_is_not() -> None:
    crude = comparison_page(compare_groups(TWO_ARM, "neda-3", "arm"))
    assert crude.in_short[-1] == AS_RECORDED
    adjusted = comparison_page(compare_groups(TWO_ARM, "neda-3", "arm", adjust=["age_years"]))
    assert adjusted.in_short[-1] == ONLY_RECORDED
