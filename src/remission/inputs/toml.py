"""TOML files of the atlas, read strictly: every key is known, every value allowed, and all problems come at once.

A definition that is misspelt must not quietly mean something else. A reader takes the keys it knows from a table; what
nobody took is a problem that names the nearest key there is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from remission.inputs.problems import InputProblems, Problem, nearest, shown


def read_toml(path: Path) -> dict[str, Any]:
    """The plain data of a TOML file; InputProblems when it is missing or no TOML.

    >>> from remission.library.catalogue import library_files
    >>> read_toml(library_files("coverage", ".toml")[0])["name"]
    'standard'
    """
    try:
        # "utf-8-sig": editors on Windows write a mark at the start of a file, which TOML does not allow.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputProblems(
            [Problem.of_file(path.name, found="no such file", allowed="a TOML file", do="Check the path.")]
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Problem.of_file(path.name, found=str(error), allowed="a TOML file in UTF-8", do="Correct the file.")
        raise InputProblems([problem]) from None


class TableReader:
    """Takes keys from one table of a TOML file and collects what is wrong, with that of the tables inside it.

    >>> reader = TableReader("m.toml", {"unit": 3, "tiitle": "x"}, "", [])
    >>> reader.text("unit"), reader.text("title"), reader.done()
    ('', '', None)
    >>> [problem.column for problem in reader.problems]
    ['unit', 'title', 'tiitle']
    """

    def __init__(self, file: str, table: dict[str, Any], within: str, problems: list[Problem]) -> None:
        self.file, self.table, self.within, self.problems = file, table, within, problems
        self.taken: list[str] = []

    def text(self, key: str, default: str | None = None, allowed: Collection[str] = ()) -> str:
        """A text, one of `allowed` where those are given; required unless it has a default."""
        value = self._take(key, str, "text", default)
        if not isinstance(value, str):
            return ""
        if allowed and value not in allowed:
            self.complain(key, shown(value), ", ".join(allowed), nearest(value, allowed) or "Use one of those.")
        return value

    def number(self, key: str, least: float, most: float, default: float | None = None) -> float:
        """A number from `least` to `most`."""
        value = self._take(key, (int, float), "a number", default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return least
        if not least <= value <= most:
            self.complain(key, str(value), f"{least:g} to {most:g}", "Correct the number.")
        return float(value)

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number from `least` to `most`."""
        value = self.number(key, least, most, default)
        if value != int(value):
            self.complain(key, str(value), "a whole number", "Round it.")
        return int(value)

    def names(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of names, each of them known; () when the key is not there."""
        value = self._take(key, list, "a list of names", [])
        names = tuple(str(one) for one in value) if isinstance(value, list) else ()
        for name in names:
            if name not in known:
                self.complain(key, shown(name), ", ".join(sorted(known)), nearest(name, known) or "Use one of those.")
        return names

    def inner(self, key: str, required: bool = True) -> TableReader:
        """The reader of a table inside this one; an empty one when it is not there."""
        value = self._take(key, dict, "a table", None if required else {})
        place = f"{self.within}{key}."
        return TableReader(self.file, value if isinstance(value, dict) else {}, place, self.problems)

    def each(self, key: str) -> list[TableReader]:
        """Readers of the tables of a list of tables; [] when it is not there."""
        value = self._take(key, list, "a list of tables", [])
        tables = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        return [TableReader(self.file, one, f"{self.within}{key}.", self.problems) for one in tables]

    def done(self) -> None:
        """Say which keys nobody took."""
        for key in self.table.keys() - set(self.taken):
            advice = nearest(key, self.taken) or "Take it out."
            self.complain(key, f"the key {shown(key)}", ", ".join(self.taken), advice)

    def complain(self, key: str, found: str, allowed: str, advice: str) -> None:
        """Add a problem about a key of this table."""
        self.problems.append(Problem.at_key(self.file, f"{self.within}{key}", found=found, allowed=allowed, do=advice))

    def _take(self, key: str, kind: type | tuple[type, ...], word: str, default: object) -> object:
        self.taken.append(key)
        if key not in self.table:
            if default is None:
                self.complain(key, "nothing", word, "Add it.")
            return default
        value: object = self.table[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            self.complain(key, shown(str(value)), word, "Correct it.")
            return None
        return value
