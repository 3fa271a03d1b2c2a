"""A page with its pictures and tables in one folder, and the command that made it without anybody's folders."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from remission.exhibits.files.figures import FigureFolder
from remission.exhibits.page import TABLES, Section, tables_of
from remission.inputs.writing import FolderResult, write_into

PAGE, FIGURES = "index.html", "figures"


class PageFolder:
    """What is being written: `figures.write` makes a picture, `write` the page with its tables as CSV beside it."""

    def __init__(self, result: FolderResult) -> None:
        self.figures = FigureFolder(result, FIGURES)
        self._result = result

    def add(self, path: str, content: bytes) -> None:
        """Write one more file of the result; what an earlier run left there goes when it is not written again."""
        self._result.write(path, content)

    def write(self, page: str, sections: Sequence[Section]) -> None:
        """Write the page as it is printed, the tables of its sections, and what its pictures were drawn from."""
        self.figures.save_digests()
        for table in tables_of(sections):
            self._result.write(f"{TABLES}/{table.file_name}", table.csv())
        # Lists of earlier versions named tables without their folder, and not the page.
        if earlier := {name for name in self._result.before if "/" not in name} - {PAGE}:
            self._result.forget({PAGE, *(f"{TABLES}/{name}" for name in earlier)})
        self._result.write(PAGE, page)


@contextmanager
def write_page(folder: Path) -> Iterator[PageFolder]:
    """A page's folder, replaced as a whole when all is made; what only the last page there had is deleted."""
    with write_into(folder) as result:
        yield PageFolder(result)


def without_folders(command: str) -> str:
    """A command with the last part of each path only: a page that is passed on need not tell whose computer made it.

    >>> without_folders("remission report '/home/a b/cohort/' -o ../private/out")
    'remission report cohort -o out'
    """
    try:
        words = shlex.split(command)
    except ValueError:  # no command line (a quote is left open), but it may name folders all the same
        words = command.split()
    return " ".join(shlex.quote(_last_part(word)) for word in words)


def _last_part(word: str) -> str:
    option, value = _parted(word)
    return option + (re.split(r"[/\\]", value.rstrip("/\\"))[-1] or value)


def _parted(word: str) -> tuple[str, str]:
    """An option, empty where there is none, and the value that is written in one word with it."""
    if word.startswith("--"):
        option, equals, value = word.partition("=")
        return option + equals, value
    # A short option is one letter, and its value may follow at once: -o/home/a/out.
    return (word[:2], word[2:]) if word.startswith("-") else ("", word)
