"""Designs of trials from their files, with everything that is wrong in one at once."""

from __future__ import annotations

from pathlib import Path

from remission.inputs.problems import InputProblems
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import NotInLibrary, library_files
from remission.trials.design.check import wrong_design
from remission.trials.design.records import TrialDesign
from remission.trials.design.unread import wrong_anyhow

FOLDER = "trial_designs"


def trial_design_names() -> tuple[str, ...]:
    """Names of the designs of the library, found by walking it.

    >>> "hsct-against-therapy" in trial_design_names()
    True
    """
    return tuple(path.stem for path in library_files(FOLDER, ".toml"))


def load_trial_design(name_or_file: str | Path) -> TrialDesign:
    """A design of the library by its name, or that of a file.

    InputProblems with everything that is wrong in it, NotInLibrary for a name that is neither.

    >>> load_trial_design("one-arm-24").trial.people
    24
    """
    said = str(name_or_file)
    known = {path.stem: path for path in library_files(FOLDER, ".toml")}
    # A name of the library stands before a file: so a design is the same in whichever folder one asks for it.
    path = known.get(said, Path(said))
    # Without the ending of a file it was meant as a name, and what helps is to be told the names.
    if said not in known and path.suffix != ".toml":
        raise NotInLibrary("design of a trial", said, tuple(known))
    written = read_toml(path)
    try:
        design = read_record(TrialDesign, written, path.name)
    # A key that cannot be read must not hide what else is wrong (decision 372).
    except InputProblems as wrong:
        raise InputProblems([*wrong.problems, *wrong_anyhow(written, path.name)]) from None
    if problems := list(wrong_design(design, path.name)):
        raise InputProblems(problems)
    return design
