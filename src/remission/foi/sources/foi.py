"""Answers to freedom-of-information requests: nothing to fetch, for they come by e-mail and are imported by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from remission.foi.answers.ledger import read_answers
from remission.inputs.fetching import Asking, Fetched, Say
from remission.inputs.problems import Problem

if TYPE_CHECKING:
    from remission.foi.answers.answer import Imported

TITLE = "Answers to freedom-of-information requests"
LICENCE = "as each authority says; facts are not owned, and each answer is named by its reference"

NOTHING_TO_FETCH = Problem.of_file(
    "foi/answers",
    found="nothing to fetch",
    allowed="answers that came by e-mail",
    do="Ask with `remission atlas foi letters`, "
    "and read what comes with `remission atlas foi import FILE --code CODE`.",
    severity="warning",
)


def fetch(_home: Path, _asking: Asking, _say: Say) -> Fetched:
    """Nothing: an answer is asked for, not fetched, and the one problem says so."""
    return Fetched(problems=(NOTHING_TO_FETCH,))


def tidy(home: Path) -> Imported:
    """Answers, refusals and problems of every file kept under the home folder."""
    return read_answers(home)
