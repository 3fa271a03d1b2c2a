"""`cohort.toml`: what it may say, read strictly and written back.

The keys are declared in `manifest_keys`. An unknown key is a problem that names the nearest known one, for a misspelt
option must not fall back to a default.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from remission.inputs.problems import Problem, nearest, shown
from remission.inputs.provenance import Source
from remission.records.cohort import Covariate, Manifest
from remission.records.files.manifest_keys import COVARIATE_KEYS, KEYS, SOURCE_KEYS, Key
from remission.records.schema import TABLES

FILE = "cohort.toml"
# With one of these wrong, nobody can say how the tables are to be read.
DECISIVE = ("time", "collected", "partial_dates", "data_cut", "covariates")


@dataclass(frozen=True)
class ParsedManifest:
    """What `cohort.toml` says: `manifest` is None when the tables cannot be read by it."""

    manifest: Manifest | None
    problems: tuple[Problem, ...] = ()


def parse_manifest(content: bytes) -> ParsedManifest:
    """Read the bytes of a `cohort.toml`; every problem at once.

    >>> print(parse_manifest(b'time = "dayz"').problems[4])
    cohort.toml, key time: found dayz; allowed: "days" or "dates". Did you mean days?
    """
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"bytes that are not UTF-8 in line {line}"
        return _unusable(Problem.of_file(FILE, found=found, allowed="text in UTF-8", do="Save the file as UTF-8."))
    except tomllib.TOMLDecodeError as error:
        return _unusable(
            Problem.of_file(FILE, found=f"text that is not TOML ({error})", allowed="TOML", do="Mend that line.")
        )
    problems = tuple(sorted(_problems(said), key=_order))
    decisive = any(str(problem.column).split(".")[0] in DECISIVE for problem in problems)
    return ParsedManifest(None if decisive else _manifest(said), problems)


def _unusable(problem: Problem) -> ParsedManifest:
    return ParsedManifest(None, (problem,))


def _order(problem: Problem) -> int:
    names = [key.name for key in KEYS]
    first = str(problem.column).split(".")[0]
    return names.index(first) if first in names else len(names)


def _problems(said: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _check_keys(said, KEYS, "")
    if isinstance(said.get("collected"), list):
        yield from _check_collected(said["collected"])
    yield from _check_data_cut(said.get("time"), said.get("data_cut"))
    if isinstance(said.get("covariates"), dict):
        for name, about in said["covariates"].items():
            yield from _check_covariate(name, about)
    yield from _check_sources(said)


def _check_keys(said: Mapping[str, Any], keys: tuple[Key, ...], prefix: str) -> Iterator[Problem]:
    known = {key.name: key for key in keys}
    for name in said.keys() - known.keys():
        yield Problem.at_key(
            FILE,
            prefix + name,
            found="a key that is not known",
            allowed=", ".join(known),
            do=nearest(name, known) or "Remove the key, or write it in note.",
        )
    for key in keys:
        if key.name in said:
            yield from _check_value(key, said[key.name], prefix)
        elif key.required:
            yield Problem.at_key(
                FILE, prefix + key.name, found="no such key", allowed=key.allowed, do=f"Add it. {key.meaning}."
            )


def _check_value(key: Key, value: object, prefix: str) -> Iterator[Problem]:
    # In Python True is an int; in a manifest it is a mistake.
    typed = isinstance(value, key.types) and not isinstance(value, bool)
    blank = key.required and value == ""
    if typed and not blank and (not key.choices or value in key.choices):
        return
    advice = nearest(str(value), key.choices) or f"{key.meaning}."
    yield Problem.at_key(FILE, prefix + key.name, found=shown(str(value)) or "nothing", allowed=key.allowed, do=advice)


def _check_collected(names: list[Any]) -> Iterator[Problem]:
    for name in names:
        if name not in TABLES:
            yield Problem.at_key(
                FILE,
                "collected",
                found=shown(str(name)),
                allowed=", ".join(TABLES),
                do=nearest(str(name), TABLES) or "Use the name of a table.",
            )
    if len({str(name) for name in names}) < len(names):
        yield Problem.at_key(
            FILE, "collected", found="a table listed twice", allowed="each table once", do="Remove one of them."
        )


def _check_data_cut(time: object, cut: object) -> Iterator[Problem]:
    if time == "dates" and cut is not None and not _is_date(cut):
        yield Problem.at_key(
            FILE,
            "data_cut",
            found=shown(str(cut)),
            allowed="a date as YYYY-MM-DD, because time is dates",
            do="Write the date of the data cut.",
        )
    if time == "days" and isinstance(cut, str) and not _is_date(cut):
        yield Problem.at_key(
            FILE,
            "data_cut",
            found=shown(cut),
            allowed="a whole number of days, because time is days",
            do="Write the day of the data cut, counted from day zero.",
        )


def _is_date(cut: object) -> bool:
    try:
        return isinstance(cut, date) or bool(date.fromisoformat(str(cut)))
    except ValueError:
        return False


def _check_covariate(name: str, about: object) -> Iterator[Problem]:
    key = f"covariates.{name}"
    if not name.startswith("x_"):
        yield Problem.at_key(
            FILE, key, found="a covariate without x_", allowed="a name that begins with x_", do=f"Name it x_{name}."
        )
    if not isinstance(about, dict):
        yield Problem.at_key(
            FILE, key, found=shown(str(about)), allowed=f"a table [{key}]", do="Write its keys under that heading."
        )
        return
    yield from _check_keys(about, COVARIATE_KEYS, f"{key}.")
    measured = about.get("measured_day")
    if isinstance(measured, int) and measured > 0:
        yield Problem.at_key(
            FILE,
            f"{key}.measured_day",
            found=str(measured),
            allowed="day 0 or earlier",
            do="What is measured after day zero is no covariate: leave it out.",
        )
    if (about.get("type") == "choice") != bool(about.get("choices")):
        yield Problem.at_key(
            FILE,
            f"{key}.choices",
            found="type and choices that disagree",
            allowed="a list of choices when type is choice, and none otherwise",
            do="Mend one of the two.",
        )


def _check_sources(said: Mapping[str, Any]) -> Iterator[Problem]:
    sources = said.get("sources", [])
    for number, source in enumerate(sources if isinstance(sources, list) else [], start=1):
        if isinstance(source, dict):
            yield from _check_keys(source, SOURCE_KEYS, f"sources.{number}.")
        else:
            yield Problem.at_key(
                FILE, "sources", found=shown(str(source)), allowed="tables [[sources]]", do="Write its keys under that."
            )
    if said.get("kind") == "reconstructed" and not sources:
        yield Problem.at_key(
            FILE,
            "sources",
            found="no source",
            allowed="at least one [[sources]], because kind is reconstructed",
            do="Name the publication that the records were reconstructed from.",
        )


def _manifest(said: Mapping[str, Any]) -> Manifest:
    """The manifest of a checked file; a text that is missing is empty, and was reported."""
    tables = [name for name in said["collected"] if name != "subjects"]
    cut = said.get("data_cut")
    sources = [source for source in said.get("sources", []) if isinstance(source, dict)]
    texts = {name: str(said.get(name, "")) for name in ("name", "title", "day_zero", "licence", "note")}
    return Manifest(
        **texts,
        kind=said.get("kind", ""),
        time=said["time"],
        collected=("subjects", *tables),
        data_cut=cut.isoformat() if isinstance(cut, date) else cut,
        partial_dates=said.get("partial_dates", "refuse"),
        covariates=tuple(_covariate(name, about) for name, about in said.get("covariates", {}).items()),
        sources=tuple(Source(**{key.name: str(source.get(key.name, "")) for key in SOURCE_KEYS}) for source in sources),
    )


def _covariate(name: str, about: Mapping[str, Any]) -> Covariate:
    choices = tuple(str(choice) for choice in about.get("choices", ()))
    return Covariate(name, about["type"], about["measured_day"], choices, about.get("meaning", ""))


def _toml_lines(values: Mapping[str, object]) -> list[str]:
    return [f"{name} = {_toml_value(value)}" for name, value in values.items() if value not in (None, "", ())]


def _toml_value(value: object) -> str:
    # A JSON string or list of strings is TOML too, save for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def manifest_text(manifest: Manifest) -> str:
    """The `cohort.toml` that says what `manifest` says.

    >>> manifest = Manifest("m", "M", "simulated", "start", "days", ("subjects", "visits"), "MIT")
    >>> parse_manifest(manifest_text(manifest).encode()).manifest == manifest
    True
    """
    nested = ("covariates", "sources")
    lines = _toml_lines({key.name: getattr(manifest, key.name) for key in KEYS if key.name not in nested})
    for covariate in manifest.covariates:
        about: dict[str, object] = {"type": covariate.kind, "measured_day": covariate.measured_day}
        about |= {"choices": covariate.choices, "meaning": covariate.meaning}
        lines += [f"\n[covariates.{_toml_value(covariate.name)}]", *_toml_lines(about)]
    for source in manifest.sources:
        lines += ["\n[[sources]]", *_toml_lines({key.name: getattr(source, key.name) for key in SOURCE_KEYS})]
    return "\n".join(lines) + "\n"
