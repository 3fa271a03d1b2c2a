"""A field of a definition says what it means: from that come the reader's checks and the words shown to people."""

from __future__ import annotations

from dataclasses import field
from typing import Any

FARTHEST_DAY = 100_000
"""Bound of every number of days in a definition file (273 years), so that sums of days never overflow."""
RELAPSE_TREATMENTS = ("corticosteroid", "apheresis")
"""Classes of `library/therapies.csv` that treat a relapse rather than the disease."""


def says(
    meaning: str,
    default: Any = ...,
    *,
    none: str = "",
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    off: bool = False,
    unless: str = "",
) -> Any:
    """A field with its meaning; `none` is the word that TOML writes for Python's None.

    `off` marks an option whose default means that it is not used: a definition need not write it down. `unless` names
    the value of the same record that makes this one needless. A list may not be empty: to say nothing, it is left out.
    """
    about = {
        "meaning": meaning, "none": none, "low": low, "high": high, "unit": unit, "off": off, "unless": unless,
        "least": 1,
    }  # fmt: skip
    return field(metadata=about) if default is ... else field(default=default, metadata=about)
