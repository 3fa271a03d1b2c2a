"""Every public function of `stats/` is called by a pin of `validation/`, or says here why not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATS, VALIDATION = ROOT / "src" / "remission" / "stats", ROOT / "validation"

# This list may only shrink: a new statistic brings its pin, and one that got a pin leaves.
NO_PIN = {
    "average_ranks": "behind wilcoxon_signed_rank, which is pinned with ties and without",
    "count_votes": "counts",
    "days_to_months": "a convention",
    "days_to_years": "a convention",
    "early_risk_set": "a warning in words",
    "effective_number": "behind estimate_diversity",
    "envelope": "takes the lowest and highest of limits that are pinned",
    "estimate_restricted_mean": "restricted_mean, with normal limits cut at 0 and the horizon",
    "fit_negative_binomial": "behind estimate_rate and estimate_rate_ratio",
    "is_balanced": "counts",
    "named_deciles": "estimate_deciles by name",
    "normal_quantile": "behind every normal limit",
    "normal_tails": "behind every normal p",
    "round_half_up": "a convention",
    "shannon_entropy": "behind estimate_diversity",
    "t_limits": "behind every limit of months",
    "text_half_up": "a convention",
    "years_to_days": "a convention",
}
LONGEST = 18


def public_functions(folder: Path) -> set[str]:
    """Functions of the modules below `folder` that do not begin with an underscore; methods are not counted."""
    bodies = (ast.parse(path.read_text(encoding="utf-8")).body for path in folder.rglob("*.py"))
    functions = (one.name for body in bodies for one in body if isinstance(one, ast.FunctionDef))
    return {name for name in functions if not name.startswith("_")}


def pinned(folder: Path) -> set[str]:
    """What the pins in `folder` call of `remission.stats`."""
    calls: set[str] = set()
    for path in folder.glob("*/ours.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        taken = (one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom))
        stats = {name.name for one in taken if (one.module or "").startswith("remission.stats.") for name in one.names}
        calls |= stats & {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    return calls


def test_every_public_statistic_is_pinned_or_says_why_not() -> None:
    without = public_functions(STATS) - pinned(VALIDATION)
    assert without - set(NO_PIN) == set(), "add validation/NAME/ with ask.R and ours.py: see validation/README.md"
    assert set(NO_PIN) - without == set(), "has a pin now, or is gone: take it off the list"
    assert len(NO_PIN) <= LONGEST


@pytest.mark.parametrize(("body", "expected"), [("spread([1, 2])", set()), ("[1, 2]", {"spread"})])
def test_a_statistic_that_no_pin_calls_is_noticed(tmp_path: Path, body: str, expected: set[str]) -> None:
    (tmp_path / "stats").mkdir()
    (tmp_path / "stats" / "spreads.py").write_text("def spread(values): ...\ndef _helper(): ...\n", encoding="utf-8")
    (tmp_path / "pins" / "spread").mkdir(parents=True)
    ours = f"from remission.stats.spreads import spread\n\nours = {body}\n"
    (tmp_path / "pins" / "spread" / "ours.py").write_text(ours, encoding="utf-8")
    assert public_functions(tmp_path / "stats") - pinned(tmp_path / "pins") == expected
