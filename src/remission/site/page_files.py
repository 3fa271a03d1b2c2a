"""Which pages the site has: one file each in `site/pages/`, and those of subjects that have a room of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import remission.site.pages
from remission.exhibits.site.page_files import PageFile, page_files_in

if TYPE_CHECKING:
    from remission.site.known import Known

SitePageFile: TypeAlias = "PageFile[Known]"


def page_files() -> dict[str, SitePageFile]:
    """Every kind of page by the name of its file; ValueError when two lie at one address or place of the navigation.

    >>> "front" in page_files()
    True
    """
    return page_files_in(remission.site.pages)
