"""Texts in Markdown as sections of a page: the documents of the project are read on its site as they are in its files.

Only what our own texts use is understood, and HTML inside them is shown as letters. A table can be moved sideways by
the keyboard, and every heading can be linked to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

from remission.exhibits.page import Block, Section
from remission.exhibits.wording import anchor

if TYPE_CHECKING:
    from markdown_it.token import Token

Resolve = Callable[[str], str]
_TABLE = '<div class="scroll" tabindex="0" role="group" aria-label="Table: {}">\n<table>\n'


@dataclass(frozen=True)
class Document:
    """A text: its title, what stands before its first section, as HTML, and the sections."""

    title: str
    lead: str
    sections: Sequence[Section]


def read_document(text: str, resolve: Resolve = str) -> Document:
    """A text in Markdown as sections, one for each heading of the second level; `resolve` says where a link leads.

    >>> document = read_document("# Rules\\n\\nFirst.\\n\\n## One\\n\\n[x](a.md)", lambda address: "b.html")
    >>> document.title, document.lead, document.sections[0].blocks[0].document
    ('Rules', '<p>First.</p>\\n', '<p><a href="b.html">x</a></p>\\n')
    """
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", resolve(str(child.attrGet("href"))))
    title, lead, parts = "", "", []
    for heading, body in _parted(tokens):
        html = _html(reader, body, heading or title)
        if heading and heading.startswith("# "):
            title, lead = heading[2:], html
        else:
            parts.append(Section(anchor(heading), heading, [Block(document=html)]))
    return Document(title, lead, parts)


def _reader() -> MarkdownIt:
    # Without HTML: a text of the library is edited by many, and a page is run by browsers.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("th_open", lambda *_: '<th scope="col" class="words">')
    reader.add_render_rule("td_open", lambda *_: '<td class="words">')
    reader.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    return reader


def _parted(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """Headings of the first two levels, the first with its sign, each with the tokens that follow it."""
    heading, body = "", list[Any]()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            if heading or body:
                yield heading, body
            heading, body = f"{'# ' if token.tag == 'h1' else ''}{tokens[at + 1].content}", []
            at += 3
            continue
        body.append(token)
        at += 1
    yield heading, body


def _html(reader: MarkdownIt, tokens: Sequence[Token], about: str) -> str:
    """The tokens as HTML; what a table is about is said by the heading above it."""
    made = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            about = tokens[at + 1].content
            token.attrSet("id", anchor(about))
        if token.type == "table_open":
            token.meta["about"] = about
    reader.add_render_rule("table_open", _table_open)
    made.append(reader.renderer.render(list(tokens), reader.options, {}))
    return "".join(made)


def _table_open(_renderer: object, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    about = str(tokens[at].meta.get("about", "")).replace("`", "")
    return _TABLE.format(about.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;"))
