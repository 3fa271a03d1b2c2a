"""The command line, run as a user types it: in this process, or in one of its own where the process is the point.

Starting an interpreter and its libraries takes a second each time, which two hundred commands would spend on nothing.
What only a process shows (what is imported, a closed pipe, a kill, the code that `python -m` ends with) asks for one.
"""

from __future__ import annotations

import gc
import io
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from remission import cli
from remission.inputs.kernels import OWN_PROCESS


def run(*words: str, cwd: Path | None = None) -> CompletedProcess[str]:
    """The command in this process; whatever is no answer in words is raised, as a traceback would be shown."""
    out, err = _Stream(), _Stream()
    with pytest.MonkeyPatch.context() as patch, chdir(cwd or Path.cwd()), redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["remission", *words])
        patch.setenv(OWN_PROCESS, "1")
        # How a process ends when it is told to: this one is the tests'.
        patch.setattr(cli, "end_in_order", lambda: None)
        code = _code()
    return CompletedProcess(list(words), code, out.text, err.text)


class _Stream(io.TextIOWrapper):
    """What a pipe is to a process: bytes, whatever was written."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="\n")

    @property
    def text(self) -> str:
        self.seek(0)
        return self.read()


def _code() -> int:
    # The command switches the collector off for its process, and this one goes on.
    collects = gc.isenabled()
    try:
        cli.main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        if collects:
            gc.enable()
    return 0


def run_process(*words: str, cwd: Path | None = None) -> CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "remission.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
