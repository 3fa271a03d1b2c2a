"""An endpoint as plain text, for a terminal: the same words as in the report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from remission.exhibits.definition_words import StatedValue, stated_values
from remission.outcomes.definitions import Endpoint

WIDTH = 110


def definition_text(endpoint: Endpoint) -> str:
    """The whole definition, a value a line with its status and source; the parts of a composite after it.

    >>> from remission.outcomes.endpoint_files import load_endpoint
    >>> print(definition_text(load_endpoint("death")).splitlines()[0])
    Death (death)
    """
    return "\n".join(_lines(endpoint))


def _lines(endpoint: Endpoint) -> Iterator[str]:
    yield f"{endpoint.title} ({endpoint.name})"
    yield from textwrap.wrap(endpoint.summary, WIDTH)
    for value in stated_values(endpoint):
        yield from _value_lines(value)
    for part in endpoint.parts:
        yield ""
        yield from _lines(part)


def _value_lines(value: StatedValue) -> Iterator[str]:
    yield f"  {value.meaning}: {value.value}"
    source = value.source
    if source is not None:
        locus = f", {source.locus}" if source.locus else ""
        said = f" {source.says}" if source.says else ""
        about = f"[{source.status}] {source.citation}{locus}.{said}"
        yield from textwrap.wrap(about, WIDTH, initial_indent="      ", subsequent_indent="      ")
