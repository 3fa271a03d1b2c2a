"""Networks without each of their trials: the treatments still joined to the first, their effects and errors; the slope
of the comparison-adjusted funnel with its error and p.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.network.contrasts import Contrasts
from remission.stats.network.funnel import adjusted_funnel
from remission.stats.network.left_out import Without, without_each
from remission.stats.network.pooled import pool_network

TOLERANCE = Tolerance(1e-9, "both sides turn the same matrices in another order")
INPUTS = "network"
_TRIALS: dict[str, Contrasts] = {}


def ours(inputs: Inputs, table: str, name: str, question: str, *study: str) -> Answer:
    """Our answer, as to `contrasts|17|without|s03`."""
    trials = _trials(inputs[table], name)
    if question == "funnel":
        slope = adjusted_funnel(pool_network(trials, tau2="common"), trials.names).slope
        if slope is None:
            raise LookupError(name)
        return [slope.slope, slope.error, slope.p]
    network = _without(trials)[study[0]].network
    if network is None:
        return [1.0]
    errors = np.sqrt(network.covariance.diagonal())
    return [float(len(network.names)), *network.effects[1:].tolist(), *errors[1:].tolist()]


def _trials(table: Table, name: str) -> Contrasts:
    if name not in _TRIALS:
        d = {column: values[table["network"] == int(name)] for column, values in table.items()}
        names = ([str(one) for one in d[column]] for column in ("study", "base", "treatment"))
        _TRIALS[name] = Contrasts(*names, d["value"], d["variance"], d["shared"])
    return _TRIALS[name]


@cache
def _without(trials: Contrasts) -> dict[str, Without]:
    return {one.study: one for one in without_each(trials, tau2="common")}
