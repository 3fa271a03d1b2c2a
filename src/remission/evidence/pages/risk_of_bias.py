"""Risk of bias: what was judged of which result, by whom and why; what nobody has judged is an empty ring."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.recipes.bias import every_light
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.synthesis.traffic_light import draw_traffic_lights, lights_words
from remission.exhibits.wording import count, day_words
from remission.studies.bias import tools

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.exhibits.site.shell import Making

PATH, TITLE, PLACE = "evidence/risk-of-bias.html", "Risk of bias", 90
QUESTION = "How good are the studies?"

EMPTY = "An empty ring is a result that nobody has judged yet. It is not the same as low."


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(risk_of_bias_page, known)


def lead(known: Known) -> str:
    """How many results have been judged."""
    results = [result for lights in every_light(known.studies, "../") for result in lights.results]
    judged = sum(result.is_judged for result in results)
    return (
        f"{judged or 'None'} of {count(len(results), 'result')} {'has' if judged == 1 else 'have'} been judged so far "
        f"(as of {day_words(known.day)})."
    )


def risk_of_bias_page(known: Known) -> Page:
    """The page with a picture for each tool."""
    asks = {tool.title: [f"{domain.title}: {domain.asks}" for domain in tool.domains] for tool in tools().values()}
    sections = [
        Section(lights.name, lights.title, [
            Block(picture=Picture.of(draw_traffic_lights(lights, known.provenance)),
                  sentences=[lights_words(lights), *asks[lights.title], f"The tool: {lights.tool}."])])
        for lights in every_light(known.studies, "../")
    ]  # fmt: skip
    return Page(
        path=PATH,
        title="How good are the studies?",
        subtitle="Risk of bias: what was judged of each study, by whom, and why",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[EMPTY],
        sections=sections,
        picture_first=True,
        data_folder="risk-of-bias",
    )
