"""The pages of a site made side by side and written, each with what lies beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from remission.exhibits.site.shell import Files, Making, files_of

if TYPE_CHECKING:
    from remission.engines.engine import Engine
    from remission.exhibits.page import Page
    from remission.inputs.writing import FolderResult

Progress = Callable[[int, int], None]


def write_pages(
    result: FolderResult,
    makings: Sequence[Making],
    render: Callable[[Page], str],
    engine: Engine,
    progress: Progress | None = None,
) -> int:
    """Write what some makings make, and return how many pages there are.

    `render` prints a page in the shell of its site; it must be importable by name where the engine has processes.
    `progress` is told how many makings are done, and of how many.
    """
    pages = 0
    for done, files in enumerate(engine.map(partial(_make, render=render), makings), 1):
        for name, content in files:
            result.write(name, content)
            pages += name.endswith(".html")
        if progress is not None:
            progress(done, len(makings))
    return pages


def _make(making: Making, render: Callable[[Page], str]) -> Files:
    """What one making writes: the work of a process of its own."""
    return files_of(making(), render)
