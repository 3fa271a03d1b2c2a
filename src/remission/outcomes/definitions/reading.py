"""Endpoint definitions from TOML, strictly: an unknown key is an error that names the nearest known one.

The parser reads the records of `definitions` and knows no endpoint: a field added there can be written here at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from remission.inputs.problems import InputProblems, Problem
from remission.library.catalogue import library_files
from remission.outcomes.definitions.fields import FARTHEST_DAY
from remission.outcomes.definitions.forms import endpoint_form, endpoint_of, table_problems
from remission.outcomes.definitions.records import Endpoint, Readings, values

_WORDS = {int: "a whole number", float: "a number", str: "text", bool: "true or false"}


def endpoint_names() -> tuple[str, ...]:
    """Names of the endpoints in the library, in order.

    >>> "halt-ms-efs" in endpoint_names()
    True
    """
    return tuple(sorted(path.stem for path in library_files("endpoints", ".toml")))


def load_endpoint(name_or_file: str | Path) -> Endpoint:
    """An endpoint of the library by its name, or one from a TOML file; InputProblems with everything wrong in it.

    >>> load_endpoint("cdp-12w").record.confirmation.days
    84
    """
    return _load(locate_endpoint(str(name_or_file), None), ())


def endpoint_text(name_or_file: str) -> str:
    """The file of an endpoint as it is written, comments and all: what a definition of one's own starts from.

    >>> endpoint_text("cdp-12w").splitlines()[0][0]
    '#'
    """
    return locate_endpoint(name_or_file, None).read_text(encoding="utf-8-sig")


def locate_endpoint(name: str, beside: Path | None) -> Path:
    """The file of an endpoint: of the library by its name, or a TOML file (beside another one, when that names it)."""
    if name.endswith(".toml"):
        path = Path(name) if beside is None else beside.parent / name
        if path.is_file():
            return path
        raise InputProblems(
            Problem.of_file(str(path), found="no such file", allowed="an endpoint file", do="Check the path.")
        )
    files = {path.stem: path for path in library_files("endpoints", ".toml")}
    if name in files:
        return files[name]
    known = endpoint_names()
    raise InputProblems(
        Problem.of_file(name, found=f"no endpoint called '{name}'", allowed=", ".join(known), do=_hint(name, known))
    )


def _hint(found: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(found, list(known), n=1, cutoff=0.4)
    return f"Did you mean '{near[0]}'?" if near else "Use one of those."


def _load(path: Path, above: tuple[Path, ...]) -> Endpoint:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputProblems(
            Problem.of_file(path.name, found=str(error), allowed="a TOML file in UTF-8", do="Correct the file.")
        ) from None
    return read_endpoint(written, path, above)


def read_endpoint(written: Mapping[str, Any], path: Path, above: tuple[Path, ...] = ()) -> Endpoint:
    """An endpoint from the plain data of its file, with its origin and its parts; InputProblems with all that is wrong.

    `path` is where the data came from: problems name it, and other files are looked for beside it. `above` are the
    files that contain this one.
    """
    reader = RecordReader(path.name)
    filled = reader.record(endpoint_form(), written, "")
    if not reader.problems:
        reader.problems += table_problems(filled, path.name)
    if reader.problems:
        raise InputProblems(reader.problems)
    endpoint = endpoint_of(filled)
    reader.check_endpoint(endpoint)
    if reader.problems:
        raise InputProblems(reader.problems)
    return _with_parts(_with_origin(endpoint, path, (*above, path)), path, (*above, path))


def _with_origin(endpoint: Endpoint, path: Path, above: tuple[Path, ...]) -> Endpoint:
    if endpoint.origin_event is None:
        return endpoint
    located = locate_endpoint(endpoint.origin_event, path)
    if located in above:
        raise InputProblems(_circular(path, "origin_event", located))
    return replace(endpoint, origin=_load(located, above))


def _circular(path: Path, key: str, located: Path) -> Problem:
    found = f"'{located.stem}', which contains this endpoint"
    return Problem.at_key(path.name, key, found=found, allowed="endpoints that do not contain it", do="Take it out.")


def _with_parts(endpoint: Endpoint, path: Path, above: tuple[Path, ...]) -> Endpoint:
    if endpoint.composite is None:
        return endpoint
    located = [locate_endpoint(name, path) for name in endpoint.composite.parts]
    if circular := [part for part in located if part in above]:
        raise InputProblems(_circular(path, "composite.parts", circular[0]))
    parts = [_load(part, above) for part in located]
    if nested := [part.name for part in parts if part.composite is not None]:
        raise InputProblems(
            Problem.at_key(
                path.name,
                "composite.parts",
                found=f"the composite '{nested[0]}'",
                allowed="endpoints that are not composites",
                do="Name its parts instead.",
            )
        )
    if refused := [part.name for part in parts if part.recurs or part.origin_event is not None]:
        raise InputProblems(
            [
                Problem.at_key(
                    path.name,
                    "composite.parts",
                    found=f"'{name}', which recurs or has an origin of its own",
                    allowed="endpoints with one event, on the clock of the composite",
                    do='Write a part with events = "first" and without origin_event.',
                )
                for name in refused
            ]
        )
    return replace(endpoint, parts=tuple(inherit_from(part, endpoint) for part in parts))


def inherit_from(part: Endpoint, composite: Endpoint) -> Endpoint:
    """A part runs on the clock of its composite, and under its censoring when the composite names one."""
    censoring = part.censoring if composite.censoring is None else composite.censoring
    return replace(
        part,
        origin_day=composite.origin_day,
        origin_event=composite.origin_event,
        origin=composite.origin,
        censoring=censoring,
    )


@cache
def _hints(kind: type) -> dict[str, Any]:
    # Resolving the types of a record takes longer than reading one, and a grid of definitions reads hundreds.
    return get_type_hints(kind)


class RecordReader:
    """Fills the records of `definitions` from plain TOML values and collects what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def problem(self, key: str, found: str, allowed: str, next_step: str) -> None:
        self.problems.append(Problem.at_key(self.file, key, found=found, allowed=allowed, do=next_step))

    def record(self, kind: type, written: Mapping[str, Any], prefix: str) -> Any:
        known = {item.name: item for item in fields(kind) if not item.metadata.get("resolved")}
        for key in written.keys() - known.keys():
            self.problem(f"{prefix}{key}", f"unknown key '{key}'", ", ".join(known), _hint(key, tuple(known)))
        hints = _hints(kind)
        filled: dict[str, Any] = {}
        for name, item in known.items():
            if name in written:
                filled[name] = self.value(hints[name], written[name], f"{prefix}{name}", item)
            elif item.metadata["unless"] in written:
                filled[name] = ()
            elif item.default is MISSING:
                self.problem(f"{prefix}{name}", "nothing", str(item.metadata["meaning"]).lower(), f"Add '{name}'.")
        return kind(**filled) if not self.problems else None

    def value(self, hint: Any, written: Any, key: str, item: Field[Any]) -> Any:
        if get_origin(hint) is types.UnionType:
            if written == item.metadata.get("none"):
                return None
            hint = next(option for option in get_args(hint) if option is not types.NoneType)
        if get_origin(hint) is tuple:
            return self.items(get_args(hint)[0], written, key, item)
        if get_origin(hint) is Literal:
            return self.choice(get_args(hint), written, key)
        if hasattr(hint, "__dataclass_fields__"):
            return self.table(hint, written, key)
        return self.plain(hint, written, key, item)

    def items(self, hint: Any, written: Any, key: str, item: Field[Any]) -> Any:
        if not isinstance(written, list) or not written:
            self.problem(key, repr(written), "a list with at least one item", "Write it in square brackets.")
            return ()
        return tuple(self.value(hint, one, f"{key}[{place}]", item) for place, one in enumerate(written, 1))

    def table(self, kind: type, written: Any, key: str) -> Any:
        if isinstance(written, dict):
            return self.record(kind, written, f"{key}.")
        self.problem(key, repr(written), "a table", f"Write [{key}].")
        return None

    def choice(self, allowed: tuple[str, ...], written: Any, key: str) -> Any:
        if written not in allowed:
            self.problem(key, repr(written), ", ".join(allowed), _hint(str(written), allowed))
        return written

    def plain(self, hint: Any, written: Any, key: str, item: Field[Any]) -> Any:
        if hint is float and type(written) is int:
            written = float(written)
        none = item.metadata.get("none")
        allowed = _WORDS[hint] + (f", or '{none}'" if none else "")
        if type(written) is not hint:
            self.problem(key, repr(written), allowed, "Correct the value.")
        elif hint in (int, float):
            self.check_range(written, key, item)
        return written

    def check_range(self, written: float, key: str, item: Field[Any]) -> None:
        low, high = item.metadata.get("low"), item.metadata.get("high")
        low, high = -FARTHEST_DAY if low is None else low, FARTHEST_DAY if high is None else high
        if not low <= written <= high:
            self.problem(key, f"{written:g}", f"{low:g} to {high:g}", "Correct the value.")

    def check_endpoint(self, endpoint: Endpoint) -> None:
        """What no single field can tell: values of a rule fit together, windows end late, sources name values."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", endpoint.name):
            allowed = "letters, digits, points, hyphens and underscores"
            self.problem("name", repr(endpoint.name), allowed, "Files are called by it: choose another.")
        if endpoint.origin_event is not None and endpoint.origin_day != 0:
            self.problem("origin_day", f"{endpoint.origin_day}", "0 with origin_event", "Take one of them out.")
        self.problems += endpoint.record.problems(self.file)
        if endpoint.readings is not None:
            self.check_windows(endpoint.readings)
        known = values(endpoint)
        for name in (name for source in endpoint.sources for name in source.of):
            if name not in known:
                self.problem("sources.of", f"'{name}'", "the dotted name of a value", _hint(name, known))

    def check_windows(self, readings: Readings) -> None:
        for window in readings.windows:
            if window.to_day <= window.from_day:
                found = f"from {window.from_day} to {window.to_day}"
                self.problem("readings.windows", found, "to_day after from_day", "Correct the window.")
