"""Pictures of an invented network: Alpha to Eta were never tried; the numbers are typed so that sorting would show."""

from __future__ import annotations

from remission.exhibits.figure import Figure
from remission.exhibits.network.comparison_funnel import ComparisonFunnel, FunnelTrial, draw_comparison_funnel
from remission.exhibits.network.effects import Effect, EffectLine, Effects, draw_effects
from remission.exhibits.network.graph import Compared, NetworkGraph, Treatment, draw_network_graph
from remission.exhibits.network.grid import LeagueGrid, draw_league_grid
from remission.exhibits.network.rank_picture import RankLine, RankPicture, draw_ranks
from remission.exhibits.network.ratios import Ratio
from remission.exhibits.synthesis.scales import Scale
from remission.inputs.provenance import Provenance

INVENTED = Provenance("invented network", "simulated", "0" * 64)
# Neither by name nor by effect: Beta does most, Gamma harms, and nothing is known of Delta's disability.
NAMES = ("placebo", "Gamma", "Beta", "Delta", "Alpha")
AGAINST = {"Gamma": (1.6, 1.2, 2.1), "Beta": (0.3, 0.22, 0.41), "Delta": (0.9, 0.7, 1.16), "Alpha": (0.6, 0.5, 0.72)}
RATIOS = {(one, "placebo"): Ratio(one, "placebo", *numbers) for one, numbers in AGAINST.items()}
UPPER = {
    **RATIOS,
    ("Beta", "Gamma"): Ratio("Beta", "Gamma", 0.19, 0.12, 0.29),
    ("Alpha", "Gamma"): Ratio("Alpha", "Gamma", 0.38, 0.27, 0.53),
    ("Delta", "Gamma"): Ratio("Delta", "Gamma", 0.56, 0.38, 0.82),
    ("Beta", "Alpha"): Ratio("Beta", "Alpha", 0.5, 0.35, 0.71),
    ("Beta", "Delta"): Ratio("Beta", "Delta", 0.33, 0.22, 0.5),
    ("Alpha", "Delta"): Ratio("Alpha", "Delta", 0.67, 0.49, 0.92),
}
LOWER = {
    ("Alpha", "placebo"): Ratio("Alpha", "placebo", 0.8, 0.6, 1.07),
    ("Beta", "placebo"): Ratio("Beta", "placebo", 0.6, 0.45, 0.8),
    ("Beta", "Alpha"): Ratio("Beta", "Alpha", 0.75, 0.5, 1.12),
    ("Gamma", "placebo"): Ratio("Gamma", "placebo", 1.5, 1.1, 2.05),
}
GRID = LeagueGrid("invented-grid", "Every treatment against every other", NAMES, "placebo", UPPER, LOWER,
                  short={"placebo": "PLA", "Gamma": "GAM", "Beta": "BET", "Delta": "DEL", "Alpha": "ALP"})  # fmt: skip
SCALE = Scale.of("Relapses, ratio", "ratio", [0.22, 2.1])
EFFECTS = Effects(
    "invented-effects", "Against placebo", "Filled: printed intervals only. Open: with counted ones.",
    ("printed intervals only", "with intervals worked out from counts"),
    [EffectLine(one, [Effect(RATIOS[one, "placebo"], 2, 400),
                      Effect(RATIOS[one, "placebo"] if one != "Delta" else Ratio(one, "placebo", why="no trial"), 3)])
     for one in NAMES[1:]],
    SCALE,
)  # fmt: skip
GRAPH = NetworkGraph(
    "invented-graph", "Who was compared with whom",
    [Treatment(one, people) for one, people in zip(NAMES, (900, 120, 400, None, 800), strict=True)],
    [Compared("placebo", "Gamma", ("T1",)), Compared("placebo", "Beta", ("T2", "T3", "T4")),
     Compared("Beta", "Alpha", ("T5", "T3")), Compared("placebo", "Delta", ("T6",)),
     Compared("placebo", "Alpha", ("T7",))],
    "placebo",
)  # fmt: skip
RANKS = RankPicture("invented-ranks", "Ranks for relapses", [
    RankLine("placebo", (0, 0, 0.2, 0.8, 0), 3, 4, 0.3), RankLine("Gamma", (0, 0, 0, 0, 1), 5, 5, 0.0),
    RankLine("Beta", (0.99, 0.01, 0, 0, 0), 1, 1, 0.99), RankLine("Delta", (0, 0.05, 0.75, 0.2, 0), 2, 4, 0.5),
    RankLine("Alpha", (0.01, 0.94, 0.05, 0, 0), 2, 3, 0.75)])  # fmt: skip
FUNNEL = ComparisonFunnel("invented-funnel", "Small trials and large ones", [
    FunnelTrial("T2", "Beta", "placebo", -0.1, 0.12, "../study/t2.html"),
    FunnelTrial("T3", "Beta", "placebo", 0.1, 0.2),
    FunnelTrial("T5", "Beta", "Alpha", -0.9, 0.3), FunnelTrial("T6", "Delta", "placebo", 0.02, 0.06)],
    "No lean was tested.")  # fmt: skip


def pictures() -> tuple[Figure, ...]:
    """One of each kind."""
    return (
        draw_effects(EFFECTS, INVENTED),
        draw_league_grid(GRID, INVENTED),
        draw_network_graph(GRAPH, INVENTED),
        draw_ranks(RANKS, INVENTED),
        draw_comparison_funnel(FUNNEL, INVENTED),
    )
