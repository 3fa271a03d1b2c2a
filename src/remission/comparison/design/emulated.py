"""The target trial carried out on a cohort: who is in it, step by step, with follow-up and covariates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.comparison.design.before_after import SelectedRates, count_relapses, rates_of
from remission.comparison.design.filling import IMPUTE, Filled, fill_in, unfillable
from remission.comparison.design.follows import began_before, first_starts, follows, overlap, too_late
from remission.comparison.design.impossible import competes, of_death, of_losses
from remission.comparison.design.known import Known
from remission.comparison.design.leaving import departures, lost_to_follow_up
from remission.comparison.design.reading import conditions_of, read_design
from remission.comparison.design.records import LANDMARK, lower_words
from remission.comparison.design.sequence import time_since, trials_of
from remission.exhibits.wording import count
from remission.inputs.problems import InputProblems, Problem
from remission.outcomes.deaths.competing import derive_endings
from remission.outcomes.definitions.consistency import check_definition
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.definitions.records import REASON_WORDS
from remission.outcomes.evaluation import evaluate
from remission.report.hazards.model_columns import ModelColumn, ModelColumns, held_column, numbers_of
from remission.report.models.covariates import Asking
from remission.stats.propensity.contrasts import GroupRows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from remission.comparison.design.records import Design
    from remission.outcomes.counts import CountOutcome
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort
    from remission.stats.propensity.logistic import Flags, Floats

# With fewer in a group a propensity is no more than their list of names.
FEWEST = 10


@dataclass(frozen=True)
class Left:
    """How many left at a step, and why."""

    persons: int
    why: str


@dataclass(frozen=True)
class Step:
    """One step of the flow: what it asks, who left by it and why, and how many were there after it."""

    name: str
    left: tuple[Left, ...]
    after: int


@dataclass(frozen=True, eq=False)
class Emulated:
    """People of both strategies with follow-up from time zero, and every step on the way to them.

    `people` has subject_id, treated (follows the first strategy), entry and exit (days since time zero), event, lost,
    competed (died without the event, where death competes), person (a number), and a column for each covariate
    (`held_column`). Of a sequence it has a row for each trial of a person, and the day on which that `begins`.
    `everybody` counts the rows of the cohort.
    """

    cohort: Cohort
    design: Design
    outcome: Outcome
    everybody: int
    flow: tuple[Step, ...]
    people: pl.DataFrame
    control: Outcome | None = None
    counted: CountOutcome | None = None
    selected: SelectedRates | None = None

    @property
    def names(self) -> tuple[str, str]:
        """The two strategies: the first is compared with the second."""
        one, other = self.design.strategies
        return one.name, other.name

    @cached_property
    def rows(self) -> GroupRows:
        """People as estimators take them."""
        entry, exits, event, treated = (self.people[name].to_numpy() for name in ("entry", "exit", "event", "treated"))
        competed = self.people["competed"].to_numpy() if self.competing else None
        return GroupRows(entry, exits, event, treated, self.people["person"].to_numpy(), competed)

    @property
    def competing(self) -> bool:
        """Does death compete with the event?"""
        return competes(self.outcome)

    @cached_property
    def start(self) -> NDArray[np.int64]:
        """The day on which each person began the first strategy's therapy, shape (n,); -1 for never."""
        first = first_starts(self.cohort, self.design.strategies[0].starts, self.people["subject_id"])
        return np.nan_to_num(first, nan=-1).astype(np.int64)

    def followed_for(self, outcome: Outcome) -> pl.DataFrame:
        """Follow-up of the same people from the same time zero for another outcome; whoever has none is not there."""
        return _followed(_Flow(self.people["subject_id"]), self.cohort, self.design, outcome)

    @cached_property
    def watched(self) -> NDArray[np.int64]:
        """The last day since time zero on which each was watched, whether or not the event came before, shape (n,)."""
        last = self.people.join(self.cohort.select("subjects", "subject_id", "last_day"), on="subject_id", how="left",
                                maintain_order="left")["last_day"] - self.design.start_day  # fmt: skip
        until = self.people["exit"]
        # Of those lost to this endpoint nobody looked any more, whatever else was recorded of them later.
        later = np.maximum(np.nan_to_num(last.cast(pl.Float64).to_numpy(), nan=0), until.to_numpy())
        had = self.people["event"].to_numpy()
        return np.where(had, np.minimum(later, self.design.horizon_days), until.to_numpy()).astype(np.int64)

    @cached_property
    def departs(self) -> NDArray[np.float64]:
        """Days since time zero on which each leaves the strategy followed then, shape (n,); infinite for never."""
        return departures(self.cohort, self.design, self.people)

    @cached_property
    def columns(self) -> tuple[ModelColumn, ...]:
        """Columns of the propensity: numbers as they are, categories level by level."""
        return ModelColumns(self.people, Asking(self.cohort, self.design.assignment.covariates, (), None), None).all

    @cached_property
    def covariates(self) -> dict[str, Floats]:
        """Their values by label, shape (n,) each; NaN where one lacks and is to be filled in."""
        held = {one.label: numbers_of(self.people, one) for one in self.columns}
        return held | (time_since(self.people["begins"].to_numpy()) if self.design.in_sequence else {})

    @cached_property
    def filled(self) -> Filled | None:
        """Sets of covariates without gaps, where the design says so. NotEstimable where one cannot be drawn."""
        if self.design.assignment.missing != IMPUTE:
            return None
        return fill_in(self.design, self.people, self.covariates, self.rows)


