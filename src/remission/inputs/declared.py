"""What a frozen record says of its own keys, so that reader, template and messages are read off one declaration.

A dataclass whose fields are made by `key` (or are plain) can be filled from TOML by `inputs.strict_records` and from a
table of the library by `library.tables`. The type of a field says what kind of value it takes; `key` adds what a type
cannot say.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from functools import cache, cached_property
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

WORDS: Mapping[object, str] = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date as YYYY-MM-DD",
}
LEAST = {1: "one item", 2: "two items"}
# More than these are a list to look through; so many still make a sentence.
FEW = 4


def key(
    meaning: str = "",
    default: Any = ...,
    *,
    make: Callable[[], Any] | None = None,
    name: str = "",
    words: str = "",
    example: str = "",
    choices: Collection[str] = (),
    none: str = "",
    low: float | None = None,
    high: float | None = None,
    least: int = 0,
    heading: bool = False,
) -> Any:
    """A field of a record that is read from a file; required unless it has a `default`, or `make` makes one.

    `meaning` is what it means, in a sentence without a stop; `words` what is allowed, where the type says too little;
    `example` a value as TOML writes it. `choices` are the texts allowed, `none` the word that a file writes for None,
    `low` and `high` the bounds of a number (inclusive), `least` the fewest items of a list.
    `name` is the key in the file where the field is called otherwise. A field that is a `heading` takes the key under
    which its whole record stands.
    """
    about = {
        "meaning": meaning, "name": name, "words": words, "example": example, "choices": tuple(choices), "none": none,
        "low": low, "high": high, "least": least, "heading": heading,
    }  # fmt: skip
    if make is not None:
        return field(default_factory=make, metadata=about)
    return field(metadata=about) if default is ... else field(default=default, metadata=about)


@dataclass(frozen=True)
class Key:
    """One key of a record: its name in the file, the field it fills, its type, and what the record says of it.

    What is told from its type is worked out once: a grid of definitions asks every key hundreds of times.
    """

    name: str
    field: str
    hint: Any
    about: Mapping[str, Any]
    required: bool

    @property
    def meaning(self) -> str:
        """What it means."""
        return str(self.about.get("meaning", ""))

    @property
    def example(self) -> str:
        """A value as TOML writes it."""
        return str(self.about.get("example", ""))

    @property
    def advice(self) -> str:
        """What to do about a wrong value: its meaning tells."""
        return f"{self.meaning}." if self.meaning else "Correct the value."

    @property
    def explained(self) -> tuple[str, str]:
        """Two lines of comment over this key in a template."""
        left_out = "" if self.required else "; may be left out"
        return f"# {self.meaning}.", f"# Allowed: {self.allowed}{left_out}."

    @cached_property
    def kinds(self) -> tuple[Any, ...]:
        """The types that a value may have, None left out."""
        union = get_origin(self.hint) in (types.UnionType, Union)
        return tuple(one for one in (get_args(self.hint) if union else (self.hint,)) if one is not types.NoneType)

    @cached_property
    def optional(self) -> bool:
        """May it be None?"""
        return types.NoneType in get_args(self.hint)

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The texts allowed; empty where any text is."""
        named = tuple(self.about.get("choices", ()))
        literal = [one for one in self.kinds if get_origin(one) is Literal]
        return named or (get_args(literal[0]) if literal else ())

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        if words := self.about.get("words"):
            return str(words)
        listed = get_origin(self.kinds[0]) is tuple
        said = one_of(self.choices) if self.choices and not listed else " or ".join(map(self._words, self.kinds))
        none = self.about.get("none")
        return f"{said}, or '{none}'" if none else said

    def _words(self, kind: Any) -> str:
        if get_origin(kind) is tuple:
            of = f" of {', '.join(self.choices)}" if self.choices else ""
            return f"a list{of}" + (f" with at least {LEAST[self.least]}" if self.least else "")
        return WORDS.get(kind, "a table")

    @cached_property
    def item(self) -> Key:
        """What each item of a list is to be, or each value of a table whose keys are the file's own."""
        inner = get_args(self.kinds[0])
        kind = inner[0] if get_origin(self.kinds[0]) is tuple else inner[1]
        return replace(self, hint=kind, required=False, about={**self.about, "words": "", "none": "", "least": 0})

    @property
    def least(self) -> int:
        """The fewest items of a list."""
        return int(self.about.get("least", 0))


def keys_of(record: type) -> tuple[Key, ...]:
    """The keys of a record, in order; a field marked `resolved` is filled by the program and is none.

    >>> from remission.inputs.provenance import Source
    >>> [one.name for one in keys_of(Source)]
    ['citation', 'status', 'locus', 'says']
    """
    return _keys_of(record)


@cache
def _keys_of(record: type) -> tuple[Key, ...]:
    # Kept, for resolving the types of a record takes longer than reading one, and a grid of definitions reads hundreds.
    hints = get_type_hints(record)
    return tuple(
        Key(
            item.metadata.get("name") or item.name,
            item.name,
            hints[item.name],
            item.metadata,
            item.default is MISSING and item.default_factory is MISSING,
        )
        for item in fields(record)
        if not (item.metadata.get("resolved") or item.metadata.get("heading"))
    )


def heading_of(record: type) -> str:
    """The field that takes the heading under which a record stands; empty when none does."""
    return next((item.name for item in fields(record) if item.metadata.get("heading")), "")


def one_of(choices: Collection[str]) -> str:
    """Choices in words: a few as one writes them, many as a list.

    >>> one_of(["days", "dates"]), one_of("abcde")
    ('"days" or "dates"', 'a, b, c, d, e')
    """
    return (
        ", ".join(choices)
        if len(choices) > FEW
        else " or ".join(json.dumps(one, ensure_ascii=False) for one in choices)
    )
