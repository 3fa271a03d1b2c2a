"""Worlds worked by hand: tiny tables of records, the arithmetic, and the answer of each definition asked of them.

A world of `library/worlds/` holds the records of one person and several definitions that differ in one value, each with
its answer. The files are three things at once: the reference documentation of every option, a test of the engine, and a
test of the plain twin. Their form is written at the top of `library/worlds/README.md`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from remission.inputs.problems import InputProblems, Problem, nearest
from remission.library.catalogue import library_files
from remission.outcomes.definitions.reading import read_endpoint
from remission.outcomes.definitions.records import Endpoint, Estimation, ValueSource
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
_ANSWER_KEYS = ("with", *_SPELL_KEYS, "refused", "readings", "counted", "parts")
_WORLD_KEYS = ("title", "why", "subject", *TABLE_NAMES, "definition", "answers")
_FILE_KEYS = ("title", "intro", "definition", "subject", "world")
# What every endpoint must have and no world is about; a file would only repeat it.
_NAMELESS = {"name": "world", "title": "Asked", "event_free": "Free of it"}
# Whatever is not among these belongs to the table of the rule, so that a world writes one flat list of values.
_OWN_FIELDS = frozenset(item.name for item in fields(Endpoint) if not item.metadata.get("resolved"))

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
            chapters.append(read_chapter(tomllib.loads(path.read_text(encoding="utf-8")), path))
        except tomllib.TOMLDecodeError as error:
            problems.append(
                Problem.of_file(path.name, found=str(error), allowed="a TOML file in UTF-8", do="Correct the file.")
            )
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


def read_chapter(written: Mapping[str, Any], path: Path) -> Chapter:
    """A chapter from the plain data of its file; InputProblems with all that is wrong in it."""
    reader = _Reader(path)
    chapter = reader.chapter(written)
    if reader.problems:
        raise InputProblems(reader.problems)
    return chapter


class _Reader:
    """Fills chapters from TOML values and collects what is wrong; a place is the number of the world and its key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def problem(self, key: str, found: str, allowed: str, next_step: str = "Correct the file.") -> None:
        self.problems.append(Problem.at_key(self.path.name, key, found=found, allowed=allowed, do=next_step))

    def known(self, written: Mapping[str, Any], allowed: Sequence[str], key: str) -> None:
        for name in written:
            if name not in allowed:
                advice = nearest(name, allowed) or "Use one of those."
                self.problem(f"{key}{name}", f"unknown key '{name}'", ", ".join(allowed), advice)

    def chapter(self, written: Mapping[str, Any]) -> Chapter:
        self.known(written, _FILE_KEYS, "")
        base = _nested(written.get("definition", {}), written.get("definition", {}).get("rule", ""))
        worlds = [
            self.world(one, f"world[{place}].", base, written.get("subject", {}))
            for place, one in enumerate(written.get("world", []), 1)
        ]
        if not worlds:
            self.problem("world", "nothing", "at least one world")
        title, intro = self.words(written, "title", ""), self.words(written, "intro", "")
        return Chapter(self.path.stem, title, intro, tuple(_flat(written.get("definition", {}))), tuple(worlds))

    def words(self, written: Mapping[str, Any], name: str, key: str) -> str:
        text = written.get(name)
        if not isinstance(text, str) or not text.strip():
            self.problem(f"{key}{name}", repr(text), "text that is not empty")
            return ""
        return " ".join(text.split())

    def world(self, written: Mapping[str, Any], key: str, base: Values, subject: Mapping[str, Any]) -> World:
        self.known(written, _WORLD_KEYS, key)
        about = self.subject({**subject, **written.get("subject", {})}, key)
        sheets = [self.sheet(name, written[name], f"{key}{name}") for name in TABLE_NAMES if name in written]
        own = written.get("definition", {})
        # A world of another rule than its file starts afresh: values of one rule mean nothing in another.
        start = _nested(own, own["rule"]) if "rule" in own else _merged(base, _nested(own, base.get("rule", "")))
        answers = [
            self.answer(one, f"{key}answers[{place}].", start)
            for place, one in enumerate(written.get("answers", []), 1)
        ]
        # One answer shows that an option exists; only a second one shows what it does.
        if len(answers) < 2:
            self.problem(f"{key}answers", f"{len(answers)}", "two answers or more, of definitions that differ")
        kept = tuple(answer for answer in answers if answer is not None)
        title, why = self.words(written, "title", key), self.words(written, "why", key)
        return World(title, why, about, tuple(sheets), tuple(_flat(own)), kept)

    def subject(self, written: Mapping[str, Any], key: str) -> Values:
        columns = {column.name: column for column in TABLES["subjects"].columns}
        self.known(written, tuple(columns), f"{key}subject.")
        # Nearly every world is of somebody who entered, and says nothing of a last day.
        about: Values = {"entered": "yes", "last_day": None}
        for name, value in written.items():
            if name in columns:
                about[name] = self.cell(str(value), columns[name], f"{key}subject.{name}")
        return about

    def sheet(self, table: str, text: object, key: str) -> Sheet:
        lines = [line.split() for line in str(text).splitlines() if line.strip()]
        header, body = tuple(lines[0]) if lines else (), lines[1:]
        columns = {column.name: column for column in TABLES[table].columns}
        self.known(dict.fromkeys(header), tuple(columns), f"{key}.")
        for place, cells in enumerate(body, 1):
            if len(cells) != len(header):
                self.problem(key, f"{len(cells)} cells in line {place}", f"{len(header)}, as in the header")
        rows = [
            {
                name: self.cell(cell, columns[name], f"{key}.{name}")
                # Not strict: a line of another length was named just above, and the rest of the file is still to be
                # read.
                for name, cell in zip(header, cells, strict=False)
                if name in columns
            }
            for cells in body
        ]
        return Sheet(table, header, tuple(tuple(cells) for cells in body), tuple(rows))

    def cell(self, text: str, column: Column, key: str) -> int | float | str | None:
        # Columns are separated by spaces, so an empty cell needs a sign.
        if text == "-":
            return None
        try:
            value = {"day": int, "integer": int, "number": float}.get(column.kind, str)(text)
        except ValueError:
            value = None
        outside = column.choices and value not in column.choices
        if value is None or outside:
            self.problem(key, f"'{text}'", f"{column.allowed}, or - for nothing")
        return value  # type: ignore[no-any-return]  # one of the three kinds above

    def answer(self, written: Mapping[str, Any], key: str, start: Values) -> Answer | None:
        self.known(written, _ANSWER_KEYS, key)
        stated = {name: value for name, value in written.items() if name != "with"}
        self.check_stated(stated, key)
        changes = written.get("with", {})
        asked = _NAMELESS | _merged(start, _nested(changes, start.get("rule", "")))
        try:
            endpoint = read_endpoint(asked, self.path)
        # Problems of the definition are named by their place in the world's file, where they can be mended.
        except InputProblems as found:
            self.problems += [
                Problem.at_key(
                    self.path.name, f"{key}{one.column}", found=one.found, allowed=one.allowed, do=one.next_step
                )
                for one in found.problems
            ]
            return None
        return Answer(endpoint, tuple(_flat(changes)), stated)

    def check_stated(self, stated: Mapping[str, Any], key: str) -> None:
        """An answer says what happened: an event and its day, or none, to when and why."""
        # Neither has a spell that could be stated.
        if "refused" in stated or "readings" in stated:
            return
        if "event" not in stated:
            self.problem(f"{key}event", "nothing", f"the day of the event, or '{NOTHING}'")
        # Without an event the answer is when and why somebody left: that is where definitions differ.
        elif stated["event"] == NOTHING and not {"exit", "reason"} <= stated.keys():
            self.problem(f"{key}exit", "no event", "the exit and its reason as well")


