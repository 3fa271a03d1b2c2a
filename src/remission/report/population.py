"""Who was evaluated, who entered, who was followed, how they were at the start, and for how long they were seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.wording import END_WORDS, percent, spread_words
from remission.report.edss_scores import baseline_scores, usable_scores
from remission.report.groups import GROUP, GroupBy, in_order, label_groups, natural
from remission.report.last_known import LAST_KNOWN, last_known_days
from remission.report.models.covariates import plain_words
from remission.report.pictures.flow import FlowStep
from remission.stats.summaries import estimate_median_iqr, estimate_median_range

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort
    from remission.stats.estimates import Estimates

OVERALL = "All"
# A reason is free text and may name a person: only short words without digits, shared by several, are shown.
LONGEST_REASON = 40
FEWEST_WITH_A_REASON = 3


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
    if unknown := _last_known(cohort).null_count():
        ended.append(f"{unknown} of them without a last day")
    return [
        FlowStep("Evaluated", subjects.height),
        FlowStep("Did not enter", not_entered.height, _reasons(not_entered), aside=True),
        FlowStep("Entered", entered.height, tuple(ended)),
        FlowStep("Not followed for this endpoint", unseen.height, _unseen(outcome), aside=True),
        FlowStep("Followed for this endpoint", followed.height, (f"{followed['event'].sum()} had an event",)),
    ]


def _reasons(rows: pl.DataFrame) -> tuple[str, ...]:
    """How many have a reason, and the words of those that can name nobody."""
    counted = _counted(rows, "not_entered_reason")
    shared = [(reason, number) for reason, number in counted if reason and number >= FEWEST_WITH_A_REASON]
    shown = [f"{number}: {reason}" for reason, number in shared if _harmless(reason)]
    without = sum(number for reason, number in counted if not reason)
    with_one = rows.height - without
    words = ", ".join([f"{with_one} with a reason recorded", *([f"of them {'; '.join(shown)}"] if shown else [])])
    return tuple(filter(None, [words if with_one else "", f"{without} without a reason recorded" if without else ""]))


def _harmless(reason: str) -> bool:
    return len(reason) <= LONGEST_REASON and not any(letter.isdigit() for letter in reason)


def _unseen(outcome: Outcome) -> tuple[str, ...]:
    return tuple(one.said for one in outcome.not_followed())


def _counted(rows: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    return [
        (reason, number)
        for reason, number in rows.group_by(column).len().sort("len", column, descending=[True, False]).rows()
    ]


def estimate_time_known(cohort: Cohort) -> Estimates:
    """Median and range of the time from day zero to the last day on which anything is known, of those who entered.

    `n` counts those of whom such a day is known, `denominator` all who entered.
    """
    days = _last_known(cohort).cast(pl.Float64).to_numpy()
    labels = {"study": cohort.manifest.name, "population": "entered", "standing": cohort.manifest.kind}
    return estimate_median_range(days, "follow-up to the last day known", "days").labelled(**labels)


def _last_known(cohort: Cohort) -> pl.Series:
    entered = cohort.subjects.filter(pl.col("entered") == "yes").select("subject_id")
    return entered.join(last_known_days(cohort), on="subject_id", how="left", maintain_order="left")[LAST_KNOWN]


def derive_baseline(cohort: Cohort, group_by: GroupBy = None, *, texts: bool = True) -> Baseline:
    """The baseline table of those who entered: medians with quartiles, counts with shares.

    Without `texts` a covariate of free text is counted and not told: it may be another in each person.
    """
    people = _people(cohort, group_by)
    groups = tuple(in_order(people[GROUP], group_by)) if group_by else ()
    samples = [people, *(people.filter(pl.col(GROUP) == group) for group in groups)]
    rows: list[dict[str, str]] = [_row("Persons", "", [f"{sample.height:,}" for sample in samples])]
    missing = []
    for name, words, kind in _things(cohort):
        # What nobody has recorded is named once below the table, instead of a row of dashes.
        if name not in people.columns or people[name].null_count() == people.height:
            missing.append(words)
        elif kind == "text" and not texts:
            rows.append(_row(words, "recorded", [str(sample[name].count()) for sample in samples]))
        else:
            rows += _numbers(name, words, samples) if kind == "number" else _choices(name, words, samples)
    names = [OVERALL, *(_apart(group) for group in groups)]
    frame = pl.DataFrame([dict(zip(["what", "of", *names], row.values(), strict=True)) for row in rows])
    return Baseline(frame, tuple(names), tuple(missing))


def _apart(group: str) -> str:
    # An arm may be called "All": one column would then hide the other.
    return f"{group} (group)" if group in ("what", "of", OVERALL) else group


def _people(cohort: Cohort, group_by: GroupBy) -> pl.DataFrame:
    people = cohort.subjects.filter(pl.col("entered") == "yes")
    if group_by:
        people = people.join(label_groups(cohort, group_by), on="subject_id", how="left", maintain_order="left")
    if "onset_day" in people.columns:
        people = people.with_columns(onset_years=-pl.col("onset_day") / 365.25)
    if cohort.collected("visits"):
        last = baseline_scores(usable_scores(cohort))
        people = people.join(last, on="subject_id", how="left", maintain_order="left")
    return people


def _things(cohort: Cohort) -> Iterator[tuple[str, str, str]]:
    """What is looked at: the column, its words, and whether it is a number, a choice or a text."""
    # The order of the table that readers know from trials.
    yield from (
        ("age_years", "Age in years", "number"),
        ("sex", "Sex", "choice"),
        ("course", "Course of MS", "choice"),
        ("onset_years", "Years since the first symptom", "number"),
        ("baseline", "Last EDSS up to day zero", "number"),
    )
    for covariate in cohort.manifest.covariates:
        kind = "number" if covariate.kind in ("number", "integer") else covariate.kind
        yield covariate.name, plain_words(covariate.meaning or covariate.name), kind


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
    for choice in sorted(samples[0][name].drop_nulls().unique().to_list(), key=lambda one: natural(str(one))):
        yield _row(words, str(choice), [_count((sample[name] == choice).sum(), sample.height) for sample in samples])
    if samples[0][name].null_count():
        yield _row(words, "not recorded", [_count(sample[name].null_count(), sample.height) for sample in samples])


def _count(number: int, of: int) -> str:
    return f"{number} ({percent(number / of, 0)})" if of else "0"
