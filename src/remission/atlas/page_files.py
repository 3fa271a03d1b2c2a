"""Which pages the atlas has: one file each in `atlas/pages/`, found by walking the folder.

A file says where its page lies, what it is called, its place in the navigation, and how it is made from what an export
knows. To add a page, add its file; no list elsewhere names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import remission.atlas.pages
from remission.exhibits.site.page_files import PageFile, page_files_in

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known

AtlasPageFile: TypeAlias = "PageFile[Known]"


def page_files() -> dict[str, AtlasPageFile]:
    """Every kind of page by the name of its file; ValueError when two lie at one address or place of the navigation.

    >>> list(page_files())[:3]
    ['about', 'boards', 'codes']
    """
    return page_files_in(remission.atlas.pages)
