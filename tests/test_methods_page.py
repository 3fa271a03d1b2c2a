"""The page for those who come from R or SAS names functions that there are, methods that they say, and calls of R."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from remission.stats.competing.aalen_johansen import cumulative_incidence
from remission.stats.regression.cox import cox
from remission.stats.survival.kaplan_meier import kaplan_meier

ROOT = Path(__file__).parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/methods.md").read_text(encoding="utf-8").splitlines()
    if line.count("|") == 7 and "`" in line and "`method` has" not in line
]
DRAW = np.random.default_rng(7)
EXIT, CAUSE, GROUP = DRAW.integers(1, 40, 40) * 10, DRAW.integers(0, 3, 40), np.arange(40) % 2
EVENT, COLUMNS = CAUSE == 1, {"arm": GROUP.astype(float)}
SEEN = np.where(EVENT, EXIT.astype(float), np.inf)
KNOWN = {
    "kaplan_meier": (EXIT, EVENT),
    "log_rank": (EXIT, EVENT, GROUP),
    "permutation_log_rank": (EXIT, EVENT, GROUP),
    "restricted_mean_difference": tuple(kaplan_meier(EXIT[one == GROUP], EVENT[one == GROUP]) for one in (0, 1)),
    "gray_test": (EXIT, CAUSE, GROUP),
    "fine_gray": (EXIT, CAUSE, COLUMNS),
    "npmle": (EXIT - 10, SEEN),
    "interval_log_rank": (EXIT - 10, SEEN, GROUP),
    "interval_weibull": (EXIT - 10, SEEN, COLUMNS),
    "interval_spline": (EXIT - 10, SEEN, COLUMNS),
}


def found_by(call: str) -> Any:
    """What the call of a row gives, of made-up data."""
    path, _, arguments = call.partition("(")
    module, _, name = path.rpartition(".")
    function = getattr(importlib.import_module(f"remission.stats.{module}"), name)
    data = KNOWN.get(name, (EXIT, EVENT, COLUMNS))
    names = {
        "f": function,
        "data": data,
        "fit": cox(EXIT, EVENT, COLUMNS),
        "incidence": cumulative_incidence(EXIT, CAUSE),
    }
    return eval(f"f({arguments.replace('...', '*data')}", names)


def methods_of(found: Any) -> str:
    """The method of rows, of a test or of a fit; of a pair all of them."""
    if isinstance(found, tuple):
        return " ".join(map(methods_of, found))
    return str(found.rows()[0]["method"]) if hasattr(found, "rows") and callable(found.rows) else str(found.method)


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_a_call_says_the_method_and_r_was_asked_by_the_function_named(row: list[str]) -> None:
    _, call, words, in_r, _, pin = row
    assert words.strip("`") in methods_of(found_by(call.strip("`")))
    script = (ROOT / "validation" / pin.strip("`") / "ask.R").read_text(encoding="utf-8")
    names = re.findall(r"`([^`]+)`", in_r)
    assert names
    assert [name for name in names if name not in script] == []


def test_every_way_to_treat_ties_is_on_the_page() -> None:
    assert len(ROWS) == 20
    assert sum(row[1].startswith("`regression.cox.cox(") for row in ROWS) == 4
