"""The one way in which a function becomes a compiled kernel.

Definitions enter kernels as arguments, never as globals: a kernel cached on disk must not be able to serve an old rule.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

OWN_PROCESS = "REMISSION_OWN_PROCESS"
"""Environment variable by which a process says that nobody but Remission compiles anything in it."""

if os.environ.get(OWN_PROCESS) and "scipy.linalg" not in sys.modules:
    # When it is first used, numba imports scipy.linalg for products of matrices, which no kernel has: a tenth of the
    # time of a small report. Where somebody else may need them, it is left alone.
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]
    import numba.np.arraymath

    del sys.modules["scipy.linalg"]

DIGEST_BYTES = hashlib.sha256().digest_size

P = ParamSpec("P")
R = TypeVar("R")


class CheckedFile(IndexDataCacheFile):
    """Compiled kernels with a digest each: a flipped bit of machine code is no error, and would give wrong numbers."""

    def _load_data(self, name: str) -> object:
        content = Path(self._data_path(name)).read_bytes()
        digest, kept = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
        if hashlib.sha256(kept).digest() != digest:
            raise ValueError(f"{name} is not what was written")
        return pickle.loads(kept)

    def _save_data(self, name: str, data: object) -> None:
        kept = self._dump(data)
        with self._open_for_write(self._data_path(name)) as opened:
            opened.write(hashlib.sha256(kept).digest() + kept)


class KeptKernel(FunctionCache):
    """Compiled kernels of a function on disk: what cannot be read or kept there is compiled again, without a word."""

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__(function)
        stamp, base = self._impl.locator.get_source_stamp(), self._impl.filename_base
        self._cache_file = CheckedFile(self._cache_path, base, stamp)

    def load_overload(self, sig: object, target_context: object) -> object:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # noqa: BLE001 - half a file breaks the reader in many ways, and is compiled again in each
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: object, data: object) -> None:
        # A full disk or a folder that is read only is no reason to stop: the kernel is there already.
        with suppress(OSError):
            super().save_overload(sig, data)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays, once per machine: kept on disk beside its module, free of the interpreter lock."""
    return _kept(numba.njit(nogil=True)(function), function)


def filling_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """A kernel that fills the arrays it is given and makes none: it counts nowhere who holds them.

    Each count is a locked write to memory, which two threads with the same arrays even wait for. One that would make an
    array does not compile.
    """
    compiled = numba.njit(nogil=True, _nrt=False)(function)  # type: ignore[call-overload]  # its stub has no such option
    return _kept(compiled, function)


def dividing_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """A kernel that divides by zero as arrays do: to infinity, or to what is no number, which whoever calls it sees.

    A search that has stepped too far must hear so and halve its step, and not end in an error of arithmetic.
    """
    return _kept(numba.njit(nogil=True, error_model="numpy")(function), function)


def _kept(compiled: Any, function: Callable[P, R]) -> Callable[P, R]:
    with suppress(RuntimeError):  # nowhere on this machine can it be kept: then it is compiled in every process
        compiled._cache = KeptKernel(function)  # what `cache=True` does, with another kind of cache
    kept: Callable[P, R] = compiled
    return kept
