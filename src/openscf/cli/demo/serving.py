"""After the demo: the screens on its books. The seam between the demo and the web door."""

import importlib
import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openscf.bootstrap import Platform

Serve = Callable[["Platform"], None]


def screens() -> Serve | None:
    """What shows a platform's screens until it is stopped: `openscf.web.serve`, where that package offers it."""
    if importlib.util.find_spec("openscf.web") is None:
        return None
    found: Serve | None = getattr(importlib.import_module("openscf.web"), "serve", None)
    return found
