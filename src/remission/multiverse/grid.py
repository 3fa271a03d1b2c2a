"""Every combination of the options of a multiverse: the definitions it makes, and what is refused, with why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

from remission.inputs.problems import InputProblems, Problem
from remission.multiverse.files import Meaningless, VaryFile
from remission.multiverse.identity import definition_id
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.varied import Values, read_varied

RefusedBy = Literal["the reader of endpoint files", "a rule of this file", "the records", "another definition"]


@dataclass(frozen=True)
class Definition:
    """One definition: a hash of its values, the place of its option in each choice, and the endpoint."""

    id: str
    places: tuple[int, ...]
    endpoint: Endpoint


@dataclass(frozen=True)
class Refused:
    """A combination that is no definition: which, who refused it, and why."""

    places: tuple[int, ...]
    by: RefusedBy
    why: str


@dataclass(frozen=True)
class Grid:
    """All combinations in order (the last choice moves fastest), divided; `base` is the id of the endpoint as it is."""

    vary: VaryFile
    definitions: tuple[Definition, ...]
    refused: tuple[Refused, ...]
    base: str


def derive_grid(vary: VaryFile) -> Grid:
    """Every combination of options, read as an endpoint file is.

    InputProblems when an option is in no definition at all, when a rule of the file excludes nothing (it is most likely
    misspelt), or when fewer than two definitions are left.

    >>> from remission.multiverse.files import load_multiverse
    >>> grid = derive_grid(load_multiverse("cdp"))
    >>> len(grid.definitions), len(grid.refused), grid.base in {one.id for one in grid.definitions}
    (30, 6, True)
    """
    made = list(_read_all(vary))
    definitions = tuple(one for one in made if isinstance(one, Definition))
    refused = tuple(one for one in made if isinstance(one, Refused))
    # An option that is refused everywhere, or a rule that excludes nothing, is nearly always a misspelt value.
    if problems := [*_unused_options(vary, definitions, refused), *_idle_rules(vary, refused)]:
        raise InputProblems(problems)
    if len(definitions) < 2:
        found = f"{len(definitions)} definition" + ("" if len(definitions) == 1 else "s")
        raise InputProblems(_problem(vary, "vary", found, "at least two", "Add options."))
    return Grid(vary, definitions, refused, definition_id(vary.endpoint))


def _read_all(vary: VaryFile) -> Iterator[Definition | Refused]:
    ids: set[str] = set()
    for places in product(*(range(len(choice.options)) for choice in vary.choices)):
        sets = chosen_values(vary, places)
        try:
            endpoint = read_varied(vary.data, sets)
        # The reader of endpoint files first: what it refuses is no definition, so no rule of this file can speak of
        # it.
        except InputProblems as found:
            yield Refused(places, "the reader of endpoint files", reason(found))
            continue
        rule = next((rule for rule in vary.illegal if _holds(vary, rule, sets, endpoint)), None)
        if rule is not None:
            yield Refused(places, "a rule of this file", rule.why)
            continue
        made = Definition(definition_id(endpoint), places, endpoint)
        if made.id in ids:
            yield Refused(places, "another definition", f"its values are those of {made.id}, which is there already")
            continue
        ids.add(made.id)
        yield made


def chosen_values(vary: VaryFile, places: tuple[int, ...]) -> Values:
    """Everything that these options set."""
    chosen = (choice.options[place] for choice, place in zip(vary.choices, places, strict=True))
    return {name: value for option in chosen for name, value in option.sets.items()}


def _holds(vary: VaryFile, rule: Meaningless, sets: Values, endpoint: Endpoint) -> bool:
    """A definition has these values when setting them changes nothing."""
    try:
        return read_varied(vary.data, {**sets, **rule.when}) == endpoint
    except InputProblems:
        return False


def reason(found: InputProblems) -> str:
    """Why it was refused, without a value or row of a person: those are named only for keys of a definition."""
    said = dict.fromkeys(_one_reason(problem) for problem in found.problems)
    return "; ".join(said)


def _one_reason(problem: Problem) -> str:
    if problem.row is None:
        return f"{problem.column or problem.file}: found {problem.found}; allowed: {problem.allowed}"
    return f"records of {problem.file}: {problem.allowed}. {problem.next_step}"


def _unused_options(
    vary: VaryFile, definitions: tuple[Definition, ...], refused: tuple[Refused, ...]
) -> Iterator[Problem]:
    for at, choice in enumerate(vary.choices):
        used = {one.places[at] for one in definitions}
        for place, option in enumerate(choice.options):
            if place not in used:
                why = next((one.why for one in refused if one.places[at] == place), "")
                key = f"vary[{at + 1}].options[{place + 1}]"
                yield _problem(
                    vary, key, f"'{option.label}', refused everywhere ({why})", "an option that can be", "Correct it."
                )


def _idle_rules(vary: VaryFile, refused: tuple[Refused, ...]) -> Iterator[Problem]:
    reasons = {one.why for one in refused if one.by == "a rule of this file"}
    for at, rule in enumerate(vary.illegal, 1):
        if rule.why not in reasons:
            found = f"a rule that excludes nothing ('{rule.why}')"
            yield _problem(
                vary, f"illegal[{at}]", found, "values that some combination has", "Correct it or take it out."
            )


def _problem(vary: VaryFile, key: str, found: str, allowed: str, next_step: str) -> Problem:
    return Problem.at_key(f"{vary.name}.toml", key, found=found, allowed=allowed, do=next_step)