def _nested(written: Mapping[str, Any], rule: str) -> Values:
    """Values of a definition at their place: what is no field of the endpoint is one of its rule."""
    own = {name: value for name, value in written.items() if name in _OWN_FIELDS}
    of_rule = {name: value for name, value in written.items() if name not in _OWN_FIELDS}
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

    >>> from remission.outcomes.definitions.records import Relapse
    >>> differing(Relapse(), Relapse(minimum_days=2))
    {'Relapse.minimum_days'}
    """
    return {name for name, _, _ in _pairs(one, other)}


def _pairs(one: object, other: object) -> Iterator[tuple[str, object, object]]:
    for item in fields(one):  # type: ignore[arg-type]  # only called with the dataclasses of `definitions`
        # Filled in from other files: the endpoints themselves are compared, not what they were made into.
        if item.metadata.get("resolved"):
            continue
        ours, theirs = getattr(one, item.name), getattr(other, item.name)
        if ours == theirs:
            continue
        if _alike(ours, theirs):
            pairs = zip(ours, theirs, strict=True) if isinstance(ours, tuple) else [(ours, theirs)]
            for mine, yours in pairs:
                yield from _pairs(mine, yours)
        else:
            yield f"{type(one).__name__}.{item.name}", ours, theirs


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
    for item in fields(record):  # type: ignore[arg-type]  # only called with the dataclasses of `definitions`
        value = getattr(record, item.name)
        if item.metadata.get("resolved") or item.name in _NOT_OF_RULES:
            continue
        # At its default an option is not used; a choice that must always be made counts as used, but for numbers that
        # are off.
        if value == item.default and (item.metadata["off"] or not value):
            continue
        yield f"{type(record).__name__}.{item.name}"
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
