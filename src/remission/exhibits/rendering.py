"""From a Vega-Lite spec to an SVG that stands alone, and from that to a PNG; no browser and no network."""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

import vl_convert

if sys.platform != "win32":
    import resource

from remission.exhibits.wording import in_xml
from remission.inputs.problems import InputProblems, Problem

# The one version whose pictures were looked at; another would draw the same specification differently.
VEGA_LITE = "6.4"
# How many pictures a process remembers: a page of evidence has a dozen in two widths, and its neighbours the same.
KEPT = 256
# Part of the digest of a drawn picture: raise it when `finish` changes, and old pictures are drawn again.
FINISH = 4
# The picture is one image with one description; the roles of its single marks are noise to those who listen.
_ARIA = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
# The renderer names this address in every picture: a page must ask no other host for anything.
_DATASETS = "https://vega.github.io/vega-datasets/"
# A point stands where its transform says, an outline of a map where its corners are.
_NAMED = re.compile(
    r'<path aria-label="([^"]*)" role="graphics-symbol"[^>]*?( transform="[^"]*")? d="([^"]*)"([^>]*?)/>'
)
_UNNAMED = re.compile(r"<a href=(?=[^>]*><path (?!aria-label))")
# What XML has no way to write, as JSON escapes it; a backslash before it would make it plain letters.
_NO_LETTER = re.compile(r"((?<!\\)(?:\\\\)*)\\(?:u00(?:0[0-8be-f]|1[0-9a-f])|b|f|ufff[ef])")
_PATH = re.compile(r' d="([^"]+)"')
_STEP = re.compile(r"([MLZ])([^MLZ]*)")


# What the drawing engine (V8) reserves of the address space when it starts, and hardly uses. Where less is allowed it
# ends the process at once, with no exception that anybody could catch.
RESERVED_BYTES = 80 * 10**9


@dataclass(frozen=True)
class Finishing:
    """What a picture needs besides a title: `patterns` are SVG definitions with ids p-..., that its fills name.

    `linked` keeps its links and gives each its own words; `trimmed` writes outlines as steps of a tenth of a pixel.
    """

    patterns: str = ""
    linked: bool = False
    trimmed: bool = False


PLAIN = Finishing()


@cache
def renderer() -> str:
    """What draws, to the version: a picture drawn by another one is drawn again."""
    return f"vl-convert {version('vl-convert-python')}, Vega-Lite {VEGA_LITE}, finish {FINISH}"


def undrawable() -> str:
    """Why this process can draw no picture, in words; empty where it can."""
    allowed = _address_space()
    if allowed is None or allowed >= RESERVED_BYTES:
        return ""
    return f"an address space of {allowed / 1e9:.1f} GB, which is too little to draw pictures"


def _address_space() -> int | None:
    """How many bytes a process may address, by `ulimit -v`; None where there is no such limit."""
    if sys.platform == "win32":  # it has no such limits
        return None
    allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if allowed == resource.RLIM_INFINITY else allowed


def _check_drawable() -> None:
    if found := undrawable():
        allowed = f"{RESERVED_BYTES / 1e9:.0f} GB, most of which is never used, or no limit"
        raise InputProblems(Problem.of_file("pictures", found=found, allowed=allowed, do="Run: ulimit -v unlimited."))


def _in_letters(spec: Mapping[str, Any]) -> str:
    """The drawing with a sign for what is no letter of a picture: a bell in a name would end the whole process."""
    return _NO_LETTER.sub(r"\1\\ufffd", json.dumps(spec))


@lru_cache(maxsize=KEPT)
def drawn(written: str) -> str:
    """What a specification, as JSON, looks like before it is finished.

    Pages share pictures, and drawing one takes longer than all else of a page.
    """
    svg: str = vl_convert.vegalite_to_svg(json.loads(written), vl_version=VEGA_LITE, show_warnings=False)
    return svg


def render_svg(
    spec: Mapping[str, Any], *, name: str, title: str, description: str, finishing: Finishing = PLAIN
) -> str:
    """The picture as SVG; `name` prefixes its ids, so that several can stand on one page."""
    _check_drawable()
    return finish(drawn(_in_letters(spec)), name=name, title=title, description=description, finishing=finishing)


