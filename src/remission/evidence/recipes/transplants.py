"""Numbers of transplanted people, by quantity, time and course of MS."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.studies.load import Studies
    from remission.studies.study import Number, Study

TRANSPLANT = "hsct"
# Being without something at a time; what deaths and hazards are is another question.
FREE = ("neda", "event-free", "progression-free", "relapse-free", "mri-free")
HAD: dict[str, str] = {
    "neda": "had no evidence of disease activity",
    "event-free": "had none of the study's own events",
    "progression-free": "had not got lastingly worse",
    "relapse-free": "had had no relapse",
    "mri-free": "had no new lesion on MRI",
}


@dataclass(frozen=True, eq=False)
class Track:
    """What one study printed of one group of transplanted people over time, in order of time."""

    study: Study
    what: str
    numbers: Sequence[Number]

    @property
    def longest(self) -> Number:
        """The number of the latest time."""
        return self.numbers[-1]

    @property
    def name(self) -> str:
        """The study, whom it is of, and what was counted."""
        last = self.longest
        arm = last.arm if len(self.study.arms) > 1 else ""
        whom = ", ".join(filter(None, [arm, last.course, last.among]))
        return f"{self.study.title}{f' ({whom})' if whom else ''}: {quantities()[self.what].title.lower()}"


def transplanted(studies: Studies, whats: Collection[str]) -> Iterator[tuple[Study, Number]]:
    """Every showable number of transplanted people of some quantities; of comparisons only the arm itself."""
    for what in whats:
        for study, number in studies.numbers(what):
            arms = [arm for arm in study.arms if number.arm in ("", arm.name)]
            if arms and all(arm.therapy == TRANSPLANT for arm in arms) and not number.against:
                yield study, number


def tracks(studies: Studies, whats: Collection[str] = FREE) -> list[Track]:
    """Groups with a number at a named time, each with its numbers in order of time; in order of study and quantity."""
    found: dict[tuple[str, str, str, str, str], list[tuple[Study, Number]]] = {}
    for study, number in transplanted(studies, whats):
        if number.months is not None and number.value is not None:
            key = (study.name, what := number.what, number.arm, number.course, number.among)
            found.setdefault(key, []).append((study, number))
            assert what in HAD  # every quantity of FREE has its words
    return [Track(pairs[0][0], pairs[0][1].what, sorted((number for _, number in pairs), key=_months))
            for _, pairs in sorted(found.items())]  # fmt: skip


def _months(number: Number) -> float:
    return number.months or 0.0


def at_years(track: Track, years: float) -> Number | None:
    """The number of a track at a time; None where none was printed for it."""
    return next((one for one in track.numbers if one.months == 12 * years), None)


def course_of(study: Study, number: Number) -> str:
    """The course of MS of those counted, as far as it is one; empty where it is mixed or was not read."""
    if number.course:
        return number.course
    arm = study.arm(number.arm)
    if arm is not None and arm.course not in ("", "mixed"):
        return arm.course
    share = study.number("relapsing-remitting", number.arm)
    return "RRMS" if share is not None and share.value == 100 else ""
