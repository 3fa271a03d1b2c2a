"""A folder of datasets, whatever their format; which it was is forgotten here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from remission.cdisc.dataset_json import read_dataset_json
from remission.cdisc.datasets import Dataset
from remission.cdisc.transport import read_transport, read_transports
from remission.inputs.problems import InputProblems, Problem


@dataclass(frozen=True)
class Datasets:
    """The datasets of a folder in order of file name, and what is wrong with the files that could not be read."""

    datasets: tuple[Dataset, ...]
    problems: tuple[Problem, ...]


READ = (".xpt", ".json", ".ndjson")
OTHER_FORMATS = (".csv", ".parquet", ".sas7bdat", ".dsjc", ".xlsx")


def read_datasets(folder: Path) -> Datasets:
    """Every dataset of a folder; files that hold no dataset (define.xml, documents) are passed over.

    A dataset in a format that is not read, or in two files, is a problem: nothing is left out in silence.
    """
    if not folder.is_dir():
        advice = "Correct the path."
        return Datasets(
            (), (Problem.of_file(str(folder), found="no such folder", allowed="a folder of datasets", do=advice),)
        )
    found: list[Dataset] = []
    problems: list[Problem] = []
    stems: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        ending = path.suffix.lower()
        if ending in OTHER_FORMATS:
            what, advice = f"a file that ends in {ending}", "Save it as a transport file or Dataset-JSON, or move it."
            problems.append(Problem.of_file(path.name, found=what, allowed=", ".join(READ), do=advice))
        if ending not in READ:
            continue
        if not path.is_file():  # a pipe would be waited for without end
            what, advice = "a folder" if path.is_dir() else "no file (a pipe or a device)", "Take it out."
            problems.append(Problem.of_file(path.name, found=what, allowed="files", do=advice))
            continue
        if path.stem.lower() in stems:
            what, advice = f"{stems[path.stem.lower()]} beside it", "Remove one."
            problems.append(Problem.of_file(path.name, found=what, allowed="one file a dataset", do=advice))
            continue
        stems[path.stem.lower()] = path.name
        try:
            found += read_transports(path) if ending == ".xpt" else [read_dataset(path)]
        except InputProblems as wrong:
            problems += wrong.problems
    return Datasets(tuple(found), tuple(problems))


def read_dataset(path: Path) -> Dataset:
    """The one dataset of a transport file or Dataset-JSON, by the file's ending; InputProblems when it is none."""
    return read_transport(path) if path.suffix.lower() == ".xpt" else read_dataset_json(path)
