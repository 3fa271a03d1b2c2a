"""The chance that a trial succeeds where its truth is not known but believed: its assurance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy.special import ndtr

from remission.stats.assurance.future import passing_line

if TYPE_CHECKING:
    from remission.stats.assurance.beliefs import Belief
    from remission.stats.assurance.future import FutureTrial


def assurance(trial: FutureTrial, belief: Belief, alpha: float = 0.025) -> float:
    """Power averaged over what is believed of the truth. O'Hagan, Stevens & Campbell 2005 (Pharm Stat 4:187).

    >>> from remission.stats.assurance.beliefs import believe
    >>> from remission.stats.assurance.future import EventDriven
    >>> round(assurance(EventDriven(51, 376 / 563), believe(math.log(0.29), math.sqrt(1 / 20 + 1 / 29))), 4)
    0.9425
    """
    return float(trial.power(belief.log_ratios, alpha) @ belief.weights)


def normal_assurance(mean: float, spread: float, error: float, alpha: float = 0.025) -> float:
    """Assurance in closed form, of a normal belief and a test with a fixed error: Phi((-mean - z error) / sqrt(both)).

    The result is N(mean, spread^2 + error^2), and it is significant below -z error. ValueError for an error not above
    0 or a spread below 0.

    >>> round(normal_assurance(-1.2379, 0.2907, 0.2973), 3)
    0.942
    """
    if not (0 < error < math.inf and 0 <= spread < math.inf):
        raise ValueError(f"an error above 0 and a spread of 0 or more, found {error} and {spread}")
    return float(ndtr((-mean + passing_line(error, alpha)) / math.hypot(spread, error)))
