"""Tests draw without the fonts of the machine, which is quicker; a reader's machine has some, and draws the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from remission.exhibits.rendering import render_png, render_svg
from remission.exhibits.theme import FONT
from remission.trials.phase3.asked import read_asked
from remission.trials.phase3.calibration import told_before
from remission.trials.phase3.steps import what_remains

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


def lacks(sign: str, weight: str = "normal") -> bool:
    """Is it drawn as the box that stands for a sign that a font has not? A reader's machine takes another font then."""
    one, no_sign = (render_png(drawn(spec(words, weight=weight))) for words in (sign, "\ue000"))
    return one == no_sign


def formulas() -> set[str]:
    """Every formula that stands in a picture: of a way to phase III, also with other options, and of a known drug."""
    options = ({}, {"prior": "normal:0,0.5"}, {"control-kept": "1.17"})
    asked = [read_asked({"hr": "0.07", "interval": "0.02,0.24", **one}) for one in options]
    return {one.formula for each in asked for one in what_remains(each).steps} | {one.formula for one in told_before()}


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_every_sign_of_a_formula_in_a_picture_is_in_its_font(weight: str) -> None:
    signs = sorted({sign for formula in formulas() for sign in formula if not sign.isascii()})
    assert {"Φ", "θ", "√", "²"} <= set(signs)
    assert [sign for sign in signs if lacks(sign, weight)] == []


def test_a_sign_that_the_font_has_not_would_be_noticed() -> None:
    assert lacks("∝")
    assert lacks("✓", "bold")
