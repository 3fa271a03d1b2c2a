"""The room starts fast: scipy.stats alone takes seconds to import."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import remission.stats

HEAVY = {"scipy.stats", "pandas", "statsmodels", "lifelines", "numba", "altair"}


def loaded_after(statement: str) -> set[str]:
    """Which heavy modules a fresh interpreter has loaded after the statement."""
    code = f"{statement}; import sys; print(*sys.modules)"
    return HEAVY & set(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    )


def test_no_module_of_the_room_loads_a_heavy_library() -> None:
    modules = [module.name for module in pkgutil.walk_packages(remission.stats.__path__, "remission.stats.")]
    assert len(modules) > 30
    assert loaded_after(f"import {', '.join(modules)}") == set()


def test_a_heavy_library_would_be_noticed() -> None:
    assert "scipy.stats" in loaded_after("import scipy.stats")
