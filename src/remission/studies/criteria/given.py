"""A person's own facts: from a file (TOML or JSON), or from answers as somebody types them. Nothing is kept.

What is wrong names the key and what is allowed; what was found is for the eyes of the person who gave it, and stands in
no traceback (`inputs.problems`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from remission.inputs.notations import decoded
from remission.inputs.problems import InputProblems, Problem, alike, nearest, shown
from remission.inputs.strict_records import parse_toml
from remission.studies.criteria.facts import Answer, Answers, Fact, Vocabulary, contradictions, vocabulary

UNKNOWN_WORDS = ("", "unknown", "i don't know", "don't know", "?")
YES_WORDS = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def read_facts(path: Path, words: Vocabulary | None = None) -> dict[str, Answer]:
    """The facts of a file that are known; InputProblems with everything that is wrong in it.

    A key is the name of a fact. One that is left out, "unknown" or (in JSON) null is unknown.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        missing = Problem.of_file(path.name, found="no such file", allowed="a file of facts", do="Check the path.")
        raise InputProblems(missing) from None
    twice: list[str] = []
    said = _parsed_json(content, path.name, twice) if path.suffix == ".json" else parse_toml(content, path.name)
    return known_facts(said, path.name, words or vocabulary(), twice)


def _parsed_json(content: bytes, file: str, twice: list[str]) -> Mapping[str, Any]:
    """The table of a JSON file; JSON takes the last of two values of a key, so those keys are put into `twice`."""

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(name for name, number in Counter(name for name, _ in pairs).items() if number > 1)
        return dict(pairs)

    try:
        said = json.loads(decoded(content, file), object_pairs_hook=table)
    except (ValueError, RecursionError):  # no JSON, or a number of thousands of digits
        said = None
    if not isinstance(said, dict):
        do = 'Write it as {"age": 41}.'
        raise InputProblems(Problem.of_file(file, found="text that is no table", allowed="a table in JSON", do=do))
    return said


def known_facts(said: Mapping[str, Any], file: str, words: Vocabulary, twice: Sequence[str] = ()) -> dict[str, Answer]:
    """The facts of a table that are known, in the order of the vocabulary; InputProblems with all that is wrong.

    `twice` are keys that stood there more than once.

    >>> known_facts({"age": 41, "course": "unknown"}, "mine.toml", vocabulary())
    {'age': 41}
    """
    strays = [name for name in said if name not in words.by_name]
    problems = [*alike(strays, lambda name: _stray(name, file, words)), *alike(twice, lambda name: _twice(name, file))]
    given: dict[str, Answer] = {}
    for fact in words.every:
        if fact.name not in said or is_unknown(said[fact.name]):
            continue
        answer = answer_of(said[fact.name], fact)
        if answer is None:
            problems.append(_wrong(fact, said[fact.name], file))
        else:
            given[fact.name] = answer
    problems += _contradicting(given, file, words)
    if problems:
        raise InputProblems(problems)
    return given


def is_unknown(said: object) -> bool:
    """Does somebody say that they do not know?"""
    return said is None or (isinstance(said, str) and said.strip().casefold() in UNKNOWN_WORDS)


def answer_of(said: object, fact: Fact) -> Answer | None:
    """What was said as an answer to a question; None where it can be none.

    >>> edss = vocabulary().by_name["edss"]
    >>> answer_of("6.5", edss), answer_of(6.3, edss), answer_of("12", edss)
    (6.5, None, None)
    """
    text = said.strip() if isinstance(said, str) else said
    if fact.kind == "choice":
        named = {one.value.casefold(): one.value for one in fact.choices}
        return named.get(text.casefold()) if isinstance(text, str) else None
    if fact.kind == "yes-no":
        return text if isinstance(text, bool) else YES_WORDS.get(text.casefold()) if isinstance(text, str) else None
    number = _number(text)
    if number is None or round(number, 6) not in fact.grid:
        return None
    return int(number) if fact.step == 1 else number


def _number(said: object) -> float | None:
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        return None
    try:
        return float(said)
    except (ValueError, OverflowError):
        return None


def allowed_words(fact: Fact, *, typed: bool = False) -> str:
    """What may be said to a question, in words; `typed` at a terminal, where nobody writes true.

    >>> allowed_words(vocabulary().by_name["edss"])
    '0 to 9.5 in steps of 0.5'
    """
    if fact.kind == "choice":
        return ", ".join(one.value for one in fact.choices)
    if fact.kind == "yes-no":
        return "yes or no" if typed else "true or false"
    low, high = fact.range
    return f"{low:g} to {high:g}" + (f" in steps of {fact.step or 1:g}" if fact.step != 1 else "")


def _stray(name: str, file: str, words: Vocabulary) -> Problem:
    do = nearest(name, words.by_name) or "Take it out."
    return Problem.at_key(
        file, name, found="no fact of that name", allowed=", ".join(words.by_name), do=do, private=True
    )


def _twice(name: str, file: str) -> Problem:
    return Problem.at_key(
        file, name, found="the same key twice", allowed="each key once", do="Take one of them out.", private=True
    )


def _wrong(fact: Fact, said: object, file: str) -> Problem:
    do = f"{fact.asks} Leave it out if that is not known."
    return Problem.at_key(file, fact.name, found=shown(str(said)), allowed=allowed_words(fact), do=do, private=True)


def _contradicting(given: Answers, file: str, words: Vocabulary) -> Iterator[Problem]:
    for name, more in contradictions(given, words):
        yield Problem.at_key(
            file, name, found=f"{given[name]} beside {more} {given[more]}", allowed=f"never more than {more}",
            do="Correct one of them, or leave it out.", private=True,
        )  # fmt: skip


def template(words: Vocabulary | None = None) -> str:
    """A file of facts to fill in: every question with what it allows, and every answer left out.

    >>> template().splitlines()[2]
    '# What kind of MS do you have?'
    """
    lines = ["# Take away the # before an answer that you know, and correct it. What is left out is not known.", ""]
    for fact in (words or vocabulary()).every:
        lines += [f"# {fact.asks}", f"# Allowed: {allowed_words(fact)}.", f"# {fact.name} = {_example(fact)}", ""]
    return "\n".join(lines)


def _example(fact: Fact) -> str:
    if fact.kind == "choice":
        return f'"{fact.choices[0].value}"'
    return "true" if fact.kind == "yes-no" else "0"
