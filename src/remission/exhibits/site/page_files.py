"""Which pages a site has: one file each in a folder, found by walking it.

A file says where its page lies, what it is called, its place in the navigation, and how it is made from what an export
knows. To add a page, add its file; no list elsewhere names it.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from remission.exhibits.page import Link
from remission.inputs.walking import modules_in

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making

Known = TypeVar("Known", contravariant=True)


class PageFile(Protocol[Known]):
    """What every file of the folder offers.

    `PATH` is the address from the root of the site, with a name in braces where there is one page for each thing of a
    kind; `TITLE` is what the navigation calls the page; `PLACE` orders the navigation (tens, so that another page fits
    between), and is None for a page that is reached from others only.
    """

    PATH: str
    TITLE: str
    PLACE: int | None

    def pages(self, known: Known) -> Iterator[Making]:
        """What makes each page, and each file beside them; nothing where there is nothing to show."""


def page_files_in(*folders: ModuleType) -> dict[str, PageFile[Any]]:
    """Every kind of page of some folders by the name of its file.

    ValueError when two lie at one address or place of the navigation.
    """
    found: dict[str, PageFile[Any]] = {
        name: importlib.import_module(module) for name, module in modules_in(*folders).items()
    }
    check_places(found)
    return found


def check_places(found: Mapping[str, PageFile[Any]]) -> None:
    """ValueError when two pages lie at one address, where one would overwrite the other, or at one place."""
    paths = Counter(one.PATH for one in found.values())
    places = Counter(one.PLACE for one in found.values() if one.PLACE is not None)
    twice = [name for name, one in found.items() if paths[one.PATH] > 1 or places[one.PLACE or 0] > 1]
    if twice:
        raise ValueError(f"these pages have one PATH or one PLACE: {', '.join(twice)}")


def navigation_of(found: Mapping[str, PageFile[Any]]) -> tuple[Link, ...]:
    """The navigation of every page, in order."""
    placed = [(one.PLACE, one) for one in found.values() if one.PLACE is not None]
    return tuple(Link(one.TITLE, one.PATH) for _, one in sorted(placed, key=lambda placed: placed[0]))
