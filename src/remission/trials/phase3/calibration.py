"""Alemtuzumab, from CAMMS223 to CARE-MS I and II: what these tools would have said, and what happened.

The tools are later than the trials, and it is one drug: nothing here says how often such forecasts are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from remission.stats.assurance.beliefs import Belief, NormalPrior, believe
from remission.stats.assurance.errors import error_from_groups
from remission.stats.assurance.future import EventDriven
from remission.stats.assurance.success import assurance
from remission.trials.phase3.assumptions import load_assumptions

# People with disability that stayed, of either group: 9.0 % of 223 (both doses) and 26.2 % of 111. Rounded shares.
PHASE2_EVENTS = (20, 29)
RATIO = 0.29
# Of the sceptic's prior: as in the bundled assumptions, so that whoever asks again is told the same.
SPREAD = 0.3


@dataclass(frozen=True)
class Later:
    """A phase III trial: its people, its events by rounded shares and as counted, and what it found."""

    title: str
    treated: int
    controls: int
    events: int
    by_shares: str
    counted: int
    found: float
    low: float
    high: float

    @property
    def succeeded(self) -> bool:
        """Did its interval leave out 1?"""
        return self.high < 1

    def trial(self, events: int) -> EventDriven:
        """The trial with so many events."""
        return EventDriven(events, self.treated / (self.treated + self.controls))


TRIALS = (
    Later("CARE-MS I", 376, 187, 51, "11 % of 187 and 8 % of 376: 21 + 30", 50, 0.70, 0.40, 1.23),
    Later("CARE-MS II", 426, 202, 95, "20 % of 202 and 13 % of 426: 40 + 55", 94, 0.58, 0.38, 0.87),
)
# Sentences of a page that say where the counts are from.
COUNTS_FROM = "PMC3959804 Table 3 (verified): 20 and 30 people in CARE-MS I, 40 and 54 in CARE-MS II"


@dataclass(frozen=True)
class Told:
    """What one way would have said of a trial, by the events of rounded shares and by those counted."""

    trial: str
    way: str
    formula: str
    chance: float
    counted: float


def phase_two_error() -> float:
    """Standard error of the log hazard ratio of CAMMS223.

    >>> round(phase_two_error(), 2)
    0.29
    """
    return error_from_groups(*PHASE2_EVENTS)


def told_before() -> tuple[Told, ...]:
    """Every way for both trials.

    >>> [(one.way, round(100 * one.chance, 1)) for one in told_before()][:2]
    [('power', 98.6), ('assurance', 94.2)]
    """
    return tuple(one for later in TRIALS for one in _told(later))


def _told(later: Later) -> Iterator[Told]:
    kept = load_assumptions().published_ratio.value
    error, found = phase_two_error(), math.log(RATIO)
    sceptic = believe(found, error, NormalPrior(0, SPREAD))
    beliefs = {
        "assurance": believe(found, error),
        "assurance at the published ratio": believe(found - math.log(kept), error),
        "sceptical prior": sceptic,
    }
    formulas = {
        "assurance": "Φ((−log 0.29 − z e) / √(e² + s²)), s² = 1/20 + 1/29",
        "assurance at the published ratio": f"Φ((−log (0.29 / {kept:g}) − z e) / √(e² + s²))",
        "sceptical prior": f"Φ((−k log 0.29 − z e) / √(e² + k s²)), k = {SPREAD:g}² / ({SPREAD:g}² + s²)",
    }
    for way, ratio in (("power", RATIO), ("power at the published ratio", RATIO / kept)):
        chances = [float(later.trial(events).power(math.log(ratio))) for events in (later.events, later.counted)]
        held = "0.29" if ratio == RATIO else f"(0.29 / {kept:g})"
        yield Told(later.title, way, f"Φ(−log {held} / e − z)", *chances)
        name = way.replace("power", "assurance")
        yield Told(later.title, name, formulas[name], *_both(later, beliefs[name]))
    yield Told(later.title, "sceptical prior", formulas["sceptical prior"], *_both(later, sceptic))


def _both(later: Later, belief: Belief) -> tuple[float, float]:
    return assurance(later.trial(later.events), belief), assurance(later.trial(later.counted), belief)
