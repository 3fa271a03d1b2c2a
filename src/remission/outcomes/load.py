"""Load or check a cohort by folder or by the name of a bundled one, with the library's list of therapies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from remission.inputs.problems import MOST_ALIKE, InputProblems, Problem, nearest
from remission.library.catalogue import brands, cohort_folder, cohort_names, therapies
from remission.records.files import folder as files
from remission.records.files import template

if TYPE_CHECKING:
    from remission.records.cohort import Cohort


def load_cohort(name_or_folder: str | Path) -> Cohort:
    """The cohort in a folder, or the bundled one of that name.

    A bundled name comes first, so that a command means the same everywhere; a folder of that name is ./NAME. Raises
    InputProblems with every error at once.
    """
    # The library's therapies are handed in: what reads files has no words of its own (only `Cohort.from_frames`, with
    # nobody above it, asks the library: decision 65).
    return files.load_cohort(find_cohort(name_or_folder), therapies=therapies(), brands=brands())


def load_with_warnings(name_or_folder: str | Path) -> tuple[Cohort, tuple[Problem, ...]]:
    """The cohort, and what to know of its records before trusting a result; InputProblems as in load_cohort."""
    return files.load_with_warnings(find_cohort(name_or_folder), therapies=therapies(), brands=brands())


def check_cohort(name_or_folder: str | Path, *, named_rows: int = MOST_ALIKE) -> tuple[Problem, ...]:
    """Every problem of a cohort, warnings included; empty when there is none.

    Of a kind in one column `named_rows` have a problem of their own, and the last of them counts the others.
    """
    try:
        folder = find_cohort(name_or_folder)
    # To check is to answer with problems, so a folder that is not there is one of them and no error.
    except InputProblems as unknown:
        return unknown.problems
    return files.check_cohort(folder, therapies=therapies(), brands=brands(), named_rows=named_rows)


def write_template(folder: str | Path) -> None:
    """Empty tables, an explained cohort.toml and the data dictionary, names of therapies and their brands included.

    Raises InputProblems when one of these files is there: records are never overwritten.
    """
    template.write_template(folder, {therapy.name: therapy.brands for therapy in therapies().values()})


def find_cohort(name_or_folder: str | Path) -> Path:
    """The folder that is meant; InputProblems when there is neither such a folder nor such a bundled cohort."""
    if name_or_folder in cohort_names():
        return cohort_folder(str(name_or_folder))
    if Path(name_or_folder).is_dir():
        return Path(name_or_folder)
    allowed = f"a folder with a cohort.toml, or a bundled cohort: {', '.join(cohort_names())}"
    advice = nearest(str(name_or_folder), cohort_names()) or "Correct the path."
    raise InputProblems(Problem.of_file(str(name_or_folder), found="no such folder", allowed=allowed, do=advice))
