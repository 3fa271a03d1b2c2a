"""A small trial against large series: would its result hold in 500 people? And how many of 500 might die."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remission.evidence.recipes.study_lines import line_of, people_of
from remission.evidence.recipes.transplants import FREE, course_of, transplanted
from remission.evidence.words import printed_interval, unless_verified
from remission.exhibits.synthesis.lines import NO_INTERVAL
from remission.exhibits.wording import NBSP
from remission.stats.chance_limits import chance_limits
from remission.stats.proportions import estimate_proportion
from remission.stats.rounding import text_half_up
from remission.studies.overlap import Entry, non_overlapping
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.exhibits.synthesis.lines import Line
    from remission.studies.load import Studies
    from remission.studies.study import Number, Study

# The trial from which the question came, and how many people the question asks about.
TRIAL, ASKED = "halt-ms", 500
# The trial's own outcome first, then what counts the like in series.
ORDER = ("event-free", "neda", "progression-free", "relapse-free", "mri-free")
# A series of fewer than that is no answer to it.
LARGE = 100
FIVE_YEARS = 60


@dataclass(frozen=True)
class Deaths:
    """What a series' deaths of the transplant mean for 500 people, with the arithmetic."""

    title: str
    events: int
    people: int
    expected: float
    low: int
    high: int
    rate_low: float
    rate_high: float

    @property
    def sentence(self) -> str:
        """The expected number, what chance leaves open at that rate, and what the rate itself leaves open."""
        return (
            f"At the rate of {self.title} ({self.events} of {self.people:,}), {text_half_up(self.expected, 1)} of "
            f"{ASKED} would be expected to die of the transplant ({ASKED} x {self.events} / {self.people:,}); chance "
            f"alone would make it {self.low} to {self.high} in 95 of 100 such groups. The rate itself is not known "
            f"better than {text_half_up(ASKED * self.rate_low, 1)} to {text_half_up(ASKED * self.rate_high, 1)} of "
            f"{ASKED} (exact 95{NBSP}% interval)."
        )


def small_and_large(studies: Studies) -> list[tuple[Study, Number]]:
    """What the trial printed at five years, and what series of at least 100 people printed then, in order of people."""
    found = [(study, one) for study, one in transplanted(studies, FREE) if one.months == FIVE_YEARS and one.value]
    kept = [(study, one) for study, one in found if study.name == TRIAL or _people(study, one) >= LARGE]
    return sorted(kept, key=lambda pair: (ORDER.index(pair[1].what), _people(*pair), pair[0].title))


def _people(study: Study, number: Number) -> int:
    return people_of(study, number) or 0


def forest_lines(pairs: Sequence[tuple[Study, Number]], root: str) -> list[Line]:
    """The lines, in groups by what was counted; none of them is in a pool."""
    return [
        replace(
            line_of(study, number, root, name=_name(study, number), group=quantities()[number.what].title),
            # All are at five years, as the title says.
            says="",
        )
        for study, number in pairs
    ]


def _name(study: Study, number: Number) -> str:
    course = course_of(study, number)
    return f"{study.title} ({course})" if course else study.title


def answer(pairs: Sequence[tuple[Study, Number]], studies: Studies) -> str:
    """The trial's result beside those of series that counted the like and share nobody, the largest first."""
    trial = next(((study, one) for study, one in pairs if study.name == TRIAL and one.what == "event-free"), None)
    series = [Entry(study, one) for study, one in pairs if study.name != TRIAL and one.what == "neda"]
    if trial is None or not series:
        return "No series of 100 people or more with a number at five years has been read."
    kept = sorted(non_overlapping(series, studies).kept, key=lambda entry: (-(entry.people or 0), entry.name))
    said = ", ".join(f"{one.number.value:g}{NBSP}% of {one.people or 'people not told'} "
                     f"({_name(one.study, one.number)}; {_limits(one.number)})" for one in kept)  # fmt: skip
    study, one = trial
    return (
        f"In part: at five years {one.value:g}{NBSP}% of {_people(study, one)} people in the trial were free of events "
        f"({_limits(one)}), and in large series no disease activity was seen in {said}."
    )


def _limits(number: Number) -> str:
    said = printed_interval(number) if number.has_interval else NO_INTERVAL
    return f"{said}{unless_verified(number)}"


def deaths_in_500(studies: Studies) -> list[Deaths]:
    """What each large series with a death count means for 500 people, the largest first."""
    found = [(study, one) for study, one in transplanted(studies, ["transplant-deaths"])
             if one.events is not None and (one.denominator or 0) >= LARGE]  # fmt: skip
    return [_deaths(study, one) for study, one in sorted(found, key=lambda pair: (-(pair[1].denominator or 0),
                                                                                  pair[0].name))]  # fmt: skip


def _deaths(study: Study, number: Number) -> Deaths:
    events, people = number.events or 0, number.denominator or 1
    ((_, low, high),) = chance_limits(events / people, [ASKED])
    exact = estimate_proportion(events, people, method="clopper-pearson").frame
    return Deaths(study.title, events, people, ASKED * events / people, round(low * ASKED), round(high * ASKED),
                  exact["low"].item(), exact["high"].item())  # fmt: skip


def mix_words(pairs: Sequence[tuple[Study, Number]]) -> list[str]:
    """Who was treated in each of the studies, as printed: what makes their shares differ besides the treatment."""
    studies = {study.name: study for study, _ in pairs}.values()
    said = [f"{study.title}: {study.courses.says} [{study.courses.status}]" for study in studies
            if study.courses is not None and study.courses.status != "unverified"]  # fmt: skip
    return [f"Who was treated: {'; '.join(said)}."] if said else []


def no_trial_words(studies: Studies) -> str:
    """Whether any randomised trial of so many people is registered; if none, how many the largest plan.

    >>> from remission.studies.load import load_studies
    >>> no_trial_words(load_studies())
    'No randomised trial of 500 people is in the library; the largest that is registered plans 156 (BEAT-MS).'
    """
    planned = [(study.trial.planned, study.title) for study in studies.every
               if study.trial is not None and study.trial.planned and study.kind == "randomised"]  # fmt: skip
    if not planned:
        return f"No randomised trial of {ASKED} people is in the library."
    most, title = max(planned)
    if most >= ASKED:
        return f"A randomised trial of {most:,} people is registered: {title}."
    none = f"No randomised trial of {ASKED} people is in the library"
    return f"{none}; the largest that is registered plans {most} ({title})."
