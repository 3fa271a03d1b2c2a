"""Networks of trials with three and four arms pooled: effects against the first treatment and errors, common and by
REML; tau squared; Q of the whole and within designs; P-scores; each comparison split into its direct and indirect side.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.network.contrasts import contrasts_of_pairs
from remission.stats.network.inconsistency import Split, q_of_designs, split_sides
from remission.stats.network.pooled import Network, Tau2, pool_network
from remission.stats.network.ranks import rank_treatments

TOLERANCE = Tolerance(1e-8, "R finds tau squared by bisection, to its digits")


# Pooled once, and asked of many pairs.
_POOLED: dict[tuple[str, str], Network] = {}


def ours(inputs: Inputs, table: str, name: str, question: str, *pair: str) -> Answer:
    """Our answer, as to `contrasts|17|random`."""
    found = _pooled(inputs[table], name, "common" if question in ("common", "Q") else "REML")
    if question == "sides":
        side = _sides(found)[pair[0], pair[1]]
        return [side.direct, side.direct_error, side.indirect, side.indirect_error]
    if question == "P-scores":
        return [float(one) for one in rank_treatments(found).p_scores]
    if question == "Q within":
        return [q_of_designs(found).within]
    return {"tau squared": [found.tau2], "Q": [found.q]}.get(question) or _effects(found)


def _pooled(table: Table, name: str, tau2: Tau2) -> Network:
    if (name, tau2) not in _POOLED:
        d = {column: values[table["network"] == int(name)] for column, values in table.items()}
        _POOLED[name, tau2] = pool_network(contrasts_of_pairs(*zip(*_pairs(d), strict=True)), tau2=tau2)
    return _POOLED[name, tau2]


@cache
def _sides(found: Network) -> dict[tuple[str, str], Split]:
    return {(one.one, one.other): one for one in split_sides(found)}


def _pairs(d: Table) -> Iterator[tuple[str, str, str, float, float]]:
    """Each two arms of each trial, as a paper may print them: the study, both arms, value, variance."""
    for study in dict.fromkeys(d["study"]):
        rows = [at for at, one in enumerate(d["study"]) if one == study]
        yield from ((str(study), str(d["base"][at]), str(d["treatment"][at]), d["value"][at], d["variance"][at])
                    for at in rows)  # fmt: skip
        for one, other in combinations(rows, 2):
            value = d["value"][other] - d["value"][one]
            variance = d["variance"][one] + d["variance"][other] - 2 * d["shared"][one]
            yield str(study), str(d["treatment"][one]), str(d["treatment"][other]), value, variance


def _effects(network: Network) -> Answer:
    errors = np.sqrt(network.covariance.diagonal())
    return [*network.effects[1:].tolist(), *errors[1:].tolist()]
