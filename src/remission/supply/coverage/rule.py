"""The rule of coverage, read from a TOML file in which every threshold says why it is what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remission.inputs.declared import Key, key, keys_of
from remission.inputs.problems import InputProblems, nearest, shown
from remission.inputs.strict_records import RecordReader, read_toml
from remission.library.catalogue import NotInLibrary, library_files, therapies


@dataclass(frozen=True)
class SupplyGap:
    """For how many months of reports an issue is still supply, and after how many of silence it has ended.

    `look_back` counts from the issue before, `look_ahead` to the next one; `silence` is for hospital-only therapies.
    """

    look_back: int = key("Months since the issue before", low=0, high=120)
    look_ahead: int = key("Months to the next issue", low=0, high=120)
    silence: int = key("Months without an issue after which supply has ended", low=0, high=120)
    why: str = key("The sentence behind it")


@dataclass(frozen=True)
class CoverageRule:
    """Thresholds of coverage; `why` has the sentence behind each, by the name of its field."""

    name: str
    title: str
    note: str
    partial_submission: float
    regular_share: float
    regular_months: int
    not_yet_supplied: int
    lead_months: int
    declined_months: int
    level_months: int
    tail_months: int
    peak_months: int
    tail_share: float
    noise_times: float
    least_level: float
    gaps: Mapping[str, SupplyGap]
    therapy_gaps: Mapping[str, SupplyGap]
    why: Mapping[str, str]

    def gap(self, therapy: str, kind: str) -> SupplyGap:
        """How long an issue of a therapy lasts: its own gap where it has one, else that of its kind.

        >>> load_coverage_rule().gap("ocrelizumab", "continuous").look_back
        7
        """
        # A kind that the rule does not know lasts as long as packs do, the shortest there is: nothing is called used
        # for longer.
        return self.therapy_gaps.get(therapy) or self.gaps[kind if kind in self.gaps else "continuous"]


@dataclass(frozen=True)
class _Number:
    """A threshold; its bounds stand with the key that it is for."""

    value: float
    why: str = key("The sentence behind it")


@dataclass(frozen=True)
class _Months:
    """A threshold in months, which are places on an axis and must be whole."""

    value: int
    why: str = key("The sentence behind it")


@dataclass(frozen=True)
class _Supply:
    """Gaps by how a therapy is taken (a procedure is not supplied), and those of single therapies."""

    continuous: SupplyGap
    course: SupplyGap
    therapies: Mapping[str, SupplyGap] = key("Therapies with a gap of their own", make=dict)


@dataclass(frozen=True)
class _RuleFile:
    """A file of the rule as it is written: each threshold is a table of its value and of why."""

    name: str
    title: str
    note: str
    # Bounds are not what is sensible but what has a meaning: a share of more than 1, or a level of one month, has none.
    partial_submission: _Number = key(low=0, high=1)
    regular_share: _Number = key(low=0, high=1)
    regular_months: _Months = key(low=1, high=120)
    not_yet_supplied: _Months = key(low=0, high=120)
    lead_months: _Months = key(low=0, high=120)
    declined_months: _Months = key(low=0, high=120)
    level_months: _Months = key(low=2, high=24)
    tail_months: _Months = key(low=1, high=24)
    peak_months: _Months = key(low=1, high=120)
    tail_share: _Number = key(low=0, high=1)
    noise_times: _Number = key(low=0, high=100)
    least_level: _Number = key(low=0, high=1000)
    supply: _Supply = key("How long an issue is supply")


def load_coverage_rule(name_or_file: str | Path = "standard") -> CoverageRule:
    """A rule of the library by its name, or one from a TOML file; InputProblems with everything wrong in it.

    >>> load_coverage_rule().partial_submission
    0.2
    """
    path = Path(name_or_file)
    if path.suffix != ".toml":
        files = {one.stem: one for one in library_files("coverage", ".toml")}
        if str(name_or_file) not in files:
            raise NotInLibrary("rule of coverage", str(name_or_file), tuple(files))
        path = files[str(name_or_file)]
    return read_coverage_rule(read_toml(path), path.name)


def read_coverage_rule(written: dict[str, Any], file: str) -> CoverageRule:
    """A rule from the plain data of its file; InputProblems with all that is wrong."""
    reader = RecordReader(file)
    filled = reader.fill(_RuleFile, written)
    thresholds = {name: one for name, one in filled.items() if isinstance(one, _Number | _Months)}
    for one in keys_of(_RuleFile):
        if one.name in thresholds:
            _check_bounds(reader, one, thresholds[one.name].value)
    supply = written.get("supply")
    _check_therapies(reader, supply.get("therapies") if isinstance(supply, dict) else None)
    # Raised only when the whole file was read: somebody who changes a rule wants every mistake at once.
    if reader.problems:
        raise InputProblems(reader.problems)
    texts, gaps = {name: filled[name] for name in ("name", "title", "note")}, filled["supply"]
    return CoverageRule(
        **texts | {name: one.value for name, one in thresholds.items()},
        gaps={"continuous": gaps.continuous, "course": gaps.course},
        therapy_gaps=gaps.therapies,
        why={name: one.why for name, one in thresholds.items()},
    )


def _check_bounds(reader: RecordReader, threshold: Key, value: float) -> None:
    low, high = threshold.about["low"], threshold.about["high"]
    if not low <= value <= high:
        do = "Correct the number."
        reader.complain(f"{threshold.name}.value", found=f"{value:g}", allowed=f"{low:g} to {high:g}", do=do)


def _check_therapies(reader: RecordReader, named: object) -> None:
    # A misspelt therapy would have no gap of its own, and nobody would notice.
    for name in named if isinstance(named, dict) else ():
        if name not in therapies():
            do = nearest(name, therapies()) or "Use its name there."
            at = f"supply.therapies.{name}"
            reader.complain(at, found=shown(name), allowed="a therapy of the library", do=do)