def emulate(cohort: Cohort, file: str | Path) -> Emulated:
    """Carry out the design of a file on a cohort; InputProblems with everything that is wrong with either.

    >>> from remission.outcomes.load import load_cohort
    >>> found = emulate(load_cohort("hsct-500"), "transplant-or-therapy")
    >>> found.everybody == sum(left.persons for step in found.flow for left in step.left) + found.people.height
    True
    """
    said = read_design(file)
    known = Known(cohort, said.file)
    outcome, of_outcome = _outcome(
        cohort, said.design.outcome.endpoint, death_competes=said.design.outcome.death == "competes"
    )
    control, of_control = _outcome(cohort, said.design.outcome.negative_control)
    counted, of_counted = count_relapses(cohort, said.design, known)
    problems = [*said.problems, *of_outcome, *of_control, *of_counted, *_of_columns(said.design, known)]
    problems += of_death(said.design, outcome, cohort, said.file)
    problems += of_losses(said.design, cohort, said.file)
    problems += too_late(said.design, known, outcome if cohort.collected("treatments") else None)
    problems += _without_treatments(said.design, known)
    if problems or outcome is None:
        raise InputProblems(dict.fromkeys(problems))
    found = replace(_carried_out(cohort, said.design, known, outcome), control=control, counted=counted)
    return replace(found, selected=rates_of(found, known))


def _outcome(
    cohort: Cohort, endpoint: str | None, *, death_competes: bool = False
) -> tuple[Outcome | None, list[Problem]]:
    """The outcome of an endpoint of the design, or what is wrong with that."""
    if not endpoint:
        return None, []
    try:
        found = load_endpoint(endpoint)
        if death_competes:
            found = replace(found, estimation=replace(found.estimation, death="competes"))
            check_definition(found)
        return evaluate(cohort, found).first, []
    except InputProblems as wrong:
        return None, list(wrong.problems)


def _of_columns(design: Design, known: Known) -> Iterator[Problem]:
    for at, one in conditions_of(design):
        yield from known.of_condition(at, one)
    yield from known.of_covariates(design.assignment.covariates)


def _without_treatments(design: Design, known: Known) -> Iterator[Problem]:
    if known.cohort.collected("treatments"):
        return
    for place, one in enumerate(design.strategies, 1):
        if one.starts or one.not_starts:
            yield Problem.at_key(known.file, f"strategies[{place}]", found="starts of therapies",
                                 allowed="conditions, for this cohort has no treatments table",
                                 do="Say it by where.")  # fmt: skip


