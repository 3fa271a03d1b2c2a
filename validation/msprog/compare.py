"""Our progression against pymsprog 1.0.7 (and EDSS-plus of msclinical 0.1.0) on invented people, option set by set.

    python validation/msprog/compare.py --pymsprog PYTHON [--msclinical PYTHON] [--people 1000] [--seed 1]
    python validation/msprog/compare.py --make FOLDER     makes environments with both in FOLDER, then compares
    python validation/msprog/compare.py --write ...       stores counts (summary.json) and some answers (sample.json)

PYTHON is an interpreter that has the package, each in an environment of its own (pymsprog needs numpy < 2); by default
what the environment variables PYMSPROG_PYTHON and MSCLINICAL_PYTHON say. Exit 1 when somebody is answered otherwise
without a reason of `predicates.py`, or the counts are not those stored for that seed and number of people.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import venv
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from answers import Answer, Event, ask_msclinical, ask_pymsprog, our_answers, our_worsenings
from options import CLINICAL_SETS, OPTION_SETS, OptionSet
from people import Person, make_people, make_people_with_all_tests
from predicates import PREDICATES, Predicate, reason_for

HERE = Path(__file__).parent
SUMMARY, SAMPLE = HERE / "summary.json", HERE / "sample.json"
PINNED = {"pymsprog": "1.0.7", "msclinical": "0.1.0"}
STORED_PEOPLE = 5
NO_ANSWER = "no answer: "


class Verdict(NamedTuple):
    """One set of options: people, our events, reasons with their counts, and who differs without one."""

    people: int
    events: int
    reasons: dict[str, int]
    unexplained: list[str]


def judge(
    people: Sequence[Person],
    one: OptionSet,
    ours: Mapping[str, list[Event]],
    theirs: Mapping[str, Answer],
    predicates: Sequence[Predicate] = PREDICATES,
) -> Verdict:
    """Compare everybody's events. A reason counts where the answers differ, or where there is none of theirs."""
    reasons: Counter[str] = Counter()
    unexplained = []
    for person in people:
        said = theirs[person.name]
        if said == ours[person.name]:
            continue
        error = said if isinstance(said, str) else ""
        reason = reason_for(person, one, error, predicates)
        if reason is None:
            unexplained.append(person.name)
        else:
            reasons[(NO_ANSWER if error else "") + reason] += 1
    events = sum(len(found) for found in ours.values())
    return Verdict(len(people), events, dict(sorted(reasons.items())), unexplained)


def compare_pymsprog(python: str, count: int, seed: int) -> tuple[dict[str, Verdict], dict[str, Any]]:
    """Every set of options on people of its measure, two processes at a time; and what the first few were answered."""
    people = {one.measure: make_people(one.measure, count, seed) for one in OPTION_SETS}
    found, sample = {}, {}
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask_pymsprog, python, people[one.measure], one) for one in OPTION_SETS]
        for one, theirs in zip(OPTION_SETS, asked, strict=True):
            who, answers = people[one.measure], theirs.result()
            ours = our_answers(who, one)
            found[one.name] = judge(who, one, ours, answers)
            _show(one.name, found[one.name])
            _show_people(who, found[one.name], ours, answers)
            sample[one.name] = {person.name: _plain(answers[person.name]) for person in who[:STORED_PEOPLE]}
    return found, sample


def compare_msclinical(python: str, count: int, seed: int) -> dict[str, Verdict]:
    """The sets of options of msclinical that are ours too, on people with an EDSS and three timed tests each."""
    people = make_people_with_all_tests(count, seed)
    found = {}
    for one in CLINICAL_SETS:
        ours, theirs = our_worsenings(people, one), ask_msclinical(python, people, one)
        wrong = [name for name in ours if ours[name] != theirs[name]]
        found[f"msclinical: {one.name}"] = Verdict(count, sum(len(said) for said in ours.values()), {}, wrong)
        _show(f"msclinical: {one.name}", found[f"msclinical: {one.name}"])
        for name in wrong[:2]:
            print(f"    {name}\n      ours   {ours[name]}\n      theirs {theirs[name]}")
    return found


