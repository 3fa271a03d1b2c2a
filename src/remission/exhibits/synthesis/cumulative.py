"""A cumulative forest: what the studies said together at the end of each year, as they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remission.exhibits.synthesis.forest import Forest, draw_forest
from remission.exhibits.synthesis.lines import Line
from remission.exhibits.wording import listed

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.synthesis.scales import Scale
    from remission.inputs.provenance import Provenance


@dataclass(frozen=True)
class Step:
    """The pool after the studies of one year: who was `added`, and the pooled line; each name has a card."""

    year: int
    added: Sequence[str]
    pooled: Line


def draw_cumulative(
    name: str, title: str, steps: Sequence[Step], scale: Scale, provenance: Provenance, *, subtitle: str, counted: str
) -> Figure:
    """A line for each year, oldest first: the pool of all studies up to then, with who came in."""
    lines = [step_line(step) for step in steps]
    return draw_forest(Forest(name, title, subtitle, lines, scale, counted), provenance)


def step_line(step: Step) -> Line:
    """The line of a year: its name says the year, and below it who came in."""
    return replace(step.pooled, name=f"to {step.year}", says=f"with {listed(list(step.added))}", year=step.year)
