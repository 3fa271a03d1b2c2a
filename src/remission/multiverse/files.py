"""Files that say which values of an endpoint vary: strictly read, every problem at once.

What an option sets is written into the endpoint's own TOML data and read by the endpoint reader, so that a value is
refused here for the same reasons, in the same words, as in an endpoint file.
"""

from __future__ import annotations

import copy
import difflib
import hashlib
import json
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from remission.inputs.problems import InputProblems, Problem
from remission.library.catalogue import library_files
from remission.outcomes.definitions import reading as endpoint_files
from remission.outcomes.definitions.records import Endpoint, ValueSource

Values = Mapping[str, Any]

# What a definition is called and how it is summarised is not what it defines.
NOT_VARIED = ("name", "title", "event_free", "summary", "rule", "sources", "estimation")
# More choices than can be read in one picture, and more definitions than one waits for.
MOST_CHOICES, MOST_DEFINITIONS = 12, 1_000
_KEYS = ("name", "title", "summary", "endpoint", "at_years", "vary", "illegal", "sources")
_NAMES_OPTIONS = "a list of at least two options"


@dataclass(frozen=True)
class Option:
    """One way to decide: its words, and what it sets in the endpoint (dotted names)."""

    label: str
    sets: Values


@dataclass(frozen=True)
class Choice:
    """One thing to decide, with its options in order; `name` heads its column in files."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Meaningless:
    """Values that the user declares meaningless together, and why."""

    when: Values
    why: str


@dataclass(frozen=True)
class EndpointData:
    """An endpoint as its file has it, before the reader: what options are written into."""

    written: Mapping[str, Any]
    path: Path


@dataclass(frozen=True)
class VaryFile:
    """A multiverse: one endpoint and the choices in its definition.

    `at_years` is the time at which definitions are compared (None: the last of the endpoint's that all reach), `digest`
    that of the file and of the endpoint it varies.
    """

    name: str
    title: str
    summary: str
    endpoint: Endpoint
    data: EndpointData
    at_years: float | None
    choices: tuple[Choice, ...]
    illegal: tuple[Meaningless, ...]
    sources: tuple[ValueSource, ...]
    digest: str

    @property
    def combinations(self) -> int:
        """How many definitions there would be if none were illegal."""
        return math.prod(len(choice.options) for choice in self.choices)


def load_multiverse(name_or_file: str | Path) -> VaryFile:
    """A multiverse of the library by its name, or one from a TOML file; InputProblems with everything wrong in it.

    >>> load_multiverse("cdp").endpoint.name
    'cdp-24w'
    """
    path = _locate(str(name_or_file))
    try:
        text = path.read_text(encoding="utf-8-sig")
        written = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputProblems(
            [_problem(path.name, None, str(error), "a TOML file in UTF-8", "Correct the file.")]
        ) from None
    return _Parser(path).parse(written, text)


def read_varied(data: EndpointData, sets: Values) -> Endpoint:
    """The endpoint with these values set, through the reader of endpoint files; InputProblems as that raises them.

    A dotted name that begins with the name of a part of a composite sets a value of that part.
    """
    # The whole first, for the parts inherit from it; then what is set in each part.
    written = _with(data.written, {name: value for name, value in sets.items() if _is_own(name)})
    endpoint = _read(written, data.path)
    if endpoint.composite is None:
        return _read(_with(written, sets), data.path)
    return replace(endpoint, parts=tuple(_part(endpoint, part, data, sets) for part in endpoint.parts))


def _part(whole: Endpoint, part: Endpoint, data: EndpointData, sets: Values) -> Endpoint:
    prefix = f"{part.name}."
    own = {name.removeprefix(prefix): value for name, value in sets.items() if name.startswith(prefix)}
    if not own:
        return part
    assert whole.composite is not None
    (listed,) = (name for name, one in zip(whole.composite.parts, whole.parts, strict=True) if one is part)
    path = endpoint_files.locate_endpoint(listed, data.path)
    varied = _read(_with(_written(path), own), path)
    return endpoint_files.inherit_from(varied, whole)


def _read(written: Mapping[str, Any], path: Path) -> Endpoint:
    """The one door to the reader of endpoint files: parsed TOML in, a checked endpoint out."""
    return endpoint_files.read_endpoint(written, path)


def _written(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def _is_own(name: str) -> bool:
    """Does the name lead into the endpoint itself, or else into one of its parts?"""
    return name.partition(".")[0] in {item.name for item in fields(Endpoint)}


def _with(written: Mapping[str, Any], sets: Values) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(dict(written))
    for name, value in sets.items():
        *above, last = name.split(".")
        table = changed
        for key in above:
            inner = table.setdefault(key, {})
            table = inner if isinstance(inner, dict) else table
        table[last] = copy.deepcopy(value)
    return changed


def _locate(name: str) -> Path:
    if name.endswith(".toml"):
        if Path(name).is_file():
            return Path(name)
        raise InputProblems([_problem(name, None, "no such file", "a file of choices to vary", "Check the path.")])
    found = {path.stem: path for path in library_files("multiverses", ".toml")}
    if name in found:
        return found[name]
    allowed = f"{', '.join(found)}, or a FILE.toml"
    raise InputProblems([_problem(name, None, f"no multiverse called '{name}'", allowed, _hint(name, tuple(found)))])


def _problem(file: str, key: str | None, found: str, allowed: str, next_step: str) -> Problem:
    return Problem.at_key(file, key, found=found, allowed=allowed, do=next_step)


def _hint(found: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(found, list(known), n=1, cutoff=0.4)
    return f"Did you mean '{near[0]}'?" if near else "Use one of those."


class _Parser:
    """Reads one file and collects what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def problem(self, key: str, found: str, allowed: str, next_step: str) -> None:
        self.problems.append(_problem(self.path.name, key, found, allowed, next_step))

    def parse(self, written: Mapping[str, Any], text: str) -> VaryFile:
        self.check_keys(written, _KEYS, "")
        data, base = self.endpoint(written.get("endpoint"))
        choices = tuple(self.choices(written.get("vary")))
        rules = tuple(self.rules(written.get("illegal", [])))
        at_years = self.at_years(written.get("at_years"), base)
        sources = self.sources(written.get("sources", []), choices)
        if data is not None and base is not None:
            self.check_values(data, base, choices, rules)
            choices = tuple(_worded(choice, base) for choice in choices)
        self.check_size(choices)
        title = self.text(written, "title", default=base.title if base else "")
        summary = self.text(written, "summary", default="")
        name = self.text(written, "name", default=self.path.stem)
        if self.problems or data is None or base is None:
            raise InputProblems(self.problems)
        # What the endpoint's files say is part of the digest: edited, kept results would be of another definition.
        varied = json.dumps([data.written, [part.name for part in base.parts]], sort_keys=True, default=str)
        digest = hashlib.sha256(f"{text}\n{varied}\n{base!r}".encode()).hexdigest()
        return VaryFile(name, title, summary, base, data, at_years, choices, rules, sources, digest)

    def check_keys(self, table: Mapping[str, Any], known: Sequence[str], prefix: str) -> None:
        for key in table:
            if key not in known:
                self.problem(f"{prefix}{key}", f"unknown key '{key}'", ", ".join(known), _hint(key, known))

    def text(self, table: Mapping[str, Any], key: str, prefix: str = "", default: str | None = None) -> str:
        value = table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            found = "nothing" if value is None else repr(value)
            self.problem(f"{prefix}{key}", found, "text", f"Write {key} in quotes.")
            return ""
        return value

    def endpoint(self, written: object) -> tuple[EndpointData | None, Endpoint | None]:
        if not isinstance(written, str):
            found = "nothing" if written is None else repr(written)
            self.problem("endpoint", found, "an endpoint of the library, or a FILE.toml", "Name the endpoint to vary.")
            return None, None
        try:
            endpoint = endpoint_files.load_endpoint(_beside(written, self.path))
        except InputProblems as found_problems:
            self.problems += found_problems.problems
            return None, None
        path = endpoint_files.locate_endpoint(_beside(written, self.path), None)
        return EndpointData(_written(path), path), endpoint

    def at_years(self, written: object, base: Endpoint | None) -> float | None:
        if written is None or base is None:
            return None
        years = base.estimation.at_years
        if isinstance(written, bool) or not isinstance(written, int | float) or float(written) not in years:
            allowed = ", ".join(f"{year:g}" for year in years)
            self.problem("at_years", repr(written), f"one of the endpoint's times: {allowed}", "Choose one of those.")
            return None
        return float(written)

    def choices(self, written: object) -> Iterator[Choice]:
        for place, row in enumerate(self.rows(written, "vary", "at least one [[vary]]"), 1):
            prefix = f"vary[{place}]."
            self.check_keys(row, ("value", "name", "label", "options"), prefix)
            value = self.text(row, "value", prefix, default="")
            label = self.text(row, "label", prefix, default=None if not value else "")
            name = self.text(row, "name", prefix, default=value or label)
            options = row.get("options")
            if not isinstance(options, list) or len(options) < 2:
                found = (
                    "nothing"
                    if options is None
                    else f"{len(options)} option"
                    if isinstance(options, list)
                    else repr(options)
                )
                self.problem(f"{prefix}options", found, _NAMES_OPTIONS, "Write options = [ ... ].")
                continue
            read = [self.option(one, value, f"{prefix}options[{at}].") for at, one in enumerate(options, 1)]
            yield Choice(name, label, tuple(one for one in read if one is not None))

    def option(self, written: Any, value: str, prefix: str) -> Option | None:
        is_table = isinstance(written, dict)
        if is_table and "set" in written:
            self.check_keys(written, ("label", "set"), prefix)
            label = self.text(written, "label", prefix)
            if not isinstance(written["set"], dict):
                self.problem(
                    f"{prefix}set", repr(written["set"]), 'a table: { "dotted.name" = value }', "Write a table."
                )
                return None
            return Option(label, dict(written["set"]))
        if not value:
            allowed = "{ label = ..., set = { ... } }, because this row names no value"
            self.problem(prefix.rstrip("."), repr(written), allowed, "Add value = ... to the row, or a set.")
            return None
        if not is_table:
            return Option("", {value: written})
        self.check_keys(written, ("label", "value"), prefix)
        if "value" not in written:
            self.problem(f"{prefix}value", "nothing", "a value, or a set", "Add it.")
            return None
        return Option(self.text(written, "label", prefix, default=""), {value: written["value"]})

    def rules(self, written: object) -> Iterator[Meaningless]:
        for place, row in enumerate(self.rows(written, "illegal", ""), 1):
            prefix = f"illegal[{place}]."
            self.check_keys(row, ("when", "why"), prefix)
            when, why = row.get("when"), self.text(row, "why", prefix)
            if not isinstance(when, dict) or not when:
                found = "nothing" if when is None else repr(when)
                self.problem(f"{prefix}when", found, 'a table: { "dotted.name" = value }', "Name at least one value.")
                continue
            yield Meaningless(dict(when), why)

    def rows(self, written: object, key: str, needs: str) -> list[dict[str, Any]]:
        rows = [] if written is None else written
        if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
            self.problem(key, repr(written), f"tables [[{key}]]", f"Write [[{key}]].")
            return []
        if needs and not rows:
            self.problem(key, "nothing", needs, f"Write [[{key}]].")
        return rows

    def sources(self, written: object, choices: Sequence[Choice]) -> tuple[ValueSource, ...]:
        reader = endpoint_files.RecordReader(self.path.name)
        rows = self.rows(written, "sources", "")
        found = [reader.record(ValueSource, row, f"sources[{at}].") for at, row in enumerate(rows, 1)]
        self.problems += reader.problems
        if reader.problems:
            return ()
        known = [name for choice in choices for name in (choice.name, *(option.label for option in choice.options))]
        for name in (name for source in found for name in source.of):
            if name not in known:
                self.problem(
                    "sources.of", f"'{name}'", "the name of a choice or the label of an option", _hint(name, known)
                )
        return tuple(found)

    def check_values(
        self, data: EndpointData, base: Endpoint, choices: Sequence[Choice], rules: Sequence[Meaningless]
    ) -> None:
        """Each option alone and each rule's values must be ones that the endpoint can have at all."""
        setters: dict[str, str] = {}
        for at, choice in enumerate(choices, 1):
            self.check_distinct(choice, data, f"vary[{at}]")
            for name in dict.fromkeys(name for option in choice.options for name in option.sets):
                # Two choices that set one value: the later would win in silence, and half of the grid would be the
                # same.
                if name in setters:
                    self.problem(
                        f"vary[{at}]", f"'{name}' again", "each value set by one choice", f"{setters[name]} sets it."
                    )
                setters[name] = f"vary[{at}]"
                self.check_name(name, base, f"vary[{at}]")
        if repeated := [one.name for place, one in enumerate(choices) if one.name in {c.name for c in choices[:place]}]:
            self.problem("vary", f"'{repeated[0]}' twice", "each choice with a name of its own", "Add a name.")
        for at, rule in enumerate(rules, 1):
            for name in rule.when:
                self.check_name(name, base, f"illegal[{at}].when")

    def check_name(self, name: str, base: Endpoint, key: str) -> None:
        known = list(settable(base))
        if name not in known:
            allowed = "the dotted name of a value of this endpoint that may vary"
            self.problem(key, f"'{name}'", allowed, _hint(name, known))

    def check_distinct(self, choice: Choice, data: EndpointData, key: str) -> None:
        """Two options that say the same would count one definition twice."""
        seen: list[Values] = []
        labels = [option.label for option in choice.options if option.label]
        if len(labels) != len(set(labels)):
            self.problem(f"{key}.options", "a label twice", "each option with a label of its own", "Rename one.")
        for option in choice.options:
            if any(_with({}, option.sets) == _with({}, other) for other in seen):
                self.problem(f"{key}.options", "the same option twice", "options that differ", "Take one out.")
            seen.append(option.sets)

    def check_size(self, choices: Sequence[Choice]) -> None:
        size = math.prod(len(choice.options) for choice in choices)
        if len(choices) > MOST_CHOICES:
            self.problem("vary", f"{len(choices)} choices", f"at most {MOST_CHOICES}", "Fix some of them.")
        if size > MOST_DEFINITIONS:
            self.problem("vary", f"{size:,} definitions", f"at most {MOST_DEFINITIONS:,}", "Take options out.")


def _beside(name: str, path: Path) -> str:
    """An endpoint file is named as seen from the file that names it."""
    return str(path.parent / name) if name.endswith(".toml") else name


def settable(endpoint: Endpoint) -> Mapping[str, str]:
    """The dotted names that may vary, those of parts after the part's name, each with its meaning.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> "progression.confirmation.days" in settable(load_endpoint("cdp-12w"))
    True
    """
    found = dict(_named(endpoint, "", NOT_VARIED))
    for part in endpoint.parts:
        found |= dict(_named(part, f"{part.name}.", (*NOT_VARIED, "origin_day", "censoring", "composite")))
    return found


def _named(record: Any, prefix: str, left_out: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Names of the values, a table that the file leaves out (censoring) opened from its own record."""
    for item in fields(record):
        if item.metadata.get("resolved") or item.name in left_out:
            continue
        value = _opened(record, item.name)
        if is_dataclass(value):
            yield from _named(value, f"{prefix}{item.name}.")
        elif not (isinstance(record, Endpoint) and value is None):
            yield f"{prefix}{item.name}", str(item.metadata["meaning"])


def _opened(record: Any, name: str) -> Any:
    from remission.outcomes.definitions.records import Censoring

    value = getattr(record, name)
    return Censoring() if name == "censoring" and value is None else value


def _worded(choice: Choice, base: Endpoint) -> Choice:
    """The choice with words where the file gave none: the meaning of the value, the values as they are read."""
    meanings = settable(base)
    named = [name for option in choice.options for name in option.sets]
    label = choice.label or (meanings.get(named[0], named[0]) if named else choice.name)
    options = tuple(replace(option, label=option.label or _say(option.sets)) for option in choice.options)
    return replace(choice, label=label, options=options)


def _say(sets: Values) -> str:
    """A value in words where the file gives no label.

    >>> _say({"progression.confirmation.days": 84}), _say({"progression.confirmation.days": "none"})
    ('84 days', 'none')
    """
    ((name, value),) = sets.items()
    last = name.rpartition(".")[2]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_say_row(one) for one in value)
    unit = " days" if isinstance(value, int) and (last == "days" or last.endswith("_days")) else ""
    day = "day " if isinstance(value, int) and last.endswith("_day") else ""
    return f"{day}{value:g}{unit}" if isinstance(value, int | float) else str(value)


def _say_row(row: Any) -> str:
    if not isinstance(row, dict):
        return str(row)
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in row.items())
