"""What is wrong with a design whatever stands in those of its keys that cannot be read.

A number in quotation marks must not hide that accrual never reaches the people. So what cannot be read is stood in for,
twice and each time by something else that a trial can have; what is wrong both times is wrong without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

from remission.inputs.declared import keys_of
from remission.inputs.strict_records import RecordReader
from remission.trials.design.check import wrong_design
from remission.trials.design.records import (
    Effect,
    Entry,
    EventTrial,
    Given,
    GivingUp,
    OneArmTrial,
    Other,
    PartOfPeople,
    Piece,
    RateTrial,
    ShareTrial,
    TrialDesign,
)

if TYPE_CHECKING:
    from remission.inputs.declared import Key
    from remission.inputs.problems import Problem

Record = TypeVar("Record")


def _two(first: float, second: float) -> tuple[Given, Given]:
    return Given(first, "assumed"), Given(second, "assumed")


# Of every number two that a trial can have beside any other; keys that are not here stay as if they were not written.
STAND_INS: dict[type, dict[str, tuple[Any, Any]]] = {
    Given: {"status": ("assumed", "assumed")},
    Piece: {"per_year": (0.1, 0.3), "status": ("assumed", "assumed")},
    Effect: {"ratio": (0.5, 0.7), "status": ("assumed", "assumed")},
    # So many a month that hardly any trial waits for people: else what was stood in would be blamed for slow accrual.
    Entry: {"people_per_month": (20_000, 25_000), "status": ("assumed", "assumed")},
    Other: {"title": ("one", "other")},
    PartOfPeople: {"name": ("one", "other"), "factor": (1.0, 2.0), "status": ("assumed", "assumed")},
    GivingUp: {"spending": ("obrien-fleming", "pocock"), "gamma": (None, 1.0), "bounds": ((), (0.0,))},
    TrialDesign: {"name": ("one", "other"), "title": ("one", "other"), "question": ("one", "other"),
                  "alpha": (0.01, 0.05)},
    EventTrial: {
        "event": ("one", "other"), "people": (40, 2_000), "last_month": (12.0, 240.0),
        "control": ((Piece(0, 0.1, "assumed"),), (Piece(0, 0.3, "assumed"),)),
        "effect": ((Effect(0, 0.5, "assumed"),), (Effect(0, 0.7, "assumed"), Effect(6, 0.8, "assumed"))),
        "accrual": ((Entry(0, 20_000, "assumed"),), (Entry(0, 25_000, "assumed"),)),
        "allocation": (1.0, 1.5), "fractions": ((1.0,), (0.5, 1.0)), "spending": ("obrien-fleming", "pocock"),
        "gamma": (None, 1.0), "events": (20, 30), "power": (0.8, 0.9), "weights": (((0.0, 0.0),), ((0.0, 1.0),)),
        "restricted_mean_month": (None, 6.0),
    },
    RateTrial: {
        "event": ("one", "other"), "people": (40, 2_000), "control": _two(0.5, 1.5), "ratio": _two(0.5, 0.7),
        # Shorter and longer than what is mostly written, so that the one fits whatever the other is.
        "dispersion": _two(0.2, 0.8), "least_years": (0.1, 0.2), "most_years": (20.0, 40.0),
        "dropout_per_year": _two(0.01, 0.1), "allocation": (1.0, 1.5),
    },
    OneArmTrial: {
        "event": ("one", "other"), "people": (40, 400), "years": (2.0, 5.0), "history_free": _two(0.4, 0.6),
        "ratio": _two(0.5, 0.7), "variance": ("expected", "mean"),
    },
    ShareTrial: {
        "event": ("one", "other"), "landmark_months": (12.0, 24.0), "people": (40, 400), "control": _two(0.11, 0.22),
        "treated": _two(0.66, 0.77), "lost": _two(0.0, 0.1), "allocation": (1.0, 1.5),
    },
}  # fmt: skip


def wrong_anyhow(written: Mapping[str, Any], file: str) -> list[Problem]:
    """Every problem of a design that cannot be read as a whole, beside why it cannot."""
    first, second = (_with_stand_ins(TrialDesign, written, which) for which in (0, 1))
    # Without anything that can stand in there is no design to judge, and what cannot be read is told alone.
    if first is None or second is None:
        return []
    # By all of its words: a problem that names what was stood in for has others the second time.
    again = set(wrong_design(second, file))
    return [one for one in wrong_design(first, file) if one in again]


def _with_stand_ins(record: type[Record], written: Mapping[str, Any], which: int) -> Record | None:
    """A record with something else for what cannot be read of it; None where that is what nothing can stand in for."""
    # What this reader complains of was told by the first one, with the name of the file.
    told = RecordReader("").fill(record, written)
    for key in keys_of(record):
        # Who leaves out what may be left out has its default; to stand in for it would judge what nobody wrote.
        if key.name in told or not (key.required or key.name in written):
            continue
        part = _part(key, written.get(key.name), which)
        if part is None and key.name in STAND_INS[record]:
            part = STAND_INS[record][key.name][which]
        if part is not None:
            told[key.name] = part
        elif key.required:
            return None
    return record(**told)


def _part(key: Key, written: Any, which: int) -> Any:
    """A table, or a list of tables, that can be read in part; None where it cannot."""
    kind = key.kinds[0]
    if kind in STAND_INS and isinstance(written, dict):
        return _with_stand_ins(kind, written, which)
    if get_origin(kind) is not tuple or key.item.hint not in STAND_INS or not isinstance(written, list):
        return None
    items = [_with_stand_ins(key.item.hint, one, which) if isinstance(one, dict) else None for one in written]
    return None if None in items or len(items) < key.least else tuple(items)
