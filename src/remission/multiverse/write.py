"""One endpoint under a grid of definitions: what each says, how far they agree, and which choice matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from remission._version import __version__
from remission.exhibits.files.pages import PAGE, without_folders, write_page
from remission.exhibits.page import Fact, Picture, render_report
from remission.exhibits.rendering import renderer
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.tabular import Tabular
from remission.multiverse.agreement import Agreement, draw_kappas, draw_persons
from remission.multiverse.evaluation import Evaluated, at_days
from remission.multiverse.files import VaryFile, load_multiverse
from remission.multiverse.grid import Definition, Grid, Refused, derive_grid
from remission.multiverse.kept import AGGREGATES_ONLY, CHUNK, OF_PERSONS, KeptResults, Lock
from remission.multiverse.page import MultiversePage, RefusedRow, multiverse_page
from remission.multiverse.side_by_side import evaluate_side_by_side
from remission.multiverse.specification_curve import (
    ShownChoice,
    Specification,
    Specifications,
    draw_specification_curve,
    draw_variance_shares,
)
from remission.report.definitions.words import definition_table
from remission.stats.agreement import PersonVotes, cohen_kappa, count_votes, pair_tables
from remission.stats.estimates import Estimates
from remission.stats.variance_shares import VarianceShares, variance_shares

if TYPE_CHECKING:
    import polars as pl

    from remission.records.cohort import Cohort

KEPT = "kept"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False, repr=False)
class Multiverse(Tabular):
    """One endpoint under every definition of a grid.

    `definitions` and `evaluated` are those that the records can answer, in the order of the grid, and `refused` all
    other combinations. `specifications` holds the share with the event at `at_days`, at which definitions are compared;
    `estimates` those at all times. `agreement` has the kappa of every pair, `votes` how many definitions see the event
    in each person who entered, `shares` what each choice explains of the variance of the estimate.
    """

    grid: Grid
    definitions: tuple[Definition, ...]
    evaluated: tuple[Evaluated, ...]
    refused: tuple[Refused, ...]
    specifications: Specifications
    estimates: Estimates
    agreement: Agreement
    votes: PersonVotes
    shares: VarianceShares
    at_days: int

    @property
    def said(self) -> str:
        """How many definitions answer, of which endpoint."""
        answered = f"{len(self.definitions):,} definitions of {self.grid.vary.endpoint.name}"
        return f"{answered}, {len(self.refused):,} refused, compared at day {self.at_days:,}"

    def _rows(self) -> pl.DataFrame:
        return self.estimates.frame


@dataclass(frozen=True)
class MultiverseFiles:
    """Where the page is, how many definitions were there already, and whether older results were of something else."""

    page: Path
    definitions: int
    reused: int
    thrown_away: bool


def derive_multiverse(
    cohort: Cohort, vary: VaryFile | str | Path, *, kept: KeptResults | None = None, progress: Progress | None = None
) -> Multiverse:
    """Evaluate an endpoint under every definition of a multiverse (or the name or file of one).

    `progress` is told how many definitions are done, of how many. InputProblems when the file is wrong or the records
    can answer fewer than two of its definitions.

    >>> from remission.outcomes.load import load_cohort
    >>> found = derive_multiverse(load_cohort("two-arm"), "cdp")
    >>> len(found.definitions), len(found.refused), len(found.shares.factors)
    (30, 6, 4)
    """
    vary = vary if isinstance(vary, VaryFile) else load_multiverse(vary)
    return _derive(cohort, derive_grid(vary), kept, progress)


def _derive(cohort: Cohort, grid: Grid, kept: KeptResults | None, progress: Progress | None) -> Multiverse:
    vary = grid.vary
    results = _evaluate_all(cohort, grid, kept, progress or (lambda _done, _of: None))
    answered = [(one, result) for one, result in zip(grid.definitions, results, strict=True) if not result.refused]
    unanswered = [
        Refused(one.places, "the records", result.refused)
        for one, result in zip(grid.definitions, results, strict=True)
        if result.refused
    ]
    if len(answered) < 2:
        raise InputProblems(_unanswerable(vary, unanswered))
    definitions, evaluated = tuple(one for one, _ in answered), tuple(result for _, result in answered)
    yes, judged = np.stack([one.yes for one in evaluated]), np.stack([one.judged for one in evaluated])
    time = _common_time(vary, evaluated)
    estimates = _estimates(cohort, grid, evaluated)
    specifications = _specifications(cohort, grid, answered, time)
    return Multiverse(
        grid,
        definitions,
        evaluated,
        tuple(sorted((*grid.refused, *unanswered), key=lambda one: one.places)),
        specifications,
        estimates,
        Agreement(specifications, cohen_kappa(tables := pair_tables(yes, judged)), tables.judged),
        count_votes(yes, judged),
        _shares(definitions, evaluated, time),
        at_days(vary.endpoint.estimation.at_years)[time],
    )


def write_multiverse(
    cohort: Cohort,
    vary: VaryFile | str | Path,
    folder: str | Path,
    *,
    command: str = "",
    progress: Progress | None = None,
    aggregates_only: bool = False,
) -> MultiverseFiles:
    """Write the page of a multiverse, with pictures as SVG and PNG and tables as CSV beside it.

    What each definition said is kept in the folder, so that a run which was stopped goes on where it was: the files
    are the same, byte for byte. Other records, choices or another version of this program begin anew. With
    `aggregates_only` it is deleted when the page is written, for it has a bit for each person.
    """
    vary = vary if isinstance(vary, VaryFile) else load_multiverse(vary)
    folder = Path(folder)
    grid = derive_grid(vary)
    # Around what is kept too: two runs at once of other choices would throw away each other's results.
    with write_page(folder) as files:
        kept = KeptResults(folder / KEPT, Lock.of(cohort, vary))
        reused = sum(len(ids) for ids in _chunks(grid) if kept.load(ids) is not None)
        found = _derive(cohort, grid, kept, progress)
        page = multiverse_page(_page_parts(cohort, found, files.figures.write, command))
        said = [AGGREGATES_ONLY] if aggregates_only else [OF_PERSONS] * (cohort.provenance.kind == "observed")
        files.write(render_report(replace(page, notices=(*said, *files.figures.notices))), page.sections)
        if aggregates_only:
            kept.forget()
    return MultiverseFiles(folder / PAGE, len(found.definitions), reused, kept.thrown_away)


def _chunks(grid: Grid) -> list[list[str]]:
    ids = [one.id for one in grid.definitions]
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def _evaluate_all(cohort: Cohort, grid: Grid, kept: KeptResults | None, progress: Progress) -> list[Evaluated]:
    named = {one.id: one for one in grid.definitions}
    chunks = [(ids, kept.load(ids) if kept is not None else None) for ids in _chunks(grid)]
    missing = [[named[place] for place in ids] for ids, there in chunks if there is None]
    answers = evaluate_side_by_side(cohort, missing, grid.vary.endpoint.estimation)
    results: list[Evaluated] = []
    progress(0, len(named))
    # Closed in any case: an error on the way must not leave hundreds of definitions to be worked out for nobody.
    with closing(answers):
        for ids, there in chunks:
            for one in islice(answers, len(ids)) if there is None else ():
                results.append(one)
                progress(len(results), len(named))
            if there is not None:
                results += there
                progress(len(results), len(named))
            elif kept is not None:
                fresh = results[-len(ids) :]
                kept.write(fresh)
    return results


def _unanswerable(vary: VaryFile, unanswered: Sequence[Refused]) -> list[Problem]:
    found = "; ".join(dict.fromkeys(one.why for one in unanswered))
    allowed = "at least two definitions that these records can answer"
    return [
        Problem.at_key(
            f"{vary.name}.toml", "vary", found=found, allowed=allowed, do="Choose another endpoint or other options."
        )
    ]


def _common_time(vary: VaryFile, evaluated: Sequence[Evaluated]) -> int:
    """The place of the time at which definitions are compared: the one asked for, or the last that all reach."""
    years = vary.endpoint.estimation.at_years
    if vary.at_years is not None:
        return years.index(vary.at_years)
    reached = [at for at in range(len(years)) if all(one.value[at] is not None for one in evaluated)]
    return max(reached, default=0)


def _estimates(cohort: Cohort, grid: Grid, evaluated: Sequence[Evaluated]) -> Estimates:
    estimation = grid.vary.endpoint.estimation
    days = at_days(estimation.at_years)
    constant = {
        "what": f"{grid.vary.endpoint.title}: share with the event",
        "study": cohort.provenance.cohort,
        "population": "entered",
        "level": estimation.level,
        "scale": "linear",
        "unit": "proportion",
        "standing": cohort.provenance.kind,
    }
    return Estimates.of(
        constant
        | {
            "group": one.id,
            "at_days": day,
            "value": one.value[at],
            "low": one.low[at],
            "high": one.high[at],
            "method": one.method,
            "n": int(np.count_nonzero(one.judged)),
            "events": one.events[at],
            "at_risk": one.at_risk[at],
            "absent_reason": None if one.low[at] is not None and one.high[at] is not None else "not estimable",
        }
        for one in evaluated
        for at, day in enumerate(days)
    )


def _specifications(
    cohort: Cohort, grid: Grid, answered: Sequence[tuple[Definition, Evaluated]], time: int
) -> Specifications:
    endpoint = grid.vary.endpoint
    choices = tuple(
        ShownChoice(one.name, one.label, tuple(option.label for option in one.options)) for one in grid.vary.choices
    )
    rows = tuple(
        Specification(
            one.id,
            one.places,
            result.value[time],
            result.low[time],
            result.high[time],
            persons=result.judged.size,
            assessed=int(np.count_nonzero(result.judged)),
            events=result.events_in_all,
            person_days=result.person_days,
        )
        for one, result in answered
    )
    return Specifications(
        grid.vary.name,
        grid.vary.title,
        choices,
        rows,
        at_days(endpoint.estimation.at_years)[time],
        endpoint.estimation.level,
        endpoint.estimation.interval,
        answered[0][1].method,
        grid.base,
        endpoint.name,
        cohort.provenance,
    )


def _shares(definitions: Sequence[Definition], evaluated: Sequence[Evaluated], time: int) -> VarianceShares:
    known = [(one.places, result.value[time]) for one, result in zip(definitions, evaluated, strict=True)]
    kept = [(places, value) for places, value in known if value is not None]
    levels = np.array([places for places, _ in kept], np.int64).reshape(len(kept), len(definitions[0].places))
    return variance_shares([value for _, value in kept], levels)


def _page_parts(cohort: Cohort, found: Multiverse, write: Callable[..., Picture], command: str) -> MultiversePage:
    vary, seen = found.grid.vary, found.specifications
    refused = [
        RefusedRow(
            tuple(choice.options[place] for choice, place in zip(seen.choices, one.places, strict=True)),
            one.by,
            one.why,
        )
        for one in found.refused
    ]
    return MultiversePage(
        cohort_title=cohort.manifest.title,
        note=cohort.manifest.note,
        title=vary.title,
        summary=vary.summary,
        specifications=seen,
        agreement=found.agreement,
        votes=found.votes,
        shares=found.shares,
        estimates=found.estimates,
        refused=refused,
        sources=vary.sources,
        curve=write(draw_specification_curve(seen)),
        variance=write(draw_variance_shares(seen, found.shares)),
        kappas=write(draw_kappas(found.agreement)),
        persons=write(draw_persons(seen, found.votes)),
        base=definition_table(vary.endpoint, cohort.provenance),
        facts=_facts(cohort, found, command),
    )


def _facts(cohort: Cohort, found: Multiverse, command: str) -> list[Fact]:
    manifest, vary = cohort.manifest, found.grid.vary
    facts = [
        Fact("Cohort", f"{manifest.name}: {manifest.title}"),
        Fact("Note", manifest.note),
        Fact("Licence", manifest.licence),
        Fact("Digest of the records (SHA-256)", cohort.digest),
        Fact("Choices", f"{vary.name}: {vary.title}"),
        Fact("Digest of the choices (SHA-256)", vary.digest),
        Fact("Endpoint that is varied", f"{vary.endpoint.title} (in files: {vary.endpoint.name})"),
        Fact("Summarised by", found.specifications.method),
        Fact("Made by", f"remission {__version__}; pictures by {renderer()}"),
        Fact("Command", without_folders(command)),
    ]
    return [fact for fact in facts if fact.text]
