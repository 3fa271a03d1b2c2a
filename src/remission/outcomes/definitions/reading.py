"""Endpoint definitions from TOML, strictly: an unknown key is an error that names the nearest known one.

The keys are those of the records of `definitions`, which the one reader of TOML fills, so that no endpoint is known
here: a field added there can be written in a file at once. What no key can say alone is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from remission.inputs.notations import decoded
from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.inputs.strict_records import RecordReader, as_found, read_toml
from remission.library.catalogue import library_files
from remission.outcomes.definitions.consistency import (
    competing_problems,
    part_problems,
    repeated_parts,
    time_problems,
)
from remission.outcomes.definitions.fields import FARTHEST_DAY
from remission.outcomes.definitions.forms import endpoint_form, endpoint_of, table_problems
from remission.outcomes.definitions.records import Endpoint, ReadingWindow, values


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
    path = locate_endpoint(name_or_file, None)
    return decoded(path.read_bytes(), path.name)


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
    do = nearest(name, known) or "Use one of those."
    raise InputProblems(
        Problem.of_file(name, found=f"no endpoint called '{shown(name)}'", allowed=", ".join(known), do=do)
    )


def _load(path: Path, above: tuple[Path, ...]) -> Endpoint:
    return read_endpoint(read_toml(path), path, above)


def read_endpoint(written: Mapping[str, Any], path: Path, above: tuple[Path, ...] = ()) -> Endpoint:
    """An endpoint from the plain data of its file, with its origin and its parts; InputProblems with all that is wrong.

    `path` is where the data came from: problems name it, and other files are looked for beside it. `above` are the
    files that contain this one.
    """
    reader = RecordReader(path.name, farthest=FARTHEST_DAY)
    filled = reader.record(endpoint_form(), written)
    if filled is not None:
        reader.problems += table_problems(filled, path.name)
    if reader.problems:
        raise InputProblems(reader.problems)
    endpoint = endpoint_of(filled)
    _check_endpoint(reader, endpoint)
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
    # Before any is read: a slip of copying may name one some thousand times.
    if repeated := [*repeated_parts(endpoint.composite.parts, path.name)]:
        raise InputProblems(repeated)
    located = [locate_endpoint(name, path) for name in endpoint.composite.parts]
    if circular := [part for part in located if part in above]:
        raise InputProblems(_circular(path, "composite.parts", circular[0]))
    parts = tuple(_load(part, above) for part in located)
    # Once more by name, for two files may hold one.
    problems = [*part_problems(endpoint, parts, path.name), *repeated_parts([one.name for one in parts], path.name)]
    problems += [*_late_death(endpoint, parts, path.name), *competing_problems(endpoint, parts, path.name)]
    if problems:
        raise InputProblems(problems)
    return replace(endpoint, parts=parts)


def _late_death(endpoint: Endpoint, parts: Sequence[Endpoint], file: str) -> Iterator[Problem]:
    rule = endpoint.composite
    if rule is None or rule.late_death_days is None:
        return
    if rule.observation == "any part" or not any(part.record.is_death for part in parts):
        found, allowed = f"{rule.late_death_days}", "'unlimited', without a death part or under 'any part'"
        do = "Add a death part under 'all parts', or write 'unlimited': as it stands it changes nothing."
        yield Problem.at_key(file, "composite.late_death_days", found=found, allowed=allowed, do=do)


# ---------------------------------------------------------------- what no key can say alone


def _check_endpoint(reader: RecordReader, endpoint: Endpoint) -> None:
    """Its name can be a file's, its clock is one, the values of its rule fit together, and sources name values."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", endpoint.name):
        allowed, do = "letters, digits, points, hyphens and underscores", "Files are called by it: choose another."
        reader.complain("name", found=as_found(endpoint.name), allowed=allowed, do=do)
    if endpoint.origin_event is not None and endpoint.origin_day != 0:
        found = f"{endpoint.origin_day}"
        reader.complain("origin_day", found=found, allowed="0 with origin_event", do="Take one of them out.")
    reader.problems += endpoint.record.problems(reader.file)
    reader.problems += time_problems(endpoint.estimation.at_years, reader.file)
    # Of a composite once its parts are known: one of them may be death.
    reader.problems += () if endpoint.composite else competing_problems(endpoint, (), reader.file)
    _check_windows(reader, () if endpoint.readings is None else endpoint.readings.windows)
    _check_sources(reader, endpoint)


def _check_windows(reader: RecordReader, windows: Sequence[ReadingWindow]) -> None:
    for at, window in enumerate(windows, 1):
        if window.to_day <= window.from_day:
            found, allowed = f"from {window.from_day} to {window.to_day}", "to_day after from_day"
            reader.complain(f"readings.windows[{at}]", found=found, allowed=allowed, do="Correct the window.")


def _check_sources(reader: RecordReader, endpoint: Endpoint) -> None:
    known = values(endpoint)
    for at, source in enumerate(endpoint.sources, 1):
        for name in source.of:
            if name not in known:
                allowed, do = "the dotted name of a value", nearest(name, known) or "Name a value of this definition."
                reader.complain(f"sources[{at}].of", found=as_found(name), allowed=allowed, do=do)
