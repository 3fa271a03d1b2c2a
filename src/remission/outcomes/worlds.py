"""Worlds worked by hand: tiny tables of records, the arithmetic, and the answer of each definition asked of them.

A world of `library/worlds/` holds the records of one person and several definitions that differ in one value, each with
its answer. The files are three things at once: the reference documentation of every option, a test of the engine, and a
test of the plain twin. Their form is written at the top of `library/worlds/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, make_dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import RecordReader, read_toml
from remission.library.catalogue import library_files
from remission.outcomes.definitions.reading import read_endpoint
from remission.outcomes.definitions.records import Endpoint, Estimation, ValueSource, entries
from remission.records.schema import TABLES, Column

TABLE_NAMES = ("visits", "relapses", "scans", "treatments", "courses", "observed")
ROWS = {
    "baseline": ("baseline_row", "visits"),
    "onset": ("onset_row", "visits"),
    "confirmed": ("confirmation_row", "visits"),
    "relapse": ("relapse_row", "relapses"),
    "scan": ("scan_row", "scans"),
    "treatment": ("treatment_row", "treatments"),
    "course": ("course_row", "courses"),
}
"""What an answer calls a deciding row, which it names by its day: the column of the spell, and the table."""
COLUMNS = {
    "exit": "exit_day",
    "entry": "entry_day",
    "origin": "origin_day",
    "last_free": "last_free_day",
    "reason": "reason",
    "status": "status",
    "relation": "relation",
    "cause": "cause",
    "also": "also",
}
"""What an answer calls a column of the spell."""
# A word, because TOML has no null and a key left out is not asked at all.
NOTHING = "none"
_SPELL_KEYS = ("event", *COLUMNS, *ROWS)
# What every endpoint must have and no world is about; a file would only repeat it.
_NAMELESS = {"name": "world", "title": "Asked", "event_free": "Free of it"}
# Whatever is not among these belongs to the table of the rule, so that a world writes one flat list of values.
_OWN_FIELDS = ("rule", *(item.name for item in fields(Endpoint) if item.name not in ("record", "parts", "origin")))

Values = dict[str, Any]


class Answer(NamedTuple):
    """One definition asked of a world, the values in which it differs from the others, and what is expected of it.

    `stated` holds the expectation by the keys of `COLUMNS` and `ROWS`, `event`, `refused`, `readings`, `counted` and
    `parts`; a list where it is stated for each spell.
    """

    endpoint: Endpoint
    changes: tuple[tuple[str, object], ...]
    stated: Mapping[str, Any]


class Sheet(NamedTuple):
    """One table of a world: columns, rows as written, and the same rows as values."""

    name: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class World:
    """The records of one person, the arithmetic in words, and the answers."""

    title: str
    why: str
    subject: Mapping[str, Any]
    sheets: tuple[Sheet, ...]
    definition: tuple[tuple[str, object], ...]
    answers: tuple[Answer, ...]

    @cached_property
    def varied(self) -> tuple[str, ...]:
        """The fields this world is about, as `Record.field`: two answers differ in it alone, and are not the same.

        Where no two definitions differ in one field alone, all in which they differ.
        """
        # Answers that are the same show nothing about the option in which they differ.
        pairs = [
            differing(one.endpoint, other.endpoint)
            for place, one in enumerate(self.answers)
            for other in self.answers[place + 1 :]
            if one.stated != other.stated
        ]
        # Two definitions that differ in several fields cannot say which of them made the difference.
        alone = [names for names in pairs if len(names) == 1] or pairs
        return tuple(dict.fromkeys(name for names in alone for name in sorted(names)))

    def sheet(self, table: str) -> Sheet | None:
        """The table of that name, None when the world has none."""
        return next((sheet for sheet in self.sheets if sheet.name == table), None)


class Chapter(NamedTuple):
    """The worlds of one file: a title, what they have in common in words, and the definition they start from."""

    name: str
    title: str
    intro: str
    definition: tuple[tuple[str, object], ...]
    worlds: tuple[World, ...]


# ---------------------------------------------------------------- reading


@cache
def load_chapters() -> tuple[Chapter, ...]:
    """The chapters of the library in order of file; InputProblems with everything that is wrong in any of them.

    >>> load_chapters()[0].worlds[0].answers[0].endpoint.rule
    'progression'
    """
    problems: list[Problem] = []
    chapters = []
    # All files are read before anything is raised: somebody who edits worlds wants every mistake at once.
    for path in library_files("worlds", ".toml"):
        try:
            chapters.append(read_chapter(read_toml(path), path))
        except InputProblems as found:
            problems += found.problems
    problems += repeated_titles(chapters)
    if problems:
        raise InputProblems(problems)
    return tuple(chapters)


def repeated_titles(chapters: Iterable[Chapter]) -> Iterator[Problem]:
    """Titles are names: one world of each, in all chapters."""
    seen: dict[str, str] = {}
    for chapter in chapters:
        for title in (world.title for world in chapter.worlds):
            if title in seen:
                said = f"'{title}', as in {seen[title]}.toml"
                yield Problem.at_key(
                    f"{chapter.name}.toml", "world.title", found=said, allowed="a title of its own", do="Rename it."
                )
            seen[title] = chapter.name


@dataclass(frozen=True)
class _ChapterFile:
    """A file of worlds as it is written."""

    title: str = key("Title of the chapter")
    intro: str = key("What its worlds have in common")
    world: tuple[Values, ...] = key("Its worlds", least=1, words="at least one [[world]]")
    definition: Values = key("The definition from which they start", make=dict)
    subject: Values = key("Columns of the subjects table that their people share", make=dict)


@dataclass(frozen=True)
class _WorldTable:
    """A world as it is written: its tables are texts."""

    title: str = key("Title of the world")
    why: str = key("The arithmetic")
    # One answer shows that an option exists; only a second one shows what it does.
    answers: tuple[Values, ...] = key(
        "One for each definition", least=2, words="two answers or more, of definitions that differ"
    )
    subject: Values = key("Columns of the subjects table", make=dict)
    definition: Values = key("What it adds to the definition of the chapter", make=dict)
    visits: str = key("Its visits", "")
    relapses: str = key("Its relapses", "")
    scans: str = key("Its scans", "")
    treatments: str = key("Its treatments", "")
    courses: str = key("Its courses", "")
    observed: str = key("When somebody was looking", "")


_Asked: type = make_dataclass(
    "_Asked",
    [
        ("changes", Values, key("Values in which its definition differs", name="with", make=dict)),
        *((name, object, None) for name in (*_SPELL_KEYS, "refused", "readings", "counted", "parts")),
    ],
    frozen=True,
)
"""An answer as it is written: the definition, and what is expected of it by its columns and rows."""


def read_chapter(written: Mapping[str, Any], path: Path) -> Chapter:
    """A chapter from the plain data of its file; InputProblems with all that is wrong in it."""
    reader = RecordReader(path.name)
    said = reader.fill(_ChapterFile, written)
    definition = said.get("definition", {})
    base = _nested(definition, definition.get("rule", ""))
    worlds = [
        _world(reader, reader.fill(_WorldTable, one, f"world[{place}]."), f"world[{place}].", base, said)
        for place, one in enumerate(said.get("world", ()), 1)
    ]
    if reader.problems:
        raise InputProblems(reader.problems)
    title, intro = (" ".join(said[name].split()) for name in ("title", "intro"))
    return Chapter(path.stem, title, intro, tuple(_flat(definition)), tuple(worlds))


def _world(reader: RecordReader, said: Values, at: str, base: Values, chapter: Values) -> World:
    """A world of what could be read of it; of one that is wrong all problems are told, and nobody sees it."""
    about = _subject(reader, {**chapter.get("subject", {}), **said.get("subject", {})}, at)
    sheets = [_sheet(reader, name, said[name], f"{at}{name}") for name in TABLE_NAMES if name in said]
    own = said.get("definition", {})
    # A world of another rule than its file starts afresh: values of one rule mean nothing in another.
    start = _nested(own, own["rule"]) if "rule" in own else _merged(base, _nested(own, base.get("rule", "")))
    answers = [
        _answer(reader, one, f"{at}answers[{place}].", start) for place, one in enumerate(said.get("answers", ()), 1)
    ]
    kept = tuple(answer for answer in answers if answer is not None)
    title, why = (" ".join(said.get(name, "").split()) for name in ("title", "why"))
    return World(title, why, about, tuple(sheets), tuple(_flat(own)), kept)


def _subject(reader: RecordReader, written: Values, at: str) -> Values:
    columns = {column.name: column for column in TABLES["subjects"].columns}
    # Nearly every world is of somebody who entered, and says nothing of a last day.
    about: Values = {"entered": "yes", "last_day": None}
    for name, value in written.items():
        if name in columns:
            about[name] = _cell(reader, str(value), columns[name], f"{at}subject.{name}")
        else:
            _unknown(reader, "key", name, columns, f"{at}subject.{name}")
    return about


def _sheet(reader: RecordReader, table: str, text: str, at: str) -> Sheet:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    header, body = tuple(lines[0]) if lines else (), lines[1:]
    columns = {column.name: column for column in TABLES[table].with_precisions}
    for name in header:
        if name not in columns:
            _unknown(reader, "column", name, columns, f"{at}.{name}")
    for place, cells in enumerate(body, 1):
        if len(cells) != len(header):
            allowed = f"{len(header)}, as in the header"
            reader.complain(at, found=f"{len(cells)} cells in line {place}", allowed=allowed, do="Correct the line.")
    # Not strict: a line of another length was named just above, and the rest of the file is still to be read.
    rows = [
        {
            name: _cell(reader, cell, columns[name], f"{at}.{name}")
            for name, cell in zip(header, cells, strict=False)
            if name in columns
        }
        for cells in body
    ]
    return Sheet(table, header, tuple(tuple(cells) for cells in body), tuple(rows))


def _unknown(reader: RecordReader, noun: str, name: str, known: Iterable[str], at: str) -> None:
    do = nearest(name, known) or reader.stray
    reader.complain(at, found=f"unknown {noun} '{name}'", allowed=", ".join(known), do=do)


def _cell(reader: RecordReader, text: str, column: Column, at: str) -> int | float | str | None:
    # Columns are separated by spaces, so an empty cell needs a sign.
    if text == "-":
        return None
    value: int | float | str | None
    try:
        value = {"day": int, "integer": int, "number": float}.get(column.kind, str)(text)
    except ValueError:
        value = None
    outside = column.choices and value not in column.choices
    if value is None or outside:
        allowed = f"{column.allowed}, or - for nothing"
        reader.complain(at, found=f"'{text}'", allowed=allowed, do="Correct the cell.")
    return value


def _answer(reader: RecordReader, written: Values, at: str, start: Values) -> Answer | None:
    changes = reader.fill(_Asked, written, at).get("changes", {})
    stated = {name: value for name, value in written.items() if name != "with"}
    _check_stated(reader, stated, at)
    asked = _NAMELESS | _merged(start, _nested(changes, start.get("rule", "")))
    try:
        endpoint = read_endpoint(asked, Path(reader.file))
    except InputProblems as found:
        # Problems of the definition are named by their place in the world's file, where they can be mended.
        for one in found.problems:
            reader.complain(f"{at}{one.column}", found=one.found, allowed=one.allowed, do=one.next_step)
        return None
    return Answer(endpoint, tuple(_flat(changes)), stated)


def _check_stated(reader: RecordReader, stated: Values, at: str) -> None:
    """An answer says what happened: an event and its day, or none, to when and why."""
    # Neither has a spell that could be stated.
    if "refused" in stated or "readings" in stated:
        return
    if "event" not in stated:
        allowed = f"the day of the event, or '{NOTHING}'"
        reader.complain(f"{at}event", found="nothing", allowed=allowed, do="Say what happened.")
    # Without an event the answer is when and why somebody left: that is where definitions differ.
    elif stated["event"] == NOTHING and not {"exit", "reason"} <= stated.keys():
        allowed = "the exit and its reason as well"
        reader.complain(f"{at}exit", found="no event", allowed=allowed, do="Say when and why it ended.")


def _nested(written: Mapping[str, Any], rule: str) -> Values:
    """Values of a definition at their place: what is no field of the endpoint is one of its rule.

    A value may be called as another rule is (`fever`, `course`), so only the table of the rule itself is one.
    """
    rule = written.get("rule", rule)
    own = {name: value for name, value in written.items() if name in (*_OWN_FIELDS, rule)}
    of_rule = {name: value for name, value in written.items() if name not in own}
    return _merged(own, {rule: of_rule}) if of_rule else own


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> Values:
    merged = dict(one)
    for name, value in other.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merged(merged[name], value) if both else value
    return merged


def _flat(written: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Values by their dotted names, in the order written."""
    for name, value in written.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


