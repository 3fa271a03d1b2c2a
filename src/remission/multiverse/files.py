"""Files that say which values of an endpoint vary: strictly read, every problem at once."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import RecordReader, as_found, parse_toml
from remission.library.catalogue import library_files
from remission.multiverse.identity import definition_text
from remission.outcomes.definitions.reading import load_endpoint, locate_endpoint
from remission.outcomes.definitions.records import Endpoint, ValueSource
from remission.outcomes.definitions.varied import EndpointData, Values, in_words, settable, with_values

# More choices than can be read in one picture, and more definitions than one waits for.
MOST_CHOICES, MOST_DEFINITIONS = 12, 1_000
_VALUES = 'a table: { "dotted.name" = value }'


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

    when: Values = key("Name at least one value", least=1, words=_VALUES)
    why: str = key("Why nobody would ask for them together")


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


@dataclass(frozen=True)
class _Row:
    """A choice as it is written: `options` are values, or tables of a label and what it sets."""

    options: tuple[object, ...] = key("The ways to decide", least=2, words="a list of at least two options")
    value: str = key("The dotted name of the value that the options are of", "")
    name: str = key("What heads its column in files", "")
    label: str = key("What is decided, in words", "")


@dataclass(frozen=True)
class _Setting:
    """An option that sets several values."""

    label: str = key("The option in words")
    sets: Values = key("What it sets", name="set", words=_VALUES)


@dataclass(frozen=True)
class _Value:
    """An option of a choice of one value."""

    value: object = key("The value")
    label: str = key("The option in words", "")


@dataclass(frozen=True)
class _Written:
    """A file of choices as it is written."""

    endpoint: str = key("The endpoint to vary", words="an endpoint of the library, or a FILE.toml")
    vary: tuple[_Row, ...] = key("What is decided", least=1, words="at least one [[vary]]")
    name: str = key("Short name, used in file names", "")
    title: str = key("Title as it stands on pages", "")
    summary: str = key("What is compared", "")
    at_years: float | None = key("The time at which definitions are compared", None)
    illegal: tuple[Meaningless, ...] = key("Values that mean nothing together", ())
    sources: tuple[ValueSource, ...] = key("Where options come from", ())


def load_multiverse(name_or_file: str | Path) -> VaryFile:
    """A multiverse of the library by its name, or one from a TOML file; InputProblems with everything wrong in it.

    >>> load_multiverse("cdp").endpoint.name
    'cdp-24w'
    """
    path = _locate(str(name_or_file))
    written = parse_toml(path.read_bytes(), path.name)
    reader = RecordReader(path.name)
    filled = reader.fill(_Written, written)
    data, base = _endpoint(reader, filled.get("endpoint"), path)
    choices = tuple(_choices(reader, written.get("vary")))
    _check_choices(reader, choices)
    if data is not None and base is not None:
        _check_names(reader, base, choices, filled.get("illegal", ()))
        _check_years(reader, base, filled.get("at_years"))
        choices = tuple(_worded(choice, base) for choice in choices)
    _check_sources(reader, filled.get("sources", ()), choices)
    if reader.problems or data is None or base is None:
        raise InputProblems(reader.problems)
    said = _Written(**filled)
    return VaryFile(
        said.name or path.stem,
        said.title or base.title,
        said.summary,
        base,
        data,
        said.at_years,
        choices,
        said.illegal,
        said.sources,
        _digest(path.read_text(encoding="utf-8-sig"), data, base),
    )


def _digest(text: str, data: EndpointData, base: Endpoint) -> str:
    # What the endpoint's files say is part of the digest: edited, kept results would be of another definition.
    varied = json.dumps([data.written, [part.name for part in base.parts]], sort_keys=True, default=str)
    return hashlib.sha256(f"{text}\n{varied}\n{definition_text(base)}".encode()).hexdigest()


def _locate(name: str) -> Path:
    if name.endswith(".toml"):
        if Path(name).is_file():
            return Path(name)
        do = "Check the path."
        raise InputProblems(Problem.of_file(name, found="no such file", allowed="a file of choices to vary", do=do))
    known = {path.stem: path for path in library_files("multiverses", ".toml")}
    if name in known:
        return known[name]
    found, allowed = f"no multiverse called '{name}'", f"{', '.join(known)}, or a FILE.toml"
    do = nearest(name, known) or "Use one of those."
    raise InputProblems(Problem.of_file(name, found=found, allowed=allowed, do=do))


def _endpoint(reader: RecordReader, name: str | None, path: Path) -> tuple[EndpointData | None, Endpoint | None]:
    if name is None:
        return None, None
    # An endpoint file is named as seen from the file that names it.
    located = str(path.parent / name) if name.endswith(".toml") else name
    try:
        endpoint = load_endpoint(located)
    except InputProblems as found:
        reader.problems += found.problems
        return None, None
    file = locate_endpoint(located, None)
    return EndpointData(parse_toml(file.read_bytes(), file.name), file), endpoint


# ---------------------------------------------------------------- choices


def _choices(reader: RecordReader, rows: object) -> Iterator[Choice]:
    """The choices with their options, those that can be read; the rows themselves were read, and told, before."""
    for place, written in enumerate(rows if isinstance(rows, list) else [], 1):
        row = RecordReader(reader.file).record(_Row, written) if isinstance(written, dict) else None
        if row is None:
            continue
        within = f"vary[{place}]."
        if not row.value and not row.label:
            do = "Say in words what is decided."
            reader.complain(f"{within}label", found="nothing", allowed="text in quotes", do=do)
        read = [_option(reader, one, row.value, f"{within}options[{at}]") for at, one in enumerate(row.options, 1)]
        yield Choice(row.name or row.value or row.label, row.label, tuple(one for one in read if one is not None))


def _option(reader: RecordReader, written: object, value: str, at: str) -> Option | None:
    if isinstance(written, dict) and "set" in written:
        setting = reader.record(_Setting, written, f"{at}.")
        return None if setting is None else Option(setting.label, setting.sets)
    if not value:
        allowed = "{ label = ..., set = { ... } }, because this row names no value"
        reader.complain(at, found=as_found(written), allowed=allowed, do="Add value = ... to the row, or a set.")
        return None
    if not isinstance(written, dict):
        return Option("", {value: written})
    one = reader.record(_Value, written, f"{at}.")
    return None if one is None else Option(one.label, {value: one.value})


def _worded(choice: Choice, base: Endpoint) -> Choice:
    """The choice with words where the file gave none: the meaning of the value, the values as they are read."""
    meanings = settable(base)
    named = [name for option in choice.options for name in option.sets]
    label = choice.label or (meanings.get(named[0], named[0]) if named else choice.name)
    options = tuple(replace(option, label=option.label or in_words(option.sets)) for option in choice.options)
    return replace(choice, label=label, options=options)


# ---------------------------------------------------------------- what no key can say alone


def _check_choices(reader: RecordReader, choices: Sequence[Choice]) -> None:
    """Each value is set by one choice, each option is another, and the whole can be worked through."""
    setters: dict[str, str] = {}
    for at, choice in enumerate(choices, 1):
        _check_distinct(reader, choice, f"vary[{at}].options")
        for name in dict.fromkeys(name for option in choice.options for name in option.sets):
            # The later would win in silence, and half of the grid would be the same.
            if name in setters:
                do = f"{setters[name]} sets it."
                reader.complain(f"vary[{at}]", found=f"'{name}' again", allowed="each value set by one choice", do=do)
            setters[name] = f"vary[{at}]"
    if repeated := [one.name for place, one in enumerate(choices) if one.name in {c.name for c in choices[:place]}]:
        allowed = "each choice with a name of its own"
        reader.complain("vary", found=f"'{repeated[0]}' twice", allowed=allowed, do="Add a name.")
    size = math.prod(len(choice.options) for choice in choices)
    if len(choices) > MOST_CHOICES:
        found, allowed = f"{len(choices)} choices", f"at most {MOST_CHOICES}"
        reader.complain("vary", found=found, allowed=allowed, do="Fix some of them.")
    if size > MOST_DEFINITIONS:
        found, allowed = f"{size:,} definitions", f"at most {MOST_DEFINITIONS:,}"
        reader.complain("vary", found=found, allowed=allowed, do="Take options out.")


def _check_distinct(reader: RecordReader, choice: Choice, at: str) -> None:
    """Two options that say the same would count one definition twice."""
    seen: list[Mapping[str, Any]] = []
    labels = [option.label for option in choice.options if option.label]
    if len(labels) != len(set(labels)):
        reader.complain(at, found="a label twice", allowed="each option with a label of its own", do="Rename one.")
    for option in choice.options:
        made = with_values({}, option.sets)
        if made in seen:
            reader.complain(at, found="the same option twice", allowed="options that differ", do="Take one out.")
        seen.append(made)


def _check_names(reader: RecordReader, base: Endpoint, choices: Sequence[Choice], rules: Sequence[Meaningless]) -> None:
    """What options and rules name must be values that the endpoint has and that may vary."""
    known = settable(base)
    named = [
        (f"vary[{at}]", name)
        for at, choice in enumerate(choices, 1)
        for name in dict.fromkeys(name for option in choice.options for name in option.sets)
    ]
    named += [(f"illegal[{at}].when", name) for at, rule in enumerate(rules, 1) for name in rule.when]
    for at, name in named:
        if name not in known:
            allowed = "the dotted name of a value of this endpoint that may vary"
            do = nearest(name, known) or "`remission endpoints` shows its values."
            reader.complain(at, found=f"'{name}'", allowed=allowed, do=do)


def _check_years(reader: RecordReader, base: Endpoint, at_years: float | None) -> None:
    years = base.estimation.at_years
    if at_years is not None and at_years not in years:
        allowed = f"one of the endpoint's times: {', '.join(f'{year:g}' for year in years)}"
        reader.complain("at_years", found=f"{at_years:g}", allowed=allowed, do="Choose one of those.")


def _check_sources(reader: RecordReader, sources: Sequence[ValueSource], choices: Sequence[Choice]) -> None:
    known = [name for choice in choices for name in (choice.name, *(option.label for option in choice.options))]
    for at, source in enumerate(sources, 1):
        for name in source.of:
            if name not in known:
                allowed, do = "the name of a choice or the label of an option", nearest(name, known)
                do = do or "Write it as it stands there."
                reader.complain(f"sources[{at}].of", found=f"'{name}'", allowed=allowed, do=do)
