"""How the virtual people were made: what they are fitted to, and what is made up of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.trials.pages import virtual_people
from remission.trials.pages.virtual_people import virtual_people_page

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

PATH, TITLE, PLACE = virtual_people.PATH, "Virtual people", None


def pages(_known: Known) -> Iterator[Making]:
    """The page."""
    yield virtual_people_page
