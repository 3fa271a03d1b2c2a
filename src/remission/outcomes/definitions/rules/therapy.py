"""Starts of therapies: a new one, or any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from remission.outcomes.definitions.fields import RELAPSE_TREATMENTS, says
from remission.outcomes.definitions.rule import Rule

TherapyKind = Literal["continuous", "course", "procedure"]


@dataclass(frozen=True)
class TherapyStart(Rule):
    """The first start of a therapy: a new one, or any."""

    which: Literal["new", "any"] = says("Only therapies not on at the origin, or every start", "new")
    kinds: tuple[TherapyKind, ...] = says("Which kinds of therapy", ("continuous", "course", "procedure"))
    merge_days: int = says(
        "Periods of one therapy with fewer than this many days between them are one period", 0, low=0
    )
    counts_from_day: int = says("First day on which a start counts (inclusive)", 1)
    leave_out: tuple[str, ...] = says(
        "Classes of the therapy list that are not asked: what treats a relapse is no change of therapy",
        RELAPSE_TREATMENTS,
    )

    rule = "therapy"
    kind = "vital"
    rests_on = ("treatments",)
    listed = "Therapy"
    sentences: ClassVar[Mapping[str, str]] = {
        "therapy-started": "{therapy} was started.",
        "therapy-before-origin": "{therapy} was started before time runs.",
        "therapy-too-early": "{therapy} was started before the first day that counts.",
        "therapy-of-another-kind": "{therapy} is a therapy of another kind than asked for.",
        "therapy-left-out": "{therapy} treats a relapse rather than the disease: it is not asked.",
        "therapy-on-at-origin": "{therapy} had been on when time began, so it is not new.",
        "no-therapy-started": "No start of a therapy that counts.",
    }
