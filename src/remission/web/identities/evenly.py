"""Answers that take as long for an address that is known as for one that is not.

Behind one an account is looked up, written or locked, and behind the other not: a few thousandths of a second, which a
patient stranger can count. So an answer waits for the next whole step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]
# Longer than the work behind either: a hash, a row on the disk, a letter handed over.
STEP = 1.0


def evenly(view: View) -> View:
    """A view whose answer to a form that is sent takes a whole number of steps."""

    @wraps(view)
    def answered(request: HttpRequest, **named: object) -> HttpResponseBase:
        began = time.monotonic()
        response = view(request, **named)
        if request.method == "POST" and STEP:
            took = time.monotonic() - began
            time.sleep(math.ceil(took / STEP) * STEP - took)
        return response

    return answered
