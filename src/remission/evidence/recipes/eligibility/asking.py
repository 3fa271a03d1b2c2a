"""Which sets of rules ask for signs of inflammation: found by asking each about a person who has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.exhibits.wording import count
from remission.studies.criteria.check import judge
from remission.studies.criteria.rules import NotDecided, atoms

if TYPE_CHECKING:
    from remission.studies.criteria.rules import RuleSet

ABROAD = "clinic abroad"
# "Scans of her brain did not show any inflammation": nothing else is known.
REFUSAL: Mapping[str, float] = {"enhancing_lesions": 0, "new_t2_12_months": 0}
# The signs by which rules tell inflammation: attacks, and lesions that are new or take up the dye.
SIGNS = (
    "relapses_12_months",
    "relapses_18_months",
    "relapses_36_months",
    "relapses_on_treatment_12_months",
    "enhancing_lesions",
    "new_t2_12_months",
)


@dataclass(frozen=True)
class Asking:
    """Sets with a line that must be met and names a sign of inflammation, and sets without; `at_once` say no for it."""

    asks: tuple[RuleSet, ...]
    does_not: tuple[RuleSet, ...]
    at_once: tuple[RuleSet, ...]


def who_asks(sets: Sequence[RuleSet]) -> Asking:
    """Which sets name a sign in a line that must be met, and which say no to whoever has none at all.

    Some name it for some people only (in progressive MS), or beside another way in: those do not say no at once.
    """
    none = dict.fromkeys(SIGNS, 0.0)
    asks = tuple(one for one in sets if _names_a_sign(one))
    return Asking(
        asks,
        tuple(one for one in sets if one not in asks),
        tuple(one for one in sets if judge(one, none).value == "not met"),
    )


def _names_a_sign(one: RuleSet) -> bool:
    read = (atom for line in one.hard for reading in line.readings for atom in atoms(reading))
    return any(not isinstance(atom, NotDecided) and atom.fact in SIGNS for atom in read)


def asking_sentence(asking: Asking) -> str:
    """Who asks for signs of inflammation and who does not, in a sentence or two."""
    if not asking.does_not:
        return "Every set of rules that could be read asks for signs of inflammation."
    if all(one.kind == ABROAD for one in asking.does_not):
        return "Every set of rules that could be read asks for signs of inflammation, but for clinics abroad."
    every = len(asking.asks) + len(asking.does_not)
    said = f"Of {count(every, 'set')} of rules that could be read, {len(asking.asks)} ask for signs of inflammation"
    # Titles have commas of their own.
    others = "; ".join(one.title for one in asking.does_not)
    return f"{said}, of all people or of some. No such line was found for: {others}."


def at_once_sentence(asking: Asking) -> str:
    """How many say no to whoever has no sign at all."""
    say = "says" if len(asking.at_once) == 1 else "say"
    return (
        f"{count(len(asking.at_once), 'set')} {say} no to anybody without a recent relapse or new lesion, whatever "
        "else is so."
    )
