"""The shell of every page of a site: where one is, where one can go, what the rows are, and of which day.

A page is whole without a script: pictures are drawn, tables are beside them, links are links. The content-security
policy allows the site's own files and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from markupsafe import Markup, escape

from remission.exhibits.page import Link, Page, tables_of
from remission.exhibits.tables import environment, json_in_page
from remission.exhibits.wording import day_words

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

# Everything is forbidden but the site's own files: a page that is passed on can ask nobody for anything.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src {script}; connect-src {script}; "
    "base-uri 'none'; form-action 'none'"
)

# Texts and pictures by their path from the root of the site.
Files = Sequence[tuple[str, str | bytes]]


@dataclass(frozen=True)
class Site:
    """What all pages of one export share: where one can go, and the day that it was made on.

    `above` is the page above its first one, where the site is a part of a larger one.
    """

    navigation: tuple[Link, ...]
    day: date
    above: Link | None = None

    @property
    def made(self) -> str:
        """The day in words."""
        return day_words(self.day)


class Making(Protocol):
    """What makes one page, or files that lie beside pages: called in a process of its own, so it can be pickled.

    A `functools.partial` of a function of a module is one.
    """

    def __call__(self) -> Page | Files:
        """Make it."""


@dataclass(frozen=True)
class Later:
    """A making whose parts are put together when its turn comes: those of all pages at once would fill the memory.

    `make` is called with what `parts` gives, in a process of its own; `parts` is called where the site is written.
    """

    make: Callable[[Any], Page | Files]
    parts: Callable[[], object]

    def __call__(self) -> Page | Files:
        """Put the parts together and make it."""
        return self.ready()()

    def ready(self) -> Making:
        """The making with its parts."""
        return partial(self.make, self.parts())


def render_in_shell(room: str, template: str, page: Page, site: Site, **said: object) -> str:
    """A page in a template of a room that extends `shell.html.jinja`; `said` is what that template needs besides.

    `said` must name the `style` sheet and the `policy` of the page.
    """
    return environment(room).get_template(template).render(page=page, site=site, **said)


def files_of(made: Page | Files, render: Callable[[Page], str]) -> Files:
    """A page with its tables as files, by their path from the root of the site; files as they are."""
    if not isinstance(made, Page):
        return made
    # Beside the page and not at the root: two pages may have a table of one name.
    place = Path(made.path).parent / made.data_folder
    tables = tables_of(made.sections) if made.data_folder else []
    return [(made.path, render(made)), *((str(place / table.file_name), table.csv()) for table in tables)]


def policy_of(page: Page) -> str:
    """The content-security policy: a page without a script allows none.

    >>> from remission.inputs.provenance import Provenance
    >>> "script-src 'none'" in policy_of(Page(title="", subtitle="", provenance=Provenance("library", "observed", "")))
    True
    """
    return POLICY.format(script="'self'" if page.script else "'none'")


def template_text(room: str, name: str) -> str:
    """A style sheet or a script as it lies in a room's folder of templates."""
    return files(room).joinpath("templates", name).read_text(encoding="utf-8")


def marked_json(data: Mapping[str, object], provenance: Provenance) -> str:
    """Plain data for a script, in a page too, which says what its rows are, as every table and picture does.

    >>> from remission.inputs.provenance import Provenance
    >>> marked_json({"trusts": 3}, Provenance("atlas", "observed", ""))
    '{"standing":"observed","warning":"","trusts":3}'
    """
    # Inside and not in the name: a script asks for names that do not depend on what the rows are.
    return json_in_page({"standing": provenance.kind, "warning": provenance.warning, **data})


def linked(words: str, address: str) -> Markup:
    """Words that are a link, safe in a table's cell or a sentence.

    >>> print(linked("A & B", "trust/R0A.html"))
    <a href="trust/R0A.html">A &amp; B</a>
    """
    return Markup('<a href="{}">{}</a>').format(address, words)


def joined(parts: Sequence[str], between: str = ", ") -> Markup:
    """Words and links put one after the other; what is no link is escaped.

    >>> print(joined(["A & B", linked("C", "c.html")]))
    A &amp; B, <a href="c.html">C</a>
    """
    return Markup(escape(between)).join(parts)
