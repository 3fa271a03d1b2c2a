"""Boundaries of 72 designs with looks, futility with them; what is spent; crossing probabilities, drift, inflation."""

from __future__ import annotations

from pins import Answer, Inputs, Instead, Table, Tolerance
from remission.stats.group_sequential.boundaries import Boundaries, Futility, find_boundaries
from remission.stats.group_sequential.crossing import crossing_probabilities
from remission.stats.group_sequential.drift import find_drift, fixed_drift, inflation
from remission.stats.group_sequential.spending import spend

TOLERANCE = Tolerance(1e-6, "rpact ends its searches at 1e-10 and integrates by fewer points; ours are exact to 1e-10")


def numbers(text: object) -> tuple[float, ...]:
    """What a cell of the table lists."""
    return tuple(float(one) for one in str(text).split(";") if one)


def cells(designs: Table, number: str) -> dict[str, object]:
    """One design by the names of its columns."""
    return {name: column[int(number)] for name, column in designs.items()}


def gamma_of(value: object) -> float | None:
    """The gamma of a cell, NaN where there is none."""
    number = float(str(value))
    return None if number != number else number


def boundaries_of(design: dict[str, object]) -> Boundaries:
    """The boundaries of one design of the table."""
    kind, beta = str(design["futility"]), float(str(design["beta"]))
    futility = None
    if "spent" in kind:
        futility = Futility(
            beta=beta, spending=str(design["spent_by"]), gamma=gamma_of(design["beta_gamma"]), binding="binding" in kind
        )  # type: ignore[arg-type]
    elif "bounds" in kind:
        futility = Futility(bounds=numbers(design["bounds"]), binding="binding" in kind)
    return find_boundaries(
        float(str(design["alpha"])), numbers(design["fractions"]), str(design["spending"]), futility,
        gamma=gamma_of(design["gamma"]), sides=2 if kind == "two sides" else 1,
    )  # type: ignore[arg-type]  # fmt: skip


FINER = 4.992812571498758


def on_purpose(key: str, theirs: Answer) -> Instead | None:
    """Where so little is spent that rpact's search ends before the bound is found."""
    if key != "57|upper":
        return None
    reason = (
        "3e-7 is spent at the second look, and rpact stops within 1e-10 of that: its bound is off in the fifth digit"
    )
    return [theirs[0], FINER, *theirs[2:]], reason


_SEEN: dict[str, Boundaries] = {}


def ours(inputs: Inputs, number: str, what: str, *drift: str) -> Answer:
    """Our answer, as to `12|upper` or `12|crossing|1.5`."""
    if number == "close":
        return list(find_boundaries(0.025, numbers(what), "pocock").upper)
    design = cells(inputs["designs"], number)
    if number not in _SEEN:
        _SEEN[number] = boundaries_of(design)
    found, power = _SEEN[number], 1 - float(str(design["beta"]))
    match what:
        case "upper":
            return list(found.upper)
        case "levels":
            return list(found.levels)
        case "rpact spent":
            return list(found.spent)
        case "spent":
            alpha, gamma = float(str(design["alpha"])) / found.sides, gamma_of(design["gamma"])
            each = spend(str(design["spending"]), alpha, found.fractions, gamma)  # type: ignore[arg-type]
            return [found.sides * one for one in each]
        case "futility":
            return list(found.futility or ())
        case "drift":
            drift_found = find_drift(found, power)
            if abs(inflation(found, power) - (drift_found / fixed_drift(found, power)) ** 2) > 1e-9:
                raise ValueError("inflation is not that of the drifts")
            return [drift_found, inflation(found, power)]
        case "crossing":
            told = crossing_probabilities(found, float(drift[0]))
            # rpact adds both sides of a design of two.
            upper = [one + other for one, other in zip(told.upper, told.lower, strict=True)]
            stops = [0.0] * (found.looks - 1) if found.futility is None else list(told.lower[:-1])
            return [*(upper if found.sides == 2 else told.upper), *stops, told.expected_fraction]
    raise LookupError(what)
