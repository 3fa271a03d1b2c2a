"""Files of target trials with some lines changed, and what is said of those that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from remission.comparison.design.estimate import estimate_trial
from remission.inputs.problems import InputProblems
from remission.records.cohort import Cohort


def changed_design(text: str, folder: Path, *changes: tuple[str, str]) -> Path:
    """A design with some lines changed, as a file; each must be there."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused_design(cohort: Cohort, path: Path) -> str:
    """What is said of a design that is refused."""
    with pytest.raises(InputProblems) as wrong:
        estimate_trial(cohort, path)
    return wrong.value.report()