# ---------------------------------------------------------------- fields


# How an endpoint is summarised and where a value comes from changes nobody's answer.
_NOT_ASKED = (Estimation, ValueSource)
_NOT_OF_RULES = frozenset({"name", "title", "event_free", "rule", "summary", "estimation", "sources"})


def differing(one: object, other: object) -> set[str]:
    """The fields, as `Record.field`, in which two records of `definitions` differ.

    >>> from remission.outcomes.definitions.rules.relapse import Relapse
    >>> differing(Relapse(), Relapse(minimum_days=2))
    {'Relapse.minimum_days'}
    """
    return {name for name, _, _ in _pairs(one, other)}


def _pairs(one: object, other: object) -> Iterator[tuple[str, object, object]]:
    # `entries` leaves out what is filled in from other files: the endpoints themselves are compared.
    mine, yours = ({name: value for name, _, value in entries(record)} for record in (one, other))
    for name in dict.fromkeys((*mine, *yours)):  # of two rules one has no place for the other's values
        ours, theirs = mine.get(name), yours.get(name)
        if ours == theirs:
            continue
        if _alike(ours, theirs):
            both = (ours, theirs) if isinstance(ours, tuple) else ((ours,), (theirs,))
            for ours_inside, theirs_inside in zip(*both, strict=True):
                yield from _pairs(ours_inside, theirs_inside)
        else:
            yield f"{type(one).__name__}.{name}", ours, theirs