def _carried_out(cohort: Cohort, design: Design, known: Known, outcome: Outcome) -> Emulated:
    flow = _Flow(cohort.subjects["subject_id"])
    entered = cohort.subjects.filter(pl.col("entered") == "yes")["subject_id"]
    flow.keep("entered the cohort", flow.people.is_in(entered.implode()).to_numpy(), "did not enter")
    for condition in design.eligibility:
        met, absent = known.meets(condition, flow.people, outcome)
        flow.keep(condition.words, met, "not so", absent)
    if any(one.starts or one.not_starts for one in design.strategies):
        kept = ~began_before(cohort, design.strategies, flow.people)
        flow.keep("had begun none of the therapies before day zero", kept, "had begun one")
    one, other = (follows(strategy, known, flow.people, outcome) for strategy in design.strategies)
    if problem := overlap(design, known.file, one, other):
        raise InputProblems(problem)
    treated = dict(zip(flow.people.to_list(), one.tolist(), strict=True))
    if not (design.cloned or design.in_sequence):
        flow.keep("follows one of the two strategies", one | other, "follows neither")
    people = _followed(flow, cohort, design, outcome)
    if design.cloned:
        there = people["entry"].to_numpy() == 0
        flow.keep("was seen from day zero", there, "came under observation later")
        people = people.filter(pl.Series(there))
    people = _complete(flow, people, design, known, outcome)
    people = people.with_row_index("person").with_columns(pl.col("person").cast(pl.Int64))
    if design.in_sequence:
        start = first_starts(cohort, design.strategies[0].starts, people["subject_id"])
        people = trials_of(people, start, design)
        there = people["subject_id"].unique().implode()
        flow.keep("is in one trial or more", flow.people.is_in(there).to_numpy(), "in none")
    else:
        treat = pl.col("subject_id").replace_strict(treated, return_dtype=pl.Boolean)
        people = people.with_columns(treated=treat)
    _check_enough(people, design, known.file)
    return Emulated(cohort, design, outcome, cohort.subjects.height, tuple(flow.steps), people)


class _Flow:
    """Who is still there, and the steps so far."""

    def __init__(self, people: pl.Series) -> None:
        self.people, self.steps = people, list[Step]()

    def keep(self, name: str, kept: Flags, why: str, absent: Flags | None = None) -> None:
        """Keep some of those still there; the others left for `why`, or because nothing was recorded."""
        unknown = np.zeros(kept.size, np.bool_) if absent is None else absent & ~kept
        reasons = [(~kept & ~unknown, why), (unknown, "not recorded")]
        self.keep_for(name, kept, [(int(mask.sum()), words) for mask, words in reasons])

    def keep_for(self, name: str, kept: Flags, reasons: list[tuple[int, str]]) -> None:
        """Keep some of those still there; the others left for several reasons, each with its number."""
        left = tuple(Left(number, why) for number, why in reasons if number)
        self.people = self.people.filter(pl.Series(kept))
        self.steps.append(Step(name, left, self.people.len()))


