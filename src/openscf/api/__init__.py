"""The HTTP API: parse, call the portal, render. It has no rules of its own."""

from openscf.api.app import create_api
from openscf.api.logs import configure_logs
from openscf.api.metrics import Meters
from openscf.api.middleware import Around
from openscf.api.routes import desk_of, language_of

__all__ = ["Around", "Meters", "configure_logs", "create_api", "desk_of", "language_of"]
