"""What the page says where little can be said: times, late entry, overrides, paths, files left behind."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from made_up.small_report_cohort import tiny
from remission.exhibits.wording import NBSP
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report.event_free import EventFree, estimate_event_free
from remission.report.frame.headlines import headlines, in_short
from remission.report.population import derive_flow
from remission.report.write import write_report

pytestmark = pytest.mark.usefixtures("small_png")


def of(arm: str, places: Iterable[int], last_day: int, end: str = "completed") -> str:
    return "".join(f"S{place},{arm},yes,{last_day},{end},\n" for place in places)


LONG_AND_SHORT = of("a", (1, 2, 5, 6), 2000) + of("b", (3, 4, 7, 8), 800, "lost")
RELAPSES = "S1,R1,100\nS3,R2,200\n"


def words_of(path: Path) -> str:
    words = re.sub(r"<style>.*?</style>", "", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", words)).replace(NBSP, " "))


def top(cohort: Cohort, endpoint: str = "relapse-free", group_by: str | None = None) -> tuple[list[str], list[str]]:
    result = estimate_event_free(evaluate(cohort, endpoint), cohort=cohort, group_by=group_by)
    return tuple([one.replace(NBSP, " ") for one in of(result)] for of in (headlines, in_short))  # type: ignore[return-value]


def of_groups(folder: Path, people: str, relapses: str, group_by: str | None = "arm") -> tuple[EventFree, list[str]]:
    cohort = tiny(folder, people, relapses=relapses)
    result = estimate_event_free(evaluate(cohort, "relapse-free"), cohort=cohort, group_by=group_by)
    return result, [one.replace(NBSP, " ") for one in headlines(result)]


def test_all_headlines_stand_at_one_time_and_say_why(tmp_path: Path) -> None:
    (first, second), _ = top(tiny(tmp_path, LONG_AND_SHORT, relapses=RELAPSES), group_by="arm")
    assert first.startswith("a: Relapse-free survival at 2 years: 75.0 %")
    assert second.startswith("b: Relapse-free survival at 2 years: 75.0 %")
    assert all(one.endswith("3 still at risk). Nobody in b was followed to 5 years.") for one in (first, second))


def test_one_headline_says_when_its_time_slips(tmp_path: Path) -> None:
    (only,), _ = top(tiny(tmp_path, of("a", (1, 3, 4), 800, "lost") + of("a", [2], 700), relapses="S2,R1,9\n"))
    assert "at 2 years" in only
    assert only.endswith("Nobody was followed to 5 years.")


def test_those_without_a_group_do_not_move_the_time(tmp_path: Path) -> None:
    people = of("a", (1, 4, 5, 6), 2000) + of("b", (2, 7, 8), 2000) + of("", (3, 9, 10), 400, "lost")
    said, _ = top(tiny(tmp_path, people, relapses="S1,R1,100\n"), group_by="arm")
    assert all("at 5 years" in one for one in said)


def test_nobody_followed_is_one_clear_line(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, "S1,a,yes,0,lost,\nS2,b,yes,0,lost,\n", relapses="")
    for group_by in (None, "arm"):
        said, more = top(cohort, group_by=group_by)
        assert said == [
            "Nobody of 2 persons who entered can be followed for this: 2 with no follow-up. Nothing can be estimated."
        ]
        assert more == []


def test_nobody_entered_is_said_as_such(tmp_path: Path) -> None:
    assert top(tiny(tmp_path, "S1,a,no,,,\n", relapses=""))[0] == ["Nobody entered, so nothing can be estimated."]


def test_no_event_is_said_with_its_numbers(tmp_path: Path) -> None:
    (only,), more = top(tiny(tmp_path, of("a", (1, 3, 4), 2000) + of("a", [2], 900, "lost")), "death")
    assert only.startswith(
        "Overall survival at 5 years: none of 4 had died by then (3 still at risk); limits not estimable."
    )
    assert more == ["Of 4 persons followed, none died; 4 were alive when follow-up ended."]


def test_a_headline_stands_where_enough_are_at_risk(tmp_path: Path) -> None:
    # Of 60 in b 9 are left at 3 years and 60 at 2: ten are asked for.
    people = of("a", range(60), 2000) + of("b", range(100, 109), 1200) + of("b", range(109, 160), 800, "lost")
    result, said = of_groups(tmp_path / "many", people, "S1,R1,100\nS101,R2,200\n")
    assert all("at 2 years: 98.3 %" in one for one in said)
    assert said[0].endswith("Nobody in b was followed to 5 years.")
    labels = [row["words"].replace(NBSP, " ") for row in result.draw().specs["wide"]["datasets"]["labels"]]
    assert all(words.endswith("at 2 years") for words in labels)
    # Of 24 a fifth is enough, which is 5 and not 4; one of those who stay has a relapse.
    for left, at in ((6, "at 5 years"), (5, "at 3 years")):
        people = of("a", range(left), 2000) + of("a", range(left, 24), 1100)
        _, (only,) = of_groups(tmp_path / f"{left}", people, "S1,R1,100\n", group_by=None)
        assert at in only
    assert only.endswith("At 5 years 4 of 24 were still at risk, too few for a headline.")


def test_two_persons_are_no_headline_and_keep_no_other_group_back(tmp_path: Path) -> None:
    people = of("a", range(10), 2000) + of("b", (20, 21), 500)
    result, (first, second) = of_groups(tmp_path, people, "S1,R1,100\nS20,R2,200\n")
    assert first.startswith("a: Relapse-free survival at 5 years: 90.0 %")
    assert second == "b: Relapse-free survival at 5 years: not estimable, nobody was followed for so long."
    alone = tiny(tmp_path / "alone", of("b", (20, 21), 2000), relapses="S20,R2,200\n")
    (only,), _ = top(alone)
    assert only == "Relapse-free survival: At 1 year 1 of 2 was still at risk, too few for a headline."
    assert result.deciding == [result.curves[0]]


def test_who_has_no_baseline_is_not_said_to_lack_follow_up(tmp_path: Path) -> None:
    people = of("a", range(6), 2000)
    visits = "".join(f"S{place},V{place}{day},{day},2.0\n" for place in range(4) for day in (0, 400, 800, 1900))
    visits += "S4,V4,30,2.0\nS4,V5,900,2.0\n"
    key = "progression.baseline.from_day = any and progression.baseline.to_day = 0"
    cohort = tiny(tmp_path / "some", people, visits=visits, relapses="")
    said, more = top(cohort, "cdp-12w")
    assert more[-1] == f"Not counted: 2 of 6 persons who entered, with no usable baseline (decided by {key})."
    assert not any("no follow-up" in one for one in (*said, *more))
    result = estimate_event_free(evaluate(cohort, "cdp-12w"), cohort=cohort)
    assert f"4 persons. Not in it: 2 with no usable baseline (decided by {key})." in result.draw().subtitle
    steps = {step.label: step for step in derive_flow(cohort, result.outcome)}
    assert steps["Not followed for this endpoint"].details == (f"2 with no usable baseline (decided by {key})",)
    none = tiny(tmp_path / "none", people, visits="S4,V4,30,2.0\n", relapses="")
    (only,), _ = top(none, "cdp-12w")
    assert only.startswith("Nobody of 6 persons who entered can be followed for this: 6 with no usable baseline (")


def test_where_all_died_nobody_is_free_of_it_at_any_later_time(tmp_path: Path) -> None:
    died = (40, 60, 90, 120, 150, 180, 200, 230, 260, 300)
    people = [f"A{day},A,yes,{day},died,{day}\n" for day in died] + [
        f"B{day},B,yes,{day},died,{day}\n" for day in (500, 900)
    ]
    people += [f"B{number},B,yes,1900,completed,\n" for number in range(8)]
    cohort = tiny(tmp_path, "".join(people))
    (of_a, of_b), more = top(cohort, "death", group_by="arm")
    assert of_a.startswith("A: Overall survival at 5 years: 0.0 % (limits not estimable; 0 still at risk).")
    assert of_b.startswith("B: Overall survival at 5 years: 80.0 %")
    assert more[0].startswith("B against A: 1438 more days alive within the first 5 years (")
    result = estimate_event_free(evaluate(cohort, "death"), cohort=cohort, group_by="arm")
    assert [row["value"] for row in result.at_times.rows() if row["group"] == "A"] == [0, 0, 0, 0]
    assert result.restricted_mean.frame.filter(group="A").select("value", "to_day").row(0) == (163, 1826)
    # The line of a curve at 0 goes on to the end of the picture, and its label and table say 0 at 5 years.
    figure = result.draw()
    steps = figure.specs["wide"]["datasets"]["steps"]
    ends = {name: max(row["t"] for row in steps if row["group"] == name) for name in "AB"}
    assert ends["A"] == ends["B"] == pytest.approx(1900 / 365.25)
    labels = {row["group"]: row["words"].replace(NBSP, " ") for row in figure.specs["wide"]["datasets"]["labels"]}
    assert labels["A"] == "0.0 % (limits not estimable) at 5 years"
    last = figure.table.frame.filter(group="A").row(-1, named=True)
    assert (last["at_days"], last["value"], last["at_risk"]) == (1900, 0, 0)


def test_beside_every_comparison_stands_what_it_is_not(tmp_path: Path) -> None:
    page = words_of(write_report(load_cohort("two-arm"), "neda-3", tmp_path, group_by="arm"))
    fixed = "Groups are compared as recorded; nothing is adjusted for. A difference between groups that were not"
    # At the top the test is a part of the sentence.
    assert page.count(fixed) == page.count("Log-rank test") + page.count("; log-rank p") == 6
    assert "more days without an event than" in page
    assert not re.search(r"(?<!tables/curve-)(?<!tables/endings-)(cdp-24w|mri-activity|relapse-free)", page)
    assert "first was a relapse in" in page


def test_those_left_out_of_a_comparison_are_counted(tmp_path: Path) -> None:
    _, more = top(tiny(tmp_path, LONG_AND_SHORT + "S50,,yes,900,lost,\n", relapses=RELAPSES), group_by="arm")
    assert "Not compared: arm not recorded (1 person), because it is no group of its own." in more


def test_the_definition_says_what_was_set_for_this_report(tmp_path: Path) -> None:
    cohort = tiny(tmp_path / "cohort", LONG_AND_SHORT, relapses=RELAPSES)
    page = words_of(write_report(cohort, "relapse-free", tmp_path / "out", level=0.9, interval="plain"))
    assert "90 % (set for this report; definition: 95 %)" in page
    assert "plain (set for this report; definition: log-log)" in page
    assert "set for this report" not in words_of(write_report(cohort, "relapse-free", tmp_path / "out"))


def test_endings_are_words(tmp_path: Path) -> None:
    people = LONG_AND_SHORT + "S50,a,yes,0,lost,\n"
    page = words_of(write_report(tiny(tmp_path / "c", people, relapses=RELAPSES), "relapse-free", tmp_path / "out"))
    assert "no follow-up" in page
    assert not re.search(r"no-follow-up|event: relapse-free|cut-off", page)
    assert "a relapse 2" in page


def test_late_entry_is_said(tmp_path: Path) -> None:
    cohort = tiny(tmp_path / "c", LONG_AND_SHORT, relapses=RELAPSES)
    outcome = evaluate(cohort, "relapse-free")
    late = replace(outcome, spells=outcome.spells.with_columns(entry_day=outcome.spells["entry_day"] + 50))
    result = estimate_event_free(late, cohort=cohort)
    assert in_short(result)[1].startswith("Of 8 persons followed (8 of them entered later), 2 had a relapse")
    assert "late entry" in result.draw().table.caption
    assert "with late entry" in result.follow_up.frame["method"][1]


def test_a_thin_start_after_late_entry_is_cautioned_against(tmp_path: Path) -> None:
    people = "".join(f"S{place},a,yes,800,completed,\n" for place in range(1, 13))
    cohort = tiny(tmp_path / "c", people, relapses="S1,R1,40\nS2,R2,300\n")
    outcome = evaluate(cohort, "relapse-free")
    caution = "Caution: on day 40 only 2 of at most 11 were at risk"
    assert not any("Caution" in said for said in in_short(estimate_event_free(outcome, cohort=cohort)))
    entered = outcome.spells["subject_id"].is_in(["S1", "S2"])
    late = replace(outcome, spells=outcome.spells.with_columns(entry_day=pl.when(entered).then(0).otherwise(50)))
    assert any(said.startswith(caution) for said in in_short(estimate_event_free(late, cohort=cohort)))


def test_no_local_path_is_printed(tmp_path: Path) -> None:
    cohort = tiny(tmp_path / "c", LONG_AND_SHORT, relapses=RELAPSES)
    command = "remission report '/home/some body/cohort/' --endpoint relapse-free -o /srv/private/out --x=/a/b"
    page = words_of(write_report(cohort, "relapse-free", tmp_path / "out", command=command))
    assert "remission report cohort --endpoint relapse-free -o out --x=b" in page


def test_files_of_an_earlier_report_go_and_no_others(tmp_path: Path) -> None:
    cohort = tiny(tmp_path / "c", LONG_AND_SHORT, relapses=RELAPSES)
    out = tmp_path / "out"
    write_report(cohort, "relapse-free", out)
    mine = [out / "tables" / "mine.csv", out / "figures" / "mine.svg", out / "mine.txt"]
    for path in mine:
        path.write_text("mine")
    write_report(cohort, "death", out)
    assert all(path.read_text() == "mine" for path in mine)
    left = [path.name for path in out.rglob("*relapse-free*")]
    assert left == []
    assert (out / "figures" / "curve-death.svg").is_file()


@pytest.mark.parametrize("name", ["../mine.txt", "/mine.txt", "..", "digests.json"])
def test_a_list_that_names_files_elsewhere_is_not_followed(tmp_path: Path, name: str) -> None:
    cohort = tiny(tmp_path / "c", LONG_AND_SHORT, relapses=RELAPSES)
    out = tmp_path / "out"
    for folder in ("figures", "tables"):
        (out / folder).mkdir(parents=True)
    (out / "mine.txt").write_text("mine")
    (out / "figures" / "digests.json").write_text(f'{{"{name}": {{"source": "", "file": ""}}}}')
    (out / "written.json").write_text(f'["{name}"]')
    write_report(cohort, "relapse-free", out)
    assert (out / "mine.txt").read_text() == "mine"
    assert (out / "figures" / "digests.json").is_file()


def test_paper_says_where_the_folded_numbers_are_and_pictures_are_described_once(tmp_path: Path) -> None:
    cohort = tiny(tmp_path / "c", LONG_AND_SHORT, relapses=RELAPSES)
    page = write_report(cohort, "relapse-free", tmp_path / "out").read_text(encoding="utf-8")
    assert page.count('class="on-paper"') == page.count("<details>")
    assert "tables/curve-relapse-free.simulated.csv" in page
    assert "<figcaption" not in page


def test_row_headers_of_the_baseline_are_unique(tmp_path: Path) -> None:
    page = write_report(load_cohort("two-arm"), "death", tmp_path).read_text(encoding="utf-8")
    (table,) = [one for one in re.findall(r"<table.*?</table>", page, re.S) if "Persons who entered" in one]
    headers = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', table)
    assert "Sex: female" in headers
    assert len(headers) == len(set(headers))


def test_the_range_is_called_one(tmp_path: Path) -> None:
    page = words_of(write_report(load_cohort("halt-ms"), "halt-ms-efs", tmp_path))
    assert re.search(r"Time to event or end of follow-up \d\.\d years \(range \d\.\d to \d\.\d\)", page)
    assert "none of 24 had an event by then; limits not estimable" in page
    assert "no confirmation was asked for" in page
