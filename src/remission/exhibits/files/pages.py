"""The tables of a page as CSV beside it, and the command that made it without the folders of whoever made it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from remission.exhibits.files.figures import delete_stale, read_listed
from remission.exhibits.page import TABLES, Section, tables_of

WRITTEN = "written.json"


def write_tables(made: Sequence[Section], folder: Path) -> None:
    """Write every table of a page as CSV and delete those that only the last one wrote."""
    place = folder / TABLES
    place.mkdir(parents=True, exist_ok=True)
    tables = tables_of(made)
    for table in tables:
        (place / table.file_name).write_text(table.csv(), encoding="utf-8")
    now = sorted({table.file_name for table in tables})
    # Only what an earlier run listed: a file that somebody else put there is theirs.
    delete_stale(place, read_listed(folder / WRITTEN) - set(now))
    (folder / WRITTEN).write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")


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
