"""Networks of trials: that of the anti-CD20 drugs as printed, and random ones."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from remission.stats.network.contrasts import Contrasts

# Rate ratios of relapse as printed: OPERA, ASCLEPIOS, ULTIMATE (each twice) and TENERE. Pooled elsewhere by metafor.
ANTI_CD20 = (
    ("OPERA I", "interferon", "ocrelizumab", 0.54, 0.40, 0.72),
    ("OPERA II", "interferon", "ocrelizumab", 0.53, 0.40, 0.71),
    ("ASCLEPIOS I", "teriflunomide", "ofatumumab", 0.49, 0.37, 0.65),
    ("ASCLEPIOS II", "teriflunomide", "ofatumumab", 0.42, 0.31, 0.56),
    ("ULTIMATE I", "teriflunomide", "ublituximab", 0.41, 0.27, 0.62),
    ("ULTIMATE II", "teriflunomide", "ublituximab", 0.51, 0.33, 0.78),
    ("TENERE", "interferon", "teriflunomide", 1.20, 0.62, 2.30),
)


def printed(rows: tuple[tuple[str, str, str, float, float, float], ...]) -> Contrasts:
    """Contrasts of printed ratios with their 95 % limits."""
    studies, bases, treatments, ratios, low, high = zip(*rows, strict=True)
    errors = np.log(np.array(high) / np.array(low)) / (2 * 1.959963984540054)
    return Contrasts(studies, bases, treatments, np.log(ratios), errors**2)


@st.composite
def networks(draw: st.DrawFn) -> Contrasts:
    """A connected network with trials of two to four arms."""
    count = draw(st.integers(3, 6))
    names = [f"t{at}" for at in range(count)]
    designs = [[names[at], names[draw(st.integers(0, at - 1))]] for at in range(1, count)]
    designs += draw(st.lists(st.lists(st.sampled_from(names), min_size=2, max_size=4, unique=True), max_size=8))
    small = st.floats(0.01, 0.2)
    rows = []
    for number, arms in enumerate(designs):
        shared = draw(small)
        rows += [(f"s{number}", arms[0], arm, draw(st.floats(-2, 2)), shared + draw(small), shared) for arm in arms[1:]]
    return Contrasts(*zip(*rows, strict=True))
