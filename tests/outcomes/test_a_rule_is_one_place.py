"""A rule is four files, found by walking: its record and words, its finder, its plain twin, and its world.

An invented rule is dropped in and appears wherever rules are known; it is taken away and is refused everywhere. If a
place began to list the rules by name again, it would not know this one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from made_up.agreement import check, decided
from made_up.random_worlds import Dice, as_cohort, random_people, random_record, rule_names
from made_up.world_answers import differences, world_cohort
from made_up.worlds import person, small
from remission.exhibits.wording import event_words
from remission.inputs.problems import InputProblems
from remission.library import catalogue
from remission.outcomes import rules as finders
from remission.outcomes.definitions import rules as records
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Composite, Endpoint, Readings, ReadingWindow
from remission.outcomes.definitions.walking import UnknownRule, finder_in, rule_kinds
from remission.outcomes.evaluation import evaluate
from remission.outcomes.explain import compare_readings, explain
from remission.outcomes.readings import evaluate_readings
from remission.outcomes.reference import decide
from remission.outcomes.reference import rules as twins
from remission.outcomes.reference.readings import read_windows
from remission.outcomes.worlds import load_chapters
from remission.records.cohort import Cohort
from remission.records.people import subject_records
from remission.report.definitions.library import library_page, listing_text
from remission.report.definitions.text import definition_text
from remission.report.definitions.worlds import worlds_page

RECORD = '''
"""Relapses with fever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.rule import Rule


@dataclass(frozen=True)
class Fever(Rule):
    """The first relapse with fever."""

    counts_from_day: int = says("First day on which a fever counts (inclusive)", 1)
    unknown: Literal["counts", "does not count"] = says("A relapse of which nobody recorded it", "does not count")

    rule = "fever"
    kind = "relapses"
    rests_on = ("relapses",)
    listed = "Fever"
    event_words = ("ran a fever", "a fever", "without a fever")
    sentences: ClassVar[Mapping[str, str]] = {"fever": "A relapse with fever.", "no-fever": "No fever that counts."}
'''
FINDER = '''
"""Relapses with fever, vectorised."""

import polars as pl

from remission.outcomes.definitions.rules.fever import Fever
from remission.outcomes.finding import Finding, each_row, finding_on, usable_rows
from remission.outcomes.watch import Watch
from remission.records.segments import SubjectIndex, first_flagged


def find_fever(index: SubjectIndex, rule: Fever, watch: Watch) -> Finding:
    segments = index.segments("relapses")
    had = (pl.col("fever") == "yes").fill_null(rule.unknown == "counts")
    counts = index.cohort.select("relapses", "fever").select(had)["fever"].to_numpy()[segments.order]
    counts &= usable_rows(segments, watch)
    counts &= segments.day >= each_row(segments, rule.counts_from_day + watch.shift)
    return finding_on(segments, first_flagged(segments.offsets, counts), "relapse_row", watch.last_usable)
'''
TWIN = '''
"""Relapses with fever, one person at a time."""

from remission.outcomes.definitions.rules.fever import Fever
from remission.outcomes.reference.observation import by_day
from remission.outcomes.reference.trail import Finding, Rows, Step, Watch
from remission.records.people import SubjectRecords


def find_fever(person: SubjectRecords, rule: Fever, watch: Watch) -> Finding:
    for row in by_day(person.rows("relapses"), watch):
        had = row["fever"] == "yes" or (row["fever"] is None and rule.unknown == "counts")
        if had and row["day"] >= rule.counts_from_day + watch.shift:
            step = Step("fever", row["day"], row["row_id"])
            return Finding((step,), event=row["day"], onset=row["day"], rows=Rows(relapse_row=row["row_id"]))
    return Finding((Step("no-fever"),))
'''
WORLD = """
title = "Fever"
intro = "The first relapse with fever."
[subject]
last_day = 360
end_reason = "lost"
[definition]
rule = "fever"
fever = {}
[[world]]
title = "A fever that nobody recorded"
relapses = '''
day  fever
 50  -
