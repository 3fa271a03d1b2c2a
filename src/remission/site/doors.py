"""The doors to pages that a room of their own makes: which of them stand behind which place of the navigation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from remission.evidence.page_files import page_files as evidence_files
from remission.site.bundled import BUNDLED
from remission.site.page_files import page_files
from remission.site.worked import with_example

if TYPE_CHECKING:
    from remission.exhibits.site.shell import Making
    from remission.site.known import Known

# Pages of the evidence with a door of their own in the navigation, by the names of their files.
CLAIMS, PROGRESSIVE = ("claims", "claim"), ("progressive",)


def evidence_makings(known: Known, *names: str) -> Iterator[Making]:
    """What makes the pages of some files of the evidence; of those without a door of their own when none is named."""
    for name, kind in evidence_files().items():
        if name in names or (not names and name not in (*CLAIMS, *PROGRESSIVE)):
            yield from (with_example(kind.PATH, making) for making in kind.pages(known.evidence))


@cache
def _evidence_paths() -> frozenset[str]:
    return frozenset(kind.PATH for kind in evidence_files().values())


def addresses(known: Known) -> frozenset[str]:
    """Addresses that a door may lead to: pages of the evidence, of the site itself, and the reports."""
    own = {kind.PATH for kind in page_files().values()}
    return _evidence_paths() | own | {one.path for one in BUNDLED} | {link.path for link in known.site.navigation}
