"""The report's sections on how often, on windows, on kinds of events and on what was on when they came."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import polars as pl
import pytest

from made_up.five_changes import RELAPSES, SUBJECTS, kinds_of
from made_up.small_report_cohort import tiny
from made_up.written_cohort import written
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.event_kinds import LOST
from remission.outcomes.load import load_cohort
from remission.report.pictures.event_kinds import (
    event_kinds_table,
    kinds_sentences,
)
from remission.report.write import write_report

pytestmark = pytest.mark.usefixtures("small_png")


@cache
def page(endpoint: str) -> Path:
    return write_report(load_cohort("two-arm"), endpoint, mkdtemp(), group_by="arm")


@cache
def words(path: Path) -> str:
    text = re.sub(r"<style>.*?</style>|<svg .*?</svg>", "", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " "))


def anchors(path: Path) -> list[str]:
    return re.findall(r'<section id="([^"]+)"', path.read_text(encoding="utf-8"))


def test_an_endpoint_that_recurs_says_how_often_first() -> None:
    path = page("relapse-30d")
    short = words(path).split("In short")[1].split("Who was evaluated")[0]
    for sentence in (
        "Best available therapy: Relapse: 0.122 events a person-year (95 % interval 0.095 to 0.157; 61 events in",
        "HSCT: Relapse: 0.040 events a person-year",
        "Rate ratio, HSCT to Best available therapy: 0.32 (95 % interval 0.20 to 0.53); p < 0.001",
    ):
        assert sentence in short
    assert anchors(path)[:3] == ["people", "how-often", "endpoint"]
    assert "Still without a relapse at 5 years" in words(path)
    assert "Time between relapses at" not in words(path)
    assert "robust interval by cluster on the log scale; Poisson rate, exact interval" in words(path)
    written_tables = {one.name for one in (path.parent / "tables").iterdir()}
    assert {"rates-relapse-30d.simulated.csv", "times-relapse-30d.simulated.csv"} <= written_tables


def test_the_curve_of_one_that_recurs_is_of_first_events_and_the_therapies_of_all() -> None:
    path = page("relapse-30d")
    therapies = pl.read_csv(path.parent / "tables" / "therapies-relapse-30d.simulated.csv")
    assert therapies["events"].sum() == 82
    assert "Of 98 persons followed, 45 had a relapse" in words(path)
    assert "Of 99 persons followed (1 of them entered later), 18 had a relapse" in words(path)


def test_an_endpoint_with_windows_shows_the_status_of_everyone() -> None:
    path = page("neda-3-rebaselined")
    said = (
        "HSCT, months 6 to 30: 70 of 86 assessable free: 81.4 % (95 % interval 71.9 to 88.2). 14 of 100 not assessable"
    )
    assert said in words(path).split("Who was evaluated")[0]
    assert "Months 6 to 18 HSCT Not assessable progression confirmed after 12 weeks" in words(path)
    assert "how-often" not in anchors(path)
    assert "windows" in anchors(path)


def test_sections_stand_only_where_there_is_something_to_say(tmp_path: Path) -> None:
    cohort = tiny(tmp_path / "cohort", "S1,a,yes,900,completed,\n", relapses="")
    path = write_report(cohort, "relapse-free", tmp_path / "out")
    assert not {"how-often", "windows", "therapies"} & set(anchors(path))
    assert "what was seen and what became of it" not in words(path)


@pytest.mark.parametrize("name", ["relapse-30d", "neda-3-rebaselined", "pira-mueller-2023"])
def test_no_causal_words_and_no_patients(name: str) -> None:
    # The sources of the definition are cited under their own titles.
    said = words(page(name)).rpartition("The definition used")[0]
    assert not re.search(r"\b(patients?|participants?|caused by|because of (?:the )?therapy|led to)\b", said, re.I)
    assert "What was on is no reason for the event" in said
    assert said.count("SIMULATED: no real person's data") > 10


CORNERS = {
    "no event": ("S1,a,yes,900,completed,\nS2,b,yes,800,lost,\n", ""),
    "one person": ("S1,a,yes,900,completed,\n", "S1,R1,300\n"),
    "nobody followed": ("S1,a,yes,0,lost,\nS2,b,yes,0,lost,\n", ""),
    "nobody entered": ("S1,a,no,,,\n", ""),
    "a group without a name": ("S1,,yes,900,completed,\nS2,b,yes,800,lost,\n", "S1,R1,300\n"),
}


@pytest.mark.parametrize(
    ("corner", "group_by"),
    [("no event", None), ("one person", "arm"), ("nobody followed", "arm"), ("nobody entered", "arm"),
     ("a group without a name", "arm")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["relapse-30d", "neda-3-rebaselined"])
def test_corners_say_what_cannot_be_said(tmp_path: Path, name: str, corner: str, group_by: str | None) -> None:
    subjects, relapses = CORNERS[corner]
    visits = "".join(f"{row[:2]},V{row[:2]}{day},{day},2.0\n" for row in subjects.split() for day in (0, 50))
    cohort = tiny(tmp_path / "cohort", subjects, visits=visits, relapses=relapses, scans="")
    said = words(write_report(cohort, name, tmp_path / "out", group_by=group_by))
    assert re.findall(r"\b(?:nan|NaN|None(?!\.)|null|inf)\b", said) == []
    if corner.startswith("nobody"):
        assert "othing can be estimated" in said
    if corner == "no event" and name == "relapse-30d":
        assert "no event (95 % interval of the rate up to" in said


def test_kinds_are_said_in_a_table_and_in_sentences(tmp_path: Path) -> None:
    endpoint = load_endpoint("pira-mueller-2023")
    outcome, kinds = kinds_of(tmp_path, endpoint)
    assert kinds_sentences(endpoint, kinds) == [
        "Of 2 confirmed worsenings 1 was PIRA and 1 RAW; PIRA is the event.",
        "In 1 person without an event a worsening could be neither confirmed nor refuted.",
    ]
    table = event_kinds_table(endpoint, kinds, outcome.provenance)
    assert [column.header for column in table.columns][1:3] == ["Relation to relapses", "Worsenings"]


def test_a_progression_that_asks_for_no_relation_shows_none(tmp_path: Path) -> None:
    endpoint = load_endpoint("cdp-12w")
    outcome, kinds = kinds_of(tmp_path, endpoint)
    assert [column.header for column in event_kinds_table(endpoint, kinds, outcome.provenance).columns] == [
        "What became of it",
        "Worsenings",
        "Persons",
    ]


def test_an_event_without_confirmation_is_said(tmp_path: Path) -> None:
    endpoint = load_endpoint("cdp-12w")
    counts = replace(endpoint, record=replace(endpoint.record, unconfirmed_at_end="event"))
    assert "1 event counted without confirmation." in kinds_sentences(counts, kinds_of(tmp_path, counts)[1])


def test_kinds_stand_in_the_section_of_the_event_and_of_each_part() -> None:
    assert "Of 28 confirmed worsenings 27 were PIRA and 1 RAW; PIRA is the event." in words(page("pira-mueller-2023"))
    tables = {one.name for one in (page("neda-3-rebaselined").parent / "tables").iterdir()}
    assert "kinds-cdp-12w-rebaselined.simulated.csv" in tables
    assert LOST not in words(page("pira-mueller-2023"))


def test_how_long_a_course_is_taken_to_work_is_said_with_its_standing(tmp_path: Path) -> None:
    treatments = "subject_id,row_id,therapy,start_day,end_day\nS1,T1,alemtuzumab,0,4\n"
    cohort = written(tmp_path / "cohort", subjects=SUBJECTS, relapses=RELAPSES, treatments=treatments)
    said = words(write_report(cohort, "relapse-free", tmp_path / "out"))
    assert "a course for so long after its last day: alemtuzumab 1,461 days (unverified); a procedure until" in said
    assert "a course for so long" not in words(page("relapse-30d"))
