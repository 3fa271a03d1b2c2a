"""Every address that is served, found by walking Django's own tables, and how each is asked for in a test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

NAMED = re.compile(r"<(?:\w+:)?(\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Asked:
    """One address: its name, and the pattern with its places in braces."""

    name: str
    pattern: str

    def path(self, values: Mapping[str, str]) -> str:
        """The address with its places filled; KeyError names a place that no value was given for."""
        return "/" + self.pattern.format_map(values)


def every_address(patterns: Iterable[Any] | None = None, before: str = "") -> Iterator[Asked]:
    """Every address of the observatory, those of included libraries too."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        here = before + _in_braces(str(one.pattern))
        if isinstance(one, URLResolver):
            yield from every_address(one.url_patterns, here)
        elif isinstance(one, URLPattern):
            yield Asked(one.name or here, here)


def _in_braces(pattern: str) -> str:
    return NAMED.sub(r"{\1}", GROUP.sub(r"{\1}", pattern)).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
