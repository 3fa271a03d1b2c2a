"""Risk of bias as lights: every study with the tool of its kind, each result that was judged in a row of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.synthesis.traffic_light import NOT_JUDGED, Judged, TrafficLights
from remission.exhibits.wording import listed
from remission.studies.bias import OVERALL, judged, tool_for, tools
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.studies.bias import Tool
    from remission.studies.load import Studies
    from remission.studies.study import Study


def every_light(studies: Studies, root: str) -> list[TrafficLights]:
    """The lights of each tool that fits any study; what was judged stands first, the rest in order of name."""
    made = [_lights(tool, studies, root) for tool in tools().values()]
    return [one for one in made if one.results]


def _lights(tool: Tool, studies: Studies, root: str) -> TrafficLights:
    fitting = [study for study in studies.every if tool_for(study) == tool]
    rows = [row for study in fitting for row in _rows(study, root)]
    domains = [domain.title for domain in tool.domains]
    return TrafficLights(f"lights-{tool.name}", tool.title, f"{tool.citation} [{tool.status}]", domains,
                         sorted(rows, key=lambda row: (not row.is_judged, row.name)), overall=tool.overall)  # fmt: skip


def _rows(study: Study, root: str) -> list[Judged]:
    results = sorted({(one.what, one.arm) for one in study.risk_of_bias}) or [("", "")]
    return [_row(study, what, arm, root) for what, arm in results]


def _row(study: Study, what: str, arm: str, root: str) -> Judged:
    cells = judged(study, what, arm)
    of = ", ".join(filter(None, [quantities()[what].title.lower() if what else "", arm]))
    whole = next((cell.judgement for cell in cells if cell.domain.name == OVERALL), NOT_JUDGED)
    return Judged(
        name=f"{study.title}{f': {of}' if of else ''}",
        judgements={cell.domain.title: cell.judgement for cell in cells if cell.domain.name != OVERALL},
        overall=whole,
        by=listed(sorted({cell.by for cell in cells if cell.by})),
        why="; ".join(f"{cell.domain.title}: {cell.why}" for cell in cells if cell.why),
        href=card_of(study.name, root),
    )
