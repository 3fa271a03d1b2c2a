"""What a person agrees to, in plain words: one file of `library/consents` for each version, found by walking.

A version that somebody has agreed to never changes: what they agreed to must be there to be read again. So a change of
words is a new file, and the digest of each version that was shown is pinned in a test.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem, nearest
from remission.inputs.strict_records import read_records
from remission.library.catalogue import library_files
from remission.registry.consent import SCOPES, Scope, Version

# What a text leaves open for the host of an observatory, and what stands there while nothing is declared.
OPEN: Mapping[str, str] = {
    "name": "Remission",
    "controller": "the host of this site",
    "contact": "told when this site opens",
    "privacy_notice": "told when this site opens",
}
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Part:
    """One part of the text: a heading and a few lines below it."""

    title: str = key("Its heading")
    words: tuple[str, ...] = key("Its lines, each of one thought", least=1)


@dataclass(frozen=True)
class Asked:
    """One use that is asked for apart from all others: in plain words, and what it means to say no."""

    scope: Scope = key("The scope", choices=SCOPES)
    title: str = key("The use in a few words")
    words: str = key("What is asked, in plain words")
    refused: str = key("What it means to say no, in plain words")


@dataclass(frozen=True)
class ConsentText:
    """One version of the words of the consent."""

    version: str = key("Name of the version: the name of the file", example='"1"')
    from_date: date = key("First day on which it may be shown", example="2026-01-01")
    title: str = key("Its heading")
    lead: str = key("What it comes to, in two or three sentences")
    parts: tuple[Part, ...] = key("What is kept, by whom, what could go wrong, rights, how to stop", least=1)
    scopes: tuple[Asked, ...] = key("The uses, each asked for apart", least=1)

    @property
    def offered(self) -> Version:
        """The version as consents are checked against it."""
        return Version(self.version, tuple(one.scope for one in self.scopes), self.from_date)

    @property
    def digest(self) -> str:
        """What the whole text comes to: it changes with any word of it."""
        said = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=date.isoformat)
        return hashlib.sha256(said.encode()).hexdigest()


@cache
def consent_texts() -> Mapping[str, ConsentText]:
    """Every version by its name, the oldest first; InputProblems with everything that is wrong in their files.

    >>> [one.scope for one in consent_texts()["1"].scopes]
    ['research', 'aggregates', 'contact']
    """
    return load_consent_texts(library_files("consents", ".toml"))


def load_consent_texts(paths: tuple[Path, ...]) -> dict[str, ConsentText]:
    """The versions of some files by name, the oldest first; InputProblems when any is wrong."""
    found = read_records(ConsentText, paths, check_consent_text, named="version").values()
    problems = [
        Problem.of_file("consents", found=f"{count} from {day}", allowed="one a day", do="Give the later a later day.")
        for day, count in Counter(one.from_date for one in found).items()
        if count > 1
    ]
    if problems:
        raise InputProblems(problems)
    return {one.version: one for one in sorted(found, key=lambda one: one.from_date)}


def check_consent_text(one: ConsentText, file: str) -> Iterator[Problem]:
    """What is wrong with a version: a scope asked for twice, a placeholder that nothing fills.

    >>> from dataclasses import replace
    >>> [problem.column for problem in check_consent_text(replace(consent_texts()["1"], lead="{host} asks"), "1.toml")]
    ['lead']
    """
    for scope, count in Counter(asked.scope for asked in one.scopes).items():
        if count > 1:
            yield Problem.at_key(file, "scopes", found=f"{scope} twice", allowed="each scope once", do="Keep one.")
    for at, text in texts_of(one):
        for name in PLACEHOLDER.findall(text):
            if name not in OPEN:
                yield Problem.at_key(
                    file, at, found=f"{{{name}}}", allowed=", ".join(f"{{{known}}}" for known in OPEN),
                    do=nearest(name, OPEN) or "Take it out.",
                )  # fmt: skip


def texts_of(one: ConsentText) -> Iterator[tuple[str, str]]:
    """Every text of a version that a person reads, with its key."""
    yield from (("title", one.title), ("lead", one.lead))
    for place, part in enumerate(one.parts, 1):
        yield f"parts[{place}].title", part.title
        yield from ((f"parts[{place}].words[{number}]", line) for number, line in enumerate(part.words, 1))
    for place, asked in enumerate(one.scopes, 1):
        yield from ((f"scopes[{place}].{name}", getattr(asked, name)) for name in ("title", "words", "refused"))


def shown_on(day: date) -> ConsentText:
    """The version that is shown on a day: the newest by then; before all of them, on a clock set back, the first.

    >>> shown_on(date(1999, 1, 1)).version
    '1'
    """
    every = list(consent_texts().values())
    return next((one for one in reversed(every) if one.from_date <= day), every[0])


def versions() -> dict[str, Version]:
    """Every version, as `registry.consent.check_consents` takes them."""
    return {name: one.offered for name, one in consent_texts().items()}


def filled(text: str, facts: Mapping[str, str]) -> str:
    """A text with what the host declares in its open places; what is not declared is said in general words.

    >>> filled("{controller} keeps it", {})
    'The host of this site keeps it'
    >>> filled("{controller} keeps it", {"controller": "Example Trust"})
    'Example Trust keeps it'
    """

    def stands(found: re.Match[str]) -> str:
        general = OPEN.get(found[1], found[0])
        return facts.get(found[1]) or (general if found.start() else general[:1].upper() + general[1:])

    return PLACEHOLDER.sub(stands, text)
