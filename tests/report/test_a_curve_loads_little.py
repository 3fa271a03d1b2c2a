"""Whoever asks for a curve does not wait for libraries that only tests, intervals of shares, and pages need."""

from __future__ import annotations

import subprocess
import sys

CURVE = """\
import sys, remission
result = remission.estimate_event_free(remission.evaluate(remission.load_cohort("halt-ms"), "halt-ms-efs"))
assert result.at_times.frame.height
print(*sys.modules)
"""
PAGE = "\nresult.comparison_table, result.draw().table.html()\nprint(*sys.modules)"
NOT_NEEDED = {"scipy.special", "scipy.stats", "jinja2", "pandas"}


def loaded(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.splitlines()[-1].split())


def test_a_curve_needs_neither_special_functions_nor_templates() -> None:
    assert not NOT_NEEDED & loaded(CURVE)


def test_what_is_loaded_would_be_noticed() -> None:
    assert "jinja2" in loaded(CURVE + PAGE)
