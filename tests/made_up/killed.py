"""A run killed at an exact step: by SIGKILL, before it opens to write, renames, makes or deletes for the Nth time.

Python tells of each such step before it is taken (PEP 578), so every moment between two steps can be tried.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable

STEPS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.move", "shutil.copyfile")


def killed_at(step: int, run: Callable[[], object]) -> bool:
    """Run in a process of its own that is killed before its Nth step (from 1); False when it ended before."""
    with warnings.catch_warnings():
        # The child only writes files: no lock of another thread is waited for.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        kill_at(step)
        try:
            run()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def kill_at(step: int, under: str = "", sign: signal.Signals = signal.SIGKILL) -> Callable[[], int]:
    """From now on this process dies before its Nth step that names a path under a folder; tells how many it took."""
    left = step

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in STEPS or (event == "open" and opens_to_write(arguments)):
            left -= any(isinstance(one, str | os.PathLike) and os.fsdecode(one).startswith(under) for one in arguments)
            if left == 0:
                os.kill(os.getpid(), sign)

    sys.addaudithook(watch)
    return lambda: step - left


def opens_to_write(arguments: tuple[object, ...]) -> bool:
    """Are these arguments of an opening that may change a file?"""
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
