"""Competing events beside packages that are asked nowhere else: cumulative incidence, both models of each kind."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.competing.aalen_johansen import cumulative_incidence
from remission.stats.competing.fine_gray import fine_gray
from remission.stats.regression.cox import CoxFit, cox

INPUTS = "cumulative_incidence"
TOLERANCE = Tolerance(1e-8, "FGR hands its search to cmprsk, which stops where its slope is below 1e-12")


def ours(inputs: Inputs, name: str, program: str, kind: str, question: str) -> Answer:
    """Our answer, as to `ties|prodlim|1|incidence`."""
    d, cause = inputs[name], int(kind)
    if program == "prodlim":
        return incidence(d, cause, question)
    if program == "cox.aalen":
        d = {column: values[np.sort(np.unique(d["exit"], return_index=True)[1])] for column, values in d.items()}
    columns = {column: d[column] for column in ("x1", "x2")}
    if program == "FGR":
        fit = fine_gray(d["exit"], d["cause"], columns, failure=cause)
        return answer(fit.coefficients, fit.covariance, question)
    alone = of_one_kind(d, columns, cause)
    return answer(alone.coefficients, alone.covariance, question)


def incidence(d: Table, cause: int, question: str) -> Answer:
    """On the days with this kind of event."""
    found = cumulative_incidence(d["exit"], d["cause"])
    place = found.place(cause)
    mine = found.events[:, place] > 0
    if question == "incidence":
        return cast("Answer", found.incidence[mine, place].tolist())
    return cast("Answer", np.sqrt(found.variance(cause))[mine & (found.free > 0)].tolist())


def of_one_kind(d: Table, columns: Table, cause: int) -> CoxFit:
    """The cause-specific model, its errors by row."""
    return cox(d["exit"], d["cause"] == cause, columns, cluster=np.arange(d["exit"].size))


def answer(coefficients: np.ndarray, covariance: np.ndarray, question: str) -> Answer:
    """One of the two."""
    values = {"coefficients": coefficients, "covariance": covariance.ravel(), "robust": covariance.ravel()}
    return cast("Answer", values[question].tolist())
