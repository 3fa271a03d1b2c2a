"""What a design asks for that cannot be had with its other parts: of a sequence of trials, and of follow-up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.comparison.design.records import NEAREST
from remission.inputs.problems import Problem

if TYPE_CHECKING:
    from remission.comparison.design.records import Design
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

TWO = 2
WEIGHTED = "weighted"


def of_sequence(design: Design, file: str, known: set[str]) -> Iterator[Problem]:
    """What is wrong with a sequence of trials."""
    if not design.in_sequence:
        if design.time_zero.every != "month":
            yield Problem.at_key(file, "time_zero.every", found=design.time_zero.every,
                                 allowed="none, but in a sequence",
                                 do='Leave it out, or say at = "sequence".')  # fmt: skip
        return
    if len(design.strategies) == TWO and not _one_therapy_or_none(design):
        yield Problem.at_key(
            file, "strategies", found="strategies that a sequence of trials cannot compare",
            allowed="starts in the first, the same therapies as not_starts in the second, one by_day of 1 or more",
            do="Each trial compares beginning then with not having begun; the last begins by by_day.",
        )  # fmt: skip
    elif len(design.strategies) == TWO and not design.begins:
        yield Problem.at_key(
            file, "strategies[1].by_day", found=f"{design.grace_days}", allowed=f"a {design.time_zero.every} or more",
            do="The first trial begins at the end of the first period: name a later day, or a shorter period.",
        )  # fmt: skip
    if "assignment" in known and design.assignment.by == NEAREST:
        yield Problem.at_key(file, "assignment.by", found=NEAREST, allowed="weights, for a sequence of trials",
                             do="One person is in many trials and would be matched with themselves: take a kind of "
                             "weights.")  # fmt: skip


def of_follow_up(design: Design, file: str, known: set[str]) -> Iterator[Problem]:
    """What is wrong with who is followed until when."""
    if "assignment" in known and design.follow_up.pairs_end_together and design.assignment.by != NEAREST:
        yield Problem.at_key(file, "follow_up.pairs_end_together", found="true", allowed=f"false, but for {NEAREST}",
                             do="Weights pair nobody with anybody: leave it out, or match.")  # fmt: skip

    if design.follow_up.censoring == WEIGHTED:
        yield from _of_weights(design, file, known)
    elif design.follow_up.censoring_covariates:
        yield Problem.at_key(file, "follow_up.censoring_covariates", found="covariates",
                             allowed='none, but for censoring = "weighted"', do="Leave them out.")  # fmt: skip
    if design.analysis.per_protocol:
        yield from _of_protocol(design, file)


def _of_weights(design: Design, file: str, known: set[str]) -> Iterator[Problem]:
    if design.cloned:
        yield Problem.at_key(file, "follow_up.censoring", found=WEIGHTED, allowed="as those who stay, for clones",
                             do="Clones are weighted for who leaves a strategy, and not for who is lost.")  # fmt: skip
    at, told = "follow_up.censoring_covariates", design.follow_up.censoring_covariates
    if not told:
        yield Problem.at_key(file, at, found="none", allowed="one or more of assignment.covariates",
                             do="Say what may have decided on who was lost.")  # fmt: skip
    for name in told if "assignment" in known else ():
        if name not in design.assignment.covariates:
            yield Problem.at_key(file, at, found=name, allowed=", ".join(design.assignment.covariates),
                                 do="Add it to assignment.covariates, or take it out here.")  # fmt: skip


def _of_protocol(design: Design, file: str) -> Iterator[Problem]:
    if design.cloned:
        yield Problem.at_key(file, "analysis.per_protocol", found="true", allowed="false, for clones",
                             do="Clones leave when they leave their strategy: what they answer is per protocol up to "
                             "by_day already.")  # fmt: skip
    elif not all(one.starts or one.not_starts for one in design.strategies):
        yield Problem.at_key(file, "analysis.per_protocol", found="a strategy without starts or not_starts",
                             allowed="strategies by therapies", do="Only what is begun can be left: say both by starts "
                             "or not_starts.")  # fmt: skip


def of_losses(design: Design, cohort: Cohort, file: str) -> Iterator[Problem]:
    """Weights for who was lost, where the cohort does not say of anybody why observation ended."""
    reasons = cohort.select("subjects", "end_reason")["end_reason"]
    if design.follow_up.censoring == WEIGHTED and reasons.null_count() == reasons.len():
        yield Problem.at_key(file, "follow_up.censoring", found="no end_reason of anybody in this cohort",
                             allowed="reasons that tell who was lost from whom the records end",
                             do='Record them, or say censoring = "as those who stay".')  # fmt: skip


def of_death(design: Design, outcome: Outcome | None, cohort: Cohort, file: str) -> Iterator[Problem]:
    """What cannot be had where death competes with the event."""
    if outcome is None or not competes(outcome):
        return
    if cohort.select("subjects", "death_day")["death_day"].null_count() == cohort.subjects.height:
        yield Problem.at_key(file, "outcome.death", found="no death of anybody in this cohort",
                             allowed="deaths that were recorded, where death competes",
                             do="Record them, or let death end observation.")  # fmt: skip
    if design.follow_up.pairs_end_together:
        yield Problem.at_key(file, "follow_up.pairs_end_together", found="true, where death competes", allowed="false",
                             do="Until when somebody who died would have been watched nobody knows: leave it "
                             "out.")  # fmt: skip


def competes(outcome: Outcome) -> bool:
    """Is a death without the event an ending of its own?"""
    return outcome.endpoint.estimation.death == "competes"


def _one_therapy_or_none(design: Design) -> bool:
    one, other = design.strategies
    alone = not (one.not_starts or other.starts or one.where or other.where)
    same = bool(one.starts) and set(one.starts) == set(other.not_starts)
    return alone and same and one.by_day == other.by_day >= 1
