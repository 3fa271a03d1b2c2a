"""Everything that is wrong with studies, at once: names that lead nowhere, numbers that cannot be, circles, doubles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem
from remission.library.catalogue import library_files
from remission.studies.b_cells.load import wrong_b_cells
from remission.studies.checks.files import unknown_name, wrong_in
from remission.studies.league.nodes import check_nodes, read_nodes
from remission.studies.load import BUNDLED, Studies, load_studies, readable_studies, study_files
from remission.studies.overlap import circles, overlaps_of
from remission.studies.questions import read_question

if TYPE_CHECKING:
    from remission.studies.study import Study


def check_library() -> list[Problem]:
    """What is wrong with the library of studies, with its pooling questions and with its sets of nodes.

    >>> check_library()
    []
    """
    studies = load_studies()
    return [*check_studies(study_files([BUNDLED])), *_wrong_questions(studies), *_wrong_nodes(studies),
            *wrong_b_cells()]  # fmt: skip


def _wrong_nodes(studies: Studies) -> Iterator[Problem]:
    for path in library_files("nodes", ".toml"):
        try:
            check_nodes(read_nodes(path), studies)
        except InputProblems as wrong:
            yield from wrong.problems


def check_studies(files: Sequence[Path], beside: Studies | None = None) -> list[Problem]:
    """What is wrong with some files, seen together, and with those of `beside` that they stand among.

    Only problems of `files` are told. A file of a name that `beside` has takes its place.
    """
    studies, problems = readable_studies(files)
    whole = beside or Studies(())
    for study in studies:
        whole = whole.with_study(study)
    for study in studies:
        problems += wrong_in(study, whole)
    told = {f"{one.name}.toml" for one in studies}
    problems += [one for one in _wrong_together(whole) if one.file in told]
    return list(InputProblems(problems).problems) if problems else []


def _wrong_together(studies: Studies) -> Iterator[Problem]:
    for pair in circles(studies):
        for name, other in (pair, pair[::-1]):
            found = f"{name} inside {other} and {other} inside {name}"
            do = 'Take one of the two out, or call them "same people as".'
            yield Problem.at_key(f"{name}.toml", "overlaps", found=found, allowed="no circle", do=do)
    for study in studies.every:
        if study.name in (one.study for one in study.overlaps):
            do = "Take it out."
            yield Problem.at_key(f"{study.name}.toml", "overlaps", found="itself", allowed="another study", do=do)
    yield from _double_studies(studies)


def _double_studies(studies: Studies) -> Iterator[Problem]:
    """Two files of one paper with the same people that do not know of each other; two trials may share a paper."""
    # Pairs of trials are often one paper (OPERA, ASCLEPIOS): an identifier alone tells nothing, people do.
    by_paper: dict[str, list[Study]] = defaultdict(list)
    for study in studies.every:
        for paper in {study.doi.casefold(), study.pmid, study.registry} - {""}:
            by_paper[paper].append(study)
    graph = overlaps_of(studies)
    told: set[tuple[str, str]] = set()
    for paper, alike in sorted(by_paper.items()):
        for one, other in combinations(alike, 2):
            pair = (one.name, other.name)
            if pair not in told and other.name not in graph.get(one.name, {}) and _arms(one) & _arms(other):
                told.add(pair)
                for name, twin in (pair, pair[::-1]):
                    yield _double(name, twin, paper)


def _arms(study: Study) -> set[tuple[str, float | None]]:
    return {(one.arm, one.value) for one in study.numbers if one.what == "people"}


def _double(name: str, other: str, paper: str) -> Problem:
    do = "Take one of them out, or tell under [[overlaps]] how they stand to each other."
    found = f"the people of {other} again, from {paper}"
    return Problem.of_file(f"{name}.toml", found=found, allowed="each study once", do=do)


def _wrong_questions(studies: Studies) -> Iterator[Problem]:
    for path in library_files("pools", ".toml"):
        try:
            question = read_question(path)
        except InputProblems as wrong:
            yield from wrong.problems
            continue
        named = [("beside", one) for one in question.beside]
        named += [("lines", one) for line in question.lines for one in line.leave_out]
        for key, one in named:
            if one not in studies.by_name:
                yield unknown_name(path.name, key, one, studies.by_name)
