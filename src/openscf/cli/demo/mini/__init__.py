"""The demo's mini-economy: what it came to, read from the books, and told."""

from openscf.cli.demo.mini.reading import read_mini
from openscf.cli.demo.mini.telling import tell_mini

__all__ = ["read_mini", "tell_mini"]
