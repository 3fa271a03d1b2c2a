"""Compiled kernels on disk: half a file, other bits, no place to write. Each is compiled again, and says nothing."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba.core import caching
from numpy.typing import NDArray

from remission.inputs.kernels import filling_kernel

MODULE = """\
from remission.inputs.kernels import kernel


@kernel
def double(number):
    return 2 * number
"""


@pytest.fixture
def again(tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Imports a module with one kernel anew, as another process would."""
    (tmp_path / "kept_kernel.py").write_text(MODULE)
    # A cache is out of date when its module is younger, by the clock of the disk.
    spec = importlib.util.spec_from_file_location("kept_kernel", tmp_path / "kept_kernel.py")
    assert spec is not None
    assert spec.loader is not None
    load = spec.loader.exec_module

    def run() -> Any:
        module = importlib.util.module_from_spec(spec)
        sys.modules["kept_kernel"] = module
        load(module)
        return module.double

    yield run
    sys.modules.pop("kept_kernel", None)


def kept(double: Any) -> bool:
    """Does it double, and did its code come from disk?"""
    assert double(np.int64(21)) == 42
    return bool(sum(double.stats.cache_hits.values()))


def test_a_kernel_is_compiled_once_and_then_kept(again: Callable[[], Any]) -> None:
    assert [kept(again()) for _ in range(3)] == [False, True, True]


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("how", ["empty", "half", "flipped"])
def test_a_spoilt_file_is_made_again_in_silence(
    again: Callable[[], Any], tmp_path: Path, ending: str, how: str, capfd: pytest.CaptureFixture[str]
) -> None:
    kept(again())
    (file,) = (tmp_path / "__pycache__").glob(f"*.{ending}")
    content = bytearray(file.read_bytes())
    if how == "flipped":
        content[-20] ^= 1
    file.write_bytes({"empty": b"", "half": content[: len(content) // 2], "flipped": bytes(content)}[how])
    assert [kept(again()) for _ in range(2)] == [False, True]
    assert "".join(capfd.readouterr()) == ""


def test_a_full_disk_stops_no_kernel(again: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.IndexDataCacheFile, "_save_index", full)
    assert [kept(again()) for _ in range(2)] == [False, False]


def test_without_any_place_to_keep_it_a_kernel_works(again: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching.CompileResultCacheImpl, "_locator_classes", [])
    assert [kept(again()) for _ in range(2)] == [False, False]


def test_a_kernel_that_makes_an_array_is_no_filling_kernel() -> None:
    @filling_kernel
    def doubled(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        made = np.empty(numbers.size, np.int64)
        made[:] = 2 * numbers
        return made

    with pytest.raises(numba.core.errors.NumbaError):
        doubled(np.arange(3))