def _followed(flow: _Flow, cohort: Cohort, design: Design, outcome: Outcome) -> pl.DataFrame:
    """Follow-up from time zero to the horizon; whoever has none, or had the event before a landmark, leaves."""
    spells = flow.people.to_frame("subject_id").join(outcome.spells, on="subject_id", how="left", maintain_order="left")
    start = design.start_day
    spells = _ended(spells, cohort, outcome)
    entry, exits = spells["entry_day"].fill_null(0).to_numpy(), spells["exit_day"].fill_null(0).to_numpy()
    event = spells["event"].fill_null(value=False).to_numpy()
    followed, later = exits > entry, exits > start
    reasons = spells.filter(pl.Series(~followed))["reason"].fill_null("no-follow-up").value_counts(sort=True)
    told = [(number, REASON_WORDS.get(why, why)) for why, number in reasons.rows()]
    flow.keep_for(f"was followed for: {outcome.endpoint.title}", followed, told)
    frame = (
        spells.select("subject_id")
        .with_columns(
            entry=pl.Series(np.maximum(entry - start, 0).astype(np.int64)),
            exit=pl.Series(np.minimum(exits - start, design.followed_days).astype(np.int64)),
            event=pl.Series(event & (exits - start <= design.followed_days)),
            lost=lost_to_follow_up(cohort, spells).to_numpy() & (exits - start <= design.followed_days),
            competed=pl.Series(spells["competed"].to_numpy() & (exits - start <= design.followed_days)),
        )
        .with_columns(pl.col("lost") & ~pl.col("competed"))
    )  # who died was no loss, whatever their last visit says
    if design.time_zero.at == LANDMARK:
        frame, event, later = frame.filter(pl.Series(followed)), event[followed], later[followed]
        told = [
            (int((event & ~later).sum()), "had the event by then"),
            (int((~event & ~later).sum()), "was no longer followed"),
        ]
        flow.keep_for(f"free of it and followed at the landmark, day {start}", later, told)
        return frame.filter(pl.Series(later))
    return frame.filter(pl.Series(followed))


def _ended(spells: pl.DataFrame, cohort: Cohort, outcome: Outcome) -> pl.DataFrame:
    """Spells with `competed`; where death competes they go on until a death without the event."""
    if not competes(outcome):
        return spells.with_columns(competed=pl.lit(value=False))
    endings = derive_endings(cohort, outcome, outcome.endpoint.estimation.late_death_days)
    endings = endings.select("subject_id", "until_day", competed=pl.col("ended_by") == "death")
    ended = spells.join(endings, on="subject_id", how="left", maintain_order="left")
    return ended.with_columns(
        exit_day=pl.coalesce("until_day", "exit_day"), competed=pl.col("competed").fill_null(value=False)
    )


def _complete(flow: _Flow, people: pl.DataFrame, design: Design, known: Known, outcome: Outcome) -> pl.DataFrame:
    """Those with every covariate; where the file says so, one who lacks any is a problem."""
    lacks: list[tuple[int, str]] = []
    complete = np.ones(people.height, np.bool_)
    for name in design.assignment.covariates:
        values = known.values(name, outcome).rename({"value": held_column(name)})
        people = people.join(values, on="subject_id", how="left", maintain_order="left")
        absent = people[held_column(name)].is_null().to_numpy()
        # Counted once, by the first covariate that is missing: the numbers must add up.
        lacks.append((int((absent & complete).sum()), f"{lower_words(name)} not recorded"))
        complete &= ~absent
    lost = int((~complete).sum())
    if design.assignment.missing == IMPUTE:
        if problems := list(unfillable(people, design.assignment.covariates, known.file)):
            raise InputProblems(problems)
        everybody = np.ones(people.height, np.bool_)
        flow.keep_for(f"stays, with covariates of {count(lost, 'person')} filled in", everybody, [])
        return people
    if lost and design.assignment.missing == "refuse":
        found = f"{count(lost, 'person')} without a covariate ({', '.join(f'{why}: {n}' for n, why in lacks if n)})"
        raise InputProblems(
            Problem.at_key(
                known.file,
                "assignment.missing",
                found=found,
                allowed="nobody, for it says refuse",
                do='Say missing = "complete cases", or choose other covariates.',
            )
        )
    flow.keep_for("has every covariate", complete, lacks)
    return people.filter(pl.Series(complete))


def _check_enough(people: pl.DataFrame, design: Design, file: str) -> None:
    problems = []
    for place, (one, treated) in enumerate(zip(design.strategies, (True, False), strict=True), 1):
        number = people.filter(pl.col("treated") == treated).height
        if number < FEWEST:
            problems.append(
                Problem.at_key(
                    file,
                    f"strategies[{place}]",
                    found=f"{count(number, 'person')} left in '{one.name}'",
                    allowed=f"{FEWEST} or more",
                    do="Widen eligibility or the strategy.",
                )
            )
    if problems:
        raise InputProblems(problems)
