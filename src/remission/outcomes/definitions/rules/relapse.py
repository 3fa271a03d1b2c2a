"""Relapses: which count, and which are part of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.rule import Rule


@dataclass(frozen=True)
class Relapse(Rule):
    """The first relapse that qualifies, or each."""

    counts_from_day: int = says("First day on which a relapse counts (inclusive)", 1)
    minimum_days: int = says("A relapse must last at least this many days (end day minus first day)", 0, low=0)
    duration_unknown: Literal["counts", "does not count"] = says(
        "A relapse of which nobody knows how long it lasted (no end day, or a day known to the month or year only)",
        "counts",
    )
    confirmed: Literal["any", "confirmed only"] = says("Must the relapse be confirmed by an examination", "any")
    fever: Literal["any", "without fever"] = says("Does a relapse with fever or infection count", "any")
    merge_days: int = says(
        "A relapse that begins fewer than this many days after the last that counted began is part of it",
        0,
        low=0,
        off=True,
    )
    events: Literal["first", "all"] = says("Is the first the event, or is each an episode", "first", off=True)

    rule = "relapse"
    kind = "relapses"
    rests_on = ("relapses",)
    listed = "Relapses"
    asked_at = "visits"
    sentences: ClassVar[Mapping[str, str]] = {
        "relapse": "A relapse that counts.",
        "relapse-too-early": "A relapse before the first day that counts.",
        "relapse-not-confirmed": "A relapse that is not recorded as confirmed: it does not count.",
        "relapse-with-fever": "A relapse with fever or infection: it does not count.",
        "relapse-duration-unknown": "A relapse of which nobody knows how long it lasted: it does not count.",
        "relapse-too-short": "A relapse that was too short to count.",
        "relapse-merged": "A relapse so soon after another that it is part of it.",
        "no-relapse": "No relapse that counts.",
    }
