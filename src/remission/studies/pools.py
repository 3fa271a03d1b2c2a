"""A pooling question answered: which cohorts, their one number by each estimator, and what others printed before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from remission.stats.estimates import Estimates
from remission.stats.horizons import years_to_days
from remission.stats.pooling.pooled import Pooled
from remission.stats.proportions import estimate_proportion
from remission.stats.rounding import text_half_up
from remission.studies.estimators import ESTIMATORS, LEVEL
from remission.studies.grouping import GROUPINGS
from remission.studies.overlap import Chosen, Entry, LeftOut, check_no_person_twice, non_overlapping
from remission.studies.quantities import quantities
from remission.studies.questions import Question, WithoutSome, load_question
from remission.studies.selection import select

if TYPE_CHECKING:
    from remission.studies.load import Studies
    from remission.studies.study import Number, Study

EVERYBODY = ""
# Arms of one study share its centres and its years: a second look counts them as one cohort.
ARMS_TOGETHER = "arms of one study together"


@dataclass(frozen=True)
class Cohort:
    """One cohort of a pool as a forest shows it; value and interval as shares or ratios, exact for counts.

    `group` is the line that it belongs to; empty for the line of everybody.
    """

    entry: Entry
    group: str
    value: float | None
    low: float | None
    high: float | None
    level: float | None
    weight: float | None = None

    @property
    def study(self) -> str:
        """The name of its study."""
        return self.entry.study.name

    @property
    def arm(self) -> str:
        """The name of its arm."""
        return self.entry.number.arm


@dataclass(frozen=True)
class Line:
    """One pooled number: of which cohorts, by which estimator."""

    group: str
    estimator: str
    pooled: Pooled
    studies: int
    people: int
    events: int | None
    left_out: int

    @property
    def estimates(self) -> str:
        """Whose number it is."""
        return self.pooled.estimates


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
        return Estimates.of(row for line in self.lines for row in _rows(line, self.question))

    @property
    def sentence(self) -> str:
        """The answer in a sentence, of the numbers that are there."""
        found = [one for one in self.lines if one.group == EVERYBODY and one.pooled.value is not None]
        if not found or not self.question.answer:
            return self.question.without or self.question.answer
        return self.question.answer.format(**_filled(found, self.question))


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
        made = _lines(question, group, entries, _missing(beside, entries))
        lines += made
        kept += _cohorts(entries, group, made)
    lines += _arms_together(question, chosen.kept, _missing(left, chosen.kept))
    lines += [line for one in question.lines for line in _less(question, one, chosen.kept)]
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


def _arms_together(question: Question, kept: Sequence[Entry], left_out: int) -> list[Line]:
    """The counts again with one cohort for each study, where a study has several arms in the pool."""
    names = dict.fromkeys(one.study.name for one in kept)
    if question.shape != "count" or not question.everybody or len(names) == len(kept):
        return []
    return _lines(
        question, ARMS_TOGETHER, [_as_one([one for one in kept if one.study.name == name]) for name in names], left_out
    )


def _as_one(arms: Sequence[Entry]) -> Entry:
    events, people = sum(one.number.events or 0 for one in arms), sum(one.people for one in arms)
    return Entry(arms[0].study, replace(arms[0].number, events=events, denominator=people))


def _less(question: Question, one: WithoutSome, kept: Sequence[Entry]) -> list[Line]:
    """The chosen cohorts less some: nobody takes their place, or the line would compare two things at once."""
    rest = [entry for entry in kept if entry.study.name not in one.leave_out]
    return _lines(question, one.name, rest, len(one.leave_out))


def _missing(left: Sequence[LeftOut], entries: Sequence[Entry]) -> int:
    """How many studies have no cohort in a line though they tell of its question."""
    return len({one.entry.study.name for one in left} - {one.study.name for one in entries})


def _printed(question: Question, studies: Studies) -> Iterator[tuple[Study, Number]]:
    """What those printed who pooled before us: of everybody, and of parts where groups are asked for."""
    for study in studies.every:
        for number in study.numbers if study.name in question.beside else ():
            of_all = not (number.among or number.course)
            at_its_time = number.months is None or question.months in (None, number.months)
            if number.what in question.what and number.is_showable and at_its_time and (of_all or question.by):
                yield study, number


def _lines(question: Question, group: str, taken: Sequence[Entry], left_out: int) -> list[Line]:
    count = len({one.study.name for one in taken})
    people = sum(one.people for one in taken)
    events = sum(one.number.events or 0 for one in taken) if question.shape == "count" else None
    fit = _too_few if count < question.fewest else _fitted
    return [
        Line(group, name, fit(name, taken, question), count, people, events, left_out) for name in question.estimators
    ]


def _fitted(name: str, taken: Sequence[Entry], _: Question) -> Pooled:
    pooled = ESTIMATORS[name].fit(taken)
    return replace(pooled, method=pooled.method if pooled.method.startswith(name) else f"{name}: {pooled.method}")


def _too_few(name: str, taken: Sequence[Entry], question: Question) -> Pooled:
    why = f"not estimable: fewer than {question.fewest} studies that share nobody"
    return Pooled(
        method=name, estimates=ESTIMATORS[name].title, on="logit", level=LEVEL, k=len(taken), absent_reason=why
    )


def _cohorts(taken: Sequence[Entry], group: str, lines: Sequence[Line]) -> list[Cohort]:
    weighted = next((one.pooled.weights for one in lines if one.pooled.weights is not None), None)
    weights = [None] * len(taken) if weighted is None else [float(one) for one in weighted]
    return [_cohort(one, group, weight) for one, weight in zip(taken, weights, strict=True)]


def _cohort(entry: Entry, group: str, weight: float | None) -> Cohort:
    number = entry.number
    if number.events is not None and entry.people and number.how == "count":
        row = estimate_proportion(number.events, entry.people, LEVEL, "clopper-pearson").rows()[0]
        value, low, high = (row[name] for name in ("value", "low", "high"))
        return Cohort(entry, group, value, low, high, LEVEL, weight)  # type: ignore[arg-type]
    scale = 100 if _is_percentage(number) else 1
    ends = (number.low, number.high) if number.interval == "confidence" else (None, None)
    value, low, high = (None if one is None else one / scale for one in (number.value, *ends))
    return Cohort(entry, group, value, low, high, number.level, weight)


def _is_percentage(number: Number) -> bool:
    """Is a number printed as a percentage?"""
    return quantities()[number.what].is_percentage


def _rows(line: Line, question: Question) -> list[dict[str, object]]:
    return line.pooled.rows(
        question.what[0],
        group=line.group or None,
        at_days=None if question.months is None else years_to_days(question.months / 12),
        n=line.people,
        events=line.events,
        studies_left_out=line.left_out,
        standing="published",
    )


def _filled(found: Sequence[Line], question: Question) -> dict[str, str]:
    """What may stand in braces in a question's sentence."""
    shown = [one.pooled.value for one in found if one.pooled.value is not None]
    first = found[0]
    scale, digits = (100, 1) if question.shape in ("count", "survival") else (1, 2)
    told = {
        "cohorts": f"{first.pooled.k}",
        "studies": f"{first.studies}",
        "people": f"{first.people:,}",
        "events": f"{first.events}",
        "least": text_half_up(scale * min(shown), digits),
        "most": text_half_up(scale * max(shown), digits),
    }
    for name, number in (("value", first.pooled.value), ("low", first.pooled.low), ("high", first.pooled.high)):
        told[name] = "not known" if number is None else text_half_up(scale * number, digits)
    return told
