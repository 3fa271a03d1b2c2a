"""What is assumed on the way from phase II to phase III: a file of the library, each value with where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Source
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import library_files
from remission.stats.assurance.mix import mixed_log_shift
from remission.stats.regression_to_the_mean import expect_after_selection

if TYPE_CHECKING:
    from remission.studies.load import Studies

# A choice is no number that anybody found, so it has none of the words for how far a number was checked.
CHOICE = "choice"
FROM = "Where it is from"


@dataclass(frozen=True)
class Assumed:
    """One value, with a range where one is known."""

    value: float = key("The value", low=1e-6, high=100)
    status: str = key("How far it was checked, or that it is a choice", choices=(*STATUSES, CHOICE))
    citation: str = key(FROM)
    says: str = key("What it is, in a sentence")
    low: float | None = key("The least of a range", None)
    high: float | None = key("The most of a range", None)
    spreads: tuple[float, ...] = key("Other values that are shown beside it", ())


@dataclass(frozen=True)
class EntryRules:
    """Who may enter phase II and phase III, by relapses before, and how people differ in relapses."""

    mean: float = key("Relapses a year of those from whom people come", low=0.01, high=10)
    dispersion: float = key("How much people differ: variance m + dispersion m^2", low=0, high=10)
    within_years: float = key("Years in which relapses are counted", low=0.1, high=10)
    phase2_at_least: int = key("Relapses that phase II asked for", low=0, high=10)
    phase3_at_least: int = key("Relapses that phase III asks for", low=0, high=10)
    status: str = key("How far it was checked, or that it is a choice", choices=(*STATUSES, CHOICE))
    citation: str = key(FROM)
    says: str = key("What it is, in a sentence")

    @property
    def kept(self) -> float:
        """The rate after entry by the rule of phase III, over that by the rule of phase II."""
        told = [
            expect_after_selection(self.mean, self.dispersion, at_least=rule, within_years=self.within_years).after
            # Both are rates after entry: what people had before is what the rule has chosen, and falls by itself.
            for rule in (self.phase3_at_least, self.phase2_at_least)
        ]
        return told[0] / told[1]


@dataclass(frozen=True)
class Wider:
    """People of other courses: the study that tells how either fares, and how they are mixed."""

    study: str = key("Name of a study of the library")
    what: str = key("What share is compared", example='"progression-free"')
    months: float = key("Months after the start", low=1)
    selected: str = key("Course of those in phase II")
    other: str = key("Course of those who come in besides")
    weights: tuple[float, ...] = key("People of either course in a wider trial", least=2)
    status: str = key("How far it was checked", choices=(*STATUSES, CHOICE))
    citation: str = key(FROM)
    says: str = key("What it is, in a sentence")

    def shares(self, studies: Studies) -> tuple[float, float]:
        """Shares free of the event of either course, as printed; LookupError where none may be shown."""
        found = [
            one.value
            for course in (self.selected, self.other)
            for one in studies.of_name(self.study).numbers
            if (one.what, one.months, one.course) == (self.what, self.months, course) and one.is_showable and one.value
        ]
        # A ratio needs both, and a share that may not be shown is not reckoned with unseen.
        if len(found) != 2:
            raise LookupError(f"{self.study} has no share of either course that may be shown")
        # Studies print per cent.
        return found[0] / 100, found[1] / 100

    def log_shift(self, studies: Studies) -> float:
        """How much larger the log hazard of the treated is in the mix."""
        # Phase II had people of the selected course alone.
        return mixed_log_shift(self.shares(studies), self.weights, (1, 0))


@dataclass(frozen=True)
class Assumptions:
    """Everything that is assumed."""

    name: str = key("Short name: the name of the file")
    title: str = key("What it is")
    alpha: float = key("One-sided alpha of both trials", low=1e-6, high=0.4999)
    years: float = key("Years for which everybody is followed", low=0.1, high=20)
    dropout: float = key("Hazard of leaving, a year", low=0, high=2)
    control_rate: Assumed = key("Hazard of the control arm in phase II, a year")
    published_ratio: Assumed = key("Hazard ratio of phase II over that of phase III")
    sceptical: Assumed = key("Spread of the sceptical prior")
    control_kept: Assumed = key("Share of the control arm's hazard that phase III keeps")
    regression: EntryRules = key("Entry rules by relapses")
    eligibility: Wider = key("People of other courses")

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where they are from; of a choice nothing was checked, so it is no source."""
        told = (self.control_rate, self.published_ratio, self.control_kept, self.eligibility)
        return tuple(Source(one.citation, one.status, says=one.says) for one in told if one.status != CHOICE)


@cache
def load_assumptions(name: str = "standard") -> Assumptions:
    """The bundled assumptions; InputProblems with everything that is wrong in their file.

    >>> load_assumptions().published_ratio.value
    0.74
    """
    # The folder holds files of another kind too, so the one is taken by its name and not as all there is.
    (path,) = (one for one in library_files("phase3", ".toml") if one.stem == name)
    return read_record(Assumptions, read_toml(path), path.name)
