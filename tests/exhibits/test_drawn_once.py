"""Tests that share pictures see what each would have drawn by itself."""

from __future__ import annotations

from pathlib import Path

from made_up.drawn_once import once


def test_what_is_drawn_again_is_what_was_drawn_first_and_nothing_else_is(tmp_path: Path) -> None:
    asked: list[object] = []

    def to_svg(spec: dict[str, int], *, width: int) -> str:
        asked.append((spec, width))
        return f"<svg>{spec['a']} × {width}</svg>"

    one, other = once(to_svg, tmp_path), once(to_svg, tmp_path)
    assert one({"a": 1, "b": 2}, width=3) == other({"b": 2, "a": 1}, width=3) == "<svg>1 × 3</svg>"
    assert other({"a": 1, "b": 2}, width=4) == "<svg>1 × 4</svg>"
    assert asked == [({"a": 1, "b": 2}, 3), ({"a": 1, "b": 2}, 4)]


def test_a_picture_of_pixels_stays_bytes(tmp_path: Path) -> None:
    def to_png(svg: str) -> bytes:
        return b"\x89PNG" + svg.encode()

    assert [once(to_png, tmp_path)("a") for _ in range(2)] == [b"\x89PNGa"] * 2