def compiled(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The drawing in Vega, which a browser draws without compiling it first."""
    _check_drawable()
    written = json.loads(_in_letters(spec))
    vega: dict[str, Any] = vl_convert.vegalite_to_vega(written, vl_version=VEGA_LITE, show_warnings=False)
    return vega


@cache
def script_bundle() -> str:
    """What draws in a browser, as one module without any other host: it sets window.vegaEmbed; about 0.9 MB."""
    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub knows of no default
    return bundle


def render_png(svg: str, scale: float = 2, dpi: float = 72) -> bytes:
    """The same picture as PNG, whose pixels are as many an inch as it says, if its size is in points."""
    png: bytes = vl_convert.svg_to_png(svg, scale=scale, ppi=dpi)
    return png


def render_pdf(svg: str) -> bytes:
    """The same picture as PDF, as wide in points as the SVG is in pixels; its letters stay letters."""
    pdf: bytes = vl_convert.svg_to_pdf(svg)
    return pdf


def finish(svg: str, *, name: str, title: str, description: str, finishing: Finishing = PLAIN) -> str:
    """Make a rendered SVG fit to be published: named, described, the same on every run, naming no other host.

    A picture without links is one image; one with links is a group, so that they are found.

    >>> print(finish('<svg><g clip-path="url(#clip7)"/></svg>', name="km", title="A & B", description="C"))
    <svg role="img" aria-label="A &amp; B. C"><title>A &amp; B</title><desc>C</desc><g clip-path="url(#km-c0)"/></svg>
    """
    svg = svg.replace(_DATASETS, "")
    # The renderer counts clip paths over the whole process, so the same picture would differ from run to run.
    seen: dict[str, str] = {}
    svg = re.sub(r"\bclip\d+\b", lambda found: seen.setdefault(found[0], f"{name}-c{len(seen)}"), svg)
    head, body = re.match(r"(<svg[^>]*)>(.*)", svg, re.S).groups()  # type: ignore[union-attr]  # it always is an svg
    # Links first, for their words stand in the very attributes that are taken out next.
    body = _with_named_links(body) if finishing.linked else body
    body = _ARIA.sub("", body)
    body = _PATH.sub(_trimmed, body) if finishing.trimmed else body
    title, said = (in_xml(html.escape(text)) for text in (title, description))
    label = f"{title}. {said}"
    words = f"<title>{title}</title><desc>{said}</desc>"
    defs = f"<defs>{finishing.patterns}</defs>" if finishing.patterns else ""
    # An image hides what is inside it from those who listen, and so its links.
    role = "group" if finishing.linked else "img"
    return _own_ids(f'{head} role="{role}" aria-label="{label}">{words}{defs}{body}', name)


def _with_named_links(body: str) -> str:
    """Words that the drawing gives to a mark become its title, which browsers show and speak; the link is around it.

    A mark without words is the second of its place: its link can be clicked, but is no second stop of the keyboard.
    """
    # Both spellings of a link: browsers know the newer, and `tabindex` belongs to it.
    linked = _UNNAMED.sub('<a tabindex="-1" href=', body.replace("<a xlink:href=", "<a href="))
    return _NAMED.sub(r'<path\2 d="\3"\4><title>\1</title></path>', linked)


def _own_ids(svg: str, name: str) -> str:
    """Patterns with the picture's own ids."""
    return svg.replace('id="p-', f'id="{name}-p-').replace("url(#p-", f"url(#{name}-p-")


def _trimmed(found: re.Match[str]) -> str:
    """An outline of straight lines in tenths of a pixel, if that is what it is."""
    # Curves and short paths (ticks, arrows) stay as they are: a tenth of a pixel shows in a small shape.
    path = found[1]
    straight = path.count("L") > 3 and not re.search("[^-MLZe0-9.,]", path)
    return f' d="{in_steps(path)}"' if straight else found[0]


def in_steps(path: str) -> str:
    """An outline as steps between corners that were rounded to tenths: none is drawn more than a twentieth away.

    >>> in_steps("M10,10.04L12.5,10L12.5,9Z")
    'm10 10 2.5 0 0-1z'
    """
    made: list[str] = []
    at = start = (0, 0)
    for command, numbers in _STEP.findall(path):
        if command == "Z":
            # The next ring begins where this one closed, not at its last corner.
            at = start
            made.append("z")
            continue
        # Corners are rounded and not steps: rounding errors of steps would add up along an outline.
        x, y = (round(10 * float(part)) for part in numbers.split(","))
        step = (x - at[0], y - at[1])
        at = (x, y)
        start = at if command == "M" else start
        if command == "M" or any(step):
            made.append(_spaced(step, "m" if command == "M" else " "))
    return "".join(made).replace(" -", "-")


def _spaced(step: tuple[int, int], before: str) -> str:
    return before + " ".join(_tenths(part) for part in step)


def _tenths(number: int) -> str:
    text = f"{number / 10:g}"
    # Leading noughts go: an outline of a map has tens of thousands of them.
    return text.replace("0.", ".", 1) if 0 < abs(number) < 10 else text
