"""Frozen records from TOML, read strictly: every key is known, every value allowed, and all problems come at once.

A definition that is misspelt must not quietly mean something else, so an unknown key is a problem that names the
nearest known one. The reader knows no file: what it asks is declared by the record it fills (`inputs.declared`).
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_origin

from remission.inputs.declared import Key, heading_of, keys_of
from remission.inputs.notations import decoded, unholdable
from remission.inputs.problems import MOST_ALIKE, InputProblems, Problem, alike, nearest, shown

Record = TypeVar("Record")

# A number beyond it could not be turned into one with a point.
LARGEST = sys.float_info.max
PLACES = re.compile(r"\[\d+\]")


def read_toml(path: Path) -> dict[str, Any]:
    """The plain data of a TOML file; InputProblems when it is missing or no TOML.

    >>> from remission.library.catalogue import library_files
    >>> read_toml(library_files("coverage", ".toml")[0])["name"]
    'standard'
    """
    try:
        return parse_toml(path.read_bytes(), path.name)
    except FileNotFoundError:
        missing = Problem.of_file(path.name, found="no such file", allowed="a TOML file", do="Check the path.")
        raise InputProblems(missing) from None


def parse_toml(content: bytes, file: str) -> dict[str, Any]:
    """The plain data of the bytes of a TOML file, with or without a byte order mark; InputProblems when it is none.

    >>> parse_toml(b"days = 84", "mine.toml")
    {'days': 84}
    """
    text = decoded(content, file)
    try:
        said = tomllib.loads(text)
    except RecursionError:
        found, do = "lists or tables in each other too deep", "Look for a bracket that is not closed."
    except tomllib.TOMLDecodeError as error:
        found, do = f"text that is not TOML ({error})", "Mend that line."
    except ValueError:  # a number with more digits than Python reads
        found, do = "a number of thousands of digits", "Correct the number."
    else:
        if problems := list(unholdable(said, file)):
            raise InputProblems(problems)
        return said
    raise InputProblems(Problem.of_file(file, found=found, allowed="TOML", do=do))


def read_record(kind: type[Record], written: Mapping[str, Any], file: str) -> Record:
    """One record from the plain data of its file; InputProblems with everything that is wrong in it.

    >>> from remission.inputs.provenance import Source
    >>> read_record(Source, {"citation": "A 2020", "status": "verified"}, "mine.toml")
    Source(citation='A 2020', status='verified', locus='', says='')
    """
    reader = RecordReader(file)
    record = reader.record(kind, written)
    if record is None:
        raise InputProblems(reader.problems)
    return record


def read_records(
    kind: type[Record],
    paths: Iterable[Path],
    check: Callable[[Record, str], Iterable[Problem]] | None = None,
    *,
    named: str = "name",
) -> dict[str, Record]:
    """Records of several files by name; InputProblems with everything that is wrong in any of them.

    A file is called as its record is, by the key `named`. `check` tells what else is wrong with a record, given the
    name of its file.
    """
    found: dict[str, Record] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            one = read_record(kind, read_toml(path), path.name)
        except InputProblems as wrong:
            problems += wrong.problems
            continue
        name = str(getattr(one, named, ""))
        found[name] = one
        if path.name != f"{name}.toml":
            allowed, do = "the name of the file", "Rename one of the two."
            problems.append(Problem.at_key(path.name, named, found=name, allowed=allowed, do=do))
        problems += () if check is None else check(one, path.name)
    if problems:
        raise InputProblems(problems)
    return found


class RecordReader:
    """Fills records from plain TOML values and collects what is wrong, by the dotted name of each key.

    `farthest` bounds every number that has no bounds of its own; `stray` is the advice for an unknown key that is like
    none.

    >>> from remission.inputs.provenance import Source
    >>> reader = RecordReader("mine.toml")
    >>> reader.record(Source, {"citatoin": "A 2020", "status": "sure"}, "sources[1].")
    >>> [problem.column for problem in reader.problems]
    ['sources[1].citatoin', 'sources[1].citation', 'sources[1].status']
    """

    def __init__(self, file: str, farthest: float = LARGEST, stray: str = "Use one of those, or take it out.") -> None:
        self.file, self.farthest, self.stray = file, farthest, stray
        self.problems: list[Problem] = []
        self._alike: dict[tuple[str, str], list[int]] = {}

    def complain(self, at: str, *, found: str, allowed: str, do: str) -> None:
        """Add a problem about a key; of items of one list the first fifty, the last of which counts the others."""
        told = self._alike.setdefault((PLACES.sub("[]", at), allowed), [])
        if len(told) == MOST_ALIKE:
            last = self.problems[told[-1]]
            self.problems[told[-1]] = replace(last, more=last.more + 1)
            return
        told.append(len(self.problems))
        self.problems.append(Problem.at_key(self.file, at, found=found, allowed=allowed, do=do))

    def record(
        self, kind: type[Record], written: Mapping[str, Any], within: str = "", heading: str = ""
    ) -> Record | None:
        """The record that a table says; None when anything in it is wrong.

        `within` is where the table stands, to be put before the name of a key ("sources[1].").
        """
        before = len(self.problems)
        filled = self.fill(kind, written, within)
        if len(self.problems) > before:
            return None
        if field := heading_of(kind):
            filled[field] = heading
        return kind(**filled)

    def fill(self, kind: type, written: Mapping[str, Any], within: str = "") -> dict[str, Any]:
        """The values of those keys that are right, by field: what can still be used of a file with mistakes."""
        keys = {one.name: one for one in keys_of(kind)}
        self.problems += alike(
            [name for name in written if name not in keys],
            lambda name: Problem.at_key(
                self.file,
                f"{within}{name}",
                found=f"unknown key '{shown(name)}'",
                allowed=", ".join(keys),
                do=nearest(name, keys) or self.stray,
            ),
        )
        filled: dict[str, Any] = {}
        for name, key in keys.items():
            before = len(self.problems)
            if name in written:
                value = self._value(key, written[name], f"{within}{name}")
                if len(self.problems) == before:
                    filled[key.field] = value
            elif key.about.get("unless") in written:
                filled[key.field] = ()
            elif key.required:
                do = f"Add it. {key.meaning}." if key.meaning else "Add it."
                self.complain(f"{within}{name}", found="no such key", allowed=key.allowed, do=do)
        return filled

    def _value(self, key: Key, written: Any, at: str, heading: str = "") -> Any:
        if key.optional and written == (key.about.get("none") or None):
            return None
        kind: Any = key.kinds[0]
        if kind in (object, Any):
            return written
        if key.choices and get_origin(kind) in (None, Literal):
            return self._choice(key, written, at)
        if get_origin(kind) is tuple:
            return self._items(key, written, at)
        if get_origin(kind) is not None:
            return self._mapping(key, written, at)
        if hasattr(kind, "__dataclass_fields__"):
            return self.record(kind, written, f"{at}.", heading) if self._is_table(key, written, at) else None
        return self._plain(key, written, at)

    def _choice(self, key: Key, written: Any, at: str) -> Any:
        if written not in key.choices:
            found = shown(written) or "nothing" if isinstance(written, str) else as_found(written)
            do = nearest(str(written), key.choices) or (key.advice if key.meaning else "Use one of those.")
            self.complain(at, found=found, allowed=key.allowed, do=do)
        return written

    def _items(self, key: Key, written: Any, at: str) -> tuple[Any, ...]:
        item = key.item
        tables = hasattr(item.hint, "__dataclass_fields__")
        if tables and heading_of(item.hint):
            return tuple(self._mapping(key, written, at).values())
        if isinstance(written, list) and len(written) >= key.least:
            return tuple(self._value(item, one, f"{at}[{place}]") for place, one in enumerate(written, 1))
        found = _counted(len(written), "item") if isinstance(written, list) else as_found(written)
        allowed = f"tables [[{_path(at)}]]" if tables and not key.about.get("words") else key.allowed
        do = "Write its keys under that heading." if tables else "Write it in square brackets."
        self.complain(at, found=found, allowed=allowed, do=do)
        return ()

    def _mapping(self, key: Key, written: Any, at: str) -> dict[str, Any]:
        """A table whose keys are the file's own, each with a value of one type."""
        if not self._is_table(key, written, at):
            return {}
        if len(written) < key.least:
            self.complain(at, found=_counted(len(written), "key"), allowed=key.allowed, do=key.advice)
        item = key.item
        return {name: self._value(item, one, f"{at}.{name}", name) for name, one in written.items()}

    def _is_table(self, key: Key, written: Any, at: str) -> bool:
        if isinstance(written, dict):
            return True
        allowed = str(key.about.get("words") or f"a table [{_path(at)}]")
        self.complain(at, found=as_found(written), allowed=allowed, do="Write its keys under that heading.")
        return False

    def _plain(self, key: Key, written: Any, at: str) -> Any:
        # In Python True is an int, and a date with a time is a date; in a file each is a mistake.
        kind = float if type(written) is int and int not in key.kinds else type(written)
        if kind not in key.kinds:
            self.complain(at, found=as_found(written), allowed=key.allowed, do=key.advice)
        elif key.required and isinstance(written, str) and not written.strip():
            self.complain(at, found="nothing", allowed=key.allowed, do=key.advice)
        elif kind in (int, float):
            return self._number(key, written, at, kind)
        return written

    def _number(self, key: Key, written: Any, at: str, kind: type) -> Any:
        low, high = key.about.get("low"), key.about.get("high")
        low, high = -self.farthest if low is None else low, self.farthest if high is None else high
        if low <= written <= high:
            return kind(written)
        self.complain(at, found=shown(str(written)), allowed=_between(low, high, key), do=key.advice)
        return None


def as_found(written: object) -> str:
    """A value of a TOML file as a problem shows it, so that a text is told from a number.

    >>> as_found("84"), as_found(True), as_found([1, 2])
    ("'84'", 'true', '[1, 2]')
    """
    try:
        return shown(str(written).lower() if isinstance(written, bool) else repr(written))
    except RecursionError:
        return "lists in each other too deep to be shown"


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _between(low: float, high: float, key: Key) -> str:
    """The bounds of a number in words, as far as it has any."""
    if low > -LARGEST and high < LARGEST:
        return f"{low:g} to {high:g}"
    if low > -LARGEST:
        return f"{low:g} or more"
    return f"{high:g} or less" if high < LARGEST else key.allowed


def _path(at: str) -> str:
    """A dotted name as a heading, without the places in lists, which TOML does not write."""
    return PLACES.sub("", at)
