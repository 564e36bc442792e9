"""The screens 网页: server-rendered, in both languages, made of the portal's operations. They have no rules."""

from openscf.web.app import create_web

__all__ = ["create_web"]
