"""The EDSS that seven functional-system scores and the ambulation score give, and where the recorded one differs.

Walking sets the least that the EDSS can be, the functional systems together set another least, and the EDSS is the
higher of the two. Both are tables of the library (`library/edss/`), with a source beside every row: `ambulation.csv`,
`steps.csv`, and one TOML file for each variant, which says what a recorded grade counts as before grades are combined
and how far up the functional systems alone can lead. A step asks for at least so many systems of at least such a
grade, so no worse score can lower the EDSS, and a score that is missing is bounded by its best and its worst value.

Kurtzke 1983, doi:10.1212/WNL.33.11.1444; docs/edss.md says what is settled and what is not. The eighth system, other,
is in no rule here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.inputs.provenance import Source, Status
from remission.inputs.strict_records import RecordReader, as_found, read_toml
from remission.library.catalogue import library_files, table
from remission.records.cohort import AMBULATION_SCALES, AmbulationScale
from remission.records.schema import TABLES

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

# The order of the bits of `missing` and of the axes of the table of combinations; `other` is in no rule.
SYSTEMS = ("visual", "brainstem", "pyramidal", "cerebellar", "sensory", "bowel_bladder", "cerebral")
SCORES = (*(f"fs_{system}" for system in SYSTEMS), "ambulation")
# From the schema, so that a score which the records let in always has a place in the table.
HIGHEST_SCORES = tuple(int(TABLES["visits"].column(score).high or 0) for score in SCORES)
# There is no EDSS of 0.5, so half-points begin at 1 after 0.
EDSS_VALUES = (0, *(half / 2 for half in range(2, 21)))
MISSING = -1
USUAL_CODING: AmbulationScale = "0-16"

Grades = NDArray[np.int8]


@dataclass(frozen=True)
class Step:
    """One way to an EDSS: `at_least` systems of grade `at_grade` or more, and the same for the `and_` pair."""

    edss: float
    at_least: int
    at_grade: int
    and_at_least: int
    and_at_grade: int
    status: Status
    citation: str = key("What says so", name="source")
    locus: str = key("Where in it", "")

    @property
    def source(self) -> Source:
        """What says so, and how far that was checked."""
        return Source(self.citation, self.status, self.locus)

    @property
    def words(self) -> str:
        """What the step asks for."""
        first = f"{self.at_least} at grade {self.at_grade} or more"
        return (
            f"{first}, of them {self.and_at_least} at grade {self.and_at_grade} or more" if self.and_at_least else first
        )


@dataclass(frozen=True)
class Walking:
    """One ambulation score: what it means and the least EDSS that goes with it."""

    edss_at_least: float
    walking: str
    status: Status
    citation: str = key("What says so", name="source")
    locus: str = key("Where in it", "")

    @property
    def source(self) -> Source:
        """What says so, and how far that was checked."""
        return Source(self.citation, self.status, self.locus)


@dataclass(frozen=True, kw_only=True)
class _Coded(Walking):
    """The same of a score in another coding."""

    coding: AmbulationScale = key("Name of the coding", choices=AMBULATION_SCALES)
    ambulation: int = key("The score", low=0, high=16)


@dataclass(frozen=True)
class EdssRules:
    """A variant: what each recorded grade counts as, by system in the order of SYSTEMS, and where the systems end.

    `highest_from_systems` is the highest EDSS that the functional systems can give without walking; `sources` holds
    the keys that each source speaks of and the source.
    """

    name: str
    title: str
    counts_as: tuple[tuple[int, ...], ...]
    highest_from_systems: float
    sources: tuple[tuple[tuple[str, ...], Source], ...]


@dataclass(frozen=True)
class _CountsAs:
    """What the recorded grades of each system count as, from grade 0 up."""

    visual: tuple[int, ...]
    brainstem: tuple[int, ...]
    pyramidal: tuple[int, ...]
    cerebellar: tuple[int, ...]
    sensory: tuple[int, ...]
    bowel_bladder: tuple[int, ...]
    cerebral: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class _Cited(Source):
    of: tuple[str, ...] = key("The keys that it speaks of")


@dataclass(frozen=True)
class _Variant:
    """A file of a variant as it is written."""

    title: str
    highest_from_systems: float = key("The highest EDSS without walking", low=0, high=10)
    counts_as: _CountsAs = key("What a recorded grade counts as")
    sources: tuple[_Cited, ...] = key("Where that is from")


class FromScores(NamedTuple):
    """What scores give, shape (rows,): the lowest and the highest EDSS that they allow, in half-points.

    The two are the same when the EDSS can be computed. `missing` has a bit for each score that was missing, the first
    of SCORES lowest.
    """

    low: Grades
    high: Grades
    missing: NDArray[np.uint8]

    @property
    def computed(self) -> NDArray[np.bool_]:
        """Where whatever is missing could not change the EDSS."""
        return np.asarray(self.low == self.high)


def edss_variants() -> tuple[str, ...]:
    """Names of the variants in the library, in order.

    >>> edss_variants()
    ('as-recorded', 'converted', 'kurtzke-1983')
    """
    return tuple(path.stem for path in library_files("edss", ".toml"))


def load_edss_rules(name_or_file: str | Path = "converted") -> EdssRules:
    """A variant of the library by its name, or one from a TOML file; InputProblems with everything wrong in it.

    >>> load_edss_rules("converted").counts_as[0]
    (0, 1, 2, 2, 3, 3, 4)
    """
    # "utf-8-sig": editors on Windows write a mark at the start of a file, which TOML does not allow.
    path = _locate(str(name_or_file))
    written = read_toml(path)
    reader = RecordReader(path.name)
    said = reader.record(_Variant, written)
    counts_as = written.get("counts_as")
    for system, highest in zip(SYSTEMS, HIGHEST_SCORES, strict=False):
        grades = counts_as.get(system) if isinstance(counts_as, dict) else None
        if isinstance(grades, list) and not _rising(grades, highest + 1):
            allowed = f"{highest + 1} grades from 0 to 6, none lower than the one before"
            reader.complain(f"counts_as.{system}", found=as_found(grades), allowed=allowed, do="Correct the grades.")
    if said is not None and said.highest_from_systems not in EDSS_VALUES:
        found, allowed = f"{said.highest_from_systems:g}", TABLES["visits"].column("edss").allowed
        reader.complain("highest_from_systems", found=found, allowed=allowed, do="Correct the score.")
    # Everything wrong at once, and nothing is used before: the lines below rely on every key being there.
    if said is None or reader.problems:
        raise InputProblems(reader.problems)
    return EdssRules(
        path.stem,
        said.title,
        tuple(getattr(said.counts_as, system) for system in SYSTEMS),
        said.highest_from_systems,
        tuple((one.of, Source(one.citation, one.status, one.locus, one.says)) for one in said.sources),
    )


@cache
def load_edss_steps() -> tuple[Step, ...]:
    """Every way to an EDSS by functional systems, the lowest first.

    >>> load_edss_steps()[-1].words
    '4 at grade 3 or more, of them 1 at grade 4 or more'
    """
    # Sorted here, because the highest step that is met is found as the last one that is.
    return tuple(sorted(table("edss/steps", Step), key=lambda step: step.edss))


@cache
def load_edss_walking(coding: AmbulationScale = USUAL_CODING) -> tuple[Walking, ...]:
    """What each ambulation score means in a coding, from 0 up.

    >>> [load_edss_walking(coding)[6].edss_at_least for coding in AMBULATION_SCALES]
    [6.0, 6.5, 6.0]
    """
    if coding == USUAL_CODING:
        return table("edss/ambulation", Walking)
    return tuple(sorted((one for one in table("edss/codings", _Coded) if one.coding == coding), key=_score_of))


def _score_of(one: _Coded) -> int:
    return one.ambulation


def derive_half_points(
    scores: Sequence[Grades], rules: EdssRules, coding: AmbulationScale = USUAL_CODING
) -> FromScores:
    """The EDSS in half-points from scores in the order of SCORES, each of shape (rows,), MISSING where there is none.

    Scores must lie within their ranges (`derive_edss_from_fs` checks them). Source: see the head of this file.

    >>> one = [np.array([grade], np.int8) for grade in (0, 0, 3, 2, 0, 0, 1, 0)]
    >>> derive_half_points(one, load_edss_rules("converted")).low.tolist()
    [7]
    """
    missing = np.zeros(scores[0].shape, np.uint8)
    for bit, score in enumerate(scores):
        missing |= (score == MISSING).astype(np.uint8) << bit
    # No worse score can lower the EDSS, so the best and the worst value of whatever is missing bound it; where both
    # give the same, what is missing does not matter.
    low = _bound(scores, (0,) * len(SCORES), rules, coding)
    # Nothing missing: the second look-up would repeat the first.
    high = _bound(scores, HIGHEST_SCORES, rules, coding) if missing.any() else low
    return FromScores(low, high, missing)


def derive_edss_from_fs(
    visits: pl.DataFrame, variant: str | Path = "converted", coding: AmbulationScale = USUAL_CODING
) -> pl.DataFrame:
    """The visits with `edss_from_fs` (points) and `edss_from_fs_missing`, by a variant's name or file.

    `coding` is how ambulation is coded: the cohort's `ambulation_scale`.

    Where the EDSS cannot be computed the first is null and the second names the scores that were missing; otherwise the
    second is null. A missing score does no harm where it could not change the EDSS: with an ambulation score of 3 or
    more in the variants of the library walking alone decides. A score column that is not there is missing on every row.
    InputProblems when a score is out of range. Source: Kurtzke 1983, doi:10.1212/WNL.33.11.1444.

    >>> scores = {score: [0, 0, None] for score in SCORES} | {"fs_sensory": [2, None, 1], "ambulation": [0, 0, 6]}
    >>> derive_edss_from_fs(pl.DataFrame(scores)).select("edss_from_fs", "edss_from_fs_missing").rows()
    [(2.0, None), (None, 'fs_sensory'), (6.0, None)]
    """
    found = derive_half_points(_scores(visits, coding), load_edss_rules(variant), coding)
    # 256 words once and a look-up, instead of joining names row by row.
    names = [", ".join(s for bit, s in enumerate(SCORES) if bits >> bit & 1) for bits in range(1 << len(SCORES))]
    half_points = pl.Series(found.low, dtype=pl.Float64)
    computed = pl.Series(found.computed)
    return visits.with_columns(
        edss_from_fs=pl.when(computed).then(half_points / 2),
        edss_from_fs_missing=pl.when(~computed).then(pl.Series(names).gather(found.missing)),
    )


def derive_edss_disagreements(cohort: Cohort, variant: str | Path = "converted") -> pl.DataFrame:
    """Visits whose recorded EDSS is not the computed one: row_id, recorded, computed (points) and why.

    `why` says what leads to the computed score, and which variant of the library, if any, gives the recorded one.
    Visits without either are left out. NotCollected when there are no visits, InputProblems when a score is out of
    range.

    >>> from remission.outcomes.load import load_cohort
    >>> derive_edss_disagreements(load_cohort("two-arm")).columns
    ['row_id', 'recorded', 'computed', 'why']
    """
    coding = coding_of(cohort)
    visits = cohort.select("visits", "row_id", "edss", *SCORES)
    return edss_disagreements(derive_edss_from_fs(visits, variant, coding), variant, coding)


def edss_disagreements(visits: pl.DataFrame, variant: str | Path, coding: AmbulationScale) -> pl.DataFrame:
    """The same of visits that have their `edss_from_fs` by this variant and coding already."""
    # A comparison with null is null, and a filter leaves it out: visits without either score do not disagree.
    apart = visits.filter(pl.col("edss") != pl.col("edss_from_fs"))
    rules = load_edss_rules(variant)
    why = _why(_scores(apart, coding), rules, coding)
    # Only visits that disagree are computed again, by each other variant; they are few.
    others = [name for name in edss_variants() if name != rules.name]
    fits = [
        derive_edss_from_fs(apart.select("edss", *SCORES), name, coding)
        .select(pl.when(pl.col("edss") == pl.col("edss_from_fs")).then(pl.lit(name)).alias(name))
        .to_series()
        for name in others
    ]
    fitting = apart.select(pl.concat_str(fits, separator=", ", ignore_nulls=True).alias("fitting"))["fitting"]
    tail = pl.when(fitting != "").then("; the recorded score is that of the variant " + fitting).otherwise(pl.lit(""))
    return apart.select("row_id", recorded="edss", computed="edss_from_fs", why=why + tail)


def coding_of(cohort: Cohort) -> AmbulationScale:
    """How the cohort says that ambulation is coded; as Neurostatus has it where it says nothing."""
    return cohort.manifest.ambulation_scale or USUAL_CODING


def agreeing_by_coding(
    visits: pl.DataFrame, variant: str | Path, coding: AmbulationScale
) -> dict[AmbulationScale, int]:
    """At how many visits the recorded EDSS is the computed one, by each coding in which every ambulation score exists.

    visits: with their `edss_from_fs` by this variant and `coding`, which is not computed again.
    """
    found: dict[AmbulationScale, int] = {}
    for other in AMBULATION_SCALES:
        # A score that the coding does not have proves that it is not the one.
        if not (visits["ambulation"] >= len(load_edss_walking(other))).any():
            computed = visits if other == coding else derive_edss_from_fs(visits, variant, other)
            found[other] = int((computed["edss"] == computed["edss_from_fs"]).sum())
    return found


def _bound(scores: Sequence[Grades], instead: Sequence[int], rules: EdssRules, coding: AmbulationScale) -> Grades:
    filled = [np.where(score == MISSING, np.int8(value), score) for score, value in zip(scores, instead, strict=True)]
    # Kurtzke 1983: the higher of what walking and what the systems ask for.
    return np.maximum(_by_systems(rules)[_steps_met(filled, rules)], _by_walking(coding)[filled[-1]])


def _steps_met(filled: Sequence[Grades], rules: EdssRules) -> NDArray[np.int8]:
    """The place among the steps of the highest that is met, for scores of which none is missing."""
    place = np.zeros(filled[0].shape, np.int32)
    # All seven grades as one number with a digit for each, the last system fastest: the place in the table below.
    for system, highest in zip(filled[:-1], HIGHEST_SCORES, strict=False):
        place *= highest + 1
        place += system
    return _highest_met(rules.counts_as)[place]


@cache
def _highest_met(counts_as: tuple[tuple[int, ...], ...]) -> NDArray[np.int8]:
    """The highest step met by every combination of seven recorded grades, the last system fastest."""
    # Every combination of grades once (half a million), and then a look-up a visit: each step asked of every visit
    # would be a pass over all of them.
    axes = np.ix_(*(np.array(counts, np.int8) for counts in counts_as))
    # How many systems have at least each grade: that is all that a step asks.
    counts = [sum((axis >= grade).astype(np.int8) for axis in axes) for grade in range(7)]
    highest = np.zeros(tuple(score + 1 for score in HIGHEST_SCORES[:-1]), np.int8)
    # Steps come lowest first, so the last that is met is the highest and writes over the others.
    for place, step in enumerate(load_edss_steps()):
        met = (counts[step.at_grade] >= step.at_least) & (counts[step.and_at_grade] >= step.and_at_least)
        highest = np.where(met, np.int8(place), highest)
    return highest.ravel()


@cache
def _by_systems(rules: EdssRules) -> Grades:
    """Half-points of each step, none above the highest that the functional systems can give."""
    return np.array([2 * min(step.edss, rules.highest_from_systems) for step in load_edss_steps()], np.int8)


@cache
def _by_walking(coding: AmbulationScale) -> Grades:
    least = [2 * one.edss_at_least for one in load_edss_walking(coding)]
    # A missing score is bounded by the worst of the longest coding: in a shorter one that is its own worst.
    return np.array(least + least[-1:] * (HIGHEST_SCORES[-1] + 1 - len(least)), np.int8)


def _why(scores: Sequence[Grades], rules: EdssRules, coding: AmbulationScale) -> pl.Series:
    """What leads to each EDSS that can be computed: the walking, or the step that is met."""
    # The lowest bound will do: the reason is shown only where both bounds agree.
    filled = [np.maximum(score, 0) for score in scores]
    met = _steps_met(filled, rules)
    # At equal height both lead there, and one has to be named.
    walks = _by_walking(coding)[filled[-1]] >= _by_systems(rules)[met]
    steps = [
        f"the functional systems give {half / 2} ({step.words})"
        for step, half in zip(load_edss_steps(), _by_systems(rules).tolist(), strict=True)
    ]
    walking = [
        f"ambulation score {score} ({one.walking}) gives {one.edss_at_least}"
        for score, one in enumerate(load_edss_walking(coding))
    ]
    return pl.Series(steps + walking).gather(np.where(walks, len(steps) + filled[-1].astype(np.int32), met))


def _scores(visits: pl.DataFrame, coding: AmbulationScale) -> list[Grades]:
    there = visits.with_columns(pl.lit(None, pl.Int8).alias(name) for name in SCORES if name not in visits.columns)
    if problems := [found for name in SCORES if (found := _out_of_range(there[name], coding)) is not None]:
        raise InputProblems(problems)
    return [there[name].cast(pl.Int8).fill_null(MISSING).to_numpy() for name in SCORES]


def _out_of_range(score: pl.Series, coding: AmbulationScale) -> Problem | None:
    column = TABLES["visits"].column(score.name)
    high, allowed = column.high or 0, column.allowed
    if score.name == "ambulation" and coding != USUAL_CODING:
        high = len(load_edss_walking(coding)) - 1
        allowed = f"0 to {high}, for ambulation_scale is {coding}"
    # Not strict: text in a column is a problem to be named with its row, not an error of Polars.
    number = score.cast(pl.Float64, strict=False)
    outside = (number < 0) | (number > high) | (number != number.floor())
    # A value that is no number became null and is outside; a missing one is neither.
    rows = (score.is_not_null() & outside.fill_null(True)).arg_true()
    if not rows.len():
        return None
    first = int(rows[0])
    found = shown(str(score[first]))
    return Problem.at_row(
        "visits", first + 1, score.name, found=found, allowed=allowed, do="Correct it.", more=rows.len() - 1
    )


def _locate(name: str) -> Path:
    if name.endswith(".toml"):
        if Path(name).is_file():
            return Path(name)
        do = "Check the path."
        raise InputProblems(Problem.of_file(name, found="no such file", allowed="a file with a variant", do=do))
    for path in library_files("edss", ".toml"):
        if path.stem == name:
            return path
    known = edss_variants()
    advice = nearest(name, known) or "Use one of those."
    raise InputProblems(
        Problem.of_file("variant", found=f"no variant called {name}", allowed=", ".join(known), do=advice)
    )


def _rising(grades: Sequence[Any], length: int) -> bool:
    """A worse score that counted as a better one would make the EDSS fall, and the bounds of missing scores wrong."""
    whole = all(isinstance(grade, int) and not isinstance(grade, bool) and 0 <= grade <= 6 for grade in grades)
    return whole and len(grades) == length and all(one <= next_one for one, next_one in pairwise(grades))
