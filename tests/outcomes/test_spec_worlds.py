"""Every world worked by hand, through the engine and through the plain twin; and no field of a rule without a world."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import pytest

from made_up.world_answers import differences, part_answer, reading_answer, world_cohort
from remission.inputs.problems import InputProblems
from remission.library.catalogue import library_files
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.definitions.reading import endpoint_names, load_endpoint
from remission.outcomes.definitions.records import Endpoint, Estimation, ValueSource, entries
from remission.outcomes.definitions.rule import Rule
from remission.outcomes.definitions.walking import record_kinds, rule_kinds
from remission.outcomes.evaluation import evaluate
from remission.outcomes.readings import evaluate_readings
from remission.outcomes.reference import decide
from remission.outcomes.reference.readings import read_windows
from remission.outcomes.worlds import (
    Answer,
    World,
    differing,
    fields_in_use,
    load_chapters,
    read_chapter,
    repeated_titles,
    worlds_about,
)
from remission.records.cohort import Cohort
from remission.records.people import subject_records
from remission.report.definitions.worlds import anchor, bearing_text, worlds_page, worlds_text

WORLDS: list[tuple[str, World]] = [(chapter.name, world) for chapter in load_chapters() for world in chapter.worlds]
BY_TITLE = {world.title: world for _, world in WORLDS}
EVERY = pytest.mark.parametrize("world", [world for _, world in WORLDS], ids=[f"{c}: {w.title}" for c, w in WORLDS])


# ---------------------------------------------------------------- every answer


class Got(NamedTuple):
    """What was answered: spells and parts, or readings, or neither when the records were refused."""

    spells: list[dict[str, Any]] | None = None
    parts: dict[str, str] = {}  # noqa: RUF012 - never changed
    readings: list[str] | None = None


def engine(world: World, answer: Answer) -> Got:
    cohort = world_cohort(world)
    if "readings" in answer.stated:
        return Got(
            readings=[reading_answer(one) for one in evaluate_readings(cohort, answer.endpoint).readings.to_dicts()]
        )
    outcome = evaluate(cohort, answer.endpoint)
    parts = {part.name: part_answer(part.spells.row(0, named=True)) for part in outcome.parts}
    return Got(outcome.spells.to_dicts(), parts)


def twin(world: World, answer: Answer) -> Got:
    (person,) = subject_records(world_cohort(world))
    if "readings" in answer.stated:
        return Got(readings=[reading_answer(asdict(one)) for one in read_windows(person, answer.endpoint)])
    decision = decide(person, answer.endpoint)
    spells = [spell.columns for spell in (decision, *decision.later)]
    return Got(spells, {part.name: part_answer(part.columns) for part in decision.parts})


@cache
def answered(title: str, place: int, ask: Callable[[World, Answer], Got]) -> Got:
    world = BY_TITLE[title]
    try:
        return ask(world, world.answers[place])
    except InputProblems:
        return Got()


@cache
def cohort_of(title: str) -> Cohort:
    return world_cohort(BY_TITLE[title])


def wrong(world: World, place: int, stated: Mapping[str, Any]) -> list[str]:
    """What the engine or the twin answers otherwise than stated."""
    found = []
    for ask in (engine, twin):
        got = answered(world.title, place, ask)
        if got.spells is None:
            said = stated.get("readings") if got.readings is not None else stated.get("refused")
            as_said = said == got.readings if got.readings is not None else bool(said)
            found += [] if as_said else [f"{ask.__name__}: {got}"]
            continue
        found += [f"{ask.__name__}: {one}" for one in differences(stated, got.spells, cohort_of(world.title))]
        found += [f"{ask.__name__}: parts {got.parts}"] if stated.get("parts", got.parts) != got.parts else []
        found += [f"{ask.__name__}: not refused"] if stated.get("refused") else []
    return found


@EVERY
def test_engine_and_twin_answer_as_worked_by_hand(world: World) -> None:
    every = [(answer.changes, wrong(world, place, answer.stated)) for place, answer in enumerate(world.answers)]
    assert [one for one in every if one[1]] == []


@EVERY
def test_counts_are_those_worked_by_hand(world: World) -> None:
    for answer in world.answers:
        if "counted" in answer.stated:
            row = evaluate_counts(world_cohort(world), answer.endpoint).counts.row(0, named=True)
            assert f"{row['events']} in {row['person_days']} days" == answer.stated["counted"]


def test_somewhere_events_are_counted() -> None:
    assert sum("counted" in answer.stated for _, world in WORLDS for answer in world.answers) >= 4


@EVERY
def test_a_wrong_answer_is_noticed(world: World) -> None:
    """The control: one definition with the answer of another, or with a day that nothing happened on."""
    for place, answer in enumerate(world.answers):
        other = world.answers[place - 1]
        if told_apart(answer, other):
            assert wrong(world, place, other.stated) != []
        for key in answer.stated.keys() - {"parts", "refused", "readings"}:
            assert len(wrong(world, place, {key: "something else"})) == 2  # the engine's and the twin's


@EVERY
def test_answers_of_one_world_differ(world: World) -> None:
    """A world in which every definition gives the same answer shows nothing."""
    assert len({repr(answer.stated) for answer in world.answers}) > 1


# ---------------------------------------------------------------- every field


BESIDE = {"Endpoint", "Estimation", "ValueSource"}
"""How an endpoint is summarised and where its values come from decide nothing; its own fields are in OF_ENDPOINTS."""
RULES = tuple(kind for name, kind in record_kinds().items() if name not in BESIDE)
HELD = {"Progression.confirmation", "Progression.baseline", "Progression.onset"}
"""Records that are always there: their own fields are asked instead."""
OF_ENDPOINTS = {"Endpoint.origin_day", "Endpoint.origin_event", "Endpoint.censoring"}


def asked_fields() -> set[str]:
    """Every field by which the definition of an endpoint can decide otherwise."""
    return {f"{kind.__name__}.{item.name}" for kind in RULES for item in fields(kind)} - HELD | OF_ENDPOINTS


def test_the_list_of_records_is_whole() -> None:
    """Every record that an endpoint can hold is asked, but for how it is summarised and where values come from."""
    found, ahead = {Endpoint}, [Endpoint, *rule_kinds().values()]
    while ahead:
        hints = get_type_hints(ahead.pop())
        inner = {kind for hint in hints.values() for kind in records_in(hint)} - found - {Rule}
        found |= inner
        ahead += inner
    assert found | set(rule_kinds().values()) == set(RULES) | {Endpoint, Estimation, ValueSource}


def records_in(hint: Any) -> set[Any]:
    if is_dataclass(hint):
        return {hint}
    return set().union(*(records_in(one) for one in get_args(hint))) if get_args(hint) else set()


@cache
def varied_values() -> dict[str, set[Any]]:
    """Of each field, the values between which some world tells: definitions differ in it alone, and answers too."""
    found: dict[str, set[Any]] = {}
    for _, world in WORLDS:
        for place, one in enumerate(world.answers):
            for other in world.answers[place + 1 :]:
                alone = differing(one.endpoint, other.endpoint)
                if len(alone) == 1 and told_apart(one, other):
                    (name,) = alone
                    for answer in (one, other):
                        found.setdefault(name, set()).update(values_of(answer.endpoint, name))
    return found


def told_apart(one: Answer, other: Answer) -> bool:
    """Is something stated of both, and of each otherwise? More said of one than of the other tells nothing."""
    return any(one.stated[key] != other.stated[key] for key in one.stated.keys() & other.stated.keys()) or (
        ("refused" in one.stated) != ("refused" in other.stated)
    )


def values_of(record: object, name: str) -> Iterator[Any]:
    for key, _, value in entries(record):
        if f"{type(record).__name__}.{key}" == name:
            yield repr(value) if is_dataclass(value) or isinstance(value, tuple) else value
        for inner in value if isinstance(value, tuple) else (value,):
            if is_dataclass(inner):
                yield from values_of(inner, name)


def test_every_field_decides_in_some_world() -> None:
    """Change the field alone and the answer is another: both answers were worked by hand and both are tested."""
    assert asked_fields() - varied_values().keys() == set()


def test_every_choice_of_every_field_decides_in_some_world() -> None:
    choices = {}
    for kind in RULES:
        for name, hint in get_type_hints(kind).items():
            allowed = set(get_args(hint)) if get_origin(hint) is Literal else {True, False} if hint is bool else set()
            if missing := allowed - varied_values().get(f"{kind.__name__}.{name}", set()):
                choices[f"{kind.__name__}.{name}"] = missing
    assert choices == {}


def test_every_name_that_a_list_may_hold_decides_in_some_world() -> None:
    missing = {}
    for kind in RULES:
        for name, hint in get_type_hints(kind).items():
            if get_origin(hint) is tuple and get_origin(get_args(hint)[0]) is Literal:
                written = " ".join(varied_values()[f"{kind.__name__}.{name}"])
                if absent := [one for one in get_args(get_args(hint)[0]) if f"'{one}'" not in written]:
                    missing[name] = absent
    assert missing == {}


# ---------------------------------------------------------------- reading


GOOD = """
title = "T"
intro = "I"
[subject]
last_day = 100
[definition]
rule = "relapse"
relapse = {}
[[world]]
title = "W"
why = "Because."
relapses = '''
day  fever
 50  yes
'''
answers = [
    { with.fever = "any", event = 50 },
    { with.fever = "without fever", event = "none", exit = 100, reason = "unknown" },
]
"""


def problems_of(text: str) -> list[str]:
    try:
        read_chapter(tomllib.loads(text), Path("x.toml"))
    except InputProblems as found:
        return [str(problem) for problem in found.problems]
    return []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('intro = "I"', 'intro = ""', "key intro: found nothing"),
        ('why = "Because."', 'whi = "Because."', "unknown key 'whi'"),
        ("day  fever", "day  fewer", "unknown column 'fewer'"),
        (" 50  yes", " 50  maybe", "found 'maybe'; allowed: yes, no, or - for nothing"),
        (" 50  yes", " 5.5  yes", "found '5.5'; allowed: a whole number of days since day zero"),
        (" 50  yes", " 50", "1 cells in line 1"),
        ("last_day = 100", "lastday = 100", "unknown key 'lastday'"),
        ('with.fever = "any"', 'with.fever = "some"', 'allowed: "any" or "without fever"'),
        ("event = 50", "evnt = 50", "unknown key 'evnt'"),
        ("event = 50 ", "entry = 0 ", "the day of the event, or 'none'"),
        (', exit = 100, reason = "unknown"', "", "the exit and its reason as well"),
        ('{ with.fever = "any", event = 50 },', "", "two answers or more"),
    ],
)
def test_a_file_that_is_not_a_chapter_is_refused(old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    assert problems_of(GOOD) == []
    assert [one for one in problems_of(GOOD.replace(old, new)) if said in one] != []


def test_all_problems_are_told_at_once() -> None:
    assert len(problems_of(GOOD.replace("event = 50", "evnt = 50").replace(" 50  yes", " x  y"))) == 4


def test_a_title_stands_once() -> None:
    chapter = read_chapter(tomllib.loads(GOOD), Path("x.toml"))
    assert list(repeated_titles([chapter])) == []
    (problem,) = repeated_titles([chapter, chapter._replace(name="y")])
    assert str(problem).startswith("y.toml, key world.title: found 'W', as in x.toml")


# ---------------------------------------------------------------- pages


def test_every_world_and_every_line_of_its_tables_is_on_the_page() -> None:
    page = worlds_page()
    for _, world in WORLDS:
        assert page.count(f"\n### {world.title}\n") == 1
        assert world.why in page.replace("\n", " ")
        for sheet in world.sheets:
            for cells in sheet.cells:
                assert f"| {' | '.join(cells)} |" in page
    assert page.count("\n## ") == len(library_files("worlds", ".toml")) + 1  # and the index


def test_the_index_of_the_page_names_every_field_and_leads_to_worlds() -> None:
    page = worlds_page()
    lines = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `") and "](#" in line}
    assert lines.keys() == asked_fields()
    headings = {anchor(line.lstrip("# ")) for line in page.splitlines() if line.startswith("### ")}
    assert {link for line in lines.values() for link in re.findall(r"\(#([^)]*)\)", line)} == headings


@pytest.mark.parametrize("name", endpoint_names())
def test_every_endpoint_names_worlds_that_bear_on_it(name: str) -> None:
    endpoint = load_endpoint(name)
    found = worlds_about(endpoint)
    text = bearing_text(endpoint)
    for world in found:
        assert set(world.varied) & fields_in_use(endpoint)
        assert world.title in " ".join(text.split())
        assert world.why in " ".join(worlds_text(endpoint).split())
    assert found or endpoint.rule == "death"


def test_a_world_about_an_option_that_is_not_used_is_not_named() -> None:
    titles = {world.title for world in worlds_about(load_endpoint("relapse-free"))}
    assert "Relapses close to one another are one" not in titles
    assert "Relapses close to one another are one" in {w.title for w in worlds_about(load_endpoint("relapse-30d"))}
