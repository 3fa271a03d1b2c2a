"""Whether a drawing is Vega-Lite, by the schema that Altair comes with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from altair.vegalite.v6.schema.core import Root


def check_spec(spec: Mapping[str, Any]) -> None:
    """Hold a drawing against the schema, as it is written; jsonschema.ValidationError where it is not Vega-Lite.

    Once and as a whole: to make a chart of it, Altair holds every part of it against the schema again.
    """
    Root.validate(json.loads(json.dumps(spec)))
