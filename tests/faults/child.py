"""A command of Remission in a process of its own, as it is run by a campaign of faults.

    python -m faults.child [--plainly] [--kill-at STEP | --stop-at STEP | --count FILE] [--under DIR] COMMAND...

`--plainly` is the guard off: every result is written where it is to lie, as a program would that does not swap.
"""

from __future__ import annotations

import argparse
import atexit
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from made_up.killed import kill_at
from remission.inputs import writing

NEVER = 10**9


@contextmanager
def write_where_it_lies(target: Path, **_: object) -> Iterator[Path]:
    target.parent.mkdir(parents=True, exist_ok=True)
    yield target


@contextmanager
def make_where_it_lies(target: Path) -> Iterator[Path]:
    target.mkdir(parents=True, exist_ok=True)
    yield target


class Plain(writing.FolderResult):
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = self.new = folder
        self.before, self.kept, self.forgotten = writing._listed(folder / writing.LIST), set(), set()
        self.written: set[str] = set()

    def place(self, name: str) -> Path:
        self.written.add(name)
        return super().place(name)


@contextmanager
def write_among_others(folder: Path, *, listed: bool = True, **_: object) -> Iterator[writing.FolderResult]:
    result = Plain(folder)
    yield result
    if listed:
        now = result.written | result.kept
        for name in (result.before | result.forgotten) - now:
            (folder / name).unlink(missing_ok=True)
        (folder / writing.LIST).write_text(json.dumps(sorted(now), indent=0) + "\n")


def main() -> None:
    """Run the command; the guard is taken off before anything imports it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--plainly", action="store_true")
    parser.add_argument("--kill-at", type=int, default=0)
    parser.add_argument("--stop-at", type=int, default=0, help="as Ctrl-Z does, until it is told to go on")
    parser.add_argument("--count", type=Path, help="where to write how many steps it takes")
    parser.add_argument("--under", default="")
    asked, command = parser.parse_known_args()
    if asked.plainly:
        writing.write_whole = write_where_it_lies  # type: ignore[assignment]
        writing.write_new_folder = make_where_it_lies  # type: ignore[assignment]
        writing.write_into = write_among_others  # type: ignore[assignment]
    from remission.cli import main as run

    sys.argv = ["remission", *command]
    if asked.kill_at:
        kill_at(asked.kill_at, asked.under)
    if asked.stop_at:
        kill_at(asked.stop_at, asked.under, signal.SIGSTOP)
    if asked.count:
        taken = kill_at(NEVER, asked.under)
        atexit.register(lambda: asked.count.write_text(str(taken())))
    run()


if __name__ == "__main__":
    main()
