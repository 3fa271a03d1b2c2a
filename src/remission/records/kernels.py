"""The one way in which a function becomes a compiled kernel.

Definitions enter kernels as arguments, never as globals: a kernel cached on disk must not be able to serve an old rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays, once per machine: kept on disk beside its module, free of the interpreter lock."""
    compiled: Callable[P, R] = numba.njit(cache=True, nogil=True)(function)
    return compiled
