"""Kinds of letters: one file of `library/letters` each, and the words that no letter may show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from types import MappingProxyType
from typing import Literal

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.strict_records import read_record, read_toml
from remission.library.catalogue import library_files, table, therapies

FOLDER = "letters"
# As wide as every program that shows letters can show.
WIDTH = 72
# Places that every letter has.
OF_ALL = ("home", "record")
# On a line of their own: a program that breaks a line within an address makes a link that opens nothing.
LINKS = ("link", "stop", *OF_ALL)


@dataclass(frozen=True)
class Kind:
    """One kind of letter.

    `if_unsure` is what happens where nobody knows whether it went out, because a process died or a server fell silent
    in the middle: a notice of safety is sent again, a reminder is left. Of a kind that `may_be_stopped` none is sent to
    whoever wants none. `path` is where `{link}` leads, for kinds whose link is the same for everybody.
    """

    name: str = key("Short name: the name of the file", example='"visit"')
    when: str = key("When it is sent, in a few words")
    subject: str = key("Its subject, which names no illness and no treatment")
    body: str = key("Its words, with {places} that are filled when it is sent")
    if_unsure: Literal["send again", "leave it"] = key("What to do where nobody knows whether it went out")
    may_be_stopped: bool = key("May people say that they want none of these?", default=False)
    path: str = key("Where {link} leads, below the first page; empty where each letter has its own", "")

    @property
    def places(self) -> tuple[str, ...]:
        """The names in braces in its words, each once."""
        return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(self.body) if name is not None))


@dataclass(frozen=True)
class Telling:
    """A word that tells whoever looks over a shoulder, and what it tells."""

    word: str
    why: str


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of letter by its name; InputProblems with everything that is wrong in any.

    >>> kinds()["visit"].subject
    'Your form is ready'
    """
    read = [read_record(Kind, read_toml(path), path.name) for path in library_files(FOLDER, ".toml")]
    if problems := [problem for one in read for problem in problems_of(one)]:
        raise InputProblems(problems)
    return MappingProxyType({one.name: one for one in read})


def problems_of(kind: Kind) -> Iterator[Problem]:
    """What is wrong with a kind: words that tell of an illness, a link within a line, a subject of two lines."""
    file = f"{kind.name}.toml"
    for name, text in (("subject", kind.subject), ("body", kind.body)):
        for word in telling_words(text):
            yield Problem.at_key(file, name, found=word, allowed="no illness, no treatment", do="Say it otherwise.")
    if not kind.subject.isprintable() or not kind.subject.strip():
        yield Problem.at_key(file, "subject", found="no line", allowed="one line", do="Write one line.")
    links = {f"{{{link}}}" for link in LINKS}
    if any(link in line and line.strip() != link for line in kind.body.splitlines() for link in links):
        found, allowed = "a link in a line of words", "a line of its own"
        yield Problem.at_key(file, "body", found=found, allowed=allowed, do="Move it.")
    if kind.may_be_stopped != ("stop" in kind.places):
        found, allowed = "no way to stop, or one that stops nothing", "{stop} where it may be stopped, and nowhere else"
        yield Problem.at_key(file, "body", found=found, allowed=allowed, do="Mend it.")


def telling_words(text: str) -> tuple[str, ...]:
    """Words of a text that tell of an illness or a treatment.

    >>> telling_words("Your MS form, after alemtuzumab"), telling_words("Ask your mother's firms")
    (('MS', 'alemtuzumab'), ())
    """
    return tuple(dict.fromkeys(found.group() for found in _telling().finditer(text)))


@cache
def _telling() -> re.Pattern[str]:
    listed = [one.word for one in table("discreet_words", Telling)]
    names = [name for one in therapies().values() for name in (one.name, *one.brands)]
    spelt = "|".join(map(re.escape, sorted({*listed, *names}, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{spelt})(?!\w)", re.IGNORECASE)
