"""Which studies may share people, and which of them can stand together without counting anybody twice.

Who is in two papers is seldom printed. What is known (a later report of the same series, a national registry, a trial
whose centres have series of their own) is an edge between two studies. Of all sets without an edge the one with most
people for the asked outcome is taken, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from remission.inputs.problems import InputProblems, Problem
from remission.studies.study import Number, Overlap, Relation, Study

if TYPE_CHECKING:
    from remission.studies.load import Studies

INVERSE: Mapping[Relation, Relation] = {"contains": "contained in", "contained in": "contains"}


class Tie(NamedTuple):
    """How a study stands to another that may share people with it, and why we think so."""

    relation: Relation
    why: str

    def to(self, title: str) -> str:
        """In words, as the end of a sentence about the study."""
        return f"{self.relation} {title} ({self.why})"


# By study, its ties to others, by their names.
Graph = Mapping[str, Mapping[str, Tie]]


@dataclass(frozen=True)
class Entry:
    """One cohort in a pool: a number of one arm of one study."""

    study: Study
    number: Number

    @property
    def name(self) -> str:
        """Its study, and its arm where the study has several."""
        several = len({one.arm for one in self.study.numbers if one.what == self.number.what}) > 1
        return f"{self.study.title} ({self.number.arm})" if several else self.study.title

    @property
    def people(self) -> int | None:
        """How many people the number is of; None where that is not known."""
        return self.number.denominator or self.study.people(self.number.arm) or None


@dataclass(frozen=True)
class LeftOut:
    """A cohort that is not in a pool, and why."""

    entry: Entry
    why: str


@dataclass(frozen=True)
class Chosen:
    """Cohorts that share nobody as far as is known, in the order given, and those left out for them."""

    kept: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]


def overlaps_of(studies: Studies) -> dict[str, dict[str, Tie]]:
    """Every pair of studies that may share people, both ways, each with its reason.

    What is inside a study shares people with whatever that one is inside of; two studies of the same people share
    theirs with the same others.

    >>> from remission.studies.load import load_studies
    >>> overlaps_of(load_studies())["kozak-2001"]["krasulova-2010"].to("Krasulova 2010")
    'contained in Krasulova 2010 (the later Czech series counts these people)'
    """
    edges: dict[str, dict[str, Tie]] = {one.name: {} for one in studies.every}
    for study in studies.every:
        for one in study.overlaps:
            _join(edges, study.name, one)
    within = _containers(studies)
    for name, containers in within.items():
        for container in containers:
            edges[name].setdefault(container, Tie("contained in", "by way of another report"))
            edges.setdefault(container, {}).setdefault(name, Tie("contains", "by way of another report"))
    _share_neighbours(edges, studies)
    return edges


def _join(edges: dict[str, dict[str, Tie]], name: str, one: Overlap) -> None:
    # The first that is told stays: a later file that says it again, from the other side, gives no better reason.
    edges[name].setdefault(one.study, Tie(one.relation, one.why))
    back = INVERSE.get(one.relation, one.relation)
    edges.setdefault(one.study, {}).setdefault(name, Tie(back, one.why))


def _containers(studies: Studies) -> dict[str, set[str]]:
    """By study, every study that it is inside of, at any depth; a circle ends where it began."""
    inside: dict[str, set[str]] = {one.name: set() for one in studies.every}
    for study in studies.every:
        for one in study.overlaps:
            if one.relation == "contained in":
                inside[study.name].add(one.study)
            elif one.relation == "contains":
                inside.setdefault(one.study, set()).add(study.name)
    return {name: _reached(name, inside) for name in inside}


def _reached(start: str, inside: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(inside[start])
    while ahead:
        name = ahead.pop()
        if name not in found and name != start:
            found.add(name)
            ahead += inside.get(name, ())
    return found


def _share_neighbours(edges: dict[str, dict[str, Tie]], studies: Studies) -> None:
    twins = {(one.name, to.study) for one in studies.every for to in one.overlaps if to.relation == "same people as"}
    for pair in sorted(twins):
        for one, other in (pair, pair[::-1]):
            for name, tie in list(edges[one].items()):
                if name != other:
                    edges[other].setdefault(name, tie)
                    edges[name].setdefault(other, edges[name][one])


def circles(studies: Studies) -> list[tuple[str, ...]]:
    """Studies that would each be inside the other: what is inside itself no set can tell apart.

    >>> from remission.studies.load import load_studies
    >>> circles(load_studies())
    []
    """
    within = _containers(studies)
    return [
        pair for pair in combinations(sorted(within), 2) if pair[1] in within[pair[0]] and pair[0] in within[pair[1]]
    ]


def shared(one: Entry, other: Entry, graph: Graph) -> str:
    """How one cohort may share people with another, in words; empty when nothing is known of it.

    Arms of one study are different people unless it says otherwise, and so are people of two courses of MS.
    """
    if one.study.name != other.study.name:
        tie = graph.get(one.study.name, {}).get(other.study.name)
        return tie.to(other.name) if tie else ""
    if one.number.arm == other.number.arm:
        apart = one.number.course and other.number.course and one.number.course != other.number.course
        return "" if apart else f"the same people as {other.name}"
    arm = one.study.arm(one.number.arm)
    back = other.study.arm(other.number.arm)
    told = (arm and other.number.arm in arm.shares_people_with) or (back and one.number.arm in back.shares_people_with)
    return f"another arm of one study, which shares people with {other.name}" if told else ""


def check_no_person_twice(entries: Sequence[Entry], studies: Studies) -> None:
    """InputProblems that name every pair of cohorts which may share people: they cannot be pooled."""
    graph = overlaps_of(studies)
    pairs = ((one, other, shared(one, other, graph)) for one, other in combinations(entries, 2))
    problems = [
        Problem.of_file(
            f"{one.study.name}.toml",
            found=f"{one.name}, {why}",
            allowed="cohorts that share nobody",
            do="Leave one of the two out.",
        )
        for one, other, why in pairs
        if why
    ]
    if problems:
        raise InputProblems(problems)


def non_overlapping(entries: Sequence[Entry], studies: Studies) -> Chosen:
    """The set of cohorts with most people of which no two may share any; of equal ones the latest.

    Exact: a maximum-weight independent set of the graph of overlaps, one connected part after the other.

    >>> from remission.studies.load import load_studies
    >>> library = load_studies()
    >>> deaths = [Entry(*one) for one in library.numbers("transplant-deaths") if one[1].denominator]
    >>> chosen = non_overlapping(deaths, library)
    >>> len(chosen.kept), sum(one.people for one in chosen.kept), sum(one.number.events for one in chosen.kept)
    (19, 2509, 15)
    """
    graph = overlaps_of(studies)
    pairs = [pair for pair in combinations(range(len(entries)), 2) if shared(entries[pair[0]], entries[pair[1]], graph)]
    neighbours = {
        place: frozenset(sum(pair) - place for pair in pairs if place in pair) for place in range(len(entries))
    }
    taken = _Search(entries, neighbours).best(frozenset(neighbours))
    left = []
    for place in sorted(neighbours.keys() - taken):
        against = [shared(entries[place], entries[other], graph) for other in sorted(neighbours[place] & taken)]
        left.append(LeftOut(entries[place], "; ".join(against)))
    return Chosen(tuple(entries[place] for place in sorted(taken)), tuple(left))


class _Search:
    """The best set among cohorts: each connected part for itself, and what was worked out once is kept."""

    def __init__(self, entries: Sequence[Entry], neighbours: Mapping[int, frozenset[int]]) -> None:
        self.entries, self.neighbours = entries, neighbours
        # What is not told cannot speak for a cohort.
        self.people = [one.people or 0 for one in entries]
        self.known: dict[frozenset[int], frozenset[int]] = {}

    def best(self, left: frozenset[int]) -> frozenset[int]:
        """The set with most people among the cohorts that are left."""
        return frozenset().union(*map(self._of_part, _parts(left, self.neighbours)))

    def _of_part(self, part: frozenset[int]) -> frozenset[int]:
        if part not in self.known:
            self.known[part] = part if len(part) == 1 else self._searched(part)
        return self.known[part]

    def _searched(self, part: frozenset[int]) -> frozenset[int]:
        for place in sorted(part):
            around = self.neighbours[place] & part
            # With more people than all that it shuts out it is in every best set: most of a real graph ends here.
            if self.people[place] > sum(self.people[other] for other in around):
                return self.best(part - around - {place}) | {place}
        # Else the most entangled one is in or out: that cuts the rest into the smallest parts.
        middle = max(part, key=lambda place: (len(self.neighbours[place] & part), place))
        with_it = self.best(part - self.neighbours[middle] - {middle}) | {middle}
        return max(with_it, self.best(part - {middle}), key=lambda places: _worth(places, self.entries))


def _worth(places: Iterable[int], entries: Sequence[Entry]) -> tuple[int, list[int], list[str]]:
    chosen = [entries[place] for place in places]
    # The names only settle what people and years do not, so that the order of files decides nothing.
    return (
        sum(one.people or 0 for one in chosen),
        sorted((one.study.year or 0 for one in chosen), reverse=True),
        sorted(one.study.name + one.number.arm for one in chosen),
    )


def _parts(left: frozenset[int], neighbours: Mapping[int, frozenset[int]]) -> list[frozenset[int]]:
    parts: list[frozenset[int]] = []
    waiting = set(left)
    while waiting:
        part, ahead = set[int](), [min(waiting)]
        while ahead:
            place = ahead.pop()
            if place not in part:
                part.add(place)
                ahead += (neighbours[place] & left) - part
        parts.append(frozenset(part))
        waiting -= part
    return parts
