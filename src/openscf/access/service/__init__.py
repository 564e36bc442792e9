"""Signing in and out, keys of programs, sandboxes."""
