"""Small invented trials for leagues: arms of real therapies, numbers of nobody."""

from __future__ import annotations

from typing import Any

from made_up.studies import number
from remission.studies.study import Arm, Kind, Number, Overlap, Study

RATIO, RATE = "relapse-rate-ratio", "relapse-rate"
PLACEBO = Arm("placebo", "placebo")
OCRELIZUMAB = Arm("ocrelizumab 600 mg", "ocrelizumab", given="ocrelizumab 600 mg")
CLADRIBINE = Arm("cladribine 3.5 mg/kg", "cladribine", given="cladribine 3.5 mg/kg")
FINGOLIMOD = Arm("fingolimod 0.5 mg", "fingolimod", given="fingolimod 0.5 mg")
TERIFLUNOMIDE_7 = Arm("teriflunomide 7 mg", "teriflunomide", given="teriflunomide 7 mg")
TERIFLUNOMIDE_14 = Arm("teriflunomide 14 mg", "teriflunomide", given="teriflunomide 14 mg")
TRANSPLANT = Arm("HSCT", "hsct")


def trial(
    name: str,
    *arms: Arm,
    numbers: tuple[Number, ...] = (),
    kind: Kind = "randomised",
    overlaps: tuple[Overlap, ...] = (),
) -> Study:
    """A trial of these arms with these numbers."""
    return Study(name, name.title(), "Invented", kind, year=2020, arms=arms, numbers=numbers, overlaps=overlaps)


def ratio(
    arm: Arm, against: Arm, value: float, low: float | None = None, high: float | None = None, **more: Any
) -> Number:
    """A printed ratio, with a 95 % interval where limits are given."""
    fields = {"what": RATIO, "months": 24.0, "level": 0.95 if low is not None else None, **more}
    return number(fields.pop("what"), arm.name, against=against.name, value=value, low=low, high=high, **fields)


def rate(arm: Arm, value: float, low: float | None = None, high: float | None = None, **more: Any) -> Number:
    """A relapse rate of an arm, with a 95 % interval where limits are given."""
    fields = {"months": 24.0, "level": 0.95 if low is not None else None, **more}
    return number(RATE, arm.name, value=value, low=low, high=high, **fields)


def people(arm: Arm, count: int) -> Number:
    """How many people an arm has."""
    return number("people", arm.name, value=count)
