"""What is only seen at visits: the range beside Kaplan-Meier, who is not in it, deaths bounded, refusals."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import remission
from made_up.small_report_cohort import tiny
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report.asked import ask
from remission.report.curves.first_events import estimate_whole
from remission.report.curves.visit_words import visit_line, visit_sentences
from remission.report.frame.framing import frame_page
from remission.report.models.interval_hazards import compared, estimate_interval_hazards
from remission.report.models.visits import estimate_visits, npmle
from remission.report.sections.endpoint import make_section as make_endpoint
from remission.report.sections.visits import make_section
from remission.report.write import write_report
from remission.stats.interval.weibull import interval_weibull

YEARS = (1, 2)
# Twelve of each arm, seen on days 0, 300, 600 and 900 (as far as they were followed), worse from the day given.
WORSE = {"A": (None,) * 8 + (300, 600, 600, 900), "B": (None,) * 4 + (300, 300, 300, 600, 600, 600, 900, 900)}


def cohort_of(folder: Path, *, deaths: dict[str, int] | None = None, late: tuple[str, ...] = ()) -> Cohort:
    people, visits = "", ""
    for arm, days in WORSE.items():
        for number, worse in enumerate(days):
            name = f"{arm}{number}"
            died = (deaths or {}).get(name)
            last = died or 900
            reason = "died" if died else "completed"
            people += f"{name},{arm},yes,{last},{reason},{died or ''}\n"
            seen = [day for day in (0, 300, 600, 900) if day <= last]
            visits += "".join(
                f"{name},{name}-{day},{day},{4.0 if worse is not None and day >= worse else 2.0}\n" for day in seen
            )
    cohort = tiny(folder, people, visits=visits)
    if late:
        start = pl.when(pl.col("subject_id").is_in(late) & (pl.col("kind") == "clinic")).then(10).otherwise("from_day")
        cohort.tables["observed"] = cohort.tables["observed"].with_columns(from_day=start.cast(pl.Int32))
    return cohort


def words(cohort: Cohort, **about: Any) -> list[str]:
    asked = ask(cohort, "halt-ms-progression", at_years=YEARS, **about)
    found = estimate_visits(asked)
    assert found is not None
    return [one.replace("\xa0", " ") for one in visit_sentences(found, estimate_whole(asked))]


def test_between_two_visits_the_share_is_a_range(tmp_path: Path) -> None:
    # Of all 24 four are worse at day 300, nine at 600; day 365 lies between: 20 of 24, or 15 of 24, are still free.
    found = npmle(evaluate(cohort_of(tmp_path), "halt-ms-progression"), at_years=YEARS)
    year, two = found.ranges.rows()
    assert (year["value"], year["low"], year["high"]) == (None, pytest.approx(15 / 24), pytest.approx(20 / 24))
    assert (two["low"], two["high"]) == (pytest.approx(12 / 24), pytest.approx(15 / 24))
    around = found.limits.rows()[0]
    assert around["low"] < 15 / 24 < 20 / 24 < around["high"]
    assert found.gap <= 1e-6


def test_the_answer_goes_first_the_caveat_second_the_method_third(tmp_path: Path) -> None:
    said = words(cohort_of(tmp_path))
    assert said[0] == (
        "Read off visits, at 2 years 62.5 % may be 50.0 to 62.5 % (NPMLE, which takes of an event only that it came "
        "between two visits)."
    )
    assert said[1] == "It moves most at 1 year: 83.3 % may be 62.5 to 83.3 %."
    assert said[2] == "Each of 12 events is known only to have come between two days, on average 300 days apart."
    assert said[-2].startswith("Caution: ")
    assert "likelihood" in said[-1]
    assert "no band" in said[-1]


def test_groups_are_named_in_the_one_line(tmp_path: Path) -> None:
    said = words(cohort_of(tmp_path), group_by="arm")
    assert said[0].startswith("Read off visits, at 2 years A 75.0 % may be 66.7 to 75.0 %; B 50.0 % may be ")


def test_the_line_stands_beside_the_curve_and_in_short_where_it_moves_the_headline(tmp_path: Path) -> None:
    asked = ask(cohort_of(tmp_path), "halt-ms-progression", at_years=YEARS)
    found, whole = estimate_visits(asked), estimate_whole(asked)
    assert found is not None
    line = visit_line(found, whole)
    assert line in make_endpoint(asked).blocks[0].sentences
    assert line in frame_page(asked).in_short


def test_a_headline_that_does_not_move_in_print_keeps_the_top_to_itself(tmp_path: Path) -> None:
    # At day 600, a day of visits, both curves are the same.
    asked = ask(cohort_of(tmp_path), "halt-ms-progression", at_years=(600 / 365.25,))
    found, whole = estimate_visits(asked), estimate_whole(asked)
    assert found is not None
    assert "62.5\xa0% stays 62.5\xa0%" in visit_line(found, whole)
    assert visit_line(found, whole) not in frame_page(asked).in_short


def test_deaths_between_visits_are_counted_and_bounded(tmp_path: Path) -> None:
    """A0 was free at 300 and 600 and died at 700: the progression came in between, or never."""
    cohort = cohort_of(tmp_path, deaths={"A0": 700, "B0": 300})
    found = npmle(evaluate(cohort, "halt-ms-progression"), cohort, at_years=YEARS)
    # B0 died on the day of a visit: nothing is open.
    assert found.deaths == 1
    two = found.bounds.rows()[1]
    alone = npmle(evaluate(cohort, "halt-ms-progression"), at_years=YEARS).ranges.rows()[1]
    assert two["low"] <= alone["low"]
    assert two["high"] >= alone["high"]
    # Had A0 progressed by day 700: of 23 without B0, who leaves at 300, as many are free as the intervals say.
    assert two["low"] < alone["low"] - 0.01
    said = next(one for one in words(cohort) if one.startswith("1 person died"))
    assert "before every such death, or before none" in said
    assert evaluate(cohort, "death").spells["event"].sum() == 2


def test_where_death_is_an_event_nothing_is_left_open() -> None:
    cohort = load_cohort("two-arm")
    assert npmle(evaluate(cohort, "death"), cohort).deaths == 0


def test_who_entered_later_is_left_out_and_counted(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, late=("A1",))
    found = npmle(evaluate(cohort, "halt-ms-progression"), cohort, by="arm", at_years=YEARS)
    assert found.late == 1
    assert [row["n"] for row in found.ranges.rows()] == [11, 11, 12, 12]
    assert any("which cannot use late entry" in one for one in words(cohort))


def test_where_many_entered_later_it_is_refused(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path, late=("A1", "A2", "B1"))
    found = npmle(evaluate(cohort, "halt-ms-progression"), cohort, at_years=YEARS)
    assert found.refused.startswith("3 of 24 persons entered after time began")
    assert found.ranges.frame["value"].null_count() == 2
    assert set(found.ranges.frame["absent_reason"]) == {found.refused}


def test_made_up_days_say_nothing() -> None:
    """The days of visits of a reconstructed cohort are chosen by whoever reconstructs it."""
    asked = ask(load_cohort("halt-ms"), "halt-ms-efs")
    section = make_section(asked)
    assert section is not None
    (block,) = section.blocks
    assert block.picture is None
    assert not block.tables
    assert block.sentences == [
        "Read off visits: not estimated, because the days of visits were made up when the records were reconstructed."
    ]
    assert not any("Read off" in one for one in frame_page(asked).in_short)


def test_an_event_dated_by_its_confirmation_is_refused() -> None:
    endpoint = load_endpoint("cdp-24w")
    endpoint = replace(endpoint, record=replace(endpoint.record, event_date="confirmation"))  # type: ignore[call-arg]
    found = npmle(evaluate(load_cohort("two-arm"), endpoint), at_years=YEARS)
    assert "dated by the visit that confirms it" in found.refused


def test_time_that_begins_between_visits_is_refused() -> None:
    found = npmle(evaluate(load_cohort("two-arm"), "improvement-lost"), at_years=YEARS)
    assert found.refused == "time begins at an event that is itself only seen at visits"


def test_an_endpoint_whose_days_are_known_has_no_section() -> None:
    asked = ask(load_cohort("two-arm"), "relapse-free")
    assert make_section(asked) is None
    assert not any("Read off" in one for one in frame_page(asked).in_short)


def test_where_every_day_is_known_the_curve_is_that_of_kaplan_meier() -> None:
    outcome = evaluate(load_cohort("two-arm"), "relapse-free")
    kept = outcome.spells.filter(pl.col("entry_day") == pl.col("origin_day"))
    outcome = type(outcome)(outcome.endpoint, kept, outcome.provenance)
    seen = remission.estimate_event_free(outcome, at_years=[1, 3, 5]).at_times.frame["value"]
    found = remission.npmle(outcome, at_years=[1, 3, 5]).ranges.frame["value"]
    assert found.to_list() == pytest.approx(seen.to_list(), abs=1e-6)


def test_beyond_the_last_visit_there_is_no_estimate(tmp_path: Path) -> None:
    asked = ask(cohort_of(tmp_path), "halt-ms-progression", at_years=(1, 4))
    section = make_section(asked)
    assert section is not None
    rows = section.blocks[0].tables[0].rows()
    assert rows[0][0] == "1\xa0year"
    assert rows[1][2:] == ["nobody was seen for so long", "not estimable"]


def test_the_picture_draws_boxes_and_its_csv_has_every_interval(tmp_path: Path) -> None:
    section = make_section(ask(cohort_of(tmp_path), "halt-ms-progression", at_years=YEARS))
    assert section is not None
    picture = section.blocks[0].picture
    assert picture is not None
    data = picture.figure.specs["wide"]["datasets"]
    assert [(box["high"], box["low"]) for box in data["boxes0"]] == [
        (pytest.approx(1.0), pytest.approx(20 / 24)),
        (pytest.approx(20 / 24), pytest.approx(15 / 24)),
        (pytest.approx(15 / 24), pytest.approx(12 / 24)),
    ]
    raw = picture.figure.table.raw
    assert raw is not None
    assert raw.select("after_day", "by_day").rows() == [(0, 300), (300, 600), (600, 900), (900, None)]
    assert not picture.figure.table.of_persons


def test_a_report_of_aggregates_has_it_without_any_person(tmp_path: Path) -> None:
    page = write_report(
        cohort_of(tmp_path / "in"), "halt-ms-progression", tmp_path / "out", at_years=YEARS, aggregates_only=True
    )
    html = page.read_text(encoding="utf-8")
    assert '<section id="visits"' in html
    assert not re.search(r"\b[AB]\d-\d+\b|>[AB]\d+<", html)
    written = "".join(one.read_text(encoding="utf-8") for one in (tmp_path / "out" / "tables").glob("*visits*.csv"))
    assert "after_day" in written
    assert "subject_id" not in written


def test_groups_are_tested_between_visits_beside_the_log_rank(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path)
    asked = ask(cohort, "halt-ms-progression", at_years=YEARS, group_by="arm")
    found = compared(asked)
    assert found is not None
    (test,) = found.tests
    # All 2,704,156 ways of 24 people; people on one grid of visits, so close to the log-rank p.
    assert "Sun's scores, by permutation" in test.result.method
    seen = estimate_whole(asked).comparison
    assert seen is not None
    assert test.result.p == pytest.approx(seen.log_rank.p, abs=0.05)
    assert found.said[-1].endswith("if neither visits nor losses differ by group.")
    assert set(found.estimates.frame["group"]) == {"B"}
    assert compared(ask(cohort, "halt-ms-progression")) is None


def test_who_has_no_group_is_drawn_and_not_compared(tmp_path: Path) -> None:
    cohort = cohort_of(tmp_path)
    nameless = pl.when(pl.col("subject_id").is_in(["A1", "B1"])).then(None).otherwise("arm")
    cohort.tables["subjects"] = cohort.subjects.with_columns(arm=nameless)
    found = npmle(evaluate(cohort, "halt-ms-progression"), cohort, by="arm", at_years=YEARS)
    assert [one.name for one in found.curves] == ["A", "B", "arm not recorded"]
    assert found.compared == (("A", 11), ("B", 11))


def test_ratios_between_visits_stand_beside_coxs_on_the_same_people() -> None:
    asked = ask(load_cohort("two-arm"), "cdp-24w", group_by="arm", adjust=["age_years", "sex"])
    found = estimate_interval_hazards(asked)
    assert found is not None
    crude, held = zip(*(found.by_model[name].rows() for name in ("Cox", "Weibull", "spline")), strict=True)
    assert {row["adjusted_for"] for row in crude} == {None}
    assert {row["adjusted_for"] for row in held} == {"age_years, sex"}
    # The one person who entered later is in none of them.
    assert {row["n"] for row in (*crude, *held)} == {195}
    values = [row["value"] for row in crude]
    assert values == pytest.approx([values[0]] * 3, rel=0.1)
    # By hand: the same model on the intervals themselves.
    visits = estimate_visits(asked)
    assert visits is not None
    between = pl.concat([one.between for one in visits.curves])
    arm = (between["group"] == "HSCT").cast(pl.Float64)
    fit = interval_weibull(between["last_free"], between["seen"], {"arm": arm})
    assert crude[1]["value"] == pytest.approx(math.exp(fit.coefficients[0]))


def test_a_ratio_that_has_no_estimate_says_why(tmp_path: Path) -> None:
    people = "".join(f"{arm}{n},{arm},yes,900,completed,\n" for arm in "AB" for n in range(12))
    visits = "".join(
        f"{arm}{n},{arm}{n}-{day},{day},{4.0 if arm == 'A' and n < 5 and day >= 300 else 2.0}\n"
        for arm in "AB"
        for n in range(12)
        for day in (0, 300, 600)
    )
    asked = ask(tiny(tmp_path, people, visits=visits), "halt-ms-progression", group_by="arm", at_years=YEARS)
    section = make_section(asked)
    assert section is not None
    cells = section.blocks[0].tables[1].rows()[0]
    assert all(cell.startswith("not estimable: ") for cell in cells[1:])
    assert not any("nan" in cell.lower() for cell in cells)


def test_of_lesions_that_fade_it_says_that_some_were_missed() -> None:
    asked = ask(load_cohort("two-arm"), "mri-enhancing")
    section = make_section(asked)
    assert section is not None
    assert any("fades within weeks" in one for one in section.blocks[0].sentences)
    other = make_section(ask(load_cohort("two-arm"), "mri-activity"))
    assert other is not None
    assert not any("fades" in one for one in other.blocks[0].sentences)


def test_of_many_persons_the_range_has_no_limits_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remission.report.models.visits.MOST_FOR_LIMITS", 23)
    asked = ask(cohort_of(tmp_path), "halt-ms-progression", at_years=YEARS)
    found = estimate_visits(asked)
    assert found is not None
    assert set(found.limits.frame["absent_reason"]) == {"not looked for in more than 23 persons"}
    section = make_section(asked)
    assert section is not None
    assert section.blocks[0].tables[0].rows()[0][-1] == "not looked for in more than 23 persons"


def test_a_report_of_very_many_says_that_it_does_not_search_for_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remission.report.models.visits.MOST_IN_REPORT", 23)
    asked = ask(cohort_of(tmp_path), "halt-ms-progression", at_years=YEARS)
    section = make_section(asked)
    assert section is not None
    assert section.blocks[0].sentences == [
        "Read off visits: not estimated, because it takes minutes of more than 23 persons; remission.npmle does."
    ]
    assert not any("Read off" in one for one in frame_page(asked).in_short)


def test_a_curve_that_falls_to_nobody_is_drawn_to_its_last_day(tmp_path: Path) -> None:
    people = "".join(f"A{n},A,yes,600,completed,\n" for n in range(6))
    visits = "".join(f"A{n},A{n}-{day},{day},{4.0 if day else 2.0}\n" for n in range(6) for day in (0, 300))
    section = make_section(ask(tiny(tmp_path, people, visits=visits), "halt-ms-progression", at_years=YEARS))
    assert section is not None
    picture = section.blocks[0].picture
    assert picture is not None
    data = picture.figure.specs["wide"]["datasets"]
    assert data["steps0"][-1] == {"t": pytest.approx(300 / 365.25), "s": 0.0}
    assert [(box["high"], box["low"]) for box in data["boxes0"]] == [(1.0, pytest.approx(0.0))]