def _alike(ours: object, theirs: object) -> bool:
    """Are these records of one kind, or as many of one kind: is the difference inside them?"""
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        return len(ours) == len(theirs) and all(map(is_dataclass, (*ours, *theirs)))
    return is_dataclass(ours) and type(ours) is type(theirs)


def fields_in_use(endpoint: Endpoint) -> frozenset[str]:
    """The fields, as `Record.field`, that an endpoint or a part of it uses.

    An option is used when it is not at its default; a choice that every definition has to make, whatever it is, but for
    numbers that are 0 or not there.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> "Confirmation.days" in fields_in_use(load_endpoint("cdp-12w"))
    True
    """
    found = set(_used(endpoint))
    others = (*endpoint.parts, *(() if endpoint.origin is None else (endpoint.origin,)))
    return frozenset(found.union(*(fields_in_use(other) for other in others)))


def _used(record: object) -> Iterator[str]:
    for name, item, value in entries(record):
        if name in _NOT_OF_RULES:
            continue
        # At its default an option is not used; a choice that must always be made counts as used, but for numbers that
        # are off.
        if value == item.default and (item.metadata["off"] or not value):
            continue
        yield f"{type(record).__name__}.{name}"
        for inner in value if isinstance(value, tuple) else (value,):
            if is_dataclass(inner) and not isinstance(inner, _NOT_ASKED):
                yield from _used(inner)


def worlds_about(endpoint: Endpoint) -> tuple[World, ...]:
    """The worlds that bear on an endpoint: about an option that it uses.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> any("per cent" in world.title for world in worlds_about(load_endpoint("t25fw-20pct")))
    True
    """
    used = fields_in_use(endpoint)
    return tuple(world for chapter in load_chapters() for world in chapter.worlds if used.intersection(world.varied))
