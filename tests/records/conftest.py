"""The small cohorts as fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_up.small_cohorts import Folder, dated_cohort, small_cohort


@pytest.fixture
def good(tmp_path: Path) -> Folder:
    """A good cohort of days."""
    return small_cohort(tmp_path)


@pytest.fixture
def dated(tmp_path: Path) -> Folder:
    """A good cohort of dates."""
    return dated_cohort(tmp_path)
