"""A folder of datasets, whatever their format; which it was is forgotten here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from remission.cdisc.dataset_json import OtherJson, name_in, read_dataset_json
from remission.cdisc.datasets import Dataset, Unread
from remission.cdisc.transport import read_members, read_transport
from remission.inputs.problems import InputProblems, Problem


@dataclass(frozen=True)
class Datasets:
    """The datasets of a folder in order of file name, and what is wrong with the files that could not be read.

    `left` could not be read either, and nothing of them would have been mapped: they stop nobody, and are listed.
    """

    datasets: tuple[Dataset, ...]
    problems: tuple[Problem, ...]
    left: tuple[Unread, ...] = ()

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Warnings of what was assumed when they were read."""
        return tuple(note for one in self.datasets for note in one.notes)


READ = (".xpt", ".json", ".ndjson")
OTHER_FORMATS = (".csv", ".parquet", ".sas7bdat", ".dsjc", ".xlsx")


def read_datasets(folder: Path, encoding: str = "", is_mapped: Callable[[str], bool] = lambda _name: True) -> Datasets:
    """Every dataset of a folder; files that hold no dataset (define.xml, documents) are passed over.

    A dataset in a format that is not read, or in two files, is a problem: nothing is left out in silence. One that
    cannot be read is no problem where it `is_mapped` by no name, and neither is JSON that is no dataset. `encoding` is
    that of texts in transport files.
    """
    if not folder.is_dir():
        advice = "Correct the path."
        return Datasets(
            (), (Problem.of_file(str(folder), found="no such folder", allowed="a folder of datasets", do=advice),)
        )
    found: list[Dataset] = []
    problems: list[Problem] = []
    left: list[Unread] = []
    stems: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if problem := _no_file(path, stems):
            problems.append(problem)
        elif path.suffix.lower() in READ:
            stems[path.stem.lower()] = path.name
            for one in _read(path, encoding):
                if isinstance(one, Dataset):
                    found.append(one)
                elif one.other or _is_unmapped(path, one, is_mapped):
                    left.append(one)
                else:
                    problems += one.problems
    return Datasets(tuple(found), tuple(problems), tuple(left))


def _no_file(path: Path, stems: dict[str, str]) -> Problem | None:
    """Why a file of a folder cannot be taken for the one that holds a dataset."""
    ending = path.suffix.lower()
    if ending in OTHER_FORMATS:
        what, advice = f"a file that ends in {ending}", "Save it as a transport file or Dataset-JSON, or move it."
        return Problem.of_file(path.name, found=what, allowed=", ".join(READ), do=advice)
    if ending not in READ:
        return None
    if not path.is_file():  # a pipe would be waited for without end
        what = "a folder" if path.is_dir() else "no file (a pipe or a device)"
        return Problem.of_file(path.name, found=what, allowed="files", do="Take it out.")
    if path.stem.lower() in stems:
        what = f"{stems[path.stem.lower()]} beside it"
        return Problem.of_file(path.name, found=what, allowed="one file a dataset", do="Remove one.")
    return None


def _read(path: Path, encoding: str) -> Iterator[Dataset | Unread]:
    if path.suffix.lower() == ".xpt":
        yield from read_members(path, encoding)
        return
    try:
        yield read_dataset_json(path)
    except OtherJson as other:
        yield Unread(path.name, "", other.problems, other=True)
    except InputProblems as wrong:
        yield Unread(path.name, name_in(path), wrong.problems)


def _is_unmapped(path: Path, one: Unread, is_mapped: Callable[[str], bool]) -> bool:
    """Would nothing of a dataset have been mapped? Where neither it nor a short name of its file says so: no."""
    # A long name of a file (all.xpt, export.json) says nothing of what is inside.
    named = path.stem.upper() if len(path.stem) == DOMAIN_LETTERS or _is_beside(path.stem.upper()) else ""
    name = one.name or named
    return bool(name) and not is_mapped(name)


DOMAIN_LETTERS = 2


def _is_beside(name: str) -> bool:
    """Is it a dataset that stands beside others: supplemental qualifiers, related records?"""
    return name.startswith(("SUPP", "RELREC", "RELSPEC", "RELSUB"))


def split_of(name: str) -> str:
    """The domain of a dataset by its name: a split one (QSCO) is of the domain it begins with.

    >>> split_of("QSCO"), split_of("SUPPQS")
    ('QS', 'SUPPQS')
    """
    return name if _is_beside(name) else name[:DOMAIN_LETTERS]


def read_dataset(path: Path) -> Dataset:
    """The one dataset of a transport file or Dataset-JSON, by the file's ending; InputProblems when it is none."""
    return read_transport(path) if path.suffix.lower() == ".xpt" else read_dataset_json(path)
