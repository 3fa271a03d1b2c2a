"""Datasets as the CDISC standards exchange them: a name, a label, and a table with a label for each variable.

A folder may hold transport files (XPT) and Dataset-JSON (.json, .ndjson); which it was is forgotten here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from remission.records.problems import InputProblems, Problem


@dataclass(frozen=True)
class Dataset:
    """One dataset: `frame` holds texts, numbers, booleans and dates; an empty text is null."""

    name: str
    label: str
    frame: pl.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    @property
    def domain(self) -> str:
        """The SDTM domain: what DOMAIN says (a split dataset such as QSCO is QS), otherwise the name."""
        if "DOMAIN" in self.frame.columns:
            said = self.frame["DOMAIN"].drop_nulls().unique()
            if len(said) == 1:
                return str(said[0]).upper()
        return self.name.upper()


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
        return Datasets((), (Problem(str(folder), None, None, "no such folder", "a folder of datasets", advice),))
    found: list[Dataset] = []
    problems: list[Problem] = []
    stems: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        ending = path.suffix.lower()
        if ending in OTHER_FORMATS:
            what, advice = f"a file that ends in {ending}", "Save it as a transport file or Dataset-JSON, or move it."
            problems.append(Problem(path.name, None, None, what, ", ".join(READ), advice))
        if ending not in READ:
            continue
        if path.stem.lower() in stems:
            what, advice = f"{stems[path.stem.lower()]} beside it", "Remove one."
            problems.append(Problem(path.name, None, None, what, "one file a dataset", advice))
            continue
        stems[path.stem.lower()] = path.name
        try:
            found.append(read_dataset(path))
        except InputProblems as wrong:
            problems += wrong.problems
    return Datasets(tuple(found), tuple(problems))


def read_dataset(path: Path) -> Dataset:
    """One dataset from a transport file or Dataset-JSON, by the file's ending; InputProblems when it is none."""
    from remission.records.datasetjson import read_dataset_json
    from remission.records.transport import read_transport

    return read_transport(path) if path.suffix.lower() == ".xpt" else read_dataset_json(path)


def tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with trailing blanks of texts taken off and empty texts as null, for a transport file has no null."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    stripped = {name: pl.col(name).str.strip_chars_end(" ") for name in texts}
    return frame.with_columns(**stripped).with_columns(pl.when(pl.col(name) != "").then(pl.col(name)) for name in texts)
