"""A pooling question answered: which cohorts, their one number by each estimator, and what others printed before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from remission.studies.cohorts import Cohort, make_cohorts
from remission.studies.grouping import GROUPINGS
from remission.studies.lines import (
    ARMS_TOGETHER,
    EVERYBODY,
    Line,
    arms_together,
    estimates_of,
    make_lines,
    sentence_of,
    without_some,
)
from remission.studies.overlap import Chosen, Entry, LeftOut, check_no_person_twice, non_overlapping
from remission.studies.questions import Question, load_question
from remission.studies.selection import select

if TYPE_CHECKING:
    from remission.stats.estimates import Estimates
    from remission.studies.load import Studies
    from remission.studies.study import Number, Study

__all__ = ["ARMS_TOGETHER", "EVERYBODY", "Cohort", "Line", "Pools", "ask_pool", "pool_question"]


@dataclass(frozen=True)
class Pools:
    """Everything that a pooling question gives; `read` is the newest day on which one of its numbers was read."""

    question: Question
    lines: tuple[Line, ...]
    kept: tuple[Cohort, ...]
    left_out: tuple[LeftOut, ...]
    printed: tuple[tuple[Study, Number], ...]
    read: date | None

    def line(self, estimator: str, group: str = EVERYBODY) -> Line | None:
        """One pooled number; None when the question does not ask for it."""
        return next((one for one in self.lines if (one.estimator, one.group) == (estimator, group)), None)

    @cached_property
    def estimates(self) -> Estimates:
        """The pooled numbers, each with its prediction interval and tau squared as rows of their own."""
        return estimates_of(self.lines, self.question)

    @property
    def sentence(self) -> str:
        """The answer in a sentence, of the numbers that are there."""
        return sentence_of(self.lines, self.question)


def ask_pool(name: str, studies: Studies) -> Pools:
    """A question of the library, answered from some studies.

    >>> from remission.studies.load import load_studies
    >>> pools = ask_pool("hsct-mortality", load_studies())
    >>> [(line.estimator, line.pooled.k, round(100 * line.pooled.value, 2)) for line in pools.lines[:3]]
    [('crude', 19, 0.6), ('binomial-normal', 19, 0.38), ('beta-binomial', 19, 1.11)]
    """
    return pool_question(load_question(name), studies)


def pool_question(question: Question, studies: Studies) -> Pools:
    """Answer a question: select, take the set that shares nobody, pool it by every estimator and in every group.

    Groups part the chosen cohorts, so that no person is in two of them.
    """
    usable, unusable = select(question, studies)
    chosen = non_overlapping(usable, studies) if question.estimators else Chosen(usable, ())
    left = (*unusable, *chosen.left_out)
    # Chosen or not: nothing is pooled in which a person may be twice.
    if question.estimators:
        check_no_person_twice(chosen.kept, studies)
    lines: list[Line] = []
    kept: list[Cohort] = []
    for group, entries in _groups(question, chosen.kept).items():
        beside = [one for one in left if group in (EVERYBODY, _group(question, one.entry))]
        made = make_lines(question, group, entries, _missing(beside, entries))
        lines += made
        kept += make_cohorts(entries, group, made)
    missing = _missing(left, chosen.kept)
    lines += arms_together(question, chosen.kept, missing)
    lines += [line for one in question.lines for line in without_some(question, one, chosen.kept, missing)]
    read = max((one.entry.number.date_read for one in kept if one.entry.number.date_read), default=None)
    return Pools(question, tuple(lines), tuple(kept), left, tuple(_printed(question, studies)), read)


def _group(question: Question, entry: Entry) -> str:
    return GROUPINGS[question.by].of(entry) if question.by else EVERYBODY


def _groups(question: Question, kept: Sequence[Entry]) -> dict[str, list[Entry]]:
    found = {EVERYBODY: list(kept)} if question.everybody else {}
    if question.by:
        names = [_group(question, one) for one in kept]
        for group in GROUPINGS[question.by].sorted(set(names)):
            found[group] = [one for one, name in zip(kept, names, strict=True) if name == group]
    return found


def _missing(left: Sequence[LeftOut], entries: Sequence[Entry]) -> list[str]:
    """Which studies have no cohort in a line though they tell of its question."""
    return sorted({one.entry.study.name for one in left} - {one.study.name for one in entries})


def _printed(question: Question, studies: Studies) -> Iterator[tuple[Study, Number]]:
    """What those printed who pooled before us: of everybody, and of parts where groups are asked for."""
    for study in studies.every:
        for number in study.numbers if study.name in question.beside else ():
            of_all = not (number.among or number.course)
            at_its_time = number.months is None or question.months in (None, number.months)
            if number.what in question.what and number.is_showable and at_its_time and (of_all or question.by):
                yield study, number
