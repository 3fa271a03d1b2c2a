"""Few people: exact limits where a curve has none, and what its limits are worth, as it was measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interval_coverage import HORIZON, N, curves, differences, measure, stored
from made_up.small_report_cohort import tiny
from remission.exhibits.page import Picture
from remission.exhibits.wording import NBSP
from remission.outcomes.evaluation import evaluate
from remission.report import few_persons
from remission.report.asked import ask
from remission.report.curves.block import curve_block
from remission.report.curves.first_events import estimate_whole
from remission.report.event_free import EventFree, estimate_event_free
from remission.report.few_persons import coverage_sentence, coverages, exact_estimates
from remission.report.frame.headlines import headlines, in_short
from remission.report.pictures.results_table import results_table
from remission.report.sections.endpoint import make_section
from remission.stats.survival.logrank import log_rank

WORTH = "How far to trust an interval of so few: "


def survival(folder: Path, people: str, level: float = 0.9) -> EventFree:
    cohort = tiny(folder, people)
    return estimate_event_free(evaluate(cohort, "death"), cohort=cohort, level=level)


def top(result: EventFree) -> list[str]:
    return [one.replace(NBSP, " ") for one in headlines(result)]


def alive(places: range, last_day: int) -> str:
    return "".join(f"S{place},a,yes,{last_day},completed,\n" for place in places)


def test_where_nobody_died_or_was_lost_there_is_an_exact_interval(tmp_path: Path) -> None:
    result = survival(tmp_path, alive(range(24), 2000))
    (only,) = top(result)
    # By hand: 0.05 to the power of 1/24 is 0.8827, and binom.test(24, 24, conf.level = 0.9) of R says the same.
    assert only == (
        "Overall survival at 5 years: none of 24 had died by then (24 still at risk); limits not estimable. "
        "Exact binomial (Clopper-Pearson) 90 % interval: 88.3 to 100.0 %, for nobody was lost before then."
    )
    row = exact_estimates(result).rows()[-1]
    assert (row["at_days"], row["n"], row["low"]) == (1826, 24, pytest.approx(0.05 ** (1 / 24)))
    assert row["what"].endswith(": event-free, exact binomial")
    assert row["method"] == "exact binomial (Clopper-Pearson) of all, for nobody was lost before then"


def test_where_some_were_lost_the_exact_interval_is_of_those_followed(tmp_path: Path) -> None:
    (only,) = top(survival(tmp_path, alive(range(15), 2000) + alive(range(15, 24), 700)))
    # By hand: 0.05 to the power of 1/15 is 0.8190.
    assert only.endswith(
        "Of the 15 followed to 5 years: exact binomial (Clopper-Pearson) 90 % interval 81.9 to 100.0 % "
        "(9 of the 24 left before; of all of them no exact interval exists)."
    )


def test_who_leaves_on_the_day_itself_was_followed_to_it(tmp_path: Path) -> None:
    (only,) = top(survival(tmp_path, alive(range(23), 2000) + alive(range(23, 24), 1826)))
    assert "88.3 to 100.0 %, for nobody was lost before then" in only


def test_where_all_died_the_exact_interval_begins_at_none(tmp_path: Path) -> None:
    dead = "".join(f"S{day},a,yes,{day},died,{day}\n" for day in range(30, 330, 30))
    result = survival(tmp_path / "all", dead, 0.95)
    # By hand: 1 less 0.025 to the power of 1/10 is 0.3085.
    said = "Exact binomial (Clopper-Pearson) 95 % interval: 0.0 to 30.8 %, for nobody was lost before then."
    assert top(result)[0].endswith(said)
    # Of one who left alive nobody knows how long the dead would have been followed: no share can be told.
    (only,) = top(survival(tmp_path / "one lost", dead + alive(range(1), 10)))
    assert only.endswith(
        "No exact binomial interval either: it needs that nobody is lost before then, and 1 person was."
    )
    assert exact_estimates(result).frame["low"].to_list() == [0, 0, 0, 0]


def test_with_limits_there_is_no_exact_interval_and_one_line_says_what_they_are_worth(tmp_path: Path) -> None:
    people = alive(range(23), 2000) + "S99,a,yes,300,died,300\n"
    few = survival(tmp_path / "24", people)
    (only,) = top(few)
    assert "Exact" not in only
    first, *more = [one.replace(NBSP, " ") for one in in_short(few)]
    assert first.startswith(WORTH)
    assert "% of 90 % log-log intervals held the true share (50, 69, 86.3 and 95 %) in simulated samples of 24" in first
    assert not any(one.startswith(WORTH) for one in more)
    many = survival(tmp_path / "50", people + alive(range(30, 56), 2000))
    assert not any(one.startswith(WORTH) for one in in_short(many))


def test_the_line_and_the_exact_row_stand_beside_the_curve_too(tmp_path: Path) -> None:
    asked = ask(tiny(tmp_path, alive(range(24), 2000)), "death", level=0.9)
    whole = estimate_whole(asked)
    block = curve_block(asked, whole, asked.outcome)
    cells = [[cell.replace(NBSP, " ") for cell in row] for row in block.tables[0].rows()]
    assert ["Event-free, exact binomial at 5 years", "none of 24 had an event (88.3 to 100.0)", "24", "0"] in cells
    assert "event-free, exact binomial" in block.tables[0].csv()


def compared(folder: Path, people: str) -> list[str]:
    cohort = tiny(folder, people)
    result = estimate_event_free(evaluate(cohort, "death"), cohort=cohort, group_by="arm")
    return [one.replace(NBSP, " ") for one in in_short(result)]


def test_a_group_of_one_that_dies_first_is_told_its_exact_p(tmp_path: Path) -> None:
    # One against 30, dead on days 3, 10, 20...: of the 31 ways to choose one person that one is the most extreme.
    # survdiff of R gives 30 on 1 df in such data (n - 1: one event of n, expected 1/n, variance (n - 1)/n^2).
    others = "".join(f"W{n},wt,yes,{n * 10},died,{n * 10}\n" for n in range(1, 31))
    said = compared(tmp_path, "M,mut,yes,3,died,3\n" + others)
    assert any(one.endswith("; log-rank p < 0.001.") for one in said)
    (caution,) = [one for one in said if "be relied on" in one]
    assert caution == (
        "mut has 1 person: a test leans on many persons, so no p here can be relied on. Exact log-rank test, if people "
        "were lost alike in both groups: 1 of the 31 ways to choose 1 person of 31 is as extreme, p = 0.032."
    )


def test_the_ways_to_divide_people_are_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = "M,mut,yes,3,died,3\n" + "".join(f"W{n},wt,yes,{n * 10},died,{n * 10}\n" for n in range(1, 31))
    looked: list[object] = []
    monkeypatch.setattr(few_persons, "log_rank", lambda *given, **more: looked.append(0) or log_rank(*given, **more))
    asked = ask(tiny(tmp_path, people), "death", group_by="arm")
    assert "be relied on" in str(in_short(estimate_whole(asked)))
    assert "be relied on" in str(make_section(replace(asked, picture=lambda one: Picture(one, "", ""))))
    assert len(looked) == 31


def test_a_group_of_three_is_counted_way_by_way_and_one_of_five_is_not_cautioned(tmp_path: Path) -> None:
    def people(few: int) -> str:
        small = "".join(f"M{n},mut,yes,{n},died,{n}\n" for n in range(1, few + 1))
        return small + "".join(f"W{n},wt,yes,{n * 10},died,{n * 10}\n" for n in range(2, 9))

    (caution,) = [one for one in compared(tmp_path / "3", people(3)) if "be relied on" in one]
    # The tables are read without the page, in a workbook or a document.
    cohort = tiny(tmp_path / "tables", people(3))
    few = estimate_event_free(evaluate(cohort, "death"), cohort=cohort, group_by="arm")
    for table in (*few.comparison_table, results_table([few])):
        assert "Fewer than 5 persons in mut: no p can be relied on." in table.notes
    # The first three of ten: no other three are as extreme, of 10 over 3 = 120.
    assert "1 of the 120 ways to choose 3 persons of 10 is as extreme, p = 0.008." in caution
    assert not any("be relied on" in one for one in compared(tmp_path / "5", people(5)))
    many = people(4) + "".join(f"X{n},wt,yes,{n},completed,\n" for n in range(200, 230))
    (caution,) = [one for one in compared(tmp_path / "many", many) if "be relied on" in one]
    assert caution.endswith("no p here can be relied on.")


def test_what_is_printed_is_what_was_measured() -> None:
    # A tenth of the samples: four standard errors of the difference from the stored 200,000.
    assert differences(list(measure(20_000, seed=1)), stored(), 4 * (0.25 / 20_000 * 1.1) ** 0.5) == []
    assert len(coverages()) == len(stored())
    known = {one.truth: one.coverage for one in coverages() if (one.interval, one.level) == ("log-log", 0.9)}
    held = ", ".join(f"{100 * known[truth]:.1f}" for truth in (0.5, 0.69, 0.863)) + f" and {100 * known[0.95]:.1f} %"
    assert f"{held} of 90 % log-log intervals held the true share (50, 69, 86.3 and 95 %)" in coverage_sentence(
        0.9, "log-log"
    ).replace(NBSP, " ")
    # A plain interval in 24 people is much too narrow near 86 %: that is why the line is there.
    assert min(one.coverage for one in coverages() if (one.interval, one.level) == ("plain", 0.9)) < 0.85


def test_a_measurement_that_differs_is_noticed() -> None:
    other = [{**row, "coverage": float(str(row["coverage"])) - 0.05} for row in stored()]
    assert len(differences(other, stored(), 0.01)) == len(other)
    assert differences(other[1:], stored(), 0.01) == ["other intervals, levels or truths"]


def test_the_curves_that_are_measured_are_kaplan_meier_curves() -> None:
    survival_at, _ = curves(np.random.default_rng(5), 0.69, 20_000)
    assert (N, HORIZON) == (24, 1.0)
    assert survival_at.mean() == pytest.approx(0.69, abs=0.005)
