"""Pictures of invented rows of B cells: effect beside cells, counts over time, and an axis of numbers counted alike."""

from __future__ import annotations

import polars as pl

from made_up.b_cells import EFFECTS, invented
from remission.evidence.recipes.b_cells.axes import axis_of
from remission.exhibits.biology.axis import draw_axis
from remission.exhibits.biology.beside_effect import BesideEffect, Cells, DrugRow, draw_beside_effect
from remission.exhibits.biology.courses import Courses, Dot, UnitPanel, draw_courses
from remission.exhibits.figure import Figure
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.tables import Table, shows
from remission.inputs.provenance import Provenance
from remission.studies.b_cells.join import join
from remission.studies.b_cells.load import load_b_cells

INVENTED = Provenance("invented", "simulated", "0" * 64)
TABLE = Table("twin", "A twin.", pl.DataFrame({"drug": ["A"]}), (shows("drug"),), INVENTED)
DRUGS = (
    DrugRow("Alpha", [Cells("down", "down: as a share of B cells"), Cells("up", "up: as a number of cells", True)],
            0.4, 0.3, 0.5, "0.40 (0.30 to 0.50)"),
    DrugRow("Beta", [Cells("none", "not read")]),
    DrugRow("Gamma", [Cells("same", "no change: as a share, of what is not told and of which a long line is written")],
            0.9, 0.1, 3.0, "0.90 (0.10 to 3.00) †", assumed=True),
)  # fmt: skip
BESIDE = BesideEffect(
    "beside", "Beside", "Said.", DRUGS, Scale.of("Relapses", "ratio", [0.3, 0.5]), "Memory B cells", TABLE
)
COURSES = Courses(
    "courses",
    "Over time",
    "Said.",
    [
        UnitPanel("one", "Per cent of before", [Dot(3, 100, None, None, "all", "all: 100"),
                                                Dot(12, 6, None, None, "memory", "memory: at most 6", bound=True,
                                                    second_hand=True)]),
        UnitPanel("two", "Per cent of people", [Dot(24, None, 90, 95, "drug", "drug: 90 to 95")]),
    ],
    TABLE,
)  # fmt: skip


def figures() -> dict[str, Figure]:
    """Each picture by its name."""
    axis = axis_of(join(invented(), EFFECTS), load_b_cells(), INVENTED)
    return {
        "beside": draw_beside_effect(BESIDE, INVENTED),
        "courses": draw_courses(COURSES, INVENTED),
        "axis": draw_axis(axis, INVENTED),
    }
