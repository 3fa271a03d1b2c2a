"""Comparisons that a study made within itself, where the two groups come from one place and one time.

They stand apart from differences between studies, in which regimen, years and course of MS go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from remission.studies.load import Studies
    from remission.studies.study import Number, Study

Between = Literal["regimens", "therapies"]


@dataclass(frozen=True)
class Contrast:
    """One printed comparison: a ratio or difference, or two numbers side by side with the p of their difference."""

    study: Study
    number: Number
    against: str
    other: Number | None = None

    @property
    def is_ratio(self) -> bool:
        """Is it one number for both groups?"""
        return self.other is None


def contrasts(studies: Studies, between: Between, therapy: str = "hsct") -> tuple[Contrast, ...]:
    """Printed comparisons of two arms that both had a therapy (regimens), or of which only the first had (therapies).

    >>> from remission.studies.load import load_studies
    >>> for one in contrasts(load_studies(), "regimens"):
    ...     print(one.study.name, one.number.what, one.number.value, one.other.value if one.other else "", one.number.p)
    boffa-2021 neda-failure-hazard-ratio 0.27  None
    hamerschlak-2010 event-free 47.0 70.0 0.288
    silfverberg-2024 neda 81.0 71.0 0.29
    """
    return tuple(one for one in _every(studies) if _is_between(one, between, therapy))


def _every(studies: Studies) -> Iterator[Contrast]:
    for study, number in studies.numbers():
        if number.against:
            yield Contrast(study, number, number.against)
        elif number.p_against:
            # Another time or course of MS is another comparison, which nobody made.
            like = {"months": number.months, "at": number.at, "course": number.course}
            other = study.number(number.what, number.p_against, **like)
            if other is not None:
                yield Contrast(study, number, number.p_against, other)


def _is_between(contrast: Contrast, between: Between, therapy: str) -> bool:
    one, other = (contrast.study.arm(name) for name in (contrast.number.arm, contrast.against))
    if one is None or other is None or one.therapy != therapy:
        return False
    return (other.therapy == therapy) == (between == "regimens")
