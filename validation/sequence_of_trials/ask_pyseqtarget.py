"""Runs in an environment that has pySEQTarget: asks it for the trials of months.csv, and for its models of them.

    PYTHON validation/sequence_of_trials/ask_pyseqtarget.py [FOLDER]

Reads months.csv of the folder; writes trials.csv (a row a trial) and models.json (coefficients by name, versions).
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import polars as pl
from pySEQTarget import SEQopts, SEQuential

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
LAST_MONTH = 11
TRIAL = ["person", "trial"]


def asked(months, method, **options):
    """The trials and what it fits to them; by the formulas that it takes if nobody names others."""
    said = SEQopts(followup_max=LAST_MONTH, ncores=1, **options)
    columns = {"id_col": "person", "time_col": "month", "eligible_col": "eligible", "treatment_col": "treated"}
    found = SEQuential(
        months,
        **columns,
        outcome_col="event",
        time_varying_cols=["score"],
        fixed_cols=["age"],
        method=method,
        parameters=said,
    )
    found.expand()
    found.fit()
    return found


def coefficients(found):
    """Of the model of the event, by name."""
    fitted = found.outcome_model[0]["outcome"]
    return {name.replace("[T.1]", ""): value for name, value in fitted.params.items()}


def main():
    """Ask and store."""
    months = pl.read_csv(FOLDER / "months.csv")
    whole = asked(months, "ITT")
    kept = asked(months, "censoring", weighted=True, weight_preexpansion=False)
    trials = whole.DT.group_by(TRIAL, maintain_order=True).agg(
        assigned=pl.col("treated_bas").first(), periods=pl.len(), event=pl.col("event").max()
    )
    # It keeps the row in which treatment departs, and leaves it out of the model.
    staying = (
        kept.DT.filter(pl.col("switch") != 1)
        .group_by(TRIAL, maintain_order=True)
        .agg(keeps=pl.len(), keeps_event=pl.col("event").max(), weight=pl.col("weight").last())
    )
    trials.join(staying, on=TRIAL, how="left", maintain_order="left").write_csv(FOLDER / "trials.csv")
    models = {
        "versions": {name: version(name) for name in ("pySEQTarget", "statsmodels")},
        "rows": {"whole": whole.DT.height, "kept": kept.DT.filter(pl.col("switch") != 1).height},
        "whole": coefficients(whole),
        "kept": coefficients(kept),
    }
    (FOLDER / "models.json").write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")


main()
