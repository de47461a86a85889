"""How much is measured: quick by default, BENCH=full for the sizes that the bounds are stated for."""

from __future__ import annotations

import os


def full() -> bool:
    return os.environ.get("BENCH") == "full"
