"""Staging, classifying and providing for ten million claims, beside one DuckDB pass over the same columns."""
