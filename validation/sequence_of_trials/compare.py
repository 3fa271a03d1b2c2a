"""Our sequence of trials against pySEQTarget, and against R's own expansion and models, on invented people.

    python validation/sequence_of_trials/compare.py [FOLDER]      exit 1 where anything differs by more than 1e-9

FOLDER holds months.csv (of `people.py`), trials.csv and models.json (of `ask_pyseqtarget.py`) and models_r.json (of
`ask.R`); without one the stored ones are compared, as the tests do. README.md says what agrees.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from remission.stats.emulation.censoring import weigh_staying
from remission.stats.emulation.trials import Periods, Trials, expand_trials
from remission.stats.propensity.contrasts import GroupRows, contrast_groups
from remission.stats.propensity.logistic import fit_propensity

HERE = Path(__file__).parent
APART = 1e-9
MOST = 12
Floats = NDArray[np.float64]
Columns = dict[str, Floats]


@dataclass(frozen=True)
class Sequence:
    """The trials of the people of a folder, with a row for each of their months."""

    months: pl.DataFrame

    def column(self, name: str) -> NDArray[Any]:
        """One column of the months."""
        return self.months[name].to_numpy()

    @cached_property
    def trials(self) -> Trials:
        """A row a trial."""
        flags = (self.column(name) == 1 for name in ("eligible", "treated", "event"))
        return expand_trials(self.column("person"), *flags, most=MOST)

    @cached_property
    def number(self) -> NDArray[np.int64]:
        """The month in which each trial began."""
        return self.column("month")[self.trials.begins]

    def rows(self, *, kept: bool) -> Periods:
        """Months of trials; `kept` only until treatment departs."""
        return self.trials.person_periods(per_protocol=kept)

    def columns(self, rows: Periods) -> Columns:
        """What both models hold alike: time in two ways, and what was known when the trial began."""
        begins = self.trials.begins[rows.trial]
        since, trial = rows.followup.astype(np.float64), self.number[rows.trial].astype(np.float64)
        return {
            "followup": since, "followup_sq": since**2, "trial": trial, "trial_sq": trial**2,
            "age": self.column("age")[begins].astype(np.float64), "score_bas": self.column("score")[begins],
        }  # fmt: skip

    @cached_property
    def weight(self) -> Floats:
        """Of each month that is kept: the inverse chance to have kept to it, in each arm by itself, stabilised."""
        rows = self.rows(kept=True)
        last = np.append(rows.trial[1:] != rows.trial[:-1], True)
        gone = last & (self.trials.keeps < self.trials.periods)[rows.trial]
        # Whoever had the event or came to the end of records cannot depart any more.
        can = ~last | gone
        # Departing is seen in the month after, and decided by what is known in it.
        after = np.minimum(rows.row + 1, self.months.height - 1)
        above = self.columns(rows) | {"followup": rows.followup + 1.0, "followup_sq": (rows.followup + 1.0) ** 2}
        below = above | {"score": self.column("score")[after]}
        found = np.ones(rows.row.size)
        for arm in (True, False):
            mine = self.trials.assigned[rows.trial] == arm
            below_here, above_here = ({name: one[mine] for name, one in of.items()} for of in (below, above))
            staying = weigh_staying(rows.trial[mine], gone[mine], below_here, over=above_here, can=can[mine])
            found[mine] = staying.weight
        return found

    def coefficients(self, *, kept: bool) -> dict[str, float]:
        """Of the logistic model of the event, pooled over months."""
        rows = self.rows(kept=kept)
        treated = self.trials.assigned[rows.trial].astype(np.float64)
        columns = {"treated_bas": treated, **self.columns(rows)}
        weight = self.weight if kept else None
        found = fit_propensity(self.column("event")[rows.row] == 1, columns, weight=weight)
        return dict(zip(("Intercept", *columns), found.coefficients.tolist(), strict=True))

    def hazard_ratio(self, *, kept: bool) -> list[float]:
        """Its logarithm and robust error by person, of Cox's model of the same months: what a design answers with."""
        rows = self.rows(kept=kept)
        since = rows.followup.astype(np.int64)
        group = GroupRows(since, since + 1, self.column("event")[rows.row] == 1, self.trials.assigned[rows.trial],
                          self.column("person")[rows.row])  # fmt: skip
        found = contrast_groups(group, self.weight if kept else np.ones(since.size), [], MOST)[0]
        return [found.value, found.error]


def differences(folder: Path = HERE) -> Iterator[tuple[str, float]]:
    """What is compared, and how far we are from it: absolute; infinite where there are more or fewer trials."""
    ours, theirs = Sequence(pl.read_csv(folder / "months.csv")), pl.read_csv(folder / "trials.csv")
    of_trials, kept = ours.trials, ours.rows(kept=True)
    ends = np.flatnonzero(np.append(kept.trial[1:] != kept.trial[:-1], True))
    mine: dict[str, ArrayLike] = {
        "person": ours.column("person")[of_trials.begins], "trial": ours.number, "assigned": of_trials.assigned,
        "periods": of_trials.periods, "event": of_trials.event, "keeps": of_trials.keeps,
        "keeps_event": of_trials.keeps_event, "weight": ours.weight[ends],
    }  # fmt: skip
    for name, values in mine.items():
        yield f"pySEQTarget, {name} of each trial", _apart(values, theirs[name].to_numpy())
    said, by_r = (json.loads((folder / name).read_text(encoding="utf-8")) for name in ("models.json", "models_r.json"))
    for name, is_kept in (("whole", False), ("kept", True)):
        found = ours.coefficients(kept=is_kept)
        yield f"pySEQTarget, coefficients, {name}", _apart(list(found.values()), [said[name][one] for one in found])
        yield f"R, coefficients, {name}", _apart([*_in_order(found)], by_r[name])
        yield f"R, hazard ratio, {name}", _apart(ours.hazard_ratio(kept=is_kept), by_r[f"hazard ratio {name}"])
    sums = [ours.weight.sum(), (ours.weight**2).sum(), ours.weight[ends].sum()]
    yield "R, sums of weights", _apart(sums, by_r["sum of weights"]) / ours.weight.size
    counted = [ours.rows(kept=False).row.size, kept.row.size]
    yield "pySEQTarget, rows", _apart(counted, [*said["rows"].values()])
    yield "R, rows", _apart(counted, by_r["rows"])


def _in_order(found: dict[str, float]) -> Iterator[float]:
    order = ("Intercept", "treated_bas", "followup", "followup_sq", "trial", "trial_sq", "age", "score_bas")
    return (found[name] for name in order)


def _apart(ours: ArrayLike, theirs: ArrayLike) -> float:
    one, other = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    return float(np.abs(one - other).max(initial=0.0)) if one.shape == other.shape else float("inf")


if __name__ == "__main__":
    told = list(differences(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
    print(*(f"{apart:8.1e}  {what}" for what, apart in told), sep="\n")
    sys.exit(any(apart > APART for _, apart in told))
