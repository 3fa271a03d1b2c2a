"""What makes the reports of tests lighter."""

from __future__ import annotations

import pytest

from remission.exhibits.rendering import render_png

DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@pytest.fixture
def small_png(monkeypatch: pytest.MonkeyPatch) -> None:
    """PNG files of one dot: nobody looks at them in a test of the words of a page, and they take half of its time."""
    dot = render_png(DOT)
    monkeypatch.setattr("remission.exhibits.files.figures.render_png", lambda *_: dot)
