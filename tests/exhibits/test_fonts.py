"""Tests draw without the fonts of the machine, which is quicker; a reader's machine has some, and draws the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from remission.exhibits.rendering import render_svg
from remission.exhibits.theme import FONT

# A picture is as wide as they are measured to be. Without the middle dot, which versions of the font draw differently.
WORDS = ("Autologous transplant", "Wiener Straße, ≤ 0.5 %", "Ångström – “fjord”", "Ελληνικά", "по-русски", "WAXWORK")
SCRIPT = """
import json, sys
from remission.exhibits.rendering import render_svg
print(render_svg(json.load(sys.stdin), name="words", title="Words", description="Words."))
"""


def spec(words: str, font: str = FONT, weight: str = "normal") -> dict[str, Any]:
    axis = {"labelFont": font, "labelFontWeight": weight, "labelLimit": 0}
    return {
        "data": {"values": [{"words": words}]},
        "mark": "point",
        "encoding": {"y": {"field": "words", "type": "nominal", "axis": axis}},
    }


def drawn(asked: dict[str, Any]) -> str:
    return render_svg(asked, name="words", title="Words", description="Words.")


def drawn_with_fonts(asked: dict[str, Any]) -> str:
    """As a process draws that finds the fonts of the machine."""
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=json.dumps(asked), env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return ran.stdout.removesuffix("\n")


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_the_fonts_of_the_machine_draw_as_those_of_the_renderer_do(weight: str) -> None:
    many = {"hconcat": [spec(words, weight=weight) for words in WORDS]}
    assert drawn_with_fonts(many) == drawn(many)


def test_letters_of_another_width_would_be_noticed() -> None:
    """Each word is measured: in bold, or in letters that are all as wide, every picture has another width."""
    for words in WORDS:
        asked = (spec(words), spec(words, weight="bold"), spec(words, font="monospace"))
        widths = {re.findall(r'width="([0-9.]+)"', drawn(one))[0] for one in asked}
        assert len(widths) == 3, words
