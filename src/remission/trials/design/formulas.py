"""A formula that a design is computed by, with where it is from. Which ones, each kind of trial says of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """What is computed, how, and who says so."""

    what: str
    how: str
    source: str
