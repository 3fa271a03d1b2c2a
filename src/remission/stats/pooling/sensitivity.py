"""What one study does to a pooled number: leaving each out, adding them one by one, and how far each lies off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.pooling.between import Between, Tau2
from remission.stats.pooling.effects import Effects
from remission.stats.pooling.scales import Floats

if TYPE_CHECKING:
    from remission.stats.pooling.pooled import Pooled


class Taken(Protocol):
    """Arrays and Effects: what has one entry a study."""

    def take(self, indices: Any, /) -> Any:
        """These studies only."""


def leave_one_out(fit: Callable[..., Pooled], *data: Taken | ArrayLike) -> list[Pooled]:
    """The pool without each study, in the order of the studies.

    fit: what pools, called with `data` less one study; data: Effects, or one array or more of one entry a study.
    Pinned to `leave1out` of R's metafor.

    >>> from remission.stats.pooling.beta_binomial import pool_crude
    >>> [round(pooled.value, 3) for pooled in leave_one_out(pool_crude, [0, 3, 1], [20, 20, 60])]
    [0.05, 0.013, 0.075]
    """
    columns = [_column(one) for one in data]
    places = np.arange(_size(columns[0]))
    return [fit(*(column.take(np.delete(places, at)) for column in columns)) for at in places.tolist()]


def cumulative(fit: Callable[..., Pooled], *data: Taken | ArrayLike, order: ArrayLike) -> list[Pooled]:
    """The pool of the first study, of the first two, and so on to all, by `order` (such as years; ties as given).

    Pinned to `cumul` of R's metafor.

    >>> from remission.stats.pooling.beta_binomial import pool_crude
    >>> [pooled.value for pooled in cumulative(pool_crude, [0, 3, 1], [20, 20, 60], order=[2021, 2010, 2016])]
    [0.15, 0.05, 0.04]
    """
    columns = [_column(one) for one in data]
    places = np.argsort(np.asarray(order), kind="stable")
    if places.size != _size(columns[0]):
        raise ValueError(f"as many in order as studies: {places.size}, {_size(columns[0])}")
    return [fit(*(column.take(places[: at + 1]) for column in columns)) for at in range(places.size)]


@dataclass(frozen=True, eq=False)
class Influence:
    """Each study against the pool of the others; arrays of shape (k,).

    residual: its distance from the others in its own standard errors, tau squared and the error of the others' mean
    included: beyond 2 to 3 it does not fit. cook: how far leaving it out moves the mean, squared, in squared errors.
    hat: its weight. without, tau2_without: the pool and tau squared of the others, on the working scale.
    """

    residual: Floats
    cook: Floats
    hat: Floats
    without: Floats
    tau2_without: Floats


def influence(effects: Effects, tau2: Tau2 = "REML") -> Influence:
    """How far each study lies from the pool of the others, and how far it moves it.

    ValueError with fewer than three studies: two have no pool of others. Viechtbauer & Cheung 2010,
    doi:10.1002/jrsm.11. Pinned to `influence` of R's metafor.

    >>> found = influence(Effects([0.1, 0.2, 0.15, 2.0], [0.04, 0.05, 0.04, 0.06]))
    >>> int(found.residual.argmax()), found.hat.round(2).tolist()
    (3, [0.25, 0.25, 0.25, 0.25])
    """
    if effects.k < 3:
        raise ValueError(f"influence needs three studies or more, found {effects.k}")
    mean, _, weights = _middle(effects, tau2)
    places = np.arange(effects.k)
    others = [_middle(effects.take(np.delete(places, at)), tau2) for at in places.tolist()]
    without = np.array([one[0] for one in others])
    spread = np.array([one[1] for one in others])
    error = np.array([1 / one[2].sum() for one in others])
    residual = (effects.values - without) / np.sqrt(effects.variances + spread + error)
    return Influence(residual, (mean - without) ** 2 * weights.sum(), weights / weights.sum(), without, spread)


def _middle(effects: Effects, method: Tau2) -> tuple[float, float, Floats]:
    """The weighted mean, tau squared and the weights."""
    between = Between.of(effects.values, effects.variances)
    tau2 = between.estimate(method)
    return between.origin + float(between.at(tau2).mean), tau2, 1 / (effects.variances + tau2)


def _column(data: Taken | ArrayLike) -> Any:
    return data if isinstance(data, Effects) else np.asarray(data)


def _size(column: Any) -> int:
    return column.k if isinstance(column, Effects) else column.size
