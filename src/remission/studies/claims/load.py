"""Reads the claims of the library: one TOML file each, found by walking; and tells all that is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import NotInLibrary, library_files
from remission.studies.claims.claim import OUTCOMES, Claim, Condition, Where


@cache
def load_claims() -> tuple[Claim, ...]:
    """Every claim of the library in order of name; InputProblems with everything that is wrong in any of them.

    >>> load_claims()[0].name
    'ablative-difference'
    """
    return read_claims(library_files("claims", ".toml"))


def chosen_claims(name_or_file: str) -> tuple[Claim, ...]:
    """A claim of the library, or one of a TOML file; all of the library for no name. NotInLibrary for another name."""
    if name_or_file.endswith(".toml"):
        return (read_claim(Path(name_or_file)),)
    every = {one.name: one for one in load_claims()}
    if name_or_file and name_or_file not in every:
        raise NotInLibrary("claim", name_or_file, tuple(every))
    return (every[name_or_file],) if name_or_file else tuple(every.values())


def claim_text(name: str) -> str:
    """The file of a claim as it lies in the library, to start one of one's own from."""
    files = {path.stem: path for path in library_files("claims", ".toml")}
    if name not in files:
        raise NotInLibrary("claim", name, tuple(files))
    return files[name].read_text(encoding="utf-8")


def read_claims(files: tuple[Path, ...]) -> tuple[Claim, ...]:
    """The claims of some files."""
    claims: list[Claim] = []
    problems: list[Problem] = []
    for path in files:
        try:
            claims.append(read_claim(path))
        except InputProblems as wrong:
            problems += wrong.problems
    if problems:
        raise InputProblems(problems)
    return tuple(claims)


def read_claim(path: Path) -> Claim:
    """The claim of one file; InputProblems with everything that is wrong in it."""
    claim = read_record(Claim, read_toml(path), path.name)
    if problems := list(wrong_form(claim, path)):
        raise InputProblems(problems)
    return claim


def wrong_form(claim: Claim, path: Path) -> Iterator[Problem]:
    """Everything in a claim that does not go together, whatever studies there are."""
    file = path.name
    if claim.name != path.stem:
        do = "Call it as its file is called."
        yield Problem.at_key(file, "name", found=claim.name, allowed=path.stem, do=do)
    if not (claim.conditions or claim.judged or claim.no_number):
        allowed = "[[conditions]], or [judged] or no_number with the reason why no number decides"
        yield Problem.at_key(
            file, "conditions", found="a claim without a rule", allowed=allowed, do="Add one of those."
        )
    if claim.judged and claim.conditions:
        do = "Take one of them out: where a number decides, the verdict is never typed."
        yield Problem.at_key(file, "judged", found="a verdict beside conditions", allowed="one of them", do=do)
    if claim.judged and not claim.no_number:
        do = "Say why no number decides."
        yield Problem.at_key(file, "no_number", found="nothing", allowed="the reason, beside a typed verdict", do=do)
    if claim.written_for and (wrong := _wrong_outcomes(claim)):
        allowed = f"one of {', '.join(OUTCOMES)} for each of {len(claim.conditions)} conditions"
        do = "Give what each condition comes to, in order."
        yield Problem.at_key(file, "written_for", found=wrong, allowed=allowed, do=do)
    # What is wrong with one condition says nothing of the others, so all are told.
    for place, condition in enumerate(claim.conditions, 1):
        yield from _wrong_condition(claim, condition, file, f"conditions[{place}]")
    for place, fact in enumerate(claim.facts, 1):
        if fact.events is not None and (fact.denominator is None or fact.events > fact.denominator):
            found, do = f"{fact.events} of {fact.denominator}", "Correct the count."
            yield Problem.at_key(file, f"facts[{place}].events", found=found, allowed="at most the denominator", do=do)
        if fact.value is not None and not _within(fact.value, fact.low, fact.high):
            found, do = f"{fact.value} beside {fact.low} to {fact.high}", "Correct one of them."
            yield Problem.at_key(file, f"facts[{place}].value", found=found, allowed="within its interval", do=do)


def _wrong_outcomes(claim: Claim) -> str:
    """What an answer was written for, where it cannot be that; else empty."""
    known = set(claim.written_for) <= set(OUTCOMES) and len(claim.written_for) == len(claim.conditions)
    return "" if known else ", ".join(claim.written_for)


def _wrong_condition(claim: Claim, condition: Condition, file: str, at: str) -> Iterator[Problem]:
    if condition.number is None:
        if not condition.missing:
            do = "Name the number, or say in `missing` why there is none."
            yield Problem.at_key(file, f"{at}.number", found="no such key", allowed="a place of a number", do=do)
        return
    bounds = (condition.at_least, condition.at_most, condition.above, condition.below)
    if all(bound is None for bound in bounds):
        allowed = "at_least, at_most, above or below"
        yield Problem.at_key(file, at, found="no bound", allowed=allowed, do="Say where the number must lie.")
    for name in ("number", "minus", "above", "below"):
        where: Where | None = getattr(condition, name)
        if where is not None and len(where.named) != 1:
            found = " and ".join(where.named) or "none of them"
            do = "Name one place."
            yield Problem.at_key(file, f"{at}.{name}", found=found, allowed="pool, study or fact", do=do)
        elif where is not None and where.fact and claim.fact(where.fact) is None:
            known = ", ".join(one.name for one in claim.facts) or "no fact in this file"
            yield Problem.at_key(file, f"{at}.{name}.fact", found=where.fact, allowed=known, do="Add the fact.")


def _within(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)
