"""Cox's model beside that of another program, live, on random data: `survival` of PyPI, written in Rust after R's."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from made_up.model_rows import ModelTable, fittable
from remission.stats.regression.concordance import estimate_concordance
from remission.stats.regression.cox import cox
from remission.stats.regression.likelihoods.ties import Ties
from remission.stats.regression.residuals import residuals

survival = pytest.importorskip("survival")
FORMULA = "Surv(entry, exit, event) ~ x0 + x1 + strata(stratum)"


def theirs(table: ModelTable, ties: str, cluster: np.ndarray | None = None) -> object:
    columns = {"entry": table.entry.astype(float), "exit": table.exit.astype(float), "event": table.event.astype(int)}
    data = columns | table.columns() | {"stratum": table.stratum, "weight": table.weight}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of an eps below its own tolerance, as R
        return survival.coxph(FORMULA, data=data, weights=table.weight, ties=ties, eps=1e-12, cluster=cluster)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("first", range(0, 200, 20))
def test_two_hundred_random_tables_give_one_answer(first: int, ties: Ties) -> None:
    for seed in range(first, first + 20):
        table = fittable(seed)
        cluster = np.arange(60) // 3
        model = theirs(table, ties, cluster)
        ours = cox(table.exit, table.event, table.columns(), cluster=cluster, ties=ties, **table.given())
        np.testing.assert_allclose(ours.coefficients, model.coefficients, atol=1e-8)  # type: ignore[attr-defined]
        np.testing.assert_allclose(ours.covariance, model.var, rtol=1e-6)  # type: ignore[attr-defined]
        np.testing.assert_allclose(ours.model_covariance, model.naive_var, rtol=1e-8)  # type: ignore[attr-defined]
        likelihoods = ours.at_no_effect, ours.log_likelihood
        np.testing.assert_allclose(likelihoods, model.loglik, rtol=1e-10)  # type: ignore[attr-defined]
        martingale = model.residuals  # type: ignore[attr-defined]
        np.testing.assert_allclose(residuals(ours, "martingale"), martingale, atol=1e-8)


def test_its_concordance_is_ours() -> None:
    table = fittable(4)
    model = theirs(table, "efron")
    ours = cox(table.exit, table.event, table.columns(), **table.given())
    value = estimate_concordance(ours).frame["value"].item()
    assert value == pytest.approx(model.concordance["concordance"], abs=1e-10)  # type: ignore[attr-defined]
