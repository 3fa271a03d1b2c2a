"""What is not known of the evidence, counted: facts that no source printed where it was read, and what was not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.card import FIELDS
from remission.evidence.recipes.transplants import TRANSPLANT
from remission.exhibits.wording import count
from remission.studies.quantities import quantities
from remission.studies.searches import unread

if TYPE_CHECKING:
    from remission.studies.load import Studies
    from remission.studies.study import Arm, Study

FACTS: dict[str, type[pl.DataType]] = {"fact": pl.String, "known": pl.Int64, "groups": pl.Int64, "unknown": pl.String}


@dataclass(frozen=True, eq=False)
class Group:
    """One group of transplanted people of one study."""

    study: Study
    arm: Arm

    @property
    def name(self) -> str:
        """The study, with the arm where it has several."""
        several = sum(arm.therapy == TRANSPLANT for arm in self.study.arms) > 1
        return f"{self.study.title} ({self.arm.name})" if several else self.study.title


def groups_of(studies: Studies) -> list[Group]:
    """Every group of transplanted people whose number was read, of studies that are not pooled by others."""
    return [
        Group(study, arm)
        for study in studies.every
        for arm in study.arms
        if arm.therapy == TRANSPLANT and study.kind != "pooled by others" and study.people(arm.name) is not None
    ]


def _field(name: str) -> Callable[[Group], bool]:
    def known(group: Group) -> bool:
        said = getattr(group.arm, name)
        return said is not None and said.status != "unverified"

    return known


def _number(what: str, *, interval: bool = False) -> Callable[[Group], bool]:
    def known(group: Group) -> bool:
        found = [one for one in group.study.numbers if one.what == what and one.is_showable
                 and one.arm in ("", group.arm.name)]  # fmt: skip
        return any(one.has_interval or one.standard_error for one in found) if interval else bool(found)

    return known


def _years(group: Group) -> bool:
    return group.study.years is not None and group.study.years.first is not None


def _split(group: Group) -> bool:
    one_course = group.arm.course not in ("", "mixed")
    return one_course or group.study.courses is not None or _number("relapsing-remitting")(group)


ASKED: dict[str, Callable[[Group], bool]] = {
    **{f"{field.capitalize()}": _field(field) for field in FIELDS},
    "When they were treated": _years,
    "How many had which course of MS": _split,
    "Disability (EDSS) at the start": _number("edss-at-start"),
    "Deaths of the transplant": _number("transplant-deaths"),
    "Deaths of any cause": _number("deaths"),
    "Free of progression, with an interval": _number("progression-free", interval=True),
    "No evidence of disease activity, with an interval": _number("neda", interval=True),
    "Free of relapses, with an interval": _number("relapse-free", interval=True),
}  # fmt: skip


def fact_rows(groups: Sequence[Group]) -> pl.DataFrame:
    """For each fact: of how many groups it is known, and of which it is not."""
    rows = []
    for fact, known in ASKED.items():
        missing = [group.name for group in groups if not known(group)]
        rows.append({"fact": fact, "known": len(groups) - len(missing), "groups": len(groups),
                     "unknown": "; ".join(missing)})  # fmt: skip
    return pl.DataFrame(rows, schema=FACTS)


def unread_words(studies: Studies) -> Iterator[str]:
    """What was not read or not judged, in sentences with their counts."""
    numbers = [number for study in studies.every for number in study.numbers]
    kept_back = sum(not number.is_showable for number in numbers)
    if kept_back:
        yield f"{count(kept_back, 'number')} {_is(kept_back)} remembered and not read: kept back, shown on no page."
    yield f"{count(len(unread()), 'series', 'series')} {_is(len(unread()))} known by name and could not be read."
    lost = sum(number.date_read is None for number in numbers if number.is_showable)
    if lost:
        yield f"Of {count(lost, 'number')} the day of reading was not kept."
    unjudged = sum(not study.risk_of_bias for study in studies.every)
    yield f"The risk of bias of {count(unjudged, 'study', 'studies')} of {len(studies.every)} has not been judged."
    bare = sum(_without_interval(study) for study in studies.every)
    yield (
        f"{count(bare, 'survival share or ratio', 'survival shares and ratios')} {_is(bare)} printed without an "
        "interval where we read them: they stand in pictures and in no pool."
    )


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _without_interval(study: Study) -> int:
    shapes = {number.what: quantities()[number.what].shape for number in study.numbers}
    return sum(
        number.is_showable and number.value is not None and shapes[number.what] in ("survival", "ratio")
        and not number.has_interval and number.standard_error is None
        for number in study.numbers
    )  # fmt: skip
