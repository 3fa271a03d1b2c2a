"""An endpoint as plain text, for a terminal: the same words as in the report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.report.definitions.words import StatedValue, stated_values

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint

WIDTH = 110
# The records beside a rule, whose values mean something only together; a rule names those inside it.
SECTIONS = {
    "censoring": "Censoring",
    "estimation": "Summary",
    "readings": "Readings",
}


def definition_text(endpoint: Endpoint) -> str:
    """The whole definition, a value a line with its status and source; parts, or the endpoint of its origin, after it.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> print(definition_text(load_endpoint("death")).splitlines()[0])
    Death (death)
    """
    return "\n".join(_lines(endpoint))


def _lines(endpoint: Endpoint) -> Iterator[str]:
    yield f"{endpoint.title} ({endpoint.name})"
    yield from textwrap.wrap(endpoint.summary, WIDTH)
    inside = {f"{endpoint.rule}.{key}": heading for key, heading in endpoint.record.sections.items()}
    headings, section = inside | SECTIONS, ""
    for value in stated_values(endpoint):
        above = headings.get(value.name.rpartition(".")[0], "")
        if above and above != section:
            yield f"  {above}"
        section = above
        yield from _value_lines(value, "    " if above else "  ")
    for other in (*endpoint.parts, *((endpoint.origin,) if endpoint.origin is not None else ())):
        yield ""
        yield from _lines(other)


def _value_lines(value: StatedValue, indent: str) -> Iterator[str]:
    said = f"{value.meaning}: {value.value}"
    yield from textwrap.wrap(said, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
    source = value.source
    if source is not None:
        locus = f", {source.locus}" if source.locus else ""
        words = f" {source.says}" if source.says else ""
        about = f"[{source.status}] {source.citation}{locus}.{words}"
        yield from textwrap.wrap(about, WIDTH, initial_indent=f"{indent}    ", subsequent_indent=f"{indent}    ")
