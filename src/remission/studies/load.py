"""Reads the study library: one TOML file a study, found by walking; a user's own files beside it.

What is wrong with a file as a file (an unknown key, a word that is none of the choices) is told here; what is wrong
with what it says is for `studies.check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import LIBRARY, NotInLibrary
from remission.studies.study import Number, Study

BUNDLED = LIBRARY / "studies"


@dataclass(frozen=True)
class Studies:
    """Studies in order of name; the evidence that is there on one day."""

    every: tuple[Study, ...]

    @cached_property
    def by_name(self) -> dict[str, Study]:
        """Each study by its name."""
        return {one.name: one for one in self.every}

    def of_name(self, name: str) -> Study:
        """One study; NotInLibrary when there is none of that name."""
        if name not in self.by_name:
            raise NotInLibrary("study", name, tuple(self.by_name))
        return self.by_name[name]

    def numbers(self, what: str = "", *, showable: bool = True) -> Iterator[tuple[Study, Number]]:
        """Every number, or those of one quantity, each with its study; only what may be shown unless asked."""
        for study in self.every:
            for number in study.numbers:
                if what in ("", number.what) and (number.is_showable or not showable):
                    yield study, number

    def with_study(self, study: Study) -> Studies:
        """The same with one study added, or put in place of the one of its name."""
        return Studies(tuple(sorted([*(one for one in self.every if one.name != study.name), study], key=_name)))

    def without(self, *names: str) -> Studies:
        """The same without some studies."""
        return Studies(tuple(one for one in self.every if one.name not in names))


def load_studies(*folders: str | Path) -> Studies:
    """The studies of some folders, of the bundled library if none is named; InputProblems with all that is wrong.

    >>> load_studies().of_name("halt-ms").people("AHSCT")
    24
    """
    return _bundled() if not folders else read_studies(folders)


@cache
def _bundled() -> Studies:
    # Kept: a hundred files take a third of a second, and every page asks for them.
    return read_studies([BUNDLED])


def read_studies(folders: Iterable[str | Path]) -> Studies:
    """The studies of some folders, read anew."""
    studies, problems = readable_studies(study_files(folders))
    if problems:
        raise InputProblems(problems)
    return Studies(tuple(sorted(studies, key=_name)))


def study_files(folders: Iterable[str | Path]) -> tuple[Path, ...]:
    """The files of some folders, in order; InputProblems for a folder that is none or holds none."""
    found: list[Path] = []
    for folder in map(Path, folders):
        files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
        if not files:
            said = "a folder without a .toml file" if folder.is_dir() else "no such folder"
            raise InputProblems(
                Problem.of_file(folder.name, found=said, allowed="a folder of studies", do="Check the path.")
            )
        found += files
    return tuple(found)


def readable_studies(files: Sequence[Path]) -> tuple[list[Study], list[Problem]]:
    """Those studies that can be read, and what is wrong with the files of the others and with double names."""
    studies: list[Study] = []
    problems: list[Problem] = []
    told: dict[str, str] = {}
    for path in files:
        try:
            study = load_study(path)
        except InputProblems as wrong:
            problems += wrong.problems
            continue
        if study.name in told:
            problems.append(_twice(path.name, study.name, told[study.name]))
            continue
        told[study.name] = path.name
        studies.append(study)
    return studies, problems


def load_study(path: Path) -> Study:
    """The study of one file; InputProblems with everything that makes it unreadable."""
    study = read_record(Study, read_toml(path), path.name)
    if study.name != path.stem:
        raise InputProblems(
            Problem.at_key(path.name, "name", found=study.name, allowed=path.stem, do="Call it as its file is called.")
        )
    return study


def _twice(file: str, name: str, other: str) -> Problem:
    do = f"Take one of them out, or name it otherwise: the other is in {other}."
    return Problem.at_key(file, "name", found=f"{name} a second time", allowed="one study of a name", do=do)


def _name(study: Study) -> str:
    return study.name
