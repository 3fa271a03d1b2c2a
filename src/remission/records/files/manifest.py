"""`cohort.toml`: what it may say, read strictly and written back.

Its keys are declared by `Manifest`, `Covariate` and `Source`; here is what no key can say alone. An unknown key is a
problem that names the nearest known one, for a misspelt option must not fall back to a default.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remission.inputs.declared import keys_of
from remission.inputs.problems import InputProblems, Problem, shown
from remission.inputs.strict_records import RecordReader, parse_toml
from remission.inputs.writing import settle
from remission.records.cohort import Covariate, Manifest
from remission.records.files.dates import YEARS
from remission.records.files.texts import trim
from remission.records.schema import WORDS

if TYPE_CHECKING:
    from remission.inputs.provenance import Source

FILE = "cohort.toml"
# With one of these wrong, nobody can say how the tables are to be read.
DECISIVE = ("time", "collected", "partial_dates", "data_cut", "missing", "covariates")
# Where one of these is missing or wrong it is empty: that was reported, and the tables can be read without.
BLANK = dict.fromkeys(("name", "title", "kind", "day_zero", "licence"), "")


@dataclass(frozen=True)
class ParsedManifest:
    """What `cohort.toml` says: `manifest` is None when the tables cannot be read by it."""

    manifest: Manifest | None
    problems: tuple[Problem, ...] = ()


def has_manifest(folder: Path) -> bool:
    """Is there one in a folder? First, what a killed run had planned to write there is carried out."""
    settle(folder)
    return (folder / FILE).is_file()


def parse_manifest(content: bytes) -> ParsedManifest:
    """Read the bytes of a `cohort.toml`; every problem at once.

    >>> print(parse_manifest(b'time = "dayz"').problems[4])
    cohort.toml, key time: found dayz; allowed: "days" or "dates". Did you mean days?
    """
    try:
        said = parse_toml(content, FILE)
    except InputProblems as none:
        return ParsedManifest(None, none.problems)
    return read_manifest(said)


def read_manifest(said: dict[str, Any]) -> ParsedManifest:
    """The manifest from the plain data of a `cohort.toml`; every problem at once."""
    if type(said.get("data_cut")) is date:
        said["data_cut"] = said["data_cut"].isoformat()
    reader = RecordReader(FILE, stray="Remove the key, or write it in note.")
    filled = reader.fill(Manifest, said)
    problems = tuple(sorted([*reader.problems, *_problems(said)], key=_order))
    if any(_first(problem) in DECISIVE for problem in problems):
        return ParsedManifest(None, problems)
    tables = tuple(name for name in filled["collected"] if name != "subjects")
    return ParsedManifest(Manifest(**BLANK | filled | {"collected": ("subjects", *tables)}), problems)


def _first(problem: Problem) -> str:
    return str(problem.column).split(".")[0].split("[")[0]


def _order(problem: Problem) -> int:
    names = [key.name for key in keys_of(Manifest)]
    first = _first(problem)
    return names.index(first) if first in names else len(names)


def _problems(said: Mapping[str, Any]) -> Iterator[Problem]:
    """What no key can say alone: the reader has asked each for itself."""
    collected, covariates = said.get("collected"), said.get("covariates")
    if isinstance(collected, list) and len({str(name) for name in collected}) < len(collected):
        yield Problem.at_key(
            FILE, "collected", found="a table listed twice", allowed="each table once", do="Remove one of them."
        )
    yield from _check_data_cut(said.get("time"), said.get("data_cut"))
    yield from _check_missing(said.get("missing"))
    for name, about in covariates.items() if isinstance(covariates, dict) else ():
        yield from check_covariate(name, about)
    if said.get("kind") == "reconstructed" and not said.get("sources"):
        yield Problem.at_key(
            FILE,
            "sources",
            found="no source",
            allowed="at least one [[sources]], because kind is reconstructed",
            do="Name the publication that the records were reconstructed from.",
        )


def _check_data_cut(time: object, cut: object) -> Iterator[Problem]:
    if time == "dates" and isinstance(cut, str | int) and not _is_date(cut):
        yield Problem.at_key(
            FILE,
            "data_cut",
            found=shown(str(cut)),
            allowed=f"a date as YYYY-MM-DD from {YEARS[0]} to {YEARS[1]}, because time is dates",
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
        return YEARS[0] <= date.fromisoformat(str(cut)).year <= YEARS[1]
    except ValueError:
        return False


def _check_missing(missing: object) -> Iterator[Problem]:
    for place, text in enumerate(missing if isinstance(missing, list) else (), 1):
        if not isinstance(text, str):
            continue
        wrong = _why_not_missing(text)
        if wrong:
            allowed, do = wrong
            yield Problem.at_key(FILE, f"missing[{place}]", found=shown(text) or "nothing", allowed=allowed, do=do)


def _why_not_missing(text: str) -> tuple[str, str] | None:
    """What is allowed, and what to do about a text that cannot stand for an empty cell in every column."""
    if text != trim(text) or not text:
        return "a text without blanks around it", "Take them off: they are taken off values too."
    # A number in Parquet has no text: such a code would be one thing in a CSV and another there.
    if re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*", text):
        do = "Leave the cells empty in the file: the number may be a value of another column."
        return "a text that no column uses otherwise", do
    if text in WORDS:
        do = "It is a word of the schema, and reads as itself: leave it out."
        return "a text that no column uses otherwise", do
    return None


def check_covariate(name: str, about: object, file: str = FILE) -> Iterator[Problem]:
    """What no key of a covariate can say alone: its name, the day it was measured, and its choices."""
    at = f"covariates.{name}"
    if not name.startswith("x_"):
        yield Problem.at_key(
            file, at, found="a covariate without x_", allowed="a name that begins with x_", do=f"Name it x_{name}."
        )
    if not isinstance(about, dict):
        return
    measured = about.get("measured_day")
    if isinstance(measured, int) and measured > 0:
        yield Problem.at_key(
            file,
            f"{at}.measured_day",
            found=str(measured),
            allowed="day 0 or earlier",
            do="What is measured after day zero is no covariate: leave it out.",
        )
    if (about.get("type") == "choice") != bool(about.get("choices")):
        yield Problem.at_key(
            file,
            f"{at}.choices",
            found="type and choices that disagree",
            allowed="a list of choices when type is choice, and none otherwise",
            do="Mend one of the two.",
        )


def _said(record: Manifest | Covariate | Source) -> dict[str, object]:
    return {key.name: getattr(record, key.field) for key in keys_of(type(record))}


def _toml_lines(values: Mapping[str, object]) -> list[str]:
    return [f"{name} = {toml_value(value)}" for name, value in values.items() if value not in (None, "", ())]


def toml_value(value: object) -> str:
    """A text, a number or a list of texts as TOML writes it."""
    # A JSON string or list of strings is TOML too, save for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def manifest_text(manifest: Manifest) -> str:
    """The `cohort.toml` that says what `manifest` says.

    >>> manifest = Manifest("m", "M", "simulated", "start", "days", ("subjects", "visits"), "MIT")
    >>> parse_manifest(manifest_text(manifest).encode()).manifest == manifest
    True
    """
    nested = ("covariates", "sources")
    lines = _toml_lines({name: value for name, value in _said(manifest).items() if name not in nested})
    # An empty list says something here: that no text stands for an empty cell.
    lines += ["missing = []"] if manifest.missing == () else []
    for covariate in manifest.covariates:
        lines += [f"\n[covariates.{toml_value(covariate.name)}]", *_toml_lines(_said(covariate))]
    for source in manifest.sources:
        lines += ["\n[[sources]]", *_toml_lines(_said(source))]
    return "\n".join(lines) + "\n"