200  yes
'''
why = "Of the relapse of day 50 nobody knows; that of day 200 is known."
answers = [
    { with.unknown = "does not count", event = 200, relapse = 200 },
    { with.unknown = "counts", event = 50, relapse = 50 },
]
"""
ENDPOINT = """
name = "hot"
title = "Fever (invented)"
event_free = "Fever-free"
rule = "fever"
[fever]
counts_from_day = 8
"""
FOLDERS = (records, finders, twins)
# What somebody touches who adds a rule: CONTRIBUTING says how many.
TOUCHED = (
    "src/remission/outcomes/definitions/rules/NAME.py",
    "src/remission/outcomes/rules/NAME.py",
    "src/remission/outcomes/reference/rules/NAME.py",
    "src/remission/library/worlds/NAME.toml",
)


class Dropped:
    """The invented rule in folders of its own that the walks look into as well, and a library with its world."""

    def __init__(self, tmp_path: Path, patch: pytest.MonkeyPatch) -> None:
        self.patch, self.library = patch, tmp_path / "library"
        self.written = [
            self._module(tmp_path, package, text) for package, text in zip(FOLDERS, (RECORD, FINDER, TWIN), strict=True)
        ]
        self.written.append(self._world())
        self.endpoint = tmp_path / "hot.toml"
        self.endpoint.write_text(ENDPOINT, encoding="utf-8")
        load_chapters.cache_clear()

    def _module(self, tmp_path: Path, package: ModuleType, text: str) -> Path:
        folder = tmp_path / package.__name__
        folder.mkdir()
        (folder / "fever.py").write_text(text, encoding="utf-8")
        self.patch.setattr(package, "__path__", [*package.__path__, str(folder)])
        return folder / "fever.py"

    def _world(self) -> Path:
        self.library.mkdir()
        for entry in catalogue.LIBRARY.iterdir():
            if entry.name != "worlds":
                (self.library / entry.name).symlink_to(entry)
        (self.library / "worlds").mkdir()
        for entry in (catalogue.LIBRARY / "worlds").iterdir():
            (self.library / "worlds" / entry.name).symlink_to(entry)
        self.patch.setattr(catalogue, "LIBRARY", self.library)
        world = self.library / "worlds" / "99_fever.toml"
        world.write_text(WORLD, encoding="utf-8")
        return world

    def take_away(self) -> None:
        self.patch.undo()
        load_chapters.cache_clear()
        for package in FOLDERS:
            sys.modules.pop(f"{package.__name__}.fever", None)
            vars(package).pop("fever", None)


@pytest.fixture
def dropped(tmp_path: Path) -> Iterator[Dropped]:
    rule = Dropped(tmp_path, pytest.MonkeyPatch())
    yield rule
    rule.take_away()


def feverish() -> Cohort:
    """Somebody with a fever on day 5, before it counts, and one on day 90, who died on day 200."""
    someone = person("0:2 180:2", relapses=(5, 90, 120), to=200, death_day=200)
    for row, fever in zip(someone["relapses"], ("yes", "yes", None), strict=True):
        row["fever"] = fever
    return small(someone)


def test_four_files_are_the_whole_rule(dropped: Dropped) -> None:
    assert len(dropped.written) == len(TOUCHED)
    assert "fever" in rule_kinds()
    endpoint = load_endpoint(dropped.endpoint)
    assert evaluate(feverish(), endpoint).spells.select("exit_day", "relapse_row").row(0) == (90, "r1")


def test_it_is_explained_in_its_own_words(dropped: Dropped) -> None:
    endpoint = load_endpoint(dropped.endpoint)
    told = explain(feverish(), "S0", endpoint)
    assert told.differences == ()
    assert told.lines[0] == "Day 90 (row r1): A relapse with fever."
    assert event_words(endpoint.title, endpoint.record.event_words).past == "ran a fever"


def test_engine_and_twin_are_put_against_each_other(dropped: Dropped) -> None:
    assert rule_names()[-1] == "fever"
    events = 0
    for seed in range(40):
        dice = Dice(seed)
        cohort = as_cohort(random_people(dice))
        endpoint = Endpoint("f", "f", "f", record=random_record(dice, "fever"), origin_day=dice.pick(0, 7))
        decisions = decided(cohort, endpoint)
        check(cohort, endpoint, decisions)
        events += sum(one.event for one in decisions or ())
    assert events > 40


def test_it_is_a_part_of_a_composite_and_is_read_in_windows(dropped: Dropped) -> None:
    parts = (load_endpoint(dropped.endpoint), load_endpoint("death"))
    readings = Readings((ReadingWindow(0, 60), ReadingWindow(60, 150)))
    composite = Composite(tuple(part.name for part in parts))
    whole = Endpoint("w", "Whole", "Free", record=composite, parts=parts, readings=readings)
    cohort = feverish()
    (someone,) = subject_records(cohort)
    check(cohort, whole, [decide(someone, whole)])
    read = evaluate_readings(cohort, whole)
    assert read.readings["status"].to_list() == ["yes", "no"]
    assert compare_readings(read_windows(someone, whole), read) == ()


def test_the_pages_have_it(dropped: Dropped) -> None:
    endpoint = load_endpoint(dropped.endpoint)
    page = library_page([load_endpoint("death"), endpoint])
    assert "## Fever\n" in page
    assert "First day on which a fever counts (inclusive): day 8" in page
    assert listing_text([endpoint]).startswith("Fever\n  hot ")
    assert "A relapse of which nobody recorded it: does not count" in definition_text(endpoint)


def test_its_world_is_asked_and_on_the_page(dropped: Dropped) -> None:
    (world,) = load_chapters()[-1].worlds
    cohort = world_cohort(world)
    (someone,) = subject_records(cohort)
    for answer in world.answers:
        assert differences(answer.stated, evaluate(cohort, answer.endpoint).spells.to_dicts(), cohort) == []
        assert differences(answer.stated, [decide(someone, answer.endpoint).columns], cohort) == []
    assert "| `Fever.unknown` | A relapse of which nobody recorded it |" in worlds_page()


# ---------------------------------------------------------------- taken away again


def test_taken_away_it_is_refused_with_the_names_of_all_rules(dropped: Dropped) -> None:
    load_endpoint(dropped.endpoint)
    dropped.take_away()
    with pytest.raises(InputProblems) as refused:
        load_endpoint(dropped.endpoint)
    assert str(refused.value.problems[1]) == (
        "hot.toml, key rule: found fever; allowed: brain_volume, conversion, course, death, mri, progression, relapse, "
        "therapy, composite. The rule that finds the event."
    )
    assert "unknown key 'fever'" in str(refused.value.problems[0])
    assert "fever" not in rule_names()
    assert "fever" not in worlds_page()[:100]
    assert load_chapters()[-1].title != "Fever"


def test_a_rule_misspelled_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(ENDPOINT.replace("fever", "relapsed").replace("counts_from_day = 8", ""), encoding="utf-8")
    with pytest.raises(InputProblems) as refused:
        load_endpoint(file)
    assert "Did you mean relapse?" in refused.value.report()


def test_an_unknown_rule_is_an_error_to_engine_and_twin_and_never_a_death(dropped: Dropped) -> None:
    endpoint, cohort = load_endpoint(dropped.endpoint), feverish()
    (someone,) = subject_records(cohort)
    dropped.take_away()
    for ask in (lambda: evaluate(cohort, endpoint), lambda: decide(someone, endpoint)):
        with pytest.raises(
            UnknownRule, match="no rule 'fever'; there are: brain_volume, conversion, course, death, mri, "
        ):
            ask()


@pytest.mark.parametrize("package", [finders, twins])
def test_a_missing_file_is_named(dropped: Dropped, package: ModuleType) -> None:
    dropped.patch.setattr(package, "__path__", list(package.__path__)[:1])
    with pytest.raises(UnknownRule, match=rf"{package.__name__} has no rule 'fever'.*Write fever\.py\."):
        finder_in(package, "fever")


@pytest.mark.parametrize(("old", "new"), [('"fever"', '"feverish"'), ("class Fever(Rule)", "class Fever")])
def test_a_record_is_called_as_its_file_is(tmp_path: Path, old: str, new: str) -> None:
    rule = Dropped(tmp_path, pytest.MonkeyPatch())
    rule.written[0].write_text(RECORD.replace(old, new, 1), encoding="utf-8")
    try:
        with pytest.raises(UnknownRule, match="it must hold one record, of the rule 'fever'"):
            rule_kinds()
    finally:
        rule.take_away()


def test_every_rule_has_its_finder_and_its_twin() -> None:
    for rule in rule_kinds().keys() - {Composite.rule}:
        assert finder_in(finders, rule).__module__ == f"{finders.__name__}.{rule}"
        assert finder_in(twins, rule).__module__ == f"{twins.__name__}.{rule}"
