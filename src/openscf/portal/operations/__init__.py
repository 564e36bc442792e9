"""The operations of the platform, a file a subject; importing this package declares them all."""

from openscf.portal.operations import financings, parties, sessions

__all__ = ["financings", "parties", "sessions"]
