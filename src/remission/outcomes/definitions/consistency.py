"""What an endpoint must be as a whole, however it was made: read from a file, or put together in Python.

A record can be copied with another value in it (`dataclasses.replace`), past every check of the reader. What would be
ignored there, or counted twice, is refused before anything is evaluated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem
from remission.outcomes.definitions.records import Estimation

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint

WORDS = ("name", "title", "event_free")
# Each is a row of every table of estimates and a label on the curve, which nobody reads beyond a few dozen.
MOST_TIMES = 50


def check_definition(endpoint: Endpoint) -> None:
    """InputProblems with everything that keeps an endpoint from meaning one thing.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> check_definition(load_endpoint("neda-3"))
    """
    every = (endpoint, *endpoint.parts, *(() if endpoint.origin is None else (endpoint.origin,)))
    problems = [problem for one in every for problem in _word_problems(one)]
    problems += time_problems(endpoint.estimation.at_years, endpoint.name.strip() or "endpoint")
    problems += [*_origin_problems(endpoint), *part_problems(endpoint, endpoint.parts, endpoint.name)]
    problems += competing_problems(endpoint, endpoint.parts, endpoint.name)
    if endpoint.composite is not None:
        problems += [*repeated_parts([part.name for part in endpoint.parts], endpoint.name), *_listed(endpoint)]
    elif endpoint.parts:
        found, allowed = f"{len(endpoint.parts)} in a {endpoint.rule} endpoint", "parts of a composite only"
        problems.append(_of(endpoint, "parts", found, allowed, "Take them out, or make it a composite."))
    if problems:
        raise InputProblems(problems)


def repeated_parts(names: Sequence[str], file: str) -> Iterator[Problem]:
    """A part that is listed more than once: its events would be told twice, and a row of it shown for each."""
    for name, times in Counter(names).items():
        if times > 1:
            found = f"'{name}' {'twice' if times == 2 else f'{times:,} times'}"
            yield Problem.at_key(
                file, "composite.parts", found=found, allowed="each part once", do="Take the others out."
            )


def time_problems(years: Sequence[float], file: str) -> Iterator[Problem]:
    """Times of estimates that are too many, or of which one is there twice or out of order."""
    key = "estimation.at_years"
    if len(years) > MOST_TIMES:
        found, allowed = f"{len(years):,} times", f"{MOST_TIMES} times or fewer"
        yield Problem.at_key(file, key, found=found, allowed=allowed, do="Name those that are reported.")
    # Nearer to each other than that, two times may be one day.
    if again := next((late for early, late in pairwise(years) if round(late * 100) <= round(early * 100)), None):
        found, allowed = f"{again:g} after a time that is no earlier", "times that rise, by 0.01 years or more"
        yield Problem.at_key(file, key, found=found, allowed=allowed, do="Put them in order, each once.")


def competing_problems(endpoint: Endpoint, parts: Sequence[Endpoint], file: str) -> Iterator[Problem]:
    """A death that is the event, or a part of it, cannot keep people from having it; and a limit that nothing asks."""
    said = endpoint.estimation
    if said.death == "censors":
        if said.late_death_days != Estimation.late_death_days:
            found = "unlimited" if said.late_death_days is None else f"{said.late_death_days}"
            allowed, do = 'a value of its own only with death = "competes"', "Take it out: nothing asks for it."
            yield Problem.at_key(file, "estimation.late_death_days", found=found, allowed=allowed, do=do)
        return
    dying = [one.name for one in (endpoint, *parts) if one.record.is_death]
    if dying:
        is_part = f"of which '{dying[0]}' is a part" if parts else "of which death is the event"
        found, allowed = f"'competes' in an endpoint {is_part}", "'censors', for a death that is the event"
        do = "Take it out: the curve of such an endpoint counts every death already."
        yield Problem.at_key(file, "estimation.death", found=found, allowed=allowed, do=do)


def part_problems(endpoint: Endpoint, parts: Sequence[Endpoint], file: str) -> Iterator[Problem]:
    """Endpoints that cannot be parts: composites, and those with a clock or with episodes of their own."""
    for part in parts:
        if part.composite is not None:
            found, allowed = f"the composite '{part.name}'", "endpoints that are not composites"
            yield Problem.at_key(file, "composite.parts", found=found, allowed=allowed, do="Name its parts instead.")
        elif part.recurs or part.origin_event not in (None, endpoint.origin_event):
            found = f"'{part.name}', which recurs or has an origin of its own"
            allowed = "endpoints with one event, on the clock of the composite"
            do = 'Write a part with events = "first" and without origin_event.'
            yield Problem.at_key(file, "composite.parts", found=found, allowed=allowed, do=do)


def _word_problems(endpoint: Endpoint) -> Iterator[Problem]:
    for name in WORDS:
        # A space of no width prints as nothing, and is no blank to Python.
        if not any(sign.isprintable() and not sign.isspace() for sign in getattr(endpoint, name)):
            yield _of(endpoint, name, "nothing", "words", "Say it: people are shown it.")


def _origin_problems(endpoint: Endpoint) -> Iterator[Problem]:
    name, origin = endpoint.origin_event, endpoint.origin
    if origin is None or name is None:
        if name is not None or origin is not None:
            found = "an endpoint without its name" if name is None else f"'{name}' alone"
            do = "Give both: the name in origin_event and the endpoint in origin."
            yield _of(endpoint, "origin_event", found, "a name and its endpoint, or neither", do)
        return
    # An origin that is named by its file may have any name.
    if not name.endswith(".toml") and name != origin.name:
        found, do = f"'{name}', where the origin is '{origin.name}'", "Give the endpoint of that name, or its name."
        yield _of(endpoint, "origin_event", found, "the name of the origin", do)
    if endpoint.origin_day != 0:
        found, allowed = f"{endpoint.origin_day} with origin_event", "0 with origin_event"
        yield _of(endpoint, "origin_day", found, allowed, "Take one of them out.")


def _listed(endpoint: Endpoint) -> Iterator[Problem]:
    """The endpoints that are asked must be those that the composite lists."""
    assert endpoint.composite is not None
    listed, asked = endpoint.composite.parts, [part.name for part in endpoint.parts]
    # A part named by its file may have any name.
    same = len(listed) == len(asked) and all(
        name in (of_file, name if of_file.endswith(".toml") else "")
        for name, of_file in zip(asked, listed, strict=True)
    )
    if not same or not asked:
        found = f"{', '.join(asked) or 'none'}, where {', '.join(listed) or 'none'} are listed"
        do = "Give the endpoints of the listed names, or load the definition from a file."
        yield _of(endpoint, "parts", found, "the endpoints that composite.parts lists", do)


def _of(endpoint: Endpoint, key: str, found: str, allowed: str, do: str) -> Problem:
    return Problem.at_key(endpoint.name.strip() or "endpoint", key, found=found, allowed=allowed, do=do)
