"""Benchmarks: each reports a ratio to a reference measured in the same run, never a second by itself."""
