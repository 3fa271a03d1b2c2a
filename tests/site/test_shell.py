"""The shell of the site: what is served may show the reports in it, and nothing that somebody slips in."""

from __future__ import annotations

import base64
import hashlib
import re

from remission.atlas.map.index import CONTENT_SECURITY_POLICY
from remission.exhibits.page import Page, render_report
from remission.exhibits.tables import OF_THE_LIBRARY
from remission.site.shell import served


def test_the_one_style_of_a_report_is_allowed_by_its_hash() -> None:
    made = render_report(Page(title="A", subtitle="B", provenance=OF_THE_LIBRARY))
    (style,) = re.findall(r"<style>(.*?)</style>", made, re.S)
    said = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{said}'" in served().policy


def test_nothing_else_is_allowed_but_what_the_map_of_the_atlas_may() -> None:
    policy = served().policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert re.sub(r" 'sha256-[^']+'", "", policy) == re.sub(r" 'sha256-[^']+'", "", CONTENT_SECURITY_POLICY)
    assert len(re.findall(r"'sha256-", policy)) == 2
