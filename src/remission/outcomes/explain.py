"""Why was this person counted, or not? The plain twin's account, checked against the engine."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.outcomes.deaths.competing import ENDINGS, derive_endings
from remission.outcomes.evaluation import evaluate
from remission.outcomes.narration import narrate, narrate_ending, narrate_readings
from remission.outcomes.needs import checked_endpoint
from remission.outcomes.readings import ReadOutcome, evaluate_readings
from remission.outcomes.reference import Decision, decide
from remission.outcomes.reference.competing import Ending, ending_of
from remission.outcomes.reference.readings import Reading, read_windows
from remission.records.people import subject_records

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort


@dataclass(frozen=True, repr=False)
class Explanation:
    """One person's account. `differences` names every column in which engine and twin differ: there must be none."""

    subject_id: str
    endpoint: Endpoint
    lines: tuple[str, ...]
    differences: tuple[str, ...]
    warning: str

    def __repr__(self) -> str:
        """Of whom and of what, and whether engine and twin agree."""
        agreed = "the fast engine decided the same" if not self.differences else "the fast engine differs"
        return f"Explanation({self.subject_id}, {self.endpoint.name}: {len(self.lines)} lines; {agreed})"

    def _repr_html_(self) -> str:
        head = f"{self.subject_id}, {self.endpoint.title}. {self.warning}".rstrip()
        differ = [f"The engine differs: {one}" for one in self.differences]
        lines = "".join(f"<li>{escape(line)}</li>" for line in (*self.lines, *differ))
        return f"<p>{escape(head)}</p><ol>{lines}</ol>"


def explain(cohort: Cohort, subject_id: str, endpoint: Endpoint | str) -> Explanation:
    """Explain one subject's outcome of an endpoint (or the name of one) from the plain twin, beside the engine's.

    Raises InputProblems when there is no such subject, or the endpoint cannot be assessed on this cohort.

    >>> from remission.outcomes.load import load_cohort
    >>> explain(load_cohort("halt-ms"), "R08", "halt-ms-mri").lines[-1]
    'In all: MRI activity (HALT-MS) on day 1461, after 1461 days at risk.'
    """
    # First of all: the twin reads rows and would call a table that was not collected an empty one.
    endpoint = checked_endpoint(cohort, endpoint)
    # One person's rows only; the twin is plain and slow, and never runs on a cohort here.
    person = next(subject_records(cohort, [subject_id]), None)
    if person is None:
        raise InputProblems(_unknown(cohort, subject_id))
    warning = cohort.provenance.warning
    # Who did not enter has no day zero, and neither engine nor twin has an answer to compare.
    if person.subject["entered"] != "yes":
        reason = person.subject.get("not_entered_reason") or "reason not recorded"
        return Explanation(
            subject_id, endpoint, (f"Evaluated and did not enter ({reason}): no day zero.",), (), warning
        )
    # The engine runs on this one person too: what happened to somebody follows from that person's records alone.
    decision, alone = decide(person, endpoint), _only(cohort, subject_id)
    outcome = evaluate(alone, endpoint)
    lines, differences = narrate(decision, endpoint), compare(decision, outcome)
    if endpoint.estimation.death == "competes":
        ending = ending_of(person, decision, endpoint.estimation.late_death_days)
        lines += narrate_ending(ending, person.subject["death_day"])
        differences += compare_ending(ending, alone, outcome)
    if endpoint.readings is not None:
        readings = read_windows(person, endpoint)
        lines += narrate_readings(readings, endpoint)
        differences += compare_readings(readings, evaluate_readings(alone, endpoint))
    return Explanation(subject_id, endpoint, tuple(lines), differences, warning)


def _unknown(cohort: Cohort, subject_id: str) -> Problem:
    names = cohort.subjects["subject_id"].to_list()
    # Of thousands of ids many are alike by chance: the one that differs only in capitals and blanks is meant first.
    same = [name for name in names if name.casefold() == subject_id.strip().casefold()]
    advice = f"Did you mean {shown(same[0])}?" if same else nearest(subject_id, names)
    do = advice or "Write it as the subjects table does."
    found, allowed = f"no subject '{subject_id}'", "a subject_id of the cohort"
    return Problem.at_row("subjects", None, "subject_id", found=found, allowed=allowed, do=do)


def _only(cohort: Cohort, subject_id: str) -> Cohort:
    tables = {name: frame.filter(pl.col("subject_id") == subject_id) for name, frame in cohort.tables.items()}
    return replace(cohort, tables=tables)


def compare_ending(ending: Ending, alone: Cohort, outcome: Outcome) -> tuple[str, ...]:
    """In what the twin ends the first spell otherwise than the engine, where death competes."""
    row = derive_endings(alone, outcome, outcome.endpoint.estimation.late_death_days).row(0, named=True)
    pairs = zip(Ending._fields, ending, (row[name] for name in ENDINGS), strict=True)
    return tuple(f"ending.{name}: twin {mine}, engine {theirs}" for name, mine, theirs in pairs if mine != theirs)


def compare_readings(readings: tuple[Reading, ...], read: ReadOutcome) -> tuple[str, ...]:
    """Windows that the twin reads otherwise than the engine."""
    names = [item.name for item in fields(Reading)]
    return tuple(
        f"days {mine.from_day} to {mine.to_day}.{name}: twin {getattr(mine, name)}, engine {row[name]}"
        for mine, row in zip(readings, read.readings.to_dicts(), strict=True)
        for name in names
        if getattr(mine, name) != row[name]
    )


def compare(decision: Decision, outcome: Outcome) -> tuple[str, ...]:
    """Columns in which the twin's decision differs from the engine's spells, those of the parts included."""
    # Different numbers of episodes cannot be laid side by side, and columns of the wrong pair would only confuse.
    episodes, spells = (decision, *decision.later), outcome.spells.to_dicts()
    if len(episodes) != len(spells):
        return (f"{outcome.name}: twin {len(episodes)} episodes, engine {len(spells)}",)
    mine = [
        f"{outcome.name}.{name}: twin {value}, engine {spell[name]}"
        for episode, spell in zip(episodes, spells, strict=True)
        for name, value in episode.columns.items()
        if value != spell[name]
    ]
    # Parts too: two mistakes in parts can cancel in the composite.
    parts = zip(decision.parts, outcome.parts, strict=True)
    return tuple(mine) + tuple(line for twin, engine in parts for line in compare(twin, engine))
