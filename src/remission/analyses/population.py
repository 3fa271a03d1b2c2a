"""Who was evaluated, who entered, who was followed, how they were at the start, and for how long they were seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from remission.analyses.groups import GROUP, label_groups
from remission.exhibits.flow import FlowStep
from remission.exhibits.wording import END_WORDS, percent, spread_words
from remission.outcomes.definitions import REASON_WORDS
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort
from remission.stats.estimates import Estimates
from remission.stats.summaries import estimate_median_iqr, estimate_median_range

OVERALL = "All"


@dataclass(frozen=True)
class Baseline:
    """People on day zero: a row for each thing known (`what`, `of`, then a column of words for each group).

    `not_recorded` names what this cohort does not say of anybody.
    """

    frame: pl.DataFrame
    groups: tuple[str, ...]
    not_recorded: tuple[str, ...]


def derive_flow(cohort: Cohort, outcome: Outcome) -> list[FlowStep]:
    """From everyone evaluated to those who were followed, and how their follow-up ended, each counted once."""
    subjects = cohort.select("subjects", "subject_id", "entered", "not_entered_reason", "end_reason")
    entered = subjects.filter(pl.col("entered") == "yes")
    not_entered = subjects.filter(pl.col("entered") != "yes")
    spells = outcome.spells
    followed = spells.filter(pl.col("exit_day") > pl.col("entry_day"))
    unseen = spells.filter(pl.col("exit_day") <= pl.col("entry_day"))
    ended = [f"{number} {END_WORDS[reason]}" for reason, number in _counted(entered, "end_reason")]
    return [
        FlowStep("Evaluated", subjects.height),
        FlowStep("Did not enter", not_entered.height, _reasons(not_entered), aside=True),
        FlowStep("Entered", entered.height, tuple(ended)),
        FlowStep("No follow-up for this endpoint", unseen.height, _unseen(unseen), aside=True),
        FlowStep("Followed for this endpoint", followed.height, (f"{followed['event'].sum()} had an event",)),
    ]


def _reasons(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(
        f"{number} {reason or 'reason not recorded'}" for reason, number in _counted(rows, "not_entered_reason")
    )


def _unseen(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(f"{number} {REASON_WORDS.get(reason, reason)}" for reason, number in _counted(rows, "reason"))


def _counted(rows: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    return [
        (reason, number)
        for reason, number in rows.group_by(column).len().sort("len", column, descending=[True, False]).rows()
    ]


def estimate_time_known(cohort: Cohort) -> Estimates:
    """Median and range of the time from day zero to the last day on which anything is known, of those who entered."""
    subjects = cohort.subjects.filter(pl.col("entered") == "yes")
    last = pl.col("last_day")
    until = pl.min_horizontal(last, "cut_day") if "cut_day" in subjects.columns else last
    days = subjects.select(until.cast(pl.Float64)).to_series().to_numpy()
    labels = {"study": cohort.manifest.name, "population": "entered", "standing": cohort.manifest.kind}
    return estimate_median_range(days, "follow-up to the last day known", "days").labelled(**labels)


def derive_baseline(cohort: Cohort, group_by: str | None = None) -> Baseline:
    """The baseline table of those who entered: medians with quartiles, counts with shares."""
    people = _people(cohort, group_by)
    groups = tuple(sorted(people[GROUP].unique())) if group_by else ()
    samples = [people, *(people.filter(pl.col(GROUP) == group) for group in groups)]
    rows: list[dict[str, str]] = [_row("Persons", "", [f"{sample.height:,}" for sample in samples])]
    missing = []
    for name, words, kind in _things(cohort):
        if name not in people.columns or people[name].null_count() == people.height:
            missing.append(words)
        else:
            rows += _numbers(name, words, samples) if kind == "number" else _choices(name, words, samples)
    names = [OVERALL, *groups] if groups else [OVERALL]
    frame = pl.DataFrame([dict(zip(["what", "of", *names], row.values(), strict=True)) for row in rows])
    return Baseline(frame, tuple(names), tuple(missing))


def _people(cohort: Cohort, group_by: str | None) -> pl.DataFrame:
    people = cohort.subjects.filter(pl.col("entered") == "yes")
    if group_by:
        people = people.join(label_groups(cohort, group_by), on="subject_id", how="left", maintain_order="left")
    if "onset_day" in people.columns:
        people = people.with_columns(onset_years=-pl.col("onset_day") / 365.25)
    if cohort.collected("visits"):
        scores = cohort.select("visits", "subject_id", "day", "edss").filter(
            pl.col("edss").is_not_null() & (pl.col("day") <= 0)
        )
        last = scores.sort("day", maintain_order=True).group_by("subject_id").agg(pl.col("edss").last())
        people = people.join(last, on="subject_id", how="left", maintain_order="left")
    return people


def _things(cohort: Cohort) -> Iterator[tuple[str, str, str]]:
    """What is looked at: the column, its words, and whether it is a number or a choice."""
    yield from (
        ("age_years", "Age in years", "number"),
        ("sex", "Sex", "choice"),
        ("course", "Course of MS", "choice"),
        ("onset_years", "Years since the first symptom", "number"),
        ("edss", "EDSS before day zero", "number"),
    )
    for covariate in cohort.manifest.covariates:
        kind = "number" if covariate.kind in ("number", "integer") else "choice"
        yield covariate.name, covariate.meaning or covariate.name.removeprefix("x_").replace("_", " "), kind


def _row(what: str, of: str, cells: list[str]) -> dict[str, str]:
    return {"what": what, "of": of, **{str(place): cell for place, cell in enumerate(cells)}}


def _numbers(name: str, words: str, samples: list[pl.DataFrame]) -> Iterator[dict[str, str]]:
    yield _row(words, "median (quartiles)", [_median(sample[name]) for sample in samples])
    if samples[0][name].null_count():
        yield _row(words, "not recorded", [str(sample[name].null_count()) for sample in samples])


def _median(values: pl.Series) -> str:
    row = estimate_median_iqr(values.cast(pl.Float64).to_numpy()).rows()[0]
    return spread_words(row) if row["value"] is not None else "–"


def _choices(name: str, words: str, samples: list[pl.DataFrame]) -> Iterator[dict[str, str]]:
    for choice in sorted(samples[0][name].drop_nulls().unique().to_list()):
        yield _row(words, str(choice), [_count((sample[name] == choice).sum(), sample.height) for sample in samples])
    if samples[0][name].null_count():
        yield _row(words, "not recorded", [_count(sample[name].null_count(), sample.height) for sample in samples])


def _count(number: int, of: int) -> str:
    return f"{number} ({percent(number / of, 0)})" if of else "0"
