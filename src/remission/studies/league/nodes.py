"""What counts as one treatment in a league is data: a file says which arms of which trials stand at one node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import NotInLibrary, library_files, therapies

if TYPE_CHECKING:
    from remission.studies.load import Studies
    from remission.studies.study import Arm

# A transplant is compared with what each person had before: no such mixture is a treatment of the network.
NEVER = "hsct"


@dataclass(frozen=True)
class Held:
    """Arms of one therapy: all of them, or those that were given one of these, as their files say it."""

    therapy: str = key("The therapy, by its name in therapies.csv", example='"teriflunomide"')
    given: tuple[str, ...] = key("What was given, in the words of the arms; empty: whatever was given", ())

    def holds(self, arm: Arm) -> bool:
        """Is it one of these?"""
        return arm.therapy == self.therapy and (not self.given or (arm.given or arm.name) in self.given)


@dataclass(frozen=True)
class NotHeld(Held):
    """Arms that stand at no node, with the reason."""

    why: str = key("Why they stand at none", "", example='"two doses together"')


@dataclass(frozen=True)
class Node:
    """One treatment of the network. Of two arms of one trial that it holds, the one that is held first counts."""

    name: str = key("Its name, unique in the file", example='"teriflunomide 14 mg"')
    short: str = key("The same where there is little room", example='"TER 14"')
    group: str = key("How it works: nodes of one group stand together", example='"pyrimidine synthesis inhibitor"')
    holds: tuple[Held, ...] = key("The arms that it holds", least=1)

    def place(self, arm: Arm) -> int | None:
        """How early it holds an arm; None where it does not."""
        for place, one in enumerate(self.holds):
            if one.holds(arm):
                within = one.given.index(arm.given or arm.name) if one.given else 0
                return 1000 * place + within
        return None


@dataclass(frozen=True)
class NodeSet:
    """The treatments of a network in the order in which they are shown, which is no order of how well they work."""

    name: str = key("Short name: the name of the file", example='"fine"')
    title: str = key("Title as it stands on pages", example='"Each drug and dose by itself"')
    says: str = key("What was put together and what was kept apart, in a sentence or two")
    nodes: tuple[Node, ...] = key("The treatments", least=2)
    left_out: tuple[NotHeld, ...] = key("Arms that stand at no node", ())
    reference: str = key("The node that others are compared with", "placebo")

    def node_of(self, arm: Arm) -> Node | None:
        """The treatment that an arm had; None where it stands at no node.

        >>> from remission.studies.load import load_studies
        >>> load_nodes("coarse").node_of(load_studies().of_name("prisms").arms[0]).name
        'interferon beta'
        """
        return next((node for node in self.nodes if node.place(arm) is not None), None)

    def why_not(self, arm: Arm) -> str:
        """Why an arm stands at no node."""
        said = arm.given or arm.name
        told = next((one.why for one in self.left_out if one.holds(arm)), "")
        return f"{said}: {told}" if told else f"no node of the set {self.name} holds {said}"

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each node stands, by its name."""
        return {node.name: place for place, node in enumerate(self.nodes)}


def node_sets() -> tuple[str, ...]:
    """Names of the sets of nodes of the library.

    >>> node_sets()
    ('coarse', 'fine')
    """
    return tuple(path.stem for path in library_files("nodes", ".toml"))


def load_nodes(name: str) -> NodeSet:
    """A set of nodes of the library by its name, or of a user's own file that ends in .toml.

    NotInLibrary when there is none of that name; InputProblems with everything wrong in a file.

    >>> load_nodes("fine").reference
    'placebo'
    """
    if name.endswith(".toml"):
        return read_nodes(Path(name))
    files = {path.stem: path for path in library_files("nodes", ".toml")}
    if name not in files:
        raise NotInLibrary("set of nodes", name, tuple(files))
    return read_nodes(files[name])


def read_nodes(path: Path) -> NodeSet:
    """The set of nodes of a file; InputProblems with everything that is wrong in it."""
    found = read_record(NodeSet, read_toml(path), path.name)
    if problems := list(_wrong(found, path)):
        raise InputProblems(problems)
    return found


def _wrong(found: NodeSet, path: Path) -> Iterator[Problem]:
    """What no single key can say."""
    if found.name != path.stem:
        yield _problem(path, "name", found.name, path.stem, "Call it as its file is called.")
    names = [node.name for node in found.nodes]
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield _problem(path, "nodes.name", f"{name} twice", "each node once", "Put the two together, or rename one.")
    if found.reference not in names:
        yield _problem(
            path, "reference", found.reference, ", ".join(names), nearest(found.reference, names) or "Name one."
        )
    held = [(f"nodes[{place}].holds", one) for place, node in enumerate(found.nodes, 1) for one in node.holds]
    held += [(f"left_out[{place}]", one) for place, one in enumerate(found.left_out, 1)]
    for at, one in held:
        yield from _of_therapy(path, at, one)
    yield from _held_twice(path, held)


def _of_therapy(path: Path, at: str, one: Held) -> Iterator[Problem]:
    if one.therapy not in therapies():
        do = nearest(one.therapy, therapies()) or "Correct the name."
        yield _problem(path, f"{at}.therapy", one.therapy, "a name of therapies.csv", do)
    elif one.therapy == NEVER and at.startswith("nodes"):
        do = "Take it out: it is shown beside the network, with what each trial compared it with."
        yield _problem(path, f"{at}.therapy", one.therapy, "any other therapy", do)
    if not at.startswith("nodes") and isinstance(one, NotHeld) and not one.why:
        yield _problem(path, f"{at}.why", "no reason", "a reason", "Say why these arms stand at no node.")


def _held_twice(path: Path, held: list[tuple[str, Held]]) -> Iterator[Problem]:
    for number, (at, one) in enumerate(held):
        for other_at, other in held[:number]:
            shared = set(one.given) & set(other.given)
            if one.therapy == other.therapy and (shared or not one.given or not other.given):
                said = f"{one.therapy}{': ' + ', '.join(sorted(shared)) if shared else ''}, which {other_at} holds too"
                yield _problem(path, at, said, "each arm at one node", "Take it out of one of the two.")


def check_nodes(nodes: NodeSet, studies: Studies) -> None:
    """InputProblems for every text under `given` that no arm of the studies has: most likely it is misspelt."""
    every = {(arm.therapy, arm.given or arm.name) for study in studies.every for arm in study.arms}
    held = [one for node in nodes.nodes for one in node.holds] + list(nodes.left_out)
    problems = []
    for one in held:
        known = sorted(given for therapy, given in every if therapy == one.therapy)
        for given in one.given:
            if given not in known:
                allowed = ", ".join(known) or f"no text: no study has an arm of {one.therapy}"
                do = nearest(given, known) or "Take it out."
                problems.append(_problem(Path(f"{nodes.name}.toml"), "given", given, allowed, do))
    if problems:
        raise InputProblems(problems)


def _problem(path: Path, at: str, found: str, allowed: str, do: str) -> Problem:
    return Problem.at_key(path.name, at, found=found, allowed=allowed, do=do)
