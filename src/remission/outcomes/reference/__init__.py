"""The plain twin: every rule of `docs/rules.md`, one subject at a time, in the order a person would go through it.

It was written before the fast engine and is kept as plain as possible, because it is used twice: as the oracle that
the engine must agree with, and as the source of explanations. Each decision leaves a step on a trail, which `explain`
narrates. It imports definitions and records only, so it shares no mistake with the engine.
"""

from remission.outcomes.reference.between import event_between
from remission.outcomes.reference.decision import decide
from remission.outcomes.reference.trail import Decision, Rows, Step

__all__ = ["Decision", "Rows", "Step", "decide", "event_between"]
