"""Invented rows of memory B cells of six drugs that were counted in one way: an axis as it would be, and no drug's."""

from __future__ import annotations

from remission.studies.b_cells.join import Effect
from remission.studies.b_cells.rows import Counted

LEFT = {"alemtuzumab": 5.0, "cladribine": 12.0, "fingolimod": 40.0, "dimethyl fumarate": 55.0,
        "interferon beta": 70.0, "teriflunomide": 95.0}  # fmt: skip
EFFECTS = {drug: Effect(0.3 + 0.08 * at, 0.2 + 0.08 * at, 0.4 + 0.08 * at, 0.95, "invented")
           for at, drug in enumerate(LEFT)}  # fmt: skip


def invented() -> list[Counted]:
    """A row a drug, per cent of before left, counted as a share of B cells."""
    return [counted(drug, value) for drug, value in LEFT.items()]


def counted(drug: str, value: float) -> Counted:
    """One invented row."""
    return Counted(drug, "memory B", "CD19+CD27+", "blood", "MS", "B cells", "left of baseline", 12.0, "", "before", "",
                   value, None, None, "", 40, "INVENTED for a test", "nowhere", "verified", None, "")  # fmt: skip
