"""One reader of TOML for all: every kind of wrongness is told, all at once, and what is right reads back the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.declared import Key, heading_of, key, keys_of
from remission.inputs.problems import InputProblems
from remission.inputs.strict_records import RecordReader, parse_toml, read_record


@dataclass(frozen=True)
class Shelf:
    """A record inside another, in a list or under a heading of its own."""

    width: float = key("Its width", low=0, high=10)
    colour: Literal["red", "green"] = key("Its colour", "red")


@dataclass(frozen=True)
class Room:
    """A record that takes its name from its heading."""

    name: str = key(heading=True)
    kind: str = key("What it is for", name="type", choices=("kitchen", "hall"))


@dataclass(frozen=True)
class House:
    """A record with a key of every kind there is."""

    title: str
    built: date
    floors: int = key("Number of floors", low=1)
    sold: bool = key("Whether it is sold", False)
    price: float | None = key("What it costs", None, none="not for sale", low=0)
    code: int | str = key("Its code", 0)
    words: tuple[str, ...] = key("What is said of it", ())
    inside: tuple[Literal["stairs", "lift"], ...] = key("How one gets up", (), least=1)
    shelves: tuple[Shelf, ...] = key("Its shelves", ())
    best: Shelf | None = key("The best shelf", None)
    rooms: tuple[Room, ...] = key("Its rooms", ())
    counts: Mapping[str, int] = key("Numbers by name", make=dict, least=1)
    groups: tuple[Mapping[str, int], ...] = key("Counts by group", (), least=2)
    rest: object = key("Whatever one likes", None)


KEYS = ", ".join(one.name for one in keys_of(House))
HEADING = "Write its keys under that heading."
GOOD = {"title": "T", "built": date(1900, 1, 2), "floors": 2}


def problems(written: Mapping[str, Any], reader: RecordReader | None = None) -> dict[str | None, tuple[str, str, str]]:
    """By key, what was found, what is allowed and what to do."""
    reader = reader or RecordReader("x.toml")
    assert (reader.record(House, written) is None) == bool(reader.problems)
    return {one.column: (one.found, one.allowed, one.next_step) for one in reader.problems}


@pytest.mark.parametrize(
    ("more", "at", "found", "allowed", "do"),
    [
        ({"flors": 1}, "flors", "unknown key 'flors'", KEYS, "Did you mean floors?"),
        ({"zzz": 1}, "zzz", "unknown key 'zzz'", KEYS,
         "Use one of those, or take it out."),
        ({"title": " "}, "title", "nothing", "text in quotes", "Correct the value."),
        ({"title": 3}, "title", "3", "text in quotes", "Correct the value."),
        ({"built": "1900-01-02"}, "built", "'1900-01-02'", "a date as YYYY-MM-DD", "Correct the value."),
        ({"floors": "2"}, "floors", "'2'", "a whole number", "Number of floors."),
        ({"floors": 2.0}, "floors", "2.0", "a whole number", "Number of floors."),
        ({"floors": True}, "floors", "true", "a whole number", "Number of floors."),
        ({"floors": 0}, "floors", "0", "1 or more", "Number of floors."),
        ({"sold": 1}, "sold", "1", "true or false", "Whether it is sold."),
        ({"price": "free"}, "price", "'free'", "a number, or 'not for sale'", "What it costs."),
        ({"price": float("nan")}, "price", "nan", "0 or more", "What it costs."),
        ({"price": float("inf")}, "price", "inf", "0 or more", "What it costs."),
        ({"price": 10**400}, "price", "1000000000000000000000000000000000000000", "0 or more", "What it costs."),
        ({"code": 1.5}, "code", "1.5", "a whole number or text in quotes", "Its code."),
        ({"words": "a"}, "words", "'a'", "a list", "Write it in square brackets."),
        ({"words": ["a", 2]}, "words[2]", "2", "text in quotes", "What is said of it."),
        ({"inside": []}, "inside", "no items", "a list with at least one item", "Write it in square brackets."),
        ({"inside": ["lift", "stair"]}, "inside[2]", "stair", '"stairs" or "lift"', "Did you mean stairs?"),
        ({"shelves": {"width": 1}}, "shelves", "{'width': 1}", "tables [[shelves]]", HEADING),
        ({"shelves": [{"width": 1}, {"width": 11}]}, "shelves[2].width", "11", "0 to 10", "Its width."),
        ({"shelves": [{"width": 1, "colour": ""}]}, "shelves[1].colour", "nothing", '"red" or "green"', "Its colour."),
        ({"shelves": [3]}, "shelves[1]", "3", "a table [shelves]", HEADING),
        ({"best": {}}, "best.width", "no such key", "a number", "Add it. Its width."),
        ({"best": 1}, "best", "1", "a table [best]", HEADING),
        ({"rooms": []}, "rooms", "[]", "a table [rooms]", HEADING),
        ({"rooms": {"a": {"type": "hal"}}}, "rooms.a.type", "hal", '"kitchen" or "hall"', "Did you mean hall?"),
        ({"rooms": {"a": 1}}, "rooms.a", "1", "a table [rooms.a]", HEADING),
        ({"counts": {"a": "b"}}, "counts.a", "'b'", "a whole number", "Numbers by name."),
        ({"counts": {}}, "counts", "no keys", "a table", "Numbers by name."),
    ],
)  # fmt: skip
def test_it_names_what_is_wrong(more: Mapping[str, Any], at: str, found: str, allowed: str, do: str) -> None:
    shown = found if len(found) < 40 else f"{found[:39]}…"
    assert problems(GOOD | more) == {at: (shown, allowed, do)}


def test_everything_wrong_is_told_at_once() -> None:
    wrong = {"flors": 1, "sold": "yes", "shelves": [{"width": -1}, {"colour": 3}], "rooms": {"a": {}}, "words": [1, 2]}
    assert problems(wrong).keys() == {
        "flors", "title", "built", "floors", "sold", "shelves[1].width", "shelves[2].width", "shelves[2].colour",
        "rooms.a.type", "words[1]", "words[2]",
    }  # fmt: skip


def test_a_reader_can_bound_every_number_and_advise_on_its_own_file() -> None:
    reader = RecordReader("x.toml", farthest=100, stray="Write it in note.")
    assert problems(GOOD | {"code": 101, "zzz": 1, "floors": 101}, reader) == {
        "code": ("101", "-100 to 100", "Its code."),
        "floors": ("101", "1 to 100", "Number of floors."),
        "zzz": ("unknown key 'zzz'", KEYS, "Write it in note."),
    }


def test_what_is_right_of_a_file_with_mistakes_can_be_used() -> None:
    reader = RecordReader("x.toml")
    assert reader.fill(House, {"title": "T", "floors": "two", "sold": True}) == {"title": "T", "sold": True}
    assert len(reader.problems) == 2


def test_the_fewest_items_of_a_list_are_not_the_fewest_keys_of_its_items() -> None:
    assert problems(GOOD | {"groups": [{"a": 1}, {}]}) == {}
    assert problems(GOOD | {"groups": [{"a": 1}]}).keys() == {"groups"}


def test_a_whole_number_is_a_number_and_the_word_for_none_is_none() -> None:
    house = read_record(House, GOOD | {"price": 3}, "x.toml")
    assert (house.price, type(house.price)) == (3.0, float)
    assert read_record(House, GOOD | {"price": "not for sale"}, "x.toml").price is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"a = \xe9", "bytes that are not UTF-8 in line 1"),
        (b"a = ", "text that is not TOML (Invalid value (at end of document))"),
        (b"a = " + b"1" * 5000, "a number of thousands of digits"),
    ],
)
def test_a_file_that_is_no_toml_is_named(content: bytes, found: str) -> None:
    with pytest.raises(InputProblems) as refused:
        parse_toml(content, "x.toml")
    (problem,) = refused.value.problems
    assert problem.found.startswith(found)
    assert parse_toml(b"\xef\xbb\xbfa = 1", "x.toml") == {"a": 1}


# ---------------------------------------------------------------- generated

NAMES = st.text("abcdefgh", min_size=1, max_size=4)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x7f"), max_size=8)
SAID = TEXTS.filter(lambda text: bool(text.strip()))
NUMBERS = st.floats(0, 10, allow_nan=False)
SHELVES = st.builds(Shelf, NUMBERS, st.sampled_from(("red", "green")))
ROOMS = st.dictionaries(NAMES, st.sampled_from(("kitchen", "hall")), max_size=3)
HOUSES = st.builds(
    House,
    title=SAID,
    built=st.dates(),
    floors=st.integers(1, 10**9),
    sold=st.booleans(),
    price=st.none() | NUMBERS,
    code=st.integers(-(10**9), 10**9) | TEXTS,
    words=st.lists(TEXTS, max_size=3).map(tuple),
    inside=st.lists(st.sampled_from(("stairs", "lift")), min_size=1, max_size=3).map(tuple),
    shelves=st.lists(SHELVES, max_size=3).map(tuple),
    best=st.none() | SHELVES,
    rooms=ROOMS.map(lambda rooms: tuple(Room(name, kind) for name, kind in rooms.items())),
    counts=st.dictionaries(NAMES, st.integers(-5, 5), min_size=1, max_size=3),
    groups=st.just(({"a": 1}, {"b": 2})),
    rest=st.just("anything"),
)


def inline(value: object) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple) and any(is_dataclass(one) and heading_of(type(one)) for one in value):
        return inline({getattr(one, heading_of(type(one))): one for one in value})
    if isinstance(value, tuple):
        return f"[{', '.join(map(inline, value))}]"
    if is_dataclass(value):
        return inline({one.name: getattr(value, one.field) for one in keys_of(type(value))})
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {inline(one)}" for name, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def toml_text(record: House) -> str:
    """The record as a file; what is None, or a table of nothing, is left out, or said by its word."""
    lines = {one.name: _line(one, getattr(record, one.field)) for one in keys_of(House)}
    return "".join(f"{name} = {text}\n" for name, text in lines.items() if text)


def _line(one: Key, value: object) -> str:
    if value is None:
        return json.dumps(one.about["none"]) if one.about.get("none") else ""
    return "" if one.name == "rooms" and value == () else inline(value)


@given(HOUSES)
def test_a_record_that_is_written_reads_back_the_same(house: House) -> None:
    assert read_record(House, parse_toml(toml_text(house).encode(), "x.toml"), "x.toml") == house


MISTAKES: dict[str, Callable[[dict[str, Any]], object]] = {
    "unknown": lambda said: said.update(tiitle="x"),
    "missing": lambda said: said.pop("floors"),
    "wrong kind": lambda said: said.update(sold="yes"),
    "inside": lambda said: said.update(best={"width": "wide"}),
}


@given(HOUSES, st.sets(st.sampled_from(sorted(MISTAKES)), min_size=1))
def test_every_mistake_that_is_made_is_told(house: House, made: set[str]) -> None:
    said = parse_toml(toml_text(house).encode(), "x.toml")
    for one in made:
        MISTAKES[one](said)
    reader = RecordReader("x.toml")
    assert reader.record(House, said) is None
    assert len(reader.problems) == len(made)


def test_a_record_has_a_key_of_every_kind_that_the_drawing_fills() -> None:
    assert {one.name for one in fields(House)} == {one.name for one in keys_of(House)}
