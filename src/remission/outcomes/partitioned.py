"""An endpoint evaluated part by part: on a cohort that does not fit in memory, or on many processors at once.

What happened to a person follows from the records of that person alone, so the parts can be evaluated anywhere and in
any order; the answers are the same, to the bit, as those of the whole cohort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from remission.engines.load import load_engine
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.provenance import Provenance
from remission.inputs.writing import is_free, write_new_folder
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.files import write_outcomes
from remission.outcomes.load import find_cohort, load_cohort
from remission.records.files import cutting, partitions
from remission.records.files.partitions import ANEW, Partition, Partitions, load_partitions

if TYPE_CHECKING:
    from remission.engines.engine import Engine, Progress
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

Work = TypeVar("Work")
Result = TypeVar("Result")

# Parts are cut by a hash of the subject, so the order of the file is lost; this one anybody can make again (decision
# 25).
ORDER = ("subject_id", "episode")


@dataclass(frozen=True)
class PartOfOutcome:
    """One part to be evaluated: what travels to a worker. `file` is where its rows go, when they are written."""

    part: Partition
    endpoint: Endpoint
    file: Path | None = None


def write_partitions(cohort: str | Path, count: int | None, out: str | Path) -> Partitions:
    """Cut a cohort, given by folder or bundled name, into `count` parts, or as many as its size asks for.

    InputProblems as in `records.files.cutting.write_partitions`.
    """
    return cutting.write_partitions(find_cohort(cohort), count, out)


def is_partitioned(folder: str | Path) -> bool:
    """Is this a folder of parts rather than a cohort?"""
    return (Path(folder) / partitions.FILE).is_file()


def choose_engine(name: str = "serial", workers: int | None = None, address: str | None = None) -> Engine:
    """The engine called `name`; InputProblems in words when it cannot be had."""
    try:
        return load_engine(name, workers, address)
    except ValueError as error:
        raise InputProblems(Problem.of_file("--engine", found=name, allowed=str(error), do="Choose another.")) from None


def evaluate_partitions(
    cohort: str | Path | Partitions,
    endpoint: Endpoint | str,
    engine: Engine,
    out: str | Path,
    progress: Progress | None = None,
) -> int:
    """Write the outcome rows of a partitioned cohort: one Parquet file a part in `out`; returns how many rows.

    `cohort` is the folder of the parts, or they themselves. No more than one part a worker is in memory. Rows are those
    of `write_outcomes`, within a part in the order of its subjects file. `out` must not exist or be empty, and appears
    only when all parts are written. Raises InputProblems with the problems of all parts at once.
    """
    endpoint, target = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint, Path(out)
    # Rows of an earlier run beside those of this one would be read as one answer.
    if not is_free(target):
        found = Problem.of_file(
            target.name, found="something there already", allowed="a new or empty folder", do="Choose another."
        )
        raise InputProblems(found)
    parts = (cohort if isinstance(cohort, Partitions) else load_partitions(cohort)).parts
    with write_new_folder(target) as new:
        # Absolute, because a worker need not have been started in the same folder.
        work = [PartOfOutcome(part, endpoint, new.absolute() / f"{part.name}.parquet") for part in parts]
        return sum(run(engine, write_part, work, progress))


def evaluate_partitioned(
    folder: str | Path, endpoint: Endpoint | str, engine: Engine, progress: Progress | None = None
) -> Outcome:
    """One Outcome of a partitioned cohort, when its rows fit in memory: rows in the order of subject_id and episode.

    The same rows, and the same provenance, as those of the whole cohort in that order. Raises InputProblems with the
    problems of all parts at once.
    """
    endpoint = load_endpoint(endpoint) if isinstance(endpoint, str) else endpoint
    loaded = load_partitions(folder)
    work = [PartOfOutcome(part, endpoint) for part in loaded.parts]
    outcomes = list(run(engine, evaluate_part, work, progress))
    manifest = loaded.manifest
    # The provenance of the whole: each part has a digest of its own, and none of them is that of the cohort.
    return _joined(outcomes, Provenance(manifest.name, manifest.kind, loaded.digest, manifest.sources))


def evaluate_part(work: PartOfOutcome) -> Outcome:
    """The outcome of one part, in a worker; InputProblems name the part."""
    return _evaluated(work)[0]


def _evaluated(work: PartOfOutcome) -> tuple[Outcome, Cohort]:
    """The outcome of a part and its records; whoever wants the outcome only must not keep the records in memory."""
    try:
        cohort = load_cohort(work.part.folder.absolute())
        # A part that was edited or mixed up since would be counted without a word.
        if cohort.digest != work.part.digest:
            raise InputProblems(
                Problem.of_file("", found="files that are not those written", allowed="the part as it was", do=ANEW)
            )
        return evaluate(cohort, work.endpoint), cohort
    except InputProblems as found:
        raise InputProblems(
            # Named by part, because all of them have files of the same names.
            replace(problem, file=f"{work.part.name}/{problem.file}".rstrip("/"))
            for problem in found.problems
        ) from None


def write_part(work: PartOfOutcome) -> int:
    """Write the outcome rows of one part, in a worker; returns how many."""
    assert work.file is not None
    outcome, cohort = _evaluated(work)
    return write_outcomes(outcome, work.file, cohort)


def run(
    engine: Engine, function: Callable[[Work], Result], work: Sequence[Work], progress: Progress | None = None
) -> Iterator[Result]:
    """The results of all parts in order; InputProblems of all of them together, unless something else failed too."""
    try:
        yield from engine.map(function, work, progress)
    except ExceptionGroup as failed:
        # A bug in one part must not hide behind bad input in another: then everything is raised as it is.
        refused, otherwise = failed.split(InputProblems)
        if otherwise is not None or refused is None:
            raise
        found = [error for error in refused.exceptions if isinstance(error, InputProblems)]
        raise InputProblems(problem for one in found for problem in one.problems) from None


def _joined(outcomes: Sequence[Outcome], provenance: Provenance) -> Outcome:
    """The outcomes of all parts as one: every frame of rows joined and put in order, the outcomes of its parts too."""
    changed: dict[str, object] = {"provenance": provenance}
    first = outcomes[0]
    # By kind of field and not by name, so that a frame added to Outcome is joined without a change here.
    for name in (field.name for field in fields(first)):
        if isinstance(getattr(first, name), pl.DataFrame):
            changed[name] = pl.concat([getattr(one, name) for one in outcomes]).sort(ORDER, maintain_order=True)
    members = zip(*(one.parts for one in outcomes), strict=True)
    changed["parts"] = tuple(_joined(member, provenance) for member in members)
    return replace(first, **changed)  # type: ignore[arg-type]
