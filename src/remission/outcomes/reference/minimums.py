"""What else a definition asks of a worsening before it is an event: `docs/rules.md`, "Progression", 5.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.outcomes.reference.measures import Visit, badness, exact

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.progression import Progression

GRADED_SYSTEMS = (
    "fs_visual",
    "fs_brainstem",
    "fs_pyramidal",
    "fs_cerebellar",
    "fs_sensory",
    "fs_bowel_bladder",
    "fs_cerebral",
)


def missed_minimum(rule: Progression, baseline: Visit, onset: Visit, confirming: Visit) -> str | None:
    """The step that says which minimum the worsening does not reach; None when it reaches all that are asked."""
    lowest = rule.minimum_value
    if lowest is not None and badness(rule.measure, onset.value) < badness(rule.measure, exact(lowest)):
        return "below-minimum"
    if rule.minimum_pyramidal is not None and any(
        visit.row["fs_pyramidal"] is None or visit.row["fs_pyramidal"] < rule.minimum_pyramidal
        for visit in (onset, confirming)
    ):
        return "pyramidal-below-minimum"
    if rule.leading_system == "must worsen" and not _has_worse_leading_system(baseline, onset, confirming):
        return "no-leading-system"
    return None


def _has_worse_leading_system(baseline: Visit, onset: Visit, confirming: Visit) -> bool:
    """Is one of the highest systems at onset higher than at the baseline visit, and still so when confirmed?"""
    highest = max((onset.row[name] for name in GRADED_SYSTEMS if onset.row[name] is not None), default=None)
    for name in GRADED_SYSTEMS:
        before, now, then = (visit.row[name] for visit in (baseline, onset, confirming))
        if None not in (before, now, then) and now == highest and before < now and before < then:
            return True
    return False
