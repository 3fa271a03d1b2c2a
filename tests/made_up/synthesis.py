"""Pictures of made-up studies: a forest, a funnel, a cumulative forest, lights, a timeline, shares over years."""

from __future__ import annotations

from remission.exhibits.figure import Figure
from remission.exhibits.synthesis.claims_timeline import ClaimLine, ClaimsTimeline, draw_claims_timeline
from remission.exhibits.synthesis.cumulative import Step, draw_cumulative
from remission.exhibits.synthesis.forest import Forest, draw_forest
from remission.exhibits.synthesis.lines import Line, lines_table
from remission.exhibits.synthesis.over_years import OverYears, Series, draw_over_years
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.synthesis.size_funnel import SizeFunnel, draw_size_funnel
from remission.exhibits.synthesis.studies_by_year import draw_studies_by_year
from remission.exhibits.synthesis.traffic_light import Judged, TrafficLights, draw_traffic_lights
from remission.inputs.provenance import Provenance

PUBLISHED = Provenance("evidence", "published", "0" * 64)
LEVEL = 0.95


def study(name: str, events: int, n: int, low: float, high: float, **about: object) -> Line:
    """A study with a count."""
    line = {"role": "study", "value": events / n, "level": LEVEL, "year": 2010, "status": "verified",
            "href": f"../study/{name.lower()}.html", **about}  # fmt: skip
    return Line(name=name, events=events, n=n, low=low, high=high, **line)  # type: ignore[arg-type]


STUDIES = (
    study("Alpha", 0, 15, 0, 0.218, year=1997, weight=0.1),
    study("Beta", 3, 21, 0.03, 0.363, year=2010, weight=0.3, status="secondary"),
    study("Gamma", 5, 364, 0.0045, 0.0318, year=2025, weight=0.6),
    study("Delta", 1, 24, 0.001, 0.21, year=2016, role="apart", why="its people are in Gamma"),
)
POOLED = (
    Line(name="Binomial-normal model", role="pooled", value=0.0038, low=0.001, high=0.014, level=LEVEL, studies=3,
         says="the median cohort", method="GLMM, adaptive Gauss-Hermite"),
    Line(name="Another study", role="prediction", low=0.0001, high=0.105, level=LEVEL, says="of the same kind"),
    Line(name="Sormani 2017", role="printed", value=0.021, low=0.013, high=0.034, level=LEVEL, status="verified",
         href="../study/sormani-2017.html"),
)  # fmt: skip
LINES = (*STUDIES, *POOLED)
SCALE = Scale.of("Died of the transplant", "small share", [0, 0.363])
FOREST = Forest("forest-deaths", "Died of the transplant", "Squares are studies.", LINES, SCALE, "Deaths / people")
FUNNEL = SizeFunnel("funnel-deaths", "Deaths by size", STUDIES, SCALE, 0.006, "all people together",
                    [(15, 0, 0.067), (21, 0, 0.048), (24, 0, 0.042), (364, 0, 0.0165)], "Deaths / people")  # fmt: skip
STEPS = (Step(1997, ("Alpha",), POOLED[0]), Step(2010, ("Beta",), POOLED[0]))
DOMAINS = ("Who was chosen", "Who was lost", "How it was measured")
LIGHTS = TrafficLights(
    "lights", "Risk of bias", "RoB 2", DOMAINS,
    [Judged("MIST, progression", dict.fromkeys(DOMAINS, "low"), "some concerns", "A. Reader", "open label",
            "../study/mist.html"),
     Judged("Alpha, deaths", {DOMAINS[0]: "serious", DOMAINS[1]: "critical"}, "critical", "A. Reader"),
     Judged("Beta, deaths", href="../study/beta.html")],
)  # fmt: skip
CLAIMS = ClaimsTimeline(
    "claims-time", "When claims were true",
    [ClaimLine("5 to 10 % die of the transplant", 2017, "outdated", 2010, (2017, 2019, 2025), "claim/mortality.html"),
     ClaimLine("It could bring a cancer back", 2017, "not testable"),
     ClaimLine("Memory B cells drop on cladribine", 2017, "supported", "still", (2020,), "claim/cladribine.html")],
    1995, 2026,
)  # fmt: skip
YEARS = OverYears(
    "beyond", "After five years", "Points are printed.",
    [Series("Sweden, no evidence of disease activity", [
        (5, Line(name="Sweden", role="study", value=0.73, low=0.66, high=0.81, n=174, status="verified",
                 href="../study/sweden.html")),
        (10, Line(name="Sweden", role="study", value=0.65, low=0.57, high=0.75, n=174, status="verified",
                  href="../study/sweden.html"))]),
     Series("Hamburg", [(10, Line(name="Hamburg", role="study", value=0.55, n=20, status="secondary",
                                  href="../study/hamburg.html"))])],
    12,
)  # fmt: skip


def figures() -> dict[str, Figure]:
    """Every picture by its name."""
    table = lines_table("by-year", "Studies.", STUDIES, SCALE, PUBLISHED, counted="People")
    return {
        "forest": draw_forest(FOREST, PUBLISHED),
        "cumulative": draw_cumulative("cumulative", "Year by year", STEPS, SCALE, PUBLISHED, subtitle="Pools.",
                                      counted="Deaths / people"),
        "funnel": draw_size_funnel(FUNNEL, PUBLISHED),
        "lights": draw_traffic_lights(LIGHTS, PUBLISHED),
        "claims": draw_claims_timeline(CLAIMS, PUBLISHED),
        "years": draw_over_years(YEARS, PUBLISHED),
        "by year": draw_studies_by_year("by-year", "Studies by year", STUDIES, table, PUBLISHED),
    }  # fmt: skip
