"""The home of a demo: a new folder, held by a lock while the demo runs, and wiped when it ends, however that is."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "remission-demo-"
LOCK = "running"


@contextmanager
def demo_home() -> Iterator[Path]:
    """A folder for a demo, wiped at the end; what demos left that were killed is wiped first."""
    clear_dead()
    # Only its owner can look into it.
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock, maker = _locked(folder), os.getpid()
    try:
        yield folder
    finally:
        # A worker that ends comes by here as well, and is not the one to wipe.
        if os.getpid() == maker:
            wipe(folder)
            if lock is not None:
                os.close(lock)


def wipe(folder: Path) -> None:
    """Take a demo's folder away; never a folder that no demo made."""
    if folder.name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def clear_dead() -> list[Path]:
    """Wipe the folders of demos of which no process runs any more; which they were."""
    cleared = []
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # Of somebody else's: it cannot be looked into.
        if folder.is_symlink() or not folder.is_dir() or folder.stat().st_uid != os.getuid():
            continue
        lock = _locked(folder)
        if lock is not None:
            wipe(folder)
            os.close(lock)
            cleared.append(folder)
    return cleared


def _locked(folder: Path) -> int | None:
    """An open file that is locked until its last process ends; None where a running demo has it."""
    with suppress(OSError):
        opened = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return None
        return opened
    return None