def _show(name: str, verdict: Verdict) -> None:
    agree = verdict.people - sum(verdict.reasons.values()) - len(verdict.unexplained)
    wrong = f"   {len(verdict.unexplained)} WITHOUT A REASON" if verdict.unexplained else ""
    print(f"{name:52} {verdict.events:6} events   {agree:5} of {verdict.people} agree{wrong}", flush=True)
    for reason, count in verdict.reasons.items():
        print(f"    {count:5}  {reason}")


def _show_people(
    people: Sequence[Person], verdict: Verdict, ours: Mapping[str, list[Event]], theirs: Mapping[str, Answer]
) -> None:
    for person in [person for person in people if person.name in verdict.unexplained][:2]:
        visits = " ".join(f"{visit.day}:{visit.value:g}" for visit in person.used)
        print(f"    {visits} | relapses {sorted(person.relapses)}")
        print(f"      ours   {_plain(ours[person.name])}\n      theirs {_plain(theirs[person.name])}")


def _plain(said: Answer) -> Any:
    return said if isinstance(said, str) else [list(event) for event in said]


def of_plain(said: Any) -> Answer:
    """A stored answer as it was given."""
    return said if isinstance(said, str) else [Event(*event) for event in said]


def summary_of(found: Mapping[str, Verdict], count: int, seed: int) -> dict[str, Any]:
    """Counts as they are stored."""
    runs, excused, undefined = 0, 0, 0
    for verdict in found.values():
        runs += verdict.people
        excused += sum(n for reason, n in verdict.reasons.items() if not reason.startswith(NO_ANSWER))
        undefined += sum(n for reason, n in verdict.reasons.items() if reason.startswith(NO_ANSWER))
    sets = {
        name: {"people": one.people, "events": one.events, "reasons": one.reasons, "unexplained": len(one.unexplained)}
        for name, one in found.items()
    }
    totals = {"runs": runs, "excused": excused, "no answer": undefined}
    return {"versions": PINNED, "people": count, "seed": seed, **totals, "sets": sets}


def make_environment(folder: Path, package: str) -> str:
    """An environment with just this package; its interpreter."""
    python = folder / package / "bin" / "python"
    if not python.exists():
        venv.create(folder / package, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"{package}=={PINNED[package]}"], check=True)
    return str(python)


def _as_stored(found: dict[str, Any]) -> bool:
    """Are the counts those stored? Another seed or number of people has nothing to be compared with."""
    stored = json.loads(SUMMARY.read_text(encoding="utf-8"))
    if (stored["people"], stored["seed"]) != (found["people"], found["seed"]):
        return True
    changed = [name for name, one in found["sets"].items() if one != stored["sets"].get(name)]
    for name in changed:
        print(f"NOT as stored in summary.json: {name}")
    return not changed


def main() -> int:
    """Compares, prints the counts, stores or checks them; 1 when something is wrong, 2 with nobody to ask."""
    parser = argparse.ArgumentParser(description="Our progression against pymsprog and msclinical.")
    for package in PINNED:
        default = os.environ.get(f"{package.upper()}_PYTHON")
        parser.add_argument(f"--{package}", metavar="PYTHON", default=default, help=f"interpreter with {package}")
    parser.add_argument("--make", type=Path, metavar="FOLDER", help="make environments with both here (once)")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="store counts and answers")
    asked = parser.parse_args()
    if asked.make:
        asked.pymsprog, asked.msclinical = (make_environment(asked.make, package) for package in PINNED)
    if not asked.pymsprog:
        print("No interpreter with pymsprog: name one with --pymsprog, or have one made with --make. Tests need none.")
        return 2
    found, sample = compare_pymsprog(asked.pymsprog, asked.people, asked.seed)
    if asked.msclinical:
        found |= compare_msclinical(asked.msclinical, asked.people, asked.seed)
    summary = summary_of(found, asked.people, asked.seed)
    print(
        f"{summary['runs']:,} answers, {summary['excused']:,} differ for a reason, {summary['no answer']:,} have none"
    )
    if asked.write:
        SUMMARY.write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
        SAMPLE.write_text(json.dumps(sample).replace('}, "', '},\n"') + "\n", encoding="utf-8")
    same = _as_stored(summary)
    return 1 if any(one.unexplained for one in found.values()) or not same else 0


if __name__ == "__main__":
    sys.exit(main())
