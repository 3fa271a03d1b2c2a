"""The rule of coverage, read from a TOML file in which every threshold says why it is what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.toml import TableReader, read_toml
from remission.library.catalogue import NotInLibrary, library_files, therapies

# Of how a therapy is taken; a procedure is not supplied.
KINDS = ("continuous", "course")


@dataclass(frozen=True)
class SupplyGap:
    """For how many months of reports an issue is still supply, and after how many of silence it has ended.

    `look_back` counts from the issue before, `look_ahead` to the next one; `silence` is for hospital-only therapies.
    """

    look_back: int
    look_ahead: int
    silence: int
    why: str = ""


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
    problems: list[Problem] = []
    reader = TableReader(file, written, "", problems)
    texts = {key: reader.text(key) for key in ("name", "title", "note")}
    found = {key: _threshold(reader, key, *limits) for key, limits in _LIMITS.items()}
    gaps, therapy_gaps = _gaps(reader)
    reader.done()
    # Raised only when the whole file was read: somebody who changes a rule wants every mistake at once.
    if problems:
        raise InputProblems(problems)
    # Typed with the others on the way; months are places on an axis and must be whole.
    whole = {key: int(value) if key.endswith(_WHOLE) else value for key, (value, _) in found.items()}
    why = {key: why for key, (_, why) in found.items()}
    return CoverageRule(**texts, **whole, gaps=gaps, therapy_gaps=therapy_gaps, why=why)  # type: ignore[arg-type]


def _threshold(reader: TableReader, key: str, least: float, most: float) -> tuple[float, str]:
    inner = reader.inner(key)
    value = inner.whole("value", int(least), int(most)) if key.endswith(_WHOLE) else inner.number("value", least, most)
    # Every threshold needs its sentence: without it the file is refused.
    why = inner.text("why")
    inner.done()
    return value, why


def _gaps(reader: TableReader) -> tuple[dict[str, SupplyGap], dict[str, SupplyGap]]:
    supply = reader.inner("supply")
    kinds = {kind: _gap(supply.inner(kind)) for kind in KINDS}
    own = supply.inner("therapies", required=False)
    # A misspelt therapy would have no gap of its own, and nobody would notice.
    for name in own.table.keys() - therapies().keys():
        own.complain(name, name, "a therapy of the library", "Use its name there.")
    therapy_gaps = {name: _gap(own.inner(name)) for name in own.table if name in therapies()}
    supply.done()
    return kinds, therapy_gaps


def _gap(reader: TableReader) -> SupplyGap:
    back, ahead, silence = (reader.whole(key, 0, 120) for key in ("look_back", "look_ahead", "silence"))
    gap = SupplyGap(back, ahead, silence, reader.text("why"))
    reader.done()
    return gap


_WHOLE = ("_months", "_supplied")
# Not what is sensible but what has a meaning: a share of more than 1, or a level of one month, has none.
_LIMITS: dict[str, tuple[float, float]] = {
    "partial_submission": (0, 1),
    "regular_share": (0, 1),
    "regular_months": (1, 120),
    "not_yet_supplied": (0, 120),
    "lead_months": (0, 120),
    "declined_months": (0, 120),
    "level_months": (2, 24),
    "tail_months": (1, 24),
    "peak_months": (1, 120),
    "tail_share": (0, 1),
    "noise_times": (0, 100),
    "least_level": (0, 1000),
}
