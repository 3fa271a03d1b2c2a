"""Spearman's correlation with ties and without; its range over all orders that ranges of values allow."""

from __future__ import annotations

from pins import ROUNDING, Answer, Inputs
from remission.stats.rank_correlation import spearman, spearman_range

TOLERANCE = ROUNDING


def ours(inputs: Inputs, table: str, name: str) -> Answer:
    """Our answer, as to `ranges|7`."""
    d = inputs[table]
    rows = [at for at, one in enumerate(d["set"]) if str(one) in (name, f"{name}.0")]
    if table == "pairs":
        return [spearman(d["x"][rows], d["y"][rows])]
    return list(spearman_range(d["least"][rows], d["most"][rows], d["other"][rows]))
