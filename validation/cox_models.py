"""The models of the pins of Cox's model, fitted to the tables that they share."""

from __future__ import annotations

from typing import Any

import numpy as np

from pins import Table
from remission.stats.regression.cox import CoxFit, cox
from remission.stats.regression.likelihoods.ties import Ties

COVARIATES = ("x1", "x2", "x3")
# What R calls exact is what SAS calls DISCRETE.
TIES: dict[str, Ties] = {"efron": "efron", "breslow": "breslow", "exact": "discrete", "marginal": "exact marginal"}


def given(d: Table) -> dict[str, Any]:
    """The arguments by name that a table holds, without clusters."""
    return {
        "entry": d["entry"],
        "weight": None if (d["weight"] == 1).all() else d["weight"],
        "strata": d["stratum"],
        "offset": d["offset"],
    }


def fitted(d: Table, ties: str, by: str | None = None) -> CoxFit:
    """The model of a table; by: "cluster", "row", or None for the errors of the model."""
    cluster = {"cluster": d["cluster"], "row": np.arange(d["exit"].size)}.get(by or "")
    columns = {name: d[name] for name in COVARIATES}
    return cox(d["exit"], d["event"] == 1, columns, cluster=cluster, ties=TIES[ties], **given(d))
