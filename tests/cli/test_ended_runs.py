"""A run that is ended from outside takes away what it had begun."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from remission.cli import end_in_order
from remission.inputs.writing import write_into, write_new_folder


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_run_that_is_ended_takes_its_hidden_folder_away(tmp_path: Path, name: str) -> None:
    number = signal.Signals[name]

    def write() -> None:
        end_in_order()
        with write_new_folder(tmp_path / "parts") as new:
            (new / "half").write_text("half")
            assert list(tmp_path.iterdir()) != []
            signal.raise_signal(number)

    assert ended(write) == -number
    assert list(tmp_path.iterdir()) == []


def test_a_run_ends_even_where_a_library_would_swallow_an_exception(tmp_path: Path) -> None:
    """As the compiler of kernels does: Python is called back from C, where an exception is told and forgotten."""

    def write() -> None:
        end_in_order()
        called_back = ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGTERM))
        with write_into(tmp_path / "out") as result:
            result.write("a.csv", "a")
            called_back()

    assert ended(write) == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_what_is_decided_is_brought_to_its_end_by_a_run_that_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def write() -> None:
        end_in_order()

        def once(old: object, new: object) -> None:
            monkeypatch.undo()
            replace(old, new)  # type: ignore[arg-type]
            signal.raise_signal(signal.SIGTERM)

        with write_into(tmp_path / "out") as result:
            result.write("a.csv", "a")
            result.write("b.csv", "b")
            monkeypatch.setattr(os, "replace", once)  # of the plan: from here on it is decided

    assert ended(write) == -signal.SIGTERM
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.csv", "b.csv", "written.json"]


def test_ctrl_c_of_what_writes_nothing_is_for_the_command() -> None:
    def serve() -> None:
        end_in_order()
        signal.raise_signal(signal.SIGINT)

    assert ended(serve) == signal.SIGINT


def test_a_run_that_writes_nothing_yet_ends_at_once() -> None:
    def begin() -> None:
        end_in_order()
        signal.raise_signal(signal.SIGTERM)

    assert ended(begin) == -signal.SIGTERM


def test_a_terminal_that_is_closed_ends_no_run_that_was_told_not_to_mind(tmp_path: Path) -> None:
    def write() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
        end_in_order()
        with write_new_folder(tmp_path / "parts") as new:
            signal.raise_signal(signal.SIGHUP)
            (new / "whole").write_text("whole")

    assert ended(write) == 0
    assert (tmp_path / "parts" / "whole").is_file()


def ended(run: Callable[[], None]) -> int:
    """The exit code of what is run in a process of its own."""
    child = os.fork()
    if child == 0:
        code = 0
        try:
            run()
        except KeyboardInterrupt:
            code = signal.SIGINT
        except BaseException:  # noqa: BLE001 - the parent is told that it is neither
            code = 99
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
