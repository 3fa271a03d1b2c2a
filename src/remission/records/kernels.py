"""The one way in which a function becomes a compiled kernel.

Definitions enter kernels as arguments, never as globals: a kernel cached on disk must not be able to serve an old rule.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

OWN_PROCESS = "REMISSION_OWN_PROCESS"
"""Environment variable by which a process says that nobody but Remission compiles anything in it."""

if os.environ.get(OWN_PROCESS) and "scipy.linalg" not in sys.modules:
    # When it is first used, numba imports scipy.linalg for products of matrices, which no kernel has: a tenth of the
    # time of a small report. Where somebody else may need them, it is left alone.
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]
    import numba.np.arraymath

    del sys.modules["scipy.linalg"]

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays, once per machine: kept on disk beside its module, free of the interpreter lock."""
    compiled: Callable[P, R] = numba.njit(cache=True, nogil=True)(function)
    return compiled
