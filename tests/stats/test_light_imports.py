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


# Cox's model and what is built on it have kernels, and so has the curve of visits;
# a report that fits no model must not wait for the compiler.
ROOMS = ("regression", "competing", "interval", "propensity", "emulation")
COMPILED = tuple(f"remission.stats.{room}" for room in ROOMS)


def modules() -> list[str]:
    return [module.name for module in pkgutil.walk_packages(remission.stats.__path__, "remission.stats.")]


def test_no_module_of_the_room_loads_a_heavy_library() -> None:
    plain = [name for name in modules() if not name.startswith(COMPILED)]
    assert len(plain) > 30
    assert loaded_after(f"import {', '.join(plain)}") == set()


def test_what_has_kernels_loads_the_compiler_and_nothing_else_that_is_heavy() -> None:
    compiled = [name for name in modules() if name.startswith(COMPILED)]
    assert loaded_after(f"import {', '.join(compiled)}") == {"numba"}


def test_a_heavy_library_would_be_noticed() -> None:
    assert "scipy.stats" in loaded_after("import scipy.stats")
