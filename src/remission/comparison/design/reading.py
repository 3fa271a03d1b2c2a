"""A design from its file, with everything that is wrong within the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remission.comparison.design.control import check_control
from remission.comparison.design.filling import check_filling
from remission.comparison.design.impossible import of_follow_up, of_sequence
from remission.comparison.design.records import (
    LANDMARK,
    NEAREST,
    Analysis,
    Assignment,
    Condition,
    Design,
    FollowUp,
    Measured,
    TimeZero,
)  # fmt: skip
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import RecordReader, read_toml
from remission.library.catalogue import library_files, therapies

# Where a part of a file cannot be read the others are checked all the same: whoever mends it sees all at once.
STANDS_IN: dict[str, Any] = {
    "title": "", "question": "", "estimand": "everybody", "time_zero": TimeZero("day zero"), "strategies": (),
    "assignment": Assignment((), "stabilised", "refuse"), "follow_up": FollowUp(100),
    "outcome": Measured(""), "analysis": Analysis((), 0, 0), "eligibility": (), "background": "",
}  # fmt: skip


# Of clones the first strategy begins something, and the second does not.
ROLES = ("starts", "not_starts")


@dataclass(frozen=True)
class Said:
    """A design as far as it could be read, the name of its file, and what is wrong so far."""

    design: Design
    file: str
    problems: tuple[Problem, ...]


def designs() -> dict[str, Path]:
    """The files of the library's designs by name.

    >>> "transplant-or-therapy" in designs()
    True
    """
    return {path.stem: path for path in library_files("designs", ".toml")}


def design_path(file: str | Path) -> Path:
    """Where a design of the library, or a file, lies.

    >>> design_path("transplant-or-therapy").name, design_path("mine.toml").name
    ('transplant-or-therapy.toml', 'mine.toml')
    """
    return designs().get(str(file), Path(file))


def load_design(file: str | Path) -> Design:
    """The design of a file, or one of the library by name; InputProblems with everything that is wrong in it.

    >>> load_design("transplant-or-therapy").assignment.by
    'overlap'
    """
    said = read_design(file)
    if said.problems:
        raise InputProblems(said.problems)
    return said.design


def read_design(file: str | Path) -> Said:
    """The same, with what is wrong beside it; InputProblems only where there is no TOML to be read."""
    path = design_path(file)
    reader = RecordReader(path.name)
    filled = reader.fill(Design, read_toml(path))
    design = Design(**(STANDS_IN | filled))
    return Said(design, path.name, (*reader.problems, *_problems(design, path.name, set(filled))))


def _problems(design: Design, file: str, known: set[str]) -> Iterator[Problem]:
    yield from _of_conditions(design, file)
    if "strategies" in known:
        yield from _of_strategies(design, file)
    if "time_zero" in known:
        yield from _of_time(design, file)
    yield from _of_horizon(design, file)
    yield from check_control(design, file)
    if "assignment" in known:
        yield from _of_assignment(design, file, known)
        yield from check_filling(design, file)
    if design.cloned and len(design.strategies) == len(ROLES):
        yield from _of_clones(design, file, known)
    if "time_zero" in known:
        yield from of_sequence(design, file, known)
    yield from of_follow_up(design, file, known)


def conditions_of(design: Design) -> Iterator[tuple[str, Condition]]:
    """Every condition with the key where it stands."""
    for place, one in enumerate(design.eligibility, 1):
        yield f"eligibility[{place}]", one
    for place, strategy in enumerate(design.strategies, 1):
        for at, one in enumerate(strategy.where, 1):
            yield f"strategies[{place}].where[{at}]", one


def _of_conditions(design: Design, file: str) -> Iterator[Problem]:
    for at, one in conditions_of(design):
        if bool(one.bounds) == bool(one.one_of):
            found = "bounds and texts" if one.one_of else "no bound and no text"
            yield Problem.at_key(
                file, at, found=found, allowed="bounds (at_least, at_most, above, below), or one_of",
                do="Say which values meet it.",
            )  # fmt: skip
        low = max((one.bounds[name] for name in ("at_least", "above") if name in one.bounds), default=None)
        high = min((one.bounds[name] for name in ("at_most", "below") if name in one.bounds), default=None)
        if low is not None and high is not None and low > high:
            yield Problem.at_key(file, at, found=f"{low:g} to {high:g}", allowed="bounds that a number can meet",
                                 do="Exchange them, or correct one.")  # fmt: skip


def _of_strategies(design: Design, file: str) -> Iterator[Problem]:
    if len(design.strategies) != 2:
        yield Problem.at_key(file, "strategies", found=f"{len(design.strategies)} strategies", allowed="two",
                             do="Compare two at a time: write a file for each pair.")  # fmt: skip
    for place, one in enumerate(design.strategies, 1):
        at = f"strategies[{place}]"
        if not (one.where or one.starts or one.not_starts):
            yield Problem.at_key(file, at, found="nothing that tells who follows it",
                                 allowed="where, starts or not_starts", do="Say who follows it.")  # fmt: skip
        for name in ("starts", "not_starts"):
            for therapy in getattr(one, name):
                if therapy not in therapies():
                    do = nearest(therapy, therapies()) or "See remission template --therapies."
                    yield Problem.at_key(file, f"{at}.{name}", found=therapy, allowed="therapies of the library", do=do)
        if both := sorted(set(one.starts) & set(one.not_starts)):
            yield Problem.at_key(file, at, found=f"{', '.join(both)} in starts and in not_starts",
                                 allowed="one of them", do="Nobody can do both.")  # fmt: skip
    names = [one.name for one in design.strategies]
    if len(set(names)) < len(names):
        yield Problem.at_key(file, "strategies", found=f"'{names[0]}' twice", allowed="two names",
                             do="Give each its own.")  # fmt: skip


def _of_time(design: Design, file: str) -> Iterator[Problem]:
    zero = design.time_zero
    if zero.at == LANDMARK and not zero.day:
        yield Problem.at_key(file, "time_zero.day", found="no day", allowed="a day after day zero",
                             do="Say on which day of the landmark follow-up begins.")  # fmt: skip
    if zero.at != LANDMARK and zero.day:
        yield Problem.at_key(file, "time_zero.day", found=f"{zero.day}", allowed="no day, for time begins on day zero",
                             do='Leave it out, or say at = "landmark".')  # fmt: skip


def _of_horizon(design: Design, file: str) -> Iterator[Problem]:
    for place, one in enumerate(design.strategies, 1):
        if one.known_on >= design.horizon_days:
            yield Problem.at_key(
                file, f"strategies[{place}].by_day", found=f"{one.by_day}",
                allowed=f"a day before follow-up ends (day {design.horizon_days:,})",
                do="A strategy may not take longer to begin than people are followed: shorten it.",
            )  # fmt: skip
    late = [f"{year:g}" for year in design.analysis.at_years if not 0 < year <= design.follow_up.years]
    if late:
        yield Problem.at_key(
            file, "analysis.at_years", found=", ".join(late),
            allowed=f"years above 0, up to those of follow_up ({design.follow_up.years:g})", do="Give others.",
        )  # fmt: skip


def _of_assignment(design: Design, file: str, known: set[str]) -> Iterator[Problem]:
    told = design.assignment
    if "estimand" in known and design.estimand != design.answers_for:
        yield Problem.at_key(
            file, "estimand", found=design.estimand,
            allowed=f"{design.answers_for}, for that is of whom '{told.by}' answers",
            do="Weights change of whom the answer is: change the estimand, or assignment.by.",
        )  # fmt: skip
    if told.caliper is not None and told.by != NEAREST:
        yield Problem.at_key(file, "assignment.caliper", found=f"{told.caliper:g}", allowed=f"none, but for {NEAREST}",
                             do="Weights have no caliper: leave it out.")  # fmt: skip
    if told.cut_at is not None and told.by == NEAREST:
        yield Problem.at_key(file, "assignment.cut_at", found=f"{told.cut_at:g}", allowed="none, but for weights",
                             do="Pairs have no weights to cut: leave it out.")  # fmt: skip
    if told.by == NEAREST and design.analysis.bootstrap:
        yield Problem.at_key(
            file, "analysis.bootstrap", found=f"{design.analysis.bootstrap}", allowed=f"0, for {NEAREST}",
            do="Drawn anew, pairs do not vary as they should (doi:10.3982/ECTA6474): errors are by pair instead.",
        )  # fmt: skip
    twice = sorted({one for one in told.covariates if told.covariates.count(one) > 1})
    if twice:
        yield Problem.at_key(file, "assignment.covariates", found=f"{', '.join(twice)} twice", allowed="each once",
                             do="Take it out.")  # fmt: skip


def _of_clones(design: Design, file: str, known: set[str]) -> Iterator[Problem]:
    one, other = design.strategies
    told = [bool(one.starts), not one.not_starts, bool(other.not_starts), not other.starts, not one.where + other.where]
    if not all(told) or set(one.starts) != set(other.not_starts) or one.by_day != other.by_day or not one.by_day:
        yield Problem.at_key(
            file, "strategies", found="strategies that clones cannot follow",
            allowed="starts in the first, the same therapies as not_starts in the second, one by_day of 1 or more",
            do="Clones follow two strategies that differ in one thing: whether it is begun by that day.",
        )  # fmt: skip
    if "assignment" in known and design.assignment.by != "inverse probability":
        yield Problem.at_key(
            file, "assignment.by", found=design.assignment.by, allowed="inverse probability, for clones",
            do="Clones are weighted by the inverse of their chance not to have left their strategy.",
        )  # fmt: skip
    if "assignment" in known and design.assignment.ridge:
        yield Problem.at_key(file, "assignment.ridge", found=f"{design.assignment.ridge:g}", allowed="0, for clones",
                             do="Leave it out.")  # fmt: skip
