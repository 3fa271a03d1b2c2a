"""Alemtuzumab, from CAMMS223 to CARE-MS I and II: what these tools would have said, and what happened.

The tools are later than the trials, and it is one drug: nothing here says how often such forecasts are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from remission.stats.assurance.beliefs import Belief, NormalPrior, believe
from remission.stats.assurance.errors import error_from_groups
from remission.stats.assurance.success import assurance
from remission.trials.phase3.assumptions import load_assumptions
from remission.trials.phase3.known_drug import Later, load_known_drug


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
    return error_from_groups(*load_known_drug().phase2.events)


def told_before() -> tuple[Told, ...]:
    """Every way for both trials.

    >>> [(one.way, round(100 * one.chance, 1)) for one in told_before()][:2]
    [('power', 98.6), ('assurance', 94.2)]
    """
    return tuple(one for later in load_known_drug().phase3 for one in _told(later))


def _told(later: Later) -> Iterator[Told]:
    phase2, assumed = load_known_drug().phase2, load_assumptions()
    # Of phase II over phase III: what is found in the one is divided by it to have what is expected of the other.
    kept, spread = assumed.published_ratio.value, assumed.sceptical.value
    error, found = phase_two_error(), math.log(phase2.ratio)
    # A prior at no effect, log 1 = 0, as the sceptic of the steps has it.
    sceptic = believe(found, error, NormalPrior(0, spread))
    beliefs = {
        "assurance": believe(found, error),
        # Shifted before it is believed, which with a flat prior is the same as to shift the belief.
        "assurance at the published ratio": believe(found - math.log(kept), error),
    }
    as_found, as_published = f"{phase2.ratio:g}", f"({phase2.ratio:g} / {kept:g})"
    of_error = f"s² = 1/{phase2.treated_events} + 1/{phase2.other_events}"
    formulas = {
        "assurance": f"Φ((−log {as_found} − z e) / √(e² + s²)), {of_error}",
        "assurance at the published ratio": f"Φ((−log {as_published} − z e) / √(e² + s²))",
    }
    for way, ratio, held in (
        ("power", phase2.ratio, as_found), ("power at the published ratio", phase2.ratio / kept, as_published),
    ):  # fmt: skip
        # At the number of events, not over a time: here it is known how many came (decision 339).
        chances = [float(later.with_events(events).power(math.log(ratio))) for events in (later.events, later.counted)]
        yield Told(later.trial, way, f"Φ(−log {held} / e − z)", *chances)
        name = way.replace("power", "assurance")
        yield Told(later.trial, name, formulas[name], *_both(later, beliefs[name]))
    formula = f"Φ((−k log {as_found} − z e) / √(e² + k s²)), k = {spread:g}² / ({spread:g}² + s²)"
    yield Told(later.trial, "sceptical prior", formula, *_both(later, sceptic))


def _both(later: Later, belief: Belief) -> tuple[float, float]:
    return assurance(later.with_events(later.events), belief), assurance(later.with_events(later.counted), belief)
