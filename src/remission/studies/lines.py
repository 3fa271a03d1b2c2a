"""The pooled numbers of a question: one for each group and estimator, as rows of estimates and as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from remission.stats.estimates import Estimates
from remission.stats.horizons import years_to_days
from remission.stats.pooling.pooled import Pooled
from remission.stats.rounding import text_half_up
from remission.studies.estimators import ESTIMATORS, LEVEL
from remission.studies.overlap import Entry
from remission.studies.study import weakest

if TYPE_CHECKING:
    from remission.inputs.provenance import Status
    from remission.studies.questions import Question, WithoutSome

EVERYBODY = ""
# Arms of one study share its centres and its years: a second look counts them as one cohort.
ARMS_TOGETHER = "arms of one study together"


@dataclass(frozen=True)
class Line:
    """One pooled number: of which cohorts, by which estimator; `missing` are the studies that were left out.

    `people` is None where those of a cohort are not told, for a sum without them would be too small.
    `statuses` say of each cohort how far its number was checked.
    """

    group: str
    estimator: str
    pooled: Pooled
    studies: int
    people: int | None
    events: int | None
    missing: tuple[str, ...]
    statuses: tuple[str, ...] = ()

    @property
    def left_out(self) -> int:
        """How many studies tell of its question and have no cohort in it."""
        return len(self.missing)

    @property
    def standing(self) -> str:
        """How far the number that was checked least was checked; empty without a cohort."""
        return weakest(self.statuses)

    @property
    def second_hand(self) -> int:
        """How many of its cohorts were read second-hand."""
        return self.statuses.count("secondary")

    @property
    def estimates(self) -> str:
        """Whose number it is."""
        return self.pooled.estimates


def make_lines(question: Question, group: str, taken: Sequence[Entry], missing: Sequence[str]) -> list[Line]:
    """The number of some cohorts by every estimator of a question; none of them under its fewest studies."""
    count = len({one.study.name for one in taken})
    people = people_of(taken)
    events = sum(one.number.events or 0 for one in taken) if question.shape == "count" else None
    statuses = tuple(one.number.status for one in taken)
    fit = _too_few if count < question.fewest else _fitted
    return [
        Line(group, name, fit(name, taken, question), count, people, events, tuple(missing), statuses)
        for name in question.estimators
    ]


def people_of(entries: Sequence[Entry]) -> int | None:
    """How many people some cohorts have together; None where one of them does not tell."""
    told = [one.people for one in entries if one.people is not None]
    return sum(told) if len(told) == len(entries) else None


def people_words(people: int | None) -> str:
    """How many people, or that it was not told.

    >>> people_words(2509), people_words(None)
    ('2,509 people', 'people not told')
    """
    return "people not told" if people is None else f"{people:,} people"


def _fitted(name: str, taken: Sequence[Entry], _: Question) -> Pooled:
    pooled = ESTIMATORS[name].fit(taken)
    # Programs find a line by the name that the question gave its estimator.
    return replace(pooled, method=pooled.method if pooled.method.startswith(name) else f"{name}: {pooled.method}")


def _too_few(name: str, taken: Sequence[Entry], question: Question) -> Pooled:
    why = f"not estimable: fewer than {question.fewest} studies that share nobody"
    return Pooled(
        method=name, estimates=ESTIMATORS[name].title, on="logit", level=LEVEL, k=len(taken), absent_reason=why
    )


def arms_together(question: Question, kept: Sequence[Entry], missing: Sequence[str]) -> list[Line]:
    """The counts again with one cohort for each study, where a study has several arms in the pool."""
    names = dict.fromkeys(one.study.name for one in kept)
    if question.shape != "count" or not question.everybody or len(names) == len(kept):
        return []
    return make_lines(
        question, ARMS_TOGETHER, [_as_one([one for one in kept if one.study.name == name]) for name in names], missing
    )


def _as_one(arms: Sequence[Entry]) -> Entry:
    events, people = sum(one.number.events or 0 for one in arms), people_of(arms)
    status = cast("Status", weakest(one.number.status for one in arms))
    return Entry(arms[0].study, replace(arms[0].number, events=events, denominator=people, status=status))


def without_some(question: Question, one: WithoutSome, kept: Sequence[Entry], missing: Sequence[str]) -> list[Line]:
    """The chosen cohorts less some: nobody takes their place, or the line would compare two things at once."""
    rest = [entry for entry in kept if entry.study.name not in one.leave_out]
    # Those that were left out of everybody's number are not in this one either.
    gone = [entry.study.name for entry in kept if entry.study.name in one.leave_out]
    return make_lines(question, one.name, rest, sorted({*missing, *gone}))


def estimates_of(lines: Sequence[Line], question: Question) -> Estimates:
    """Pooled numbers as estimates, each with its prediction interval and tau squared as rows of their own."""
    return Estimates.of(row for line in lines for row in _rows(line, question))


def _rows(line: Line, question: Question) -> list[dict[str, object]]:
    return line.pooled.rows(
        question.what[0],
        group=line.group or None,
        at_days=None if question.months is None else years_to_days(question.months / 12),
        n=line.people,
        events=line.events,
        studies=line.studies,
        studies_left_out=line.left_out,
        standing=line.standing or None,
    )


def sentence_of(lines: Sequence[Line], question: Question) -> str:
    """The answer in a sentence: of the numbers of everybody that are there, or of what each group counted."""
    if "{groups}" in question.answer:
        return question.answer.format(groups=_counted(lines))
    found = [one for one in lines if one.group == EVERYBODY and one.pooled.value is not None]
    if not found or not question.answer:
        return question.without or question.answer
    return question.answer.format(**_filled(found, question))


def _counted(lines: Sequence[Line]) -> str:
    """What each group counted, once for each whatever the estimators."""
    groups = {one.group: f"{one.group} ({one.events} of {_counted_people(one)})" for one in lines if one.group}
    return ", ".join(groups.values())


def _counted_people(line: Line) -> str:
    return "a number not told" if line.people is None else f"{line.people:,}"


def _filled(found: Sequence[Line], question: Question) -> dict[str, str]:
    """What may stand in braces in a question's sentence."""
    shown = [one.pooled.value for one in found if one.pooled.value is not None]
    first = found[0]
    scale, digits = (100, 1) if question.shape in ("count", "survival") else (1, 2)
    told = {
        "cohorts": f"{first.pooled.k}",
        "studies": f"{first.studies}",
        "people": _counted_people(first),
        "events": f"{first.events}",
        "least": text_half_up(scale * min(shown), digits),
        "most": text_half_up(scale * max(shown), digits),
    }
    for name, number in (("value", first.pooled.value), ("low", first.pooled.low), ("high", first.pooled.high)):
        told[name] = "not known" if number is None else text_half_up(scale * number, digits)
    return told
